/** @file Where all threads wait for one another, as instructions. */

import { signed, unsigned } from "./encoding.ts";
import { atomic, empty, i32, instruction } from "./instructions.ts";
import { arrivedAt, generationAt } from "./memory.ts";
import type { Writer } from "./writer.ts";

/** How often a thread looks at a barrier before it sleeps: about 1 ms, within which the others come. */
const patience = 1_000_000;
/** How long a thread sleeps before it looks again, in ns. */
const nap = 1_000_000n;

/** All threads count themselves; the last lets the others go on, who look again and again, then sleep. */
export function writeBarrier(writer: Writer, threads: number): void {
  const own = writer.declare(i32);
  const tries = writer.declare(i32);
  const shared = (name: Parameters<typeof atomic>[0], at: number): void =>
    writer.emit(...atomic(name), 2, ...unsigned(at));
  writer.int(0);
  writer.set(tries);
  writer.int(0);
  shared("load", generationAt);
  writer.set(own);
  writer.int(0);
  writer.int(1);
  shared("plus", arrivedAt);
  writer.int(threads - 1);
  writer.emit(instruction.equal, instruction.if, empty);
  // The last one: nobody has arrived at the next barrier, and the generation is the next.
  writer.int(0);
  writer.int(0);
  shared("store", arrivedAt);
  writer.int(0);
  writer.get(own);
  writer.int(1);
  writer.emit(instruction.plus);
  shared("store", generationAt);
  writer.int(0);
  writer.int(threads);
  shared("notify", generationAt);
  writer.emit(instruction.drop, instruction.else);
  // The others, while the generation is the old one.
  writer.emit(instruction.loop, empty);
  writer.int(0);
  shared("load", generationAt);
  writer.get(own);
  writer.emit(instruction.equal, instruction.if, empty);
  writer.advance(tries, 1);
  writer.int(patience);
  writer.emit(instruction.greater, instruction.if, empty);
  writer.int(0);
  writer.get(own);
  writer.emit(instruction.int64, ...signed(nap));
  shared("wait", generationAt);
  writer.emit(instruction.drop, instruction.end);
  writer.emit(instruction.branch, 1, instruction.end, instruction.end, instruction.end);
}
