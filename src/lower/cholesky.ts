/** @file Cholesky's factor and what is solved with it, by tiles that stay in registers. */

import type { Coder } from "./coder.ts";
import { endOfPieces, int, multipleUpTo, numberOf, op, splat, whole } from "./coder.ts";
import type { Address, Local, Target, Value } from "./loops.ts";

/** Where the entry in row `i` and column `j` of a matrix stands; its rows are read by vectors. */
export type Matrix = (i: Value, j: Value) => Address;

/** Who works on it: this thread, of how many. */
export interface Team {
  readonly thread: Value;
  readonly threads: number;
}

const plus = (a: Value, b: Value): Value => whole("+", a, b);
const minus = (a: Value, b: Value): Value => whole("-", a, b);
const times = (a: Value, b: Value): Value => whole("*", a, b);

/** A place as a pointer. */
function pointerTo(coder: Coder, { base, index, offset }: Address): Local {
  let sum: Value = base ?? int(0);
  if (index) sum = plus(sum, index);
  return coder.pointer(plus(sum, int(offset)));
}

const near = (base: Local, offset: number): Address => ({ base, index: null, offset });

/**
 * U with UᵀU = A, its entries below the diagonal not meant; NaN where A is not positive definite. Rows are made by
 * blocks: the block on the diagonal by one thread, what stands beside it and what comes below by all.
 */
export function writeCholesky(
  coder: Coder,
  target: Target,
  { thread, threads }: Team,
  parts: { readonly a: Matrix; readonly u: Matrix; readonly n: number; readonly stride: number },
): void {
  const { a, u, n, stride } = parts;
  const { lanes } = target;
  const block = target.measured.factorBlock;
  const type = lanes > 1 ? "vector" : "real";
  const padded = Math.ceil(n / lanes) * lanes;
  const load = (at: Address): Value => coder.load(type, at);
  const number = (at: Address): Value => coder.load("real", at);
  const alone = (body: () => void): void => {
    if (threads > 1) coder.when("==", thread, int(0), body);
    else body();
  };
  const wait = (): void => {
    if (threads > 1) coder.barrier();
  };
  /** A loop in pieces that the threads take in turn. */
  const inTurn = (from: Value, to: Value, step: number, body: (i: Local) => void): void =>
    coder.loop(
      threads > 1 ? coder.let(plus(from, times(thread, int(step)))) : from,
      to,
      step * threads,
      body,
    );

  inTurn(int(0), int(n), 1, (i) =>
    coder.loop(multipleUpTo(i, lanes), int(padded), lanes, (c) =>
      coder.store(u(i, c), load(a(i, c))),
    ),
  );
  wait();
  coder.loop(int(0), int(n), block, (first) => {
    const last = coder.let(whole("min", plus(first, int(block)), int(n)));
    const edge = coder.let(
      whole("min", multipleUpTo(plus(last, int(lanes - 1)), lanes), int(padded)),
    );
    /** Row j from some columns on, less what the rows before it in the block hold there. */
    const row = (j: Value, column: Value, width: number): Local[] => {
      const sums = Array.from({ length: width }, (_, w) => {
        const sum = coder.local(type);
        coder.set(sum, load(u(j, plus(column, int(w * lanes)))));
        return sum;
      });
      const [rows, factors] = [u(first, column), u(first, j)].map((at) => pointerTo(coder, at));
      coder.loop(first, j, 1, () => {
        const factor = coder.let(op("negative", number(near(factors!, 0))));
        const spread = coder.let(type === "vector" ? splat(factor) : factor);
        for (const [w, sum] of sums.entries())
          coder.set(sum, op("fused", spread, load(near(rows!, w * lanes)), sum));
        coder.set(rows!, plus(rows!, int(stride)));
        coder.set(factors!, plus(factors!, int(stride)));
      });
      return sums;
    };
    alone(() =>
      coder.loop(first, last, 1, (j) => {
        const start = coder.let(multipleUpTo(j, lanes));
        coder.loop(start, edge, lanes, (c) => coder.store(u(j, c), row(j, c, 1)[0]!));
        const inverse = coder.let(op("over", numberOf(1), op("sqrt", number(u(j, j)))));
        coder.loop(start, edge, lanes, (c) =>
          coder.store(u(j, c), op("times", inverse, load(u(j, c)))),
        );
      }),
    );
    wait();
    // Beside the block: the same rows, some columns at a time, which need no other.
    const beside = (column: Value, width: number): void =>
      coder.loop(first, last, 1, (j) => {
        const sums = row(j, column, width);
        const inverse = coder.let(op("over", numberOf(1), number(u(j, j))));
        for (const [w, sum] of sums.entries())
          coder.store(u(j, plus(column, int(w * lanes))), op("times", inverse, sum));
      });
    const wide = 4 * lanes;
    const whole_ = coder.let(endOfPieces(edge, int(padded), wide));
    inTurn(edge, whole_, wide, (c) => beside(c, 4));
    inTurn(whole_, int(padded), lanes, (c) => beside(c, 1));
    wait();
    // Below: every row less its products with the block.
    const below = (i: Value, height: number): void => {
      const start = coder.let(multipleUpTo(i, lanes));
      const columns = (c: Value, width: number): void => {
        const sums = Array.from({ length: height }, (_h, h) =>
          Array.from({ length: width }, (_w, w) => {
            const sum = coder.local(type);
            coder.set(sum, load(u(plus(i, int(h)), plus(c, int(w * lanes)))));
            return sum;
          }),
        );
        const [left, right] = [u(first, i), u(first, c)].map((at) => pointerTo(coder, at));
        coder.loop(first, last, 1, () => {
          const vectors = Array.from({ length: width }, (_, w) =>
            coder.let(op("negative", load(near(right!, w * lanes)))),
          );
          for (let h = 0; h < height; h++) {
            const entry = number(near(left!, h));
            const factor = coder.let(type === "vector" ? splat(entry) : entry);
            for (let w = 0; w < width; w++)
              coder.set(sums[h]![w]!, op("fused", factor, vectors[w]!, sums[h]![w]!));
          }
          coder.set(left!, plus(left!, int(stride)));
          coder.set(right!, plus(right!, int(stride)));
        });
        for (const [h, line] of sums.entries())
          for (const [w, sum] of line.entries())
            coder.store(u(plus(i, int(h)), plus(c, int(w * lanes))), sum);
      };
      const end = coder.let(endOfPieces(start, int(padded), 2 * lanes));
      coder.loop(start, end, 2 * lanes, (c) => columns(c, 2));
      coder.loop(end, int(padded), lanes, (c) => columns(c, 1));
    };
    const height = Math.max(1, Math.floor((target.registers - 3) / 2));
    const rows = coder.let(endOfPieces(last, int(n), height));
    inTurn(last, rows, height, (i) => below(i, height));
    inTurn(rows, int(n), 1, (i) => below(i, 1));
    wait();
  });
}

