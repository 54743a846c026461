/** @file One run: training step by step, kept in its folder so that it can be gone on with. */

import { setImmediate } from "node:timers/promises";
import { errors } from "../diagnostics/errors.ts";
import type { Checkpoint } from "./checkpoint.ts";
import type { RunFolder } from "./folder.ts";
import type { News, Trainer } from "./trainer.ts";

/** Who follows a run. */
export interface Follower {
  readonly tell: (news: News) => void;
  /** Whether the run is to be left where it is. */
  readonly isAsked: () => boolean;
}

/** In an epoch that is longer than that, in seconds, the run is kept now and then. */
const longest = 30;

const checkpointOf = (trainer: Trainer): Checkpoint => ({
  moment: trainer.moment,
  ...trainer.state,
});

/** Puts a training where a run was left. */
export function restore(trainer: Trainer, folder: RunFolder): void {
  const found = folder.checkpoint;
  if (!found) return;
  const { changing } = trainer.learner.main;
  const lacking = changing.find((name) => !found.now.has(name));
  if (lacking !== undefined)
    throw errors.badData(folder.file("checkpoint"), `it has no numbers of ${lacking}`);
  trainer.restore(found.moment, found);
}

/** Trains to the end, or until it is asked to stop; the folder has where it is after every epoch. */
export async function trained(
  trainer: Trainer,
  folder: RunFolder,
  follower: Follower,
): Promise<void> {
  // What cannot be written is told before anything is computed.
  folder.keep(checkpointOf(trainer));
  let kept = performance.now();
  for await (const news of trainer.run()) {
    follower.tell(news);
    // Signals are heard between steps.
    await setImmediate();
    const isAsked = follower.isAsked();
    const isLong = performance.now() - kept > 1000 * longest;
    if (news.kind === "epoch" || isAsked || isLong) {
      folder.keep(checkpointOf(trainer));
      kept = performance.now();
    }
    if (isAsked) return;
  }
}
