/** @file What the tiles of a product read and write next, fetched while the products before are summed. */

import { strideAlong } from "./addresses.ts";
import { int, whole } from "./coder.ts";
import type { Contraction } from "./contraction.ts";
import type { Evaluator } from "./evaluate.ts";
import type { Read } from "./formula.ts";
import { besides } from "./fuse.ts";
import type { Nest } from "./kernel.ts";
import type { Local, Value } from "./loops.ts";
import { perLine } from "./loops.ts";
import type { Tensor } from "./tensor.ts";

/** What lies side by side in memory, from some place on. */
export interface Stream {
  readonly base: Local;
  readonly isWritten: boolean;
}

/** How the rows of a product's left operand are made, where that is done tile by tile. */
export interface Leading {
  /** Makes the rows from one to another. */
  readonly make: (from: Value, to: Value) => void;
  /** What a row is made of, and itself. */
  readonly streamsOf: (row: Value) => readonly Stream[];
}

/** A tile of the result. */
export interface TileSize {
  readonly height: number;
  /** In vectors. */
  readonly width: number;
  /** How many columns there are from one tile to the next. */
  readonly panel: number;
}

/** A part of a sum of products, and what is fetched at each place of it. */
export interface Piece {
  readonly from: Value;
  readonly to: Value;
  readonly fetch: (at: Value) => void;
}

/** A part of a sum: from one place along its innermost axis to another, and how many those are. */
export interface Span {
  readonly from: Value;
  readonly to: Value;
  readonly length: number;
}

/** Vectors that lie one below the other in the rows of a tile: the first of them, and how far it is to the next row. */
export interface Places {
  readonly base: Local;
  readonly offset: number;
  readonly down: number;
  readonly isWritten: boolean;
}

/** What is fetched during the sum of a tile. */
export interface Fetched {
  readonly size: TileSize;
  readonly stretch: Span;
  /** What lies beside the tile: what is read or written of each of its vectors. */
  readonly beside: readonly Places[];
  readonly lead: Leading | null;
}

/** How many products are summed at most from one fetch of what lies beside to the next. */
const apart = 4;

/**
 * A sum of products in pieces: first what lies beside the tile is fetched, line by line, as all at once would hold up
 * what the products read; then what the rows of the next tile are made of.
 */
export function piecesOf(
  evaluator: Evaluator,
  c: Contraction,
  { size, stretch, beside, lead }: Fetched,
): Piece[] {
  const { coder, target } = evaluator;
  const { length } = stretch;
  const lines = size.height * size.width;
  const fetchLine = (line: Value): void => {
    const row = coder.let(whole("/", line, int(size.width)));
    const along = whole("*", whole("%", line, int(size.width)), int(target.lanes));
    for (const { base, offset, down, isWritten } of beside) {
      const index = whole("+", whole("*", row, int(down)), along);
      coder.prefetch({ base, index, offset }, isWritten);
    }
  };
  if (c.over.length > 1 || length < lines) {
    for (let line = 0; line < lines; line++) fetchLine(int(line));
    return [{ ...stretch, fetch: () => {} }];
  }
  const behind = (count: number): Value =>
    count === length ? stretch.to : whole("+", stretch.from, int(count));
  const each = Math.min(apart, Math.floor(length / lines));
  const start = beside.length > 0 ? each * lines : 0;
  const first: Piece = {
    from: stretch.from,
    to: behind(start),
    fetch: (at) => fetchLine(coder.let(whole("/", whole("-", at, stretch.from), int(each)))),
  };
  const streams = lead ? nextStreams(evaluator, c, size, lead) : [];
  const own = Math.ceil((length - start) / Math.max(1, streams.length));
  const pace = Math.min(perLine(target.precision), Math.ceil(length / own));
  const rest = streams.map(({ base, isWritten }, k): Piece => {
    const from = coder.let(behind(Math.min(length, start + k * own)));
    return {
      from,
      to: behind(Math.min(length, start + (k + 1) * own)),
      fetch: (at) => {
        const index = whole("*", whole("-", at, from), int(pace));
        coder.prefetch({ base, index, offset: 0 }, isWritten);
      },
    };
  });
  const last = { from: behind(start), to: stretch.to, fetch: () => {} };
  return [first, ...(rest.length > 0 ? rest : [last])];
}

/** What the next row of tiles is made of: each tile of this one fetches some rows of it. */
function nextStreams(
  { scopes }: Evaluator,
  { rows, columns }: Contraction,
  { height, panel }: TileSize,
  lead: Leading,
): Stream[] {
  const each = Math.ceil(height / Math.ceil(columns.extent / panel));
  const tile = whole("/", scopes.variableOf(columns), int(panel));
  const first = whole("+", scopes.variableOf(rows), whole("*", tile, int(each)));
  return Array.from({ length: each }, (_, r) =>
    whole("min", whole("+", first, int(height + r)), int(rows.extent - 1)),
  ).flatMap((row) => lead.streamsOf(row));
}

/** What the stores of a tile read and write. */
export function placesBeside(
  { coder, layout, addresses }: Evaluator,
  nest: Nest,
  { rows, columns }: Contraction,
): Places[] {
  const kept = nest.stores.filter(({ isKept }) => isKept);
  const start = (tensor: Tensor): number => layout.storageOf(tensor).offset;
  const written = new Map(kept.map((store) => [start(store.tensor), store] as const));
  const read = besides(nest).filter(
    ({ tensor, axes }) => !written.has(start(tensor)) && axes.includes(rows),
  );
  const placesOf = (one: Pick<Read, "tensor" | "at">, isWritten: boolean): Places[] => {
    const down = strideAlong(one, rows, layout);
    if (down === null || strideAlong(one, columns, layout) !== 1) return [];
    return [{ base: coder.pointer(addresses.startOf(one)), offset: 0, down, isWritten }];
  };
  return [
    ...read.flatMap((one) => placesOf(one, false)),
    ...[...written.values()].flatMap((one) => placesOf(one, true)),
  ];
}
