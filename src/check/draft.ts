/** @file A hand answer as a tree of its parts, whose shapes need not fit: what edits work on. */

import { NablaError } from "../diagnostics/errors.ts";
import type { Span } from "../diagnostics/source.ts";
import { indexSum, opened } from "../expr/binding.ts";
import { apply, isApply, isScalar, minusOne, num, sym, unit } from "../expr/expr.ts";
import type { Expr, Sym } from "../expr/expr.ts";
import type { Op, OpFields } from "../expr/op.ts";
import { substitution } from "../expr/walk.ts";
import { add, hadamard, matmul, scale, transpose } from "../ops/arithmetic.ts";
import { power } from "../ops/elementwise.ts";
import { inverse } from "../ops/matrix.ts";
import { elaboratedIn } from "../parse/index.ts";
import { partsOf as surfacesIn } from "../parse/parts.ts";
import { multiplied } from "../parse/forms/products.ts";
import type { Problem } from "../parse/problem.ts";
import type { Factor, Surface } from "../parse/surface.ts";

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
  | { readonly kind: "let"; readonly name: Sym; readonly parts: readonly Draft[] }
);

export const leaf = (expr: Expr, span: Span | null = null): Draft => ({ kind: "leaf", expr, span });
/** An answer after the definitions of its names. */
export const letDraft = (
  body: Draft,
  own: readonly { readonly name: Sym; readonly draft: Draft }[],
): Draft =>
  own.reduceRight<Draft>(
    (whole, { name, draft }) => ({ kind: "let", name, parts: [draft, whole], span: body.span }),
    body,
  );
export const sumDraft = (parts: readonly Draft[], span: Span | null = null): Draft =>
  parts.length === 1 ? parts[0]! : { kind: "sum", parts, span };
export const applied = (
  op: Op | OpFields,
  parts: readonly Draft[],
  span: Span | null = null,
): Draft => ({ kind: "apply", op, parts, span });

/** The parts directly below. */
export const partsOf = (draft: Draft): readonly Draft[] =>
  draft.kind === "leaf" ? [] : draft.parts;

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
  if (draft.kind === "let") return exprOf(bound(draft));
  const parts: Expr[] = [];
  for (const part of draft.parts) {
    const expr = exprOf(part);
    if (expr === null) return null;
    parts.push(expr);
  }
  switch (draft.kind) {
    case "sum":
      return fitting(add, parts);
    case "product":
      return multiplied(draft.divides, parts);
    case "apply":
      return appliedTo(draft.op, parts);
    case "indexSum":
      return parts[0] ? indexSum(draft.index, parts[0]) : null;
    default:
      return draft satisfies never;
  }
}

/** What a name stands in, with the name for what is its definition now. */
function bound({ name, parts: [definition, body] }: Draft & { kind: "let" }): Draft {
  const expr = exprOf(definition!);
  // What does not fit is no factor of anything.
  if (expr === null) return definition!;
  if (expr === name.definition) return body!;
  return renamed(body!, substitution([[name, sym(name.name, expr.shape, 0, expr)]]));
}

/** A draft whose leaves are something else. */
function renamed(draft: Draft, map: (e: Expr) => Expr): Draft {
  if (draft.kind === "leaf") {
    const expr = map(draft.expr);
    return expr === draft.expr ? draft : { ...draft, expr };
  }
  return withParts(
    draft,
    draft.parts.map((part) => renamed(part, map)),
  );
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
  if (op === transpose && isApply(x!, transpose)) return x.args[0]!;
  if (op === inverse && isApply(x!, inverse)) return x.args[0]!;
  return fitting(op, args);
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
  const isOpaque = e.op.notation.kind === "entry" || e.op.notation.kind === "indicator";
  return isOpaque ? leaf(e, span) : applied(e.op, e.args.map(below), span);
}

const isReciprocal = (e: Expr): boolean =>
  isApply(e, power) && isScalar(e) && e.args[1] === minusOne;

// ---- from texts to drafts ---------------------------------------------------------------------------

/** What is read of a text: the draft, the expression where its shapes fit, and else why they do not. */
export interface ReadDraft {
  /** null where it does not fit, and what stands in it cannot be told apart either. */
  readonly draft: Draft | null;
  readonly expr: Expr | null;
  readonly misfit: NablaError | null;
}

/**
 * Reads a surface in the names of a problem, as a whole or, where its shapes do not fit, part by part.
 * @throws NablaError for anything else that is wrong with it.
 */
