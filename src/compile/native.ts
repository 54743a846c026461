/** @file Running loop code as machine code, made by the C compiler of the machine. */

import { spawnSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { constants, platform } from "node:os";
import { toC } from "../lower/c.ts";
import { bytesPerNumber } from "../lower/loops.ts";
import type { Module } from "../lower/loops.ts";
import { cached, digest } from "./cache.ts";
import { glue, threading } from "./glue.ts";
import type { Running } from "./running.ts";
import { allocated, bytesOf, numbersIn } from "./running.ts";
import type { Compiler } from "./toolchain.ts";
import { compilerFlags, processor } from "./toolchain.ts";

/** What a native module exports. */
interface Native {
  /** How far behind its beginning the memory in a buffer begins; it ends as much earlier than a piece is long. */
  readonly prepare: (memory: ArrayBuffer) => number;
  readonly run: (memory: ArrayBuffer, from: number, to: number, onlyValue: number) => void;
}

const piece = 2 ** 21;
/** A library stays where a worker of Node that loaded it ends: its threads go on in its code (`RTLD_NODELETE`). */
const stays = platform() === "darwin" ? 0x80 : 0x1000;
/** How long a compiler may take, in ms. */
const limit = 120_000;

/** Compiles and loads a module for vectors of so many lanes. @throws Error where that cannot be done. */
export function runningNative(
  module: Module,
  lanes: number,
  compiler: Compiler,
  note: (text: string) => void,
): Running {
  const source = `${toC(module, lanes, threading(module.threads))}\n${glue}`;
  const flags = compilerFlags(lanes * bytesPerNumber(module.precision));
  const key = digest(source, compiler.version, flags.join(" "), processor(), process.version);
  const path = cached(key, (to) => compile(compiler, flags, source, to), note);
  const loaded: { exports: unknown } = { exports: {} };
  process.dlopen(loaded, path, constants.dlopen.RTLD_NOW | stays);
  const native = loaded.exports as Native;
  // A piece more than it needs, to begin where one begins.
  const bytes = (Math.ceil(bytesOf(module) / piece) + 1) * piece;
  const buffer = allocated(bytes, () => new ArrayBuffer(bytes));
  return {
    memory: numbersIn(module, buffer, native.prepare(buffer)),
    run: (from, to, onlyValue) => native.run(buffer, from, to, Number(onlyValue)),
    dispose: () => {},
  };
}

/** Makes a library of a source; the source goes when it is done. */
function compile(compiler: Compiler, flags: readonly string[], source: string, to: string): void {
  const file = to.replace(/\w+$/u, "c");
  try {
    writeFileSync(file, source, { mode: 0o600 });
    const { status, error, stderr } = spawnSync(compiler.path, [...flags, "-o", to, file], {
      timeout: limit,
      // The only signal that ends whatever stands under that name.
      killSignal: "SIGKILL",
      encoding: "utf8",
    });
    if (error) throw error;
    if (status !== 0) {
      const first = stderr.split("\n").find((line) => line.includes("error"));
      throw new Error(`the C compiler: ${first?.trim() ?? "it failed"}`);
    }
  } finally {
    rmSync(file, { force: true });
  }
}
