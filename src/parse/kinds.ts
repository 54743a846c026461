/** @file What kind a name has by its letter and its place, and how that is told. */

import { one } from "../expr/dimension.ts";
import { withoutMembers } from "../ops/indexing.ts";
import type { Surface } from "./surface.ts";
import type { SymbolEntry } from "./symbols.ts";
import { classOf, isUnknown, solved } from "./unify.ts";

export type Kind = "matrix" | "vector" | "scalar";

export const conventionOf = (name: string): Kind => {
  const letter = name.normalize("NFD")[0]!;
  if (/\p{Lu}/u.test(letter)) return "matrix";
  return /[α-ω]/u.test(letter) ? "scalar" : "vector";
};

const conventionText = {
  matrix: "a capital letter",
  vector: "a lower-case letter",
  scalar: "a lower-case Greek letter",
} as const;

export const isConvention = (why: string): boolean =>
  (Object.values(conventionText) as string[]).includes(why);

/** Capitals that count samples, weigh terms or are a margin in many papers. */
export const mayCount = (name: string): boolean => /^[NMCDTΔ](?:_|$)/u.test(name);

/** A capital letter that is a matrix to most readers. */
export const isMatrixName = (e: Surface): boolean =>
  e.kind === "name" && conventionOf(e.name) === "matrix" && !mayCount(e.name);

/** Why a name is likely a vector. */
export const likely = {
  rightOfMatrix: "it stands right of a matrix",
  bold: "it is set in bold",
  normed: "its norm is taken",
  entrywise: "it is multiplied entry by entry",
  transposed: "it is transposed",
  inner: "it stands in an inner product",
  besideMatrix: "it stands in what a matrix is multiplied by",
} as const;

/** Whether with that reason a small Latin letter is no scalar at all. */
export const isSure = (why: string | null | undefined): boolean =>
  why === likely.rightOfMatrix || why === likely.bold;

/** Why a name has a shape that the shapes beside it settled. */
const follows = "it has to fit what stands beside it";

/** Why a name has its shape; empty where nothing is known. */
export function whyOf(symbol: SymbolEntry): string {
  for (const term of symbol.shape) {
    if (!isUnknown(term) || term.why === null) continue;
    const convention = /^convention (\w+)$/u.exec(term.why)?.[1];
    // Where the convention of another name settled it, this one only follows.
    if (convention && convention !== conventionOf(symbol.name)) return follows;
    if (convention) return conventionText[convention as Kind];
    return term.why === "it is added to a scalar" && classOf(symbol.shape) !== "scalar"
      ? "it is added to something of that shape"
      : term.why;
  }
  return "";
}

/** What was taken for granted, one sentence a name. */
export function assumptionsOf(symbols: Iterable<SymbolEntry>): string[] {
  const told: string[] = [];
  for (const symbol of symbols) {
    if (symbol.sized || symbol.body) continue;
    const why = whyOf(symbol);
    told.push(`${subjectOf(symbol)} ${kindOf(symbol)}${why ? `: ${why}` : ""}`);
  }
  return told;
}

/** `x is`, and of one of many `x_i is, for each i,`. */
const subjectOf = ({ name, count }: SymbolEntry): string =>
  count === null ? `${name} is` : `each ${withoutMembers(name)}_i is`;

function kindOf(symbol: SymbolEntry): string {
  const [rows, columns] = solved(symbol.shape)!;
  if (columns === one) return rows === one ? "a scalar" : `a vector of length ${rows.key}`;
  return rows === one ? `a row of length ${columns.key}` : `a matrix, ${rows.key}×${columns.key}`;
}
