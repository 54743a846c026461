/** @file The steps of a stationary point: the gradient, its zero, and what the Hessian says of it. */

import { spelled } from "../derive/options.ts";
import { derivatives } from "../derive/index.ts";
import type { Derivative, Spelled } from "../derive/options.ts";
import { showShape } from "../expr/dimension.ts";
import type { Problem } from "../parse/problem.ts";
import type { Variable } from "../parse/variables.ts";
import { gradientSections } from "./gradient-steps.ts";
import type { StepOptions } from "./index.ts";
import { lossName, stepless } from "./names.ts";
import { printed } from "./printed.ts";
import { cotangentSymbol } from "../expr/expr.ts";
import { prose } from "./solution.ts";
import type { Line, Prose, Section } from "./solution.ts";

const zero: Spelled = { unicode: "0", ascii: "0", latex: "0" };

/** The steps of the points at which gradients are zero. */
export function stationarySections(
  problem: Problem,
  variables: readonly Variable[],
  found: readonly Derivative[],
  options: StepOptions,
): Section[] {
  const gradients = derivatives(problem, variables, {
    kind: "gradient",
    ...stepless(options),
  });
  const loss = lossName(problem);
  return [
    ...gradientSections(problem, gradients, options, { loss }),
    ...found.map((d, i) => atZero(d, gradients[i]!, loss)),
  ];
}

function atZero(d: Derivative, gradient: Derivative, loss: string): Section {
  const name = printed(d.variable.symbol);
  const shape = showShape(d.shape);
  const line = (left: Spelled, right: Spelled[], ...reason: Prose): Line => ({
    left,
    right,
    shape,
    reason: prose(...reason),
    part: null,
  });
  const conclusions = d.conclusions ?? [];
  return {
    title: ["Where the gradient is zero"],
    lead: [],
    lines: [
      line(
        printed(cotangentSymbol(loss, d.variable.symbol)),
        [spelled(gradient), zero],
        "as at every minimum and maximum",
      ),
      ...(d.equation
        ? [line(d.equation.left, [d.equation.right], "the terms with ", name, " on one side")]
        : []),
      line(name, [spelled(d)], "solved"),
    ],
    ...(conclusions.length > 0 && { after: [`${sentence(conclusions)}.`] }),
  };
}

const sentence = (parts: readonly string[]): string => {
  const text = parts.join("; ");
  return text.charAt(0).toUpperCase() + text.slice(1);
};
