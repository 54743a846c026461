/** @file Sums of products of two operands, which are computed by tiles that stay in registers. */

import type { Layout } from "./addresses.ts";
import { strideAlong } from "./addresses.ts";
import { endOfPieces, int, numberOf, op, whole } from "./coder.ts";
import type { Coder } from "./coder.ts";
import { Evaluator } from "./evaluate.ts";
import type { Read } from "./formula.ts";
import { besides } from "./fuse.ts";
import { piecesOf, placesBeside } from "./fetching.ts";
import type { Leading, Places, Span, TileSize } from "./fetching.ts";
import type { Nest } from "./kernel.ts";
import type { Address, Local, Target, Value } from "./loops.ts";
import { bytesPerNumber, perLine } from "./loops.ts";
import type { Axis } from "./place.ts";
import { extentOf } from "./place.ts";
import { hasRoom, writeStores } from "./stores.ts";
import type { Counts, Share } from "./stores.ts";

/** C[m, n] = Σₖ A[m, k]·B[k, n], and which axis is which. */
export interface Contraction {
  /** The operand that is read one number at a time, and the one that is read by vectors along `columns`. */
  readonly left: Read;
  readonly right: Read;
  readonly rows: Axis;
  readonly columns: Axis;
  /** What else the result has an entry for: loops around. */
  readonly others: readonly Axis[];
  /** What is summed over, innermost last. */
  readonly over: readonly Axis[];
}

/** The two operands of the only fold of a nest, where it is a sum of products. */
export function operandsOf(nest: Nest): readonly [Read, Read] | null {
  const [fold, ...rest] = nest.folds;
  if (!fold || rest.length > 0 || fold.folding !== "plus") return null;
  const { body } = fold;
  if (body.kind !== "call" || body.name !== "times" || body.args.length !== 2) return null;
  const [a, b] = body.args;
  return a?.kind === "read" && b?.kind === "read" ? [a, b] : null;
}

const bySize = (a: Axis, b: Axis): number => b.extent - a.extent;

/** What contraction a nest is, found once for each; null where it is none. */
export type Contractions = (nest: Nest) => Contraction | null;

export function contractions(layout: Layout, target: Target): Contractions {
  const found = new Map<Nest, Contraction | null>();
  return (nest) => {
    if (!found.has(nest)) found.set(nest, contractionOf(nest, layout, target));
    return found.get(nest)!;
  };
}

/** A nest as a contraction whose columns lie side by side in one operand; null where it is none. */
function contractionOf(nest: Nest, layout: Layout, target: Target): Contraction | null {
  const operands = operandsOf(nest);
  if (!operands) return null;
  const [a, b] = operands;
  const best = [
    { left: a, right: b },
    { left: b, right: a },
  ]
    .flatMap(({ left, right }) => {
      const only = (one: Read, other: Read): Axis[] =>
        nest.axes.filter((x) => one.axes.includes(x) && !other.axes.includes(x)).toSorted(bySize);
      const rows = only(left, right)[0];
      const columns = only(right, left).find((x) => strideAlong(right, x, layout) === 1);
      if (!rows || !columns) return [];
      const isStraight = [...nest.folds[0]!.over, rows, columns].every(
        (x) => strideAlong(left, x, layout) !== null && strideAlong(right, x, layout) !== null,
      );
      // The last vector may go beyond the end of the columns only where there is room in all that is stored.
      const hasEnd =
        columns.extent % target.lanes === 0 ||
        (nest.stores.every((store) => !store.isKept || hasRoom(store, columns, layout)) &&
          besides(nest).every((read) => (strideAlong(read, columns, layout) ?? -1) >= 0));
      return isStraight && hasEnd ? [{ left, right, rows, columns }] : [];
    })
    .toSorted((x, y) => scoreOf(nest, y.columns, layout) - scoreOf(nest, x.columns, layout))[0];
  if (!best) return null;
  const { rows, columns } = best;
  return {
    ...best,
    others: nest.axes.filter((x) => x !== rows && x !== columns),
    over: nest.folds[0]!.over.toSorted((x, y) => x.extent - y.extent),
  };
}

/** How far beyond the end of what it reads the last vector of a contraction goes, at most. */
export function reachOf(
  nest: Nest,
  { columns }: Contraction,
  layout: Layout,
  { lanes }: Target,
): number {
  if (columns.extent % lanes === 0) return 0;
  const strides = besides(nest).map((read) => strideAlong(read, columns, layout)!);
  return lanes * Math.max(...strides);
}

