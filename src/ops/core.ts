/** @file What an entry of the operation table is made of: signatures, notations, patterns. */

import type { Dimension, Shape } from "../expr/dimension.ts";
import { dimension, isScalarShape, multiplied, one } from "../expr/dimension.ts";
import type { Expr } from "../expr/expr.ts";
import { apply, constant } from "../expr/expr.ts";
import type {
  Arithmetic,
  ConstantOp,
  Notation,
  Op,
  OpFields,
  Region,
  Scalar,
  Spelled,
  Value,
} from "../expr/op.ts";
import { argsOf, postorder } from "../expr/walk.ts";

type Optional = "shape" | "spellings";
type Spec = Omit<OpFields, "opName" | Optional> & Partial<Pick<OpFields, Optional>>;

/** A primitive operation: it has a value of its own. */
export type Primitive = Op & { readonly value: NonNullable<OpFields["value"]> };
/** A derived operation: `expand` defines it by others. */
export type Derived = Op & { readonly expand: NonNullable<OpFields["expand"]> };

function operation(opName: string, spec: Spec): Op {
  const op: Op = Object.assign((...args: Expr[]): Expr => apply(op, args), {
    opName,
    shape: shapeOf(spec.signature),
    spellings: [],
    ...spec,
  });
  return op;
}

/** Defines an operation by its value. */
export const primitive = (opName: string, spec: Spec & Required<Pick<Spec, "value">>): Primitive =>
  operation(opName, spec) as Primitive;

/** Defines an operation by others; pullback and value, where given, are checked against `expand`. */
export const derived = (opName: string, spec: Spec & Required<Pick<Spec, "expand">>): Derived =>
  operation(opName, spec) as Derived;

/** Defines a constant of any size; calling it with one dimension makes a square or a column. */
export function constantOp(
  opName: string,
  kind: "column" | "square" | "any",
  spec: Omit<Spec, "pullback" | "signature"> & Required<Pick<Spec, "constant">>,
  scalar: Expr | null = null,
): ConstantOp {
  const op: ConstantOp = Object.assign(
    (rows: Dimension, columns?: Dimension): Expr => {
      const shape: Shape = [rows, columns ?? (kind === "column" ? one : rows)];
      // Of size 1×1 it is a number.
      return scalar && isScalarShape(shape) ? scalar : constant(op, shape);
    },
    {
      opName,
      signature: kind === "column" ? "→ n×1" : kind === "square" ? "→ n×n" : "→ m×n",
      shape: (): Shape | null => null,
      spellings: [],
      pullback: () => [],
      ...spec,
    },
  );
  return op;
}

/** Reads `m×k, k×n → m×n`; a letter is a dimension, letters side by side are a product. */
function shapeOf(signature: string): (args: readonly Expr[]) => Shape | null {
  let parsed: { inputs: string[][]; output: string[] } | undefined;
  const parse = (): { inputs: string[][]; output: string[] } => {
    const [left = "", right = ""] = signature.split("→");
    const shape = (text: string): string[] => text.trim().split("×");
    return { inputs: left.split(",").map(shape), output: shape(right) };
  };
  return (args) => {
    parsed ??= parse();
    if (args.length !== parsed.inputs.length) return null;
    const bound = new Map<string, Dimension>();
    for (const [index, arg] of args.entries()) {
      for (const axis of [0, 1] as const) {
        const letter = parsed.inputs[index]![axis]!;
        const expected = /^\d/u.test(letter) ? dimension(Number(letter)) : bound.get(letter);
        if (expected === undefined) bound.set(letter, arg.shape[axis]);
        else if (expected !== arg.shape[axis]) return null;
      }
    }
    const output = (text: string): Dimension =>
      /^\d/u.test(text)
        ? dimension(Number(text))
        : [...text].map((letter) => bound.get(letter)!).reduce(multiplied);
    return [output(parsed.output[0]!), output(parsed.output[1]!)];
  };
}

/** The same sign in every alphabet, or one for each. */
export const sign = (unicode: string, ascii = unicode, latex = unicode): Spelled => ({
  unicode,
  ascii,
  latex,
});

/** `name(arguments)`. */
export const call = (
  name: string,
  latex = `\\operatorname{${name}}`,
): Notation & { kind: "call" } => ({
  kind: "call",
  name,
  latex,
});

/** Every entry of a value satisfies `test`. */
export function every(m: Arithmetic, x: Value, test: (entry: number) => boolean): boolean {
  for (let i = 0; i < m.rows(x); i++)
    for (let j = 0; j < m.columns(x); j++) if (!test(m.real(m.entry(x, i, j)))) return false;
  return true;
}

/** A function of each entry. */
export function map(m: Arithmetic, x: Value, f: (entry: Scalar) => Scalar): Value {
  return m.matrix(m.rows(x), m.columns(x), (i, j) => f(m.entry(x, i, j)));
}

/** The sum over all entries of `f(i, j)`. */
export function total(
  m: Arithmetic,
  rows: number,
  columns: number,
  f: (i: number, j: number) => Scalar,
): Scalar {
  let sum = m.number(0);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) sum = m.plus(sum, f(i, j));
  return sum;
}

/** Whether expressions speak of indices, sizes and numbers alone. */
export const areCounts = (args: readonly Expr[]): boolean =>
  postorder(args, argsOf).every((e) => e.kind !== "sym" || e.role !== "value");

/** How close to a kink or to the edge of a domain a drawn point may lie. */
export const margin = 1e-3;

export const positiveEntries: Region = {
  text: "entries greater than 0",
  holds: (m, x) => every(m, x, (entry) => entry > margin),
};

export const nonzeroEntries: Region = {
  text: "entries different from 0",
  holds: (m, x) => every(m, x, (entry) => Math.abs(entry) > margin),
};
