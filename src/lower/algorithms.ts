/** @file Algorithms on square matrices as loop code: factors, solutions, eigenvalues, exponentials. */

import type { Layout } from "./addresses.ts";
import type { Coder } from "./coder.ts";
import { choose, int, numberOf, op, realOf, whole } from "./coder.ts";
import type { Algorithm } from "./kernel.ts";
import { writeCholesky, writeCholeskySolution } from "./cholesky.ts";
import type { Matrix, Team } from "./cholesky.ts";
import type { Address, Local, Target, Value } from "./loops.ts";
import type { AlgorithmName, Tensor } from "./tensor.ts";

/** How many matrices of the size of its argument an algorithm needs besides. */
export const scratchOf: Readonly<Record<AlgorithmName, number>> = {
  cholesky: 0,
  solveCholesky: 0,
  lu: 0,
  solveLu: 0,
  solveLuTransposed: 0,
  eigen: 1,
  expm: 3,
  matrixPower: 2,
};

const zero = numberOf(0);
const one = numberOf(1);
const next = (i: Value): Value => whole("+", i, int(1));
/** n − 1 − i: from the last on. */
const fromEnd = (n: number, i: Value): Value => whole("-", int(n - 1), i);

/** What an algorithm is written for. */
export interface Workshop {
  /** Where the memory begins that it needs besides. */
  readonly scratch: number;
  readonly target: Target;
  readonly team: Team;
}

/** Writes an algorithm. */
export function writeAlgorithm(
  coder: Coder,
  { name, of, to }: Algorithm,
  layout: Layout,
  { scratch, target, team }: Workshop,
): void {
  const others = to.axes.slice(0, -2);
  const places: Local[] = [];
  const open = (at: number): void => {
    const x = others[at];
    if (x) {
      coder.loop(int(0), int(x.extent), 1, (local) => {
        places.push(local);
        open(at + 1);
        places.pop();
      });
      return;
    }
    const matrices = [...of, to].map((t) => matrixOf(coder, t, layout, places));
    const n = of[0]!.axes.at(-1)!.extent;
    const columns = to.axes.at(-1)!.extent;
    const spare = Array.from({ length: scratchOf[name] }, (_, k) =>
      squareAt(scratch + k * n * n, n),
    );
    const strides = [...of, to].map((t) => layout.storageOf(t).strides.at(-2)!);
    writers[name](coder, { matrices, strides, n, columns, scratch: spare, target, team });
  };
  open(0);
}

/** A tensor's last two axes at some places along the others. */
function matrixOf(coder: Coder, tensor: Tensor, layout: Layout, places: readonly Value[]): Matrix {
  const { offset, strides } = layout.storageOf(tensor);
  const outer = strides.slice(0, -2);
  const [down, across] = strides.slice(-2) as [number, number];
  const start = outer.reduce<Value>(
    (sum, stride, k) => whole("+", sum, whole("*", places[k]!, int(stride))),
    int(0),
  );
  const base = start.kind === "int" ? null : coder.pointer(start);
  return (i, j) => addressed(base, offset, [i, down], [j, across]);
}

const squareAt =
  (offset: number, n: number): Matrix =>
  (i, j) =>
    addressed(null, offset, [i, n], [j, 1]);

function addressed(
  base: Value | null,
  offset: number,
  ...terms: readonly (readonly [at: Value, stride: number])[]
): Address {
  let constant = offset;
  let index: Value = int(0);
  for (const [at, stride] of terms)
    if (at.kind === "int") constant += at.value * stride;
    else index = whole("+", index, whole("*", at, int(stride)));
  return { base, index: index.kind === "int" ? null : index, offset: constant };
}

interface Task {
  /** Those that are given, then the one that is made. */
  readonly matrices: readonly Matrix[];
  /** From a row of each to the next. */
  readonly strides: readonly number[];
  readonly n: number;
  /** How many columns the one that is made has. */
  readonly columns: number;
  readonly scratch: readonly Matrix[];
  readonly target: Target;
  readonly team: Team;
}

