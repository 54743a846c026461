/** @file Drafts of what was typed: of what fits together as it was read, of what does not part by part. */

import { withNames } from "../derive/written.ts";
import { NablaError } from "../diagnostics/errors.ts";
import { dimension, sameShape } from "../expr/dimension.ts";
import { indexSum } from "../expr/binding.ts";
import { indexSymbol, minusOne, num, sym, unit } from "../expr/expr.ts";
import type { Expr } from "../expr/expr.ts";
import { hadamard, identity, ones, transpose } from "../ops/arithmetic.ts";
import { power } from "../ops/elementwise.ts";
import { inverse } from "../ops/matrix.ts";
import { elaboratedIn } from "../parse/index.ts";
import { partsOf as surfacesIn, withParts as changed } from "../parse/parts.ts";
import type { Problem } from "../parse/problem.ts";
import type { Factor, Surface } from "../parse/surface.ts";
import {
  applied,
  draftOfExpr,
  exprOf,
  hole,
  leaf,
  negated,
  partsOf,
  sumDraft,
  withParts,
} from "./draft.ts";
import type { Draft } from "./draft.ts";
import { shapesAfterEdits } from "./edits.ts";

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
    return { draft: loose(problem, surface, shape), expr: null, misfit: whole };
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
  const draft = structured(e, draftAt) ?? summed(e, expr, built, draftAt);
  if (draft && exprOf(draft) === expr) return draft;
  // Of a function the parts are those of its arguments, where they stand in the text.
  const known = new Map<Expr, Draft>();
  for (const part of surfacesIn(e)) {
    const made = built.get(part);
    const isExponent =
      (e.kind === "power" || e.kind === "elementwise-power") && part === e.exponent;
    const isTold = made && made !== expr && (made.kind !== "num" || isExponent);
    if (part !== e && isTold && !known.has(made)) known.set(made, draftAt(part));
  }
  const spanned = draftOfExpr(expr, known, e.span);
  return exprOf(spanned) === expr ? spanned : leaf(expr, e.span);
}

/** A sum over an index, with the index that its body was read with. */
function summed(
  e: Surface,
  expr: Expr,
  built: ReadonlyMap<Surface, Expr>,
  draftAt: (part: Surface) => Draft,
): Draft | null {
  const body = e.kind === "indexed-sum" ? built.get(e.body) : undefined;
  if (e.kind !== "indexed-sum" || !body) return null;
  const index = body.free.find((one) => indexSum(one, body) === expr);
  return index ? { kind: "indexSum", index, parts: [draftAt(e.body)], span: e.span } : null;
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

/** The draft of what does not fit together: its largest parts that do, and how they are put together. */
function loose(problem: Problem, surface: Surface, shape: Expr["shape"] | undefined): Draft | null {
  const first = looseBy(problem, surface, shape, 0);
  if (!first || !isSupposed(first)) return first;
  // What is within a function is to have the shape with which all around it fits.
  const fits = (draft: Draft): boolean => {
    const e = exprOf(supposing(draft));
    return e !== null && (!shape || sameShape(e.shape, shape));
  };
  for (let k = 0; k < mostShapes; k++) {
    const draft = k === 0 ? first : looseBy(problem, surface, shape, k);
    if (draft && fits(draft)) return draft;
  }
  return first;
}

/** Whether a part of a draft stands for something that does not fit. */
const isSupposed = (draft: Draft): boolean =>
  draft.kind === "let" || partsOf(draft).some(isSupposed);

/** So many shapes are looked at that a part may be meant to have. */
const mostShapes = 4;

/** A draft in which what does not fit is taken for something that does. */
function supposing(draft: Draft): Draft {
  if (draft.kind === "leaf") return draft;
  if (draft.kind === "let") return supposing(draft.parts[1]!);
  return withParts(draft, draft.parts.map(supposing));
}

/** The same by the k-th shape that a part within something else may have. */
function looseBy(
  problem: Problem,
  surface: Surface,
  shape: Expr["shape"] | undefined,
  k: number,
): Draft | null {
  const below = (part: Surface): Draft | null => {
    const read = elaboratedOrNull(problem, part);
    // An index that a sum around binds.
    if (read === null) return null;
    if (!(read instanceof NablaError)) return drafted(part, read.built);
    return unsized(part, shape) ?? known(part);
  };
  const known = (part: Surface): Draft | null => {
    let isLost = false;
    const made = structured(part, (inner) => {
      const draft = below(inner);
      if (!draft) isLost = true;
      return draft ?? leaf(unit);
    });
    return isLost ? null : (made ?? inSum(problem, part, k) ?? around(problem, part, below, k));
  };
  return known(surface);
}

/** A constant whose size its place would give: it takes any. */
function unsized(e: Surface, shape: Expr["shape"] | undefined): Draft | null {
  const [size] = shape ?? [dimension(2)];
  if (e.kind === "name" && e.name === "I") return leaf(identity(size), e.span);
  return e.kind === "ones" ? leaf(ones(size), e.span) : null;
}

/** What does not fit within a function or the like: that part, in what is around it as it would be read. */
function around(
  problem: Problem,
  e: Surface,
  below: (part: Surface) => Draft | null,
  k: number,
): Draft | null {
  // What is derived by is no value that anything is done to.
  if (e.kind === "cotangent") return null;
  const isMisfit = (part: Surface): boolean =>
    part !== e && elaboratedOrNull(problem, part) instanceof NablaError;
  const misfits = surfacesIn(e).filter(isMisfit);
  // The largest: all others stand in it.
  const part = misfits.find((one) => misfits.every((other) => surfacesIn(one).includes(other)));
  const draft = part && below(part);
  if (!draft) return null;
  const whole = changed(e, (inner) =>
    inner === part ? { kind: "name", name: hole, span: part.span } : inner,
  );
  const fitting = shapesAfterEdits(draft).flatMap((shape): Draft[] => {
    const name = sym(hole, shape);
    const read = elaboratedOrNull(withNames(problem, [name]), whole);
    if (!read || read instanceof NablaError) return [];
    const parts = [draft, drafted(whole, read.built)];
    return [{ kind: "let", name, isInline: true, parts, span: e.span }];
  });
  return fitting[k] ?? fitting[0] ?? null;
}

/** A sum over one index, whose body does not fit together. */
function inSum(problem: Problem, e: Surface, k: number): Draft | null {
  if (e.kind !== "indexed-sum" || e.bounds.letters.length !== 1) return null;
  const [letter] = e.bounds.letters;
  for (const [range, letters] of problem.indices) {
    if (!letters.includes(letter!)) continue;
    const index = indexSymbol(letter!, range);
    const body = looseBy(withNames(problem, [], [index]), e.body, undefined, k);
    if (body) return { kind: "indexSum", index, parts: [body], span: e.span };
  }
  return null;
}

function elaboratedOrNull(problem: Problem, e: Surface): Elaborated | NablaError | null {
  try {
    return elaborated(problem, e);
  } catch (error) {
    if (error instanceof NablaError) return null;
    throw error;
  }
}
