/** @file What a line chart is drawn of. */

/** Values by epoch, or by anything else that goes on. */
export interface Series {
  readonly name: string;
  /** One at each place of the axis; null where there is none. */
  readonly values: readonly (number | null)[];
}

/** Lines on one axis of values. */
export interface Panel {
  /** What the values are: "loss". */
  readonly name: string;
  /** What they are counted in: "%". */
  readonly unit: string | null;
  readonly series: readonly Series[];
  /** A logarithmic axis shows positive values only; "auto" is one where these span decades. */
  readonly axis: "linear" | "log" | "auto";
  /** Beyond which values have no meaning, and the axis none: [0, 100] of percents. */
  readonly bounds?: readonly [number, number];
}

/** Panels side by side over one axis. */
export interface LineChart {
  readonly title: string;
  readonly across: {
    /** "epoch" */
    readonly name: string;
    /** Whole numbers, ascending. */
    readonly at: readonly number[];
  };
  readonly panels: readonly Panel[];
  /** A place that is marked in each panel, and why: "kept". */
  readonly marked: { readonly at: number; readonly words: string } | null;
}
