/** @file Running loop code as WebAssembly, on as many threads as it is made for. */

import { setFlagsFromString } from "node:v8";
import { Worker } from "node:worker_threads";
import { errors } from "../diagnostics/errors.ts";
import type { Called, Module } from "../lower/loops.ts";
import { wasmBase, wasmPages } from "../lower/wasm/memory.ts";
import { toWasm } from "../lower/wasm/module.ts";
import type { Running } from "./running.ts";
import { allocated, numbersIn } from "./running.ts";

/** What is used of WebAssembly. */
declare const WebAssembly: {
  readonly validate: (bytes: Uint8Array<ArrayBuffer>) => boolean;
  readonly Memory: new (limits: {
    initial: number;
    maximum: number;
    shared?: boolean;
  }) => {
    readonly buffer: ArrayBuffer | SharedArrayBuffer;
  };
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
  readonly Instance: new (
    module: object,
    imports: { readonly m: Readonly<Record<string, unknown>> },
  ) => { readonly exports: Readonly<Record<string, unknown>> };
};

type Run = (thread: number, from: number, to: number, onlyValue: number) => void;

// Where a run is described to the other threads, in whole numbers.
const asked = 0;
const [fromAt, toAt, onlyValueAt, finished, ready] = [1, 2, 3, 4, 5];

/**
 * How often a thread looks again before it sleeps: about 1 ms. Threads that sleep in turn are woken on one processor
 * by some systems, and stay there.
 */
const patience = 200_000;
/** How long one wait takes at most, in ms, and for how many the other threads may take to begin. */
const oneWait = 100;
const startLimit = 100;

/** What a thread does: it waits for a run, takes its part, and tells when it is done. */
const workerSource = `
const { module, memory, called, thread, control } = require("node:worker_threads").workerData;
const m = { memory };
for (const name of called) m[name] = name === "power" ? Math.pow : Math[name];
const { run } = new WebAssembly.Instance(module, { m }).exports;
const c = new Int32Array(control);
Atomics.add(c, ${ready}, 1);
Atomics.notify(c, ${ready});
for (let seen = 0; ; ) {
  for (let k = 0; k < ${patience} && Atomics.load(c, ${asked}) === seen; k++);
  Atomics.wait(c, ${asked}, seen);
  seen = Atomics.load(c, ${asked});
  run(thread, c[${fromAt}], c[${toAt}], c[${onlyValueAt}]);
  Atomics.add(c, ${finished}, 1);
  Atomics.notify(c, ${finished});
}
`;

const importOf = (name: Called): unknown => (name === "power" ? Math.pow : Math[name]);

/** A module with one function, a·b + c of vectors in one instruction: its head, its types, and its code. */
const fusedProbe = Uint8Array.from(
  Buffer.from("0061736d0100000001080160037b7b7b017b030201000a0d010b00200020012002fd85020b", "hex"),
);

let isFusedKnown: boolean | null = null;

/**
 * Whether a·b + c can be one instruction, which doubles the speed of products. Later versions of Node have it from
 * the start (WebAssembly's relaxed SIMD), Node 20 where it is asked for.
 */
function hasFused(): boolean {
  if (isFusedKnown === null) {
    if (!WebAssembly.validate(fusedProbe)) setFlagsFromString("--experimental-wasm-relaxed-simd");
    isFusedKnown = WebAssembly.validate(fusedProbe);
  }
  return isFusedKnown;
}

export function runningWasm(module: Module): Running {
  const isShared = module.threads > 1;
  const pages = wasmPages(module);
  const { bytes, called } = toWasm(module, { isShared, hasFused: hasFused() });
  const limits = { initial: pages, maximum: pages, ...(isShared && { shared: true }) };
  const memory = allocated(pages * 65_536, () => new WebAssembly.Memory(limits));
  const compiled = new WebAssembly.Module(bytes);
  const imports: Record<string, unknown> = { memory };
  for (const name of called) imports[name] = importOf(name);
  const { exports } = new WebAssembly.Instance(compiled, { m: imports });
  const run = exports["run"] as Run;
  const numbers = numbersIn(module, memory.buffer, wasmBase);
  if (!isShared)
    return {
      memory: numbers,
      run: (from, to, onlyValue) => run(0, from, to, Number(onlyValue)),
      dispose: () => {},
    };
  const control = new Int32Array(new SharedArrayBuffer(64));
  const workers: Worker[] = [];
  const dispose = (): void => {
    for (const worker of workers) void worker.terminate();
  };
  for (let thread = 1; thread < module.threads; thread++) {
    const workerData = { module: compiled, memory, called, thread, control: control.buffer };
    try {
      workers.push(new Worker(workerSource, { eval: true, workerData }));
    } catch {
      dispose();
      throw errors.noThreads(module.threads);
    }
    workers.at(-1)!.unref();
  }
  awaited(control, ready, workers.length, startLimit);
  return {
    memory: numbers,
    run: (from, to, onlyValue) => {
      control[fromAt] = from;
      control[toAt] = to;
      control[onlyValueAt] = Number(onlyValue);
      Atomics.store(control, finished, 0);
      Atomics.add(control, asked, 1);
      Atomics.notify(control, asked);
      run(0, from, to, Number(onlyValue));
      awaited(control, finished, workers.length, Infinity);
    },
    dispose,
  };
}

/** Until so many threads have counted themselves; waits are counted, since a process may be held in one for long. */
function awaited(control: Int32Array, at: number, count: number, limit: number): void {
  for (let tries = 0; ; tries++) {
    const counted = Atomics.load(control, at);
    if (counted >= count) return;
    if (tries < patience) continue;
    Atomics.wait(control, at, counted, oneWait);
    if (tries - patience > limit) throw new Error("internal: a thread did not begin");
  }
}