/** How many entries of the result lie side by side along an axis. */
function scoreOf(nest: Nest, along: Axis, layout: Layout): number {
  const isAlong = nest.stores.filter((s) => s.isKept && hasRoom(s, along, layout)).length;
  return isAlong * 1e9 + along.extent;
}

/** How many steps before they are needed vectors are fetched: those of weights lie with another processor. */
const ahead = 24;

/** How large a tile is: `height` rows of `width` vectors. */
function tileOf(columns: number, { lanes, registers }: Target): { height: number; width: number } {
  const width = Math.min(2, Math.ceil(columns / lanes));
  // One register for each vector of B, and one for A.
  return { width, height: Math.max(1, Math.floor((registers - width - 1) / width)) };
}

/** The rows in tiles of nearly equal heights, none larger than `most`. */
function heights(
  rows: number,
  most: number,
): { readonly least: number; readonly higher: number; readonly count: number } {
  const count = Math.ceil(rows / most);
  const least = Math.floor(rows / count);
  return { least, higher: rows - least * count, count };
}

/** The largest height h ≤ `most` for which any number of rows from `least` on is made of tiles of h and of h − 1 rows. */
function heightFor(least: number, most: number): number {
  let height = most;
  while ((height - 1) * (height - 2) > least) height--;
  return height;
}

/** How long the stretches are in which the sums of a contraction are made. */
function stretchOf({ columns, over, others }: Contraction, target: Target): number {
  const { hasPrefetch, lanes, measured, precision } = target;
  const { extent } = over.at(-1)!;
  if (lanes === 1 || over.length > 1 || others.length > 0) return extent;
  const depth = extent * bytesPerNumber(precision);
  if (hasPrefetch && columns.extent * depth <= measured.near) return extent;
  const count = hasPrefetch ? depth / measured.rowTogether : extent / measured.depthTogether;
  return Math.ceil(extent / Math.max(1, Math.round(count)));
}

/** Whether they are made in one. */
const isInOne = (c: Contraction, target: Target): boolean =>
  stretchOf(c, target) === c.over.at(-1)!.extent;

/** From one row of sums that are not complete to the next. */
const partialStride = ({ columns }: Contraction, { lanes, precision }: Target): number =>
  Math.ceil(columns.extent / lanes) * lanes + perLine(precision);

/** How many numbers a contraction needs besides: sums that are not complete. */
export const partialsOf = (c: Contraction, target: Target): number =>
  isInOne(c, target) ? 0 : c.rows.extent * partialStride(c, target);

/** A part of the sums: along the innermost axis from one place to another. */
interface Stretch extends Span {
  readonly isFirst: boolean;
  readonly isLast: boolean;
}

/** What a contraction is written for. */
export interface Surroundings {
  readonly target: Target;
  readonly layout: Layout;
  /** Where the memory begins that it needs besides. */
  readonly scratch: number;
  readonly share: Share | null;
  readonly step: Value;
  readonly lead: Leading | null;
}

