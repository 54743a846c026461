/** @file The single edits of a draft: what a hand slips at, one place at a time. */

import { sameShape } from "../expr/dimension.ts";
import { withIndex } from "../expr/binding.ts";
import { contains } from "../expr/walk.ts";
import { half, isApply, isColumn, isScalar, isSquare, num, two } from "../expr/expr.ts";
import type { Expr, Sym } from "../expr/expr.ts";
import { joined } from "../diagnostics/source.ts";
import type { Span } from "../diagnostics/source.ts";
import { has, property } from "../expr/properties.ts";
import { negated as opposite, times } from "../expr/rational.ts";
import { hadamard, onesOf, scale, transpose } from "../ops/arithmetic.ts";
import { slopeOfEntries } from "../ops/slope.ts";
import { inverse } from "../ops/matrix.ts";
import { diagonalMatrix } from "../ops/structure.ts";
import {
  applied,
  draftOfExpr,
  exprOf,
  leaf,
  partsOf,
  productDraftOf,
  sumDraft,
  withParts,
} from "./draft.ts";
import type { Draft } from "./draft.ts";
import { flipped } from "./changes.ts";

/** What an edit does; the kind of mistake follows from it. */
export type EditKind =
  | "transpose"
  | "invert"
  | "swap"
  | "sign"
  | "coefficient"
  | "drop-factor"
  | "insert-factor"
  | "drop-term"
  | "to-hadamard"
  | "to-product"
  | "derive"
  | "unwrap"
  | "sum-over"
  | "replace"
  | "divide"
  | "diagonal";

/** One change of a draft. */
export interface Edit {
  readonly kind: EditKind;
  /** How far-fetched it is. */
  readonly weight: number;
  /** The part that is changed, as it stood, and as it is after. */
  readonly before: Draft;
  readonly after: Draft;
  /** What is put in or taken out, where something is, and where that stands. */
  readonly put: Expr | null;
  readonly place: Span | null;
  /** The whole after the change. */
  readonly whole: Draft;
}

/** What edits may take from the problem and its result. */
export interface Stock {
  /** Factors that stand in the result, and their transposes. */
  readonly factors: readonly Expr[];
  /** The names of the problem, and within a sum those that its index picks. */
  readonly symbols: readonly Expr[];
  /** Parts of the result that are more than names. */
  readonly parts: readonly Expr[];
  /** The indices that the result leaves free. */
  readonly free: readonly Sym[];
  /** Factors and parts that mean something only within sums over their indices. */
  readonly inner: { readonly factors: readonly Expr[]; readonly parts: readonly Expr[] };
}

/** What may be put within a sum over one more index: what stands within such a sum in the result. */
function within(stock: Stock, index: Sym): Stock {
  const moved = (all: readonly Expr[]): Expr[] =>
    all.flatMap((e) => {
      const [own, ...others] = e.free;
      const isOf = own?.range === index.range && others.length === 0;
      return isOf ? [withIndex(e, own, index)] : [];
    });
  const factors = moved(stock.inner.factors);
  return {
    ...stock,
    symbols: [...stock.symbols, ...factors],
    factors: [...new Set([...stock.factors, ...factors])],
    parts: [...new Set([...stock.parts, ...moved(stock.inner.parts)])],
  };
}

/** Nothing to take anything from. */
export const emptyStock: Stock = {
  factors: [],
  symbols: [],
  parts: [],
  free: [],
  inner: { factors: [], parts: [] },
};

/** What is left where a name is not known yet. */
function without(stock: Stock, name: Sym): Stock {
  const kept = (all: readonly Expr[]): Expr[] => all.filter((e) => !contains(e, name));
  const { factors, symbols, parts, inner } = stock;
  return {
    ...stock,
    factors: kept(factors),
    symbols: kept(symbols),
    parts: kept(parts),
    inner: { factors: kept(inner.factors), parts: kept(inner.parts) },
  };
}

