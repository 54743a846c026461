/** @file The rules that a solution cites, as formulas. */

import type { Spelled } from "../derive/options.ts";
import { one } from "../expr/dimension.ts";
import { cotangentSymbol, differentialSymbol, isBoundIndex } from "../expr/expr.ts";
import type { Expr } from "../expr/expr.ts";
import type { GivenRule } from "../parse/rules.ts";
import type { Backward } from "./cotangents.ts";
import type { Forward } from "./differentials.ts";
import { cotangentsIn } from "./names.ts";
import { joined, printed } from "./printed.ts";
import { equalToTranspose } from "./reasons.ts";
import { differentialOf, flowsOf, movedIn, ruleOf, worthTelling } from "./rules.ts";
import type { Rule, RuleLetters } from "./rules.ts";
import { prose } from "./solution.ts";
import type { Line, Prose, Section } from "./solution.ts";

/** How rules are cited. */
export interface Cites {
  /** The letter of the objective in them. */
  readonly loss: string;
  readonly letters: RuleLetters;
  /** The rules that the steps of terms cite. */
  readonly ofTerms: readonly Line[];
}

const title = "Rules, in letters of their own";

/** Whether a section cites rules. */
export const isOfRules = (section: Section): boolean => section.title[0] === title;

/**
 * The rules that a solution uses, each once, as formulas, beside those that the steps of terms cite; no
 * section where there are none.
 */
export function rulesSections(
  { steps, moves, given }: Backward,
  { loss, letters, ofTerms }: Cites,
): Section[] {
  const through = steps.flatMap(({ uses }) => uses.flatMap((use) => worthTelling(use.through)));
  const own = rulesOf(
    through.filter((e) => !given.has(e)),
    moves,
    letters,
  ).flatMap((rule) => lineOf(rule, flowsOf(rule, loss)));
  return sectionOf([...givenLines(given), ...ofTerms, ...own]);
}

/** The rules of differentials that passes use, in the same way. */
export function differentialRules(
  passes: readonly Forward[],
  { letters, ofTerms }: Cites,
  isTold: (e: Expr) => boolean,
): Section[] {
  const own = passes.flatMap(({ steps, moves }) => {
    const through = steps.flatMap(({ definition }) =>
      worthTelling(movedIn(definition, moves, isTold)),
    );
    return rulesOf(through, moves, letters);
  });
  const lines = own.flatMap((rule) => {
    const change = differentialOf(rule);
    return change ? lineOf(rule, [[differentialSymbol(rule.of), change]]) : [];
  });
  return sectionOf([...ofTerms, ...lines]);
}

/** The rules of operations, each form once; what holds of matrices holds of vectors, too. */
function rulesOf(
  operations: readonly Expr[],
  moves: (e: Expr) => boolean,
  letters: RuleLetters,
): Rule[] {
  const rules = operations.flatMap((e) => {
    // What counts within a sum has no letter outside it.
    const rule =
      e.kind === "apply" && !e.free.some(isBoundIndex) ? ruleOf(e, moves, letters) : null;
    return rule ? [rule] : [];
  });
  const forms = new Map(rules.map((rule) => [printed(rule.value).unicode, rule]));
  const general = new Set(
    [...forms.values()].filter((rule) => rule.args.every(isMatrix)).map(skeletonOf),
  );
  return [...forms.values()].filter(
    (rule) => rule.args.every(isMatrix) || !general.has(skeletonOf(rule)),
  );
}

const isMatrix = (e: Expr): boolean => e.shape.every((size) => size !== one);

/** A rule without regard to what is a matrix and what a vector: XY, Xx, xᵀy. */
function skeletonOf({ name, value, args }: Rule): string {
  const of = args.reduce(
    (text, arg) => text.replaceAll(printed(arg).unicode, "•"),
    printed(value).unicode,
  );
  return `${name}: ${of.replaceAll("ᵀ", "")}`;
}

/** A rule with the equations that it says; none where it says nothing. */
function lineOf(rule: Rule, equations: readonly (readonly [Expr, Expr])[]): Line[] {
  if (equations.length === 0) return [];
  const told = equations.flatMap(
    ([left, right], i): Prose => [...(i > 0 ? [", "] : []), joined(printed(left), printed(right))],
  );
  return [
    {
      left: printed(rule.of),
      right: [printed(rule.value)],
      shape: null,
      reason: [`${rule.name}: `, ...told],
      part: null,
    },
  ];
}

/** Each line once. */
function sectionOf(all: readonly Line[]): Section[] {
  const told = new Map(all.map((line) => [textOf(line), line]));
  return told.size > 0 ? [{ title: [title], lead: [], lines: [...told.values()] }] : [];
}

const textOf = ({ left, right, reason }: Line): string =>
  [left, ...right, ...reason]
    .map((part) => (typeof part === "string" ? part : part.ascii))
    .join(" ");

/** What a rule that is given says, as it says it: ∂L/∂X = (∂L/∂Z)Yᵀ. */
export const equationsOf = ({ flows }: GivenRule): Spelled[] =>
  flows.map(([to, flow]) => {
    const [cotangent] = cotangentsIn(flow);
    return joined(printed(cotangentSymbol(cotangent!.cotangent!.of, to)), printed(flow));
  });

/** The rules that the problem gives, as it gives them. */
function givenLines(given: Backward["given"]): Line[] {
  const uses = new Map([...given.values()].map((use) => [use.rule, use]));
  return [...uses.values()].map(({ rule, symmetric }): Line => {
    const equations = equationsOf(rule).flatMap(
      (equation, i): Prose => (i > 0 ? [", ", equation] : [equation]),
    );
    return {
      left: printed(rule.of),
      right: rule.of === rule.pattern ? [] : [printed(rule.pattern)],
      shape: null,
      reason: prose(
        "given without proof: ",
        ...equations,
        ...symmetric.flatMap((name) => [
          "; it needs ",
          equalToTranspose(name),
          ", which holds here",
        ]),
      ),
      part: null,
    };
  });
}