const at = (coder: Coder, address: Address): Value => coder.load("real", address);

/** `start − Σ aₖbₖ` for k between two bounds. */
function minusProducts(
  coder: Coder,
  start: Value,
  from: Value,
  to: Value,
  a: (k: Value) => Address,
  b: (k: Value) => Address,
): Local {
  const sum = coder.local("real");
  coder.set(sum, start);
  coder.loop(from, to, 1, (k) =>
    coder.set(sum, op("minus", sum, op("times", at(coder, a(k)), at(coder, b(k))))),
  );
  return sum;
}

const each = (coder: Coder, n: number, body: (i: Local) => void): void =>
  coder.loop(int(0), int(n), 1, body);

/** Rows from the first on: `x_i = (b_i − Σ_{k<i} f_{ik}x_k)/f_{ii}`, by 1 with `isUnit`. */
function forward(
  coder: Coder,
  { n, columns }: Task,
  parts: {
    readonly right: Matrix;
    readonly to: Matrix;
    readonly factor: (i: Value, k: Value) => Address;
    readonly isUnit: boolean;
  },
): void {
  const { right, to, factor, isUnit } = parts;
  each(coder, n, (i) =>
    each(coder, columns, (c) => {
      const s = minusProducts(
        coder,
        at(coder, right(i, c)),
        int(0),
        i,
        (k) => factor(i, k),
        (k) => to(k, c),
      );
      coder.store(to(i, c), isUnit ? s : op("over", s, at(coder, factor(i, i))));
    }),
  );
}

/** Rows from the last on, in place: `x_i = (x_i − Σ_{k>i} f_{ik}x_k)/f_{ii}`. */
function backward(
  coder: Coder,
  { n, columns }: Task,
  to: Matrix,
  factor: (i: Value, k: Value) => Address,
  isUnit: boolean,
): void {
  each(coder, n, (up) => {
    const i = coder.let(fromEnd(n, up));
    each(coder, columns, (c) => {
      const s = minusProducts(
        coder,
        at(coder, to(i, c)),
        next(i),
        int(n),
        (k) => factor(i, k),
        (k) => to(k, c),
      );
      coder.store(to(i, c), isUnit ? s : op("over", s, at(coder, factor(i, i))));
    });
  });
}

/** By elimination with the largest pivots. */
function lu(coder: Coder, { matrices: [a, packed], n }: Task): void {
  const order = (i: Value): Address => packed!(int(n), i);
  const sign = packed!(int(n + 1), int(0));
  each(coder, n, (i) => {
    each(coder, n, (j) => coder.store(packed!(i, j), at(coder, a!(i, j))));
    coder.store(order(i), realOf(i));
  });
  coder.store(sign, one);
  each(coder, n, (k) => {
    const best = coder.local("int");
    const largest = coder.local("real");
    coder.set(best, k);
    coder.set(largest, op("abs", at(coder, packed!(k, k))));
    coder.loop(next(k), int(n), 1, (i) => {
      const size = coder.let(op("abs", at(coder, packed!(i, k))));
      coder.when(">", size, largest, () => {
        coder.set(largest, size);
        coder.set(best, i);
      });
    });
    const exchange = (x: Address, y: Address): void => {
      const kept = coder.let(at(coder, x));
      coder.store(x, at(coder, y));
      coder.store(y, kept);
    };
    coder.when("!=", best, k, () => {
      each(coder, n, (j) => exchange(packed!(k, j), packed!(best, j)));
      exchange(order(k), order(best));
      coder.store(sign, op("negative", at(coder, sign)));
    });
    const pivot = coder.let(at(coder, packed!(k, k)));
    coder.when("!=", pivot, zero, () =>
      coder.loop(next(k), int(n), 1, (i) => {
        const factor = coder.let(op("over", at(coder, packed!(i, k)), pivot));
        coder.store(packed!(i, k), factor);
        coder.loop(next(k), int(n), 1, (j) => {
          const product = op("times", factor, at(coder, packed!(k, j)));
          coder.store(packed!(i, j), op("minus", at(coder, packed!(i, j)), product));
        });
      }),
    );
  });
}

