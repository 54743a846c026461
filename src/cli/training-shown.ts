/** @file `nabla train --show` and `--check-gradients`: what training comes from, and whether it is right. */

import { planJson, planText } from "../report/plan.ts";
import type { Config } from "../train/config.ts";
import type { Compared } from "../train/gradient-check.ts";
import type { Learning } from "../train/learner.ts";
import { gradientsLatex, gradientsOf, planOfStep, problemText } from "../train/shown.ts";

/** The problem, its gradients as LaTeX, the rule of a step, and the compiled plan. */
export async function shownText(
  learning: Learning,
  { optimizer }: Pick<Config, "optimizer">,
  isJson: boolean,
): Promise<string> {
  const { task, rule } = learning;
  const found = gradientsOf(task);
  const plan = await planOfStep(learning);
  const formulas = [
    ...(rule.gradient === undefined ? [] : [`G_{new} = ${rule.gradient}`]),
    ...rule.formulas.split(/[;\n]/u),
  ].flatMap((line) => line.trim() || []);
  if (isJson)
    return JSON.stringify({
      ok: true,
      problem: problemText(task),
      gradients: found.map(({ variable, latex, unicode }) => ({
        wrt: variable.name,
        latex,
        unicode,
      })),
      update: formulas,
      plan: planJson(plan),
    });
  return [
    problemText(task),
    "",
    ...gradientsLatex(found),
    "",
    `A step of ${optimizer.name}, for each variable W and its gradient G`,
    ...formulas.map((line) => `  ${line}`),
    "",
    planText(plan),
  ].join("\n");
}

/** Derived beside numeric derivatives, a line for each direction. */
export function comparedText(found: readonly Compared[]): string {
  const told = (x: number): string => x.toPrecision(8);
  const width = Math.max(...found.map(({ name }) => name.length));
  return [
    `${"".padEnd(width)}  ${"derived".padStart(14)}  ${"numeric".padStart(14)}  relative error`,
    ...found.map(
      ({ name, derived, numeric, relativeError }) =>
        `${name.padEnd(width)}  ${told(derived).padStart(14)}  ${told(numeric).padStart(14)}  ${relativeError.toExponential(1)}`,
    ),
  ].join("\n");
}