/** The factors, names and parts of a result and of other expressions that lead to it. */
export function stockOf(
  truth: Expr,
  others: readonly Expr[],
  symbols: readonly Expr[],
  labels: readonly Sym[],
): Stock {
  const results = [truth, ...others];
  const factors = new Set<Expr>();
  const parts = new Set<Expr>();
  const visit = (draft: Draft): void => {
    const e = exprOf(draft);
    if (draft.kind === "product" || (draft.kind === "apply" && draft.op === hadamard))
      for (const part of draft.parts) {
        const factor = exprOf(part);
        if (factor && factor.kind !== "num") factors.add(factor);
      }
    if (e && draft.kind !== "leaf") parts.add(e);
    for (const part of partsOf(draft)) visit(part);
  };
  for (const result of results) visit(draftOfExpr(result));
  // What stands within a sum over an index means nothing outside it.
  const isAround = (e: Expr): boolean => e.free.every((index) => labels.includes(index));
  for (const factor of Array.from(factors)) if (!isScalar(factor)) factors.add(turned(factor));
  for (const symbol of symbols) if (!isScalar(symbol)) factors.add(symbol).add(turned(symbol));
  // A result in the place of an answer is no repair of it.
  const small = [...parts].filter((part) => !results.includes(part));
  const isInner = (e: Expr): boolean => !isAround(e);
  return {
    factors: [...factors].filter(isAround),
    symbols,
    parts: small.filter(isAround),
    free: truth.free,
    inner: { factors: [...factors].filter(isInner), parts: small.filter(isInner) },
  };
}

const turned = (e: Expr): Expr =>
  isApply(e, transpose) ? e.args[0]! : has(e.properties, property.symmetric) ? e : transpose(e);

/** All edits of a draft at one place each, the likely ones first. */
export function editsOf(draft: Draft, stock: Stock): Edit[] {
  const found: Edit[] = [];
  walk(draft, stock, (whole) => whole, found, null);
  // Of edits as likely as one another the one of the smaller part comes first.
  const sizes = new Map(
    found.map((edit) => [edit, exprOf(edit.before)?.size ?? Infinity] as const),
  );
  return found.toSorted((a, b) => a.weight - b.weight || sizes.get(a)! - sizes.get(b)!);
}

type Rebuild = (part: Draft) => Draft;

function walk(
  draft: Draft,
  stock: Stock,
  rebuild: Rebuild,
  found: Edit[],
  parent: Draft | null,
): void {
  const put: Put = (kind, weight, after, what = null, place = draft) => {
    const whole = rebuild(after);
    found.push({ kind, weight, before: draft, after, put: what, place: place.span, whole });
  };
  if (draft.kind === "let") return letEdits(draft, stock, rebuild, found);
  editsHere(draft, stock, parent, put);
  if (draft.kind === "product")
    for (const { run, instead } of runsOf(draft))
      runEdits(run, stock, (kind, weight, after, what = null) => {
        found.push({
          kind,
          weight,
          before: run,
          after,
          put: what,
          place: run.span,
          whole: rebuild(instead(after)),
        });
      });
  const parts = partsOf(draft);
  const below = draft.kind === "indexSum" ? within(stock, draft.index) : stock;
  // What an entry-wise power or the like has besides its first argument is no factor.
  for (const [i, part] of parts.entries())
    walk(
      part,
      below,
      (after) =>
        rebuild(
          withParts(
            draft,
            parts.map((p, k) => (k === i ? after : p)),
          ),
        ),
      found,
      draft,
    );
}

/** The edits of a definition, which know none of the names after it, and of what comes after. */
function letEdits(
  draft: Draft & { kind: "let" },
  stock: Stock,
  rebuild: Rebuild,
  found: Edit[],
): void {
  const [definition, body] = draft.parts as [Draft, Draft];
  let before = stock;
  for (let part: Draft = draft; part.kind === "let"; part = part.parts[1]!)
    before = without(before, part.name);
  walk(definition, before, (part) => rebuild(withParts(draft, [part, body])), found, null);
  walk(body, stock, (part) => rebuild(withParts(draft, [definition, part])), found, null);
}

