/** @file Places of labels beside one another: as near as can be to where they would be, and never overlapping. */

/** A run of labels without room between them. */
interface Block {
  readonly members: readonly number[];
  /** The mean of where its first would be for the sake of each of its members. */
  readonly first: number;
}

/**
 * Moves places apart until they are `gap` from one another, in their order and between two ends, and no more than
 * that needs: the sum of the squared ways is the least. There must be room for all of them.
 */
export function spreadOut(
  wanted: readonly number[],
  gap: number,
  low: number,
  high: number,
): number[] {
  const last = high - gap * (wanted.length - 1);
  const order = wanted.map((_, i) => i).sort((a, b) => wanted[a]! - wanted[b]! || a - b);
  const blocks: Block[] = [];
  for (const [rank, i] of order.entries()) {
    // Less what stands before it, places need only not descend.
    let block: Block = { members: [i], first: wanted[i]! - rank * gap };
    for (let before = blocks.at(-1); before && before.first > block.first; before = blocks.at(-1)) {
      blocks.pop();
      const [a, b] = [before.members.length, block.members.length];
      block = {
        members: [...before.members, ...block.members],
        first: (a * before.first + b * block.first) / (a + b),
      };
    }
    blocks.push(block);
  }
  const places = wanted.slice();
  let rank = 0;
  for (const { members, first } of blocks)
    for (const i of members)
      places[i] = Math.min(Math.max(first, low), Math.max(low, last)) + rank++ * gap;
  return places;
}
