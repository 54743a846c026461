/** @file Compares what flows back with derivatives by numbers: at the point itself, and next to a kink beside it. */

import { Random } from "../data/random.ts";
import { errors } from "../diagnostics/errors.ts";
import { sym } from "../expr/expr.ts";
import type { Expr, Sym } from "../expr/expr.ts";
import type { Arithmetic, Value } from "../expr/op.ts";
import { has, property, structureOf } from "../expr/properties.ts";
import type { Properties } from "../expr/properties.ts";
import { dependents, postorder, substitution } from "../expr/walk.ts";
import {
  centralDifference,
  complexStep,
  complexSteps,
  looseTolerance,
} from "../numeric/directional.ts";
import { evaluate, lackOf, OutOfDomain, valuesBelow } from "../numeric/evaluate.ts";
import type { Point } from "../numeric/evaluate.ts";
import { entriesIn, floats } from "../numeric/exact.ts";
import { perturbed, realArithmetic } from "../numeric/mathjs.ts";
import {
  digitsOfDifferences,
  inDecimals,
  nearestFloats,
  NotPrecise,
  pointInDecimals,
  preciseArithmetic,
  preciseDifferences,
} from "../numeric/precise.ts";
import { nudged } from "../numeric/rounding.ts";
import { tolerance } from "../numeric/verify.ts";
import { toUnicode } from "../print/index.ts";
import type { Flows } from "./backward.ts";
import { kinksAt, nextToKink } from "./kinks.ts";
import type { Values } from "./values.ts";

/** How a comparison came out. */
export interface Compared {
  readonly method: string;
  /** How many derivatives along directions were compared. */
  readonly count: number;
  readonly maxRelativeError: number;
  /** Parts below a kink on which the numbers sit: their formulas were compared at numbers next to these. */
  readonly nearby: readonly Expr[];
}

/** Up to that many entries each is looked at by itself. */
const mostAlone = 16;
/** How many directions stand for the entries of a larger part. */
const directionsOfLarge = 2;
/** How many points next to a kink are tried. */
const attempts = 24;

const m = realArithmetic;

/**
 * Compares what flows to some parts with derivatives of the objective by what is added to each of them.
 * @throws NablaError where they differ, or cannot be compared (`exit` 3).
 */
