/** @file Runs the operations of ONNX that models are made of, in double precision, as the standard defines them. */

import { realArithmetic as m } from "../../src/numeric/mathjs.ts";
import type { Entries, ReadAttribute, ReadModel, ReadNode } from "./reader.ts";

const countOf = (dims: readonly number[]): number => dims.reduce((a, b) => a * b, 1);

/** How far apart entries lie along each dimension. */
const stridesOf = (dims: readonly number[]): number[] =>
  dims.map((_, k) => countOf(dims.slice(k + 1)));

/** The entries of a tensor by their places. */
function made(dims: readonly number[], entry: (place: readonly number[]) => number): Entries {
  const strides = stridesOf(dims);
  const data = Array.from({ length: countOf(dims) }, (_, i) =>
    entry(dims.map((d, k) => Math.floor(i / strides[k]!) % d)),
  );
  return { dims, data };
}

function at({ dims, data }: Entries, place: readonly number[]): number {
  const strides = stridesOf(dims);
  if (place.length !== dims.length || place.some((p, k) => p < 0 || p >= dims[k]!))
    throw new Error(`there is no entry ${place.join()} in ${dims.join("×")}`);
  return data[place.reduce((i, p, k) => i + p * strides[k]!, 0)]!;
}

/** The dimensions that several are broadcast to. */
function common(all: readonly (readonly number[])[]): number[] {
  const rank = Math.max(...all.map((dims) => dims.length));
  return Array.from({ length: rank }, (_, k) => {
    const sizes = all.flatMap((dims) => dims[k - rank + dims.length] ?? []).filter((d) => d !== 1);
    if (new Set(sizes).size > 1) throw new Error(`sizes ${sizes.join()} stand at one place`);
    return sizes[0] ?? 1;
  });
}

/** The entry at a place that a tensor is broadcast to. */
const broadcast = (x: Entries, place: readonly number[]): number =>
  at(
    x,
    x.dims.map((d, k) => (d === 1 ? 0 : place[k + place.length - x.dims.length]!)),
  );

type Function = (...entries: number[]) => number;

const entrywise: Readonly<Record<string, Function>> = {
  Add: (a, b) => a + b,
  Sub: (a, b) => a - b,
  Mul: (a, b) => a * b,
  Div: (a, b) => a / b,
  Pow: (a, b) => a ** b,
  Max: Math.max,
  Min: Math.min,
  And: (a, b) => a & b,
  Or: (a, b) => a | b,
  Not: (a) => 1 - a,
  Equal: (a, b) => Number(a === b),
  Greater: (a, b) => Number(a > b),
  GreaterOrEqual: (a, b) => Number(a >= b),
  Less: (a, b) => Number(a < b),
  LessOrEqual: (a, b) => Number(a <= b),
  Where: (c, a, b) => (c ? a : b),
  Neg: (a) => -a,
  Reciprocal: (a) => 1 / a,
  Sqrt: Math.sqrt,
  Exp: Math.exp,
  Log: Math.log,
  Sin: Math.sin,
  Cos: Math.cos,
  Tan: Math.tan,
  Sinh: Math.sinh,
  Cosh: Math.cosh,
  Tanh: Math.tanh,
  Atan: Math.atan,
  Erf: (a) => m.elementary("erf", a) as number,
  Abs: Math.abs,
  Sign: Math.sign,
  Relu: (a) => Math.max(a, 0),
  Sigmoid: (a) => 1 / (1 + Math.exp(-a)),
  Softplus: (a) => (a > 0 ? a + Math.log1p(Math.exp(-a)) : Math.log1p(Math.exp(a))),
  Identity: (a) => a,
  Cast: (a) => a,
};

/** An attribute, or what it is where it is not given. */
type Given = <T extends ReadAttribute>(name: string, otherwise: T) => T;
type Operation = (inputs: readonly Entries[], attribute: Given) => Entries;

/** Items without those at some places. */
const without = <T>(items: readonly T[], axes: readonly number[]): T[] =>
  items.filter((_, k) => !axes.includes(k));

