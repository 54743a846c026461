/** @file What an edit that makes an answer right says of the slip that it mends. */

import type { Spelled } from "../derive/options.ts";
import { isScalar } from "../expr/expr.ts";
import type { Expr } from "../expr/expr.ts";
import { postorder } from "../expr/walk.ts";
import { exprOf } from "./draft.ts";
import type { Draft } from "./draft.ts";
import type { Edit } from "./edits.ts";
import type { Said } from "./wording.ts";
import { quoted, say } from "./wording.ts";

/** The slip that an edit mends, told in formulas that `shown` writes. */
export function editSaid({ kind, before, after, put }: Edit, shown: (e: Expr) => Spelled): Said {
  const written = (draft: Draft): Spelled | null => {
    const e = exprOf(draft);
    return e && shown(e);
  };
  const was = quoted(before.span, written(before));
  const made = written(after);
  const is = made ?? "what fits";
  switch (kind) {
    case "transpose":
      return isWithin(before, after) ? say.transposePart(was, true) : say.transposePart(is, false);
    case "invert":
      return isWithin(before, after) ? say.invertPart(was, true) : say.invertPart(is, false);
    case "swap":
      return say.swapParts(was, made);
    case "sign":
      return say.signOfTerm(put ? shown(put) : was);
    case "coefficient":
      return say.otherNumber(was, is);
    case "drop-factor":
      return say.extraFactor(put ? shown(put) : was, put !== null && isScalar(put));
    case "insert-factor":
      return say.lostFactor(put ? shown(put) : is, was, made, put?.kind === "num");
    case "drop-term":
      return say.extraTerm(put ? shown(put) : was);
    case "to-hadamard":
      return say.entrywise(was, made);
    case "to-product":
      return say.matrixProduct(was, made);
    case "derive":
      return say.slope(was, is);
    case "unwrap":
      return say.replaced(was, is, false);
    case "sum-over":
      return say.lostSum(put ? shown(put) : was, is);
    case "replace":
      return say.replaced(was, put ? shown(put) : is, put !== null && holdsFunction(put));
    case "diagonal":
      return say.diagonal(was, made);
    case "divide":
      return say.divides(put ? shown(put) : was);
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
