/** @file A hand answer as a tree of its parts, whose shapes need not fit: what edits work on. */

import { joined } from "../diagnostics/source.ts";
import type { Span } from "../diagnostics/source.ts";
import { sameShape } from "../expr/dimension.ts";
import { indexSum, opened } from "../expr/binding.ts";
import { apply, isApply, isScalar, minusOne, sym, unit } from "../expr/expr.ts";
import type { Expr, Sym } from "../expr/expr.ts";
import type { Op, OpFields } from "../expr/op.ts";
import { contains, postorder, substitution } from "../expr/walk.ts";
import { add, hadamard, matmul, scale, transpose } from "../ops/arithmetic.ts";
import { power } from "../ops/elementwise.ts";
import { inverse } from "../ops/matrix.ts";
import { multiplied } from "../parse/forms/products.ts";
import { alike, chained } from "./resized.ts";

/** A part of an answer; `span` is where it stands, null for what does not. */
export type Draft = { readonly span: Span | null } & (
  | { readonly kind: "leaf"; readonly expr: Expr }
  | { readonly kind: "sum"; readonly parts: readonly Draft[] }
  /** Factors in the order of the text, numbers and scalars among them; some divide. */
  | {
      readonly kind: "product";
      readonly parts: readonly Draft[];
      readonly divides: readonly boolean[];
    }
  | { readonly kind: "apply"; readonly op: Op | OpFields; readonly parts: readonly Draft[] }
  | { readonly kind: "indexSum"; readonly index: Sym; readonly parts: readonly Draft[] }
  /** What a name is defined to be, and where the name stands. */
  | {
      readonly kind: "let";
      readonly name: Sym;
      /** Whether the name stands for a part that was typed without one. */
      readonly isInline: boolean;
      readonly parts: readonly Draft[];
    }
);

export const leaf = (expr: Expr, span: Span | null = null): Draft => ({ kind: "leaf", expr, span });
/** An answer after the definitions of its names. */
export const letDraft = (
  body: Draft,
  own: readonly { readonly name: Sym; readonly draft: Draft }[],
): Draft =>
  own.reduceRight<Draft>(
    (whole, { name, draft }) => ({
      kind: "let",
      name,
      isInline: false,
      parts: [draft, whole],
      span: body.span,
    }),
    body,
  );
export const sumDraft = (parts: readonly Draft[], span: Span | null = null): Draft =>
  parts.length === 1 ? parts[0]! : { kind: "sum", parts, span };
/** Factors of which none divides. */
export const productOf = (parts: readonly Draft[], span: Span | null = null): Draft =>
  parts.length === 1
    ? parts[0]!
    : { kind: "product", parts, divides: parts.map(() => false), span };

/** Where neighbouring parts stand together. */
export const spanOver = (parts: readonly Draft[]): Span | null => {
  const [first, last] = [parts[0]!.span, parts.at(-1)!.span];
  return first && last && joined(first, last);
};
export const applied = (
  op: Op | OpFields,
  parts: readonly Draft[],
  span: Span | null = null,
): Draft => ({ kind: "apply", op, parts, span });

/** The parts directly below. */
export const partsOf = (draft: Draft): readonly Draft[] =>
  draft.kind === "leaf" ? [] : draft.parts;

/** The name of a part that does not fit together, in what is around it. */
export const hole = "\u0000part";

/** Whether an expression speaks of such a part. */
export const holdsHole = (e: Expr): boolean =>
  postorder([e]).some((s) => s.kind === "sym" && s.name === hole);

/** The expressions that it is put together of. */
export const leavesOf = (draft: Draft): Expr[] =>
  draft.kind === "leaf" ? [draft.expr] : draft.parts.flatMap(leavesOf);

/** The same with other parts. */
export function withParts(draft: Draft, parts: readonly Draft[]): Draft {
  if (draft.kind === "leaf") return draft;
  return { ...draft, parts };
}

// ---- from drafts to expressions ---------------------------------------------------------------------

const built = new WeakMap<Draft, Expr | "misfit">();

/** The expression that a draft is; null where its shapes do not fit. */
export function exprOf(draft: Draft): Expr | null {
  let found = built.get(draft);
  if (found === undefined) built.set(draft, (found = build(draft) ?? "misfit"));
  return found === "misfit" ? null : found;
}

function build(draft: Draft): Expr | null {
  if (draft.kind === "leaf") return draft.expr;
  if (draft.kind === "let") {
    const body = bound(draft);
    return body && exprOf(body);
  }
  const parts: Expr[] = [];
  for (const part of draft.parts) {
    const expr = exprOf(part);
    if (expr === null) return null;
    parts.push(expr);
  }
  switch (draft.kind) {
    case "sum":
      return fittingAlike(add, parts);
    case "product":
      return multipliedAs(draft.divides, parts);
    case "apply":
      return appliedTo(draft.op, parts);
    case "indexSum":
      return parts[0] ? indexSum(draft.index, parts[0]) : null;
    default:
      return draft satisfies never;
  }
}

