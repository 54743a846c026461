/** @file The style of back-propagation: values forward by name, then the cotangent of each part. */

import type { Derivative, Spelled } from "../derive/options.ts";
import { NablaError } from "../diagnostics/errors.ts";
import { scalarShape, showShape } from "../expr/dimension.ts";
import { apply, cotangentSymbol, isColumn, isScalar, sym } from "../expr/expr.ts";
import type { Expr, Sym } from "../expr/expr.ts";
import { indexSum } from "../expr/binding.ts";
import { postorder, substitution } from "../expr/walk.ts";
import type { PrintOptions } from "../print/alphabet.ts";
import { has, property } from "../expr/properties.ts";
import { add, transpose } from "../ops/arithmetic.ts";
import { determinant, inverse, logdet } from "../ops/matrix.ts";
import { toAscii, toLatex, toUnicode } from "../print/index.ts";
import { unicodeIndex } from "../print/unicode.ts";
import { normalKey } from "../simplify/canonical.ts";
import { simplify } from "../simplify/simplify.ts";
import type { Backward, CotangentStep, Use } from "./cotangents.ts";
import { ending } from "./endings.ts";
import { definitionOf } from "./parts.ts";
import type { LaidOut } from "./parts.ts";
import { flowShown, ruleNames, ruleOf, worthTelling } from "./rules.ts";
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

/** What the cotangents lead to, and the terms that have been worked out before. */
interface Beside {
  readonly found: readonly Derivative[];
  readonly terms: readonly TermOfSum[];
}

/** The cotangents, from the loss down. */
export function backwardSection(
  back: Backward,
  laid: LaidOut,
  loss: string,
  write: Write,
  { terms, found }: Beside,
): Section {
  const { steps, seed } = back;
  const line = (step: CotangentStep): Line => ({
    left: printed(cotangentSymbol(loss, step.of)),
    right: [
      ...overTerms(step, laid, terms),
      ...beforeTurning(step, write),
      ...chainOf(step).map(write),
    ],
    shape: showShape(step.of.shape),
    reason: reasonOf(step, laid, write, back),
    part: printed(step.of).ascii,
  });
  const within = (step: CotangentStep): Line | null =>
    step.within === null ? null : withinLine(step.of, loss, write(step.within));
  return {
    title: [seed ? "Backward, from what is given" : "Backward, from the loss down"],
    lead: [],
    lines: [
      ...(seed ? [givenLine(seed)] : []),
      ...steps.flatMap((step) => {
        const reached = line(step);
        const inSet = within(step);
        return inSet ? [reached, ending(inSet, found, step.of)] : [ending(reached, found, step.of)];
      }),
    ],
  };
}

/** ∂L/∂z, where that is what the derivation begins with. */
export const givenLine = (seed: Sym, shown: Expr = seed): Line => ({
  left: printed(shown),
  right: [],
  shape: showShape(seed.shape),
  reason: ["given"],
  part: printed(seed.cotangent!.by).ascii,
});

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

/** By the rules alone, where a symmetric matrix then is its own transpose: −½DK⁻ᵀ. */
function beforeTurning({ uses, flow }: CotangentStep, write: Write): Spelled[] {
  if (uses.every((use) => turnedIn(use).length === 0)) return [];
  const flows = uses.map((use) => beforeTurned(use) ?? use.flow);
  const shown = printed(flows.length === 1 ? flows[0]! : add(...flows));
  return shown.unicode === write(flow).unicode ? [] : [shown];
}

/** What an operation sends to a matrix of which nothing is known. */
function beforeTurned(use: Use): Expr | null {
  const [operation] = use.through;
  const [of] = turnedIn(use);
  if (!of || operation?.kind !== "apply" || operation.args[0] !== of) return null;
  const any = sym(of.name, of.shape, property.invertible);
  const [flow] = operation.op.pullback(use.cotangent, apply(operation.op, [any]), any);
  if (!flow || flow instanceof NablaError) return null;
  const turned = simplify(substitution([[any, of]])(flow));
  return normalKey(turned) === normalKey(simplify(use.sent)) ? flowShown(flow) : null;
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
  { given, seed }: Backward,
): Prose {
  const output = seed?.cotangent!.by;
  const place = ({ by }: Use): Prose => {
    const name = by === laid.problem.objective ? output : by;
    return name ? [" in ", write(name)] : [];
  };
  if (uses.length === 1) return prose(...nameOf(uses[0]!, given), ...place(uses[0]!));
  const each = uses.flatMap((use, i) => [
    ...(i > 0 ? [i === uses.length - 1 ? " and " : ", "] : []),
    ...nameOf(use, given),
    ...place(use),
  ]);
  return prose(`sum over the ${countOf(uses.length)} uses of `, printed(of), ": ", ...each);
}

const toldOf = ({ through }: Use): readonly Expr[] => worthTelling(through);

/** The rules of a use, from the outside in. */
function nameOf(use: Use, given: Backward["given"]): Prose {
  const names = ruleNames(use.through, (e) => (given.has(e) ? " (given rule)" : ""));
  const turned = turnedIn(use).flatMap((name): Prose => [" (", equalToTranspose(name), ")"]);
  return [names.join(", "), ...turned];
}

/** The symmetric names of whose transpose the rules of a use speak. */
const turnedIn = ({ through }: Use): Sym[] =>
  through.flatMap((e) => {
    if (e.kind !== "apply" || !turns.has(e.op)) return [];
    const [of] = e.args;
    const isKnown = of!.kind === "sym" && !isScalar(of!) && has(of!.properties, property.symmetric);
    return isKnown ? [of as Sym] : [];
  });

/** Operations whose rule has a transpose that goes where the argument is symmetric. */
const turns: ReadonlySet<unknown> = new Set([inverse, logdet, determinant]);

/** K = Kᵀ */
const equalToTranspose = ({ name, shape }: Sym): Spelled =>
  joined(printed(sym(name, shape)), printed(transpose(sym(name, shape))));

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
          equalToTranspose(name),
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
