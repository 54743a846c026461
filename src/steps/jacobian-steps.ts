/** @file The steps of Jacobians and Hessians: the differential of the output, and what stands before that of the variable. */

import { derivatives } from "../derive/index.ts";
import type { Derivative } from "../derive/options.ts";
import { stacked } from "../diff/jacobian.ts";
import { cotangentSymbol, isApply, isScalar } from "../expr/expr.ts";
import type { Expr, Sym } from "../expr/expr.ts";
import { compared } from "../numeric/equations.ts";
import { product, scale, transpose } from "../ops/arithmetic.ts";
import { entry, entryOf } from "../ops/indexing.ts";
import type { Problem } from "../parse/problem.ts";
import { variableOf } from "../parse/variables.ts";
import { differentialRules } from "./cited.ts";
import { ruleLetters } from "./rules.ts";
import { forwardEntries, forwardSection } from "./forward.ts";
import { differentialSection, entriesReadOff, jacobianReadOff } from "./differential-style.ts";
import { forward } from "./differentials.ts";
import type { Forward } from "./differentials.ts";
import { IndexLetters } from "./letters.ts";
import { gradientSections } from "./gradient-steps.ts";
import type { StepOptions } from "./index.ts";
import { lossName, lossSymbol, stepless, stepWriter } from "./names.ts";
import { laidOut } from "./parts.ts";
import { printed } from "./printed.ts";
import type { Section } from "./solution.ts";

/** The steps of a Jacobian. */
export function jacobianSections(
  asked: Problem,
  derived: Derivative,
  options: StepOptions,
  gradientOf: GradientOf | null = null,
): Section[] {
  const { problem, d } = ofWhole(asked, derived, options);
  const loss = gradientOf?.letter ?? lossName(problem);
  const { symbol } = d.variable;
  const laid = laidOut(problem, [symbol], options.steps, { opens: true });
  const pass = forward(laid, symbol, { name: loss });
  sameAsJacobian(pass, d, options);
  const named = lossSymbol(laid.problem, loss);
  const write = stepWriter(laid, [symbol], loss, options);
  const what = gradientOf ? "Hessian" : "Jacobian";
  const cites = { loss, letters: ruleLetters(problem, loss), ofTerms: [] };
  const rules = differentialRules([pass], cites, () => false);
  if (options.style === "index") {
    const letters = new IndexLetters(laid.problem, []);
    const values = forwardEntries(laid, named, letters);
    return [
      gradientOf ? ofGradient(values, entryOf(gradientOf.gradient, ...letters.of(named))) : values,
      differentialSection(pass, named, { letters }),
      entriesReadOff(pass, d, named, what),
      ...rules,
    ];
  }
  const values = forwardSection(laid, named, write);
  return [
    gradientOf ? ofGradient(values, gradientOf.gradient) : values,
    differentialSection(pass, named),
    jacobianReadOff(pass, d, printed(named), what),
    ...rules,
  ];
}

/** What a Hessian is the Jacobian of: the letter of a gradient, and that. */
interface GradientOf {
  readonly letter: string;
  readonly gradient: Sym;
}

/** The values of a gradient, which has a letter here. */
function ofGradient(values: Section, gradient: Expr): Section {
  const last = values.lines.at(-1)!;
  return {
    ...values,
    title: ["The gradient"],
    lines: [...values.lines.slice(0, -1), { ...last, right: [printed(gradient), ...last.right] }],
  };
}

/** ∂yᵢ/∂xⱼ is an entry of the Jacobian of y by x: that one is worked out. */
function ofWhole(
  problem: Problem,
  d: Derivative,
  options: StepOptions,
): { readonly problem: Problem; readonly d: Derivative } {
  const { objective } = problem;
  const isEntry = isApply(objective, entry) && objective.args[0]!.kind === "sym";
  if (!isEntry && d.variable.part === null) return { problem, d };
  const of = isEntry ? objective.args[0]! : objective;
  const whole: Problem = { ...problem, objective: of, objectiveName: null };
  const [found] = derivatives(whole, [variableOf(d.variable.symbol)], {
    kind: "jacobian",
    ...stepless(options),
  });
  return { problem: whole, d: found! };
}

/** The last differential is the Jacobian times that of the variable, both as stacked columns. */
function sameAsJacobian(
  { steps, direction }: Forward,
  { expr, layout, variable }: Derivative,
  { seed = 1 }: StepOptions,
): void {
  if (variable.part) return;
  const { whole, byName } = steps.at(-1)!;
  if (byName && compared(byName, whole, seed) === "unequal")
    throw new Error(`internal: the differential in the name of its output is another one`);
  const matrix = layout === "numerator" ? expr : transpose(expr);
  // By a scalar the derivative has the shape of what is derived.
  const [left, right] = isScalar(direction)
    ? [whole, scale(direction, matrix)]
    : [stacked(whole), product(matrix, stacked(direction))];
  if (compared(left, right, seed) === "unequal")
    throw new Error(`internal: the differentials by ${variable.name} lead to another Jacobian`);
}

/** The steps of a Hessian: those of the gradient, and the differential of that. */
export function hessianSections(problem: Problem, d: Derivative, options: StepOptions): Section[] {
  const [gradient] = derivatives(problem, [d.variable], {
    kind: "gradient",
    ...stepless(options),
  });
  const isFree = (letter: string): boolean =>
    !problem.symbols.has(letter) && !problem.functions.has(letter);
  const letter = ["g", "h", "q", "γ"].find(isFree) ?? "ζ";
  const sign = cotangentSymbol(lossName(problem), d.variable.symbol);
  const whole: Problem = { ...problem, objective: gradient!.expr, objectiveName: null };
  return [
    ...gradientSections(problem, [gradient!], options),
    ...jacobianSections(whole, d, options, { letter, gradient: sign }),
  ];
}
