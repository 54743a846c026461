/** @file Which backend runs a program: what is asked for, or what suits it; what fails gives way to the next. */

import { availableParallelism, totalmem } from "node:os";
import { errors, NablaError } from "../diagnostics/errors.ts";
import { assembled } from "../lower/assemble.ts";
import type { Assembled } from "../lower/assemble.ts";
import { bytesPerNumber } from "../lower/loops.ts";
import type { Precision, Target } from "../lower/loops.ts";
import { measured } from "../lower/measured.ts";
import type { Program } from "../lower/program.ts";
import { runningJs } from "./js.ts";
import { runningNative } from "./native.ts";
import type { BackendName } from "./options.ts";
import type { Running } from "./running.ts";
import { bytesOf } from "./running.ts";
import { foundCompiler, vectors } from "./toolchain.ts";
import { runningWasm } from "./wasm.ts";
import { workOf } from "../lower/schedule.ts";
import { kernelsOf } from "../lower/program.ts";

/** A program that runs, and why it runs there. */
export interface Chosen {
  readonly backend: BackendName;
  readonly why: string;
  readonly assembled: Assembled;
  readonly running: Running;
}

/** What is asked of the choice. */
export interface Demands {
  readonly backend: "auto" | BackendName;
  readonly precision: Precision;
  readonly threads: number | null;
  readonly note: (text: string) => void;
}

/** Below that many operations a run takes less than a compiler would. */
const worthCompiling = 20_000;

/** The most memory that WebAssembly has. */
const mostWasm = 65_535 * 65_536;

/** How much memory the process may have: that of the machine, or what a container leaves of it. */
function mostMemory(): number {
  const constrained = process.constrainedMemory() ?? 0;
  return constrained > 0 ? Math.min(constrained, totalmem()) : totalmem();
}

/** What loop code is made for on a backend. */
export function targetOf(backend: BackendName, precision: Precision, threads: number): Target {
  switch (backend) {
    case "js":
      return {
        precision,
        lanes: 1,
        registers: 11,
        hasElementary: true,
        hasPrefetch: false,
        threads: 1,
        measured,
      };
    case "wasm":
      return {
        precision,
        lanes: 16 / bytesPerNumber(precision),
        registers: 12,
        hasElementary: false,
        hasPrefetch: false,
        threads,
        measured,
      };
    case "native": {
      const { bytes, registers } = vectors();
      return {
        precision,
        lanes: bytes / bytesPerNumber(precision),
        registers,
        hasElementary: false,
        hasPrefetch: true,
        threads,
        measured,
      };
    }
    default:
      return backend satisfies never;
  }
}

/** Makes a program run where it is asked to. */
export function chosen(program: Program, demands: Demands): Chosen {
  const { backend, precision, note } = demands;
  const threads = demands.threads ?? availableParallelism();
  const made = (name: BackendName): Assembled => {
    const code = assembled(program, targetOf(name, precision, threads));
    const limit = name === "wasm" ? Math.min(mostWasm, mostMemory()) : mostMemory();
    const bytes = bytesOf(code.module);
    if (bytes > limit) throw errors.tooMuchMemory(bytes, limit);
    return code;
  };
  const onJs = (why: string): Chosen => {
    const code = made("js");
    return { backend: "js", why, assembled: code, running: runningJs(code.module) };
  };
  const onWasm = (why: string): Chosen => {
    const code = made("wasm");
    return { backend: "wasm", why, assembled: code, running: runningWasm(code.module) };
  };
  const onNative = (why: string): Chosen => {
    const compiler = foundCompiler();
    if (!compiler) {
      if (backend === "native") note("there is no C compiler on PATH: WebAssembly runs instead");
      return onWasm("there is no C compiler on PATH");
    }
    try {
      const code = made("native");
      const { lanes } = targetOf("native", precision, threads);
      return {
        backend: "native",
        why,
        assembled: code,
        running: runningNative(code.module, lanes, compiler, note),
      };
    } catch (error) {
      if (error instanceof NablaError) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      note(`${reason}: WebAssembly runs instead`);
      return onWasm("the C compiler failed");
    }
  };
  switch (backend) {
    case "js":
      return onJs("asked for");
    case "wasm":
      return onWasm("asked for");
    case "native":
      return onNative("asked for");
    case "auto": {
      const work = kernelsOf(program).reduce((sum, kernel) => sum + workOf(kernel), 0);
      return work < worthCompiling
        ? onJs("the problem is small")
        : onNative("there is a C compiler");
    }
    default:
      return backend satisfies never;
  }
}
