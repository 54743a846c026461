/** @file What each part is, from the variables up to the objective: whole, or entry by entry. */

import type { Spelled } from "../derive/options.ts";
import { one, showShape } from "../expr/dimension.ts";
import { indexSymbol, isScalar, unit } from "../expr/expr.ts";
import type { Expr, Sym } from "../expr/expr.ts";
import { argsOf, postorder } from "../expr/walk.ts";
import { entryOf, isMembersName } from "../ops/indexing.ts";
import type { Problem } from "../parse/problem.ts";
import { simplify } from "../simplify/simplify.ts";
import { componentOf } from "./components.ts";
import type { Backward } from "./cotangents.ts";
import type { IndexLetters } from "./letters.ts";
import { definitionOf } from "./parts.ts";
import type { LaidOut } from "./parts.ts";
import { printed } from "./printed.ts";
import type { Write } from "./printed.ts";
import type { Line, Section } from "./solution.ts";
import { TermNames } from "./terms.ts";

/** A name, what it is defined to be, and the part that it is, if any. */
type Told = readonly [name: Expr, definition: Expr, part: Expr | null];

/** What is told to be defined: the parts, and other names. */
const definitionsOf = ({ parts }: LaidOut, others: readonly Sym[]): Told[] => [
  ...parts.flatMap((part): Told[] => {
    const definition = definitionOf(part);
    return definition ? [[part.expr, definition, part.expr]] : [];
  }),
  ...others.map((s): Told => [s, s.definition!, null]),
];

/** What a forward pass tells besides its parts. */
interface BesideParts {
  readonly terms?: TermNames;
  /** Definitions of the problem that only what flows speaks of. */
  readonly others?: readonly Sym[];
}

/** Definitions that stand in what flows, and in no part. */
export function onlyInFlows(
  { parts, fixed, problem }: LaidOut,
  { steps }: Backward,
  variables: readonly Sym[],
): Sym[] {
  const told = new Set<Expr>([...fixed, ...variables, ...parts.map(({ expr }) => expr)]);
  const ofCotangents = new Set(steps.map(({ name }) => name?.name));
  const used = new Set(
    postorder(
      steps.flatMap(({ flow, written }) => [flow, written]),
      argsOf,
    ),
  );
  return [...problem.symbols.values()].filter(
    (s) =>
      s.definition !== null &&
      used.has(s) &&
      !told.has(s) &&
      !ofCotangents.has(s.name) &&
      !isMembersName(s.name),
  );
}

/** The names of the parts, from the variables up to the objective. */
export function forwardSection(
  laid: LaidOut,
  loss: Expr,
  write: Write,
  { terms = new TermNames(), others = [] }: BesideParts = {},
): Section {
  const { fixed, problem } = laid;
  const named = [...fixed.map((s): Told => [s, s.definition!, s]), ...definitionsOf(laid, others)];
  const line = (...[name, definition, part]: Told): Line => {
    const inTerms = terms.definition(definition);
    const [left, right] = atLetters(name, definition, problem) ?? [
      printed(name),
      write(definition),
    ];
    return {
      left,
      right: [right, ...(inTerms ? [inTerms] : [])],
      shape: showShape(definition.shape),
      reason: [],
      part: part && printed(part).ascii,
    };
  };
  return {
    title: ["Forward"],
    lead: [],
    lines: [...named.map((each) => line(...each)), line(loss, problem.objective, null)],
  };
}

/** zᵢ = wᵀxᵢ + b, where a name is defined entry by entry; null where it is not. */
function atLetters(name: Expr, definition: Expr, problem: Problem): [Spelled, Spelled] | null {
  if (definition.kind !== "indexSum" || isScalar(definition)) return null;
  const at: Expr[] = [];
  for (const size of definition.shape) {
    const isFree = (letter: string): boolean =>
      !problem.symbols.has(letter) &&
      !problem.labels.has(letter) &&
      at.every((e) => e.kind !== "sym" || e.name !== letter);
    const letter = [...(problem.indices.get(size) ?? []), ..."ijkl"].find(isFree);
    if (letter === undefined) return null;
    at.push(size === one ? unit : indexSymbol(letter, size));
  }
  const [i, j] = at as [Expr, Expr];
  const entry = simplify(entryOf(definition, i, j));
  return entry.kind === "indexSum" ? null : [printed(entryOf(name, i, j)), printed(entry)];
}

/** The parts by their entries. */
export function forwardEntries(
  laid: LaidOut,
  loss: Expr,
  letters: IndexLetters,
  { terms = new TermNames(), others = [] }: BesideParts = {},
): Section {
  const line = (...[name, definition, part]: Told): Line => {
    const at = letters.of(name);
    const inTerms = terms.definition(definition);
    return {
      left: printed(entryOf(name, ...at)),
      right: [
        printed(componentOf(definition, ...at), letters.options),
        ...(inTerms ? [inTerms] : []),
      ],
      shape: showShape(name.shape),
      reason: [],
      part: part && printed(part).ascii,
    };
  };
  const lines = definitionsOf(laid, others).map((each) => line(...each));
  return {
    title: ["Forward, entry by entry"],
    lead: [],
    lines: [...lines, line(loss, laid.problem.objective, null)],
  };
}
