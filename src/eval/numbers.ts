/** @file Numbers that are given for names, as they are typed or as files have them. */

import { errors, NablaError } from "../diagnostics/errors.ts";
import type { Source, Span } from "../diagnostics/source.ts";
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
  /** Where they stand; null of those in a file, and of those of a program. */
  readonly span: Span | null;
  /** The file they stand in, with the place where that is not the name; null of typed ones, and of those of a program. */
  readonly file: string | null;
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
  file: null,
});

/**
 * The numbers that a text gives, as in `W = [1 2; 3 4]; x = 2`.
 * @throws NablaError where something else stands there.
 */
export function numbersTyped(text: string): Given[] {
  const source: Source = { role: "at", text };
  // Of these letters some would be a product of names.
  const [, before = "", word] =
    /^(.*?=[^;=]*?(?<![\p{L}\p{N}_]))(nan|inf|infinity)(?![\p{L}\p{N}_])/isu.exec(text) ?? [];
  if (word !== undefined)
    throw errors.unknownWord(
      { source, start: before.length, end: before.length + word.length },
      word,
      null,
    );
  return read([source]).statements.map((statement) => {
    if (statement.kind !== "number") throw errors.notNumbers(statement.span);
    return givenBy(statement);
  });
}

/** The numbers that a file gives under names, or a program. */
export const numbersNamed = (
  numbers: ReadonlyMap<string, Numbers>,
  file: string | null = null,
): Given[] =>
  [...numbers].map(([text, { rows, isList }]) => ({
    name: nameIn(text, file),
    rows,
    isList,
    span: null,
    file,
  }));

/**
 * The sizes that a text gives to dimensions, as in `m=256, n=1024`.
 * @throws NablaError where something else stands there.
 */
export const sizesTyped = (text: string): Given[] =>
  text.split(/[,;]/u).map((part) => {
    const [, name, digits] = /^\s*([^=]+?)\s*=\s*([1-9]\d{0,14})\s*$/u.exec(part) ?? [];
    if (name === undefined || digits === undefined) throw errors.notSizes(part.trim());
    return {
      name: nameIn(name),
      rows: [[rational(Number(digits))]],
      isList: false,
      span: null,
      file: null,
    };
  });

/** The name that a key or the head of a column is: as in a problem, where `W_out` needs no braces. */
export function nameIn(text: string, file: string | null = null): string {
  const braced = text.trim().replace(/^([^_^{}\s]+)_([\p{L}\d,]{2,})$/u, "$1_{$2}");
  let statements: readonly Statement[];
  try {
    ({ statements } = read([{ role: "at", text: `${braced}: scalar` }]));
  } catch (error) {
    if (error instanceof NablaError) throw errors.noName(text, file);
    throw error;
  }
  const names = statements.flatMap((s) => (s.kind === "declaration" ? s.names : []));
  if (names.length !== 1 || statements.length !== 1) throw errors.noName(text, file);
  return names[0]!.name;
}
