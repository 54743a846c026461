/** @file Whether an answer is right: by its normal form, else by numbers at many points. */

import { errors } from "../diagnostics/errors.ts";
import { sameShape } from "../expr/dimension.ts";
import { isScalar, sym } from "../expr/expr.ts";
import type { Expr, Sym } from "../expr/expr.ts";
import { has, property } from "../expr/properties.ts";
import { postorder, substitution } from "../expr/walk.ts";
import { compared, comparison } from "../numeric/equations.ts";
import { comparedExactly } from "../numeric/modular.ts";
import { scale } from "../ops/arithmetic.ts";
import { normalKey } from "../simplify/canonical.ts";
import { simplify } from "../simplify/simplify.ts";
import type { Answer } from "./answer.ts";
import { indicatorOf, plainly } from "./answer.ts";
import type { Rightness } from "./judgement.ts";
import type { Subject } from "./subject.ts";

/** Up to so many symbols answers are brought to their normal form. */
const longestCompared = 3000;

/** What is said of a right answer; null of a wrong one. */
export function rightOf(subject: Subject, answer: Answer): Rightness | null {
  const { expr, truth } = answer;
  if (expr === null || !sameShape(expr.shape, truth.shape)) return null;
  const plain = explained(subject, answer, expr);
  // Names of its own may stand for more than anybody writes out.
  const isShort = plain.size <= longestCompared && truth.size <= longestCompared;
  const isSame = isShort && normalKey(simplify(plain)) === normalKey(simplify(truth));
  const { outcome, points } = isSame
    ? { outcome: "equal", points: 0 }
    : comparedWhere(answer, plain, subject.seed);
  if (outcome === "nowhere") {
    // What has no value at any point where the result has one is wrong.
    const { probes } = subject;
    const isBare = truth === subject.truth && plain.free.length === 0;
    if (isBare && probes.length > 0 && probes.every((p) => p.with([]).entries(plain) === null))
      return null;
    throw errors.notCompared();
  }
  if (outcome === "unequal") return null;
  // What has no value where the result has one is not equal to it.
  const lacks =
    !answer.where &&
    plain.free.length === 0 &&
    truth === subject.truth &&
    plain.size <= longestCompared;
  if (lacks && subject.probes.some((probe) => probe.with([]).entries(plain) === null)) return null;
  const exactly = isSame || answer.where ? "inexact" : comparedExactly(plain, truth, subject.seed);
  if (exactly === "unequal") return null;
  const agrees = `the answer agrees with the result at ${points} random ${points === 1 ? "point" : "points of several sizes"}, to 1e-12`;
  const how = isSame
    ? "the answer has the same normal form as the result"
    : exactly === "equal"
      ? `${agrees}, and exactly modulo a prime of 26 bits at 3 more`
      : agrees;
  return { reasons: restsOn(subject, answer, plain), how };
}

/** Whether an expression is equal to the result where the answer is to hold. */
export function comparedWhere(
  { truth, where }: Answer,
  e: Expr,
  seed: number,
): ReturnType<typeof comparison> {
  if (where === null) return comparison(e, truth, seed);
  const indicator = indicatorOf(where);
  return comparison(scale(indicator, e), scale(indicator, truth), seed);
}

/** An answer without its own names, and with what the cotangents in it are. */
export function explained(subject: Subject, answer: Pick<Answer, "own">, e: Expr): Expr {
  const plain = plainly(answer, e);
  const flows = subject.cotangentsOf(plain).map((s) => [s, subject.flowTo(s)] as const);
  return flows.length === 0 ? plain : substitution(flows)(plain);
}

/** Whether a right answer would be wrong, did not a matrix that is defined happen to be symmetric. */
function restsOn(subject: Subject, { truth }: Answer, plain: Expr): string[] {
  const inBoth = new Set(postorder([truth]));
  const names = postorder([plain]).filter(
    (s): s is Sym =>
      s.kind === "sym" && inBoth.has(s) && !isScalar(s) && has(s.properties, property.symmetric),
  );
  return names
    .filter((s) => {
      const free = sym(`\u0000${s.name}`, s.shape);
      const replaced = substitution([[s, free]]);
      const [a, b] = [replaced(plain), replaced(truth)];
      const alike = sym(`\u0000${s.name}`, s.shape, property.symmetric);
      const mirrored = substitution([[s, alike]]);
      return (
        compared(a, b, subject.seed) === "unequal" &&
        compared(mirrored(plain), mirrored(truth), subject.seed) === "equal"
      );
    })
    .map((s) => `right, because ${s.name} is symmetric`);
}
