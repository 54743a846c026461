/** @file How far training is: one line that changes on a terminal, and a line an epoch. */

import { inPercent } from "../report/curves.ts";
import type { Figures } from "../report/curves.ts";
import type { EpochFigures, News } from "../train/trainer.ts";

/** Between two changes of the line pass so many milliseconds. */
const pause = 100;

const percent = (share: number): string => inPercent(share, 1);
const lossTold = (loss: number): string => loss.toPrecision(4);

const figuresTold = (what: string, { loss, accuracy }: Figures): string =>
  `${what} ${lossTold(loss)}${accuracy === null ? "" : ` ${percent(accuracy)}`}`;

/** Seconds as minutes and seconds, from a minute on. */
function timeTold(seconds: number): string {
  if (seconds < 60) return `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`;
  const whole = Math.round(seconds);
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  const two = (n: number): string => String(n).padStart(2, "0");
  return hours > 0
    ? `${hours}:${two(minutes)}:${two(whole % 60)}`
    : `${minutes}:${two(whole % 60)} min`;
}

/** A line for an epoch that is done. */
export function epochTold({
  epoch,
  train,
  validation,
  test,
  seconds,
  samplesPerSecond,
}: EpochFigures): string {
  return [
    `epoch ${epoch}`,
    figuresTold("train", train),
    ...(validation ? [figuresTold("validation", validation)] : []),
    ...(test ? [figuresTold("test", test)] : []),
    `${timeTold(seconds)}, ${Math.round(samplesPerSecond).toLocaleString("en")}/s`,
  ].join("  ");
}

/** The progress of a run on standard error, where that is a terminal. */
export class Progress {
  private readonly epochs: number;
  private readonly isTerminal = process.stderr.isTTY;
  private shown = -Infinity;

  constructor(epochs: number) {
    this.epochs = epochs;
  }

  tell({ epoch, done, of, sums, seconds }: Extract<News, { kind: "steps" }>): void {
    const now = performance.now();
    if (!this.isTerminal || now - this.shown < pause) return;
    this.shown = now;
    const left = (seconds / done) * (of - done + (this.epochs - epoch) * of);
    const line = [
      `epoch ${epoch}/${this.epochs}`,
      percent(done / of),
      `loss ${lossTold(sums.loss / sums.samples)}`,
      ...(sums.found > 0 ? [`accuracy ${percent(sums.found / sums.samples)}`] : []),
      `${Math.round(sums.samples / seconds).toLocaleString("en")}/s`,
      `ETA ${timeTold(left)}`,
    ].join("  ");
    const width = Math.max(20, (process.stderr.columns ?? 80) - 1);
    process.stderr.write(`\r\u001B[K${line.slice(0, width)}`);
  }

  /** Takes the line away. */
  end(): void {
    if (this.isTerminal && this.shown > -Infinity) process.stderr.write("\r\u001B[K");
    this.shown = -Infinity;
  }
}
