/** @file A problem read with the numbers that are given for its names. */

import { parse } from "../derive/ask.ts";
import type { Texts } from "../derive/ask.ts";
import { errors, NablaError } from "../diagnostics/errors.ts";
import { blanked } from "../diagnostics/source.ts";
import type { Source } from "../diagnostics/source.ts";
import { isScalar } from "../expr/expr.ts";
import type { Problem } from "../parse/problem.ts";
import { read } from "../parse/read.ts";
import { rulesApart } from "../parse/rules.ts";
import type { Statement } from "../parse/surface.ts";
import { bound, wholeOf } from "./bound.ts";
import type { WithNumbers } from "./bound.ts";
import { givenBy, isScalarGiven } from "./numbers.ts";
import type { Given } from "./numbers.ts";

/**
 * Reads a problem and puts the numbers to its names; those beside it hold where it gives others. What is not declared
 * has the shape that its numbers need, `others` may have numbers though the objective does not speak of them, and
 * `sizes` are numbers of dimensions alone.
 * @throws NablaError where the problem is not understood, or the numbers do not fit it.
 */
export function readWithNumbers(
  texts: Texts,
  numbers: readonly Given[],
  wrt: string,
  others: ReadonlySet<string> = new Set(),
  sizes: readonly Given[] = [],
): WithNumbers {
  const beside = [...numbers, ...sizes];
  const twice = beside.find((g, i) => beside.findIndex(({ name }) => name === g.name) !== i);
  if (twice) throw errors.numbersTwice(twice);
  const { plain, statements } = withoutNumbers(texts, beside);
  const own = statements.flatMap((s) => (s.kind === "number" ? [givenBy(s)] : []));
  const again = own.find((g, i) => own.findIndex(({ name }) => name === g.name) !== i);
  if (again) throw errors.numbersTwice(again);
  const isBeside = (name: string): boolean => beside.some((g) => g.name === name);
  const given = [...own.filter(({ name }) => !isBeside(name)), ...beside];
  const notes = own.flatMap(({ name }) =>
    isBeside(name) ? [`the numbers of ${name} in the problem give way to those beside it`] : [],
  );
  const bare = tried(() => parse(plain, { wrt }));
  const dimensions = new Set(statements.flatMap(dimensionsOf));
  if (!(bare instanceof NablaError)) for (const name of bare.dimensions) dimensions.add(name);
  const unknown = sizes.find(({ name }) => !dimensions.has(name));
  if (unknown)
    throw bare instanceof NablaError ? bare : errors.unknownSize(unknown.name, [...dimensions]);
  const settled = new Set(statements.flatMap(settledBy));
  const isPart = (each: Given): boolean =>
    !(bare instanceof NablaError) && wholeOf(bare, each) !== null;
  const free = given.filter(
    (each) => !settled.has(each.name) && !dimensions.has(each.name) && !isPart(each),
  );
  const declared = (all: readonly Given[]): Problem =>
    parse(
      { ...plain, statements: [...(plain.statements ?? []), ...all.map(declaration)] },
      { wrt },
    );
  // Scalars first, so that the letters of sizes stay; then every shape; last none, as where x_1 is one of the x_i.
  const ways = [
    () => declared(free.filter(isScalarGiven)),
    () => declared(free),
    () => {
      if (bare instanceof NablaError) throw bare;
      return bare;
    },
  ];
  const mistakes: NablaError[] = [];
  for (const way of ways) {
    const all = new Set([...settled, ...others]);
    const found = tried(() => bound(way(), given, all));
    if (found instanceof NablaError) {
      mistakes.push(found);
      continue;
    }
    const single = isSingle(found)
      ? tried(() => bound(declared(inSizes(found, free)), given, all))
      : found;
    const taken = single instanceof NablaError ? found : single;
    return { ...taken, notes: [...notes, ...found.notes] };
  }
  // What is wrong with the numbers says more than what is wrong with the shapes that were made of them.
  throw mistakes.find(({ diagnostic }) => ofNumbers.has(diagnostic.code)) ?? mistakes[0]!;
}

/** Whether an objective has one entry by its sizes, and not by its shape: its letters stand for 1. */
const isSingle = ({ problem: { objective }, sizes }: WithNumbers): boolean =>
  !isScalar(objective) && objective.shape.every((d) => sizes.of(d) === 1);

/** Numbers as the problem takes them, a list as a column where it is one. */
const inSizes = ({ problem, numbers }: WithNumbers, free: readonly Given[]): Given[] =>
  free.flatMap((each) => {
    const symbol = problem.symbols.get(each.name);
    const rows = symbol && numbers.get(symbol);
    return rows && symbol.member === null ? [{ ...each, rows }] : [];
  });

const ofNumbers: ReadonlySet<string> = new Set(["numbers-misfit", "unknown-name", "two-meanings"]);

function tried<T>(act: () => T): T | NablaError {
  try {
    return act();
  } catch (error) {
    if (error instanceof NablaError) return error;
    throw error;
  }
}

const declaration = (given: Given): string =>
  `${given.name}: ${isScalarGiven(given) ? "scalar" : `${given.rows.length}×${given.rows[0]!.length}`}`;

/** The texts of a problem with blanks in the place of its numbers, and all of its statements. */
function withoutNumbers(
  { expr, statements: texts = [] }: Texts,
  beside: readonly Given[],
): { readonly plain: Texts; readonly statements: readonly Statement[] } {
  const typed: Source[] = [
    ...texts.map((text, role) => ({ role, text })),
    ...(expr === undefined ? [] : [{ role: "expr" as const, text: expr }]),
  ];
  const { sources } = rulesApart(typed);
  const names = beside.map((given): Source => ({ role: "at", text: `${given.name}: scalar` }));
  const statements = read([...sources, ...names]).statements.filter(({ span }) =>
    sources.includes(span.source),
  );
  const plain = typed.map(({ text }, i) =>
    blanked(
      text,
      statements.flatMap((s) =>
        s.kind === "number" && s.span.source === sources[i] ? [s.span] : [],
      ),
    ),
  );
  return {
    plain: {
      statements: plain.slice(0, texts.length),
      ...(expr !== undefined && { expr: plain.at(-1)! }),
    },
    statements,
  };
}

/** The names whose shape a statement settles, or that are no values with numbers. */
function settledBy(s: Statement): string[] {
  switch (s.kind) {
    case "declaration":
      return s.space.shape ? s.names.map(({ name }) => name) : [];
    case "family":
    case "label":
    case "function":
      return s.names.map(({ name }) => name);
    case "definition":
    case "square":
      return [s.name.name];
    case "number":
    case "range":
    case "given":
    case "objective":
    case "unsupported":
      return [];
    default:
      return s satisfies never;
  }
}

/** The names of the sizes that a statement speaks of. */
function dimensionsOf(s: Statement): string[] {
  const texts =
    s.kind === "declaration"
      ? (s.space.shape ?? [])
      : s.kind === "family"
        ? [...(s.space.shape ?? []), s.count]
        : s.kind === "range"
          ? [s.count]
          : s.kind === "label"
            ? [s.range]
            : [];
  return texts.flatMap(({ factors }) =>
    factors.filter((factor): factor is string => typeof factor === "string"),
  );
}
