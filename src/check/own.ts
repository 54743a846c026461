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
  const order: Definition[] = [];
  let left = [...definitions];
  while (left.length > 0) {
    const next = left.find(
      ({ name, body }) =>
        !holdsName(body, (of) => of === name) &&
        !left.some((other) => other.name !== name && speaksOf(body, other)),
    );
    if (!next)
      throw errors.cycleInAnswer(
        left[0]!.span,
        left.map(({ name }) => name),
      );
    order.push(next);
    left = left.filter((d) => d !== next);
  }
  return order;
}

const holdsName = (body: Surface, isSuch: (name: string) => boolean): boolean =>
  partsOf(body).some((e) => e.kind === "name" && isSuch(e.name));

/** Whether an expression speaks of what a line defines: of s or s_i where s is defined, or its components s_i are. */
export function speaksOf(body: Surface, definition: Definition): boolean {
  const { name, body: own } = definition;
  const { base, subscript } = splitName(name);
  const isIndex = (letter: string | null): boolean => letter !== null && /^[a-z]$/u.test(letter);
  const isCounted =
    isIndex(subscript) && holdsName(own, (of) => splitName(of).subscript === subscript);
  const whole = isCounted ? base : name;
  return holdsName(body, (of) => {
    if (of === name || of === whole) return true;
    const part = splitName(of);
    return part.base === whole && isIndex(part.subscript);
  });
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