/** The row that stands in row `i` after the exchanges. */
const exchanged = (coder: Coder, packed: Matrix, n: number, i: Value): Value =>
  coder.let({ kind: "intOf", of: at(coder, packed(int(n), i)) });

function solveLu(coder: Coder, task: Task): void {
  const [packed, b, x] = task.matrices as [Matrix, Matrix, Matrix];
  const right: Matrix = (i, c) => b(exchanged(coder, packed, task.n, i), c);
  forward(coder, task, { right, to: x, factor: packed, isUnit: true });
  backward(coder, task, x, packed, false);
}

/** UᵀLᵀPX = B, the rows of PX kept where P has them. */
function solveLuTransposed(coder: Coder, task: Task): void {
  const [packed, b, x] = task.matrices as [Matrix, Matrix, Matrix];
  const to: Matrix = (i, c) => x(exchanged(coder, packed, task.n, i), c);
  const factor: Matrix = (i, k) => packed(k, i);
  forward(coder, task, { right: b, to, factor, isUnit: false });
  backward(coder, task, to, factor, true);
}

/** How often each pair of rows is turned at most. */
const mostSweeps = 40;

/** Jacobi's rotations, pair by pair, until nothing is left beside the diagonal. */
function eigen(coder: Coder, { matrices: [given, made], n, scratch: [a] }: Task): void {
  each(coder, n, (i) =>
    each(coder, n, (j) => {
      coder.store(a!(i, j), at(coder, given!(i, j)));
      coder.store(made!(i, j), choose("==", realOf(i), realOf(j), one, zero));
    }),
  );
  const left = coder.local("real");
  const sweeps = coder.local("real");
  coder.set(left, one);
  coder.set(sweeps, zero);
  coder.while(">", left, zero, () => {
    coder.set(left, zero);
    each(coder, n, (p) =>
      coder.loop(next(p), int(n), 1, (q) => {
        const [app, aqq, apq] = [a!(p, p), a!(q, q), a!(p, q)].map((x) => coder.let(at(coder, x)));
        // What does not change the diagonal any more is 0.
        const size = op("plus", op("abs", app!), op("abs", aqq!));
        const sum = coder.let(op("plus", size, op("abs", apq!)));
        coder.when("!=", coder.let(size), sum, () => {
          coder.set(left, one);
          const theta = coder.let(
            op("over", op("minus", aqq!, app!), op("times", apq!, numberOf(2))),
          );
          const root = op("sqrt", op("fused", theta, theta, one));
          const whole_ = coder.let(op("over", one, op("plus", op("abs", theta), root)));
          const t = coder.let(choose("<", theta, zero, op("negative", whole_), whole_));
          const c = coder.let(op("over", one, op("sqrt", op("fused", t, t, one))));
          const s = coder.let(op("times", t, c));
          const turn = (x: Address, y: Address): void => {
            const [u, v] = [coder.let(at(coder, x)), coder.let(at(coder, y))];
            coder.store(x, op("minus", op("times", c, u), op("times", s, v)));
            coder.store(y, op("plus", op("times", s, u), op("times", c, v)));
          };
          each(coder, n, (k) => turn(a!(k, p), a!(k, q)));
          each(coder, n, (k) => turn(a!(p, k), a!(q, k)));
          each(coder, n, (k) => turn(made!(k, p), made!(k, q)));
        });
      }),
    );
    coder.set(sweeps, op("plus", sweeps, one));
    coder.set(left, choose(">", sweeps, numberOf(mostSweeps), zero, left));
  });
  each(coder, n, (k) => coder.store(made!(int(n), k), at(coder, a!(k, k))));
}

const product = (coder: Coder, n: number, a: Matrix, b: Matrix, to: Matrix): void =>
  each(coder, n, (i) =>
    each(coder, n, (j) => {
      const sum = coder.local("real");
      coder.set(sum, zero);
      each(coder, n, (k) =>
        coder.set(sum, op("plus", sum, op("times", at(coder, a(i, k)), at(coder, b(k, j))))),
      );
      coder.store(to(i, j), sum);
    }),
  );

