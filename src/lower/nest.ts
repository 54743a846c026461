/** @file Nests of loops: entries of tensors, and folds along axes, over vectors of them. */

import type { Layout } from "./addresses.ts";
import { strideAlong } from "./addresses.ts";
import { endOfPieces, int, numberOf, op } from "./coder.ts";
import type { Coder } from "./coder.ts";
import { Evaluator } from "./evaluate.ts";
import type { Formula } from "./formula.ts";
import { readsIn, readsOf } from "./fuse.ts";
import type { Fold, Nest } from "./kernel.ts";
import type { Local, Target, Value } from "./loops.ts";
import type { Axis } from "./place.ts";
import { axisAlone, extentOf } from "./place.ts";
import { hasRoom, writeStores } from "./stores.ts";
import type { Range } from "./stores.ts";
import type { Folding, Tensor } from "./tensor.ts";

/** The loops of a nest; with a `share` only that part of them. */
export function writeNest(
  coder: Coder,
  nest: Nest,
  target: Target,
  layout: Layout,
  share: Range | null = null,
  step: Value = int(0),
): void {
  const evaluator = new Evaluator(coder, target, layout, step);
  const { scopes } = evaluator;
  const vector = vectorAxis(nest, layout, target);
  const order = loopOrder(nest, vector, layout);
  const isDomain = vector !== null && nest.axes.includes(vector);
  const inner = isDomain ? null : vector;
  const last = order.at(-1);

  const open = (at: number): void => {
    const x = order[at];
    if (!x) {
      writePlaces(evaluator, nest, inner, [[]]);
      return;
    }
    const [from, to] = share?.axis === x ? [share.from, share.to] : [int(0), int(x.extent)];
    if (x === vector) {
      inVectors(
        evaluator,
        x,
        { from, to, together: togetherOf(nest, x, target) },
        {
          isPadded: isPaddedAlong(nest, x, layout),
          body: (shifts) =>
            writePlaces(
              evaluator,
              nest,
              null,
              shifts.map((s) => [[x, s]]),
            ),
        },
      );
      return;
    }
    // Several rows share what they read of the vectors that they are folded with.
    if (x === last && inner && nest.folds.length > 0 && x.extent >= rowsTogether) {
      inBlocks(evaluator, x, from, to, rowsTogether, (count) =>
        writePlaces(
          evaluator,
          nest,
          inner,
          Array.from({ length: count }, (_, r) => [[x, r]]),
        ),
      );
      return;
    }
    scopes.loop(x, from, to, 1, () => open(at + 1));
  };
  open(0);
}

/** How many rows are folded together. */
const rowsTogether = 4;
/** How many vectors of a domain at most are folded together. */
const vectorsTogether = 8;

/** How many vectors along an axis are worth taking together: what is folded is read in longer stretches then. */
function togetherOf(nest: Nest, along: Axis, { lanes }: Target): number {
  if (nest.folds.length !== 1 || nest.folds[0]!.body.cost > 4) return 1;
  return Math.max(1, Math.min(vectorsTogether, Math.floor(along.extent / lanes)));
}

/** A loop by blocks, and what is left one by one. */
function inBlocks(
  evaluator: Evaluator,
  along: Axis,
  from: Value,
  to: Value,
  size: number,
  body: (count: number) => void,
): void {
  const { coder, scopes } = evaluator;
  const end = coder.let(endOfPieces(from, to, size));
  scopes.loop(along, from, end, size, () => body(size));
  const isWhole = end.kind === "int" && to.kind === "int" && end.value === to.value;
  if (!isWhole) scopes.loop(along, end, to, 1, () => body(1));
}

/** A loop by vectors, some together; then by single ones, and what is left number by number, unless there is room. */
function inVectors(
  evaluator: Evaluator,
  along: Axis,
  { from, to, together }: { readonly from: Value; readonly to: Value; readonly together: number },
  { isPadded, body }: { readonly isPadded: boolean; readonly body: (shifts: number[]) => void },
): void {
  const { coder, scopes } = evaluator;
  const { lanes } = evaluator.target;
  const isEmpty = (start: Value, end: Value): boolean =>
    start.kind === "int" && end.kind === "int" && start.value >= end.value;
  const shifts = Array.from({ length: together }, (_, v) => v * lanes);
  scopes.vector = along;
  let start = from;
  if (together > 1) {
    const end = coder.let(endOfPieces(start, to, together * lanes));
    scopes.loop(along, start, end, together * lanes, () => body(shifts));
    start = end;
  }
  const end = isPadded ? to : coder.let(endOfPieces(start, to, lanes));
  if (!isEmpty(start, end)) scopes.loop(along, start, end, lanes, () => body([0]));
  scopes.vector = null;
  if (!isPadded && !isEmpty(end, to)) scopes.loop(along, end, to, 1, () => body([0]));
}

/** Where a place is, from where the loops are. */
type Shifts = readonly (readonly [Axis, number])[];

/** What happens at some places of the domain at once: each fold for all of them, then all stores. */
function writePlaces(
  evaluator: Evaluator,
  nest: Nest,
  inner: Axis | null,
  places: readonly Shifts[],
): void {
  const { scopes } = evaluator;
  const made = places.map(() => new Map<Tensor, Value>());
  const at = (k: number, body: () => void): void =>
    scopes.within(places[k]!, () => {
      for (const [tensor, value] of made[k]!) scopes.bind(tensor, value);
      body();
    });
  for (const fold of nest.folds) {
    const sums = folded(evaluator, fold, inner, places.length, at);
    for (const [k, sum] of sums.entries()) made[k]!.set(fold.tensor, sum);
  }
  for (const k of places.keys()) at(k, () => writeStores(evaluator, nest));
}

