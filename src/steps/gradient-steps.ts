/** @file The steps of gradients, in each style. */

import type { DeriveOptions, Derivative } from "../derive/options.ts";
import { derivatives } from "../derive/index.ts";
import { cotangentSymbol, indexSymbol, isApply, isBoundIndex, isScalar } from "../expr/expr.ts";
import type { Expr, IndexSum, Sym } from "../expr/expr.ts";
import { withIndex } from "../expr/binding.ts";
import { children, contains, postorder, substitution } from "../expr/walk.ts";
import { compared } from "../numeric/equations.ts";
import { add, transpose } from "../ops/arithmetic.ts";
import type { Problem } from "../parse/problem.ts";
import { variableOf } from "../parse/variables.ts";
import { backward } from "./cotangents.ts";
import {
  backwardSection,
  forwardSection,
  givenLine,
  printed,
  rulesSection,
} from "./cotangent-style.ts";
import type { TermOfSum } from "./cotangent-style.ts";
import { differentialSection, gradientReadOff } from "./differential-style.ts";
import { forward } from "./differentials.ts";
import { backwardEntries, forwardEntries, IndexLetters } from "./index-style.ts";
import type { StepOptions } from "./index.ts";
import { cotangentsIn, lossName, lossSymbol, stepWriter } from "./names.ts";
import { laidOut } from "./parts.ts";
import type { LaidOut } from "./parts.ts";
import { prose } from "./solution.ts";
import { moduleOf } from "./upstream.ts";
import type { Section } from "./solution.ts";

/** What the steps of gradients may be told besides. */
interface Around {
  /** The letter of the objective. */
  readonly loss?: string;
  /** The index of the term of a sum that the objective is. */
  readonly index?: string;
}

/** The steps of some gradients of one problem. */
export function gradientSections(
  whole: Problem,
  found: readonly Derivative[],
  options: StepOptions,
  { index, loss: letter }: Around = {},
): Section[] {
  const asked = [...new Set(found.map(({ variable }) => variable.symbol))];
  const { upstream } = options;
  const { problem, loss } =
    upstream === undefined
      ? { problem: whole, loss: letter ?? lossName(whole) }
      : moduleOf(whole, upstream, asked);
  // A name that is made of another one that is asked for is a part on the way to it.
  const symbols = asked.filter(
    (v) => v.name !== upstream && !asked.some((other) => other !== v && contains(v, other)),
  );
  if (symbols.length === 0) return onlyGiven(problem, upstream!, loss);
  const taken = found.flatMap(({ where }) => where.map(({ name }) => name));
  const laying = { index: index ?? null, taken };
  const inParts = laidOut(problem, symbols, options.steps, laying);
  const { style = "cotangent" } = options;
  // Entry by entry a transpose is no operation.
  const laid =
    style === "index"
      ? { ...inParts, parts: inParts.parts.filter(({ expr }) => !isApply(expr, transpose)) }
      : inParts;
  const output = upstream === undefined ? null : laid.problem.symbols.get(upstream)!;
  const seed = output && cotangentSymbol(loss, output);
  const back = backward(laid, symbols, { loss, seed }, options);
  for (const d of found) {
    const { symbol } = d.variable;
    const last =
      back.steps.find(({ of }) => of === symbol) ??
      back.steps.find(({ of }) => of.kind === "sym" && of.name === symbol.name);
    if (last) sameAsResult(last.within ?? last.value, d, options);
  }
  const named = output ?? lossSymbol(laid.problem, loss);
  const cited = rulesSection(back, loss);
  const rules = cited.lines.length > 0 ? [cited] : [];
  const terms = style === "cotangent" && !seed ? termSections(laid, symbols, loss, options) : [];
  switch (style) {
    case "cotangent": {
      const write = stepWriter(laid, output ? [...symbols, output] : symbols, loss, options);
      return [
        ...terms.flatMap(({ sections }) => sections),
        forwardSection(laid, named, write, terms),
        backwardSection(back, laid, loss, write, { terms, found }),
        ...rules,
      ];
    }
    case "index": {
      const letters = new IndexLetters(laid.problem);
      return [
        forwardEntries(laid, named, letters),
        backwardEntries(back, laid, loss, letters),
        ...rules,
      ];
    }
    case "differential": {
      const write = stepWriter(laid, output ? [...symbols, output] : symbols, loss, options);
      const passes = symbols.map((v) =>
        forward(laidOut(problem, [v], options.steps, laying), v, seed),
      );
      for (const { gradients, direction, within } of passes) {
        const reached = within ?? (gradients.length > 1 ? add(...gradients) : gradients[0]!);
        for (const d of found)
          if (d.variable.symbol === direction.differential) sameAsResult(reached, d, options);
      }
      return [
        forwardSection(laid, named, write),
        ...passes.flatMap((pass) => [
          differentialSection(pass, printed(named)),
          gradientReadOff(pass, loss, found),
        ]),
      ];
    }
    default:
      return style satisfies never;
  }
}