/** How many rows are solved together. */
const together = 8;

/** UᵀUX = B for X, by vectors of its columns, which the threads share. */
export function writeCholeskySolution(
  coder: Coder,
  target: Target,
  { thread, threads }: Team,
  parts: {
    readonly u: Matrix;
    readonly b: Matrix;
    readonly x: Matrix;
    readonly n: number;
    readonly columns: number;
    readonly stride: number;
    readonly step: number;
  },
): void {
  const { u, b, x, n, columns, stride, step } = parts;
  const { lanes } = target;
  const type = lanes > 1 ? "vector" : "real";
  const padded = Math.ceil(columns / lanes) * lanes;
  const number = (at: Address): Value => coder.load("real", at);
  const spread = (value: Value): Value => coder.let(type === "vector" ? splat(value) : value);

  const solve = (c: Value, width: number): void => {
    const at = (i: Value, w: number): Address => x(i, plus(c, int(w * lanes)));
    /** Rows i, i + 1, … less what rows before or behind them hold, then one after another. */
    const rows = (i: Value, height: number, from: Value, to: Value, isForward: boolean): void => {
      const right = isForward ? b : x;
      const sums = Array.from({ length: height }, (_h, h) =>
        Array.from({ length: width }, (_w, w) => {
          const sum = coder.local(type);
          coder.set(sum, coder.load(type, right(plus(i, int(h)), plus(c, int(w * lanes)))));
          return sum;
        }),
      );
      const factors = pointerTo(coder, isForward ? u(from, i) : u(i, from));
      const known = pointerTo(coder, at(from, 0));
      coder.loop(from, to, 1, () => {
        const vectors = Array.from({ length: width }, (_, w) =>
          coder.let(op("negative", coder.load(type, near(known, w * lanes)))),
        );
        for (let h = 0; h < height; h++) {
          const factor = spread(number(near(factors, isForward ? h : h * stride)));
          for (let w = 0; w < width; w++)
            coder.set(sums[h]![w]!, op("fused", factor, vectors[w]!, sums[h]![w]!));
        }
        coder.set(factors, plus(factors, int(isForward ? stride : 1)));
        coder.set(known, plus(known, int(step)));
      });
      const order = Array.from({ length: height }, (_, h) => (isForward ? h : height - 1 - h));
      for (const [k, h] of order.entries()) {
        const own = plus(i, int(h));
        for (const before of order.slice(0, k)) {
          const other = plus(i, int(before));
          const entry = number(isForward ? u(other, own) : u(own, other));
          const factor = spread(op("negative", entry));
          for (let w = 0; w < width; w++)
            coder.set(sums[h]![w]!, op("fused", factor, sums[before]![w]!, sums[h]![w]!));
        }
        const inverse = spread(op("over", numberOf(1), number(u(own, own))));
        for (let w = 0; w < width; w++) {
          coder.set(sums[h]![w]!, op("times", sums[h]![w]!, inverse));
          coder.store(at(own, w), sums[h]![w]!);
        }
      }
    };
    const full = Math.floor(n / together) * together;
    coder.loop(int(0), int(full), together, (i) => rows(i, together, int(0), i, true));
    coder.loop(int(full), int(n), 1, (i) => rows(i, 1, int(0), i, true));
    coder.loop(int(full), int(n), 1, (up) => {
      const i = coder.let(minus(int(n - 1 + full), up));
      rows(i, 1, plus(i, int(1)), int(n), false);
    });
    coder.loop(int(0), int(full), together, (up) => {
      const i = coder.let(minus(int(full - together), up));
      rows(i, together, plus(i, int(together)), int(n), false);
    });
  };
  const wide = 2 * lanes;
  const whole_ = Math.floor(padded / wide) * wide;
  const start = (from: number, size: number): Value =>
    threads > 1 ? coder.let(plus(int(from), times(thread, int(size)))) : int(from);
  coder.loop(start(0, wide), int(whole_), wide * threads, (c) => solve(c, 2));
  coder.loop(start(whole_, lanes), int(padded), lanes * threads, (c) => solve(c, 1));
}