type Put = (
  kind: EditKind,
  weight: number,
  after: Draft,
  what?: Expr | null,
  place?: Draft,
) => void;

function editsHere(draft: Draft, stock: Stock, parent: Draft | null, put: Put): void {
  const e = exprOf(draft);
  const isNumber = e?.kind === "num";
  // What stands alone or is a term may have lost its sum.
  if (parent === null || parent.kind === "sum" || parent.kind === "product")
    for (const index of e?.free ?? [])
      if (!stock.free.includes(index))
        put(
          "sum-over",
          parent === null ? 1 : 2,
          { kind: "indexSum", index, parts: [draft], span: null },
          index,
        );
  if (!isNumber && (e === null || !isScalar(e))) shapeEdits(draft, e, parent, put);
  switch (draft.kind) {
    case "leaf":
      leafEdits(draft, stock, parent, put);
      break;
    case "sum":
      sumEdits(draft, put);
      break;
    case "product":
      productEdits(draft, stock, parent, put);
      break;
    case "apply":
      applyEdits(draft, put);
      break;
    case "indexSum":
      put("unwrap", 3, draft.parts[0]!);
      break;
    case "let":
      break;
    default:
      draft satisfies never;
  }
  if (draft.kind !== "product" && !isNumber) wrapEdits(draft, e, stock, parent, put);
  if (e && !isNumber && parent !== null)
    for (const part of stock.parts)
      if (part !== e && sameShape(part.shape, e.shape)) put("replace", 3, leaf(part), part);
}

/** Neighbouring matrix factors of a product, as if a bracket stood around them. */
function* runsOf({ parts, divides, span }: Draft & { kind: "product" }): Generator<{
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
      const [first, last] = [inner[0]!.span, inner.at(-1)!.span];
      yield {
        run: {
          kind: "product",
          parts: inner,
          divides: inner.map(() => false),
          span: first && last && joined(first, last),
        },
        instead: (part) => ({
          kind: "product",
          parts: [...parts.slice(0, from), part, ...parts.slice(to)],
          divides: [...divides.slice(0, from), false, ...divides.slice(to)],
          span,
        }),
      };
    }
}

/** What is lost where a bracket is: an inverse, or what multiplies the entries. */
function runEdits(run: Draft, stock: Stock, put: Put): void {
  const e = exprOf(run);
  if (e === null || isScalar(e)) return;
  if (isSquare(e)) put("invert", 3, applied(inverse, [run], run.span));
  for (const factor of stock.factors)
    if (!isScalar(factor) && sameShape(factor.shape, e.shape))
      put("insert-factor", 3, applied(hadamard, [run, leaf(factor)], run.span), factor);
}

/** Transposes and inverses. */
function shapeEdits(draft: Draft, e: Expr | null, parent: Draft | null, put: Put): void {
  const isTurned = draft.kind === "apply" && draft.op === transpose;
  const isInParent = parent?.kind === "apply" && parent.op === transpose;
  if (isTurned) put("transpose", 1, draft.parts[0]!);
  else if (!isInParent && !(e && has(e.properties, property.symmetric)))
    put("transpose", draft.kind === "leaf" ? 1 : 2, applied(transpose, [draft], draft.span));
  if (e && isColumn(e) && parent?.kind === "product")
    put("diagonal", 2, applied(diagonalMatrix, [draft], draft.span));
  const isInverted = draft.kind === "apply" && draft.op === inverse;
  const isWithin = parent?.kind === "apply" && parent.op === inverse;
  if (isInverted) put("invert", 1, draft.parts[0]!);
  else if (!isWithin && !isTurned && e && isSquare(e))
    put("invert", 2, applied(inverse, [draft], draft.span));
}

