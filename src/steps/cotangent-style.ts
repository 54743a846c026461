/** @file The style of back-propagation: values forward by name, then the cotangent of each part. */

import type { Spelled } from "../derive/options.ts";
import { scalarShape, showShape } from "../expr/dimension.ts";
import { cotangentSymbol, isApply, isColumn, isRow, isScalar, sym } from "../expr/expr.ts";
import type { Apply, Expr, Sym } from "../expr/expr.ts";
import { indexSum } from "../expr/binding.ts";
import { postorder, substitution } from "../expr/walk.ts";
import type { PrintOptions } from "../print/alphabet.ts";
import { has, property } from "../expr/properties.ts";
import { add, scale, transpose } from "../ops/arithmetic.ts";
import { determinant, inverse, logdet } from "../ops/matrix.ts";
import { toAscii, toLatex, toUnicode } from "../print/index.ts";
import { unicodeIndex } from "../print/unicode.ts";
import { normalKey } from "../simplify/canonical.ts";
import type { Backward, CotangentStep, Use } from "./cotangents.ts";
import { definitionOf } from "./parts.ts";
import type { LaidOut } from "./parts.ts";
import { ruleName, ruleOf } from "./rules.ts";
import type { Rule } from "./rules.ts";
import { prose } from "./solution.ts";
import type { Line, Prose, Section } from "./solution.ts";

/** What writes the expressions of a solution. */
export type Write = (e: Expr) => Spelled;

/** What is not in the names of a problem, or is no expression: it is not read back. */
export const printed = (e: Expr, options: PrintOptions = {}): Spelled => ({
  unicode: toUnicode(e, options),
  ascii: toAscii(e, options),
  latex: toLatex(e, options),
});

/** The names of the parts, from the variables up to the objective. */
export function forwardSection(
  laid: LaidOut,
  loss: Expr,
  write: Write,
  terms: readonly TermOfSum[] = [],
): Section {
  const { parts, fixed, problem } = laid;
  const named = [
    ...fixed.map((s) => [s, s.definition!] as const),
    ...parts.flatMap((part) => {
      const definition = definitionOf(part);
      return definition ? [[part.expr, definition] as const] : [];
    }),
  ];
  return {
    title: ["Forward"],
    lead: [],
    lines: [
      ...named.map(([name, definition]) => defined(write(name), definition, name, write)),
      ofObjective(defined(write(loss), problem.objective, null, write), problem.objective, terms),
    ],
  };
}

/** A sum over an index whose terms are worked out by themselves, under the name ℓᵢ. */
export interface TermOfSum {
  readonly of: Expr;
  readonly name: string;
  /** The index that it counts by, and a term. */
  readonly label: Sym;
  readonly term: Expr;
}

/** Σᵢ of something that is counted by i. */
const summed = (letter: string, of: Spelled): Spelled => ({
  unicode: `Σ${unicodeIndex(letter)} ${of.unicode}`,
  ascii: `sum_${letter} ${of.ascii}`,
  latex: `\\sum_{${letter}} ${of.latex}`,
});

/** L = Σᵢ ℓᵢ + λ‖w‖², where the terms have been worked out. */
function ofObjective(line: Line, objective: Expr, terms: readonly TermOfSum[]): Line {
  if (terms.length === 0) return line;
  const named = terms.map(({ of, name, label, term }) => {
    const sum = indexSum(label, sym(name, scalarShape, 0, term));
    return [of, sum] as const;
  });
  const letters = new Map(terms.map(({ label }) => [label.range!, [label.name]] as const));
  const shown = printed(substitution(named)(objective), { letters });
  return Object.assign({}, line, { right: [...line.right, shown] });
}

function defined(left: Spelled, definition: Expr, name: Expr | null, write: Write): Line {
  return {
    left,
    right: [write(definition)],
    shape: showShape(definition.shape),
    reason: [],
    part: name ? printed(name).ascii : null,
  };
}

/** The cotangents, from the loss down. */
export function backwardSection(
  { steps, given }: Backward,
  laid: LaidOut,
  loss: string,
  write: Write,
  terms: readonly TermOfSum[] = [],
): Section {
  const line = (step: CotangentStep): Line => ({
    left: printed(cotangentSymbol(loss, step.of)),
    right: [...overTerms(step, laid, terms), ...chainOf(step).map(write)],
    shape: showShape(step.of.shape),
    reason: reasonOf(step, laid, write, given),
    part: printed(step.of).ascii,
  });
  const within = (step: CotangentStep): Line[] =>
    step.within === null ? [] : [withinLine(step.of, loss, write(step.within))];
  return {
    title: ["Backward, from the loss down"],
    lead: [],
    lines: steps.flatMap((step) => [line(step), ...within(step)]),
  };
}

/** ∇_S L, the part of ∂L/∂S within the set that S varies in. */
export function withinLine(of: Expr, loss: string, part: Spelled): Line {
  const [name, letter] = [printed(of), printed(sym(loss, scalarShape))];
  return {
    left: {
      unicode: `∇_${name.unicode} ${letter.unicode}`,
      ascii: `nabla_${name.ascii} ${letter.ascii}`,
      latex: `\\nabla_{${name.latex}} ${letter.latex}`,
    },
    right: [part],
    shape: showShape(of.shape),
    reason: prose(
      `the part of ∂${letter.unicode}/∂${name.unicode} within the set that `,
      name,
      " varies in",
    ),
    part: name.ascii,
  };
}

