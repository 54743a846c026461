/** @file A search for options by what they come to on validation samples: a run for each trial, and a table. */

import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { errors } from "../diagnostics/errors.ts";
import { readText, writeBeside } from "../files/index.ts";
import { inPercent } from "../report/curves.ts";
import type { Figures } from "../report/curves.ts";
import { lossOf } from "../train/configured.ts";
import { RunFolder } from "../train/folder.ts";
import {
  byFigures,
  optionsTold,
  trialsAsked,
  trialsTable,
  unlessDiverged,
  withTrial,
} from "../train/search.ts";
import type { Trial, TrialResult } from "../train/search.ts";
import { keptFigures } from "../train/told.ts";
import type { Moment } from "../train/trainer.ts";
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

/** A trial that is over, and its folder. */
interface Result extends TrialResult {
  readonly run: string;
}

/** Makes the trials of a search, or those that are left of one; whether it was interrupted. */
export async function search(
  problem: string | undefined,
  options: TrainOptions,
  runOf: (problem: string | undefined, options: TrainOptions, tellsEpochs: boolean) => Promise<Ran>,
): Promise<boolean> {
  const { folder, kept } =
    options.resume === undefined
      ? begun(problem, options)
      : { folder: resolve(options.resume), kept: keptIn(resolve(options.resume)) };
  const { trials } = kept;
  const results: Result[] = [];
  for (const [k, trial] of trials.entries()) {
    const out = join(folder, String(k + 1));
    const isBegun = existsSync(join(out, "config.json"));
    const own = isBegun
      ? { ...kept.options, resume: out }
      : { ...withTrial(kept.options, trial), out, resume: undefined, search: undefined };
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

/** Begins a search, in a folder of its own. */
function begun(
  problem: string | undefined,
  options: TrainOptions,
): { readonly folder: string; readonly kept: Kept } {
  const { search, trials: count, out } = options;
  if (out !== undefined) {
    if (isSearch(out)) throw errors.searchThere(out);
    RunFolder.requireFree(out);
  }
  const trials = trialsAsked(lossOf(problem), options, { search: search!, trials: count });
  const data = options.data.map((path) => resolve(path));
  const kept: Kept = {
    version: 1,
    problem: problem === undefined ? null : problem.endsWith(".nabla") ? resolve(problem) : problem,
    options: { ...options, data },
    trials,
  };
  const { path: folder } =
    out === undefined ? RunFolder.numbered("runs", "search") : RunFolder.fresh(out);
  writeBeside(fileOf(folder), `${JSON.stringify(kept, null, 2)}\n`);
  return { folder, kept };
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

const trialTold = ({ trial, options, validation }: Result, of: number): string =>
  `trial ${trial}/${of}  ${optionsTold(options)}  ${validation ? `validation ${figuresTold(validation)}` : "diverged"}`;

const figuresTold = ({ loss, accuracy }: Figures): string =>
  `${loss.toPrecision(4)}${accuracy === null ? "" : ` ${inPercent(accuracy)}`}`;

function tableOf(results: readonly Result[]): string {
  const { head, rows } = trialsTable(results);
  const widths = head.map((name, k) => Math.max(name.length, ...rows.map((row) => row[k]!.length)));
  return [head, ...rows]
    .map((row) => row.map((cell, k) => cell.padStart(widths[k]!)).join("  "))
    .join("\n");
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