function leafEdits(
  draft: Draft & { kind: "leaf" },
  stock: Stock,
  parent: Draft | null,
  put: Put,
): void {
  const { expr } = draft;
  if (expr.kind === "num") {
    const value = expr.value;
    // 1 − h where 𝟏 − h is meant.
    const beside = parent?.kind === "sum" ? parent.parts.map(exprOf) : [];
    const vector = beside.find((part) => part && !isScalar(part));
    if (vector) {
      const entries = scale(expr, onesOf(vector.shape));
      put("replace", 1, leaf(entries, draft.span), entries);
    }
    put("sign", 1, leaf(num(opposite(value)), draft.span));
    for (const factor of [two.value, half.value])
      put("coefficient", 1, leaf(num(times(value, factor)), draft.span));
    return;
  }
  if (expr.kind !== "sym" && !isConstant(expr)) return;
  // h for h′, where h = f(z).
  const below = expr.kind === "sym" ? expr.definition : null;
  const slope =
    below?.kind === "apply" && below.args[0] ? slopeOfEntries(below.op, expr, below.args[0]) : null;
  if (slope) put("derive", 1, leaf(slope, draft.span), slope);
  for (const symbol of stock.symbols)
    if (symbol !== expr)
      put("replace", sameShape(symbol.shape, expr.shape) ? 2 : 3, leaf(symbol, draft.span), symbol);
}

const isConstant = (e: Expr): boolean => e.kind === "apply" && e.args.length === 0;

function sumEdits(draft: Draft & { kind: "sum" }, put: Put): void {
  const { parts, span } = draft;
  for (const [i, part] of parts.entries()) {
    const others = parts.filter((_, k) => k !== i);
    put("drop-term", 2, sumDraft(others, span), exprOf(part), part);
    const flippedOne = { ...draft, parts: parts.map((p, k) => (k === i ? flipped(p) : p)) };
    put("sign", 1, flippedOne, exprOf(part), part);
  }
}

function productEdits(
  draft: Draft & { kind: "product" },
  stock: Stock,
  parent: Draft | null,
  put: Put,
): void {
  const { parts, divides, span } = draft;
  const made = (next: readonly Draft[], over: readonly boolean[] = next.map(() => false)): Draft =>
    next.length === 1 && !over[0]
      ? next[0]!
      : { kind: "product", parts: next, divides: over, span };
  const isScalarPart = parts.map((p) => {
    const e = exprOf(p);
    return e !== null && isScalar(e);
  });
  // Of a term of a sum the sum says it, of a factor of a product the product.
  if (parent?.kind !== "sum" && parent?.kind !== "product") put("sign", 2, flipped(draft));
  for (const factor of [two, half])
    put("coefficient", 1, made([leaf(factor), ...parts], [false, ...divides]), factor);
  for (const [i, part] of parts.entries()) {
    const isOne = part.kind === "leaf" && part.expr.kind === "num";
    if (parts.length > 1)
      put(
        "drop-factor",
        isOne ? 1 : 2,
        made(
          parts.filter((_, k) => k !== i),
          divides.filter((_, k) => k !== i),
        ),
        exprOf(part),
        part,
      );
    if (isScalarPart[i] && !isOne)
      put(
        "divide",
        2,
        { ...draft, divides: divides.map((d, k) => (k === i ? !d : d)) },
        exprOf(part),
        part,
      );
  }
  moves(draft, isScalarPart, put);
  // A ⊙ B where AB stands: of two neighbours, or of all before and after.
  const scalars = parts.filter((_, k) => isScalarPart[k]);
  const matrices = parts.filter((_, k) => !isScalarPart[k]);
  const scalarDivides = divides.filter((_, k) => isScalarPart[k]);
  for (let i = 1; i < matrices.length; i++) {
    const both = applied(hadamard, [made(matrices.slice(0, i)), made(matrices.slice(i))]);
    put(
      "to-hadamard",
      1,
      scalars.length === 0
        ? { ...both, span }
        : made([...scalars, both], [...scalarDivides, false]),
    );
    if (matrices.length < 3) continue;
    const pair = applied(hadamard, [matrices[i - 1]!, matrices[i]!]);
    put(
      "to-hadamard",
      1,
      made(
        [...scalars, ...matrices.slice(0, i - 1), pair, ...matrices.slice(i + 1)],
        [
          ...scalarDivides,
          ...matrices.slice(0, i - 1).map(() => false),
          false,
          ...matrices.slice(i + 1).map(() => false),
        ],
      ),
    );
  }
  insertions(draft, stock, put);
}