const neutral: Record<Folding, number> = { plus: 0, times: 1, larger: -Infinity };

/** A fold at some places: along its last axis by vectors where these lie side by side. */
function folded(
  evaluator: Evaluator,
  fold: Fold,
  vector: Axis | null,
  count: number,
  at: (k: number, body: () => void) => void,
): Value[] {
  const { coder, target, scopes } = evaluator;
  const outside = scopes.vector;
  const isVector = outside !== null && fold.body.axes.includes(outside);
  const inner =
    vector && fold.over.includes(vector) && vector.extent >= target.lanes ? vector : null;
  const order = inner ? [...fold.over.filter((x) => x !== inner), inner] : fold.over;
  const started = (type: "real" | "vector"): Local[] =>
    Array.from({ length: count }, () => {
      const sum = coder.local(type);
      coder.set(sum, numberOf(neutral[fold.folding], type));
      return sum;
    });
  const sums = started(isVector ? "vector" : "real");
  const byLanes = inner ? started("vector") : [];

  const addTo = (into: readonly Local[]): void => {
    for (const [k, sum] of into.entries())
      at(k, () => coder.set(sum, op(fold.folding, sum, evaluator.value(fold.body))));
  };
  const open = (depth: number): void => {
    const x = order[depth];
    if (!x) addTo(inner && scopes.vector === inner ? byLanes : sums);
    else if (x === inner)
      inVectors(
        evaluator,
        x,
        { from: int(0), to: int(x.extent), together: 1 },
        {
          isPadded: false,
          body: () => open(depth + 1),
        },
      );
    else scopes.loop(x, int(0), int(x.extent), 1, () => open(depth + 1));
  };
  open(0);
  scopes.vector = outside;
  return sums.map((sum, k) => {
    const lanes = byLanes[k];
    if (!lanes) return sum;
    return coder.let(op(fold.folding, acrossLanes(coder, fold.folding, lanes, target), sum));
  });
}

/** What the lanes of a vector fold to, by halves. */
function acrossLanes(coder: Coder, folding: Folding, sum: Local, { lanes }: Target): Value {
  let values: Value[] = Array.from({ length: lanes }, (_, index) => ({
    kind: "lane",
    type: "real",
    of: sum,
    index,
  }));
  while (values.length > 1) {
    const half = values.length / 2;
    values = Array.from({ length: half }, (_, i) =>
      coder.let(op(folding, values[i]!, values[i + half]!)),
    );
  }
  return values[0]!;
}

// ---- which axis lies in the lanes -------------------------------------------------------------------

/** The axis along which most of what is read and written lies side by side. */
export function vectorAxis(nest: Nest, layout: Layout, { lanes }: Target): Axis | null {
  if (lanes === 1) return null;
  const scores = new Map<Axis, number>();
  const folded = nest.folds.length === 1 ? nest.folds[0]!.over : [];
  const candidates = [...nest.axes, ...folded].filter(({ extent }) => extent >= 2);
  const vote = (axis: Axis, stride: number | null, times: number): void => {
    // A vector that is put together costs more than one that is read saves.
    const score = stride === 1 ? 2 : stride === 0 ? 0 : -3;
    scores.set(axis, (scores.get(axis) ?? 0) + score * times);
  };
  const inside = new Set([...nest.folds, ...nest.stores].map(({ tensor }) => tensor));
  const votes = (body: Formula, times: number): void => {
    for (const read of readsIn(body))
      if (!inside.has(read.tensor))
        for (const axis of candidates) vote(axis, strideAlong(read, axis, layout), times);
  };
  for (const { body, over } of nest.folds) votes(body, extentOf(over));
  for (const { tensor, at, body, isKept } of nest.stores) {
    votes(body, 1);
    if (!isKept) continue;
    for (const axis of candidates) {
      const k = at.findIndex((place) => axisAlone(place) === axis);
      if (k >= 0) vote(axis, layout.storageOf(tensor).strides[k]!, 1);
    }
  }
  let best: { axis: Axis; score: number } | null = null;
  for (const [axis, score] of scores)
    if (score > 0 && (!best || score > best.score)) best = { axis, score };
  return best?.axis ?? null;
}

/** The domain from the largest strides in: the axis of the lanes innermost, unless folds are inside. */
function loopOrder(nest: Nest, vector: Axis | null, layout: Layout): Axis[] {
  const strideOf = (x: Axis): number => {
    const store = nest.stores.find(({ isKept }) => isKept);
    if (!store) return 0;
    const k = store.at.findIndex((place) => axisAlone(place) === x);
    return k < 0 ? Infinity : layout.storageOf(store.tensor).strides[k]!;
  };
  const others = nest.axes.filter((x) => x !== vector);
  others.sort((a, b) => strideOf(b) - strideOf(a));
  return vector && nest.axes.includes(vector) ? [...others, vector] : others;
}

/** Whether vectors may go beyond the end of an axis: in everything that is read and written there is room. */
function isPaddedAlong(nest: Nest, along: Axis, layout: Layout): boolean {
  const inside = new Set([...nest.folds, ...nest.stores].map(({ tensor }) => tensor));
  return (
    readsOf(nest).every(
      (read) =>
        (inside.has(read.tensor) && read.at.every((place) => axisAlone(place) !== null)) ||
        hasRoom(read, along, layout),
    ) && nest.stores.every((store) => !store.isKept || hasRoom(store, along, layout))
  );
}
