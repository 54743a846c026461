/** @file A search for options by what they come to on samples that validate: a run for each trial, and a table. */

import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { errors, NablaError } from "../diagnostics/errors.ts";
import { makeFolder, readText, writeBeside } from "../files/index.ts";
import { inPercent } from "../report/curves.ts";
import type { Figures } from "../report/curves.ts";
import { activationNames, losses, optimizerNames, standards } from "../train/choices.ts";
import { configOf, lossOf } from "../train/configured.ts";
import { RunFolder } from "../train/folder.ts";
import { trialsOf } from "../train/search.ts";
import type { Trial } from "../train/search.ts";
import { keptFigures } from "../train/told.ts";
import type { Moment } from "../train/trainer.ts";
import { networkOptions } from "./train-options.ts";
import type { TrainOptions } from "./train-options.ts";

/** What a run came to. */
export interface Ran {
  readonly moment: Moment;
  /** The path of its folder. */
  readonly folder: string;
  readonly backend: "native" | "wasm" | "js";
  readonly parameters: number;
  readonly isInterrupted: boolean;
}

/** The options that can be searched; those that take one of some words, with them. */
const searched: Readonly<Record<string, readonly string[] | null>> = {
  layers: null,
  hidden: null,
  activation: activationNames,
  loss: losses,
  margin: null,
  l2: null,
  dropout: null,
  init: null,
  optimizer: optimizerNames,
  rate: null,
  momentum: null,
  decay: null,
  beta1: null,
  beta2: null,
  epsilon: null,
  "weight-decay": null,
  schedule: null,
  warmup: null,
  clip: null,
  "clip-value": null,
  batch: null,
  epochs: null,
  seed: null,
  standardise: standards,
};

/** What a folder of a search holds of it. */
interface Kept {
  readonly version: 1;
  readonly problem: string | null;
  readonly options: TrainOptions;
  readonly trials: readonly Trial[];
}

const fileOf = (folder: string): string => join(folder, "search.json");

/** Whether a folder is that of a search. */
export const isSearch = (folder: string | undefined): boolean =>
  folder !== undefined && existsSync(fileOf(folder));

/** A trial that is over. */
interface Result {
  readonly trial: number;
  readonly options: Trial;
  readonly run: string;
  readonly epochs: number;
  /** Null where the trial diverged. */
  readonly validation: Figures | null;
}

/** Makes the trials of a search, or those that are left of one; whether it was interrupted. */
export async function search(
  problem: string | undefined,
  options: TrainOptions,
  runOf: (problem: string | undefined, options: TrainOptions, tellsEpochs: boolean) => Promise<Ran>,
): Promise<boolean> {
  const folder = resolve(options.resume ?? options.out ?? "search");
  const kept = options.resume === undefined ? begun(folder, problem, options) : keptIn(folder);
  const { trials } = kept;
  const results: Result[] = [];
  for (const [k, trial] of trials.entries()) {
    const out = join(folder, String(k + 1));
    const isBegun = existsSync(join(out, "config.json"));
    const own = isBegun
      ? { ...kept.options, resume: out }
      : { ...withTrial(kept.options, trial), out, resume: undefined };
    const { threads, memory, json } = options;
    const asked = { ...own, threads, memory, json } as TrainOptions;
    const ran = await unlessDiverged(runOf(kept.problem ?? undefined, asked, false));
    if (ran?.isInterrupted) {
      process.stdout.write(
        json
          ? `${JSON.stringify({ done: false, run: folder })}\n`
          : `interrupted: nabla train --resume ${folder}  goes on\n`,
      );
      return true;
    }
    const validation = (ran && keptFigures(ran.moment)?.validation) ?? null;
    const epochs = ran?.moment.history.length ?? 0;
    const result = { trial: k + 1, options: trial, run: out, epochs, validation };
    results.push(result);
    process.stdout.write(`${json ? JSON.stringify(result) : trialTold(result, trials.length)}\n`);
  }
  const sorted = results.toSorted(byFigures);
  writeBeside(join(folder, "search.csv"), csvOf(sorted));
  const [best] = sorted;
  process.stdout.write(
    options.json
      ? `${JSON.stringify({ done: true, best, run: folder })}\n`
      : `\n${tableOf(sorted)}\n\n${best!.run}\n`,
  );
  return false;
}

/** The best first: of most accuracy, then of least loss; what diverged comes last. */
function byFigures({ validation: a }: Result, { validation: b }: Result): number {
  if (!a || !b) return Number(a === null) - Number(b === null);
  return (b.accuracy ?? 0) - (a.accuracy ?? 0) || a.loss - b.loss;
}

