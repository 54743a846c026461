/** @file Entries, rows, columns, members of families, and sums over an index. */

import { errors, excerpt } from "../../diagnostics/errors.ts";
import type { Span } from "../../diagnostics/source.ts";
import { freshIndex, indexSum } from "../../expr/binding.ts";
import { dimension, one, showDimension } from "../../expr/dimension.ts";
import type { Dimension } from "../../expr/dimension.ts";
import { isApply, isColumn, isRow, isScalar, num, unit } from "../../expr/expr.ts";
import type { Expr, Sym } from "../../expr/expr.ts";
import { scale, transpose } from "../../ops/arithmetic.ts";
import { column, delta, differs, entryOf, member, row, unitVector } from "../../ops/indexing.ts";
import * as demand from "../constraints.ts";
import { standsFree } from "../definitions.ts";
import { splitDigits, splitIndices } from "../indices.ts";
import type { IndexText } from "../indices.ts";
import type { Inference, Of, Typed } from "../infer.ts";
import { joinName, splitName } from "../names.ts";
import { builtFrom } from "../symbols.ts";
import type { SymbolEntry } from "../symbols.ts";
import { classOf, extentOf, find, isUnknown, scalarTerm } from "../unify.ts";
import type { ShapeTerm, Term } from "../unify.ts";

/** An index where it is used: up to what it counts, and what it becomes. */
export interface Index {
  readonly text: string;
  /** Null for a number, which any size that is large enough allows. */
  readonly range: Term | null;
  readonly build: () => Expr;
}

/** An index that a Σ binds. */
export interface BoundIndex extends Index {
  readonly range: Term;
  readonly build: () => Sym;
  /** Whether something was indexed by it. */
  isUsed: boolean;
}

/** The base of a name with indices, with what stands above the line: W^{(1)} of W_{ij}^{(1)}. */
function apart(name: string): { base: string; subscript: string } | null {
  const { base, subscript } = splitName(name);
  if (subscript === null) return null;
  const above = /[_}\p{L}\d*](\^.*)$/u.exec(name.slice(base.length))?.[1] ?? "";
  return { base: base + above, subscript };
}

/** W_{H,i} is an entry of W_H, where that is a name of the problem. */
function ofLongestName(
  inference: Inference,
  found: { base: string; subscript: string },
): { base: string; subscript: string } {
  const parts = found.subscript.split(",");
  for (let count = parts.length - 1; count > 0; count--) {
    const name = joinName(found.base, parts.slice(0, count).join(","));
    if (inference.scope.isKnown(name) || inference.scope.isBase(name))
      return { base: name, subscript: parts.slice(count).join(",") };
  }
  return found;
}

/** A name that is read as an entry or a member of something; null where it is a name of its own. */
export function indexedNameForm(inference: Inference, e: Of<"name">): Typed | null {
  const found = apart(e.name);
  if (!found) return null;
  const { base, subscript } = ofLongestName(inference, found);
  const texts = splitIndices(subscript);
  if (texts === null) {
    if (/^[i-n]{3,}$/u.test(subscript))
      throw errors.notInLanguage(e.span, "what has three indices is no matrix");
    refuseIndexOfIndex(inference, subscript, e.span);
    if (!/[+=<>≠-]/u.test(subscript)) return null;
    throw errors.notInLanguage(e.span, "an index is a letter or a number: no sums of them");
  }
  const local = inference.localOf(base);
  if (local) return partForm(inference, local, base, texts, e.span);
  const known = inference.scope.isKnown(base) || inference.scope.isBase(base);
  const isCounted = texts.some((t) => inference.isIndex(t));
  if (base === "δ" && texts.length === 2 && !known && !texts.includes(":"))
    return deltaForm(inference, texts, e.span);
  if (base === "I" && texts.length === 2 && !known) return deltaForm(inference, texts, e.span);
  if (base === "e" && texts.length === 1 && !known) return unitForm(inference, texts[0]!, e.span);
  if (!isCounted && !isPartByForm(known || inference.scope.isPart(base), subscript, texts))
    return null;
  // W_z beside W and a vector z: nothing counts by z.
  const isOfValue = (text: IndexText): boolean =>
    /^\p{Lu}/u.test(base) &&
    /^[a-z]$/u.test(text) &&
    !inference.scope.isDimension(text) &&
    inference.scope.isKnown(text);
  if (!isCounted && texts.length === 1 && isOfValue(texts[0]!)) return null;
  const symbol = inference.scope.indexed(base, e.span, texts.length);
  const of: Typed = {
    shape: symbol.shape,
    span: e.span,
    build: () => builtFrom(symbol),
  };
  if (symbol.count !== null) return memberForm(inference, symbol, texts, e.span);
  return partForm(inference, of, base, texts, e.span);
}