/** The loops of a contraction; with a `share` only that part of its rows or its columns. */
export function writeContraction(
  coder: Coder,
  nest: Nest,
  c: Contraction,
  { target, layout, scratch, share, step, lead }: Surroundings,
): void {
  const evaluator = new Evaluator(coder, target, layout, step);
  const { scopes } = evaluator;
  const tile = tileOf(c.columns.extent, target);
  const panel = tile.width * target.lanes;
  const range = (x: Axis): readonly [Value, Value] =>
    share?.axis === x ? [share.from, share.to] : [int(0), int(x.extent)];

  const around = (at: number, body: () => void): void => {
    const x = c.others[at];
    if (!x) return body();
    const [from, to] = range(x);
    scopes.loop(x, from, to, 1, () => around(at + 1, body));
  };
  const byRows = (body: (height: number) => void): void => {
    const [from, to] = range(c.rows);
    const inTiles = (start: Value, end: Value, height: number): void =>
      scopes.loop(c.rows, start, end, height, () => body(height));
    const counts: Counts = share?.axis === c.rows ? share.counts : [c.rows.extent];
    if ("least" in counts) {
      const height = heightFor(counts.least, tile.height);
      const rows = whole("-", to, from);
      const tiles = whole("/", whole("+", rows, int(height - 1)), int(height));
      const higher = whole("-", rows, whole("*", tiles, int(height - 1)));
      const split = coder.let(whole("+", from, whole("*", higher, int(height))));
      inTiles(from, split, height);
      if (height > 1) inTiles(split, to, height - 1);
      return;
    }
    for (const rows of counts) {
      const write = (): void => {
        const { least, higher, count } = heights(rows, tile.height);
        const split = coder.let(whole("+", from, int(higher * (least + 1))));
        if (higher > 0) inTiles(from, split, least + 1);
        if (count > higher) inTiles(split, to, least);
      };
      if (counts.length === 1) write();
      else coder.when("==", whole("-", to, from), int(rows), write);
    }
  };
  const byPanels = (from: Value, to: Value, body: (width: number) => void): void =>
    scopes.loop(c.columns, from, to, panel, () => body(tile.width));
  const byRest = (from: Value, to: Value, body: (width: number) => void): void => {
    if (from.kind === "int" && to.kind === "int") {
      const left = Math.ceil((to.value - from.value) / target.lanes);
      if (left > 0) scopes.within([[c.columns, from]], () => body(left));
    } else scopes.loop(c.columns, from, to, target.lanes, () => body(1));
  };
  const over = (stretch: Stretch): void => {
    const write = (height: number, width: number): void =>
      writeTile(evaluator, nest, c, { size: { height, width, panel }, stretch, scratch, lead });
    const [from, to] = range(c.columns);
    const full = coder.let(endOfPieces(from, to, panel));
    const together = panelsTogether(c, target);
    if (together === Infinity)
      byRows((height) => {
        const row = scopes.variableOf(c.rows);
        lead?.make(row, whole("+", row, int(height)));
        byPanels(from, full, (width) => write(height, width));
        byRest(full, to, (width) => write(height, width));
      });
    else {
      const block = together * panel;
      coder.loop(from, full, block, (start) => {
        const end = coder.let(whole("min", whole("+", start, int(block)), full));
        byRows((height) => byPanels(start, end, (width) => write(height, width)));
      });
      byRest(full, to, (width) => byRows((height) => write(height, width)));
    }
  };
  const depth = c.over.at(-1)!.extent;
  const size = stretchOf(c, target);
  const last = (Math.ceil(depth / size) - 1) * size;
  around(0, () => {
    const ofSize = { length: size, isLast: false };
    if (last > 0) over({ from: int(0), to: int(size), ...ofSize, isFirst: true });
    coder.loop(int(size), int(last), size, (from) =>
      over({ from, to: whole("+", from, int(size)), ...ofSize, isFirst: false }),
    );
    const length = depth - last;
    over({ from: int(last), to: int(depth), length, isFirst: last === 0, isLast: true });
  });
}

/**
 * How many tiles of columns are made for some rows before the next rows: all of them where the right operand stays
 * near, or passes less often so than the left one; else as many as stay near, so that the left one passes seldom, or
 * one where that stays near itself.
 */
function panelsTogether(c: Contraction, target: Target): number {
  const { rows, columns, over } = c;
  const { near } = target.measured;
  const { width, height } = tileOf(columns.extent, target);
  const panel = width * target.lanes;
  const products = extentOf(over.slice(0, -1)) * stretchOf(c, target);
  const depth = products * bytesPerNumber(target.precision);
  const isNear = (numbers: number): boolean => numbers * depth <= near;
  const together = isNear(rows.extent) ? 1 : Math.max(1, Math.floor(near / (panel * depth)));
  const passing = (own: number, times: number): number => (isNear(own) ? 0 : own * times);
  const left = passing(rows.extent, columns.extent / (panel * together));
  const right = passing(columns.extent, rows.extent / height);
  return right < left ? Infinity : together;
}

/** Rows of a tile that stand in all lines of 64 bytes in which its rows stand side by side. */
function lineStarts(height: number, { precision }: Target): ReadonlySet<number> {
  const line = perLine(precision);
  const starts = Array.from({ length: Math.ceil(height / line) }, (_, k) => k * line);
  return new Set([...starts, height - 1]);
}

/** Whether each row of the left operand is read in one tile alone. */
export const goesByRows = (c: Contraction, target: Target): boolean =>
  isInOne(c, target) && panelsTogether(c, target) === Infinity;

interface Tile {
  readonly size: TileSize;
  readonly stretch: Stretch;
  readonly scratch: number;
  readonly lead: Leading | null;
}

