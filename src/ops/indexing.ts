/** @file Entries, rows, columns and members of families, by indices that count from 1. */

import type { Dimension, Shape } from "../expr/dimension.ts";
import { multiplied, one } from "../expr/dimension.ts";
import type { Expr } from "../expr/expr.ts";
import { isApply, isScalar, unit } from "../expr/expr.ts";
import type { Arithmetic, Region, Value } from "../expr/op.ts";
import type { Properties } from "../expr/properties.ts";
import { has, property } from "../expr/properties.ts";
import { identity, product, transpose } from "./arithmetic.ts";
import type { Primitive } from "./core.ts";
import { areCounts, primitive, sign } from "./core.ts";

/** What holds of every entry and so of each. */
const ofEntries = property.positive | property.nonnegative | property.integer | property.signs;

/** What an index counts from 0, as the oracle stores it. */
const at = (m: Arithmetic, i: Value): number => m.real(m.entry(i, 0, 0)) - 1;

const inside: Region = {
  text: "indices that are not larger than the size",
  holds: (m, x, i, j) => at(m, i) < m.rows(x) && (j === undefined || at(m, j) < m.columns(x)),
};

const entryProperties = ([x, i, j]: readonly Expr[]): Properties => {
  const known = x!.properties & ofEntries;
  if (i !== j) return known;
  // A_{ii} = eᵢᵀAeᵢ
  if (has(x!.properties, property.posdef)) return known | property.positive;
  return has(x!.properties, property.psd) ? known | property.nonnegative : known;
};

/** A_{ij}. */
export const entry: Primitive = primitive("entry", {
  signature: "m×n, 1×1, 1×1 → 1×1",
  notation: { kind: "entry" },
  pullback: (g, _y, x, i, j) => [
    product(unitVector(x.shape[0], i), g, transpose(unitVector(x.shape[1], j))),
    null,
    null,
  ],
  value: (m, x, i, j) => m.entry(x, at(m, i), at(m, j)),
  properties: entryProperties,
  domain: inside,
  // δ_{ij}
  selects: ([x]) => isApply(x!, identity),
});

/** A_{i,:} as a row. */
export const row: Primitive = primitive("row", {
  signature: "m×n, 1×1 → 1×n",
  notation: { kind: "entry", blank: "column" },
  pullback: (g, _y, x, i) => [product(unitVector(x.shape[0], i), g), null],
  value: (m, x, i) => m.matrix(1, m.columns(x), (_, j) => m.entry(x, at(m, i), j)),
  properties: entryProperties,
  domain: inside,
});

/** A_{:,j} as a column. */
export const column: Primitive = primitive("column", {
  signature: "m×n, 1×1 → m×1",
  notation: { kind: "entry", blank: "row" },
  pullback: (g, _y, x, j) => [product(g, transpose(unitVector(x.shape[1], j))), null],
  value: (m, x, j) => m.matrix(m.rows(x), 1, (i) => m.entry(x, i, at(m, j))),
  properties: entryProperties,
  domain: { ...inside, holds: (m, x, j) => at(m, j) < m.columns(x) },
});

/** One of a family of values, such as x_i. */
export const member: Primitive = primitive("member", {
  called: "member of a family",
  signature: "m×n, 1×1 → p×q",
  shape: ([family]) => (family?.kind === "sym" ? family.member : null),
  notation: { kind: "entry" },
  pullback: (g, _y, family, i) => [product(g, transpose(unitVector(family.shape[1], i))), null],
  value: (m, x, i) => m.matrix(m.rows(x), 1, (k) => m.entry(x, k, at(m, i))),
  properties: ([x]) => x!.properties & (ofEntries | property.onehot | property.sumsToOne),
  domain: { ...inside, holds: (m, x, i) => at(m, i) < m.columns(x) },
});

/** The indices that pick a part of something, each with the dimension that it counts in. */
export function countedBy(e: Expr): (readonly [index: Expr, counted: Dimension])[] {
  if (e.kind !== "apply") return [];
  const [of, i, j] = e.args as [Expr, Expr, Expr];
  if (isApply(e, entry))
    return [
      [i, of.shape[0]],
      [j, of.shape[1]],
    ];
  if (isApply(e, row)) return [[i, of.shape[0]]];
  return isApply(e, column) || isApply(e, member) ? [[i, of.shape[1]]] : [];
}

/** [i ≠ j]: 1 where two indices differ, else 0. */
export const differs: Primitive = primitive("differs", {
  signature: "1×1, 1×1 → 1×1",
  notation: { kind: "infix", level: "comparison", symbol: sign("≠", "!=", "\\neq") },
  pullback: () => [null, null],
  value: (m, i, j) => m.number(at(m, i) === at(m, j) ? 0 : 1),
  selects: areCounts,
  properties: () => property.nonnegative | property.integer,
});

/** The shape of a family's name: its members side by side. */
export const familyShape = (of: Shape, count: Dimension): Shape => [
  multiplied(of[0], of[1]),
  count,
];

const members = "_{·}";
/** The name of the family of all x_i where an x of its own stands beside them; it is written with an index only. */
export const membersName = (base: string): string => base + members;
export const isMembersName = (name: string): boolean => name.endsWith(members);
/** What is written of a family's name before the index. */
export const withoutMembers = (name: string): string =>
  isMembersName(name) ? name.slice(0, -members.length) : name;

/** A_{ij}, without indices where there is nothing to choose. */
export function entryOf(x: Expr, i: Expr, j: Expr = unit): Expr {
  return isScalar(x) ? x : entry(x, i, j);
}

/** The basis vector e_k of that length: a column of the identity. */
export function unitVector(n: Dimension, k: Expr): Expr {
  return n === one ? unit : column(identity(n), k);
}

/** δ_{ij} for indices up to `n`. */
export function delta(n: Dimension, i: Expr, j: Expr): Expr {
  return entryOf(identity(n), i, j);
}

/** The two indices of a δ, null where e is none. */
export function indicesOfDelta(e: Expr): readonly [Expr, Expr] | null {
  return isApply(e, entry) && isApply(e.args[0]!, identity) ? [e.args[1]!, e.args[2]!] : null;
}

/** The index of a basis vector, null where e is none. */
export function indexOfUnitVector(e: Expr): Expr | null {
  return isApply(e, column) && isApply(e.args[0]!, identity) ? e.args[1]! : null;
}
