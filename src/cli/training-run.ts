/** @file `nabla train` at work: what it needs is loaded where it is asked for. */

import { errors, NablaError } from "../diagnostics/errors.ts";
import { begun } from "../train/begun.ts";
import type { Begun } from "../train/begun.ts";
import type { Config } from "../train/config.ts";
import { configOf, epochCount, lossOf, machineOf } from "../train/configured.ts";
import { epochLine, RunFolder } from "../train/folder.ts";
import { comparedGradients } from "../train/gradient-check.ts";
import type { Opened } from "../train/opened.ts";
import { opened, planOf, taskOf, withLayers } from "../train/opened.ts";
import { leave } from "../train/results.ts";
import { restore, trained } from "../train/run.ts";
import { keptFigures, summaryOf } from "../train/told.ts";
import { Trainer } from "../train/trainer.ts";
import { epochTold, Progress } from "./progress.ts";
import { isSearch, search } from "./training-search.ts";
import type { Ran } from "./training-search.ts";
import { comparedText, shownText } from "./training-shown.ts";
import type { TrainOptions } from "./train-options.ts";

const note = (text: string): void => void process.stderr.write(`nabla: ${text}\n`);

/** Trains as the options say. */
export async function train(problem: string | undefined, options: TrainOptions): Promise<void> {
  if (options.show) return show(problem, options);
  if (options.checkGradients) return checkGradients(problem, options);
  if (options.search !== undefined || isSearch(options.resume)) {
    if (await search(problem, options, runOf)) process.exitCode = 130;
    return;
  }
  const ran = await runOf(problem, options, true);
  const { json } = options;
  const text = ran.isInterrupted
    ? `interrupted: nabla train --resume ${ran.folder}  goes on`
    : `${summaryOf(ran.moment)}\n${ran.folder}`;
  process.stdout.write(`${json ? JSON.stringify(lastLine(ran)) : text}\n`);
  if (ran.isInterrupted) process.exitCode = 130;
}

/** One run, begun or gone on with; what it leaves stands in its folder. */
async function runOf(
  problem: string | undefined,
  options: TrainOptions,
  tellsEpochs: boolean,
): Promise<Ran> {
  const going = await (options.resume === undefined ? begin(problem, options) : resume(options));
  const { trainer, plan, config, found } = going;
  let folder: RunFolder | null = null;
  let release = (): void => {};
  try {
    folder = going.folder ?? newFolder(options, config, found);
    release = folder.claim();
    const isInterrupted = await followed(trainer, folder, config, options, tellsEpochs);
    const notes = isInterrupted ? ["The run was interrupted; it can be gone on with."] : [];
    await leave(folder, { trainer, plan, config, found, notes });
    return {
      moment: trainer.moment,
      folder: folder.path,
      backend: config.backend,
      parameters: trainer.parameterCount,
      isInterrupted,
    };
  } catch (error) {
    throw folder && error instanceof NablaError && error.diagnostic.code === "diverged"
      ? withNote(error, `what it came to before that is in ${folder.path}`)
      : error;
  } finally {
    release();
    trainer.dispose();
    found.data.close();
  }
}

const withNote = ({ diagnostic, exit }: NablaError, note: string): NablaError =>
  new NablaError({ ...diagnostic, notes: [...diagnostic.notes, note] }, exit);

/** Prints derived beside numeric gradients; nothing is trained, and nothing written. */
async function checkGradients(problem: string | undefined, options: TrainOptions): Promise<void> {
  const { trainer, config, found } = await begin(problem, { ...options, check: false });
  try {
    const compared = await comparedGradients(trainer.learner, found.task, config.seed, 5);
    const text = options.json ? JSON.stringify({ ok: true, compared }) : comparedText(compared);
    process.stdout.write(`${text}\n`);
  } finally {
    trainer.dispose();
    found.data.close();
  }
}

/** A training that can go on; a new one has no folder yet. */
interface Going extends Begun {
  readonly folder: RunFolder | null;
}

