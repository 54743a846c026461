/** @file Answers that are an entry of the result, told by indices. */

import { subscripts } from "../../grammar/tokens.ts";
import { errors } from "../diagnostics/errors.ts";
import { one } from "../expr/dimension.ts";
import type { Dimension } from "../expr/dimension.ts";
import { indexSymbol, minusOne, unit } from "../expr/expr.ts";
import type { Expr, Sym } from "../expr/expr.ts";
import { add, product } from "../ops/arithmetic.ts";
import { entryOf } from "../ops/indexing.ts";
import { sizeOf } from "../ops/reduce.ts";
import type { AnswerLeft, AnswerSide } from "../parse/index.ts";
import { plainName } from "../parse/applications.ts";
import { lettersBelow, splitIndices } from "../parse/indices.ts";
import { splitName } from "../parse/names.ts";
import { partsOf } from "../parse/parts.ts";
import type { Problem } from "../parse/problem.ts";
import type { Surface } from "../parse/surface.ts";
import { simplify } from "../simplify/simplify.ts";
import type { Subject } from "./subject.ts";

interface Indexed {
  readonly labels: readonly Sym[];
  readonly truth: Expr;
}

/**
 * The entry of the result that an answer with indices of its own is: ∂y_i/∂x_j by what its left side says, else by
 * its letters in the order of the alphabet; null where it speaks of the whole.
 */
export function indexed(
  subject: Subject,
  problem: Problem,
  left: AnswerLeft | null,
  side: AnswerSide,
): Indexed | null {
  const { truth, variable } = subject;
  const sides = sidesOf(subject);
  // A size that nabla named, or that the left side uses as an index, gives its letter away.
  const free = (letter: string): boolean =>
    /^[a-z]$/u.test(letter) &&
    !problem.labels.has(letter) &&
    !problem.symbols.has(letter) &&
    (!problem.dimensions.has(letter) || problem.invented.includes(letter));
  const isIndex = (letter: string): boolean =>
    free(letter) || (/^[a-z]$/u.test(letter) && problem.dimensions.has(letter));
  const isName = (name: string): boolean => problem.symbols.has(name);
  const used = [...new Set(lettersIn(side, isName).filter(free))].toSorted();
  const own = (left ? lettersOfLeft(left, isName) : []).filter(isIndex);
  // g_f is a name: the letter is no index of anything.
  const isOfEntry =
    left?.kind === "derivative" || own.length > 1 || own.some((letter) => used.includes(letter));
  const said = isOfEntry ? own : [];
  if (left && speaksOfOther(left, said, own, used)) throw errors.otherEntry(left.span);
  if (said.length === 0 && used.length === 0) return null;
  const letters = said.length > 0 ? said : used;
  const open = sides.filter((d) => d !== one);
  const summed = said.length > 0 ? [] : lostIndices(problem, used, open);
  if (summed.length > 0) return { labels: summed, truth };
  if (letters.length !== open.length || new Set(letters).size !== letters.length) {
    if (left && said.length > 0) throw errors.otherEntry(left.span);
    return null;
  }
  const labels = open.map((d, k) => indexSymbol(letters[k]!, d));
  let next = 0;
  const at = (d: Dimension): Expr => (d === one ? unit : labels[next++]!);
  const [i, j, k, l] = sides.map(at) as [Expr, Expr, Expr, Expr];
  if (subject.expected.kind === "gradient" || sides.length === 2)
    return { labels, truth: simplify(entryOf(truth, i, j)) };
  const [rows, columns] = [sides[0]!, sides[2]!];
  const [first, second] =
    subject.expected.layout === "numerator" || variable.shape.every((d) => d === one)
      ? [position(i, j, rows), position(k, l, columns)]
      : [position(k, l, columns), position(i, j, rows)];
  return { labels, truth: simplify(entryOf(truth, first, second)) };
}

/** Whether a left side has numbers for indices, or letters that its right side does not have. */
function speaksOfOther(
  left: AnswerLeft,
  said: readonly string[],
  own: readonly string[],
  used: readonly string[],
): boolean {
  if (left.kind === "derivative") return left.below !== null && said.length === 0;
  if (left.kind !== "name") return false;
  const { subscript } = splitName(left.name);
  const isNumbers = /^\d\s*,?\s*\d$/u.test(subscript ?? "");
  return isNumbers || (said.length === 0 && own.length > 0 && used.length > 0);
}

/** Indices over which the problem sums, and of no side of the result: their sum was lost. */
function lostIndices(
  { indices }: Problem,
  letters: readonly string[],
  open: readonly Dimension[],
): Sym[] {
  const found = letters.flatMap((letter) => {
    const ranges = [...indices].filter(([, own]) => own.includes(letter));
    const [range] = ranges.map(([d]) => d);
    return range && !open.includes(range) ? [indexSymbol(letter, range)] : [];
  });
  return found.length === letters.length ? found : [];
}

/** Where an entry stands in what vec stacks: i + (j − 1)m. */
const position = (i: Expr, j: Expr, rows: Dimension): Expr =>
  j === unit ? i : add(i, product(add(j, minusOne), sizeOf(rows)));

/** The sides that an entry of the result has an index for: of the output, then of the variable. */
function sidesOf({ expected, problem, variable }: Subject): Dimension[] {
  if (expected.kind === "gradient" || expected.kind === "stationary" || expected.hvp)
    return [...expected.shape];
  if (variable.shape.every((d) => d === one) && expected.kind === "jacobian")
    return [...expected.shape];
  const output = expected.kind === "hessian" ? variable.shape : problem.objective.shape;
  return [...output, ...variable.shape];
}

/** The letters of the indices that stand left of an answer: `∂y_i/∂x_j`, `J_{ij}`. */
export function lettersOfLeft(
  left: AnswerLeft,
  isName: (name: string) => boolean = () => false,
): readonly string[] {
  if (left.kind === "expression") return [];
  const parts =
    left.kind === "name"
      ? [left.name]
      : [left.of, left.by, left.second, left.below && `x_{${left.below}}`];
  // Of h_t that is a name of the problem t is no index.
  return parts.flatMap((part) =>
    typeof part !== "string" || isName(plainName(part)) ? [] : lettersTyped(part),
  );
}

/** The letters below a name as it is typed: `y_i`, `y_{ij}`, `yᵢ`. */
const lettersTyped = (text: string): readonly string[] =>
  lettersBelow(
    plainName(text.replace(small, (run) => `_{${[...run].map((c) => subscripts[c]!).join("")}}`)),
  );

const small = new RegExp(`[${Object.keys(subscripts).join("")}]+$`, "u");

/** The expressions of a side. */
export function bodiesOf(side: AnswerSide): Surface[] {
  if (side.kind === "numbers") return [];
  return side.kind === "cases"
    ? [side.equal, side.different].filter((e) => e !== null)
    : [side.body];
}

/** The letters of the indices in an answer that no sum of it binds. */
function lettersIn(side: AnswerSide, isName: (name: string) => boolean): string[] {
  const bodies = bodiesOf(side);
  const bound = new Set(
    bodies.flatMap(partsOf).flatMap((e) => (e.kind === "indexed-sum" ? e.bounds.letters : [])),
  );
  const letters = bodies
    .flatMap(partsOf)
    .flatMap((e) =>
      e.kind === "name"
        ? isName(e.name)
          ? []
          : lettersBelow(e.name)
        : e.kind === "subscript"
          ? (splitIndices(e.index.text) ?? []).filter((t) => /^[a-z]$/u.test(t))
          : [],
    );
  const own = side.kind === "cases" ? side.letters : [];
  return [...own, ...letters].filter((letter) => !bound.has(letter));
}
