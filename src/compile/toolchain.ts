/** @file The C compiler of the machine, and what the machine can do. */

import { readFileSync, realpathSync, statSync } from "node:fs";
import { arch, cpus, platform } from "node:os";
import { delimiter, resolve } from "node:path";

/** A compiler that was found. */
export interface Compiler {
  readonly path: string;
  /** Changes when the compiler does. */
  readonly version: string;
}

/**
 * The first of the usual compilers on PATH; null where there is none. Its name stays as it is found: a link to
 * another program (`ccache`) does by it what is asked.
 */
export function foundCompiler(): Compiler | null {
  for (const name of ["cc", "gcc", "clang"])
    for (const folder of (process.env["PATH"] ?? "").split(delimiter)) {
      if (folder === "") continue;
      try {
        const path = resolve(folder, name);
        const stat = statSync(path);
        if (stat.isFile() && (stat.mode & 0o111) !== 0)
          return { path, version: `${realpathSync(path)} ${stat.size} ${stat.mtimeMs}` };
      } catch {
        // Not here.
      }
    }
  return null;
}

/** What a processor is called and what it can do, as a text. */
export function processor(): string {
  const model = cpus()[0]?.model ?? "";
  return `${arch()} ${model} ${features().join(" ")}`;
}

function features(): readonly string[] {
  if (platform() !== "linux") return [];
  try {
    const text = readFileSync("/proc/cpuinfo", "utf8");
    return /^(?:flags|Features)\s*:\s*(.*)$/mu.exec(text)?.[1]?.split(" ") ?? [];
  } catch {
    return [];
  }
}

/** The width of its vectors in bytes, and how many it has at hand. */
export function vectors(): { readonly bytes: number; readonly registers: number } {
  const known = new Set(features());
  if (arch() === "arm64") return { bytes: 16, registers: 32 };
  if (known.has("avx512f") && known.has("avx512dq") && known.has("avx512vl"))
    return { bytes: 64, registers: 32 };
  return known.has("avx2") && known.has("fma")
    ? { bytes: 32, registers: 16 }
    : { bytes: 16, registers: 16 };
}

/** What the compiler is asked for; `width` is that of the vectors in bytes. */
export const compilerFlags = (width: number): readonly string[] => [
  "-O2",
  arch() === "arm64" ? "-mcpu=native" : "-march=native",
  // Within an expression alone: which sums are fused must not hang on the code around them.
  arch() === "x64" ? "-ffp-contract=on" : "-ffp-contract=fast",
  "-fno-math-errno",
  "-fno-trapping-math",
  ...(width === 64 ? ["-mprefer-vector-width=512"] : []),
  "-w",
  "-shared",
  "-fPIC",
  ...(platform() === "darwin" ? ["-undefined", "dynamic_lookup"] : []),
];
