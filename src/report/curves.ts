/** @file The curves of a training run: loss and accuracy by epoch. */

import type { LineChart, Panel, Series } from "../draw/index.ts";

/** How well a network does on some samples. */
export interface Figures {
  /** The mean a sample. */
  readonly loss: number;
  /** The share of samples whose class is predicted; null where there are no classes. */
  readonly accuracy: number | null;
}

/** What is known of an epoch at its end. */
export interface EpochFigures {
  readonly epoch: number;
  readonly train: Figures;
  readonly validation?: Figures;
  readonly test?: Figures;
  readonly seconds: number;
  /** The learning rate of its first step. */
  readonly rate?: number;
}

/** A share as it is told: `89.42%`. */
export const inPercent = (share: number, digits = 2): string => `${(100 * share).toFixed(digits)}%`;

/** The samples of a run, in the order in which they are told. */
export const parts = ["train", "validation", "test"] as const;
/** The parts of the samples that a run has figures of. */
export const partsOf = (epochs: readonly EpochFigures[]): (typeof parts)[number][] =>
  parts.filter((part) => epochs.some((epoch) => epoch[part]));

/** The curves, with the epoch marked whose parameters are kept; of a run without classes the loss alone. */
export function curvesOf(epochs: readonly EpochFigures[], best: number | null): LineChart {
  const at = epochs.map(({ epoch }) => epoch);
  const seriesOf = (of: (figures: Figures) => number | null): Series[] =>
    partsOf(epochs).map((part) => ({
      name: part,
      values: epochs.map((epoch) => {
        const figures = epoch[part];
        return figures ? of(figures) : null;
      }),
    }));
  const accuracy = seriesOf((figures) => figures.accuracy && percentsOf(figures.accuracy)).filter(
    ({ values }) => values.some((value) => value !== null),
  );
  const panels: Panel[] = [
    { name: "loss", unit: null, series: seriesOf(({ loss }) => loss), axis: "auto" },
    ...(accuracy.length > 0
      ? [
          {
            name: "accuracy",
            unit: "%",
            series: accuracy,
            axis: "linear",
            bounds: [0, 100],
          } as const,
        ]
      : []),
  ];
  return {
    title: accuracy.length > 0 ? "Loss and accuracy by epoch" : "Loss by epoch",
    across: { name: "epoch", at },
    panels,
    marked: best !== null && at.includes(best) ? { at: best, words: "kept" } : null,
  };
}

/** Percents of a share, without what floats add to its decimals. */
const percentsOf = (share: number): number => Math.round(share * 1e10) / 1e8;
