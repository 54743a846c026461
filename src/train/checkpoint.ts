/** @file Checkpoints: everything that the next steps of a training hang on, in one file. */

import { safetensorsFile, tensorsIn } from "../data/safetensors.ts";
import type { Tensor } from "../data/safetensors.ts";
import { errors } from "../diagnostics/errors.ts";
import type { Moment, Values } from "./trainer.ts";

/** How far a training is, and its numbers. */
export interface Checkpoint {
  readonly moment: Moment;
  readonly now: Values;
  readonly best: Values | null;
}

/** Names in the file: those of the parameters that were best stand apart. */
const prefix = { now: "now/", best: "best/" } as const;

/** The file of a checkpoint. */
export function checkpointFile({ moment, now, best }: Checkpoint): Uint8Array {
  const tensors = new Map<string, Tensor>();
  for (const [place, values] of [
    [prefix.now, now],
    [prefix.best, best],
  ] as const)
    for (const [name, numbers] of values ?? []) {
      const data =
        numbers instanceof Float32Array ? Float32Array.from(numbers) : Float64Array.from(numbers);
      tensors.set(`${place}${name}`, { shape: [data.length], data });
    }
  const metadata = new Map([["moment", JSON.stringify(moment)]]);
  return safetensorsFile({ tensors, metadata });
}

/**
 * The checkpoint in a file.
 * @throws NablaError where the file is damaged, or no checkpoint.
 */
export function checkpointIn(bytes: Uint8Array, path: string): Checkpoint {
  const { tensors, metadata } = tensorsIn(bytes, path);
  const moment = momentIn(metadata.get("moment"));
  if (!moment) throw errors.badData(path, "it is no checkpoint: nothing says how far training was");
  const valuesAt = (place: string): Map<string, ArrayLike<number>> =>
    new Map(
      [...tensors]
        .filter(([name]) => name.startsWith(place))
        .map(([name, { data }]) => [name.slice(place.length), data as Float32Array]),
    );
  const best = valuesAt(prefix.best);
  return { moment, now: valuesAt(prefix.now), best: best.size > 0 ? best : null };
}

function momentIn(text: string | undefined): Moment | null {
  try {
    const found = JSON.parse(text ?? "null") as Partial<Moment> | null;
    const isMoment =
      found !== null && Array.isArray(found.history) && Number.isSafeInteger(found.step);
    return isMoment ? (found as Moment) : null;
  } catch {
    return null;
  }
}
