/** @file The style of back-propagation: values forward by name, then the cotangent of each part. */

import type { Derivative, Spelled } from "../derive/options.ts";
import { readsAs } from "../derive/options.ts";
import { NablaError } from "../diagnostics/errors.ts";
import { scalarShape, showShape } from "../expr/dimension.ts";
import { apply, cotangentSymbol, sym } from "../expr/expr.ts";
import type { Apply, Expr, Sym } from "../expr/expr.ts";
import { property, structureOf } from "../expr/properties.ts";
import { substitution } from "../expr/walk.ts";
import { total } from "../ops/arithmetic.ts";
import { normalKey } from "../simplify/canonical.ts";
import { simplify } from "../simplify/simplify.ts";
import type { Backward, CotangentStep, Use } from "./cotangents.ts";
import { endings } from "./endings.ts";
import type { RuleUse } from "./given.ts";
import { cotangentsIn } from "./names.ts";
import { isBrief } from "./parts.ts";
import type { LaidOut } from "./parts.ts";
import { joined, printed } from "./printed.ts";
import type { Write } from "./printed.ts";
import { reasonOf, turnedIn } from "./reasons.ts";
import { flowShown } from "./rules.ts";
import { prose } from "./solution.ts";
import type { Line, Prose, Section } from "./solution.ts";
import { TermNames } from "./terms.ts";

/** What the cotangents lead to, and the terms that have been worked out before. */
interface Beside {
  readonly found: readonly Derivative[];
  readonly terms: TermNames;
}

/** The cotangents, from the loss down. */
export function backwardSection(
  back: Backward,
  laid: LaidOut,
  loss: string,
  write: Write,
  { terms, found }: Beside,
): Section {
  const { seed } = back;
  return {
    title: [seed ? "Backward, from what is given" : "Backward, from the loss down"],
    lead: [],
    lines: [
      ...(seed ? [givenLine(seed)] : []),
      ...terms
        .besides()
        .flatMap((step) =>
          linesOf(
            step,
            back,
            loss,
            write,
            { terms, found },
            reasonOf(step, laid, write, back, terms),
          ),
        ),
    ],
  };
}

/** The cotangents of the variables, of which the entries have been told. */
export function togetherSections(
  back: Backward,
  variables: readonly Sym[],
  loss: string,
  write: Write,
  beside: Beside,
): Section[] {
  const lines = back.steps
    .filter(({ of }) => variables.includes(of as Sym))
    .flatMap((step) => linesOf(step, back, loss, write, beside, []));
  return lines.length > 0 ? [{ title: ["The entries together"], lead: [], lines }] : [];
}

/** A cotangent; of a variable that varies within a set the part in it, too. */
function linesOf(
  step: CotangentStep,
  back: Backward,
  loss: string,
  write: Write,
  { terms, found }: Beside,
  reason: Prose,
): Line[] {
  const { of, within } = step;
  const ofTerms = terms.cotangents(step, loss);
  const sign = printed(cotangentSymbol(loss, of));
  const reached: Line = {
    left: step.name ? joined(printed(step.name), sign) : sign,
    right: distinct(
      ofTerms.length > 0
        ? [...ofTerms, ...(isBrief(step.value) ? [write(step.value)] : [])]
        : [...beforeTurning(step, back), ...chainOf(step).map(write)],
    ),
    shape: showShape(of.shape),
    reason,
    part: printed(of).ascii,
  };
  return within === null
    ? endings(reached, found, of, loss)
    : [reached, ...endings(withinLine(of, loss, write(within)), found, of, loss)];
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
      `the ${structureOf(of.properties) ?? "own"} part of `,
      printed(cotangentSymbol(loss, of)),
      ", in which all entries are free",
    ),
    part: name.ascii,
  };
}

/** Sides that read as the one before, in what both are written in, stand once. */
const distinct = (sides: readonly Spelled[]): Spelled[] =>
  sides.filter((side, i) => {
    const before = sides[i - 1];
    return !before || !readsAs(before, side);
  });

/** By the rules alone, where a symmetric matrix then is its own transpose: −½DK⁻ᵀ. */
function beforeTurning({ of, uses, flow }: CotangentStep, { given }: Backward): Spelled[] {
  if (uses.every((use) => turnedIn(use, of).length === 0)) return [];
  const flows = uses.map((use) => {
    const rule = given.get(use.through[0]!);
    return (rule ? asGiven(use, rule) : beforeTurned(use, of)) ?? use.flow;
  });
  const shown = printed(total(flows));
  return shown.unicode === printed(flow).unicode ? [] : [shown];
}

/** What a rule that is given sends, as it is given: −K⁻ᵀ(∂L/∂K⁻¹)K⁻ᵀ. */
function asGiven({ through, cotangent, sent }: Use, { rule, bound }: RuleUse): Expr | null {
  const [operation] = through;
  const found = rule.flows.find(([to]) => bound.get(to) === (operation as Apply).args[0]);
  if (!found) return null;
  const [, flow] = found;
  const put = substitution([
    ...[...bound].map(([name, value]) => [name, value] as const),
    ...cotangentsIn(flow).map((s) => [s, cotangent] as const),
  ]);
  const made = put(flow);
  return normalKey(simplify(made)) === normalKey(simplify(sent)) ? made : null;
}

/** What an operation sends to a matrix of which nothing is known. */
function beforeTurned(use: Use, part: Expr): Expr | null {
  const [operation] = use.through;
  const [of] = turnedIn(use, part);
  if (!of || operation?.kind !== "apply" || operation.args[0] !== of) return null;
  const any = sym(of.name, of.shape, property.invertible);
  const [flow] = operation.op.pullback(use.cotangent, apply(operation.op, [any]), any);
  if (!flow || flow instanceof NablaError) return null;
  const turned = simplify(substitution([[any, of]])(flow));
  return normalKey(turned) === normalKey(simplify(use.sent)) ? flowShown(flow) : null;
}

/** What a cotangent is by its rule, and without cotangents where that is another thing. */
function chainOf({ flow, written }: CotangentStep): Expr[] {
  return normalKey(flow) === normalKey(written) ? [written] : [flow, written];
}
