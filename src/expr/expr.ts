/** @file Expressions: a closed union of a few kinds, immutable, shaped and interned. */

import type { Dimension, Shape } from "./dimension.ts";
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
  /** The indices it depends on that no sum in it binds, by age. */
  readonly free: readonly Sym[];
  /** How deep sums over indices nest in it. */
  readonly height: number;
}

/** An exact number, 1×1. */
export interface Num extends Node {
  readonly kind: "num";
  readonly value: Rational;
}

/** A name: a variable or constant of the problem, the size of a dimension, or an index. */
export interface Sym extends Node {
  readonly kind: "sym";
  readonly name: string;
  readonly role: "value" | "dimension" | "index";
  /** Of an index: it counts from 1 to this. */
  readonly range: Dimension | null;
  /** Of a family of values: the shape of each; the name stands for them side by side, as `vec` has them. */
  readonly member: Shape | null;
  /** What the problem defines the name to be. */
  readonly definition: Expr | null;
  /** Of a derivative that stands as a symbol: of what, and by what. */
  readonly cotangent: { readonly of: string; readonly by: Expr } | null;
  /** Of a differential that stands as a symbol: of what. */
  readonly differential: Expr | null;
}

/** An operation applied to arguments. */
export interface Apply extends Node {
  readonly kind: "apply";
  readonly op: Op | OpFields;
  readonly args: readonly Expr[];
}

/** Σ over an index of `body`; sums that differ by the name of their index alone are one object. */
export interface IndexSum extends Node {
  readonly kind: "indexSum";
  /** Bound here, of a name that only sums bind. */
  readonly index: Sym;
  readonly body: Expr;
}

export type Expr = Num | Sym | Apply | IndexSum;

let created = 0;

// Leaves are held weakly. An application hangs on its youngest argument, so that it lives as long
// as its arguments do and no longer: a long-running process keeps nothing of past problems.
type Leaf = Num | Sym | Apply;
const leaves = new Map<string, WeakRef<Leaf>>();
const collected = new FinalizationRegistry<string>((key) => {
  if (!leaves.get(key)?.deref()) leaves.delete(key);
});
const uses = new WeakMap<Expr, Map<string, Apply | IndexSum>>();

function usesOf(e: Expr): Map<string, Apply | IndexSum> {
  let table = uses.get(e);
  if (!table) uses.set(e, (table = new Map()));
  return table;
}

const none: readonly Sym[] = [];

/** The indices of several parts, each once. */
function joined(parts: readonly Expr[]): readonly Sym[] {
  let all = none;
  for (const { free } of parts) {
    if (all.length === 0) all = free;
    else if (free.some((i) => !all.includes(i)))
      all = [...new Set([...all, ...free])].sort((a, b) => a.id - b.id);
  }
  return all;
}

function leaf<T extends Leaf>(key: string, make: () => T): T {
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
      free: none,
      height: 0,
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
  member: Shape | null = null,
): Sym {
  const all = closed(properties | (definition?.properties ?? 0), isScalarShape(shape));
  const of = member ? `${member[0].key}×${member[1].key}` : "";
  const key = `$${name}:${shape[0].key}×${shape[1].key}:${all}:${definition?.id ?? ""}:${of}`;
  return leaf(key, () => ({
    kind: "sym",
    id: ++created,
    name,
    role: "value",
    range: null,
    member,
    shape,
    properties: all,
    size: 1,
    free: definition?.free ?? none,
    height: 0,
    definition,
    cotangent: null,
    differential: null,
  }));
}

/** ∂L/∂z as a symbol of the shape of z. */
export const cotangentSymbol = (of: string, by: Expr): Sym =>
  leaf(`∂${of}/${by.id}`, () => ({
    kind: "sym",
    id: ++created,
    name: `∂${of}/∂${textBelow(by)}`,
    role: "value",
    range: null,
    member: null,
    shape: by.shape,
    properties: closed(0, isScalarShape(by.shape)),
    size: 1,
    free: none,
    height: 0,
    definition: null,
    cotangent: { of, by },
    differential: null,
  }));

