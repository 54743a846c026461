/** @file What is known of a matrix of numbers: decided exactly, by elimination among rationals. */

import type { Properties } from "../expr/properties.ts";
import { property } from "../expr/properties.ts";
import { isEqual, isNegative, negated, over, plus, times } from "../expr/rational.ts";
import type { Rational } from "../expr/rational.ts";

type Rows = readonly (readonly Rational[])[];

/** Of a larger matrix only the signs are looked at. */
const largest = 24;

const isZero = (a: Rational): boolean => a.numerator === 0n;

/** The properties that follow from the numbers of a matrix, a vector or a scalar. */
export function propertiesOfNumbers(rows: Rows): Properties {
  const all = rows.flat();
  const signs = all.some(isNegative) ? 0 : property.nonnegative;
  const strict = signs && !all.some(isZero) ? property.positive : 0;
  if (rows.length !== rows[0]!.length || rows.length > largest) return signs | strict;
  return signs | strict | propertiesOfSquare(rows);
}

function propertiesOfSquare(rows: Rows): Properties {
  const everywhere = (holds: (i: number, j: number) => boolean): boolean =>
    rows.every((row, i) => row.every((_, j) => holds(i, j)));
  const isSymmetric = everywhere((i, j) => isEqual(rows[i]![j]!, rows[j]![i]!));
  const isDiagonal = everywhere((i, j) => i === j || isZero(rows[i]![j]!));
  const found = isInvertible(rows) ? property.invertible : 0;
  if (!isSymmetric) return found;
  const definite = isSemidefinite(rows) ? property.psd : 0;
  return found | definite | property.symmetric | (isDiagonal ? property.diagonal : 0);
}

/** What stays of a matrix without its first row and column, after the first is taken from the other rows. */
const eliminated = ([first, ...rest]: Rows): Rows =>
  rest.map((row) => {
    const factor = negated(over(row[0]!, first![0]!));
    return row.slice(1).map((entry, j) => plus(entry, times(factor, first![j + 1]!)));
  });

function isInvertible(rows: Rows): boolean {
  if (rows.length === 0) return true;
  const pivot = rows.findIndex(([first]) => !isZero(first!));
  if (pivot < 0) return false;
  return isInvertible(eliminated([rows[pivot]!, ...rows.filter((_, i) => i !== pivot)]));
}

/** Of a symmetric matrix: no pivot is negative, and beside a pivot of 0 stand zeros. */
function isSemidefinite(rows: Rows): boolean {
  if (rows.length === 0) return true;
  const [first] = rows;
  if (isNegative(first![0]!)) return false;
  if (!isZero(first![0]!)) return isSemidefinite(eliminated(rows));
  return first!.every(isZero) && isSemidefinite(rows.slice(1).map((row) => row.slice(1)));
}
