/** @file The independent check: the derivative against directional derivatives of the input. */

import { Random } from "../data/random.ts";
import { dimension } from "../expr/dimension.ts";
import type { Dimension } from "../expr/dimension.ts";
import { unit } from "../expr/expr.ts";
import type { Expr, Sym } from "../expr/expr.ts";
import type { Value } from "../expr/op.ts";
import { structureOf } from "../expr/properties.ts";
import { dependents, postorder } from "../expr/walk.ts";
import type { Point } from "./evaluate.ts";
import {
  centralDifference,
  complexStep,
  complexSteps,
  farOut,
  looseTolerance,
  stepError,
} from "./directional.ts";
import { largestIndex } from "./equations.ts";
import { evaluate, lackOf } from "./evaluate.ts";
import { realArithmetic } from "./mathjs.ts";
import { largestPart, nudged } from "./rounding.ts";
import type { Sizes } from "./sample.ts";
import { draw, drawSizes, mannerCount } from "./sample.ts";

/** A gradient that is claimed for a variable. */
export interface Claim {
  /** The name as it stands in the objective: varied within its restricting set. */
  readonly variable: Sym;
  /** The name as it stands in the gradient, with its definition and all it is known to be. */
  readonly at: Sym;
  readonly gradient: Expr;
  /**
   * Where the change of the objective itself is claimed, as `gradient`: the change of the variable, as an
   * expression of names that are drawn.
   */
  readonly along?: Expr;
}

/** How a claim did. */
export interface Verification {
  readonly ok: boolean;
  readonly method: string;
  /** At how many points it was compared. */
  readonly draws: number;
  readonly maxRelativeError: number;
  /** The largest relative error that passes. */
  readonly tolerance: number;
  /** What is to be told: sizes that were drawn smaller. */
  readonly notes: readonly string[];
  /** Where it failed, for a report. */
  readonly failures: readonly string[];
  /** Why no point was found; empty where one was. */
  readonly obstacles: readonly string[];
}

/** The largest error, relative to the size of the terms, that passes. */
export const tolerance = 1e-8;
/** How many assignments of sizes a result is checked in, and at how many points in each. */
const rounds = 2;
const drawsPerRound = 2;
/** The largest value that is drawn or computed, in entries. */
const mostEntries = 100_000;
/** How many assignments are tried, and how many points in each, first quickly and then with patience. */
const patience = [
  { assignments: 8, attempts: 8 },
  { assignments: 36, attempts: 60 },
] as const;

/**
 * Compares ⟨gradient, D⟩ with the derivative of `objective` along random D by the complex step, at
 * points drawn from the declared properties in two assignments of pairwise different sizes, inside
 * every domain and away from kinks. Above `separately` variables all are moved at once.
 */
export function verify(
  objective: Expr,
  claims: readonly Claim[],
  seed: number,
  original: Expr = objective,
): Verification {
  const shrinks = !postorder([objective, original, ...claims.map((c) => c.gradient)]).some(
    (e) => e.kind === "apply" && e.op.multipliesSizes,
  );
  const shrunken = check(objective, original, claims, seed, shrinks);
  if (shrunken.result.ok || shrunken.sizes.every((s) => s.shrunk.length === 0))
    return shrunken.result;
  return check(objective, original, claims, seed, false).result;
}

const separately = 8;

