/** @file The single edits of a draft: what a hand slips at, one place at a time. */

import { sameShape } from "../expr/dimension.ts";
import type { Shape } from "../expr/dimension.ts";
import { half, isColumn, isScalar, isSquare, minusOne, num, two, unit } from "../expr/expr.ts";
import type { Expr } from "../expr/expr.ts";
import type { OpFields } from "../expr/op.ts";
import { has, property } from "../expr/properties.ts";
import type { Rational } from "../expr/rational.ts";
import { isNegative, negated as opposite, plus, rational, times } from "../expr/rational.ts";
import { hadamard, onesOf, scale, trace, transpose } from "../ops/arithmetic.ts";
import { atLeastZero, atMostZero, belowZero, step } from "../ops/indicators.ts";
import { kronecker } from "../ops/kronecker.ts";
import { inverse } from "../ops/matrix.ts";
import { slopeOfEntries } from "../ops/slope.ts";
import { isOnes } from "../simplify/forms.ts";
import { diagonalMatrix } from "../ops/structure.ts";
import { flipped } from "./changes.ts";
import {
  applied,
  exprOf,
  leaf,
  partsOf,
  productOf,
  spanOver,
  sumDraft,
  withParts,
} from "./draft.ts";
import type { Draft } from "./draft.ts";
import type { Edit, Put, Rebuild } from "./edit.ts";
import { productEdits, runEdits, runsOf, wrapEdits } from "./product-edits.ts";
import { emptyStock, within, without } from "./stock.ts";
import type { Stock } from "./stock.ts";

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

/** The shapes that a draft which does not fit together would have after a single edit, the likely ones first. */
export function shapesAfterEdits(draft: Draft): Shape[] {
  const shapes: Shape[] = [];
  for (const { whole } of editsOf(draft, emptyStock)) {
    const shape = exprOf(whole)?.shape;
    if (shape && !shapes.some((known) => sameShape(known, shape))) shapes.push(shape);
  }
  // A row may be meant to be a column.
  const turned = shapes.map(([rows, columns]): Shape => [columns, rows]);
  return shapes.concat(turned.filter((one) => !shapes.some((known) => sameShape(known, one))));
}

function walk(
  draft: Draft,
  stock: Stock,
  rebuild: Rebuild,
  found: Edit[],
  parent: Draft | null,
): void {
  if (draft.kind === "let") return letEdits(draft, stock, rebuild, found);
  editsHere(draft, stock, parent, putting(found, draft, rebuild));
  if (draft.kind === "product")
    for (const { run, instead } of runsOf(draft))
      runEdits(
        run,
        stock,
        putting(found, run, (after) => rebuild(instead(after))),
      );
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

/** What takes the edits of a part. */
const putting =
  (found: Edit[], before: Draft, rebuild: Rebuild): Put =>
  (kind, weight, after, what = null, place = before) => {
    const whole = rebuild(after);
    found.push({ kind, weight, before, after, put: what, place: place.span, whole });
  };

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
  if (!isNumber && (e === null || !isScalar(e))) shapeEdits(draft, e, stock, parent, put);
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
  if (!e || isNumber || parent === null) return;
  for (const whole of stock.wholes)
    if (whole.kind === "apply" && whole.args.includes(e)) put("replace", 2, leaf(whole), whole);
  // What replaces all that is no number says nothing of the answer.
  const isAll =
    parent.kind === "product" &&
    parent.parts.every((part) => part === draft || exprOf(part)?.kind === "num");
  if (isAll) return;
  for (const part of stock.parts)
    if (part !== e && sameShape(part.shape, e.shape)) put("replace", 3, leaf(part), part);
}

/** Transposes and inverses. */
function shapeEdits(
  draft: Draft,
  e: Expr | null,
  stock: Stock,
  parent: Draft | null,
  put: Put,
): void {
  const isTurned = draft.kind === "apply" && draft.op === transpose;
  const isInParent = parent?.kind === "apply" && parent.op === transpose;
  if (isTurned) put("transpose", 1, draft.parts[0]!);
  else if (!isInParent && !(e && has(e.properties, property.symmetric)))
    put("transpose", draft.kind === "leaf" ? 1 : 2, applied(transpose, [draft], draft.span));
  if (e && isSquare(e) && stock.hasTrace && parent?.kind !== "apply")
    put("trace", 2, applied(trace, [draft], draft.span));
  if (e && isColumn(e) && parent?.kind !== "apply")
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
  // A sign is no number that was typed.
  if (expr === minusOne && draft.span === null) return;
  if (expr.kind === "num") return numberEdits(draft, expr.value, stock, parent, put);
  const isNamed = expr.kind === "sym" || isConstant(expr) || stock.symbols.includes(expr);
  if (!isNamed) return;
  // h for h′, where h = f(z).
  const below = expr.kind === "sym" ? expr.definition : null;
  const slope =
    below?.kind === "apply" && below.args[0] ? slopeOfEntries(below.op, expr, below.args[0]) : null;
  if (slope) put("derive", 1, leaf(slope, draft.span), slope);
  const isEntrywise = parent?.kind === "apply" && parent.op === hadamard;
  for (const symbol of stock.symbols) {
    // A factor 𝟏 of ⊙ is none.
    if (symbol === expr || (isEntrywise && isOnes(symbol))) continue;
    const isLikely = sameShape(symbol.shape, expr.shape) && !isConstant(expr);
    put("replace", isLikely ? 2 : 3, leaf(symbol, draft.span), symbol);
  }
}

