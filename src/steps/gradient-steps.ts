/** @file The steps of gradients, in each style. */

import type { DeriveOptions, Derivative } from "../derive/options.ts";
import { cotangentSymbol, isApply } from "../expr/expr.ts";
import type { Expr, Sym } from "../expr/expr.ts";
import { contains, substitution } from "../expr/walk.ts";
import { compared } from "../numeric/equations.ts";
import { total, transpose } from "../ops/arithmetic.ts";
import type { Problem } from "../parse/problem.ts";
import { differentialRules, rulesSections } from "./cited.ts";
import type { Cites } from "./cited.ts";
import { backward } from "./cotangents.ts";
import type { Backward } from "./cotangents.ts";
import { backwardSection, givenLine, togetherSections } from "./cotangent-style.ts";
import { differentialSection, gradientReadOff } from "./differential-style.ts";
import { forward } from "./differentials.ts";
import { forwardEntries, forwardSection, onlyInFlows } from "./forward.ts";
import { backwardEntries } from "./index-style.ts";
import { IndexLetters } from "./letters.ts";
import type { StepOptions, Style } from "./index.ts";
import { cotangentsIn, lossName, lossSymbol, stepWriter } from "./names.ts";
import { laidOut } from "./parts.ts";
import type { LaidOut } from "./parts.ts";
import type { Write } from "./printed.ts";
import { ruleLetters } from "./rules.ts";
import type { Section } from "./solution.ts";
import { termSteps } from "./term-steps.ts";
import { TermNames } from "./terms.ts";
import { moduleOf } from "./upstream.ts";

/** What the steps of gradients may be told besides. */
interface Around {
  /** The letter of the objective. */
  readonly loss?: string;
  /** The index of the term of a sum that the objective is. */
  readonly index?: string;
  /** The letter of the objective in the rules that are cited; without it its own. */
  readonly cites?: string;
  /** Letters that other terms have given to their parts. */
  readonly taken?: readonly string[];
}

/** The steps of some gradients of one problem. */
export function gradientSections(
  whole: Problem,
  found: readonly Derivative[],
  options: StepOptions,
  { index, loss: letter, cites, taken: others = [] }: Around = {},
): Section[] {
  const asked = [...new Set(found.map(({ variable }) => variable.symbol))];
  const { upstream, style = "cotangent" } = options;
  const { problem, loss } =
    upstream === undefined
      ? { problem: whole, loss: letter ?? lossName(whole) }
      : moduleOf(whole, upstream, asked);
  // A name that is made of another one that is asked for is a part on the way to it.
  const symbols = asked.filter(
    (v) => v.name !== upstream && !asked.some((other) => other !== v && contains(v, other)),
  );
  if (symbols.length === 0) return onlyGiven(problem, upstream!, loss);
  const taken = [...others, ...found.flatMap(({ where }) => where.map(({ name }) => name))];
  const inParts = laidOut(problem, symbols, options.steps, { index: index ?? null, taken });
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
  const cited = cites ?? loss;
  const names = laid.parts.flatMap(({ expr }) => (expr.kind === "sym" ? [expr] : []));
  const ofTerms = seed
    ? []
    : termSteps(
        { problem: laid.problem, parts: names, variables: symbols, loss, options },
        (term, of, around) => gradientSections(term, of, options, { ...around, cites: cited }),
      );
  const terms = new TermNames(ofTerms, symbols, back.steps, laid.problem.indices);
  const named = output ?? lossSymbol(laid.problem, loss);
  const write = stepWriter(
    laid,
    output ? [...symbols, output] : symbols,
    loss,
    options,
    back.steps.flatMap(({ name }) => (name ? [name] : [])),
  );
  const telling: Telling = {
    laid,
    back,
    variables: symbols,
    found,
    loss,
    named,
    terms,
    cites: {
      loss: cited,
      letters: ruleLetters(whole, cited),
      ofTerms: ofTerms.flatMap((term) => term.rules),
    },
    write,
  };
  return [...ofTerms.flatMap(({ sections }) => sections), ...inStyle[style](telling, options)];
}

/** What is told in a style. */
interface Telling {
  readonly laid: LaidOut;
  readonly back: Backward;
  readonly variables: readonly Sym[];
  readonly found: readonly Derivative[];
  readonly loss: string;
  /** The objective under its letter, or the output of a module. */
  readonly named: Sym;
  readonly terms: TermNames;
  readonly cites: Cites;
  readonly write: Write;
}

const inStyle: Readonly<Record<Style, (telling: Telling, options: StepOptions) => Section[]>> = {
  cotangent: ({ laid, back, variables, found, loss, named, terms, cites, write }) => [
    forwardSection(laid, named, write, { terms, others: onlyInFlows(laid, back, variables) }),
    backwardSection(back, laid, loss, write, { terms, found }),
    ...rulesSections(back, cites),
  ],

  index: ({ laid, back, variables, found, loss, named, terms, cites, write }) => {
    const letters = new IndexLetters(laid.problem, terms.letters);
    return [
      forwardEntries(laid, named, letters, { terms, others: onlyInFlows(laid, back, variables) }),
      backwardEntries(back, laid, loss, letters, terms),
      ...togetherSections(back, variables, loss, write, { terms, found }),
      ...rulesSections(back, cites),
    ];
  },

  differential: ({ laid, back, variables, found, loss, named, terms, cites, write }, options) => {
    const passes = variables.map((v) =>
      forward(laid, v, { seed: back.seed, sums: terms.differentials }),
    );
    for (const { gradients, direction, within } of passes) {
      const reached = within ?? total(gradients);
      for (const d of found)
        if (d.variable.symbol === direction.differential) sameAsResult(reached, d, options);
    }
    const isOneOfSeveral = passes.length > 1;
    return [
      forwardSection(laid, named, write, { terms, others: onlyInFlows(laid, back, variables) }),
      ...passes.flatMap((pass) => [
        differentialSection(pass, named, { isOneOfSeveral, terms }),
        gradientReadOff(pass, loss, found),
      ]),
      ...differentialRules(passes, cites, terms.isTold),
    ];
  },
};

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