/** One tile: its accumulators, the sum, and what is stored of each. */
function writeTile(
  evaluator: Evaluator,
  nest: Nest,
  c: Contraction,
  { size, stretch, scratch, lead }: Tile,
): void {
  const { coder, target, layout, scopes, addresses } = evaluator;
  const { height, width } = size;
  const fold = nest.folds[0]!;
  const type = target.lanes > 1 ? "vector" : "real";
  const stride = partialStride(c, target);
  const { isFirst, isLast } = stretch;
  const row = whole("*", scopes.variableOf(c.rows), int(stride));
  const partials =
    isFirst && isLast
      ? null
      : coder.pointer(whole("+", whole("+", row, scopes.variableOf(c.columns)), int(scratch)));
  const partial = (r: number, v: number): Address => ({
    base: partials,
    index: null,
    offset: r * stride + v * target.lanes,
  });
  const sums: Local[][] = Array.from({ length: height }, (_h, r) =>
    Array.from({ length: width }, (_w, v) => {
      const sum = coder.local(type);
      coder.set(sum, isFirst ? numberOf(0, type) : coder.load(type, partial(r, v)));
      return sum;
    }),
  );
  const inner = c.over.at(-1)!;
  const [down, leftStep] = [c.rows, inner].map((x) => strideAlong(c.left, x, layout)!);
  const rightStep = strideAlong(c.right, inner, layout)!;
  const beside = (): Places[] => {
    const own = isLast ? placesBeside(evaluator, nest, c) : [];
    if (!partials) return own;
    // Sums that go on are loaded when a tile begins, so it is those of the next that are fetched.
    const offset = isFirst ? 0 : size.panel;
    return [{ base: partials, offset, down: stride, isWritten: true }, ...own];
  };
  const pieces = target.hasPrefetch
    ? piecesOf(evaluator, c, { size, stretch, beside: beside(), lead })
    : [{ ...stretch, fetch: () => {} }];
  const over = (at: number): void => {
    const x = c.over[at]!;
    if (x !== inner) {
      scopes.loop(x, int(0), int(x.extent), 1, () => over(at + 1));
      return;
    }
    scopes.within([[inner, stretch.from]], () => {
      const start = (read: Read): Local => coder.pointer(addresses.startOf(read));
      const [a, b] = [start(c.left), start(c.right)];
      for (const piece of pieces)
        coder.loop(piece.from, piece.to, 1, (at) => {
          const vectors = Array.from({ length: width }, (_, v) =>
            coder.let(coder.load(type, { base: b, index: null, offset: v * target.lanes })),
          );
          const fetch = (base: Local, offset: number): void =>
            coder.prefetch({ base, index: null, offset });
          for (let v = 0; v < width; v++) fetch(b, ahead * rightStep + v * target.lanes);
          // Rows that are read along are fetched by the machine itself; from row to row it does not look ahead.
          if (leftStep! >= target.lanes)
            for (const r of lineStarts(height, target)) fetch(a, ahead * leftStep! + r * down!);
          piece.fetch(at);
          for (let r = 0; r < height; r++) {
            const entry = coder.load("real", { base: a, index: null, offset: r * down! });
            const factor = coder.let(
              type === "vector" ? { kind: "splat", type, of: entry } : entry,
            );
            for (let v = 0; v < width; v++)
              coder.set(sums[r]![v]!, op("fused", factor, vectors[v]!, sums[r]![v]!));
          }
          coder.set(a, whole("+", a, int(leftStep!)));
          coder.set(b, whole("+", b, int(rightStep)));
        });
    });
  };
  over(0);
  if (!isLast) {
    for (const [r, line] of sums.entries())
      for (const [v, sum] of line.entries()) coder.store(partial(r, v), sum);
    return;
  }
  const aside: Local[] = [];
  coder.add({ kind: "aside", locals: aside });
  // What depends on columns alone is made once for all rows.
  scopes.vector = target.lanes > 1 ? c.columns : null;
  for (let v = 0; v < width; v++)
    scopes.within([[c.columns, v * target.lanes]], () => {
      for (let r = 0; r < height; r++)
        scopes.within([[c.rows, r]], () => {
          scopes.bind(fold.tensor, sums[r]![v]!);
          writeStores(evaluator, nest);
        });
    });
  scopes.vector = null;
  aside.push(...scopes.outside());
}
