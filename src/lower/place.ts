/** @file Places: whole numbers that depend on loop variables, in a normal form. */

import type { Tensor } from "./tensor.ts";

/** A loop variable that counts from 0 up to below its extent. */
export interface Axis {
  readonly kind: "axis";
  readonly extent: number;
  /** What it is called in a plan; axes of equal names are still different ones. */
  readonly name: string;
  readonly key: string;
}

/** At how many places some axes meet. */
export const extentOf = (axes: readonly Axis[]): number =>
  axes.reduce((n, { extent }) => n * extent, 1);

/** A number from 0 up to below `extent` that is given when the program runs, such as the class of a sample. */
export interface Label {
  readonly kind: "label";
  readonly name: string;
  readonly extent: number;
  readonly key: string;
}

/** The number of the step that is run. */
export interface Step {
  readonly kind: "step";
  readonly extent: number;
  readonly key: string;
}

/** What is left of a place, or how often it goes, when it is divided by a whole number. */
export interface Division {
  readonly kind: "quotient" | "remainder";
  readonly of: Place;
  readonly by: number;
  readonly key: string;
}

/** The number that stands in an entry of a tensor: which sample is next, which class a sample has. */
export interface Lookup {
  readonly kind: "lookup";
  readonly in: Tensor;
  readonly at: Place;
  readonly extent: number;
  readonly key: string;
}

export type Atom = Axis | Label | Step | Lookup | Division;

/** `constant + Σ coefficient·atom`, the atoms by their keys; equal places have equal keys. */
export interface Place {
  readonly constant: number;
  readonly terms: readonly { readonly of: Atom; readonly coefficient: number }[];
  readonly key: string;
}

let made = 0;

/** A new loop variable. */
export function axis(extent: number, name: string): Axis {
  return { kind: "axis", extent, name, key: `${name}#${++made}` };
}

/** The number `name` that a run is given. */
export const label = (name: string, extent: number): Label => ({
  kind: "label",
  name,
  extent,
  key: `?${name}`,
});

/** The number of the step, of so many. */
export const step = (extent: number): Step => ({ kind: "step", extent, key: "!" });

/** The whole number from 0 up to below `extent` in an entry of a vector. */
export const lookup = (tensor: Tensor, at: Place, extent: number): Lookup => ({
  kind: "lookup",
  in: tensor,
  at,
  extent,
  key: `${tensor.id}[${at.key}]`,
});

function place(constant: number, coefficients: ReadonlyMap<Atom, number>): Place {
  const terms = [...coefficients]
    .filter(([, coefficient]) => coefficient !== 0)
    .map(([of, coefficient]) => ({ of, coefficient }))
    .sort((a, b) => (a.of.key < b.of.key ? -1 : 1));
  const key = terms.map(({ of, coefficient }) => `${coefficient}${of.key}`).join("+");
  return { constant, terms, key: `${key}+${constant}` };
}

/** The place that is always that number. */
export const fixed = (constant: number): Place => place(constant, new Map());

export const origin: Place = fixed(0);

/** The place that an atom is. */
export const placeOf = (atom: Atom): Place => place(0, new Map([[atom, 1]]));

/** `a + factor·b`. */
export function plusPlace(a: Place, b: Place, factor = 1): Place {
  if (b.terms.length === 0 && b.constant === 0) return a;
  const sums = new Map<string, { of: Atom; coefficient: number }>();
  for (const term of a.terms) sums.set(term.of.key, { ...term });
  for (const { of, coefficient } of b.terms) {
    const known = sums.get(of.key);
    if (known) known.coefficient += factor * coefficient;
    else sums.set(of.key, { of, coefficient: factor * coefficient });
  }
  return place(
    a.constant + factor * b.constant,
    new Map([...sums.values()].map(({ of, coefficient }) => [of, coefficient])),
  );
}

export const timesPlace = (a: Place, factor: number): Place => plusPlace(origin, a, factor);

/** The smallest and the largest number that a place can be. */
export function rangeOf({ constant, terms }: Place): readonly [least: number, most: number] {
  let [least, most] = [constant, constant];
  for (const { of, coefficient } of terms) {
    const [low, high] = rangeOfAtom(of);
    least += coefficient * (coefficient < 0 ? high : low);
    most += coefficient * (coefficient < 0 ? low : high);
  }
  return [least, most];
}

