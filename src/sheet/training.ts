/** @file The trainings of a sheet: networks and typed losses, trained where they stand. */

import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { errors, NablaError } from "../diagnostics/errors.ts";
import type { Span } from "../diagnostics/source.ts";
import { latexLines } from "../report/results.ts";
import type { Table, Trained } from "../report/trained.ts";
import { begun } from "../train/begun.ts";
import type { Begun } from "../train/begun.ts";
import type { Asked } from "../train/choices.ts";
import { configOf } from "../train/configured.ts";
import type { TypedLoss } from "../train/configured.ts";
import type { Compared } from "../train/gradient-check.ts";
import { firstSamples } from "../train/results.ts";
import {
  byFigures,
  optionsTold,
  trialsAsked,
  trialsTable,
  unlessDiverged,
  withTrial,
} from "../train/search.ts";
import type { Search, TrialResult } from "../train/search.ts";
import { gradientsOf } from "../train/shown.ts";
import { comparedTold, keptFigures, setupOf, summaryOf } from "../train/told.ts";
import { placedError } from "./placed.ts";
import type { Solved } from "./solve.ts";
import type { SheetFence, SheetSource } from "./source.ts";
import type { TrainingOption, TrainingOptions } from "./training-options.ts";
import { askedBy, onReal } from "./training-options.ts";

/** What a training came to, and how its gradients were checked. */
export interface TrainedHere extends Trained {
  readonly compared: readonly Compared[];
}

/** The bytes that samples may take before they stay in their files. */
const memory = 2 ** 30;
type Note = (text: string) => void;
const usualSamples = 3;

/** Real data take the place of small ones where they are in the folder of such data; it is said where they are not. */
function withReal(asked: TrainingOptions, root: string | null, note: Note): TrainingOptions | null {
  const { real } = asked;
  if (root === null || real === undefined) return null;
  const path = join(root, real);
  if (!existsSync(path)) {
    note(`there is no ${path}: the data beside the sheet are taken`);
    return null;
  }
  return { ...onReal(asked), data: path, backend: "auto", dtype: "float32" };
}

/**
 * Makes the trainings whose results are shown; nothing is written. Data are found beside the file of the sheet.
 * @throws NablaError with the place in the sheet.
 */
export async function withTrainings(
  solved: readonly Solved[],
  { source }: SheetSource,
  real: string | null,
  note: Note,
): Promise<Solved[]> {
  const made: Solved[] = [];
  for (const one of solved) {
    const { fence, show } = one;
    if (fence.kind !== "train" || show === "problems") {
      made.push(one);
      continue;
    }
    try {
      made.push({
        ...one,
        trained: await trainedBy(fence, dirname(source.file ?? "."), real, note),
      });
    } catch (error) {
      if (!(error instanceof NablaError)) throw error;
      const from = new Map<Span["source"]["role"], SheetFence>([[0, fence]]);
      throw placedError(inWordsOfFence(error, fence), fence, from, source);
    }
  }
  return made;
}

async function trainedBy(
  { training: given, body }: SheetFence,
  folder: string,
  root: string | null,
  note: Note,
): Promise<TrainedHere> {
  const real = withReal(given, root, note);
  const training = real ?? given;
  const { data, ...others } = askedBy(training);
  const asked = { ...others, data: data.map((path) => (real ? path : join(folder, path))) };
  if (asked.data.length === 0) throw errors.noDataGiven();
  const loss: TypedLoss | null = body.trim() === "" ? null : { statements: [body], expr: null };
  const { search, trials, samples = usualSamples, gradients = false } = training;
  if (trials !== undefined && search === undefined)
    throw errors.badOption("--trials", "a search beside it: search=rate=0.1,0.01");
  const { going, sentence, table } =
    search === undefined
      ? { going: await trainedAs(loss, asked, note), sentence: [], table: null }
      : await bestOf(loss, asked, { search, trials }, note);
  try {
    const { moment } = going.trainer;
    const { found, compared } = going;
    return {
      told: [...sentence, setupOf(going), comparedTold(compared), summaryOf(moment)],
      trials: table,
      formulas: gradients ? latexLines(gradientsOf(found.task), false) : [],
      epochs: moment.history,
      best: moment.best,
      classNames: found.data.classNames,
      samples: await firstSamples(going, samples),
      compared,
    };
  } finally {
    end(going);
  }
}

