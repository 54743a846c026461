/** @file Single edits of products: what is lost, too much or in the wrong place among factors. */

import { sameShape } from "../expr/dimension.ts";
import { half, isScalar, isSquare, minusOne, two } from "../expr/expr.ts";
import type { Expr } from "../expr/expr.ts";
import { hadamard, trace, transpose } from "../ops/arithmetic.ts";
import { isOnes } from "../simplify/forms.ts";
import { inverse } from "../ops/matrix.ts";
import { flipped } from "./changes.ts";
import { applied, exprOf, leaf, productDraftOf, productOf, spanOver } from "./draft.ts";
import type { Draft } from "./draft.ts";
import type { Put, Rebuild } from "./edit.ts";
import { resized } from "./resized.ts";
import type { Stock } from "./stock.ts";

/** Neighbouring matrix factors of a product, as if a bracket stood around them. */
export function* runsOf({ parts, divides, span }: Draft & { kind: "product" }): Generator<{
  readonly run: Draft;
  readonly instead: Rebuild;
}> {
  const isMatrix = parts.map((part, i) => {
    const e = exprOf(part);
    return e !== null && !isScalar(e) && !divides[i];
  });
  for (let from = 0; from < parts.length; from++)
    for (let to = from + 1; to <= parts.length && isMatrix[to - 1]; to++) {
      const inner = parts.slice(from, to);
      if (inner.length === 1 || inner.length === parts.length) continue;
      yield {
        run: productOf(inner, spanOver(inner)),
        instead: (part) => ({
          kind: "product",
          parts: [...parts.slice(0, from), part, ...parts.slice(to)],
          divides: [...divides.slice(0, from), false, ...divides.slice(to)],
          span,
        }),
      };
    }
}

/** What is lost where a bracket is: an inverse, a trace, or what multiplies the entries. */
export function runEdits(run: Draft, stock: Stock, put: Put): void {
  const e = exprOf(run);
  if (e === null || isScalar(e)) return;
  if (isSquare(e)) put("invert", 3, applied(inverse, [run], run.span));
  if (isSquare(e) && stock.hasTrace) put("trace", 3, applied(trace, [run], run.span));
  for (const factor of stock.factors)
    if (!isScalar(factor) && sameShape(factor.shape, e.shape))
      put("insert-factor", 3, applied(hadamard, [run, leaf(factor)], run.span), factor);
}

type Product = Draft & { readonly kind: "product" };

const product = (parts: readonly Draft[], divides: readonly boolean[], like: Draft): Draft =>
  parts.length === 1 && !divides[0]
    ? parts[0]!
    : { kind: "product", parts, divides, span: like.span };

const nowhere = (parts: readonly unknown[]): boolean[] => parts.map(() => false);

const isScalarDraft = (draft: Draft): boolean => {
  const e = exprOf(draft);
  return e !== null && isScalar(e);
};

const isNumber = (draft: Draft): boolean => draft.kind === "leaf" && draft.expr.kind === "num";

/** −1 before a product: its sign. */
const isSign = (draft: Draft): boolean => draft.kind === "leaf" && draft.expr === minusOne;

/** Factors too much, lost, in another place, on the other side of the fraction line. */
export function productEdits(draft: Product, stock: Stock, parent: Draft | null, put: Put): void {
  const { parts, divides } = draft;
  // Of a term of a sum the sum says it, of a factor of a product the product.
  if (parent?.kind !== "sum" && parent?.kind !== "product") put("sign", 2, flipped(draft));
  if (parent?.kind !== "product")
    for (const factor of [two, half])
      put("coefficient", 1, product([leaf(factor), ...parts], [false, ...divides], draft), factor);
  for (const [i, part] of parts.entries()) {
    const others = <T>(all: readonly T[]): T[] => all.filter((_, k) => k !== i);
    if (parts.length > 1 && !isSign(part))
      put(
        divides[i] ? "drop-divisor" : "drop-factor",
        isNumber(part) ? 1 : 2,
        product(others(parts), others(divides), draft),
        exprOf(part),
        part,
      );
    if (isScalarDraft(part) && !isNumber(part)) {
      const turned = divides.map((d, k) => (k === i ? !d : d));
      put("divide", 2, { ...draft, divides: turned }, exprOf(part), part);
    }
  }
  if (parts.length > 2) neighbours(draft, put);
  moves(draft, put);
  entrywise(draft, put);
  insertions(draft, stock, parent, put);
}

/** Two neighbours that are too much, such as p(1 − p). */
function neighbours(draft: Product, put: Put): void {
  const { parts, divides } = draft;
  for (let i = 1; i < parts.length; i++) {
    if (divides[i - 1] || divides[i] || isNumber(parts[i - 1]!)) continue;
    const pair = parts.slice(i - 1, i + 1);
    const both = productOf(pair, spanOver(pair));
    const others = <T>(all: readonly T[]): T[] => all.filter((_, k) => k !== i && k !== i - 1);
    put("drop-factor", 3, product(others(parts), others(divides), draft), exprOf(both), both);
  }
}