export function draftOfSurface(
  problem: Problem,
  surface: Surface,
  shape?: Expr["shape"],
): ReadDraft {
  const whole = elaborated(problem, surface, shape);
  if (whole instanceof NablaError) {
    // A shape that was asked for may be what does not fit.
    const free = shape && elaborated(problem, surface);
    if (free && !(free instanceof NablaError))
      return { draft: drafted(surface, free.built), expr: free.expr, misfit: null };
    return { draft: loose(problem, surface), expr: null, misfit: whole };
  }
  const draft = drafted(surface, whole.built);
  return { draft, expr: whole.expr, misfit: null };
}

interface Elaborated {
  readonly expr: Expr;
  readonly built: ReadonlyMap<Surface, Expr>;
}

/** What a surface is, or why its shapes do not fit together. */
function elaborated(
  problem: Problem,
  surface: Surface,
  shape?: Expr["shape"],
): Elaborated | NablaError {
  const built = new Map<Surface, Expr>();
  try {
    const expr = elaboratedIn(problem, surface, {
      ...(shape && { shape }),
      built: (e, made) => built.set(e, made),
    });
    return { expr, built };
  } catch (error) {
    if (error instanceof NablaError && misfits.has(error.diagnostic.code)) return error;
    throw error;
  }
}

const misfits: ReadonlySet<string> = new Set(["shapes-differ", "size-unknown"]);

/** The draft of what fits together; it means what was read. */
function drafted(e: Surface, built: ReadonlyMap<Surface, Expr>): Draft {
  const known = new Map<Surface, Draft>();
  const draftAt = (part: Surface): Draft => {
    let found = known.get(part);
    if (!found) known.set(part, (found = draftOfPart(part, built, draftAt)));
    return found;
  };
  return draftAt(e);
}

function draftOfPart(
  e: Surface,
  built: ReadonlyMap<Surface, Expr>,
  draftAt: (part: Surface) => Draft,
): Draft {
  const expr = built.get(e);
  // A formula's own parts are built where it is applied.
  if (!expr) return leaf(unit, e.span);
  const draft = structured(e, draftAt);
  if (draft && exprOf(draft) === expr) return draft;
  // Of a function the parts are those of its arguments, where they stand in the text.
  const known = new Map<Expr, Draft>();
  for (const part of surfacesIn(e)) {
    const made = built.get(part);
    if (part !== e && made && made !== expr && made.kind !== "num" && !known.has(made))
      known.set(made, draftAt(part));
  }
  const spanned = draftOfExpr(expr, known, e.span);
  return exprOf(spanned) === expr ? spanned : leaf(expr, e.span);
}

/** The draft of a part of which the structure says all; null for anything else. */
function structured(e: Surface, below: (part: Surface) => Draft): Draft | null {
  switch (e.kind) {
    case "group":
      return { ...below(e.body), span: e.span };
    case "negate":
      return negated(below(e.body), e.span);
    case "sum":
      return sumDraft(
        e.terms.map(({ negative, term }) =>
          negative ? negated(below(term), term.span) : below(term),
        ),
        e.span,
      );
    case "product":
      return {
        kind: "product",
        parts: e.factors.map(({ factor }) => below(factor)),
        divides: e.factors.map(({ divides }) => divides),
        span: e.span,
      };
    case "hadamard":
      return applied(
        hadamard,
        e.factors.map((f) => entrywiseFactor(f, below)),
        e.span,
      );
    case "transpose":
      return applied(transpose, [below(e.body)], e.span);
    case "power":
      return isMinusOne(e.exponent) ? applied(inverse, [below(e.body)], e.span) : null;
    default:
      return null;
  }
}

const entrywiseFactor = ({ divides, factor }: Factor, below: (part: Surface) => Draft): Draft =>
  divides ? applied(power, [below(factor), leaf(minusOne)], factor.span) : below(factor);

const isMinusOne = (e: Surface): boolean =>
  e.kind === "negate"
    ? e.body.kind === "number" && num(e.body.value) === unit
    : (e.kind === "group" && isMinusOne(e.body)) ||
      (e.kind === "number" && num(e.value) === minusOne);

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

/** The draft of what does not fit together: its largest parts that do, and how they are put together. */
function loose(problem: Problem, surface: Surface): Draft | null {
  let isLost = false;
  const below = (part: Surface): Draft => {
    let read: Elaborated | NablaError;
    try {
      read = elaborated(problem, part);
    } catch (error) {
      // A constant whose size the place would give, or an index that a sum around binds.
      if (!(error instanceof NablaError)) throw error;
      isLost = true;
      return leaf(unit);
    }
    if (!(read instanceof NablaError)) return drafted(part, read.built);
    const made = structured(part, below);
    if (!made) isLost = true;
    return made ?? leaf(unit);
  };
  const draft = structured(surface, below);
  return isLost ? null : draft;
}