/** A factor in another place: beside its neighbour, or further off. */
function moves(
  draft: Draft & { kind: "product" },
  isScalarPart: readonly boolean[],
  put: Put,
): void {
  const places = draft.parts.flatMap((_, i) => (isScalarPart[i] ? [] : [i]));
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

/** A factor put at each gap; a scalar in front; one of the shape of the whole beside it, entry by entry. */
function insertions(draft: Draft & { kind: "product" }, stock: Stock, put: Put): void {
  const { parts, divides } = draft;
  const whole = exprOf(draft);
  for (const factor of stock.factors) {
    if (isScalar(factor)) {
      put(
        "insert-factor",
        2,
        { ...draft, parts: [leaf(factor), ...parts], divides: [false, ...divides] },
        factor,
      );
      put(
        "divide",
        3,
        { ...draft, parts: [...parts, leaf(factor)], divides: [...divides, true] },
        factor,
      );
      continue;
    }
    if (whole && sameShape(whole.shape, factor.shape))
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

/** A factor put beside what is no product yet. */
function wrapEdits(
  draft: Draft,
  e: Expr | null,
  stock: Stock,
  parent: Draft | null,
  put: Put,
): void {
  const isInProduct = parent?.kind === "product";
  if (parent?.kind === "apply" && parent.op !== hadamard && parent.op !== transpose) return;
  const alone = productDraftOf(draft);
  if (!isInProduct) {
    if (parent?.kind !== "sum") put("sign", 3, flipped(draft));
    for (const factor of [two, half])
      put(
        "coefficient",
        2,
        { ...alone, parts: [leaf(factor), draft], divides: [false, false] },
        factor,
      );
  }
  for (const factor of stock.factors) {
    if (isScalar(factor)) {
      if (!isInProduct) {
        put(
          "insert-factor",
          2,
          { ...alone, parts: [leaf(factor), draft], divides: [false, false] },
          factor,
        );
        put(
          "divide",
          3,
          { ...alone, parts: [draft, leaf(factor)], divides: [false, true] },
          factor,
        );
      }
      continue;
    }
    if (!isInProduct) {
      const weight = parent?.kind === "apply" && parent.op === transpose ? 3 : 2;
      put(
        "insert-factor",
        weight,
        { ...alone, parts: [leaf(factor), draft], divides: [false, false] },
        factor,
      );
      put(
        "insert-factor",
        weight,
        { ...alone, parts: [draft, leaf(factor)], divides: [false, false] },
        factor,
      );
    }
    if (e && sameShape(factor.shape, e.shape))
      put("insert-factor", 2, applied(hadamard, [draft, leaf(factor)]), factor);
  }
}

function applyEdits(draft: Draft & { kind: "apply" }, put: Put): void {
  const { op, parts, span } = draft;
  const [x] = parts;
  if (op === hadamard) {
    put("to-product", 1, { kind: "product", parts, divides: parts.map(() => false), span });
    for (const [i, part] of parts.entries()) {
      const others = parts.filter((_, k) => k !== i);
      put(
        "drop-factor",
        2,
        others.length === 1 ? others[0]! : { ...draft, parts: others },
        exprOf(part),
        part,
      );
    }
    return;
  }
  if (op === transpose || op === inverse || !x) return;
  const arg = exprOf(x);
  const whole = exprOf(draft);
  if (arg && whole && sameShape(arg.shape, whole.shape)) {
    put("unwrap", 2, x);
    const slope = slopeOfEntries(op, whole, arg);
    if (slope) put("derive", 1, leaf(slope, span), slope);
  }
}
