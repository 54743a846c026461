/** @file Eigenvalues and eigenvectors of small symmetric matrices, by Jacobi's rotations. */

/** `x = Q diag(values) Qᵀ`; the columns of `vectors` are those of Q. */
export interface Eigen {
  readonly values: readonly number[];
  readonly vectors: readonly (readonly number[])[];
}

/** Rounds over all pairs that are tried; a handful is enough. */
const mostSweeps = 60;

/** The decomposition of a symmetric matrix (Golub & Van Loan, 8.5.2). */
export function eigenOf(x: readonly (readonly number[])[]): Eigen {
  const n = x.length;
  const a = x.map((row) => [...row]);
  const q = x.map((row, i) => row.map((_, j) => (i === j ? 1 : 0)));
  for (let sweep = 0; sweep < mostSweeps && !isDiagonal(a); sweep++)
    for (let i = 0; i < n; i++) for (let j = i + 1; j < n; j++) rotate(a, q, i, j);
  return { values: a.map((row, i) => row[i]!), vectors: q };
}

function isDiagonal(a: readonly (readonly number[])[]): boolean {
  let [on, off] = [0, 0];
  for (const [i, row] of a.entries())
    for (const [j, x] of row.entries())
      if (i === j) on += x * x;
      else off += x * x;
  return off <= 1e-34 * on;
}

/** Turns the plane of the axes i and j so that the entry between them is 0. */
function rotate(a: number[][], q: number[][], i: number, j: number): void {
  const between = a[i]![j]!;
  if (between === 0) return;
  const slope = (a[j]![j]! - a[i]![i]!) / (2 * between);
  const t = (slope < 0 ? -1 : 1) / (Math.abs(slope) + Math.sqrt(slope * slope + 1));
  const c = 1 / Math.sqrt(t * t + 1);
  const s = t * c;
  const turn = (x: number[], y: number[]): void => {
    for (let k = 0; k < x.length; k++)
      [x[k], y[k]] = [c * x[k]! - s * y[k]!, s * x[k]! + c * y[k]!];
  };
  turn(a[i]!, a[j]!);
  for (const row of [...a, ...q])
    [row[i], row[j]] = [c * row[i]! - s * row[j]!, s * row[i]! + c * row[j]!];
  // By symmetry; rounding would let it grow.
  a[i]![j] = 0;
  a[j]![i] = 0;
}