/** The derivative by the output of a module is what is given. */
const onlyGiven = ({ symbols }: Problem, output: string, loss: string): Section[] => [
  {
    title: ["Backward"],
    lead: [],
    lines: [givenLine(cotangentSymbol(loss, symbols.get(output)!))],
  },
];

/** What the steps end in is what was derived. */
function sameAsResult(reached: Expr, d: Derivative, { seed = 1 }: DeriveOptions): void {
  if (d.variable.part || d.layout === "numerator") return;
  // What is given as ∂L/∂z is so by whatever z is made of.
  const given = new Map(cotangentsIn(reached).map((s) => [s.name, s]));
  const known = cotangentsIn(d.expr).flatMap((s): [Expr, Expr][] => [[s, given.get(s.name) ?? s]]);
  if (compared(reached, substitution(known)(d.expr), seed) === "unequal")
    throw new Error(`internal: the steps by ${d.variable.name} end in another result`);
}

/** The steps of one term of a sum. */
interface Term extends TermOfSum {
  readonly sections: readonly Section[];
}

/** For each sum over an index, the steps of one of its terms. */
function termSections(
  { problem }: LaidOut,
  variables: readonly Sym[],
  loss: string,
  options: StepOptions,
): Term[] {
  const below = (e: Expr): readonly Expr[] => (e.kind === "indexSum" ? [] : children(e));
  const sums = postorder([problem.objective], below).filter(
    (e): e is IndexSum => e.kind === "indexSum" && e.free.length === 0 && isScalar(e),
  );
  return sums.flatMap((sum) => {
    const asked = variables.filter((v) => contains(sum, v) && v.member === null);
    return asked.length === 0 ? [] : ofTerm(problem, sum, asked, loss, options);
  });
}

function ofTerm(
  problem: Problem,
  sum: IndexSum,
  variables: readonly Sym[],
  loss: string,
  options: StepOptions,
): Term[] {
  const { index, body } = sum;
  const range = index.range!;
  const isFree = (letter: string): boolean =>
    !problem.symbols.has(letter) && !problem.labels.has(letter) && letter !== loss;
  const letter = [...(problem.indices.get(range) ?? []), ..."ijklrst"].find(isFree);
  const name = ["ℓ", "f", "g", "φ"].find(isFree);
  if (letter === undefined || name === undefined) return [];
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
  if (term.objective.free.some(isBoundIndex)) return [];
  const found = derivatives(term, variables.map(variableOf), stepless(options));
  const sections = gradientSections(term, found, options, {
    loss: `${name}_${letter}`,
    index: letter,
  });
  const shown = { unicode: letter, ascii: letter, latex: letter };
  const titled = sections
    .filter(({ title }) => title[0] !== "Rules")
    .map(({ title, lead, lines }) => ({
      title: prose("Each term, for ", shown, ": ", ...lowered(title)),
      lead,
      lines,
    }));
  const named = `${name}_${letter}`;
  return [{ sections: titled, of: sum, name: named, label, term: term.objective }];
}

const lowered = ([first, ...rest]: Section["title"]): Section["title"] => [
  typeof first === "string" ? first.charAt(0).toLowerCase() + first.slice(1) : first!,
  ...rest,
];

/** Options for what is derived on the way: no other forms. */
export const stepless = ({ seed, verify, spellings }: DeriveOptions): DeriveOptions => ({
  ...(seed !== undefined && { seed }),
  ...(verify !== undefined && { verify }),
  ...(spellings && { spellings }),
});
