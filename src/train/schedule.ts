/** @file Learning rates that change from step to step. */

/** How the rate goes after the warm-up. */
export type Schedule =
  | { readonly kind: "constant" }
  /** It is multiplied by `factor` after every so many epochs. */
  | { readonly kind: "step"; readonly every: number; readonly factor: number }
  /** Half a cosine from the rate down to `least` of it, which it has after the last step (Loshchilov & Hutter 2017). */
  | { readonly kind: "cosine"; readonly least: number };

export interface Rates {
  readonly rate: number;
  readonly schedule: Schedule;
  /** Over so many epochs the rate rises in equal steps up to what it is. */
  readonly warmup: number;
  readonly epochs: number;
  readonly stepsPerEpoch: number;
}

/** The rate of a step, steps counted from 0 over all epochs. */
export function rateAt(step: number, of: Rates): number {
  const { rate, warmup, stepsPerEpoch } = of;
  const rising = Math.round(warmup * stepsPerEpoch);
  if (step < rising) return (rate * (step + 1)) / rising;
  return rate * factorAt(step, rising, of);
}

function factorAt(
  step: number,
  rising: number,
  { schedule, epochs, stepsPerEpoch }: Rates,
): number {
  switch (schedule.kind) {
    case "constant":
      return 1;
    case "step":
      return schedule.factor ** Math.floor(step / stepsPerEpoch / schedule.every);
    case "cosine": {
      const part = (step - rising) / (epochs * stepsPerEpoch - rising);
      return schedule.least + (1 - schedule.least) * 0.5 * (1 + Math.cos(Math.PI * part));
    }
    default:
      return schedule satisfies never;
  }
}
