/** @file The names that an answer defines itself. */

import { withNames } from "../derive/written.ts";
import { errors } from "../diagnostics/errors.ts";
import type { NablaError } from "../diagnostics/errors.ts";
import { isScalar, sym } from "../expr/expr.ts";
import type { Sym } from "../expr/expr.ts";
import { componentsOf } from "../parse/components.ts";
import { elaboratedIn } from "../parse/index.ts";
import { splitName } from "../parse/names.ts";
import { partsOf } from "../parse/parts.ts";
import type { Problem } from "../parse/problem.ts";
import type { Surface } from "../parse/surface.ts";
import type { Definition } from "./claim.ts";
import { draftOfSurface } from "./typed.ts";
import { leaf } from "./draft.ts";
import type { Draft } from "./draft.ts";
import { shapesAfterEdits } from "./edits.ts";

/** A name of an answer's own, with what was typed for it. */
export interface Own {
  /** Without a definition where what was typed does not fit together. */
  readonly name: Sym;
  readonly draft: Draft;
}

/** A problem with the names of an answer. */
export interface OwnNames {
  readonly problem: Problem;
  readonly own: readonly Own[];
  /** Why a definition does not fit together. */
  readonly misfit: NablaError | null;
}

/**
 * The problem with the names that an answer defines, each after those that it is made of. Where a definition does
 * not fit together there is one for each shape that a single edit would give it.
 * @throws NablaError for a name that is defined twice or by itself, and for what no edit makes fit.
 */
export function withDefinitions(problem: Problem, definitions: readonly Definition[]): OwnNames[] {
  const twice = definitions.find(
    ({ name }, i) => definitions.findIndex((d) => d.name === name) < i,
  );
  if (twice) throw errors.redefined(twice.span, twice.name, true);
  let all: OwnNames[] = [{ problem, own: [], misfit: null }];
  for (const definition of inOrder(definitions))
    all = all.flatMap((before) => defined(before, definition.name, definition.body));
  return all;
}

/** Definitions, each after those that it is made of. */
function inOrder(definitions: readonly Definition[]): Definition[] {
  const before = new Map(
    definitions.map((one) => [
      one,
      definitions.filter((other) =>
        other === one ? spokenIn(one.body).names.has(one.name) : speaksOf(one.body, other),
      ),
    ]),
  );
  const order = new Set<Definition>();
  let left = [...definitions];
  // Each round takes all that is made of what was taken before.
  while (left.length > 0) {
    const ready = left.filter((one) => before.get(one)!.every((other) => order.has(other)));
    if (ready.length === 0)
      throw errors.cycleInAnswer(
        left[0]!.span,
        left.map(({ name }) => name),
      );
    for (const one of ready) order.add(one);
    left = left.filter((one) => !order.has(one));
  }
  return [...order];
}

/** The names in an expression, and those of which a component stands there: s of s_i. */
interface Spoken {
  readonly names: ReadonlySet<string>;
  readonly wholes: ReadonlySet<string>;
  /** The letters that count components. */
  readonly letters: ReadonlySet<string>;
}

const spokenKnown = new WeakMap<Surface, Spoken>();

function spokenIn(body: Surface): Spoken {
  const known = spokenKnown.get(body);
  if (known) return known;
  const names = new Set(partsOf(body).flatMap((e) => (e.kind === "name" ? [e.name] : [])));
  const counted = [...names]
    .map((name) => splitName(name))
    .filter(({ subscript }) => isIndex(subscript));
  const wholes = new Set(counted.map(({ base }) => base));
  const found = { names, wholes, letters: new Set(counted.map(({ subscript }) => subscript!)) };
  spokenKnown.set(body, found);
  return found;
}

const isIndex = (letter: string | null): boolean => letter !== null && /^[a-z]$/u.test(letter);

/** Whether an expression speaks of what a line defines: of s or s_i where s is defined, or its components s_i are. */
export function speaksOf(body: Surface, { name, body: own }: Definition): boolean {
  const { names, wholes } = spokenIn(body);
  if (names.has(name)) return true;
  const { base, subscript } = splitName(name);
  const isCounted = isIndex(subscript) && spokenIn(own).letters.has(subscript!);
  const whole = isCounted ? base : name;
  return names.has(whole) || wholes.has(whole);
}

/** Adds a name to what is known. */
export function defined(before: OwnNames, name: string, body: Surface): OwnNames[] {
  const { symbols } = before.problem;
  const components = componentsOf(name, body, (base) => {
    const whole = symbols.get(base);
    return whole !== undefined && !isScalar(whole);
  });
  if (components && !symbols.has(name)) {
    // s_i = …: the components of s.
    const { base, letters } = components;
    const whole = elaboratedIn(before.problem, body, { letters });
    const made = sym(base, whole.shape, 0, whole);
    const problem = withNames(before.problem, [made]);
    return [{ ...before, problem, own: [...before.own, { name: made, draft: leaf(whole) }] }];
  }
  const { draft, expr, misfit } = draftOfSurface(before.problem, body);
  const added = (made: Sym): OwnNames => ({
    problem: withNames(before.problem, [made]),
    own: [...before.own, { name: made, draft: draft! }],
    misfit: before.misfit ?? misfit,
  });
  if (expr) return [added(sym(name, expr.shape, 0, expr))];
  if (!draft || before.misfit) throw misfit!;
  const shapes = shapesAfterEdits(draft);
  if (shapes.length === 0) throw misfit!;
  return shapes.map((shape) => added(sym(name, shape)));
}
