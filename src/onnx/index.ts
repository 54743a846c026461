/** @file What a problem defines as a model in the format of ONNX, which other programs run. */

import { errors } from "../diagnostics/errors.ts";
import { one } from "../expr/dimension.ts";
import type { Problem } from "../parse/problem.ts";
import { fused } from "./fuse.ts";
import { featuresOf, inputOf, numbersFor, outputOf, sizesOf } from "./given.ts";
import { Graph } from "./graph.ts";
import { modelOf } from "./model.ts";
import { identifier } from "./names.ts";
import type { Sizes } from "./sizes.ts";
import type { Input, Tensor } from "./tensor.ts";
import { axesOf, Translator } from "./translator.ts";

/** What a model is made of besides the problem. */
export interface OnnxOptions {
  /** The definition that the model computes. */
  readonly output: string;
  /** The name that the model is fed: a matrix in its shape, of a family the members as rows. */
  readonly input: string;
  /** The dimension of the input that stays open, so that a model takes any number of samples; `null` for none. */
  readonly batch: string | null;
  /** The sizes of the other dimensions; numbers in the problem say the rest. */
  readonly sizes: Readonly<Record<string, number>>;
  /** The numbers of the other names, row by row, of a family the members as rows. */
  readonly constants: ReadonlyMap<
    string,
    { readonly rows: number; readonly columns: number; readonly data: Float32Array }
  >;
  /** What stands for the input is (x − shift)·scale of what is fed: a number for each feature, or one for all. */
  readonly shift?: Float32Array;
  readonly scale?: Float32Array;
  /** What the graph is called. */
  readonly name: string;
}

/**
 * The bytes of a model that computes a definition in single precision.
 * @throws NablaError where an operation has no counterpart in ONNX (`exit` 3), and where the output, the input, sizes
 * or numbers are missing or do not fit (2).
 */
export function onnxModel(problem: Problem, options: OnnxOptions): Uint8Array {
  const { batch, constants, name } = options;
  const output = outputOf(problem, options.output);
  const fed = inputOf(problem, options.input);
  const sizes = sizesOf(problem, options.sizes, batch);
  const numbers = numbersFor(problem, { output, fed, constants }, sizes);
  const graph = new Graph();
  const extents = axesOf(fed, true).axes.map(({ extent }) => extent);
  const input = graph.input(identifier(fed.name), extents);
  const value = scaled(graph, input, featuresOf(extents, fed, sizes), options, sizes);
  const translator = new Translator({ graph, sizes, fed, input, value, numbers, output });
  const { names, matrices } = translator;
  if (value !== input) names.set(value, `${fed.name}_scaled`);
  const { tensor } = matrices.stored(translator.value(output), output.shape).array;
  const last = tensor.kind === "node" ? tensor : graph.node("Identity", [tensor], tensor.extents);
  // What had the name before it was brought into shape is nameless.
  for (const [other, called] of names) if (called === output.name) names.delete(other);
  return modelOf({
    name,
    input,
    output: fused(graph, last, names),
    outputName: identifier(output.name),
    names,
    sizes,
  });
}

/** (x − shift)·scale of what is fed, with a number for each feature or one for all. */
function scaled(
  graph: Graph,
  input: Input,
  features: number,
  { shift, scale }: OnnxOptions,
  sizes: Sizes,
): Tensor {
  const { name, extents } = input;
  const extent = extents[features]!;
  const width = sizes.of(extent)!;
  const given = (what: string, data: Float32Array): Tensor => {
    const { length } = data;
    if (length === 1) return graph.named(`${name}_${what}`, data, []);
    if (length !== width) throw errors.featuresMisfit(what, length, width, name);
    return graph.named(`${name}_${what}`, data, features === 0 ? [extent, one] : [extent]);
  };
  const moved = shift ? graph.node("Sub", [input, given("shift", shift)], extents) : input;
  return scale ? graph.node("Mul", [moved, given("scale", scale)], extents) : moved;
}
