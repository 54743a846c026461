/** @file Programs: what is given, what is made of it, and in which order. */

import type { Dimension } from "../expr/dimension.ts";
import type { Expr, Sym } from "../expr/expr.ts";
import type { Builder } from "./builder.ts";
import { Entries, plainly } from "./entries.ts";
import type { Given } from "./entries.ts";
import type { Formula } from "./formula.ts";
import { nestFor } from "./kernel.ts";
import type { Kernel } from "./kernel.ts";
import type { Axis, Place } from "./place.ts";
import { axisAlone, placeOf, step } from "./place.ts";
import type { Definition, Tensor } from "./tensor.ts";

/** A matrix that a program makes, under the name by which it is asked for. */
export interface Output {
  readonly name: string;
  readonly tensor: Tensor;
  /** Which axis of the tensor its rows go along, and which its columns; null where there is one. */
  readonly rows: number | null;
  readonly columns: number | null;
}

/** A tensor that a step replaces by another: a weight, a moving average. */
export interface State {
  readonly name: string;
  readonly before: Tensor;
  readonly after: Tensor;
  /** Which axis of the one that comes after each axis of the one before is. */
  readonly axes: readonly number[];
}

/** What a scalar is before each step, as an output; no name of a problem has a blank in it. */
export const courseOf = (name: string): string => `the course of ${name}`;

/** Tensors and what is to be known of them from outside. */
export interface Program {
  readonly builder: Builder;
  /** What is made, each after what it is made of. */
  readonly tensors: readonly Tensor[];
  readonly inputs: ReadonlyMap<string, { readonly symbol: Sym; readonly tensor: Tensor }>;
  readonly outputs: readonly Output[];
  readonly states: readonly State[];
  readonly labels: ReadonlyMap<string, number>;
  /** Which samples the steps take, where they take some. */
  readonly order: Tensor | null;
}

/**
 * Lowers expressions, each under a name; a step replaces each name of `updates` by what stands for it there. Of the
 * scalars `recorded` what they are in each step is kept.
 */
export function programOf(
  wanted: ReadonlyMap<string, Expr>,
  size: (d: Dimension) => number,
  updates: ReadonlyMap<Sym, Expr> = new Map(),
  given: Given = plainly,
  recorded: readonly string[] = [],
): Program {
  const l = new Entries([...wanted.values(), ...updates.values()], size, given);
  const output = (name: string, e: Expr): Output => {
    const [m, n] = l.sizes(e);
    const own = [m > 1 ? l.row(m) : null, n > 1 ? l.column(n) : null];
    const axes = own.filter((x) => x !== null);
    const formula = l.formula(e);
    const made = alreadyKept(formula, axes);
    const tensor = made?.tensor ?? l.builder.kept(formula, axes);
    const order = made?.order ?? axes;
    const [rows, columns] = own.map((x) => (x ? order.indexOf(x) : null));
    return { name, tensor, rows: rows!, columns: columns! };
  };
  const outputs = [...wanted].map(([name, e]) => output(name, e));
  for (const name of recorded) {
    const of = outputs.find((o) => o.name === name)!;
    const tensor = l.builder.record(of.tensor, given.steps);
    outputs.push({ name: courseOf(name), tensor, rows: 0, columns: null });
  }
  const taken = new Set(outputs.map(({ tensor }) => tensor));
  const states = [...updates].map(([symbol, e]): State => {
    const { tensor, rows, columns } = output(symbol.name, e);
    // What is put in the place of another is nothing else's.
    const after = taken.has(tensor) ? l.builder.copied(tensor, `after ${symbol.name}`) : tensor;
    taken.add(after);
    const axes = [rows, columns].filter((k) => k !== null);
    return { name: symbol.name, before: l.inputOf(symbol), after, axes };
  });
  return {
    builder: l.builder,
    tensors: reachable([...taken]),
    inputs: l.given(),
    outputs,
    states,
    labels: l.labelsGiven(),
    order: l.orderGiven(),
  };
}

/** The tensor that a formula reads whole, with the axes it is read at, where it is nothing else. */
function alreadyKept(
  f: Formula,
  axes: readonly Axis[],
): { readonly tensor: Tensor; readonly order: readonly Axis[] } | null {
  if (f.kind !== "read" || f.tensor.definition.kind === "input") return null;
  const order = f.at.map(axisAlone).filter((x) => x !== null);
  const isWhole = f.at.length === axes.length && new Set(order).size === axes.length;
  return isWhole ? { tensor: f.tensor, order } : null;
}

/** What tensors are made of, in the order in which they can be made. */
export function reachable(roots: readonly Tensor[]): Tensor[] {
  const found = new Set<Tensor>();
  const visit = (t: Tensor): void => {
    if (found.has(t)) return;
    partsOf(t.definition).forEach(visit);
    found.add(t);
  };
  roots.forEach(visit);
  return [...found];
}

/** The tensors that a definition reads. */
export function partsOf(definition: Definition): readonly Tensor[] {
  switch (definition.kind) {
    case "input":
      return [];
    case "algorithm":
      return definition.of;
    case "record":
      return [definition.of];
    case "map":
    case "fold":
      return tensorsIn(definition.body);
    default:
      return definition satisfies never;
  }
}

/** The tensors that a formula reads. */
export function tensorsIn(f: Formula): readonly Tensor[] {
  const seen = new Set<Formula>();
  const found = new Set<Tensor>();
  const look = (place: Place): void => {
    for (const { of } of place.terms)
      if (of.kind === "lookup") {
        found.add(of.in);
        look(of.at);
      } else if (of.kind === "quotient" || of.kind === "remainder") look(of.of);
  };
  const visit = (g: Formula): void => {
    if (seen.has(g)) return;
    seen.add(g);
    if (g.kind === "call") g.args.forEach(visit);
    else if (g.kind === "read") {
      found.add(g.tensor);
      g.at.forEach(look);
    } else if (g.kind === "counted") look(g.place);
    else if (g.kind === "match") look(g.difference);
  };
  visit(f);
  return [...found];
}

/** A kernel for each tensor. */
export function kernelsOf({ builder, tensors }: Program): Kernel[] {
  return tensors.flatMap((tensor): Kernel[] => {
    const { definition, axes } = tensor;
    switch (definition.kind) {
      case "input":
        return [];
      case "map":
        return [nestFor(tensor, definition.body)];
      case "fold": {
        const { folding, over, body } = definition;
        const own = builder.read(tensor, builder.placesOf(tensor));
        return [nestFor(tensor, own, { folds: [{ tensor, folding, over, body }] })];
      }
      case "record": {
        const body = builder.read(definition.of, []);
        const place = placeOf(step(axes[0]!.extent));
        return [nestFor(tensor, body, { axes: [], at: [place] })];
      }
      case "algorithm":
        return [{ kind: "algorithm", name: definition.name, of: definition.of, to: tensor }];
      default:
        return definition satisfies never;
    }
  });
}