/** dX as a symbol of the shape of X; `set` is what restricts X. */
export const differentialSymbol = (of: Sym, set: Properties = 0): Sym =>
  leaf(`d${of.id}:${set}`, () => ({
    kind: "sym",
    id: ++created,
    name: `d${of.name}`,
    role: "value",
    range: null,
    member: of.member,
    shape: of.shape,
    properties: closed(set, isScalarShape(of.shape)),
    size: 1,
    free: of.free,
    height: 0,
    definition: null,
    cotangent: null,
    differential: of,
  }));

/** What stands below ∂, in the name of the symbol. */
function textBelow(e: Expr): string {
  if (e.kind === "sym") return e.name;
  if (e.kind !== "apply" || e.args.length === 0) return `#${e.id}`;
  const [first] = e.args.map(textBelow);
  if (e.op.notation.kind === "transpose") return `(${first}ᵀ)`;
  return e.op.notation.kind === "inverse" ? `${first}⁻¹` : `#${e.id}`;
}

/** The index `name`, which counts from 1 to `range`. */
export function indexSymbol(name: string, range: Dimension): Sym {
  return leaf(`%${name}:${range.key}`, () => {
    const free: Sym[] = [];
    const made: Sym = {
      kind: "sym",
      id: ++created,
      name,
      role: "index",
      range,
      member: null,
      shape: scalarShape,
      properties: closed(property.positive | property.integer, true),
      size: 1,
      free,
      height: 0,
      definition: null,
      cotangent: null,
      differential: null,
    };
    free.push(made);
    return made;
  });
}

/** The size of a dimension as a scalar: a number, or one symbol for each name. */
export function dimensionSymbol(name: string): Sym {
  return leaf(`@${name}`, () => ({
    kind: "sym",
    id: ++created,
    name,
    role: "dimension",
    range: null,
    member: null,
    shape: scalarShape,
    properties: closed(property.positive | property.integer, true),
    size: 1,
    free: none,
    height: 0,
    definition: null,
    cotangent: null,
    differential: null,
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
  const table = usesOf(youngest);
  const found = table.get(key) as Apply | undefined;
  if (found) return found;
  const shape = op.shape(args);
  if (!shape) {
    const shapes = args.map((arg) => `${arg.shape[0].key}×${arg.shape[1].key}`).join(", ");
    throw new Error(`internal: ${op.opName} (${op.signature}) does not take ${shapes}`);
  }
  let size = 1;
  let height = 0;
  for (const arg of args) {
    size += arg.size;
    if (arg.height > height) height = arg.height;
  }
  const properties = closed(op.properties?.(args, shape) ?? 0, isScalarShape(shape));
  const free = joined(args);
  const made: Apply = {
    kind: "apply",
    id: ++created,
    op,
    args,
    shape,
    properties,
    size,
    free,
    height,
  };
  table.set(key, made);
  return made;
}

/** Every term of a sum being so makes the sum so. */
const additive =
  property.symmetric |
  property.skew |
  property.psd |
  property.posdef |
  property.diagonal |
  property.nonnegative |
  property.positive |
  property.integer;

/** The index that a sum of that height binds: of one name for all such sums. */
export const boundIndex = (height: number, range: Dimension): Sym =>
  indexSymbol(`#${height}`, range);

/** Whether an index is that of a sum around, which stands for it by its height. */
export const isBoundIndex = (index: Sym): boolean => index.name.startsWith("#");

/** The sum over `boundIndex(height, …)`; `binding.ts` takes any index. */
export function boundSum(index: Sym, body: Expr, height: number): IndexSum {
  const table = usesOf(index.id > body.id ? index : body);
  const key = `Σ ${index.id} ${body.id}`;
  const found = table.get(key) as IndexSum | undefined;
  if (found) return found;
  const made: IndexSum = {
    kind: "indexSum",
    id: ++created,
    index,
    body,
    shape: body.shape,
    properties: closed(body.properties & additive, isScalarShape(body.shape)),
    size: body.size + 1,
    free: body.free.includes(index) ? body.free.filter((i) => i !== index) : body.free,
    height,
  };
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
    free: none,
    height: 0,
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
