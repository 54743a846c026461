/** @file From where on one way to compute is faster than another, as measured; every target says it of itself. */

/** Sizes and costs by which the schedule and the loops are chosen: results hang on none of them. */
export interface Measured {
  /** Below that many operations in all, threads would wait for each other longer than they work. */
  readonly worthThreads: number;
  /** Below that many a kernel is not shared. */
  readonly worthSharing: number;
  /** How many operations a barrier costs. */
  readonly barrierCost: number;
  /** From so many places of the least part on, the parts of threads follow how fast the threads are. */
  readonly longPart: number;
  /** From so many columns on threads share the factor of Cholesky, and what is solved with it. */
  readonly sharedFactor: number;
  readonly sharedSolution: number;
  /** How many rows of that factor are made before the rest is brought up to date. */
  readonly factorBlock: number;
  /** How many products are added up at a time where what they read cannot be fetched in advance, and has to stay near. */
  readonly depthTogether: number;
  /** How many bytes of a row are added up at a time where they can, and the other operand does not stay near whole. */
  readonly rowTogether: number;
  /** How many bytes of an operand stay near the processor while the other passes. */
  readonly near: number;
  /** From so many lines of 64 bytes on, rows begin at lines of their own. */
  readonly longRow: number;
}

export const measured: Measured = {
  worthThreads: 200_000,
  worthSharing: 2_000,
  barrierCost: 50_000,
  longPart: 56,
  sharedFactor: 96,
  sharedSolution: 64,
  factorBlock: 32,
  depthTogether: 256,
  rowTogether: 4096,
  near: 2 ** 20,
  longRow: 8,
};
