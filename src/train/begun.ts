/** @file A training that is begun: its data opened, its steps compiled, its gradients compared. */

import type { CompileOptions } from "../compile/index.ts";
import type { Part } from "../data/index.ts";
import type { Config, Subject } from "./config.ts";
import type { AskedConfig } from "./configured.ts";
import { comparedGradients } from "./gradient-check.ts";
import type { Compared } from "./gradient-check.ts";
import type { Opened } from "./opened.ts";
import { opened, planOf } from "./opened.ts";
import type { Task } from "./task.ts";
import { Trainer } from "./trainer.ts";
import type { Plan } from "./trainer.ts";

/** A training before its first step. */
export interface Begun {
  readonly trainer: Trainer;
  readonly plan: Plan;
  readonly config: Config;
  readonly found: Opened;
  /** Derived beside numeric gradients. */
  readonly compared: readonly Compared[];
}

/** What computes, and with how many bytes for samples. */
export interface Machine {
  readonly memory: number;
  readonly threads: number | null;
  readonly note: NonNullable<CompileOptions["note"]>;
}

/**
 * Begins a training; its gradients are compared with numeric ones in so many directions of each parameter.
 * @throws NablaError where data and subject do not fit, or gradients differ.
 */
export async function begun(
  asked: AskedConfig,
  machine: Machine,
  directions: number,
): Promise<Begun> {
  const found = await opened(asked, machine.memory);
  const plan = planOf(asked, found, machine);
  const trainer = await Trainer.on(found.parts, plan);
  const compared =
    directions > 0
      ? await comparedGradients(trainer.learner, found.task, asked.seed, directions)
      : [];
  const config: Config = {
    ...asked,
    title: titleOf(found),
    backend: trainer.learner.main.backend,
    subject: sizedBy(found.subject, found.task),
    data: {
      ...asked.data,
      target: targetOf(found.data.train),
      fingerprint: found.data.fingerprint,
      shape: found.data.train.inputs.shape,
      classNames: found.data.classNames,
    },
  };
  return { trainer, plan, config, found, compared };
}

const targetOf = ({ classes, targets }: Part): Config["data"]["target"] =>
  classes ? "classes" : targets ? "numbers" : "none";

/** A subject that needs no data to have its sizes. */
const sizedBy = (subject: Subject, { sizes }: Task): Subject =>
  subject.kind === "typed" ? { ...subject, sizes } : subject;

const titleOf = ({ subject, data, task }: Opened): string =>
  subject.kind === "network"
    ? `${data.title}: ${subject.layers.join("-")}`
    : `${data.title}: ${task.parameters.map(({ name }) => name).join(", ")}`;
