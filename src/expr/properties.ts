/** @file The lattice of matrix properties: what is declared, what follows from it. */

/** A set of properties, one bit each. */
export type Properties = number;

/** Every property by the name a declaration uses, in the order of `language.md`. */
export const property = {
  symmetric: 1 << 0,
  skew: 1 << 1,
  posdef: 1 << 2,
  psd: 1 << 3,
  diagonal: 1 << 4,
  orthogonal: 1 << 5,
  invertible: 1 << 6,
  /** Every entry is greater than 0. */
  positive: 1 << 7,
  /** Every entry is at least 0. */
  nonnegative: 1 << 8,
  integer: 1 << 9,
  /** Every entry is 1 or −1. */
  signs: 1 << 10,
  /** A vector with a single 1; of a matrix, every row is one. */
  onehot: 1 << 11,
  /** A vector whose entries add to 1; of a matrix, every row does. */
  sumsToOne: 1 << 12,
} as const;

export type PropertyName = Exclude<keyof typeof property, "sumsToOne">;

export const has = (set: Properties, wanted: Properties): boolean => (set & wanted) === wanted;

const {
  symmetric,
  skew,
  posdef,
  psd,
  diagonal,
  invertible,
  orthogonal,
  positive,
  nonnegative,
  integer,
  signs,
  onehot,
  sumsToOne,
} = property;

/** `[if, then]`: read from top to bottom once. */
const consequences: readonly (readonly [Properties, Properties])[] = [
  [onehot, nonnegative | integer | sumsToOne],
  [signs, integer],
  [posdef, psd | invertible],
  [psd, symmetric],
  [psd | invertible, posdef],
  [diagonal, symmetric],
  [orthogonal, invertible],
  [positive, nonnegative],
];

/** For a scalar, and only there: positive is posdef, nonnegative is psd. */
const scalarConsequences: readonly (readonly [Properties, Properties])[] = [
  [posdef, positive],
  [psd, nonnegative],
  [positive, posdef],
  [nonnegative, psd],
  [signs, invertible | orthogonal],
];

/** The set with all that follows from it. */
export function closed(set: Properties, isScalar: boolean): Properties {
  let all = isScalar ? set | symmetric | diagonal : set;
  // Beside the diagonal stand zeros: a positive diagonal matrix is one with a positive diagonal.
  if (!isScalar && has(all, diagonal | positive)) all = (all & ~positive) | posdef | nonnegative;
  if (isScalar) {
    all &= ~skew;
    for (const [given, follows] of scalarConsequences) if (has(all, given)) all |= follows;
  }
  for (const [given, follows] of consequences) if (has(all, given)) all |= follows;
  if (isScalar)
    for (const [given, follows] of scalarConsequences) if (has(all, given)) all |= follows;
  return all;
}

/** The properties that make a set in which a gradient is taken; the others do not restrict. */
export const restricting: Properties = symmetric | skew | posdef | psd | diagonal;

/** The set of matrices, other than all, in which a name of these properties is varied. */
export function structureOf(set: Properties): "diagonal" | "symmetric" | "skew" | null {
  return (
    (["diagonal", "symmetric", "skew"] as const).find((name) => has(set, property[name])) ?? null
  );
}

/** What still holds of a name that is varied freely, or within its restricting set. */
export const whileVaried = (set: Properties): Properties =>
  set & (restricting | invertible | positive | nonnegative);
