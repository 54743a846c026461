/** @file The style of differentials: the change of each part, and the derivative read off the last one. */

import type { Derivative, Spelled } from "../derive/options.ts";
import { multiplied, one, showShape } from "../expr/dimension.ts";
import type { Shape } from "../expr/dimension.ts";
import { cotangentSymbol, isApply, isColumn, isScalar } from "../expr/expr.ts";
import type { Expr } from "../expr/expr.ts";
import { add, inner, scale } from "../ops/arithmetic.ts";
import { normalKey } from "../simplify/canonical.ts";
import { printed, withinLine } from "./cotangent-style.ts";
import type { Forward } from "./differentials.ts";
import { ruleName } from "./rules.ts";
import type { Line, Prose, Section } from "./solution.ts";

/** d of a name. */
const d = (of: Spelled): Spelled => ({
  unicode: `d${of.unicode}`,
  ascii: `d${of.ascii}`,
  latex: `\\mathrm{d}${of.latex}`,
});

/** The differentials of the parts, and that of the objective. */
export function differentialSection({ steps }: Forward, loss: Spelled): Section {
  return {
    title: ["Differentials"],
    lead: [],
    lines: steps.map(({ of, definition, local, whole }): Line => {
      const isSame = normalKey(local) === normalKey(whole);
      return {
        left: d(of ? printed(of) : loss),
        right: (isSame ? [local] : [local, whole]).map((e) => printed(e)),
        shape: showShape(definition.shape),
        reason: mainOf(definition),
        part: of ? printed(of).ascii : null,
      };
    }),
  };
}

/** The rule of an operation; a number before it is not worth a word. */
function mainOf(e: Expr): Prose {
  if (e.kind !== "apply") return e.kind === "indexSum" ? ["sum, term by term"] : [];
  const isNumbered = isApply(e, scale) && e.args.length === 2 && e.args[0]!.kind === "num";
  const of = isNumbered ? e.args[1]! : e;
  return of.kind === "apply" ? [ruleName(of)] : [ruleName(e)];
}

/** The gradient read off: under the trace each term is ⟨G, dX⟩. */
export function gradientReadOff(
  { gradients, direction, open, within }: Forward,
  loss: Spelled,
  letter: string,
): Section {
  const sum = gradients.length === 1 ? gradients[0]! : add(...gradients);
  const apart = gradients.map((g) => inner(g, direction));
  const together = inner(sum, direction);
  const line = (of: Expr, reason: string): Line => ({
    left: d(loss),
    right: [printed(of)],
    shape: "1×1",
    reason: [reason],
    part: null,
  });
  const turned = isScalar(direction)
    ? []
    : isColumn(direction)
      ? [line(apart.length > 1 ? add(...apart) : apart[0]!, "a scalar is its own transpose")]
      : [line(apart.length > 1 ? add(...apart) : apart[0]!, "tr(AB) = tr(BA), tr(Aᵀ) = tr(A)")];
  return {
    title: ["Reading off the gradient"],
    lead: [],
    lines: [
      ...(open ? [line(open, "multiplied out")] : []),
      ...turned,
      ...(apart.length > 1 || turned.length === 0
        ? [line(together, "one factor before the differential")]
        : []),
      {
        left: printed(cotangentSymbol(letter, direction.differential!)),
        right: [printed(sum)],
        shape: showShape(direction.shape),
        reason: ["what stands beside the differential"],
        part: printed(direction.differential!).ascii,
      },
      ...(within === null ? [] : [withinLine(direction.differential!, letter, printed(within))]),
    ],
  };
}

/** The Jacobian read off: dy = J dx, of matrices as stacked columns. */
export function jacobianReadOff(
  { steps, direction }: Forward,
  { expr, variable, forms }: Derivative,
  loss: Spelled,
  what = "Jacobian",
): Section {
  const { definition } = steps.at(-1)!;
  const areColumns = isColumn(definition) && isColumn(direction);
  const formed = forms
    .filter(({ name }) => name === "index" || name === "cases")
    .map(
      (form): Line => ({
        left: form.of ?? loss,
        right: [{ unicode: form.unicode, ascii: form.ascii, latex: form.latex }],
        shape: null,
        reason: [form.name === "index" ? "entry by entry" : "by cases"],
        part: null,
      }),
    );
  const left = areColumns ? d(loss) : wrapped(d(loss));
  const right = isScalar(direction) ? scale(direction, expr) : null;
  const dx = printed(direction);
  const by = areColumns ? dx : wrapped(dx);
  const shown = right ? printed(right) : besides(printed(expr), by);
  return {
    title: [`Reading off the ${what}`],
    lead: [],
    lines: [
      {
        left,
        right: [shown],
        shape:
          areColumns || right
            ? showShape(definition.shape)
            : showShape(stackedShape(definition.shape)),
        reason: [
          areColumns
            ? "what stands before d"
            : "vec(AXB) = (Bᵀ ⊗ A) vec(X), what stands before vec d",
          printed(variable.symbol),
          ` is the ${what}`,
        ],
        part: null,
      },
      ...formed,
    ],
  };
}

const stackedShape = ([rows, columns]: Shape): Shape => [multiplied(rows, columns), one];

const wrapped = (e: Spelled): Spelled => ({
  unicode: `vec(${e.unicode})`,
  ascii: `vec(${e.ascii})`,
  latex: `\\operatorname{vec}(${e.latex})`,
});

/** J dx, with brackets around a sum. */
function besides(j: Spelled, dx: Spelled): Spelled {
  return {
    unicode: `(${j.unicode}) ${dx.unicode}`,
    ascii: `(${j.ascii})*${dx.ascii}`,
    latex: `\\left(${j.latex}\\right) ${dx.latex}`,
  };
}
