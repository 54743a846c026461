/** @file Running loop code as JavaScript. */

import { toJs } from "../lower/js.ts";
import type { Module } from "../lower/loops.ts";
import type { Numbers } from "./memory.ts";
import type { Running } from "./running.ts";
import { allocated, bytesOf, numbersIn } from "./running.ts";

type Run = (thread: number, from: number, to: number, onlyValue: number) => void;

/** Makes functions of the source that loop code prints: of numbers, and of names of its own. */
export function runningJs(module: Module): Running {
  const bytes = bytesOf(module);
  const memory = numbersIn(
    module,
    allocated(bytes, () => new ArrayBuffer(bytes)),
  );
  // Loop code is made of nothing that was typed: its names are letters with numbers.
  // oxlint-disable-next-line no-implied-eval
  const make = new Function("m", toJs(module)) as (m: Numbers) => Run;
  const run = make(memory);
  return {
    memory,
    run: (from, to, onlyValue) => run(0, from, to, Number(onlyValue)),
    dispose: () => {},
  };
}
