/** @file What a model is made with, checked: names, sizes and numbers. */

import { refuseOutside } from "../derive/indices.ts";
import { errors } from "../diagnostics/errors.ts";
import { one, showShape } from "../expr/dimension.ts";
import type { Dimension, Shape } from "../expr/dimension.ts";
import type { Expr, Sym } from "../expr/expr.ts";
import { toNumber } from "../expr/rational.ts";
import { children, contains, postorder } from "../expr/walk.ts";
import type { Problem } from "../parse/problem.ts";
import { toUnicode } from "../print/index.ts";
import { Sizes } from "./sizes.ts";

/** Numbers row by row. */
export interface Numbers {
  readonly rows: number;
  readonly columns: number;
  readonly data: ArrayLike<number>;
}

/** The definition of that name. */
export function outputOf({ symbols }: Problem, name: string): Sym {
  const found = symbols.get(name);
  if (found?.definition) return found;
  const known = [...symbols.values()].filter((s) => s.definition !== null);
  throw errors.notDefined(
    name,
    known.map((s) => s.name),
  );
}

/** The name that is fed. */
export function inputOf({ symbols }: Problem, name: string): Sym {
  const found = symbols.get(name);
  if (!found) throw errors.unknownInput(name, [...symbols.keys()]);
  return found;
}

/** What a value is made of, down to what is fed. */
const partsOf = (e: Expr, fed: Sym): readonly Expr[] =>
  postorder([e], (part) => (part === fed ? [] : children(part)));

/** Whether a name stands for numbers that a model has to be given. */
const isGiven = (e: Expr, fed: Sym): e is Sym =>
  e.kind === "sym" && e.role === "value" && e.definition === null && e !== fed;

/** What is asked of a model. */
export interface Asked {
  /** The definition that it computes, and the name that it is fed. */
  readonly output: Sym;
  readonly fed: Sym;
  readonly constants: ReadonlyMap<string, Numbers>;
}

/** The numbers of every name that the output needs besides what is fed. */
export function numbersFor(
  problem: Problem,
  { output, fed, constants }: Asked,
  sizes: Sizes,
): ReadonlyMap<Sym, Numbers> {
  const defined = [...constants.keys()].find((name) => problem.symbols.get(name)?.definition);
  if (defined !== undefined)
    throw errors.numbersOfDefined({ name: defined, span: null, file: null });
  const numbersOf = (s: Sym): Numbers | null => constants.get(s.name) ?? typed(problem, s);
  const missingIn = (e: Sym): string[] => [
    ...partsOf(e, fed).flatMap((s) => (isGiven(s, fed) && !numbersOf(s) ? [s.name] : [])),
    ...e.free.map(({ name }) => name),
  ];
  // The last definition that could be the output instead.
  const other = (): string | null =>
    [...problem.symbols.values()].findLast(
      (s) => s.definition !== null && contains(s, fed) && missingIn(s).length === 0,
    )?.name ?? null;
  if (!contains(output, fed)) throw errors.withoutInput(output.name, fed.name, other());
  const missing = missingIn(output);
  if (missing.length > 0) throw errors.notPartOfModel(output.name, missing, other());
  const parts = partsOf(output, fed);
  sizes.require(parts);
  refuseOutside(parts, (d) => sizes.of(d) ?? Number.NaN);
  const found = parts.filter((s) => isGiven(s, fed)).map((s) => [s, numbersOf(s)!] as const);
  for (const [s, numbers] of found) requireFitting(s, numbers, sizes);
  return new Map(found);
}

/** The numbers that a problem itself gives to a name; null where it gives none. */
function typed({ numbers }: Problem, { name }: Sym): Numbers | null {
  const rows = numbers.get(name);
  if (!rows) return null;
  return { rows: rows.length, columns: rows[0]!.length, data: rows.flat().map(toNumber) };
}

/** Rows and columns as numbers are given: the members of a family are rows. */
const givenShape = ({ shape, member }: Sym): Shape => (member ? [shape[1], shape[0]] : shape);

function requireFitting(s: Sym, { rows, columns, data }: Numbers, sizes: Sizes): void {
  const shape = givenShape(s);
  const [m, n] = shape.map((d) => sizes.of(d));
  if (m !== rows || n !== columns) {
    const isOpen = m === null || n === null;
    const notes = isOpen ? [`${sizes.open} stays open in the model`] : [];
    const wanted = isOpen || shape.every((d) => d.names.length === 0) ? "" : ` = ${m}×${n}`;
    throw errors.numbersMisfit(
      { name: s.name, span: null, file: null },
      `${showShape(shape)}${wanted}`,
      `${rows}×${columns}`,
      notes,
    );
  }
  if (data.length !== rows * columns)
    throw errors.wrongLength(s.name, `${rows}×${columns}`, rows * columns, data.length);
}

/** The sizes of dimensions, as they are given, or as the problem has them. */
export function sizesOf(
  problem: Problem,
  given: Readonly<Record<string, number>>,
  batch: string | null,
): Sizes {
  const { dimensions, numbers } = problem;
  const known = new Map<string, number>();
  for (const [name, rows] of numbers)
    if (dimensions.has(name)) known.set(name, toNumber(rows[0]![0]!));
  for (const name of [...Object.keys(given), ...(batch === null ? [] : [batch])])
    if (!dimensions.has(name)) throw errors.unknownSize(name, [...dimensions]);
  for (const [name, size] of Object.entries(given)) {
    if (!Number.isSafeInteger(size) || size < 1) throw errors.badSize(name, size);
    known.set(name, size);
  }
  return new Sizes(known, batch);
}

/** Along which dimension of the input its features stand: the one that is not that of samples. */
export function featuresOf(extents: readonly Dimension[], fed: Sym, { open }: Sizes): number {
  if (open === null) return extents[1] === one ? 0 : 1;
  const samples = extents.findIndex((d) => d.key === open);
  if (samples < 0) throw errors.notAlongInput(toUnicode(fed), showShape(fed.shape), open);
  return 1 - samples;
}
