/** @file The steps of one term of each sum over an index. */

import { derivatives } from "../derive/index.ts";
import type { Derivative } from "../derive/options.ts";
import { withIndex } from "../expr/binding.ts";
import { indexSymbol, isBoundIndex, isScalar } from "../expr/expr.ts";
import type { Expr, IndexSum, Sym } from "../expr/expr.ts";
import { children, contains, postorder } from "../expr/walk.ts";
import type { Problem } from "../parse/problem.ts";
import { variableOf } from "../parse/variables.ts";
import { filterOf } from "../print/parts.ts";
import { isOfRules } from "./cited.ts";
import type { StepOptions } from "./index.ts";
import { stepless } from "./names.ts";
import { prose } from "./solution.ts";
import type { Line, Section } from "./solution.ts";
import type { TermOfSum } from "./terms.ts";

/** What works a term out, under a letter with an index. */
type Steps = (
  term: Problem,
  found: readonly Derivative[],
  around: { readonly loss: string; readonly index: string },
) => Section[];

/** A term, and its steps. */
interface Term extends TermOfSum {
  readonly sections: readonly Section[];
  /** The rules that they cite. */
  readonly rules: readonly Line[];
}

/** What terms are taken of. */
interface Whole {
  readonly problem: Problem;
  readonly variables: readonly Sym[];
  readonly loss: string;
  readonly options: StepOptions;
}

/** For each sum over an index in the objective, the steps of one of its terms. */
export function termSteps(whole: Whole, steps: Steps): Term[] {
  const { problem, variables } = whole;
  const below = (e: Expr): readonly Expr[] => (e.kind === "indexSum" ? [] : children(e));
  const sums = postorder([problem.objective], below).filter(
    (e): e is IndexSum => e.kind === "indexSum" && e.free.length === 0 && isScalar(e),
  );
  const terms: Term[] = [];
  for (const sum of sums) {
    const asked = variables.filter((v) => contains(sum, v) && v.member === null);
    const isFiltered = filterOf(sum.index, sum.body).but !== null;
    if (asked.length === 0 || isFiltered) continue;
    const term = stepsOf(sum, { ...whole, variables: asked }, terms, steps);
    if (term) terms.push(term);
  }
  return terms;
}

const letters = ["ℓ", "f", "g", "φ"];

function stepsOf(
  sum: IndexSum,
  { problem, variables, loss, options }: Whole,
  before: readonly Term[],
  steps: Steps,
): Term | null {
  const { index, body } = sum;
  const range = index.range!;
  const isFree = (letter: string): boolean =>
    !problem.symbols.has(letter) && !problem.labels.has(letter) && letter !== loss;
  const letter = [...(problem.indices.get(range) ?? []), ..."ijklrst"].find(isFree);
  const base = letters.filter(isFree)[before.length];
  if (letter === undefined || base === undefined) return null;
  const label = indexSymbol(letter, range);
  const term: Problem = {
    ...problem,
    objective: withIndex(body, index, label),
    objectiveName: null,
    labels: new Map([...problem.labels, [letter, label]]),
    by: [],
    equations: [],
    assumptions: [],
  };
  if (term.objective.free.some(isBoundIndex)) return null;
  const found = derivatives(term, variables.map(variableOf), stepless(options));
  const name = `${base}_${letter}`;
  const shown = { unicode: letter, ascii: letter, latex: letter };
  const all = steps(term, found, { loss: name, index: letter });
  const sections = all
    .filter((section) => !isOfRules(section))
    .map((section) =>
      Object.assign({}, section, {
        title: prose("Each term, for ", shown, ": ", ...lowered(section.title)),
      }),
    );
  const rules = all.filter(isOfRules).flatMap(({ lines }) => lines);
  return { of: sum, name, label, found, sections, rules };
}

const lowered = ([first, ...rest]: Section["title"]): Section["title"] => [
  typeof first === "string" ? first.charAt(0).toLowerCase() + first.slice(1) : first!,
  ...rest,
];
