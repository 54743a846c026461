/** @file Numbers put to the names of a problem: they fit its shapes, its sizes and what it declares. */

import { errors } from "../diagnostics/errors.ts";
import { suggest } from "../diagnostics/suggest.ts";
import { one } from "../expr/dimension.ts";
import type { Sym } from "../expr/expr.ts";
import { isInteger, toNumber } from "../expr/rational.ts";
import { has, property } from "../expr/properties.ts";
import type { Properties } from "../expr/properties.ts";
import { postorder } from "../expr/walk.ts";
import { refuted } from "../numeric/claims.ts";
import { floatOf, floats } from "../numeric/exact.ts";
import { realArithmetic } from "../numeric/mathjs.ts";
import { membersName } from "../ops/indexing.ts";
import { splitName } from "../parse/names.ts";
import type { Problem } from "../parse/problem.ts";
import type { Given, Rows } from "./numbers.ts";
import { isScalarGiven } from "./numbers.ts";
import { asMembers, Sizes } from "./sizes.ts";
import type { Grid } from "./values.ts";

/** A problem with its numbers. */
export interface WithNumbers {
  readonly problem: Problem;
  /** The numbers of names, and of labels. */
  readonly numbers: ReadonlyMap<Sym, Rows>;
  readonly sizes: Sizes;
  /** How numbers were read where that could be otherwise. */
  readonly notes: readonly string[];
}

/** Puts the numbers to the names of a problem. */
export function bound(
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
    const { name, rows } = each;
    const symbol = symbols.get(name);
    if (symbol?.definition) throw errors.numbersOfDefined(each);
    if (symbol && (used.has(symbol) || settled.has(name))) open.push([each, symbol]);
    else if (dimensions.has(name) || labels.has(name)) {
      const size = wholeNumber(each);
      const label = labels.get(name);
      if (size === null) throw errors.notASize(each);
      if (label) numbers.set(label, rows);
      else if (!sizes.set(name, size, name)) throw errors.notASize(each);
    } else throw errors.unknownName(each, nearest(problem, name, given), familyHint(problem, name));
  }
  // Of m*n only one factor may be unknown: the others follow from other numbers.
  for (let left = open, before = Infinity; left.length > 0; ) {
    if (left.length === before)
      throw errors.numbersMissing([...dimensions].filter((d) => !sizes.has(d)));
    before = left.length;
    left = left.filter(([each, symbol]) => {
      const taken = sizes.take(turnedFor(symbol, each), symbol.shape);
      if (!taken) return true;
      numbers.set(symbol, taken.rows);
      if (taken.isTurned && each.span)
        notes.push(
          `the list of ${symbol.name} is taken as a ${symbol.shape[1] === one ? "column" : "row"}`,
        );
      return false;
    });
  }
  refuseOthers(problem, numbers, sizes, whole);
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
  const whole = gathered(problem, given);
  for (const each of whole) {
    const symbol = problem.symbols.get(each.name) ?? problem.labels.get(each.name);
    if (!symbol) throw errors.unknownName(each, null, null);
    numbers.set(symbol, sizes.take(turnedFor(symbol, each), symbol.shape)!.rows);
  }
  refuseOthers(problem, numbers, sizes, whole);
  return numbers;
}

/** Numbers as they stand in a name: the members of a family are rows where it is given, and columns of the whole. */
const turnedFor = ({ member }: Sym, given: Given): Given => (member ? asMembers(given) : given);

/** A whole number from 1, as sizes and indices are; null of anything else. */
function wholeNumber({ rows }: Pick<Given, "rows">): number | null {
  const [number, ...others] = rows.flat();
  const isWhole = others.length === 0 && isInteger(number!) && number!.numerator >= 1n;
  return isWhole ? toNumber(number!) : null;
}

/** What is declared must hold of the numbers, and an index is no larger than its size. */
function refuseOthers(
  { declared }: Problem,
  numbers: ReadonlyMap<Sym, Rows>,
  sizes: Sizes,
  given: readonly Given[],
): void {
  for (const [symbol, rows] of numbers) {
    const each = given.find(({ name }) => name === symbol.name)!;
    if (
      symbol.role === "index" &&
      !((wholeNumber({ rows }) ?? Infinity) <= sizes.of(symbol.range!))
    )
      throw errors.notASize(each);
    const wrong = refutedBy(symbol, declared.get(symbol.name) ?? 0, rows);
    if (wrong) throw errors.numbersRefute(each, wrong);
  }
}

/** What a name is declared to be, and its numbers are not; null where they are all that. */
export function refutedBy(symbol: Sym, claimed: Properties, grid: Grid): string | null {
  if (claimed === 0) return null;
  const values = grid.map((row) => row.map(floatOf));
  const isTurned = symbol.member !== null || symbol.shape[1] === one;
  const vectors = isTurned ? values[0]!.map((_, j) => values.map((row) => row[j]!)) : values;
  const isOneHot = (x: readonly number[]): boolean =>
    x.every((entry) => entry === 0 || entry === 1) && x.filter((entry) => entry === 1).length === 1;
  if (has(claimed, property.onehot) && !vectors.every(isOneHot)) return "onehot";
  return refuted(realArithmetic, floats(grid), claimed);
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
    for (const member of members)
      if (member.rows.flat().length !== count)
        throw errors.numbersMisfit(member, `${count}×1`, `${member.rows.flat().length}×1`, []);
    return [{ ...each, name, rows: members.map(({ rows }) => rows.flat()), isList: false }];
  });
}

/** The family that x_2 is a member of, or the column that it is an entry of; null of a name by itself. */
export function wholeOf({ symbols }: Problem, each: Given): string | null {
  const { name } = each;
  const { base, subscript } = splitName(name);
  const whole = symbols.get(membersName(base)) ?? symbols.get(base);
  if (symbols.has(name) || !whole || whole.definition || !/^[1-9]\d{0,5}$/u.test(subscript ?? ""))
    return null;
  const isEntry = whole.shape[1] === one && isScalarGiven(each);
  return whole.member || isEntry ? whole.name : null;
}

/** How the numbers of `x_i` are given: all at once, by the name without its index; null of other names. */
function familyHint({ symbols, indices }: Problem, name: string): string | null {
  const { base, subscript } = splitName(name);
  if (subscript === null || ![...indices.values()].flat().includes(subscript)) return null;
  const whole = symbols.get(membersName(base)) ?? symbols.get(base);
  if (!whole || whole.definition) return null;
  if (!whole.member) return `${base} = (1, 0), all entries at once`;
  return whole.shape[0] === one
    ? `${base} = (1, 0), a number for each member`
    : `${base} = [1 0; 0 1], a row for each member`;
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
