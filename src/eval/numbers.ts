/** @file Numbers that are given for names, as they are typed or as files have them. */

import { errors, NablaError } from "../diagnostics/errors.ts";
import type { Span } from "../diagnostics/source.ts";
import { rational } from "../expr/rational.ts";
import type { Rational } from "../expr/rational.ts";
import { read } from "../parse/read.ts";
import type { Statement } from "../parse/surface.ts";

/** Exact entries, row by row. */
export type Rows = readonly (readonly Rational[])[];

/** Numbers for something. */
export interface Numbers {
  readonly rows: Rows;
  /** Whether they are a mere list, which stands as a column or as a row, as its place needs. */
  readonly isList: boolean;
}

/** Numbers with the name that they are given for. */
export interface Given extends Numbers {
  readonly name: string;
  /** Where they stand; null of those in a file. */
  readonly span: Span | null;
}

/** Whether a single number is given. */
export const isScalarGiven = ({ rows }: Numbers): boolean =>
  rows.length === 1 && rows[0]!.length === 1;

/** The numbers of a statement: a single row may be a list. */
export const givenBy = ({ name, entries, span }: Statement & { kind: "number" }): Given => ({
  name: name.name,
  rows: entries,
  isList: entries.length === 1 && entries[0]!.length > 1,
  span,
});

/**
 * The numbers that a text gives, as in `W = [1 2; 3 4]; x = 2`.
 * @throws NablaError where something else stands there.
 */
export function numbersTyped(text: string): Given[] {
  return read([{ role: "at", text }]).statements.map((statement) => {
    if (statement.kind !== "number") throw errors.notNumbers(statement.span);
    return givenBy(statement);
  });
}

/** The numbers that a file or a program gives under names. */
export const numbersNamed = (numbers: ReadonlyMap<string, Numbers>): Given[] =>
  [...numbers].map(([text, { rows, isList }]) => ({
    name: nameIn(text),
    rows,
    isList,
    span: null,
  }));

/**
 * The sizes that a text gives to dimensions, as in `m=256, n=1024`.
 * @throws NablaError where something else stands there.
 */
export const sizesTyped = (text: string): Given[] =>
  text.split(/[,;]/u).map((part) => {
    const [, name, digits] = /^\s*([^=]+?)\s*=\s*([1-9]\d{0,14})\s*$/u.exec(part) ?? [];
    if (name === undefined || digits === undefined) throw errors.notSizes(part.trim());
    return { name: nameIn(name), rows: [[rational(Number(digits))]], isList: false, span: null };
  });

/** The name that a key or the head of a column is: as in a problem, where `W_out` needs no braces. */
export function nameIn(text: string): string {
  const braced = text.trim().replace(/^([^_^{}\s]+)_([\p{L}\d,]{2,})$/u, "$1_{$2}");
  let statements: readonly Statement[];
  try {
    ({ statements } = read([{ role: "at", text: `${braced}: scalar` }]));
  } catch (error) {
    if (error instanceof NablaError) throw errors.noName(text);
    throw error;
  }
  const names = statements.flatMap((s) => (s.kind === "declaration" ? s.names : []));
  if (names.length !== 1 || statements.length !== 1) throw errors.noName(text);
  return names[0]!.name;
}
