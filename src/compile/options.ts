/** @file What may be asked of a compiled program. */

import type { Precision } from "../lower/loops.ts";
import type { UpdateRule } from "./update.ts";

export type BackendName = "native" | "wasm" | "js";

/** Backends as they are told. */
export const backendNames: Readonly<Record<BackendName, string>> = {
  native: "machine code",
  wasm: "WebAssembly",
  js: "JavaScript",
};

export interface CompileOptions {
  /** The sizes of the dimensions that have names; numbers in the problem say the rest. */
  readonly sizes?: Readonly<Record<string, number>>;
  /** The variables of the gradients (`"W, b"`); without it those that a leading ∇ names, or none. */
  readonly wrt?: string;
  /** `"float64"` without it. */
  readonly dtype?: Precision;
  /** `"auto"` without it: JavaScript for small problems, else machine code, else WebAssembly. */
  readonly backend?: "auto" | BackendName;
  /** As many as the machine has, without it; problems that are too small for several take one. */
  readonly threads?: number;
  /** Whether numbers that are not finite are errors where they are given; else they are taken as they are. */
  readonly checkFinite?: boolean;
  /** One-hot names that are given by the places of their ones, counted from 0: the class of each sample. */
  readonly labels?: readonly string[];
  /** Definitions of the problem whose values can be asked for. */
  readonly keep?: readonly string[];
  /** How a step changes the variables; `steps` takes them. */
  readonly update?: UpdateRule;
  /** Names of which each step takes other samples (rows, members), with how many there are to take from. */
  readonly feed?: Readonly<Record<string, number>>;
  /** Whether the derivatives are checked as `derive` does; true without it. */
  readonly verify?: boolean;
  /** Told when something goes another way than asked, such as a compiler that is missing; stderr without it. */
  readonly note?: (text: string) => void;
}
