/** @file Simpler nodes for some: numbers that are known, factors of 1, forms that neither overflow nor cancel. */

import type { Dimension } from "../expr/dimension.ts";
import type { Graph } from "./graph.ts";
import type { Tensor } from "./tensor.ts";
import { isNode, numberIn, wholesIn } from "./tensor.ts";

/** What is computed of numbers here, and not by who runs the model. */
const ofNumbers: Readonly<Record<string, (a: number, b: number) => number>> = {
  Add: (a, b) => a + b,
  Sub: (a, b) => a - b,
  Mul: (a, b) => a * b,
  Div: (a, b) => a / b,
  Pow: (a, b) => a ** b,
  Neg: (a) => -a,
  Reciprocal: (a) => 1 / a,
  Sqrt: (a) => Math.sqrt(a),
  Exp: (a) => Math.exp(a),
  Log: (a) => Math.log(a),
};

type Rule = (
  graph: Graph,
  inputs: readonly Tensor[],
  extents: readonly Dimension[],
) => Tensor | null;

/** A tensor in the place of a result, where it is not broadcast in it. */
const inPlace = (tensor: Tensor, extents: readonly Dimension[]): Tensor | null =>
  tensor.extents.length === extents.length && tensor.extents.every((d, i) => d === extents[i])
    ? tensor
    : null;

const unary = (graph: Graph, op: string, x: Tensor): Tensor => graph.node(op, [x], x.extents);

/** x of 1 + eˣ. */
function inOneAndExp(sum: Tensor): Tensor | null {
  if (!isNode(sum, "Add")) return null;
  const [a, b] = sum.inputs as [Tensor, Tensor];
  const [first, second] = numberIn(a) === 1 ? [a, b] : [b, a];
  return numberIn(first) === 1 && isNode(second, "Exp") ? second.inputs[0]! : null;
}

/** Of Σeˣ what x is, and along which dimensions is added. */
function inSumOfExp(sum: Tensor): { readonly of: Tensor; readonly axes: readonly number[] } | null {
  const [terms, axes] = isNode(sum, "ReduceSum") ? sum.inputs : [];
  return isNode(terms, "Exp") ? { of: terms.inputs[0]!, axes: wholesIn(axes) } : null;
}

/** eˣ over Σeˣ, where the sum is over one dimension and stands again along that one. */
function softmaxIn(graph: Graph, over: Tensor, below: Tensor): Tensor | null {
  if (!isNode(over, "Exp")) return null;
  const isPut = isNode(below, "Unsqueeze");
  const sum = inSumOfExp(isPut ? below.inputs[0]! : below);
  if (!sum || sum.of !== over.inputs[0] || sum.axes.length !== 1) return null;
  // What has one dimension less stands over the last ones.
  const at = isPut ? wholesIn(below.inputs[1]) : [0];
  if (at.length !== 1 || at[0] !== sum.axes[0]) return null;
  return graph.node("Softmax", [sum.of], over.extents, { attributes: { axis: at[0]! } });
}

const rules: Readonly<Record<string, Rule>> = {
  Add: (_, [a, b], extents) =>
    numberIn(a!) === 0 ? inPlace(b!, extents) : numberIn(b!) === 0 ? inPlace(a!, extents) : null,
  Sub: (_, [a, b], extents) => (numberIn(b!) === 0 ? inPlace(a!, extents) : null),
  Mul: (_, [a, b], extents) =>
    numberIn(a!) === 1 ? inPlace(b!, extents) : numberIn(b!) === 1 ? inPlace(a!, extents) : null,
  Div: (graph, [a, b], extents) => {
    if (numberIn(b!) === 1) return inPlace(a!, extents);
    if (numberIn(a!) === 1) return unary(graph, "Reciprocal", b!);
    // a/(1 + eˣ) = a·σ(−x), eˣ/(1 + eˣ) = σ(x)
    const x = inOneAndExp(b!);
    if (x && isNode(a, "Exp") && a.inputs[0] === x) return unary(graph, "Sigmoid", x);
    if (x) return graph.node("Mul", [a!, unary(graph, "Sigmoid", unary(graph, "Neg", x))], extents);
    return softmaxIn(graph, a!, b!);
  },
  Neg: (_, [x]) => (isNode(x, "Neg") ? x.inputs[0]! : null),
  Reciprocal: (graph, [below]) => {
    if (isNode(below, "Reciprocal")) return below.inputs[0]!;
    // 1/(1 + eˣ) = σ(−x)
    const x = inOneAndExp(below!);
    return x && unary(graph, "Sigmoid", unary(graph, "Neg", x));
  },
  Log: (graph, [of], extents) => {
    if (isNode(of, "Exp")) return of.inputs[0]!;
    const sum = inSumOfExp(of!);
    if (sum)
      return graph.node("ReduceLogSumExp", [sum.of], extents, {
        attributes: { axes: sum.axes, keepdims: 0 },
      });
    if (isNode(of, "Softmax"))
      return graph.node("LogSoftmax", of.inputs, extents, { attributes: of.attributes });
    const x = inOneAndExp(of!);
    if (x) return unary(graph, "Softplus", x);
    // log σ(x) = −log(1 + e⁻ˣ)
    if (isNode(of, "Sigmoid"))
      return unary(graph, "Neg", unary(graph, "Softplus", unary(graph, "Neg", of.inputs[0]!)));
    // log(1 − σ(x)) = −log(1 + eˣ)
    const [unit, sigma] = isNode(of, "Sub") ? of.inputs : [];
    if (unit && numberIn(unit) === 1 && isNode(sigma, "Sigmoid"))
      return unary(graph, "Neg", unary(graph, "Softplus", sigma.inputs[0]!));
    return null;
  },
};

/** What else gives the same as a node would; null where nothing does. */
export function simpler(
  graph: Graph,
  op: string,
  inputs: readonly Tensor[],
  extents: readonly Dimension[],
): Tensor | null {
  const numbers = inputs.map(numberIn);
  const computed = ofNumbers[op];
  if (computed && numbers.every((x) => x !== null))
    return graph.number(computed(numbers[0]!, numbers[1]!));
  return rules[op]?.(graph, inputs, extents) ?? null;
}