/** A training that has come to its end. */
async function trainedAs(loss: TypedLoss | null, asked: Asked, note: Note): Promise<Begun> {
  const { hidden, layers } = asked;
  if ([loss ?? undefined, hidden, layers].filter((given) => given !== undefined).length !== 1)
    throw errors.fenceTrainsOne();
  const config = configOf(loss, asked);
  const threads = config.backend === "js" ? 1 : null;
  const going = await begun(config, { memory, threads, note }, 1);
  try {
    // The figures of all epochs are kept by the trainer itself.
    for await (const _ of going.trainer.run());
    return going;
  } catch (error) {
    end(going);
    throw error;
  }
}

function end({ trainer, found }: Begun): void {
  trainer.dispose();
  found.data.close();
}

/** The best of the trials of a search, and all of them as a table. */
async function bestOf(
  loss: TypedLoss | null,
  asked: Asked,
  search: Search,
  note: Note,
): Promise<{ readonly going: Begun; readonly sentence: string[]; readonly table: Table }> {
  const results: TrialResult[] = [];
  let best: { readonly going: Begun; readonly result: TrialResult } | null = null;
  for (const [k, options] of trialsAsked(loss, asked, search).entries()) {
    const going = await unlessDiverged(trainedAs(loss, withTrial(asked, options), note));
    const epochs = going?.trainer.moment.history.length ?? 0;
    const validation = (going && keptFigures(going.trainer.moment)?.validation) ?? null;
    const result = { trial: k + 1, options, epochs, validation };
    results.push(result);
    if (!going) continue;
    if (best && byFigures(best.result, result) <= 0) end(going);
    else {
      if (best) end(best.going);
      best = { going, result };
    }
  }
  if (!best) throw errors.allDiverged(results.length);
  const { options } = best.result;
  const { count } = best.going.found.parts.validation!;
  return {
    going: best.going,
    sentence: [
      `${results.length === 1 ? "One trial" : `${results.length} trials`}${search.trials === undefined ? "" : ", drawn by chance,"} ${results.length === 1 ? "is" : "are"} judged by ${count} validation samples; the best, with ${optionsTold(options)}, is shown.`,
    ],
    table: trialsTable(results.toSorted(byFigures)),
  };
}

/** Options as a fence has them, `rate=0.1` for `--rate 0.1`, and the place of the first that is spoken of. */
function inWordsOfFence({ diagnostic, exit }: NablaError, { places }: SheetFence): NablaError {
  const { message, hint, span, notes } = diagnostic;
  const pattern = /--([a-z][a-z0-9-]*)(?: (?=["\w.])(?!takes |says )(\S+))?/gu;
  const nameOf = (option: string): string =>
    option === "layers" && !places.layers && places.hidden ? "hidden" : option;
  const said = (text: string): string =>
    text.replaceAll(pattern, (_all, option: string, value?: string) =>
      value === undefined ? nameOf(option) : `${nameOf(option)}=${value}`,
    );
  const [, first] = /--([a-z][a-z0-9-]*)/u.exec(message) ?? [];
  const named = first === undefined ? undefined : places[nameOf(first) as TrainingOption];
  // What no option of the fence says may be what one of its trials does.
  const searched = diagnostic.code === "bad-option" ? places.search : undefined;
  const place = span?.source.role === "wrt" ? places.params : (span ?? named ?? searched);
  return new NablaError(
    {
      ...diagnostic,
      message: said(message),
      notes: notes.map(said),
      ...(hint !== undefined && { hint: said(hint) }),
      ...(place && { span: place }),
    },
    exit,
  );
}
