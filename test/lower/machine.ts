/** @file Programs in the memory of a backend: numbers in, a run, numbers out. */

import { readdirSync } from "node:fs";
import { runningJs } from "../../src/compile/js.ts";
import { put, taken } from "../../src/compile/memory.ts";
import type { View } from "../../src/compile/memory.ts";
import { runningNative } from "../../src/compile/native.ts";
import type { BackendName } from "../../src/compile/options.ts";
import type { Running } from "../../src/compile/running.ts";
import { foundCompiler } from "../../src/compile/toolchain.ts";
import { runningWasm } from "../../src/compile/wasm.ts";
import { assembled } from "../../src/lower/assemble.ts";
import type { Assembled } from "../../src/lower/assemble.ts";
import type { Target } from "../../src/lower/loops.ts";
import type { Program } from "../../src/lower/program.ts";
import type { Tensor } from "../../src/lower/tensor.ts";
import { runningWatched } from "./watched.ts";

/** The tables whose cases are derivations of their own. */
export const tables: readonly string[] = readdirSync(new URL("../cases", import.meta.url))
  .map((file) => file.replace(".txt", ""))
  .filter((name) => !["errors", "same"].includes(name))
  .toSorted();

/** The C compiler, where there is one. */
export const compiler = foundCompiler();

/** Where a program can run: a backend, or a machine that watches its memory, its threads in one order or the other. */
export type Ground = BackendName | "watched" | "watched backward";

const running = (ground: Ground, { module }: Assembled, { lanes }: Target): Running => {
  switch (ground) {
    case "js":
      return runningJs(module);
    case "wasm":
      return runningWasm(module);
    case "native":
      return runningNative(module, lanes, compiler!, (text) => {
        throw new Error(text);
      });
    case "watched":
      return runningWatched(module, lanes, false);
    case "watched backward":
      return runningWatched(module, lanes, true);
    default:
      return ground satisfies never;
  }
};

/** A matrix that a program is given or has made: its tensor, and which axis its rows and its columns go along. */
export interface Placed {
  readonly tensor: Tensor;
  readonly rows: number | null;
  readonly columns: number | null;
}

/** A tensor of at most two axes as it lies. */
export const wholeOf = (tensor: Tensor): Placed => ({
  tensor,
  rows: tensor.axes.length > 0 ? 0 : null,
  columns: tensor.axes.length > 1 ? 1 : null,
});

/** A program on a backend. */
export class Machine {
  readonly code: Assembled;
  readonly program: Program;
  private readonly running: Running;

  constructor(program: Program, ground: Ground, target: Target) {
    this.program = program;
    this.code = assembled(program, target);
    this.running = running(ground, this.code, target);
  }

  /** Fills all memory: what a run does not make, it must not need. */
  fill(value: number): void {
    this.running.memory.fill(value);
  }

  put(to: Placed, entries: ArrayLike<number>): void {
    put(this.running.memory, this.viewOf(to), entries);
  }

  /** The number of a label, counted from 0. */
  label(name: string, value: number): void {
    this.running.memory[this.code.labelAt(name)] = value;
  }

  run(steps: number, onlyValue = false): void {
    this.running.run(0, steps, onlyValue);
  }

  /** The entries of a matrix, row by row. */
  taken(from: Placed): Float32Array | Float64Array {
    return taken(this.running.memory, this.viewOf(from));
  }

  /** The entries of all that is asked for. */
  results(): (Float32Array | Float64Array)[] {
    return this.program.outputs.map((output) => this.taken(output));
  }

  dispose(): void {
    this.running.dispose();
  }

  private viewOf({ tensor, rows, columns }: Placed): View {
    const extent = (k: number | null): number => (k === null ? 1 : tensor.axes[k]!.extent);
    return {
      storage: this.code.storageOf(tensor),
      rows: extent(rows),
      columns: extent(columns),
      rowAxis: rows,
      columnAxis: columns,
    };
  }
}
