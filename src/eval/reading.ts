/** @file A problem read with the numbers that are given for its names. */

import { parse } from "../derive/ask.ts";
import type { Texts } from "../derive/ask.ts";
import { errors, NablaError } from "../diagnostics/errors.ts";
import { blanked } from "../diagnostics/source.ts";
import type { Source } from "../diagnostics/source.ts";
import { suggest } from "../diagnostics/suggest.ts";
import { one } from "../expr/dimension.ts";
import type { Sym } from "../expr/expr.ts";
import { isInteger, toNumber } from "../expr/rational.ts";
import { postorder } from "../expr/walk.ts";
import { refuted } from "../numeric/claims.ts";
import { realArithmetic } from "../numeric/mathjs.ts";
import { floats } from "../numeric/exact.ts";
import { splitName } from "../parse/names.ts";
import type { Problem } from "../parse/problem.ts";
import { read } from "../parse/read.ts";
import { rulesApart } from "../parse/rules.ts";
import type { Statement } from "../parse/surface.ts";
import { membersName } from "../ops/indexing.ts";
import { givenBy } from "./numbers.ts";
import type { Given, Rows } from "./numbers.ts";
import { asMembers, Sizes } from "./sizes.ts";

/** A problem with its numbers. */
export interface WithNumbers {
  readonly problem: Problem;
  /** The numbers of names, and of labels. */
  readonly numbers: ReadonlyMap<Sym, Rows>;
  readonly sizes: Sizes;
  /** How numbers were read where that could be otherwise. */
  readonly notes: readonly string[];
}

/**
 * Reads a problem and puts the numbers to its names; those beside it hold where it gives others. What is not declared
 * has the shape that its numbers need, and `others` may have numbers though the objective does not speak of them.
 * @throws NablaError where the problem is not understood, or the numbers do not fit it.
 */
export function readWithNumbers(
  texts: Texts,
  beside: readonly Given[],
  wrt: string,
  others: ReadonlySet<string> = new Set(),
): WithNumbers {
  const twice = beside.find((g, i) => beside.findIndex(({ name }) => name === g.name) !== i);
  if (twice) throw errors.numbersTwice(twice.span, twice.name);
  const { plain, statements } = withoutNumbers(texts, beside);
  const own = statements.flatMap((s) => (s.kind === "number" ? [givenBy(s)] : []));
  const again = own.find((g, i) => own.findIndex(({ name }) => name === g.name) !== i);
  if (again) throw errors.numbersTwice(again.span, again.name);
  const isBeside = (name: string): boolean => beside.some((g) => g.name === name);
  const given = [...own.filter(({ name }) => !isBeside(name)), ...beside];
  const notes = own.flatMap(({ name }) =>
    isBeside(name) ? [`the numbers of ${name} in the problem give way to those beside it`] : [],
  );
  const bare = tried(() => parse(plain, { wrt }));
  const dimensions = new Set(statements.flatMap(dimensionsOf));
  if (!(bare instanceof NablaError)) for (const name of bare.dimensions) dimensions.add(name);
  const settled = new Set(statements.flatMap(settledBy));
  const free = given.filter(({ name }) => !settled.has(name) && !dimensions.has(name));
  const declared = (all: readonly Given[]): Problem =>
    parse(
      { ...plain, statements: [...(plain.statements ?? []), ...all.map(declaration)] },
      { wrt },
    );
  // Scalars first, so that the letters of sizes stay; then every shape; last none, as where x_1 is one of the x_i.
  const ways = [
    () => declared(free.filter(isScalar)),
    () => declared(free),
    () => {
      if (bare instanceof NablaError) throw bare;
      return bare;
    },
  ];
  const mistakes: NablaError[] = [];
  for (const way of ways) {
    const found = tried(() => bound(way(), given, new Set([...settled, ...others])));
    if (!(found instanceof NablaError)) return { ...found, notes: [...notes, ...found.notes] };
    mistakes.push(found);
  }
  // What is wrong with the numbers says more than what is wrong with the shapes that were made of them.
  throw mistakes.find(({ diagnostic }) => ofNumbers.has(diagnostic.code)) ?? mistakes[0]!;
}

const ofNumbers: ReadonlySet<string> = new Set(["numbers-misfit", "unknown-name", "two-meanings"]);

function tried<T>(act: () => T): T | NablaError {
  try {
    return act();
  } catch (error) {
    if (error instanceof NablaError) return error;
    throw error;
  }
}

const isScalar = ({ rows }: Given): boolean => rows.length === 1 && rows[0]!.length === 1;

const declaration = (given: Given): string =>
  `${given.name}: ${isScalar(given) ? "scalar" : `${given.rows.length}×${given.rows[0]!.length}`}`;

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

