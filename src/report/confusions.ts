/** @file What a confusion matrix says: how well each class is found, and which are taken for which. */

/** How well a class is found. */
export interface ClassFigures {
  readonly index: number;
  /** Of this class. */
  readonly samples: number;
  /** The share of them that is found; null where there are none. */
  readonly recall: number | null;
  /** The share that is right of what is taken for it; null where nothing is. */
  readonly precision: number | null;
}

/** Samples of one class that were taken for another. */
export interface Mistaken {
  readonly truth: number;
  readonly predicted: number;
  readonly count: number;
  /** Of the samples of the true class. */
  readonly share: number;
}

const sum = (values: readonly number[]): number => values.reduce((total, x) => total + x, 0);

/** How many samples a matrix counts, and how many of them right. */
export const countsOf = (
  counts: readonly (readonly number[])[],
): { all: number; right: number } => ({
  all: sum(counts.map(sum)),
  right: sum(counts.map((row, i) => row[i]!)),
});

/** The figures of each class; rows are true classes, columns predicted ones. */
export const classFigures = (counts: readonly (readonly number[])[]): ClassFigures[] =>
  counts.map((row, index) => {
    const samples = sum(row);
    const taken = sum(counts.map((each) => each[index]!));
    return {
      index,
      samples,
      recall: samples === 0 ? null : row[index]! / samples,
      precision: taken === 0 ? null : row[index]! / taken,
    };
  });

/** The most frequent confusions, at most so many; of two as frequent ones the first in the matrix. */
export const mistakenMost = (counts: readonly (readonly number[])[], most: number): Mistaken[] =>
  counts
    .flatMap((row, truth) => {
      const samples = sum(row);
      return row.map((count, predicted) => ({ truth, predicted, count, share: count / samples }));
    })
    .filter(({ truth, predicted, count }) => truth !== predicted && count > 0)
    .sort((a, b) => b.count - a.count)
    .slice(0, most);
