/** @file Why a cotangent is what it is: by which rules, and where the part is used. */

import type { Spelled } from "../derive/options.ts";
import { isApply, isScalar, sym } from "../expr/expr.ts";
import type { Expr, Sym } from "../expr/expr.ts";
import { has, property } from "../expr/properties.ts";
import { matmul, transpose } from "../ops/arithmetic.ts";
import { determinant, inverse, logdet } from "../ops/matrix.ts";
import type { Backward, CotangentStep, Use } from "./cotangents.ts";
import type { LaidOut } from "./parts.ts";
import { joined, printed } from "./printed.ts";
import type { Write } from "./printed.ts";
import { ruleNames } from "./rules.ts";
import { prose } from "./solution.ts";
import type { Prose } from "./solution.ts";
import type { TermNames } from "./terms.ts";

/** By which rules, and in what the part is used. */
export function reasonOf(
  step: CotangentStep,
  laid: LaidOut,
  write: Write,
  back: Backward,
  terms: TermNames,
): Prose {
  const { of, uses } = step;
  const { given, seed } = back;
  const beside = terms.usesBeside(step);
  if (beside) {
    const names = beside.map((use) => prose(...nameOf(use, of, given), ", "));
    return prose(...names.flat(), "sum term by term");
  }
  const output = seed?.cotangent!.by;
  const place = ({ by }: Use): Prose => {
    const name = by === laid.problem.objective ? output : by;
    return name ? [" in ", write(name)] : [];
  };
  if (uses.length === 1) return prose(...nameOf(uses[0]!, of, given), ...place(uses[0]!));
  const each = uses.flatMap((use, i) => [
    ...(i > 0 ? ["; "] : []),
    ...nameOf(use, of, given),
    ...place(use),
  ]);
  return prose(`sum over the ${countOf(uses.length)} uses of `, printed(of), ": ", ...each);
}

/** The rules of a use, from the outside in. */
function nameOf(use: Use, part: Expr, given: Backward["given"]): Prose {
  const names = ruleNames(use.through, (e) => (given.has(e) ? " (given rule)" : ""));
  const turned = turnedIn(use, part).flatMap((name): Prose => [" (", equalToTranspose(name), ")"]);
  return [names.join(", "), ...turned];
}

/** The symmetric names of whose transpose the rules of a use of a part speak. */
export const turnedIn = ({ through }: Use, part: Expr): Sym[] => [
  ...new Set(
    through.flatMap((e, k): Sym[] => {
      if (e.kind !== "apply") return [];
      if (turns.has(e.op)) return e.args.slice(0, 1).flatMap(symmetricName);
      // Of AXB the others are transposed: ∂L/∂X = Aᵀ(∂L/∂Z)Bᵀ.
      return e.op === matmul
        ? e.args.filter((arg) => arg !== (through[k - 1] ?? part)).flatMap(symmetricName)
        : [];
    }),
  ),
];

/** A symmetric name, or that of which something is the inverse. */
function symmetricName(e: Expr): Sym[] {
  const of = isApply(e, inverse) ? e.args[0]! : e;
  const isKnown = of.kind === "sym" && !isScalar(of) && has(of.properties, property.symmetric);
  return isKnown ? [of] : [];
}

/** Operations whose rule has a transpose that goes where the argument is symmetric. */
const turns: ReadonlySet<unknown> = new Set([inverse, logdet, determinant]);

/** K = Kᵀ */
export const equalToTranspose = ({ name, shape }: Sym): Spelled =>
  joined(printed(sym(name, shape)), printed(transpose(sym(name, shape))));

const countOf = (n: number): string => ["no", "one", "two", "three", "four"][n] ?? String(n);
