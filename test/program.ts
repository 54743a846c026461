/** @file Runs the built program as a user does. */

import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const program = fileURLToPath(new URL("../dist/nabla.js", import.meta.url));

/** What a run of the program gave. */
export interface Run {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `nabla` with those arguments. */
export function nabla(
  args: readonly string[],
  options: { input?: string; cwd?: string; env?: Readonly<Record<string, string>> } = {},
): Run {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], {
    encoding: "utf8",
    timeout: 60_000,
    maxBuffer: 64 * 1024 * 1024,
    input: options.input ?? "",
    ...(options.cwd !== undefined && { cwd: options.cwd }),
    env: { ...process.env, ...options.env },
  });
  return { status, stdout, stderr };
}

/** Runs a line of shell in which `nabla` is the program. */
export function shell(line: string): Run {
  const { status, stdout, stderr } = spawnSync(
    "sh",
    ["-c", `nabla() { "${process.execPath}" "${program}" "$@"; }\n${line}`],
    {
      encoding: "utf8",
      timeout: 60_000,
    },
  );
  return { status, stdout, stderr };
}
