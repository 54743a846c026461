/** @file Which classes of a prediction are shown, in which order, and how their probabilities are written. */

/** What a network says of a sample. */
export interface Prediction {
  /** What the sample is called: "image 7". */
  readonly name: string;
  /** One a class; a network that diverged gives NaN. */
  readonly probabilities: readonly number[];
  /** The class that it is of, counted from 0; null where that is not known. */
  readonly truth: number | null;
}

/** A class and its probability. */
export interface ClassRow {
  readonly index: number;
  readonly name: string;
  readonly probability: number;
  readonly isPredicted: boolean;
  readonly isTrue: boolean;
}

/** The classes that are shown of a prediction, and what is left of it. */
export interface ClassRows {
  readonly rows: readonly ClassRow[];
  readonly others: { readonly count: number; readonly probability: number } | null;
}

/** The class of the greatest probability, the first of several; null where none is a number. */
export const predicted = ({ probabilities }: Pick<Prediction, "probabilities">): number | null =>
  probabilities.reduce<number | null>(
    (best, p, i) => (Number.isNaN(p) || (best !== null && p <= probabilities[best]!) ? best : i),
    null,
  );

/** The name of a class; those without one are called by their number. */
export const className = (names: readonly string[] | null, index: number): string =>
  names?.[index] ?? String(index);

/** Up to so many classes are all shown, in their order. */
const mostShown = 10;

/** The classes of a prediction; of many the likeliest, from the likeliest down, and the true one. */
export function classRows(prediction: Prediction, names: readonly string[] | null): ClassRows {
  const { probabilities, truth } = prediction;
  const best = predicted(prediction);
  const row = (index: number): ClassRow => ({
    index,
    name: className(names, index),
    probability: probabilities[index]!,
    isPredicted: index === best,
    isTrue: index === truth,
  });
  const all = probabilities.map((_, index) => index);
  if (all.length <= mostShown) return { rows: all.map(row), others: null };
  const size = (index: number): number => {
    const p = probabilities[index]!;
    return Number.isNaN(p) ? -1 : p;
  };
  const likeliest = all.sort((a, b) => size(b) - size(a) || a - b);
  const isShown = (index: number, rank: number): boolean => rank < mostShown - 2 || index === truth;
  const shown = likeliest.filter(isShown);
  const others = likeliest.filter((index, rank) => !isShown(index, rank));
  return {
    rows: shown.map(row),
    others: {
      count: others.length,
      probability: others.reduce((sum, index) => sum + probabilities[index]!, 0),
    },
  };
}

/** A share of one as "62.3%"; what is not quite nothing or all does not look so. */
export function percent(share: number): string {
  if (Number.isNaN(share)) return "NaN";
  if (share > 0 && share < 0.0005) return "<0.1%";
  if (share < 1 && share >= 0.9995) return ">99.9%";
  return `${(100 * share).toFixed(1)}%`;
}
