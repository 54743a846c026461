/** @file Run folders: what a training is made from, how far it is, and what it leaves. */

import { existsSync, readdirSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { errors } from "../diagnostics/errors.ts";
import {
  clearParts,
  makeFolder,
  readBytes,
  readText,
  reason,
  writeBeside,
} from "../files/index.ts";
import type { Checkpoint } from "./checkpoint.ts";
import { checkpointFile, checkpointIn } from "./checkpoint.ts";
import type { Config } from "./config.ts";
import { configIn, configText } from "./config.ts";
import type { EpochFigures } from "./trainer.ts";

/** The files of a run by what they hold. */
export const runFiles = {
  config: "config.json",
  metrics: "metrics.jsonl",
  checkpoint: "checkpoint.safetensors",
  weights: "weights.safetensors",
  arrays: "weights.npz",
  curves: "curves.svg",
  curvesData: "curves.vl.json",
  report: "report.html",
  model: "model.onnx",
} as const;
export type RunFile = keyof typeof runFiles;

const lockName = ".lock";

/** The process that holds a lock and lives; null where none does. */
function holderOf(lock: string): number | null {
  if (!existsSync(lock)) return null;
  const pid = Number(readText(lock));
  if (!Number.isSafeInteger(pid) || pid <= 0 || pid === process.pid) return null;
  try {
    process.kill(pid, 0);
    return pid;
  } catch (error) {
    // A process of somebody else's lives, too.
    return (error as { code?: string }).code === "EPERM" ? pid : null;
  }
}

/** A folder that one run has to itself. */
export class RunFolder {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  /**
   * A folder for a new run.
   * @throws NablaError where it cannot be made, or holds a run.
   */
  static fresh(path: string): RunFolder {
    RunFolder.requireFree(path);
    const folder = new RunFolder(resolve(path));
    try {
      makeFolder(folder.path);
    } catch (error) {
      throw errors.cannotWrite(path, reason(error));
    }
    return folder;
  }

  /** @throws NablaError where a folder holds a run. */
  static requireFree(path: string): void {
    if (new RunFolder(resolve(path)).has("config")) throw errors.runThere(path);
  }

  /** The first free one of `parent/title-1`, `parent/title-2`, … */
  static numbered(parent: string, title: string): RunFolder {
    const stem =
      title
        .toLowerCase()
        .replace(/[^a-z0-9]+/gu, "-")
        .replace(/^-|-$/gu, "") || "run";
    const taken = new Set(existsSync(parent) ? readdirSync(parent) : []);
    let k = 1;
    while (taken.has(`${stem}-${k}`)) k++;
    return RunFolder.fresh(join(parent, `${stem}-${k}`));
  }

  /**
   * The folder of a run that was begun.
   * @throws NablaError where there is none.
   */
  static of(path: string): RunFolder {
    const folder = new RunFolder(resolve(path));
    if (!folder.has("config")) throw errors.noRun(path);
    return folder;
  }

  /**
   * Takes the folder for this process, until it ends or gives it back; what a process that was killed left half
   * written goes.
   * @throws NablaError where another process trains in it.
   */
  claim(): () => void {
    const lock = join(this.path, lockName);
    const holder = holderOf(lock);
    if (holder !== null) throw errors.runBusy(this.path, holder, lock);
    writeBeside(lock, String(process.pid));
    clearParts(this.path);
    return () => rmSync(lock, { force: true });
  }

  file(what: RunFile): string {
    return join(this.path, runFiles[what]);
  }

  has(what: RunFile): boolean {
    return existsSync(this.file(what));
  }

  write(what: RunFile, contents: string | Uint8Array): void {
    writeBeside(this.file(what), contents);
  }

  get config(): Config {
    return configIn(readText(this.file("config")), this.file("config"));
  }

  set config(config: Config) {
    this.write("config", configText(config));
  }

  /** How far the run is; null where it was not begun. */
  get checkpoint(): Checkpoint | null {
    if (!this.has("checkpoint")) {
      if (this.has("metrics") || this.has("weights"))
        throw errors.noCheckpoint(this.file("checkpoint"));
      return null;
    }
    return checkpointIn(readBytes(this.file("checkpoint")), this.file("checkpoint"));
  }

  /** Writes how far the run is, and the figures of its epochs. */
  keep(checkpoint: Checkpoint): void {
    this.write("checkpoint", checkpointFile(checkpoint));
    if (checkpoint.moment.history.length === 0) return;
    const lines = checkpoint.moment.history.map(
      (figures) => `${JSON.stringify(epochLine(figures))}\n`,
    );
    this.write("metrics", lines.join(""));
  }
}

/** The figures of an epoch as a line of JSON promises them. */
export function epochLine({
  epoch,
  train,
  validation,
  test,
  seconds,
  samplesPerSecond,
  rate,
}: EpochFigures): object {
  return {
    epoch,
    train,
    ...(validation && { validation }),
    ...(test && { test }),
    seconds: Number(seconds.toPrecision(4)),
    samplesPerSecond: Math.round(samplesPerSecond),
    rate,
  };
}
