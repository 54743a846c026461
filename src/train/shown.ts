/** @file What training comes from: the problem, its gradients, the formulas of a step, the code that they become. */

import { symbolsOf } from "../compile/update.ts";
import type { UpdateRule } from "../compile/update.ts";
import { parse, variablesOf } from "../derive/ask.ts";
import { derivatives } from "../derive/index.ts";
import type { Derivative } from "../derive/index.ts";
import type { SizedPlan } from "../eval/compiled.ts";
import { printers } from "../print/index.ts";
import { latexLines } from "../report/results.ts";
import { compiledSteps } from "./learner.ts";
import type { Learning } from "./learner.ts";
import type { Task } from "./task.ts";

/** The text of a problem as it is typed. */
export const problemText = ({ training: { statements = [], expr } }: Task): string =>
  [...statements, ...(expr === undefined ? [] : [expr])].join("\n").trim();

/** The verified gradients of a task. */
export function gradientsOf({ training, parameters }: Task): Derivative[] {
  const wrt = parameters.map(({ name }) => name).join(",");
  const problem = parse(training, { wrt });
  return derivatives(problem, variablesOf(problem, wrt), { spellings: ["latex", "unicode"] });
}

/** Equations in LaTeX: the gradients, then the names in them that the problem gives to what flows back. */
export const gradientsLatex = (found: readonly Derivative[]): string[] => latexLines(found, false);

/** The formulas of a step in LaTeX: W of a variable, G of its gradient. */
export const updateLatex = (rule: UpdateRule): string[] =>
  [...symbolsOf(rule).values()].flatMap((symbol) => {
    const isPlain = symbol.name === "G_{new}" && rule.gradient === undefined;
    if (!symbol.definition || !symbol.name.endsWith("_{new}") || isPlain) return [];
    return [`${printers.latex(symbol)} = ${printers.latex(symbol.definition)}`];
  });

/** The code of a step. */
export async function planOfStep(
  learning: Pick<Learning, "task" | "rule" | "backend" | "batch">,
): Promise<SizedPlan> {
  const { task, batch } = learning;
  const notes: string[] = [];
  const backend = { ...learning.backend, note: (text: string): void => void notes.push(text) };
  const { program } = await compiledSteps({ ...learning, backend }, batch, batch, false);
  try {
    return {
      plan: program.plan,
      objective: `a step of ${batch} samples`,
      backend: program.backend,
      why: program.why,
      sizes: new Map([...Object.entries(task.sizes), [task.samples, batch]]),
      gradients: [],
      notes,
    };
  } finally {
    program.dispose();
  }
}
