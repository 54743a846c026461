/** @file Expressions: a closed union of a few kinds, immutable, shaped and interned. */

import type { Shape } from "./dimension.ts";
import { isScalarShape, one, scalarShape } from "./dimension.ts";
import type { Op, OpFields } from "./op.ts";
import type { Properties } from "./properties.ts";
import { closed, property } from "./properties.ts";
import type { Rational } from "./rational.ts";
import { isInteger, isNegative, rational, show } from "./rational.ts";

interface Node {
  /** Creation number: an argument's is smaller than its application's. */
  readonly id: number;
  readonly shape: Shape;
  /** What is known of the value, closed under what follows. */
  readonly properties: Properties;
  /** How many symbols the expression has as a tree. */
  readonly size: number;
}

/** An exact number, 1×1. */
export interface Num extends Node {
  readonly kind: "num";
  readonly value: Rational;
}

/** A name: a variable or constant of the problem, or the size of a dimension. */
export interface Sym extends Node {
  readonly kind: "sym";
  readonly name: string;
  readonly role: "value" | "dimension";
  /** What the problem defines the name to be. */
  readonly definition: Expr | null;
}

/** An operation applied to arguments. */
export interface Apply extends Node {
  readonly kind: "apply";
  readonly op: Op | OpFields;
  readonly args: readonly Expr[];
}

export type Expr = Num | Sym | Apply;

let created = 0;

// Leaves are held weakly. An application hangs on its youngest argument, so that it lives as long
// as its arguments do and no longer: a long-running process keeps nothing of past problems.
const leaves = new Map<string, WeakRef<Num | Sym | Apply>>();
const collected = new FinalizationRegistry<string>((key) => {
  if (!leaves.get(key)?.deref()) leaves.delete(key);
});
const uses = new WeakMap<Expr, Map<string, Apply>>();

function leaf<T extends Num | Sym | Apply>(key: string, make: () => T): T {
  const found = leaves.get(key)?.deref();
  if (found) return found as T;
  const made = make();
  leaves.set(key, new WeakRef(made));
  collected.register(made, key);
  return made;
}

/** The number `value`. */
export function num(value: Rational | number): Num {
  const exact = typeof value === "number" ? rational(value) : value;
  return leaf(`#${show(exact)}`, () => {
    const sign = isNegative(exact)
      ? property.invertible
      : exact.numerator === 0n
        ? property.nonnegative
        : property.positive;
    const whole = isInteger(exact) ? property.integer : 0;
    return {
      kind: "num",
      id: ++created,
      shape: scalarShape,
      properties: closed(sign | whole, true),
      size: 1,
      value: exact,
    };
  });
}

/** The symbol `name`; symbols of equal name, shape, properties and definition are one object. */
export function sym(
  name: string,
  shape: Shape,
  properties: Properties = 0,
  definition: Expr | null = null,
): Sym {
  const all = closed(properties | (definition?.properties ?? 0), isScalarShape(shape));
  const key = `$${name}:${shape[0].key}×${shape[1].key}:${all}:${definition?.id ?? ""}`;
  return leaf(key, () => ({
    kind: "sym",
    id: ++created,
    name,
    role: "value",
    shape,
    properties: all,
    size: 1,
    definition,
  }));
}

/** The size of a dimension as a scalar: a number, or one symbol for each name. */
export function dimensionSymbol(name: string): Sym {
  return leaf(`@${name}`, () => ({
    kind: "sym",
    id: ++created,
    name,
    role: "dimension",
    shape: scalarShape,
    properties: closed(property.positive | property.integer, true),
    size: 1,
    definition: null,
  }));
}

/** `op` applied to `args`; shapes that do not fit the signature are an internal error. */
export function apply(op: Op | OpFields, args: readonly Expr[]): Apply {
  let key = op.opName;
  let youngest: Expr | null = null;
  for (const arg of args) {
    key += ` ${arg.id}`;
    if (youngest === null || arg.id > youngest.id) youngest = arg;
  }
  if (youngest === null) throw new Error(`internal: ${op.opName} without arguments has no size`);
  let table = uses.get(youngest);
  if (!table) uses.set(youngest, (table = new Map()));
  const found = table.get(key);
  if (found) return found;
  const shape = op.shape(args);
  if (!shape) {
    const shapes = args.map((arg) => `${arg.shape[0].key}×${arg.shape[1].key}`).join(", ");
    throw new Error(`internal: ${op.opName} (${op.signature}) does not take ${shapes}`);
  }
  let size = 1;
  for (const arg of args) size += arg.size;
  const properties = closed(op.properties?.(args, shape) ?? 0, isScalarShape(shape));
  const made: Apply = { kind: "apply", id: ++created, op, args, shape, properties, size };
  table.set(key, made);
  return made;
}

/** A constant operation (`I`, `𝟏`, `0`) of that shape. */
export function constant(op: OpFields, shape: Shape): Apply {
  return leaf(`!${op.opName}:${shape[0].key}×${shape[1].key}`, () => ({
    kind: "apply",
    id: ++created,
    op,
    args: [],
    shape,
    properties: closed(op.properties?.([], shape) ?? 0, isScalarShape(shape)),
    size: 1,
  }));
}

export const zero: Num = num(0);
export const unit: Num = num(1);
export const minusOne: Num = num(-1);
export const two: Num = num(2);
export const half: Num = num(rational(1, 2));

export const isScalar = (e: Expr): boolean => e.shape[0] === one && e.shape[1] === one;
export const isColumn = (e: Expr): boolean => e.shape[1] === one;
export const isRow = (e: Expr): boolean => e.shape[0] === one;
export const isSquare = (e: Expr): boolean => e.shape[0] === e.shape[1];
export const isApply = <O extends OpFields>(e: Expr, op: O): e is Apply & { readonly op: O } =>
  e.kind === "apply" && e.op === op;
