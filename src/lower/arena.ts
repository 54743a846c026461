/** @file The memory plan: every tensor has its place for good, and places that are free are used again. */

/** What needs memory, from one moment of a step to another. */
export interface Demand<T> {
  readonly of: T;
  readonly size: number;
  readonly from: number;
  /** The last moment at which it is read. */
  readonly to: number;
}

/** Where everything stands, and how much that takes: the largest first, each at the lowest place that is free. */
export function arranged<T>(
  demands: readonly Demand<T>[],
  start: number,
): { readonly offsets: ReadonlyMap<T, number>; readonly end: number } {
  const offsets = new Map<T, number>();
  const fixed: (Demand<T> & { readonly offset: number })[] = [];
  let end = start;
  for (const demand of demands.toSorted((a, b) => b.size - a.size)) {
    const around = fixed
      .filter((other) => other.from <= demand.to && demand.from <= other.to)
      .toSorted((a, b) => a.offset - b.offset);
    let offset = start;
    for (const other of around) {
      if (offset + demand.size <= other.offset) break;
      offset = Math.max(offset, other.offset + other.size);
    }
    fixed.push({ ...demand, offset });
    offsets.set(demand.of, offset);
    end = Math.max(end, offset + demand.size);
  }
  return { offsets, end };
}