/** What is made of the entries along some dimensions, which are dropped. */
function reduced(x: Entries, axes: readonly number[], of: (entries: number[]) => number): Entries {
  const inner = axes.map((k) => x.dims[k]!);
  const kept = x.dims.map((_, k) => k).filter((k) => !axes.includes(k));
  return made(without(x.dims, axes), (place) => {
    const entries = made(inner, (along) => {
      const whole: number[] = [];
      for (const [i, k] of kept.entries()) whole[k] = place[i]!;
      for (const [i, k] of axes.entries()) whole[k] = along[i]!;
      return at(x, whole);
    });
    return of([...entries.data]);
  });
}

const logSumExp = (entries: readonly number[]): number => {
  const top = Math.max(...entries);
  return top + Math.log(entries.reduce((sum, x) => sum + Math.exp(x - top), 0));
};

/** Of each entry and log Σeˣ along a dimension. */
const along =
  (f: (x: number, logsum: number) => number): Operation =>
  ([x], attribute) => {
    const axis = attribute<number>("axis", -1);
    const k = axis < 0 ? axis + x!.dims.length : axis;
    const sums = reduced(x!, [k], logSumExp);
    return made(x!.dims, (place) => f(at(x!, place), at(sums, without(place, [k]))));
  };

/** A letter for each dimension: of letters that only stand on the left the sum is taken. */
function einsum(inputs: readonly Entries[], equation: string): Entries {
  const [left = "", right = ""] = equation.split("->");
  const factors = left.split(",").map((term, k) => ({ x: inputs[k]!, letters: Array.from(term) }));
  const sizes = new Map<string, number>();
  for (const { x, letters } of factors)
    for (const [i, letter] of letters.entries()) {
      if ((sizes.get(letter) ?? x.dims[i]) !== x.dims[i])
        throw new Error(`sizes of ${letter} differ`);
      sizes.set(letter, x.dims[i]!);
    }
  const summed = [...sizes.keys()].filter((letter) => !right.includes(letter));
  const sizeOf = (letter: string): number => sizes.get(letter)!;
  return made(Array.from(right, sizeOf), (place) => {
    const terms = made(summed.map(sizeOf), (rest) => {
      const of = (letter: string): number =>
        right.includes(letter) ? place[right.indexOf(letter)]! : rest[summed.indexOf(letter)]!;
      return factors.reduce((product, { x, letters }) => product * at(x, letters.map(of)), 1);
    });
    return terms.data.reduce((a, b) => a + b, 0);
  });
}

const transposed = (x: Entries): Entries =>
  made(x.dims.toReversed(), (place) => at(x, place.toReversed()));

/** Of vectors and matrices. */
function product(a: Entries, b: Entries): Entries {
  const [left, right] = [a.dims.length === 1 ? "k" : "ik", b.dims.length === 1 ? "k" : "kj"];
  if (a.dims.length > 2 || b.dims.length > 2) throw new Error("a product of more dimensions");
  return einsum([a, b], `${left},${right}->${left.replace("k", "")}${right.replace("k", "")}`);
}