export function compareBackward(
  { objective, of }: Flows,
  parts: readonly Expr[],
  values: Values,
  set: (part: Expr) => Properties,
): Compared {
  const analytic = !postorder([objective]).some((e) => e.kind === "apply" && e.op.inexactComplex);
  const allowed = analytic ? tolerance : looseTolerance;
  const random = new Random(1);
  const { float } = values.points;
  const given: Given = { point: values.points.exact, m: values.m };
  const here = inFloats(() => new Around(objective, parts, float));
  // On a kink, and so near to one that rounding may take it to the other side, numbers say nothing.
  const kinks = [
    ...kinksAt([objective], given.point, given.m),
    ...(here ? kinksAt([objective], float, m, nextToKink) : []),
  ];
  const blurred = new Set(postorder(kinks.flatMap(({ node }) => node.args)));
  let [count, worst] = [0, 0];
  let [isPrecise, isLong] = [false, false];
  const left: Expr[] = [];
  /** Whether a part could be compared at a point; `around` is null where floats have no value there. */
  const compare = (part: Expr, around: Around | null, at: Given, flow: Value): boolean => {
    const along = around?.along(part, analytic) ?? (() => null);
    for (const direction of directionsFor(flow, set(part), random)) {
      const outcome = inFloats(() => along(direction));
      const [derived, terms] = inner(flow, direction);
      const difference = Math.abs((outcome ?? Number.NaN) - derived);
      const error = difference === 0 ? 0 : difference / Math.max(Math.abs(outcome ?? 0), terms);
      if (error <= allowed) {
        count++;
        worst = Math.max(worst, error);
        continue;
      }
      // Floats may have too few digits for the one or the other.
      const precise = isLong ? null : preciselyAlong({ objective, of }, part, direction, at);
      isLong ||= precise === null;
      const name = toUnicode(part);
      if (!precise) {
        if (outcome === null || !around) return false;
        const told = [`by ${name}: derived ${derived}, numeric ${outcome}`];
        const most = inFloats(() =>
          largest(postorder([objective, of.get(part)!]), around.point, m),
        );
        const isCancelled = difference <= allowed * 1e-5 * (most ?? 0);
        if (!isCancelled)
          throw isRounding(around, part, direction, analytic, difference)
            ? errors.tooFewDigits(name, told)
            : errors.notVerified(told);
        count++;
        continue;
      }
      if (!precise.isDecided)
        throw errors.tooFewDigits(name, ["even differences in 250 digits depend on their length"]);
      if (precise.error > preciseTolerance)
        throw errors.notVerified([
          `by ${name}, in 250 digits: derived ${precise.derived}, numeric ${precise.numeric}`,
        ]);
      const off = Math.abs(derived - precise.derived);
      const most = Math.max(Math.abs(precise.derived), precise.terms, precise.noise / allowed);
      if (at === given && off > allowed * most)
        throw errors.tooFewDigits(name, [
          `floats give ${derived} in the place of ${precise.derived}`,
        ]);
      count++;
      isPrecise = true;
      worst = Math.max(worst, precise.error);
    }
    return true;
  };
  for (const part of parts) {
    const flow = of.get(part);
    if (!flow || part === objective) continue;
    if (blurred.has(part) || !compare(part, here, given, floatValue(values, flow))) left.push(part);
  }
  // A tie such as [|x₁| = ‖x‖_∞] is no kink: it stands in formulas of what flows alone.
  const ofObjective = new Set(postorder([objective]));
  const ofFlows = new Set(postorder(left.map((part) => of.get(part)!)));
  const guarded = { has: (e: Expr) => ofObjective.has(e) || !ofFlows.has(e) };
  let open = [...left];
  const obstacles = new Set<string>();
  for (let attempt = 0; attempt < attempts && open.length > 0; attempt++) {
    const point = nextTo(float, set, random, attempt);
    try {
      const flows = evaluate(
        [objective, ...open.map((part) => of.get(part)!)],
        point,
        m,
        guarded,
      ).slice(1);
      const around = new Around(objective, open, point);
      open = open.filter((part, i) => !compare(part, around, { point, m }, flows[i]));
    } catch (error) {
      obstacles.add(`needs ${lackOf(error)}`);
    }
  }
  if (open.length > 0) throw errors.noPoint([...obstacles, `for ∂/∂${toUnicode(open[0]!)}`]);
  const method = analytic ? "complex-step derivatives" : "central differences";
  return {
    method: isPrecise ? `${method} and differences in 250 digits` : method,
    count,
    maxRelativeError: worst,
    nearby: left.filter((part) => blurred.has(part)),
  };
}

/** A flow's value in the oracle's floats. */
const floatValue = (values: Values, flow: Expr): Value => floats(values.of(flow));

/** A point in an arithmetic. */
interface Given {
  readonly point: Point;
  readonly m: Arithmetic;
}

/** What floats give; null where they have no value. */
function inFloats<T>(act: () => T): T | null {
  try {
    return act();
  } catch (error) {
    lackOf(error);
    return null;
  }
}

/** What in 250 digits still differs is another derivative. */
const preciseTolerance = 1e-12;
/** How much farther apart than two differences a derivative is another one. */
const blur = 100;
/** What rounding leaves of numbers that cancel, in differences and in values. */
const [ofDifferences, ofDigits] = [1e-150, 1e-240];