function rangeOfAtom(atom: Atom): readonly [number, number] {
  switch (atom.kind) {
    case "axis":
    case "label":
    case "step":
    case "lookup":
      return [0, atom.extent - 1];
    case "remainder":
      return [0, atom.by - 1];
    case "quotient": {
      const [least, most] = rangeOf(atom.of);
      return [Math.floor(least / atom.by), Math.floor(most / atom.by)];
    }
    default:
      return atom satisfies never;
  }
}

/** The part that `by` divides, and the rest. */
function split(a: Place, by: number): { readonly whole: Place; readonly rest: Place } {
  const whole = new Map<Atom, number>();
  const rest = new Map<Atom, number>();
  for (const { of, coefficient } of a.terms) {
    if (coefficient % by === 0) whole.set(of, coefficient / by);
    else rest.set(of, coefficient);
  }
  const left = ((a.constant % by) + by) % by;
  return { whole: place((a.constant - left) / by, whole), rest: place(left, rest) };
}

const isWithin = (a: Place, by: number): boolean => {
  const [least, most] = rangeOf(a);
  return least >= 0 && most < by;
};

const division = (kind: Division["kind"], of: Place, by: number): Division => ({
  kind,
  of,
  by,
  key: `(${of.key}${kind === "quotient" ? "/" : "%"}${by})`,
});

/** How often `by` goes into a place that is not negative. */
export function quotient(a: Place, by: number): Place {
  const { whole, rest } = split(a, by);
  return isWithin(rest, by) ? whole : plusPlace(whole, placeOf(division("quotient", rest, by)));
}

/** What `by` leaves of a place that is not negative. */
export function remainder(a: Place, by: number): Place {
  const { rest } = split(a, by);
  return isWithin(rest, by) ? rest : placeOf(division("remainder", rest, by));
}

/** The axes that a place depends on. */
export function axesOf({ terms }: Place): readonly Axis[] {
  return terms.flatMap(({ of }) => axesOfAtom(of));
}

export function axesOfAtom(atom: Atom): readonly Axis[] {
  switch (atom.kind) {
    case "axis":
      return [atom];
    case "label":
    case "step":
      return [];
    case "lookup":
      return axesOf(atom.at);
    case "quotient":
    case "remainder":
      return axesOf(atom.of);
    default:
      return atom satisfies never;
  }
}

/** The axis that a place is, null where it is not one alone. */
export function axisAlone({ constant, terms }: Place): Axis | null {
  const [term] = terms;
  return constant === 0 && terms.length === 1 && term!.coefficient === 1 && term!.of.kind === "axis"
    ? term!.of
    : null;
}

/** A place with others in the place of some axes. */
export function substitutedPlace(a: Place, by: ReadonlyMap<Axis, Place>): Place {
  if (!axesOf(a).some((x) => by.has(x))) return a;
  let result = fixed(a.constant);
  for (const { of, coefficient } of a.terms)
    result = plusPlace(result, substitutedAtom(of, by), coefficient);
  return result;
}

function substitutedAtom(atom: Atom, by: ReadonlyMap<Axis, Place>): Place {
  switch (atom.kind) {
    case "axis":
      return by.get(atom) ?? placeOf(atom);
    case "label":
    case "step":
      return placeOf(atom);
    case "lookup":
      return placeOf(lookup(atom.in, substitutedPlace(atom.at, by), atom.extent));
    case "quotient":
      return quotient(substitutedPlace(atom.of, by), atom.by);
    case "remainder":
      return remainder(substitutedPlace(atom.of, by), atom.by);
    default:
      return atom satisfies never;
  }
}

/** What `axis` must be for two places to be equal; null where that is not one place within its extent. */
export function solvedFor(wanted: Axis, left: Place, right: Place): Place | null {
  const difference = plusPlace(left, right, -1);
  const own = difference.terms.find(({ of }) => of === wanted);
  if (!own || Math.abs(own.coefficient) !== 1) return null;
  const rest = plusPlace(difference, placeOf(wanted), -own.coefficient);
  if (axesOf(rest).includes(wanted)) return null;
  const solution = timesPlace(rest, -own.coefficient);
  return isWithin(solution, wanted.extent) ? solution : null;
}