function check(
  objective: Expr,
  original: Expr,
  claims: readonly Claim[],
  seed: number,
  shrinks: boolean,
): { result: Verification; sizes: readonly Sizes[] } {
  const variables = new Set(claims.map((c) => c.variable));
  const nodes = postorder([
    objective,
    original,
    ...claims.flatMap((c) => [c.gradient, c.variable, c.at, ...(c.along ? [c.along] : [])]),
  ]);
  const copies = new Set<Expr>(claims.filter((c) => c.at !== c.variable).map((c) => c.variable));
  const leaves = nodes.filter(
    (e): e is Sym =>
      e.kind === "sym" && e.role === "value" && e.definition === null && !copies.has(e),
  );
  const labels = [
    ...new Set(
      [objective, original, ...claims.flatMap((c) => [c.gradient, c.along ?? c.gradient])].flatMap(
        (e) => e.free,
      ),
    ),
  ];
  const moving = dependents(postorder([objective]), variables);
  const met = new Set<Dimension>();
  for (const { shape } of nodes) met.add(shape[0]).add(shape[1]);
  for (const e of nodes) if (e.kind === "sym") for (const d of dimensionOf(e)) met.add(d);
  const dimensions = [...met];
  const least = largestIndex(nodes);
  const analytic = !nodes.some((e) => e.kind === "apply" && e.op.inexactComplex);
  const allowed = analytic ? tolerance : looseTolerance;
  const random = new Random(seed);
  let worst = 0;
  let draws = 0;
  const failures: string[] = [];
  const obstacles = new Set<string>();
  const allSizes: Sizes[] = [];
  let succeeded = 0;
  for (const { assignments, attempts } of patience) {
    const tried = new Set<string>();
    for (let round = 0; round < assignments && succeeded < rounds; round++) {
      const sizes = drawSizes(dimensions, round, shrinks, least);
      const key = dimensions.map((d) => sizes.size(d)).join();
      if (tried.has(key) && dimensions.some((d) => d.names.length > 0)) continue;
      tried.add(key);
      allSizes.push(sizes);
      if (nodes.some((e) => sizes.size(e.shape[0]) * sizes.size(e.shape[1]) > mostEntries)) {
        obstacles.add(`a value has more than ${mostEntries} entries`);
        continue;
      }
      let found = 0;
      for (let attempt = 0; attempt < attempts && found < drawsPerRound; attempt++) {
        const manner = attempt < mannerCount ? attempt : mannerCount;
        const values = new Map<Sym, Value>(
          leaves.map((s) => [s, draw(s, sizes, random, realArithmetic, manner)]),
        );
        for (const label of labels)
          values.set(label, realArithmetic.number(random.whole(1, sizes.size(label.range!))));
        const setting = {
          original,
          moving,
          analytic,
          directions: claims.map(({ variable, along }) =>
            along ? null : direction(variable, sizes, random),
          ),
        };
        const compare = (at: ReadonlyMap<Sym, Value>, step: number): Compared[] | string =>
          compareAt(objective, claims, { values: at, size: sizes.size }, { ...setting, step });
        let outcome = compare(values, complexSteps.first);
        if (typeof outcome !== "string" && outcome.some(({ error }) => !(error <= allowed)))
          outcome =
            !analytic && outcome.some(({ largest }) => largest() > farOut)
              ? "the values are too large for differences"
              : settled(outcome, () => compare(nudged(values, random), complexSteps.second));
        if (typeof outcome === "string") {
          obstacles.add(outcome);
          continue;
        }
        found++;
        draws++;
        for (const { variable, derived, numeric, error } of outcome) {
          worst = Math.max(worst, error);
          if (!(error <= allowed))
            failures.push(
              `by ${variable}, at sizes ${describeSizes(dimensions, sizes)}: derived ${derived}, numeric ${numeric}`,
            );
        }
      }
      if (found > 0) succeeded++;
      if (failures.length > 0) break;
    }
    if (succeeded >= rounds || failures.length > 0) break;
  }
  return { result: verdict(failures.length === 0 && succeeded >= rounds), sizes: allSizes };

  function verdict(ok: boolean): Verification {
    const shrunk = allSizes[0]?.shrunk ?? [];
    return {
      ok,
      method: analytic
        ? "complex-step derivatives of the input"
        : "central differences of the input",
      draws,
      maxRelativeError: worst,
      tolerance: allowed,
      notes: shrunk.length > 0 ? [`checked with smaller sizes for ${shrunk.join(", ")}`] : [],
      failures,
      obstacles: draws === 0 || !ok ? [...obstacles] : [],
    };
  }
}

/** The dimensions that a symbol speaks of besides its shape. */
function dimensionOf(e: Sym): Dimension[] {
  if (e.role === "index") return [e.range!];
  return e.role === "dimension" ? [dimension(e.name)] : [];
}

const describeSizes = (dimensions: readonly Dimension[], sizes: Sizes): string =>
  dimensions
    .filter((d) => d.names.length === 1)
    .map((d) => `${d.key}=${sizes.size(d)}`)
    .join(", ");

/** How often inputs are moved to see whether a point is blurred: rounding may be the same by chance. */
const nudges = 4;

/** A disagreement stands, unless moving the inputs by next to nothing moves the results about as far. */
function settled(outcome: Compared[], again: () => Compared[] | string): Compared[] | string {
  for (let nudge = 0; nudge < nudges; nudge++) {
    const moved = again();
    // Next to it lies a point that will not do.
    if (typeof moved === "string") return moved;
    const isBlurred = outcome.some((one, i) => {
      const other = moved[i]!;
      const far = Math.abs(one.derived - other.derived) + Math.abs(one.numeric - other.numeric);
      return far > 0.1 * Math.abs(one.derived - one.numeric);
    });
    if (isBlurred) return "the point magnifies rounding too much";
  }
  return outcome;
}

interface Compared {
  readonly variable: string;
  readonly derived: number;
  readonly numeric: number;
  readonly error: number;
  /** The largest entry of what the variables have an influence on, and of what the claim is made of. */
  readonly largest: () => number;
}

/** What a comparison at a point needs to know besides. */
interface Setting {
  /** The objective as it was typed. */
  readonly original: Expr;
  /** The nodes on which the variables have an influence: kinks matter there only. */
  readonly moving: ReadonlySet<Expr>;
  readonly analytic: boolean;
  /** The length of the complex step. */
  readonly step: number;
  /** The direction in which each variable is moved; null where the claim says it. */
  readonly directions: readonly Value[];
}

