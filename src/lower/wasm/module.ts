/** @file Loop code as the bytes of a WebAssembly module with vectors of 128 bits. */

import type { Called, Module } from "../loops.ts";
import { calledIn } from "./called.ts";
import { section, text, unsigned, vectorOf } from "./encoding.ts";
import { f64, i32, kinds } from "./instructions.ts";
import { wasmPages } from "./memory.ts";
import { functionBody } from "./statements.ts";

/** What a module is made for besides. */
export interface WasmOptions {
  /** Whether memory is shared between threads. */
  readonly isShared: boolean;
  /** Whether a·b + c is one instruction. */
  readonly hasFused: boolean;
}

/**
 * The bytes of a module that exports `run`, imports its memory, and of the functions of numbers those that are
 * `called`, in double precision.
 */
export function toWasm(
  module: Module,
  options: WasmOptions,
): { readonly bytes: Uint8Array<ArrayBuffer>; readonly called: readonly Called[] } {
  const called = [...calledIn(module)];
  const indices = new Map<string, number>(
    module.functions.map((f, k) => [f.name, called.length + k]),
  );
  const context = {
    kind: kinds[module.precision],
    indices,
    called,
    hasFused: options.hasFused,
    threads: module.threads,
  };
  const signatures: number[][] = [];
  const signature = (parameters: readonly number[], results: readonly number[]): number => {
    const bytes = [
      0x60,
      ...unsigned(parameters.length),
      ...parameters,
      ...unsigned(results.length),
      ...results,
    ];
    const known = signatures.findIndex((s) => s.join() === bytes.join());
    if (known >= 0) return known;
    signatures.push(bytes);
    return signatures.length - 1;
  };
  const imports = called.map((name) => {
    const count = name === "power" ? 2 : 1;
    const type = signature(
      Array.from({ length: count }, () => f64),
      [f64],
    );
    return [...text("m"), ...text(name), 0, ...unsigned(type)];
  });
  const pages = unsigned(wasmPages(module));
  const limits = options.isShared ? [3, ...pages, ...pages] : [0, ...pages];
  imports.push([...text("m"), ...text("memory"), 2, ...limits]);
  const types = module.functions.map((f) =>
    unsigned(
      signature(
        f.parameters.map(() => i32),
        [],
      ),
    ),
  );
  const bodies = module.functions.map((f) => {
    const body = functionBody(f, context);
    return [...unsigned(body.length), ...body];
  });
  const exported = [...text("run"), 0, ...unsigned(called.length + module.functions.length - 1)];
  const bytes: number[] = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
  section(bytes, 1, vectorOf(signatures));
  section(bytes, 2, vectorOf(imports));
  section(bytes, 3, vectorOf(types));
  section(bytes, 7, vectorOf([exported]));
  section(bytes, 10, vectorOf(bodies));
  return { bytes: Uint8Array.from(bytes), called };
}
