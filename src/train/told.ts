/** @file A run in words: what came out, and what it was made with. */

import { backendNames } from "../compile/options.ts";
import { inPercent } from "../report/curves.ts";
import type { Figures } from "../report/curves.ts";
import type { Begun } from "./begun.ts";
import type { Config } from "./config.ts";
import type { Compared } from "./gradient-check.ts";
import type { Schedule } from "./schedule.ts";
import type { EpochFigures, Moment, Trainer } from "./trainer.ts";

/** The figures of the epoch whose parameters are kept. */
export const keptFigures = ({ history, best }: Moment): EpochFigures | undefined =>
  best === null ? history.at(-1) : history[best - 1];

/** One sentence with the last figures. */
export function summaryOf(moment: Moment): string {
  const last = keptFigures(moment);
  if (!last) return "No epoch has ended.";
  const { epoch, train, validation, test } = last;
  const told = (name: string, { loss, accuracy }: Figures): string =>
    `${loss.toPrecision(4)} on the ${name} samples${accuracy === null ? "" : `, of which ${inPercent(accuracy)} are classified correctly`}`;
  const others = [
    ...(validation ? [told("validation", validation)] : []),
    ...(test ? [told("test", test)] : []),
  ];
  return `After ${epoch === 1 ? "one epoch" : `${epoch} epochs`} the loss is ${[`${train.loss.toPrecision(4)} in training`, ...others].join("; ")}.`;
}

/** One sentence on what is trained, on what, and how. */
export function setupOf({ config, found }: Pick<Begun, "config" | "found">): string {
  const { subject, optimizer, epochs, batch } = config;
  const { train } = found.parts;
  const what =
    subject.kind === "network"
      ? `The network ${subject.layers.join("-")} (${subject.activation}, ${subject.loss}${subject.batchNorm ? ", batch normalisation" : ""})`
      : subject.params.join(", ");
  const many = subject.kind === "typed" && subject.params.length > 1 ? "are" : "is";
  const steps = epochs === 1 ? "one epoch" : `${epochs} epochs`;
  return `${what} ${many} trained on ${train.count} samples (${found.data.title}) by ${optimizer.name} at a rate of ${optimizer.rate}, for ${steps} in batches of ${Math.min(batch, train.count)}.`;
}

/** One sentence on derived beside numeric gradients. */
export function comparedTold(compared: readonly Compared[]): string {
  const worst = Math.max(...compared.map(({ relativeError }) => relativeError));
  return `Before the first step, derivatives along a random direction of ${compared.length === 1 ? "the parameter" : `each of the ${compared.length} matrices and vectors of parameters`} agree with differences of the loss up to ${worst.toExponential(0)}.`;
}

function scheduleTold(schedule: Schedule, warmup: number): string {
  const rising = warmup > 0 ? `, after a warm-up over ${warmup} epochs` : "";
  switch (schedule.kind) {
    case "constant":
      return `constant${rising}`;
    case "step":
      return `times ${schedule.factor} after every ${schedule.every} epochs${rising}`;
    case "cosine":
      return `down to ${schedule.least === 0 ? "0" : `${inPercent(schedule.least)} of it`} along half a cosine${rising}`;
    default:
      return schedule satisfies never;
  }
}

/** What a run was made with, by name. */
export function settingsOf(config: Config, trainer: Trainer): [name: string, value: string][] {
  const { subject, optimizer, data, initial } = config;
  const { name, rate, clip, schedule, warmup } = optimizer;
  const network: [string, string][] =
    subject.kind === "network"
      ? [
          ["layers", subject.layers.join(", ")],
          ["activation", subject.activation],
          ["loss", subject.loss],
          ...(subject.l2 > 0 ? [["L2", String(subject.l2)] satisfies [string, string]] : []),
          ...(subject.dropout > 0
            ? [["dropout", String(subject.dropout)] satisfies [string, string]]
            : []),
          ...(subject.batchNorm ? [["batch normalisation", "yes"] satisfies [string, string]] : []),
        ]
      : [["trained", subject.params.join(", ")]];
  return [
    ...network,
    ["parameters", trainer.parameterCount.toLocaleString("en")],
    ["data", data.paths.join(", ")],
    ...(data.standard === "none"
      ? []
      : [["standardised", `by ${data.standard}`] satisfies [string, string]]),
    [
      "initial weights",
      initial.kind === "normal" ? `normal, standard deviation ${initial.scale}` : initial.kind,
    ],
    ["optimiser", name],
    ["rate", `${rate}, ${scheduleTold(schedule, warmup)}`],
    ...(clip
      ? [["gradients clipped", `by ${clip.by}, ${clip.most}`] satisfies [string, string]]
      : []),
    ["batch", String(config.batch)],
    ["epochs", String(config.epochs)],
    ["seed", String(config.seed)],
    ["computed by", `${backendNames[config.backend]}, ${config.dtype}`],
  ];
}
