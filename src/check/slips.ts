/** @file What an edit that makes an answer right says of the slip that it mends. */

import type { Spelled } from "../derive/options.ts";
import { isApply, isScalar, minusOne } from "../expr/expr.ts";
import type { Expr } from "../expr/expr.ts";
import { postorder } from "../expr/walk.ts";
import { add } from "../ops/arithmetic.ts";
import { power } from "../ops/elementwise.ts";
import { exprOf } from "./draft.ts";
import type { Draft } from "./draft.ts";
import { holdsHole } from "./draft.ts";
import type { Edit } from "./edit.ts";
import type { Said } from "./wording.ts";
import { quoted, say } from "./wording.ts";

/** The slip that an edit mends, told in formulas that `shown` writes. */
export function editSaid({ kind, before, after, put }: Edit, shown: (e: Expr) => Spelled): Said {
  const written = (draft: Draft): Spelled | null => {
    const e = exprOf(draft);
    return e && !holdsHole(e) ? shown(e) : null;
  };
  const was = quoted(before.span, written(before));
  const made = written(after);
  const is = made ?? "what fits";
  const part = put ? shown(put) : was;
  switch (kind) {
    case "transpose":
      return isWithin(before, after) ? say.transposePart(was, true) : say.transposePart(is, false);
    case "invert":
      return isWithin(before, after) ? say.invertPart(was, true) : say.invertPart(is, false);
    case "swap":
      return say.swapParts(was, made);
    case "sign":
      return say.signOfTerm(part);
    case "exponent":
      return say.exponent(written(before) ?? was, is, made?.unicode === "1");
    case "number":
      return say.otherNumber(was, is);
    case "drop-factor":
      return say.extraFactor(part, put !== null && isScalar(put));
    case "drop-divisor":
      return say.extraDivisor(part);
    case "coefficient":
    case "insert-factor":
      return put && put === exprOf(before) && put.kind === "sym"
        ? say.lostSquare(was, made)
        : say.lostFactor(part, was, made, put?.kind === "num");
    case "insert-divisor":
      return say.lostFactor(
        shown(power(put!, minusOne)),
        was,
        made,
        put!.kind === "sym" && put!.role === "dimension",
      );
    case "drop-term":
      return say.extraTerm(part);
    case "to-hadamard":
      return say.entrywise(was, made);
    case "to-product":
      return say.matrixProduct(was, made);
    case "derive":
      return say.slope(was, is);
    case "unwrap":
      return say.replaced(was, is, false);
    case "sum-over":
      return say.lostSum(part, is);
    case "regroup":
      return say.brackets(was, made);
    case "trace":
      return say.lostTrace(is);
    case "relation":
      return say.otherRelation(was, is);
    case "replace":
      if (put && isApply(put, add) && put.args.includes(exprOf(before)!))
        return say.lostTerms(was, is);
      if (put && isApply(put, power) && put.args[0] === exprOf(before)) return say.lostExponent(is);
      return say.replaced(was, put ? shown(put) : is, put !== null && holdsFunction(put));
    case "diagonal":
      return say.diagonal(was, made);
    case "divide":
      return say.divides(part);
    default:
      return kind satisfies never;
  }
}

/** Whether a part stands within what it became. */
const isWithin = (before: Draft, after: Draft): boolean =>
  after.kind === "apply" && after.parts[0] === before;

/** Whether a part is one of the functions that the chain rule goes through. */
const holdsFunction = (e: Expr): boolean =>
  postorder([e]).some((part) => part.kind === "apply" && part.op.entrywise === true);