async function begin(problem: string | undefined, options: TrainOptions): Promise<Going> {
  if (options.data.length === 0) throw errors.noDataGiven();
  const asked = configOf(lossOf(problem), options);
  const machine = machineOf(options);
  if (options.out !== undefined) RunFolder.requireFree(options.out);
  return { folder: null, ...(await begun(asked, { ...machine, note }, options.check ? 1 : 0)) };
}

function newFolder({ out }: TrainOptions, config: Config, { data }: Opened): RunFolder {
  const folder = out === undefined ? RunFolder.numbered("runs", data.title) : RunFolder.fresh(out);
  folder.config = config;
  return folder;
}

/** Shows what training comes from; a network needs no data for it. */
async function show(problem: string | undefined, options: TrainOptions): Promise<void> {
  const asked = configOf(lossOf(problem), options);
  const machine = machineOf(options);
  const found = options.data.length > 0 ? await opened(asked, machine.memory) : null;
  const of = found ?? { task: taskOf(withLayers(asked.subject, null), null), parts: null };
  const plan = planOf(asked, of, { ...machine, note });
  found?.data.close();
  process.stdout.write(`${await shownText(plan, asked, options.json === true)}\n`);
}

async function resume(options: TrainOptions): Promise<Going> {
  const machine = machineOf(options);
  const folder = RunFolder.of(options.resume!);
  const kept = folder.config;
  const moved = options.data.length > 0 ? { ...kept.data, paths: options.data } : kept.data;
  const config = { ...kept, data: moved, epochs: epochsOf(options, kept, folder) };
  const found = await opened(config, machine.memory);
  if (found.data.fingerprint !== kept.data.fingerprint) throw errors.dataChanged(options.resume!);
  const plan = planOf(config, found, { ...machine, note });
  const trainer = await Trainer.on(found.parts, plan);
  const { backend } = trainer.learner.main;
  if (backend !== kept.backend) throw errors.otherBackend(kept.backend, backend);
  restore(trainer, folder);
  if (config.epochs !== kept.epochs) folder.config = { ...kept, epochs: config.epochs };
  return { folder, trainer, plan, config, found, compared: [] };
}

/** How many epochs a run that is gone on with has in the end. */
function epochsOf(
  { epochs, isLonger }: TrainOptions,
  { optimizer, epochs: before }: Config,
  folder: RunFolder,
): number {
  if (!isLonger) return before;
  const wanted = epochCount(epochs);
  if (wanted !== before && optimizer.schedule.kind === "cosine") throw errors.epochsFixed(before);
  const done = folder.checkpoint?.moment.history.length ?? 0;
  if (wanted < done) throw errors.fewerEpochs(done);
  return wanted;
}

/** Trains; whether it was interrupted. */
async function followed(
  trainer: Trainer,
  folder: RunFolder,
  config: Config,
  { json }: TrainOptions,
  tellsEpochs: boolean,
): Promise<boolean> {
  let isAsked = false;
  const stop = (): void => {
    // Who asks twice does not want to wait.
    if (isAsked) process.exit(130);
    isAsked = true;
  };
  process.on("SIGINT", stop).on("SIGTERM", stop);
  const progress = new Progress(config.epochs);
  try {
    await trained(trainer, folder, {
      tell: (news) => {
        if (news.kind === "steps") return progress.tell(news);
        progress.end();
        const { figures } = news;
        if (tellsEpochs)
          process.stdout.write(
            `${json ? JSON.stringify(epochLine(figures)) : epochTold(figures)}\n`,
          );
      },
      isAsked: () => isAsked,
    });
  } finally {
    progress.end();
    process.off("SIGINT", stop).off("SIGTERM", stop);
  }
  return isAsked;
}

/** The last line of JSON: what came out, and where it lies. */
function lastLine({ moment, folder, backend, parameters, isInterrupted }: Ran): object {
  const test = keptFigures(moment)?.test;
  return { done: !isInterrupted, ...(test && { test }), run: folder, backend, parameters };
}