/** Another number, or what a number stands for. */
function numberEdits(
  draft: Draft,
  value: Rational,
  stock: Stock,
  parent: Draft | null,
  put: Put,
): void {
  const beside = parent?.kind === "sum" ? parent.parts.map(exprOf) : [];
  const vector = beside.find((part) => part && !isScalar(part));
  const signed = (e: Expr): Draft => (isNegative(value) ? flipped(leaf(e)) : leaf(e, draft.span));
  if (vector) {
    // 1 − h where 𝟏 − h is meant.
    const entries = scale(num(value), onesOf(vector.shape));
    put("replace", 1, leaf(entries, draft.span), entries);
    for (const e of [...stock.symbols, ...stock.factors])
      if (sameShape(e.shape, vector.shape)) put("replace", 2, signed(e), e);
  } else if (parent?.kind === "sum")
    for (const e of stock.symbols) if (isScalar(e)) put("replace", 3, signed(e), e);
  for (const factor of [two.value, half.value]) {
    const made = num(times(value, factor));
    // A factor 2 that is too much is left out.
    const kind = parent?.kind === "apply" ? "exponent" : "number";
    // A matrix is raised to whole powers only.
    if (made.value.denominator > 1n && isMatrixPower(parent)) continue;
    if (made !== unit || parent?.kind !== "product") put(kind, 1, leaf(made, draft.span));
  }
  if (parent?.kind !== "apply") return;
  // Exponents, and what else an operation takes.
  const others = [opposite(value), ...[1, -1].map((by) => plus(value, rational(by)))];
  for (const other of others) put("exponent", 1, leaf(num(other), draft.span));
}

function isMatrixPower(parent: Draft | null): boolean {
  const base = parent?.kind === "apply" ? exprOf(parent.parts[0]!) : null;
  return base !== null && isSquare(base) && !isScalar(base);
}

const isConstant = (e: Expr): boolean => e.kind === "apply" && e.args.length === 0;

/** A number, 𝟏 or I. */
const isConstantPart = (draft: Draft): boolean => {
  const e = exprOf(draft);
  return e !== null && (e.kind === "num" || isConstant(e));
};

function sumEdits(draft: Draft & { kind: "sum" }, put: Put): void {
  const { parts, span } = draft;
  // Of ‖x + a‖² it is the sign of a that is told.
  for (const [i, part] of [...parts.entries()].toReversed()) {
    const others = parts.filter((_, k) => k !== i);
    const isLone = others.length === 1 && isConstantPart(others[0]!);
    put("drop-term", isLone ? 3 : 2, sumDraft(others, span), exprOf(part), part);
    const flippedOne = { ...draft, parts: parts.map((p, k) => (k === i ? flipped(p) : p)) };
    // Of −λI it is λI that has the wrong sign.
    const [before, after] = [exprOf(part), exprOf(flipped(part))];
    const isShorter = before && after && after.size < before.size;
    put("sign", 1, flippedOne, isShorter ? after : before, part);
  }
}

function applyEdits(draft: Draft & { kind: "apply" }, put: Put): void {
  const { op, parts, span } = draft;
  const [x] = parts;
  if (op === kronecker) put("swap", 1, { ...draft, parts: parts.toReversed() });
  const relation = otherRelation.get(op);
  if (relation) put("relation", 1, applied(relation, parts, span));
  if (op === hadamard) {
    regroupings(draft, put);
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
    if (parts.length > 2) neighbouringFactors(draft, put);
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

/** The other way round. */
const otherRelation: ReadonlyMap<OpFields, OpFields> = new Map([
  [step, belowZero],
  [belowZero, step],
  [atLeastZero, atMostZero],
  [atMostZero, atLeastZero],
]);

/** Two factors of ⊙ that are too much, such as p ⊙ (𝟏 − p). */
function neighbouringFactors(draft: Draft & { kind: "apply" }, put: Put): void {
  const { parts } = draft;
  for (let i = 1; i < parts.length; i++) {
    const pair = parts.slice(i - 1, i + 1);
    const both = applied(hadamard, pair, spanOver(pair));
    const others = parts.filter((_, k) => k !== i && k !== i - 1);
    const rest = others.length === 1 ? others[0]! : { ...draft, parts: others };
    put("drop-factor", 2, rest, exprOf(both), both);
  }
}

/** Brackets around ⊙: a ⊙ bxᵀ for (a ⊙ b)xᵀ, and Wᵀa ⊙ b for Wᵀ(a ⊙ b). */
function regroupings(draft: Draft & { kind: "apply" }, put: Put): void {
  const { parts, span } = draft;
  const last = parts.at(-1)!;
  if (last.kind === "product" && !last.divides.includes(true))
    for (let k = 1; k < last.parts.length; k++) {
      const inner = applied(hadamard, [...parts.slice(0, -1), productOf(last.parts.slice(0, k))]);
      put("regroup", 1, productOf([inner, ...last.parts.slice(k)], span));
    }
  const first = parts[0]!;
  if (first.kind === "product" && !first.divides.includes(true))
    for (let k = 1; k < first.parts.length; k++) {
      const inner = applied(hadamard, [productOf(first.parts.slice(k)), ...parts.slice(1)]);
      put("regroup", 1, productOf([...first.parts.slice(0, k), inner], span));
    }
}
