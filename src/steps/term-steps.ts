/** @file The steps of one term of each sum over an index. */

import { derivatives } from "../derive/index.ts";
import type { Derivative } from "../derive/options.ts";
import { withNames } from "../derive/written.ts";
import { withIndex } from "../expr/binding.ts";
import { indexSymbol, isBoundIndex, isScalar, sym } from "../expr/expr.ts";
import type { Expr, IndexSum, Sym } from "../expr/expr.ts";
import { argsOf, children, contains, postorder } from "../expr/walk.ts";
import type { Problem } from "../parse/problem.ts";
import { membersAt } from "../parse/members.ts";
import { variableOf } from "../parse/variables.ts";
import { filterOf } from "../print/parts.ts";
import { folder } from "../simplify/fold.ts";
import { simplify } from "../simplify/simplify.ts";
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
  around: { readonly loss: string; readonly index: string; readonly taken: readonly string[] },
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
  /** The names of parts. */
  readonly parts: readonly Sym[];
  readonly variables: readonly Sym[];
  readonly loss: string;
  readonly options: StepOptions;
}

/** For each sum over an index in the objective, the steps of one of its terms. */
export function termSteps(whole: Whole, steps: Steps): Term[] {
  const { problem } = whole;
  const below = (e: Expr): readonly Expr[] => (e.kind === "indexSum" ? [] : children(e));
  const sums = postorder([problem.objective], below).filter(
    (e): e is IndexSum => e.kind === "indexSum" && !e.free.some(isBoundIndex) && isScalar(e),
  );
  const terms: Term[] = [];
  for (const sum of sums) {
    const asked = directIn(sum, whole).filter((v) => v.member === null);
    if (asked.length === 0) continue;
    const term = stepsOf(sum, { ...whole, variables: asked }, terms, steps);
    if (term) terms.push(term);
  }
  return terms;
}

/** What a sum is derived by: the parts that stand in it, unless one is made of another; then the variables. */
function directIn(sum: IndexSum, { parts, variables }: Whole): readonly Sym[] {
  const inside = new Set(postorder([sum], argsOf));
  const direct = [...parts, ...variables].filter((s) => inside.has(s));
  const areApart = direct.every((s) => direct.every((other) => other === s || !contains(s, other)));
  return areApart ? direct : variables.filter((v) => contains(sum, v));
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
  // What the filter leaves out is left out by the sum.
  const { but, rest } = filterOf(label, withIndex(body, index, label));
  const alone: Problem = {
    ...problem,
    objective: rest,
    objectiveName: null,
    labels: new Map([...problem.labels, [letter, label]]),
    by: [],
    equations: [],
    assumptions: [],
  };
  const term = withNames(alone, membersOf(alone, label));
  if (term.objective.free.some(isBoundIndex)) return null;
  const found = derivatives(term, variables.map(variableOf), stepless(options));
  const name = `${base}_${letter}`;
  const shown = { unicode: letter, ascii: letter, latex: letter };
  const taken = before.flatMap((other) => other.sections.flatMap(lettersOf));
  const all = steps(term, found, { loss: name, index: letter, taken });
  const sections = all
    .filter((section) => !isOfRules(section))
    .map((section) =>
      Object.assign({}, section, {
        title: prose("Each term, for ", shown, ": ", ...lowered(section.title)),
      }),
    );
  const rules = all.filter(isOfRules).flatMap(({ lines }) => lines);
  return { of: sum, name, label, but, found, sections, rules };
}

/** The members of families that formulas define, in each other: hᵢ = tanh(zᵢ). */
function membersOf(term: Problem, label: Sym): Sym[] {
  const made: Sym[] = [];
  for (const { name, shape, properties, definition } of membersAt(term, label)) {
    const inNames = folder(made, simplify)(simplify(definition!));
    made.push(sym(name, shape, properties, inNames));
  }
  return made;
}

/** The letters of the parts that a section speaks of: s of sᵢ. */
const lettersOf = ({ lines }: Section): string[] =>
  lines.flatMap(({ part }) => (part === null ? [] : [part.slice(0, 1)]));

const lowered = ([first, ...rest]: Section["title"]): Section["title"] => [
  typeof first === "string" ? first.charAt(0).toLowerCase() + first.slice(1) : first!,
  ...rest,
];