const operations: Readonly<Record<string, Operation>> = {
  MatMul: ([a, b]) => product(a!, b!),
  Gemm: ([a, b, c], attribute) => {
    if ([a, b].some((x) => x!.dims.length !== 2)) throw new Error("Gemm takes matrices");
    const left = attribute<number>("transA", 0) ? transposed(a!) : a!;
    const right = attribute<number>("transB", 0) ? transposed(b!) : b!;
    const plain = product(left, right);
    if (!c) return plain;
    if (common([plain.dims, c.dims]).join() !== plain.dims.join())
      throw new Error("Gemm adds what can be broadcast to the product");
    return made(plain.dims, (place) => at(plain, place) + broadcast(c, place));
  },
  Einsum: (inputs, attribute) => einsum(inputs, attribute<string>("equation", "")),
  ReduceSum: ([x, axes], attribute) => {
    if (attribute<number>("keepdims", 1) !== 0) throw new Error("sums keep no dimension");
    return reduced(x!, axes!.data, (entries) => entries.reduce((a, b) => a + b, 0));
  },
  ReduceMax: ([x], attribute) =>
    reduced(x!, attribute<readonly number[]>("axes", []), (e) => Math.max(...e)),
  ReduceLogSumExp: ([x], attribute) =>
    reduced(x!, attribute<readonly number[]>("axes", []), logSumExp),
  Softmax: along((x, logsum) => Math.exp(x - logsum)),
  LogSoftmax: along((x, logsum) => x - logsum),
  Transpose: ([x], attribute) => {
    const perm = attribute<readonly number[]>("perm", []);
    return made(
      perm.map((k) => x!.dims[k]!),
      (place) =>
        at(
          x!,
          perm.map((_, k) => place[perm.indexOf(k)]!),
        ),
    );
  },
  Unsqueeze: ([x, axes]) => {
    const dims = [...x!.dims];
    for (const axis of axes!.data) dims.splice(axis, 0, 1);
    return { dims, data: x!.data };
  },
  Squeeze: ([x, axes]) => {
    if (axes!.data.some((k) => x!.dims[k] !== 1)) throw new Error("a dimension that is not 1");
    return { dims: without(x!.dims, axes!.data), data: x!.data };
  },
  Expand: ([x, shape]) => made(common([x!.dims, shape!.data]), (place) => broadcast(x!, place)),
  Reshape: ([x, shape]) => {
    const known = shape!.data.filter((d) => d >= 0);
    const rest = x!.data.length / countOf(known);
    const dims = shape!.data.map((d) => (d < 0 ? rest : d));
    if (known.includes(0) || countOf(dims) !== x!.data.length) throw new Error("another size");
    return { dims, data: x!.data };
  },
  Shape: ([x]) => ({ dims: [x!.dims.length], data: x!.dims }),
  Gather: ([x, places], attribute) => {
    const axis = attribute<number>("axis", 0);
    const [before, after] = [x!.dims.slice(0, axis), x!.dims.slice(axis + 1)];
    const rank = places!.dims.length;
    return made([...before, ...places!.dims, ...after], (place) => {
      const found = at(places!, place.slice(axis, axis + rank));
      return at(x!, [...place.slice(0, axis), found, ...place.slice(axis + rank)]);
    });
  },
  Concat: (inputs) => ({
    dims: [inputs.reduce((n, { dims }) => n + dims[0]!, 0)],
    data: inputs.flatMap(({ data }) => data),
  }),
  Range: ([from, to, step]) => {
    const count = Math.max(0, Math.ceil((to!.data[0]! - from!.data[0]!) / step!.data[0]!));
    return made([count], ([i]) => from!.data[0]! + i! * step!.data[0]!);
  },
  Det: ([x]) => {
    const n = x!.dims.at(-1)!;
    return made(
      x!.dims.slice(0, -2),
      (place) => m.determinant(m.matrix(n, n, (i, j) => at(x!, [...place, i, j]))) as number,
    );
  },
};

function applied({ op, attributes }: ReadNode, inputs: readonly Entries[]): Entries {
  const f = entrywise[op];
  if (f)
    return made(common(inputs.map(({ dims }) => dims)), (place) =>
      f(...inputs.map((x) => broadcast(x, place))),
    );
  const operation = operations[op];
  if (!operation) throw new Error(`${op} is not known here`);
  return operation(inputs, (name, otherwise) => (attributes.get(name) ?? otherwise) as never);
}

/** The only result of a model at what it is fed. */
export function run(model: ReadModel, fed: Entries): Entries {
  const values = new Map<string, Entries>(model.initializers);
  values.set(model.inputs[0]!.name, fed);
  for (const node of model.nodes) {
    const inputs = node.inputs.map((name) => {
      const found = values.get(name);
      if (!found) throw new Error(`${node.name} needs ${name} before it is there`);
      return found;
    });
    values.set(node.outputs[0]!, applied(node, inputs));
  }
  return values.get(model.outputs[0]!.name)!;
}