/** A derivative along a direction by its formula and by differences, both in long decimals; null where these have none. */
function preciselyAlong(
  { objective, of }: Flows,
  part: Expr,
  direction: Value,
  { point, m: own }: Given,
): {
  readonly derived: number;
  readonly numeric: number;
  readonly terms: number;
  readonly error: number;
  /** What rounding leaves where the derivative is 0. */
  readonly noise: number;
  /** Whether differences of two lengths lie so near to each other that they decide. */
  readonly isDecided: boolean;
} | null {
  const long = preciseArithmetic(digitsOfDifferences);
  try {
    const at = pointInDecimals(point, own, long);
    const [flow, value] = evaluate([of.get(part)!, part], at, long);
    const { stand, moving } = movedBy(objective, part);
    const along = inDecimals(long, entriesIn(m, direction));
    const around = { ...at, values: new Map([...at.values, [stand, value] as const]) };
    const [numeric, other] = preciseDifferences(moving, around, stand, along, long);
    const [derived, terms] = inner(floats(nearestFloats(long, flow)), direction);
    if (!Number.isFinite(derived) || !Number.isFinite(numeric)) return null;
    const difference = Math.abs(derived - numeric);
    const size = Math.max(Math.abs(numeric), terms);
    // What stays is the same on both sides of a difference, to the last digit.
    const moved = dependents(postorder([moving]), new Set([stand]));
    const noise =
      ofDifferences * largest([...moved], around, long) +
      ofDigits * largest(postorder([of.get(part)!]), at, long);
    const error = difference <= noise ? 0 : difference / size;
    const isDecided = error <= preciseTolerance || difference > blur * Math.abs(numeric - other);
    return { derived, numeric, terms, error, noise, isDecided };
  } catch (error) {
    if (error instanceof NotPrecise || error instanceof OutOfDomain) return null;
    throw error;
  }
}

/** Whether inputs that move by next to nothing move a derivative by numbers about as far. */
function isRounding(
  { objective, point }: Around,
  part: Expr,
  direction: Value,
  analytic: boolean,
  difference: number,
): boolean {
  const random = new Random(1);
  const at = (): number | null => {
    const near = { ...point, values: nudged(point.values, random) };
    return new Around(objective, [part], near).along(part, analytic)(direction);
  };
  try {
    const [first, ...others] = [at(), at(), at(), at()];
    const moved = others.map((x) => Math.abs((x ?? NaN) - (first ?? NaN)));
    return !(difference > 10 * Math.max(...moved));
  } catch {
    return true;
  }
}

/** An objective in which a name stands for a part. */
function movedBy(objective: Expr, part: Expr): { readonly stand: Sym; readonly moving: Expr } {
  const stand = part.kind === "sym" ? part : sym("\u0000part", part.shape, 0, part);
  const moving = part === stand ? objective : substitution([[part, stand]])(objective);
  return { stand, moving };
}

/** An objective around a point: what moves with a part is computed for each direction, all else once. */
class Around {
  readonly point: Point;
  readonly objective: Expr;
  private readonly values: ReadonlyMap<Expr, Value>;
  /** Values in complex numbers, of what has been asked for in these. */
  private readonly complex = new Map<Expr, Value>();

  constructor(objective: Expr, parts: readonly Expr[], point: Point) {
    this.objective = objective;
    this.point = point;
    this.values = valuesBelow([objective, ...parts], point, m, null);
  }

  /** The derivative by what is added to a part, by its direction; null where numbers do not give it. */
  along(part: Expr, analytic: boolean): (direction: Value) => number | null {
    const { stand, moving } = movedBy(this.objective, part);
    const order = postorder([moving]);
    const moved = dependents(order, new Set([stand]));
    // What an operation is written out in stands in no expression: it is computed anew.
    const still = new Map(
      order.flatMap((e) =>
        this.values.has(e) && !moved.has(e) ? [[e, this.values.get(e)] as const] : [],
      ),
    );
    const at: Point = {
      ...this.point,
      values: new Map([...this.point.values, [stand, this.values.get(part)]]),
    };
    const value = m.real(this.values.get(this.objective));
    // log det K may be a number where det K is none in floats.
    if (!Number.isFinite(value)) return () => null;
    return (direction) => {
      const along = new Map([[stand, direction]]);
      const known = new InComplex(still, this.complex);
      const step = complexSteps.first;
      const found = analytic ? complexStep(moving, at, along, value, step, known) : null;
      return found !== null && Number.isFinite(found)
        ? found
        : centralDifference(moving, at, along);
    };
  }
}

