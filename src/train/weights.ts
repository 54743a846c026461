/** @file Weights as files: what a training came to, under names that other programs read. */

import { npzFile } from "../data/npz.ts";
import { safetensorsFile, tensorsIn } from "../data/safetensors.ts";
import type { Tensor } from "../data/safetensors.ts";
import { errors } from "../diagnostics/errors.ts";
import { identifier } from "../onnx/names.ts";
import type { Scaling } from "./samples.ts";
import type { Task } from "./task.ts";
import type { Values } from "./trainer.ts";

/** What a prediction needs: parameters, means and variances, and how samples are scaled. */
export interface Weights {
  readonly values: Values;
  readonly scaling: Scaling;
}

/** The names of a task that weights have numbers for, with their shapes: columns have one axis, scalars none. */
function shapesOf({ parameters, normalised }: Task): Map<string, readonly number[]> {
  const shapes = new Map<string, readonly number[]>();
  for (const { name, rows, columns } of parameters)
    shapes.set(name, columns > 1 ? [rows, columns] : rows > 1 ? [rows] : []);
  for (const { mean, variance, units } of normalised)
    for (const name of [mean, variance]) shapes.set(name, [units]);
  return shapes;
}

const inputNames = { shift: "input_shift", scale: "input_scale" } as const;

/** Single precision unless the numbers are of double. */
const floatsOf = (
  numbers: ArrayLike<number>,
): Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer> =>
  numbers instanceof Float64Array ? Float64Array.from(numbers) : Float32Array.from(numbers);

/** The files of weights: safetensors, and the same for NumPy. */
export function weightFiles(
  task: Task,
  { values, scaling }: Weights,
): { readonly tensors: Uint8Array; readonly arrays: Uint8Array } {
  const found = new Map<
    string,
    Tensor & { data: Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer> }
  >();
  for (const [name, shape] of shapesOf(task))
    found.set(identifier(name), { shape, data: floatsOf(values.get(name)!) });
  for (const what of ["shift", "scale"] as const) {
    const data = floatsOf(scaling[what]);
    found.set(inputNames[what], { shape: [data.length], data });
  }
  return {
    tensors: safetensorsFile({ tensors: found, metadata: new Map([["format", "nabla"]]) }),
    arrays: npzFile(found),
  };
}

/**
 * The weights in a file.
 * @throws NablaError where it is damaged, or has not what the task needs.
 */
export function weightsIn(bytes: Uint8Array, path: string, task: Task): Weights {
  const { tensors } = tensorsIn(bytes, path);
  const named = (name: string, size: number | null): Float64Array => {
    const found = tensors.get(name);
    if (!found) throw errors.badData(path, `it has no ${name}`);
    if (size !== null && found.data.length !== size)
      throw errors.badData(path, `${name} has ${found.data.length} numbers, and not ${size}`);
    return Float64Array.from(found.data as ArrayLike<number>, Number);
  };
  const values = new Map<string, ArrayLike<number>>();
  for (const [name, shape] of shapesOf(task))
    values.set(
      name,
      named(
        identifier(name),
        shape.reduce((n, m) => n * m, 1),
      ),
    );
  return {
    values,
    scaling: {
      shift: named(inputNames.shift, null),
      scale: named(inputNames.scale, null),
    },
  };
}