/** The comparison at one point, or why the point will not do. */
function compareAt(
  objective: Expr,
  claims: readonly Claim[],
  drawn: Point,
  { original, moving, analytic, step, directions }: Setting,
): Compared[] | string {
  let gradients: Value[];
  let moves: Value[];
  let terms: number[];
  let objectiveValue: number;
  let point = drawn;
  try {
    // A name that is varied starts from what it is: its draw, or the value of its definition.
    const starts = evaluate(
      claims.map((c) => c.at),
      drawn,
      realArithmetic,
      moving,
    );
    const values = new Map(drawn.values);
    for (const [i, { variable }] of claims.entries()) values.set(variable, starts[i]);
    point = { ...drawn, values };
    const [value, typed, ...rest] = evaluate(
      [objective, original, ...claims.map((c) => c.gradient), ...summands(objective)],
      point,
      realArithmetic,
      moving,
    );
    const [a, b] = [realArithmetic.real(value), realArithmetic.real(typed)];
    if (!Number.isFinite(a)) return "the objective is not finite";
    objectiveValue = a;
    if (Math.abs(a - b) > 1e-9 * Math.max(Math.abs(a), Math.abs(b)))
      throw new Error("internal: the objective changed its value when a name was set free");
    moves = evaluate(
      claims.map((c) => c.along ?? unit),
      point,
      realArithmetic,
    );
    gradients = rest.slice(0, claims.length);
    terms = rest.slice(claims.length).map((t) => realArithmetic.real(t));
  } catch (error) {
    return `needs ${lackOf(error)}`;
  }
  const groups =
    claims.length <= separately ? claims.map((_, i) => [i]) : [claims.map((_, i) => i)];
  const compared: Compared[] = [];
  for (const group of groups) {
    let derived = 0;
    let size = 0;
    for (const i of group) {
      const g = gradients[i]!;
      if (claims[i]!.along) {
        derived += entryAt(g, 0, 0);
        size += Math.abs(entryAt(g, 0, 0));
        continue;
      }
      const d = directions[i]!;
      for (let r = 0; r < realArithmetic.rows(d); r++)
        for (let c = 0; c < realArithmetic.columns(d); c++) {
          const product = entryAt(g, r, c) * entryAt(d, r, c);
          derived += product;
          size += Math.abs(product);
        }
    }
    const moved = new Map(group.map((i) => [claims[i]!.variable, directions[i] ?? moves[i]!]));
    const numeric = analytic
      ? complexStep(objective, point, moved, objectiveValue, step)
      : centralDifference(objective, point, moved);
    if (numeric === null)
      return analytic
        ? "its complex value is another"
        : "the points around it lie outside a domain, or too far apart";
    if (!Number.isFinite(numeric) || !Number.isFinite(derived))
      return "the derivative is not finite";
    // Terms that cancel leave rounding behind, in proportion to their size.
    const noise = 1e-7 * terms.reduce((sum, t) => sum + Math.abs(t), 0);
    const scale = Math.max(Math.abs(numeric), Math.abs(derived), size, noise);
    // Nothing against nothing shows nothing, unless the gradient is 0 by form.
    const isNothing =
      derived === 0 && (numeric === 0 || (analytic && Math.abs(numeric) < stepError));
    if (isNothing && group.some((i) => !isZeroForm(claims[i]!.gradient)))
      return "the derivative is 0 where it was looked at";
    const claimed = group.map((i) => claims[i]!.gradient);
    const largest = (): number => {
      const parts = new Set([...moving, ...postorder(claimed)]);
      return largestPart([objective, ...claimed], parts, point, moving);
    };
    const difference = isNothing ? 0 : Math.abs(derived - numeric);
    compared.push({
      variable: group.map((i) => claims[i]!.variable.name).join(", "),
      derived,
      numeric,
      error: errorOf(difference, scale, largest),
      largest,
    });
  }
  return compared;
}

/** The error in relation to the terms; where those cancel, to the parts they are made of. */
function errorOf(difference: number, scale: number, largest: () => number): number {
  const error = difference === 0 ? 0 : difference / scale;
  return error <= tolerance ? error : difference / Math.max(scale, 1e-5 * largest());
}

const entryAt = (x: Value, i: number, j: number): number =>
  realArithmetic.real(realArithmetic.entry(x, i, j));

const summands = (e: Expr): readonly Expr[] =>
  e.kind === "apply" && e.op.opName === "add" ? e.args : [e];

const isZeroForm = (e: Expr): boolean =>
  (e.kind === "num" && e.value.numerator === 0n) || (e.kind === "apply" && e.op.opName === "zeros");

/** A random direction within the set that the variable was declared to be in. */
function direction(variable: Sym, sizes: Sizes, random: Random): Value {
  const [rows, columns] = [sizes.size(variable.shape[0]), sizes.size(variable.shape[1])];
  const d = Array.from({ length: rows }, () =>
    Array.from({ length: columns }, () => random.normal()),
  );
  const structure = rows > 1 && rows === columns ? structureOf(variable.properties) : null;
  const entry = (i: number, j: number): number => {
    if (structure === "diagonal") return i === j ? d[i]![j]! : 0;
    if (structure === "symmetric") return (d[i]![j]! + d[j]![i]!) / 2;
    if (structure === "skew") return (d[i]![j]! - d[j]![i]!) / 2;
    return d[i]![j]!;
  };
  return realArithmetic.matrix(rows, columns, entry);
}
