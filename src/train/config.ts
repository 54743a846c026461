/** @file What a run is made from: everything that its numbers hang on, as it stands in its folder. */

import { createHash } from "node:crypto";
import { errors } from "../diagnostics/errors.ts";
import type { Initial } from "./initial.ts";
import type { NetworkOptions } from "./network.ts";
import type { OptimizerName, Standard, TargetKind } from "./choices.ts";
import type { Clipping, Factors } from "./optimizers.ts";
import type { Schedule } from "./schedule.ts";
import type { TypedOptions } from "./task.ts";

/** A network by its layers, or a loss that is typed. */
export type Subject =
  | ({ readonly kind: "network" } & NetworkOptions)
  | ({ readonly kind: "typed" } & TypedOptions);

/** A network by the units of its hidden layers: the data say how wide the first and the last layer are. */
export interface HiddenLayers extends Omit<NetworkOptions, "layers" | "isOfClasses"> {
  readonly kind: "hidden";
  /** Null where that is as the data have it. */
  readonly isOfClasses: boolean | null;
  readonly units: readonly number[];
}

export interface Config {
  /** Of the layout of run folders. */
  readonly version: 1;
  readonly title: string;
  readonly subject: Subject;
  readonly data: {
    /** Absolute. */
    readonly paths: readonly string[];
    readonly label: string | null;
    readonly target: TargetKind | "none";
    /** How many, or which share, of the samples to train on are kept for validation, or for a test where the data have none. */
    readonly validation: number;
    readonly test: number;
    /** At most so many samples to train on. */
    readonly limit: number | null;
    readonly standard: Standard;
    /** Of what all files hold. */
    readonly fingerprint: string;
    /** Of a sample. */
    readonly shape: readonly number[];
    readonly classNames: readonly string[] | null;
  };
  readonly optimizer: {
    readonly name: OptimizerName;
    readonly rate: number;
    readonly factors: Factors;
    readonly clip: Clipping | null;
    readonly schedule: Schedule;
    readonly warmup: number;
  };
  readonly initial: Initial;
  readonly batch: number;
  readonly epochs: number;
  readonly patience: number | null;
  readonly seed: number;
  readonly backend: "native" | "wasm" | "js";
  readonly dtype: "float32" | "float64";
}

/** SHA-256 over a configuration: one that was changed by hand is not that of the run. */
const sealOf = (config: Config): string =>
  createHash("sha256").update(JSON.stringify(config)).digest("hex");

/** The text of a configuration, sealed. */
export const configText = (config: Config): string =>
  `${JSON.stringify({ ...config, seal: sealOf(config) }, null, 2)}\n`;

/**
 * The configuration in a text.
 * @throws NablaError where it is none, one of another version, or was changed.
 */
export function configIn(text: string, path: string): Config {
  let found: unknown;
  try {
    found = JSON.parse(text);
  } catch (error) {
    throw errors.badData(path, `it is no JSON: ${(error as Error).message}`);
  }
  if (typeof found !== "object" || found === null || Array.isArray(found))
    throw errors.badData(path, "it is no configuration of a run");
  const { seal, ...config } = found as Config & { readonly seal?: unknown };
  if (config.version !== 1)
    throw errors.badData(path, `its version is ${String(config.version)}, and 1 is read`);
  if (seal !== sealOf(config)) throw errors.badData(path, "it was changed since the run was begun");
  return config;
}
