/** @file Every function that can be typed: its names, its signatures, and what it builds. */

import { errors } from "../diagnostics/errors.ts";
import type { Expr } from "../expr/expr.ts";
import { half } from "../expr/expr.ts";
import type { Op } from "../expr/op.ts";
import { add, inner, scale, trace, transpose, transposed } from "./arithmetic.ts";
import * as elementwise from "./elementwise.ts";
import * as exponential from "./exponential.ts";
import * as indicators from "./indicators.ts";
import * as kronecker from "./kronecker.ts";
import * as matrix from "./matrix.ts";
import * as norms from "./norms.ts";
import * as reduce from "./reduce.ts";
import * as rowwise from "./rowwise.ts";
import * as structure from "./structure.ts";
import { slopeOfEntries } from "./slope.ts";

/** One reading of a function: arguments of these shapes, and what is built of them. */
export interface Reading {
  readonly signature: string;
  readonly build: (...args: Expr[]) => Expr;
}

/** A function by one of its names; its readings are tried from the first. */
export interface FunctionEntry {
  readonly name: string;
  readonly readings: readonly Reading[];
}

const operations: readonly unknown[] = [
  trace,
  transpose,
  ...[elementwise, exponential, indicators, kronecker, matrix, reduce, rowwise, structure].flatMap(
    (family) => Object.values(family),
  ),
];

const isOp = (value: unknown): value is Op =>
  typeof value === "function" && "opName" in value && "pullback" in value;

const table = new Map<string, FunctionEntry>();

function define(name: string, readings: readonly Reading[]): void {
  if (table.has(name)) throw new Error(`internal: two functions are called ${name}`);
  table.set(name, { name, readings });
}

for (const op of operations)
  if (isOp(op))
    for (const name of op.spellings)
      define(
        name,
        op.signature.split(";").map((signature) => ({ signature, build: op })),
      );

const entrywise = (build: (x: Expr) => Expr): Reading[] => [{ signature: "m×n → m×n", build }];

/** f′ after the name of a function of each entry that has a derivative. */
const primed = (name: string): string => `${name}'`;
for (const op of operations)
  if (isOp(op) && op.entrywise)
    for (const name of op.spellings)
      define(
        primed(name),
        entrywise((x) => {
          const slope = slopeOfEntries(op, op(x), x);
          if (slope === null) throw errors.noRule(op.opName);
          return slope;
        }),
      );

define(
  "sqrt",
  entrywise((x) => elementwise.power(x, half)),
);
/** The spellings of the trace, which takes the whole product that follows. */
export const traceNames: ReadonlySet<string> = new Set(["tr", "Tr", "trace", "Trace"]);

for (const name of traceNames)
  if (!table.has(name)) define(name, [{ signature: "n×n → 1×1", build: trace }]);
define("sgn", entrywise(elementwise.signOf));
define("ReLU", entrywise(elementwise.relu));
define("tg", entrywise(elementwise.tan));
define("diag", [
  { signature: "n×1 → n×n", build: structure.diagonalMatrix },
  { signature: "n×n → n×1", build: structure.diagonalVector },
]);
define("norm", [{ signature: "m×n → 1×1", build: reduce.norm }]);
define("normF", [{ signature: "m×n → 1×1", build: reduce.norm }]);
for (const [name, kind] of [
  ["norm1", "1"],
  ["norm2", "2"],
  ["nuclear", "*"],
] as const)
  define(
    name,
    ["n×1 → 1×1", "m×n → 1×1"].map((signature) => ({
      signature,
      build: (x) => norms.normOfKind(kind, x),
    })),
  );
define("max", [{ signature: "m×n, m×n → m×n", build: elementwise.maximum }]);
define("min", [{ signature: "m×n, m×n → m×n", build: elementwise.minimum }]);
define("inner", [{ signature: "m×n, m×n → 1×1", build: inner }]);
define("dot", [{ signature: "n×1, n×1 → 1×1", build: inner }]);
define("expm", [{ signature: "n×n → n×n", build: exponential.expm }]);
define("sym", [{ signature: "n×n → n×n", build: (x) => scale(half, add(x, transposed(x))) }]);

/** The function of that name. */
export const functionNamed = (name: string): FunctionEntry | undefined => table.get(name);

/** All names, for "did you mean". */
export const functionNames = (): string[] =>
  [...table.keys()].filter((name) => !name.endsWith("'"));

export const isFunctionName = (word: string): boolean => table.has(word);