/** A ⊙ B where AB stands: of two neighbours, or of all before and after. */
function entrywise({ parts, divides, span }: Product, put: Put): void {
  const isScalarPart = parts.map(isScalarDraft);
  const scalars = parts.filter((_, k) => isScalarPart[k]);
  const over = divides.filter((_, k) => isScalarPart[k]);
  const matrices = parts.filter((_, k) => !isScalarPart[k]);
  const withScalars = (rest: readonly Draft[]): Draft =>
    scalars.length === 0 && rest.length === 1
      ? { ...rest[0]!, span }
      : {
          kind: "product",
          parts: [...scalars, ...rest],
          divides: [...over, ...nowhere(rest)],
          span,
        };
  const alone = (some: readonly Draft[]): Draft => productOf(some, spanOver(some));
  for (let i = 1; i < matrices.length; i++) {
    const [before, after] = [matrices.slice(0, i), matrices.slice(i)];
    put("to-hadamard", 1, withScalars([applied(hadamard, [alone(before), alone(after)])]));
    if (matrices.length < 3) continue;
    const pair = applied(hadamard, [matrices[i - 1]!, matrices[i]!]);
    put(
      "to-hadamard",
      1,
      withScalars([...matrices.slice(0, i - 1), pair, ...matrices.slice(i + 1)]),
    );
  }
}

/** A factor in another place: beside its neighbour, or further off. */
function moves(draft: Product, put: Put): void {
  const places = draft.parts.flatMap((part, i) => (isScalarDraft(part) ? [] : [i]));
  for (const [from, i] of places.entries())
    for (const [to, j] of places.entries()) {
      // Neighbours change places once.
      if (from === to || from === to + 1) continue;
      const order = draft.parts.map((_, k) => k);
      order.splice(i, 1);
      order.splice(j, 0, i);
      const parts = order.map((k) => draft.parts[k]!);
      const divides = order.map((k) => draft.divides[k]!);
      put("swap", Math.abs(from - to) === 1 ? 1 : 2, { ...draft, parts, divides });
    }
}

/** Whether a scalar stands before a part: of a factor it stands before the whole product. */
const takesScalars = (parent: Draft | null): boolean =>
  parent === null ||
  parent.kind === "sum" ||
  parent.kind === "indexSum" ||
  (parent.kind === "apply" && parent.op !== transpose && parent.op !== hadamard);

/** A factor put at each gap; a scalar in front; one of the shape of the whole beside it, entry by entry. */
function insertions(draft: Product, stock: Stock, parent: Draft | null, put: Put): void {
  const { parts, divides } = draft;
  const whole = exprOf(draft);
  // Of (2/n)Xᵀr the number takes no matrix.
  const isCoefficient = parent?.kind === "product" && parts.every(isScalarDraft);
  // −𝟏 ⊙ a is −a itself.
  const isOfOnes = whole !== null && resized(whole, whole.shape) !== null;
  for (const factor of stock.factors) {
    if (isScalar(factor)) {
      if (takesScalars(parent)) scalarInsertions(draft, factor, put);
      continue;
    }
    if (isCoefficient) continue;
    if (whole && !isOfOnes && sameShape(whole.shape, factor.shape))
      put("insert-factor", 2, applied(hadamard, [draft, leaf(factor)]), factor);
    for (let i = 0; i <= parts.length; i++)
      put(
        "insert-factor",
        2,
        {
          ...draft,
          parts: [...parts.slice(0, i), leaf(factor), ...parts.slice(i)],
          divides: [...divides.slice(0, i), false, ...divides.slice(i)],
        },
        factor,
      );
  }
}

/** A scalar above or below the fraction line. */
function scalarInsertions({ span, ...draft }: Product, factor: Expr, put: Put): void {
  const { parts, divides } = draft;
  put(
    "insert-factor",
    2,
    { ...draft, parts: [leaf(factor), ...parts], divides: [false, ...divides], span },
    factor,
  );
  put(
    "insert-divisor",
    3,
    { ...draft, parts: [...parts, leaf(factor)], divides: [...divides, true], span },
    factor,
  );
}

/** A factor put beside what is no product yet. */
export function wrapEdits(
  draft: Draft,
  e: Expr | null,
  stock: Stock,
  parent: Draft | null,
  put: Put,
): void {
  const isInProduct = parent?.kind === "product";
  const isOfFunction =
    parent?.kind === "apply" && parent.op !== hadamard && parent.op !== transpose;
  if (isOfFunction && draft.kind === "leaf" && !isScalarDraft(draft)) return;
  const alone = { ...productDraftOf(draft), divides: [false, false] };
  if (takesScalars(parent) && !isOfFunction) {
    if (parent?.kind !== "sum") put("sign", 3, flipped(draft));
    for (const factor of [two, half])
      put("coefficient", 2, { ...alone, parts: [leaf(factor), draft] }, factor);
  }
  for (const factor of stock.factors) {
    if (isScalar(factor)) {
      if (takesScalars(parent)) scalarInsertions(productDraftOf(draft), factor, put);
      continue;
    }
    if (isOfFunction) continue;
    if (!isInProduct) {
      const weight = parent?.kind === "apply" && parent.op === transpose ? 3 : 2;
      put("insert-factor", weight, { ...alone, parts: [leaf(factor), draft] }, factor);
      put("insert-factor", weight, { ...alone, parts: [draft, leaf(factor)] }, factor);
    }
    if (!e || !sameShape(factor.shape, e.shape)) continue;
    // 𝟏 ⊙ a is a itself.
    if (isOnes(e)) put("replace", 3, leaf(factor), factor);
    else put("insert-factor", 2, applied(hadamard, [draft, leaf(factor)]), factor);
  }
}
