/** @file Formulas and places as texts in which the names of axes do not matter. */

import type { Call, Formula } from "./formula.ts";
import type { Atom, Axis, Place } from "./place.ts";

/** A place without the names of its axes. */
export const formOfPlace = ({ constant, terms }: Place): string =>
  `${terms
    .map(({ of, coefficient }) => `${coefficient}*${formOfAtom(of)}`)
    .sort()
    .join("+")}+${constant}`;

function formOfAtom(atom: Atom): string {
  if (atom.kind === "axis") return String(atom.extent);
  if (atom.kind === "label" || atom.kind === "step") return atom.key;
  if (atom.kind === "lookup") return `${atom.in.id}[${formOfPlace(atom.at)}]`;
  return `${atom.kind}${atom.by}(${formOfPlace(atom.of)})`;
}

/** What is summed or multiplied, in an order that the names of axes do not change. */
const inFormOrder = (f: Call): readonly Formula[] =>
  f.name === "plus" || f.name === "times" ? f.args.toSorted((a, b) => a.form - b.form) : f.args;

/** The axes of a formula in the order in which they are met, which their names do not change. */
export function axesInOrder(f: Formula): Axis[] {
  const seen = new Set<Formula>();
  const found = new Set<Axis>();
  const visit = (g: Formula): void => {
    if (seen.has(g)) return;
    seen.add(g);
    if (g.kind === "call") inFormOrder(g).forEach(visit);
    else for (const x of g.axes) found.add(x);
  };
  visit(f);
  return [...found];
}

/** A formula as a text, with numbers in the place of its axes. */
export function keyOf(f: Formula, numbers: ReadonlyMap<Axis, number>): string {
  const done = new Map<Formula, number>();
  const lines: string[] = [];
  const numbered = (place: Place): string =>
    place.terms
      .map(({ of, coefficient }) => {
        if (of.kind === "axis") return `${coefficient}@${numbers.get(of)}`;
        if (of.kind === "label" || of.kind === "step") return `${coefficient}${of.key}`;
        if (of.kind === "lookup") return `${coefficient}${of.in.id}[${numbered(of.at)}]`;
        return `${coefficient}${of.kind}${of.by}(${numbered(of.of)})`;
      })
      .sort()
      .join("+") + place.constant;
  const visit = (g: Formula): number => {
    const known = done.get(g);
    if (known !== undefined) return known;
    lines.push(lineOf(g));
    done.set(g, lines.length - 1);
    return lines.length - 1;
  };
  const lineOf = (g: Formula): string => {
    switch (g.kind) {
      case "constant":
        return String(g.value);
      case "read":
        return `${g.tensor.id}[${g.at.map(numbered).join()}]`;
      case "counted":
        return `#${numbered(g.place)}`;
      case "match":
        return `${g.isEqual}${numbered(g.difference)}`;
      case "call":
        return `${g.name}(${inFormOrder(g).map(visit).join()})`;
      default:
        return g satisfies never;
    }
  };
  visit(f);
  return lines.join(";");
}