/** A trial that diverges is a result like any other. */
async function unlessDiverged(ran: Promise<Ran>): Promise<Ran | null> {
  try {
    return await ran;
  } catch (error) {
    if (error instanceof NablaError && error.diagnostic.code === "diverged") return null;
    throw error;
  }
}

function begun(folder: string, problem: string | undefined, options: TrainOptions): Kept {
  if (isSearch(folder)) throw errors.runThere(folder);
  RunFolder.requireFree(folder);
  if (Number(options.validation) === 0) throw errors.searchNeedsValidation();
  const { trials: count } = options;
  if (count !== undefined && !/^[1-9]\d{0,8}$/u.test(count))
    throw errors.badOption("--trials", "a whole number from 1 on");
  const trials = trialsOf(
    options.search!,
    count === undefined ? null : Number(count),
    Number(options.seed),
  );
  const loss = lossOf(problem);
  const network = loss && networkOptions.find((name) => Object.hasOwn(trials[0]!, name));
  if (network) throw errors.optionOf(network, "a network", "--layers 784,256,10");
  for (const trial of trials) configOf(loss, withTrial(options, trial));
  const data = options.data.map((path) => resolve(path));
  const kept: Kept = {
    version: 1,
    problem: problem === undefined ? null : problem.endsWith(".nabla") ? resolve(problem) : problem,
    options: { ...options, data },
    trials,
  };
  makeFolder(folder);
  writeBeside(fileOf(folder), `${JSON.stringify(kept, null, 2)}\n`);
  return kept;
}

function keptIn(folder: string): Kept {
  const path = fileOf(folder);
  try {
    const kept = JSON.parse(readText(path)) as Partial<Kept>;
    if (kept.version === 1 && kept.options && Array.isArray(kept.trials)) return kept as Kept;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw errors.badData(path, "it is no search");
}

/** The options of a trial among all others. */
function withTrial(options: TrainOptions, trial: Trial): TrainOptions {
  const own = Object.entries(trial).map(([name, value]) => {
    const words = Object.hasOwn(searched, name) ? searched[name]! : undefined;
    if (words === undefined) throw errors.notSearched(name, Object.keys(searched));
    if (words !== null && !words.includes(value))
      throw errors.badOption(`--search ${name}`, words.join(", "));
    const key = name.replaceAll(/-(\w)/gu, (_all, letter: string) => letter.toUpperCase());
    return [key, name === "layers" || name === "hidden" ? value.replaceAll("-", ",") : value];
  });
  return { ...options, ...Object.fromEntries(own), search: undefined } as TrainOptions;
}

const optionsTold = (trial: Trial): string =>
  Object.entries(trial)
    .map(([name, value]) => `${name} ${value}`)
    .join(", ");

const trialTold = ({ trial, options, validation }: Result, of: number): string =>
  `trial ${trial}/${of}  ${optionsTold(options)}  ${validation ? `validation ${figuresTold(validation)}` : "diverged"}`;

const figuresTold = ({ loss, accuracy }: Figures): string =>
  `${loss.toPrecision(4)}${accuracy === null ? "" : ` ${inPercent(accuracy)}`}`;

/** The trials, the best first. */
function tableOf(results: readonly Result[]): string {
  const names = Object.keys(results[0]!.options);
  const rows = [
    ["trial", ...names, "epochs", "loss", "accuracy"],
    ...results.map(({ trial, options, epochs, validation }) => [
      String(trial),
      ...names.map((name) => options[name]!),
      String(epochs),
      validation?.loss.toPrecision(4) ?? "–",
      validation && validation.accuracy !== null ? inPercent(validation.accuracy) : "–",
    ]),
  ];
  const widths = rows[0]!.map((_, k) => Math.max(...rows.map((row) => row[k]!.length)));
  return rows.map((row) => row.map((cell, k) => cell.padStart(widths[k]!)).join("  ")).join("\n");
}

function csvOf(results: readonly Result[]): string {
  const names = Object.keys(results[0]!.options);
  return [
    ["trial", ...names, "epochs", "loss", "accuracy", "run"].join(","),
    ...results.map(({ trial, options, epochs, validation, run }) =>
      [
        trial,
        ...names.map((name) => options[name]!),
        epochs,
        validation?.loss ?? "",
        validation?.accuracy ?? "",
        `"${run.replaceAll('"', '""')}"`,
      ].join(","),
    ),
    "",
  ].join("\n");
}
