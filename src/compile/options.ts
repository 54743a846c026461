/** @file What may be asked of a compiled program. */

import { errors } from "../diagnostics/errors.ts";
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
  /** How a step changes the variables; `steps` takes them. With names that are fed alone steps change nothing. */
  readonly update?: UpdateRule;
  /** Names of which each step takes other samples (rows, members), with how many there are to take from. */
  readonly feed?: Readonly<Record<string, number>>;
  /** Names, constants of the update among them, that have other numbers in every step: `steps` is given them. */
  readonly perStep?: readonly string[];
  /** Scalars that the problem defines: `course` gives what they were before each of the last steps. */
  readonly record?: readonly string[];
  /** Whether the derivatives are checked as `derive` does; true without it. */
  readonly verify?: boolean;
  /** Told when something goes another way than asked, such as a compiler that is missing; stderr without it. */
  readonly note?: (text: string) => void;
}

const isOneOf =
  (...known: readonly string[]) =>
  (value: unknown): boolean =>
    known.includes(value as string);
const isOfKind =
  (kind: "string" | "boolean" | "function") =>
  (value: unknown): boolean =>
    typeof value === kind;
const isRecord = (value: unknown): value is object => typeof value === "object" && value !== null;
const areNames = (value: unknown): boolean =>
  Array.isArray(value) && value.every((name) => typeof name === "string");
const areNumbers = (value: unknown): boolean =>
  isRecord(value) && Object.values(value).every((x) => typeof x === "number" && !Number.isNaN(x));
const isRule = (value: unknown): boolean => {
  const { formulas, gradient, states, scalars, constants } = (value ?? {}) as Partial<UpdateRule>;
  return (
    typeof formulas === "string" &&
    (gradient === undefined || typeof gradient === "string") &&
    [states, scalars, constants].every(areNumbers)
  );
};

/** What stands for itself in options, here and on the command line. */
export const choices = {
  dtype: ["float32", "float64"],
  backend: ["auto", "native", "wasm", "js"],
} as const;
export const mostThreads = 64;

type Fits = (value: unknown) => boolean;
/** What each option takes. */
const options: Readonly<Record<keyof CompileOptions, readonly [what: string, fits: Fits]>> = {
  sizes: ["numbers by their names: { n: 100 }", isRecord],
  wrt: ['names in one text: "W, b"', isOfKind("string")],
  dtype: [choices.dtype.join(", "), isOneOf(...choices.dtype)],
  backend: [choices.backend.join(", "), isOneOf(...choices.backend)],
  threads: [
    `a whole number from 1 to ${mostThreads}`,
    (n) => Number.isSafeInteger(n) && (n as number) >= 1 && (n as number) <= mostThreads,
  ],
  checkFinite: ["true or false", isOfKind("boolean")],
  labels: ['names: ["Y"]', areNames],
  keep: ['names: ["H"]', areNames],
  update: ["a rule whose constants are numbers: adam(0.001)", isRule],
  feed: ["numbers by names: { X: 1000 }", isRecord],
  perStep: ['names: ["η"]', areNames],
  record: ['names: ["A"]', areNames],
  verify: ["true or false", isOfKind("boolean")],
  note: ["a function that is told a text", isOfKind("function")],
};

/** @throws NablaError where an option is none, or is not what it takes. */
export function checkOptions(given: CompileOptions): void {
  if (!isRecord(given)) throw errors.badOption("options", "an object: { sizes, wrt, … }");
  for (const [name, value] of Object.entries(given)) {
    if (!Object.hasOwn(options, name)) throw errors.noOption(name, Object.keys(options));
    const [what, fits] = options[name as keyof CompileOptions];
    if (value !== undefined && !fits(value)) throw errors.badOption(name, what);
  }
}
