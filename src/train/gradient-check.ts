/** @file Derived gradients beside numeric ones, at the first batch and before any step. */

import { compile } from "../compile/index.ts";
import type { Compiled } from "../compile/index.ts";
import { Random, seedOf } from "../data/random.ts";
import { errors } from "../diagnostics/errors.ts";
import type { Learner } from "./learner.ts";
import type { Task } from "./task.ts";

/** What a gradient says of one direction, and what differences of the loss say. */
export interface Compared {
  readonly name: string;
  readonly derived: number;
  readonly numeric: number;
  readonly relativeError: number;
}

/** How far the two may lie apart: kinks and rounding leave so much. */
const tolerance = 1e-4;
/** Steps of central differences, beside the size of the parameter; a kink between the ends of one spoils the other less. */
const steps = [1e-5, 1e-7] as const;
/** How far from where they begin parameters are for the comparison, beside their size. */
const aside = 0.01;
/** What tells the directions of a seed from its other numbers. */
const stream = 5;

/**
 * Compares, for each parameter, the derivative of the loss in `directions` random directions with central
 * differences, in double precision and by another backend than machine code; and the loss with that of the program
 * that is trained.
 * @throws NablaError where they differ.
 */
export async function comparedGradients(
  learner: Learner,
  task: Task,
  seed: number,
  directions: number,
): Promise<Compared[]> {
  const first = learner.firstBatch();
  const program = await compile(task.training, {
    backend: "wasm",
    dtype: "float64",
    verify: false,
    wrt: task.parameters.map(({ name }) => name).join(","),
    sizes: { ...task.sizes, [task.samples]: first.count },
    ...(task.target !== null && task.isOfClasses && { labels: [task.target] }),
  });
  try {
    for (const [name, numbers] of first.inputs) program.set(name, numbers);
    for (const { name } of task.parameters) program.set(name, learner.main.get(name));
    const loss = program.value() as number;
    if (!(Math.abs(loss - first.loss) <= tolerance * Math.max(1, Math.abs(loss))))
      throw errors.lossesDiffer(first.loss, loss);
    const random = new Random(seedOf(seed, stream));
    // Where parameters begin, biases of 0 and samples of nothing sit on kinks.
    for (const { name } of task.parameters) {
      const at = Float64Array.from(program.get(name));
      const size = aside * Math.max(1, lengthOf(at) / Math.sqrt(at.length));
      program.set(
        name,
        at.map((x) => x + size * random.normal()),
      );
    }
    const gradients = program.gradients();
    const found = task.parameters.flatMap(({ name }) =>
      Array.from({ length: directions }, () =>
        comparedAlong(program, name, gradients[name]!, random),
      ),
    );
    const wrong = found.find(({ relativeError }) => !(relativeError <= tolerance));
    if (wrong) throw errors.gradientsDiffer(wrong.name, wrong.derived, wrong.numeric);
    return found;
  } finally {
    program.dispose();
  }
}

const lengthOf = (v: Float64Array): number => Math.sqrt(v.reduce((sum, x) => sum + x * x, 0));

/** The derivative along one random direction, both ways. */
function comparedAlong(
  program: Compiled,
  name: string,
  gradient: ArrayLike<number>,
  random: Random,
): Compared {
  const at = Float64Array.from(program.get(name));
  const direction = at.map(() => random.normal());
  const derived = direction.reduce((sum, d, k) => sum + d * gradient[k]!, 0);
  const size = Math.max(1, lengthOf(at)) / lengthOf(direction);
  // What terms come to without their signs says what rounding leaves of a sum near 0.
  const scale = direction.reduce((sum, d, k) => sum + Math.abs(d * gradient[k]!), 0);
  const moved = (by: number): number =>
    program.value({ [name]: at.map((x, k) => x + by * direction[k]!) }) as number;
  const tried = steps.map((step) => {
    const h = step * size;
    const numeric = (moved(h) - moved(-h)) / (2 * h);
    const least = Math.max(Math.abs(derived), Math.abs(numeric), 1e-3 * scale, 1e-12);
    return { name, derived, numeric, relativeError: Math.abs(derived - numeric) / least };
  });
  program.set(name, at);
  return tried.reduce((a, b) => (b.relativeError < a.relativeError ? b : a));
}