/** Values that are known as real ones, in complex numbers where they are asked for. */
class InComplex extends Map<Expr, Value> {
  private readonly real: ReadonlyMap<Expr, Value>;
  private readonly complex: Map<Expr, Value>;

  constructor(real: ReadonlyMap<Expr, Value>, complex: Map<Expr, Value>) {
    super();
    this.real = real;
    this.complex = complex;
  }

  override has(e: Expr): boolean {
    return super.has(e) || this.real.has(e);
  }

  override get(e: Expr): Value {
    if (!this.real.has(e)) return super.get(e);
    let value = this.complex.get(e);
    if (value === undefined) {
      const real = this.real.get(e);
      this.complex.set(e, (value = perturbed(real, real, 0)));
    }
    return value;
  }
}

/** Each entry by itself, or some random directions in the set that the part varies in. */
function directionsFor(flow: Value, set: Properties, random: Random): Value[] {
  const [rows, columns] = [m.rows(flow), m.columns(flow)];
  const structure = rows > 1 && rows === columns ? structureOf(set) : null;
  if (rows * columns <= mostAlone && structure === null)
    return Array.from({ length: rows * columns }, (_, k) =>
      m.matrix(rows, columns, (i, j) => (i * columns + j === k ? 1 : 0)),
    );
  return Array.from({ length: directionsOfLarge }, () => {
    const d = m.matrix(rows, columns, () => random.normal());
    return within(d, structure);
  });
}

function within(d: Value, structure: ReturnType<typeof structureOf>): Value {
  const at = (i: number, j: number): number => m.real(m.entry(d, i, j));
  const sign = structure === "skew" ? -1 : 1;
  if (structure === null) return d;
  return m.matrix(m.rows(d), m.columns(d), (i, j) =>
    structure === "diagonal" ? (i === j ? at(i, j) : 0) : (at(i, j) + sign * at(j, i)) / 2,
  );
}

/** ⟨a, b⟩, and the same of absolute values. */
function inner(a: Value, b: Value): [number, number] {
  let [sum, size] = [0, 0];
  for (let i = 0; i < m.rows(a); i++)
    for (let j = 0; j < m.columns(a); j++) {
      const term = m.real(m.entry(a, i, j)) * m.real(m.entry(b, i, j));
      sum += term;
      size += Math.abs(term);
    }
  return [sum, size];
}

/** The largest entry of what some expressions are made of. */
function largest(parts: readonly Expr[], point: Point, m: Arithmetic): number {
  const nodes = parts.filter((e) => e.free.every((index) => point.values.has(index)));
  const entries = evaluate(nodes, point, m).flatMap((value) =>
    Array.from({ length: m.rows(value) * m.columns(value) }, (_, k) =>
      Math.abs(m.real(m.entry(value, Math.floor(k / m.columns(value)), k % m.columns(value)))),
    ),
  );
  return entries.reduce((most, x) => Math.max(most, x), 0);
}

/** Numbers next to those of a point, in the sets that names are declared to be in; whole numbers stay. */
function nextTo(
  { values, size }: Point,
  set: (part: Expr) => Properties,
  random: Random,
  attempt: number,
): Point {
  const step = 0.02 * (1 + attempt);
  const moved = ([s, value]: readonly [Sym, Value]): readonly [Sym, Value] => {
    const claimed = set(s);
    const stays = property.integer | property.onehot | property.orthogonal | property.signs;
    if (s.role === "index" || (claimed & stays) !== 0) return [s, value];
    const d = m.matrix(m.rows(value), m.columns(value), () => random.normal());
    const change = within(d, m.rows(value) > 1 ? structureOf(claimed) : null);
    const isSigned = has(claimed, property.nonnegative);
    return [
      s,
      m.matrix(m.rows(value), m.columns(value), (i, j) => {
        const x = m.real(m.entry(value, i, j));
        const next = x + step * Math.max(0.5, Math.abs(x)) * m.real(m.entry(change, i, j));
        return isSigned ? Math.abs(next) : next;
      }),
    ];
  };
  return { size, values: new Map([...values].map(moved)) };
}