/** Puts the numbers to the names of a problem. */
function bound(
  problem: Problem,
  given: readonly Given[],
  settled: ReadonlySet<string>,
): WithNumbers {
  const { symbols, labels, dimensions } = problem;
  const sizes = new Sizes();
  const numbers = new Map<Sym, Rows>();
  const notes: string[] = [];
  const used = usedIn(problem);
  const whole = gathered(problem, given);
  const open: (readonly [Given, Sym])[] = [];
  for (const each of whole) {
    const { name, rows, span } = each;
    const symbol = symbols.get(name);
    if (symbol?.definition) throw errors.numbersOfDefined(span, name);
    if (symbol && (used.has(symbol) || settled.has(name))) open.push([each, symbol]);
    else if (dimensions.has(name) || labels.has(name)) {
      const [[number]] = rows as [[Rows[0][0]]];
      if (!isScalar(each) || !isInteger(number) || number.numerator < 1n)
        throw errors.notASize(span, name);
      const label = labels.get(name);
      if (label) numbers.set(label, rows);
      else if (!sizes.set(name, toNumber(number), name)) throw errors.notASize(span, name);
    } else throw errors.unknownName(span, name, nearest(problem, name, given));
  }
  // Of m*n only one factor may be unknown: the others follow from other numbers.
  for (let left = open, before = Infinity; left.length > 0; ) {
    if (left.length === before)
      throw errors.numbersMissing([...dimensions].filter((d) => !sizes.has(d)));
    before = left.length;
    left = left.filter(([each, symbol]) => {
      const isFamily = symbol.member !== null;
      const taken = sizes.take(isFamily ? asMembers(each) : each, symbol.shape);
      if (!taken) return true;
      numbers.set(symbol, taken.rows);
      if (taken.isTurned && each.span)
        notes.push(
          `the list of ${symbol.name} is taken as a ${symbol.shape[1] === one ? "column" : "row"}`,
        );
      return false;
    });
  }
  for (const [label, [[number]]] of [...numbers].filter(([s]) => s.role === "index") as [
    Sym,
    [[Rows[0][0]]],
  ][])
    if (toNumber(number) > sizes.of(label.range!)) throw errors.notASize(null, label.name);
  refuseOthers(problem, numbers);
  return { problem, numbers, sizes, notes };
}

/**
 * Other numbers for names of a problem that was read with numbers of the same sizes.
 * @throws NablaError where the sizes are others.
 */
export function numbersAgain(
  { problem, sizes }: WithNumbers,
  given: readonly Given[],
): ReadonlyMap<Sym, Rows> {
  const numbers = new Map<Sym, Rows>();
  for (const each of given) {
    const symbol = problem.symbols.get(each.name) ?? problem.labels.get(each.name);
    if (!symbol) throw errors.unknownName(each.span, each.name, null);
    numbers.set(symbol, sizes.take(each, symbol.shape)!.rows);
  }
  refuseOthers(problem, numbers);
  return numbers;
}

/** What is declared must hold of the numbers. */
function refuseOthers({ declared }: Problem, numbers: ReadonlyMap<Sym, Rows>): void {
  for (const [symbol, rows] of numbers) {
    const claimed = declared.get(symbol.name) ?? 0;
    const wrong = claimed ? refuted(realArithmetic, floats(rows), claimed) : null;
    if (wrong) throw errors.numbersRefute(symbol.name, wrong);
  }
}

/** The names that the problem speaks of. */
const usedIn = ({ objective, symbols, equations }: Problem): Set<unknown> =>
  new Set(
    postorder([
      objective,
      ...[...symbols.values()].filter((s) => s.definition !== null),
      ...equations.flatMap(({ left, right }) => [left, right]),
    ]),
  );

/** x_1, x_2 … as the numbers of the family of the x_i, and those of y as the entries of y. */
function gathered(problem: Problem, given: readonly Given[]): Given[] {
  const whole = given.map((each) => wholeOf(problem, each));
  return given.flatMap((each, i) => {
    const name = whole[i];
    if (!name) return [each];
    if (whole.indexOf(name) !== i) return [];
    const parts = given.filter((_, k) => whole[k] === name);
    const at = (k: number): Given | undefined =>
      parts.find((part) => splitName(part.name).subscript === String(k));
    const members = parts.map((_, k) => {
      const part = at(k + 1);
      if (!part) throw errors.numbersMissing([`${splitName(each.name).base}_${k + 1}`]);
      return part;
    });
    const [first] = members as [Given];
    const count = first.rows.flat().length;
    for (const { name: own, rows, span } of members)
      if (rows.flat().length !== count)
        throw errors.numbersMisfit(span, own, `${count}×1`, `${rows.flat().length}×1`, []);
    return [{ name, rows: members.map(({ rows }) => rows.flat()), isList: false, span: each.span }];
  });
}

/** The family that x_2 is a member of, or the column that it is an entry of; null of a name by itself. */
function wholeOf({ symbols }: Problem, { name, ...numbers }: Given): string | null {
  const { base, subscript } = splitName(name);
  const whole = symbols.get(membersName(base)) ?? symbols.get(base);
  if (symbols.has(name) || !whole || whole.definition || !/^[1-9]\d{0,5}$/u.test(subscript ?? ""))
    return null;
  const isEntry = whole.shape[1] === one && isScalar({ name, ...numbers });
  return whole.member || isEntry ? whole.name : null;
}

/** A name that may be meant: one without numbers rather than another. */
function nearest({ symbols }: Problem, name: string, given: readonly Given[]): string | null {
  const names = [...symbols.values()].filter((s) => s.definition === null).map((s) => s.name);
  const open = names.filter((n) => !given.some((g) => g.name === n));
  const isAlike = (n: string): boolean => n.toLowerCase() === name.toLowerCase() && n !== name;
  return (
    suggest(name, open) ??
    open.find(isAlike) ??
    suggest(
      name,
      names.filter((n) => n !== name),
    )
  );
}
