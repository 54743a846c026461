/** @file The trainings of a sheet: networks and typed losses, trained where they stand. */

import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { errors, NablaError } from "../diagnostics/errors.ts";
import type { Span } from "../diagnostics/source.ts";
import { latexLines } from "../report/results.ts";
import type { Trained } from "../report/trained.ts";
import { begun } from "../train/begun.ts";
import { configOf } from "../train/configured.ts";
import type { TypedLoss } from "../train/configured.ts";
import type { Compared } from "../train/gradient-check.ts";
import { firstSamples } from "../train/results.ts";
import { gradientsOf } from "../train/shown.ts";
import { comparedTold, setupOf, summaryOf } from "../train/told.ts";
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
  const asked = askedBy(training);
  const loss: TypedLoss | null = body.trim() === "" ? null : { statements: [body], expr: null };
  const { hidden, layers, samples = usualSamples, gradients = false } = training;
  if ([loss ?? undefined, hidden, layers].filter((given) => given !== undefined).length !== 1)
    throw errors.fenceTrainsOne();
  if (asked.data.length === 0) throw errors.noDataGiven();
  const found = { ...asked, data: asked.data.map((path) => (real ? path : join(folder, path))) };
  const config = configOf(loss, found);
  const threads = config.backend === "js" ? 1 : null;
  const going = await begun(config, { memory, threads, note }, 1);
  try {
    const { trainer, compared } = going;
    // The figures of all epochs are kept by the trainer itself.
    for await (const _ of trainer.run());
    const { history, best } = trainer.moment;
    return {
      told: [setupOf(going), comparedTold(compared), summaryOf(trainer.moment)],
      formulas: gradients ? latexLines(gradientsOf(going.found.task), false) : [],
      epochs: history,
      best,
      classNames: going.found.data.classNames,
      samples: await firstSamples(going, samples),
      compared,
    };
  } finally {
    going.trainer.dispose();
    going.found.data.close();
  }
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
  const place =
    span?.source.role === "wrt"
      ? places.params
      : (span ?? (first === undefined ? undefined : places[nameOf(first) as TrainingOption]));
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