/** What a name stands in, with the name for what is its definition now; null where that does not fit. */
function bound({
  name,
  isInline,
  parts: [definition, body],
}: Draft & { kind: "let" }): Draft | null {
  const expr = exprOf(definition!);
  if (expr === null) return null;
  if (expr === name.definition) return body!;
  const made = isInline ? expr : sym(name.name, expr.shape, 0, expr);
  const isAlike = sameShape(made.shape, name.shape);
  const change = substitution([[name, made]]);
  return renamed(body!, (e) => {
    if (e === name) return made;
    return isAlike ? change(e) : contains(e, name) ? null : e;
  });
}

/** A draft whose leaves are something else; null where one is nothing. */
function renamed(draft: Draft, map: (e: Expr) => Expr | null): Draft | null {
  if (draft.kind === "leaf") {
    const expr = map(draft.expr);
    return expr && (expr === draft.expr ? draft : { ...draft, expr });
  }
  const parts = draft.parts.map((part) => renamed(part, map));
  return parts.every((part) => part !== null) ? withParts(draft, parts) : null;
}

/** Of one shape, for which constants without a size take another one. */
function fittingAlike(op: OpFields, args: readonly Expr[]): Expr | null {
  const made = fitting(op, args);
  const same = made ? null : alike(args);
  return same ? fitting(op, same) : made;
}

function multipliedAs(divides: readonly boolean[], factors: readonly Expr[]): Expr | null {
  const made = multiplied(divides, factors);
  const other = made ? null : chained(factors);
  return other ? multiplied(divides, other) : made;
}

const fitting = (op: OpFields, args: readonly Expr[]): Expr | null =>
  op.shape(args) === null ? null : apply(op, args);

/** An operation with its arguments, scalars without what says nothing of them. */
function appliedTo(op: OpFields, args: readonly Expr[]): Expr | null {
  const [x] = args;
  if (x && isScalar(x)) {
    if (op === transpose) return x;
    if (op === inverse) return fitting(power, [x, minusOne]);
  }
  if (op === hadamard && args.some(isScalar))
    return multiplied(
      args.map(() => false),
      args,
    );
  if (op === power && args[1] === unit) return x!;
  if (op === transpose && isApply(x!, transpose)) return x.args[0]!;
  if (op === inverse && isApply(x!, inverse)) return x.args[0]!;
  return op === hadamard ? fittingAlike(op, args) : fitting(op, args);
}

// ---- from expressions to drafts ---------------------------------------------------------------------

/** An expression as a draft; of the parts in `known` the drafts are taken, with where they stand. */
export function draftOfExpr(
  e: Expr,
  known: ReadonlyMap<Expr, Draft> = new Map(),
  span: Span | null = null,
): Draft {
  const found = known.get(e);
  if (found) return found;
  const below = (part: Expr): Draft => draftOfExpr(part, known);
  if (e.kind === "indexSum") {
    const { index, body } = opened(e);
    return { kind: "indexSum", index, parts: [below(body)], span };
  }
  if (e.kind !== "apply" || e.args.length === 0) return leaf(e, span);
  if (e.op === add) return sumDraft(e.args.map(below), span);
  if (e.op === scale || e.op === matmul) {
    const factors = e.args.flatMap((arg) =>
      e.op === scale && isApply(arg, matmul) && !isScalar(arg) && !known.has(arg)
        ? arg.args
        : [arg],
    );
    const isDivisor = factors.map(isReciprocal);
    return {
      kind: "product",
      parts: factors.map((f, i) =>
        below(isDivisor[i] ? (f as { args: readonly Expr[] }).args[0]! : f),
      ),
      divides: isDivisor,
      span,
    };
  }
  // What an operation keeps for itself, such as the index of an entry, is no part that is edited.
  const isOpaque = e.op.notation.kind === "entry";
  return isOpaque ? leaf(e, span) : applied(e.op, e.args.map(below), span);
}

const isReciprocal = (e: Expr): boolean =>
  isApply(e, power) && isScalar(e) && e.args[1] === minusOne;

// ---- signs ------------------------------------------------------------------------------------------

/** −x, with the sign before what is multiplied. */
export function negated(draft: Draft, span: Span | null = draft.span): Draft {
  if (draft.kind === "leaf" && draft.expr.kind === "num")
    return leaf(multiplied([false, false], [minusOne, draft.expr])!, span);
  const factors = draft.kind === "product" ? draft : productDraftOf(draft);
  return {
    kind: "product",
    parts: [leaf(minusOne), ...factors.parts],
    divides: [false, ...factors.divides],
    span,
  };
}

/** One factor as a product. */
export const productDraftOf = (draft: Draft): Extract<Draft, { kind: "product" }> =>
  draft.kind === "product"
    ? draft
    : { kind: "product", parts: [draft], divides: [false], span: draft.span };