const everywhere = (
  coder: Coder,
  n: number,
  to: Matrix,
  value: (i: Local, j: Local) => Value,
): void => each(coder, n, (i) => each(coder, n, (j) => coder.store(to(i, j), value(i, j))));

const isDiagonal = (i: Value, j: Value): Value => choose("==", realOf(i), realOf(j), one, zero);

/** How many terms of the series of exp are added up. */
const terms = 18;

/**
 * exp(A) = exp(A/2ˢ) to the power 2ˢ, by its series at rows that add up to 1 at most (Higham 2008, 10.3). Each
 * squaring doubles the error: there are no more than the terms of the series ask for.
 */
function expm(coder: Coder, { matrices: [a, made], n, scratch }: Task): void {
  const [small, term, spare] = scratch as [Matrix, Matrix, Matrix];
  const size = coder.local("real");
  const factor = coder.local("real");
  const squarings = coder.local("real");
  coder.set(size, zero);
  each(coder, n, (i) => {
    const sum = coder.local("real");
    coder.set(sum, zero);
    each(coder, n, (j) => coder.set(sum, op("plus", sum, op("abs", at(coder, a!(i, j))))));
    coder.set(size, op("larger", size, sum));
  });
  coder.set(factor, one);
  coder.set(squarings, zero);
  // Of what is not finite no power is taken, and the result is not finite either.
  coder.set(size, choose("<", size, numberOf(1e30), size, zero));
  coder.while(">", size, one, () => {
    coder.set(size, op("times", size, numberOf(0.5)));
    coder.set(factor, op("times", factor, numberOf(0.5)));
    coder.set(squarings, op("plus", squarings, one));
  });
  everywhere(coder, n, small, (i, j) => op("times", factor, at(coder, a!(i, j))));
  everywhere(coder, n, term, isDiagonal);
  everywhere(coder, n, made!, isDiagonal);
  coder.loop(int(1), int(terms + 1), 1, (k) => {
    product(coder, n, term, small, spare);
    everywhere(coder, n, term, (i, j) => op("over", at(coder, spare(i, j)), realOf(k)));
    everywhere(coder, n, made!, (i, j) =>
      op("plus", at(coder, made!(i, j)), at(coder, term(i, j))),
    );
  });
  coder.while(">", squarings, zero, () => {
    product(coder, n, made!, made!, spare);
    everywhere(coder, n, made!, (i, j) => at(coder, spare(i, j)));
    coder.set(squarings, op("minus", squarings, one));
  });
}

/** Aᵏ by as many products, for k from 0 on. */
function matrixPower(coder: Coder, { matrices: [a, exponent, made], n, scratch }: Task): void {
  const [spare] = scratch as [Matrix];
  const left = coder.local("real");
  coder.set(left, at(coder, exponent!(int(0), int(0))));
  everywhere(coder, n, made!, isDiagonal);
  coder.while(">", left, numberOf(0.5), () => {
    product(coder, n, made!, a!, spare);
    everywhere(coder, n, made!, (i, j) => at(coder, spare(i, j)));
    coder.set(left, op("minus", left, one));
  });
}

const writers: Readonly<Record<AlgorithmName, (coder: Coder, task: Task) => void>> = {
  cholesky: (coder, { matrices: [a, u], n, strides, target, team }) =>
    writeCholesky(coder, target, team, { a: a!, u: u!, n, stride: strides[1]! }),
  solveCholesky: (coder, { matrices: [u, b, x], n, columns, strides, target, team }) =>
    writeCholeskySolution(coder, target, team, {
      u: u!,
      b: b!,
      x: x!,
      n,
      columns,
      stride: strides[0]!,
      step: strides[2]!,
    }),
  lu,
  solveLu,
  solveLuTransposed,
  eigen,
  expm,
  matrixPower,
};