/** `w_{y_i}` below a Σ_i: which of the w it is changes with i. */
function refuseIndexOfIndex(inference: Inference, subscript: string, span: Span): void {
  const inner = [...subscript.matchAll(/_\{?(\p{L}{1,2})(?!\p{L})/gu)].map(([, text]) => text!);
  if ([...inner.join("")].some((letter) => inference.bound.has(letter)))
    throw errors.notInLanguage(
      span,
      "an index is a letter or a number, and has no index of its own",
      "a one-hot row for each i:  Σ_k Y_{ik} …",
    );
}

/** `x_1` and `x_k` beside x, `X_{ij}` and `X_{1,2}` alone. */
function isPartByForm(isKnown: boolean, subscript: string, texts: readonly IndexText[]): boolean {
  if (!texts.every((text) => /^(?:[a-z]|\d+|:)$/u.test(text))) return false;
  if (/^[ijkl]{2}$/u.test(subscript) || subscript.includes(",")) return true;
  return isKnown && texts.length === 1;
}

/** x_i of a name that stands with an index only. */
function memberForm(
  inference: Inference,
  symbol: SymbolEntry,
  texts: readonly IndexText[],
  span: Span,
): Typed {
  if (texts.length !== 1 || texts[0] === ":")
    throw errors.wrongIndices(span, `${symbol.name}, of which each has one index,`, texts.length);
  const index = inference.index(texts[0]!, span);
  count(inference, index, symbol.count!, span);
  return {
    shape: symbol.shape,
    span,
    build: () => {
      const of = builtFrom(symbol);
      const i = index.build();
      if (of.kind === "sym" && of.member) return member(of, checked(i, of.shape[1], span));
      return entryOf(of, checked(i, of.shape[0], span));
    },
  };
}

/** Up to that size the index counts. */
function count(inference: Inference, index: Index, size: Term, span: Span): void {
  if (index.range === null) return;
  const range = index.range;
  inference.solver.require(
    demand.same([range, one], [size, one], `it is indexed by ${index.text}`, () =>
      countsFurther(inference, index.text, range, size, span),
    ),
  );
}

/** Where an index counts up to another size than there are entries. */
function countsFurther(
  inference: Inference,
  letter: string,
  range: Term,
  size: Term,
  span: Span,
): Error {
  const shown = (term: Term): string => inference.show([term, one]).split("×")[0]!;
  return errors.shapesDiffer(
    span,
    `${letter} counts up to ${shown(range)}, and there are ${shown(size)} to count in ${excerpt(span)}`,
    [],
  );
}

/** A number that is no larger than a size that is known. */
function checked(i: Expr, size: Dimension, span: Span): Expr {
  if (i.kind === "num" && size.names.length === 0 && i.value.numerator > BigInt(size.coefficient))
    throw errors.indexTooLarge(span, String(i.value.numerator), showDimension(size));
  return i;
}

/** Entries, rows and columns of anything that has them. */
export function partForm(
  inference: Inference,
  of: Typed,
  what: string,
  texts: readonly IndexText[],
  span: Span,
): Typed {
  const [first, second] = texts;
  if (first === undefined) throw errors.badIndex(span, "");
  if (second === undefined) return oneIndexForm(inference, of, what, first, span);
  const all = [first, second].map((t) => (t === ":" ? null : inference.index(t, span)));
  const [i, j] = all as [Index | null, Index | null];
  if (!i && !j) throw errors.badIndex(span, ":,:");
  if (i) count(inference, i, of.shape[0], span);
  if (j) count(inference, j, of.shape[1], span);
  const shape: ShapeTerm = i && j ? scalarTerm : i ? [one, of.shape[1]] : [of.shape[0], one];
  for (const axis of [0, 1] as const)
    many(inference, of.shape[axis], `it has two indices in ${excerpt(span)}`, span);
  return {
    shape,
    span,
    build: () => {
      const x = of.build();
      const [p, q] = [i?.build(), j?.build()];
      if (p) checked(p, x.shape[0], span);
      if (q) checked(q, x.shape[1], span);
      if (p && q) return entryOf(x, p, q);
      return p ? (isRow(x) ? x : row(x, p)) : isColumn(x) ? x : column(x, q!);
    },
  };
}

function many(inference: Inference, size: Term, why: string, span: Span): void {
  if (extentOf(size) !== "open") return;
  inference.solver.require(
    demand.nonscalar([size, one], why, () => errors.wrongIndices(span, excerpt(span), 2)),
  );
}

/** One index: an entry of a column or a row; of a matrix digits may be two. */
function oneIndexForm(
  inference: Inference,
  of: Typed,
  what: string,
  text: IndexText,
  span: Span,
): Typed {
  const digits = splitDigits(text);
  if (digits && (classOf(of.shape) === "open" ? /\p{Lu}/u.test(what) : isMatrix(of.shape)))
    return partForm(inference, of, what, digits, span);
  const index = inference.index(text, span);
  const { solver } = inference;
  const clash = (): Error => {
    const many = of.shape.find((size) => extentOf(size) === "many");
    if (many && index.range && !isMatrix(of.shape))
      return countsFurther(inference, text, index.range, many, span);
    return errors.wrongIndices(
      span,
      `${what} (${inference.show(of.shape)})`,
      1,
      isMatrix(of.shape)
        ? `${what}_{${text},:} for a row, ${what}_{:,${text}} for a column`
        : undefined,
    );
  };
  solver.require(demand.indexed(of.shape, index.range, `it is indexed by ${text}`, clash));
  return {
    shape: scalarTerm,
    span,
    build: () => {
      const x = of.build();
      const i = index.build();
      if (isScalar(x)) throw clash();
      return isRow(x)
        ? entryOf(transpose(x), checked(i, x.shape[1], span))
        : entryOf(x, checked(i, x.shape[0], span));
    },
  };
}

const isMatrix = (shape: ShapeTerm): boolean =>
  extentOf(shape[0]) === "many" && extentOf(shape[1]) === "many";

/** δ_{ij}. */
function deltaForm(inference: Inference, texts: readonly IndexText[], span: Span): Typed {
  const [i, j] = texts.map((t) => inference.index(t, span)) as [Index, Index];
  const size = i.range ?? j.range ?? inference.solver.unknown();
  count(inference, i, size, span);
  count(inference, j, size, span);
  return {
    shape: scalarTerm,
    span,
    build: () => {
      const n = find(size);
      const [p, q] = [i.build(), j.build()];
      if (isUnknown(n)) return p === q ? unit : num(0);
      return delta(n, p, q);
    },
  };
}

/** e_k, whose length comes from its place. */
function unitForm(inference: Inference, text: IndexText, span: Span): Typed {
  if (text === ":") throw errors.badIndex(span, text);
  const index = inference.index(text, span);
  const n = inference.solver.unknown();
  inference.solver.markMany(n, "");
  count(inference, index, n, span);
  const shape: ShapeTerm = [n, one];
  inference.unsized.push({ shape, span, what: `e_${text}` });
  return {
    shape,
    span,
    build: () => {
      const size = find(n);
      if (isUnknown(size)) throw new Error("internal: a basis vector without a size");
      return unitVector(size, checked(index.build(), size, span));
    },
  };
}

/** An index that is bound here, and counts up to what is said of it. */
export function boundIndex(
  inference: Inference,
  letter: string,
  size: Term | null,
  span: Span,
): BoundIndex {
  if (inference.bound.has(letter)) throw errors.indexTwice(span, letter);
  const said = size ?? inference.scope.rangeOf(letter);
  const range = said ?? inference.solver.unknown();
  inference.ranges.push(range);
  inference.tellLetter(letter, range);
  let made: Sym | undefined;
  return {
    text: letter,
    range,
    isUsed: said !== null,
    build: () => {
      const found = find(range);
      if (isUnknown(found)) throw errors.indexCountsNothing(span, letter);
      return (made ??= freshIndex(found));
    },
  };
}

/** Σ over one or two indices of a body. */
export function indexedSumForm(inference: Inference, e: Of<"indexed-sum">): Typed {
  const { letters, upper, but } = e.bounds;
  const size = upper === null ? null : sizeTerm(inference, upper, e.span);
  const bound = letters.map((letter) => boundIndex(inference, letter, size, e.span));
  for (const index of bound) inference.bound.set(index.text, index);
  // Σ_{i≠j} xᵢxⱼ with a j that nothing counts is read by many as a sum over both.
  if (but && /^\p{L}$/u.test(but[1]) && !inference.isIndex(but[1]) && standsFree(but[1], e.body))
    inference.notes.add(
      `${but[1]} is one fixed index: Σ_${but[1]} Σ_{${but.join("≠")}} counts both`,
    );
  const left = but && inference.index(but[0], e.span);
  const right = but && inference.index(but[1], e.span);
  if (left?.range && right) count(inference, right, left.range, e.span);
  const body = inference.visit(e.body);
  for (const index of bound) {
    inference.bound.delete(index.text);
    if (!index.isUsed) throw errors.indexCountsNothing(e.span, index.text);
  }
  return {
    shape: body.shape,
    span: e.span,
    build: () => {
      let whole = body.build();
      if (left && right)
        whole = scale(differs(left.build(), right.build()), ...factorsOfScale(whole));
      for (const index of bound.toReversed()) whole = indexSum(index.build(), whole);
      return whole;
    },
  };
}

const factorsOfScale = (e: Expr): readonly Expr[] => (isApply(e, scale) ? e.args : [e]);

/** The size that stands above a Σ. */
function sizeTerm(inference: Inference, text: string, span: Span): Term {
  if (/^\d+$/u.test(text)) {
    if (Number(text) < 1) throw errors.badBounds(span);
    return dimension(Number(text));
  }
  return inference.sizeNamed(text, span);
}