/** Σᵢ ∂ℓᵢ/∂μ, where the objective is a sum whose terms have been worked out. */
function overTerms(
  { of, uses }: CotangentStep,
  laid: LaidOut,
  terms: readonly TermOfSum[],
): Spelled[] {
  const term = terms.find((t) => t.of === laid.problem.objective);
  if (!term || !uses.every(({ by }) => by === laid.problem.objective)) return [];
  return [summed(term.label.name, printed(cotangentSymbol(term.name, of)))];
}

/** What a cotangent is by its rule, and without cotangents where that is another thing. */
function chainOf({ flow, value }: CotangentStep): Expr[] {
  return normalKey(flow) === normalKey(value) ? [value] : [flow, value];
}

/** By which rules, and in what the part is used. */
export function reasonOf(
  { of, uses }: CotangentStep,
  laid: LaidOut,
  write: Write,
  given: Backward["given"],
): Prose {
  const place = ({ by }: Use): Prose => (by === laid.problem.objective ? [] : [" in ", write(by)]);
  if (uses.length === 1) return prose(nameOf(uses[0]!, given), ...place(uses[0]!));
  const each = uses.flatMap((use, i) => [
    ...(i > 0 ? [i === uses.length - 1 ? " and " : ", "] : []),
    nameOf(use, given),
    ...place(use),
  ]);
  return prose(`sum over the ${countOf(uses.length)} uses of `, printed(of), ": ", ...each);
}

/** The operations of a use that are worth a word: numbers and sums are not, beside others. */
export function toldOf({ through }: Use): readonly Expr[] {
  const isIdle = (e: Expr): boolean =>
    isApply(e, add) ||
    isApply(e, scale) ||
    // wᵀx is a product of w and x.
    (isApply(e, transpose) && (isColumn(e) || isRow(e)));
  const told = through.filter((e) => !isIdle(e));
  return told.length > 0 ? told : through.slice(0, 1);
}

/** The rules of a use, from the outside in. */
function nameOf(use: Use, given: Backward["given"]): string {
  const turned = use.through.flatMap((e) =>
    turns.has((e as Apply).op) && isKnownSymmetric((e as Apply).args[0]!)
      ? [toUnicode((e as Apply).args[0]!)]
      : [],
  );
  const told = turned.map((name) => ` (${name} = ${name}ᵀ)`).join("");
  return namesOf(use, given) + told;
}

/** Operations whose rule has a transpose that goes where the argument is symmetric. */
const turns: ReadonlySet<unknown> = new Set([inverse, logdet, determinant]);
const isKnownSymmetric = (e: Expr): boolean =>
  e.kind === "sym" && !isScalar(e) && has(e.properties, property.symmetric);

function namesOf(use: Use, given: Backward["given"]): string {
  const names = toldOf(use)
    .toReversed()
    .map((e) =>
      e.kind === "apply"
        ? `${ruleName(e)}${given.has(e) ? " (given rule)" : ""}`
        : "sum, term by term",
    );
  return [...new Set(names)].join(", ");
}

const countOf = (n: number): string => ["no", "one", "two", "three", "four"][n] ?? String(n);

/** The rules that a solution uses, each once, as formulas. */
export function rulesSection({ steps, moves: isMoving, given }: Backward, loss: string): Section {
  const rules = new Map<string, Rule>();
  for (const e of steps.flatMap(({ uses }) => uses.flatMap(toldOf))) {
    if (given.has(e)) continue;
    const rule = e.kind === "apply" ? ruleOf(e, isMoving, loss) : null;
    if (!rule || rule.flows.length === 0) continue;
    // Of matrices it holds of vectors, too.
    const known = rules.get(rule.name);
    if (!known || (isColumn(known.of) && !isColumn(rule.of))) rules.set(rule.name, rule);
  }
  const lines = [...rules.values()].map(
    (rule): Line => ({
      left: printed(rule.of),
      right: [printed(rule.value)],
      shape: null,
      reason: [
        `${rule.name}: `,
        ...rule.flows.flatMap(
          ([left, right], i): Prose => [
            ...(i > 0 ? [", "] : []),
            joined(printed(left), printed(right)),
          ],
        ),
      ],
      part: null,
    }),
  );
  return { title: ["Rules"], lead: [], lines: [...givenLines(given), ...lines] };
}

/** The rules that the problem gives, as it gives them. */
function givenLines(given: Backward["given"]): Line[] {
  const uses = new Map([...given.values()].map((use) => [use.rule, use]));
  return [...uses.values()].map(({ rule, symmetric }): Line => {
    const equations = rule.flows.flatMap(([to, flow], i): Prose => {
      const [cotangent] = cotangentsIn(flow);
      const left = cotangentSymbol(cotangent!.cotangent!.of, to);
      return [...(i > 0 ? [", "] : []), joined(printed(left), printed(flow))];
    });
    return {
      left: printed(rule.of),
      right: rule.of === rule.pattern ? [] : [printed(rule.pattern)],
      shape: null,
      reason: prose(
        "given without proof: ",
        ...equations,
        ...symmetric.flatMap((name) => [
          "; it needs ",
          joined(printed(name), printed(transpose(sym(name.name, name.shape)))),
          ", which holds here",
        ]),
      ),
      part: null,
    };
  });
}

const cotangentsIn = (e: Expr): Sym[] =>
  postorder([e]).flatMap((s) => (s.kind === "sym" && s.cotangent ? [s] : []));

/** `left = right`. */
const joined = (left: Spelled, right: Spelled): Spelled => ({
  unicode: `${left.unicode} = ${right.unicode}`,
  ascii: `${left.ascii} = ${right.ascii}`,
  latex: `${left.latex} = ${right.latex}`,
});
