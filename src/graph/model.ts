/** @file The computational graph of a problem: operations as nodes, the values that go between them as edges. */

import { printed } from "../steps/printed.ts";
import type { Spelled } from "../derive/options.ts";
import { prepare } from "../derive/prepare.ts";
import { errors } from "../diagnostics/errors.ts";
import { showShape } from "../expr/dimension.ts";
import { isApply, isScalar, sym } from "../expr/expr.ts";
import type { Expr, Sym } from "../expr/expr.ts";
import { argsOf, children, dependents, postorder, substitution } from "../expr/walk.ts";
import { add, matmul, scale, transpose } from "../ops/arithmetic.ts";
import { beginnings, laidOutAlike } from "./alike.ts";
import type { StepsBeside } from "./alike.ts";
import type { Problem } from "../parse/problem.ts";
import type { PrintOptions } from "../print/alphabet.ts";
import { toAscii, toLatex, toUnicode } from "../print/index.ts";
import { isMinus } from "../simplify/term.ts";
import { backward } from "../steps/cotangents.ts";
import type { Backward, Use } from "../steps/cotangents.ts";
import { lossName } from "../steps/names.ts";
import { definitionOf } from "../steps/parts.ts";
import type { LaidOut } from "../steps/parts.ts";

/** A name that enters, an operation, or the objective. */
export interface GraphNode {
  readonly id: string;
  readonly kind: "input" | "operation" | "output";
  readonly label: Spelled;
  /** What comes out of it. */
  readonly value: Spelled;
  readonly shape: string;
  /** How it is known elsewhere: the ASCII text of its value. */
  readonly part: string;
  readonly isTranspose: boolean;
}

/** A value on its way from where it is made to where it is used. */
export interface GraphEdge {
  readonly from: GraphNode;
  readonly to: GraphNode;
  /** The name of the value; null where the node it comes from says it. */
  readonly label: Spelled | null;
  readonly shape: string;
  /** What flows back along it; null where nothing does, or nobody asked. */
  readonly flow: Spelled | null;
  /** Those that it is drawn in the place of. */
  readonly standsFor?: readonly GraphEdge[];
}

/** A graph; nodes stand before those that use them. */
export interface Graph {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
  /** The name of the objective. */
  readonly loss: Spelled;
  /** What is to be said of it. */
  readonly notes: readonly string[];
}

/** What a graph is drawn of, with the way back from its nodes. */
export interface Traced {
  readonly graph: Graph;
  readonly laid: LaidOut;
  /** null where nothing flows back. */
  readonly back: Backward | null;
  readonly loss: string;
  /** The edges that a use stands for: the node it comes from, and the one that uses it. */
  readonly uses: ReadonlyMap<GraphEdge, Use>;
  readonly nodeOf: ReadonlyMap<Expr, GraphNode>;
}

/** How a graph is made. */
export interface GraphOptions {
  /** Whether what flows back is told. */
  readonly backward?: boolean;
  /** Whether the paths of variables are asked for. */
  readonly paths?: boolean;
  /** Steps whose names it has; without them those that tell every operation. */
  readonly beside?: StepsBeside | null;
}

/** The names that enter the graph by themselves: scalars stand within operations, unless they are asked for. */
function inputsOf(problem: Problem, asked: readonly Sym[]): Sym[] {
  // The definition of a name that is asked for is that name, also where it is written out again.
  const prepared = prepare(problem, asked);
  const back = substitution([...prepared.copies].map(([s, copy]) => [copy, s] as const));
  const objective = back(prepared.objective);
  const below = (e: Expr): readonly Expr[] => (asked.includes(e as Sym) ? [] : children(e));
  const names = postorder([objective], below).filter(
    (e): e is Sym =>
      e.kind === "sym" && e.role === "value" && (e.definition === null || asked.includes(e)),
  );
  const free = names.filter((s) => s.cotangent === null);
  const large = free.filter((s) => !isScalar(s));
  return large.length === 0 ? free : free.filter((s) => !isScalar(s) || asked.includes(s));
}

/** The graph of a problem; the variables that are asked for enter it in any case. */
export function traced(
  problem: Problem,
  variables: readonly Sym[],
  { backward: isBackward = false, paths = false, beside }: GraphOptions = {},
): Traced {
  if ((isBackward || paths) && !isScalar(problem.objective))
    throw errors.graphNeedsScalar(showShape(problem.objective.shape));
  const asked = beginnings(variables);
  const inputs = inputsOf(problem, asked);
  const steps = asked.length > 0 ? { variables: asked, level: "all" as const } : null;
  const laid = laidOutAlike(problem, inputs, beside ?? steps);
  const loss = lossName(problem);
  const letters = { letters: problem.indices };
  const back =
    isBackward || paths ? backward(laid, inputs, { loss }, { verify: isBackward }) : null;
  const parts = new Set<Expr>([...inputs, ...laid.parts.map(({ expr }) => expr)]);
  const nodeOf = new Map<Expr, GraphNode>();
  const nodes: GraphNode[] = [];
  const edges: GraphEdge[] = [];
  const uses = new Map<GraphEdge, Use>();
  const movedBy = movedFrom(laid, asked);
  const node = (kind: GraphNode["kind"], value: Expr, label: Spelled, shape: string): GraphNode => {
    const made = {
      id: `n${nodes.length + 1}`,
      kind,
      label,
      value: printed(value),
      shape,
      part: toAscii(value),
      isTranspose: isApply(value, transpose),
    };
    nodes.push(made);
    return made;
  };
  for (const input of inputs)
    nodeOf.set(input, node("input", input, printed(input), showShape(input.shape)));
  const enter = (user: GraphNode, used: Expr, definition: Expr): void => {
    const all = occurrences(definition, parts);
    for (const part of new Set(all)) {
      const from = nodeOf.get(part)!;
      const found = back?.steps.find(({ of }) => of === part)?.uses.filter(({ by }) => by === used);
      // Without what flows back, an edge for each place in the text.
      const count = found ? Math.max(1, found.length) : all.filter((e) => e === part).length;
      for (let at = 0; at < count; at++) {
        const use = found?.[at];
        const edge: GraphEdge = {
          from,
          to: user,
          label: from.kind === "input" ? null : from.value,
          shape: from.shape,
          flow: isBackward && use && movedBy.has(part) ? printed(use.flow, letters) : null,
        };
        edges.push(edge);
        if (use) uses.set(edge, use);
      }
    }
  };
  for (const part of laid.parts) {
    const definition = definitionOf(part) ?? part.expr;
    const made = node(
      "operation",
      part.expr,
      operationLabel(definition, inside(definition, parts, part.expr), letters),
      showShape(part.expr.shape),
    );
    nodeOf.set(part.expr, made);
    enter(made, part.expr, definition);
  }
  const { objective } = laid.problem;
  const shape = showShape(objective.shape);
  const name = laid.problem.symbols.get(loss) ?? sym(loss, objective.shape);
  const isNamed = parts.has(objective);
  const last = isNamed
    ? nodeOf.get(objective)!
    : node("operation", name, operationLabel(objective, inside(objective, parts), letters), shape);
  if (!isNamed) enter(last, objective, objective);
  const output = node("output", name, printed(name), shape);
  edges.push({ from: last, to: output, label: null, shape, flow: null });
  nodeOf.set(name, output);
  return {
    graph: { nodes, edges, loss: printed(name), notes: [] },
    laid,
    back,
    loss,
    uses,
    nodeOf,
  };
}

/** The parts that the variables asked for move, and these; all where none is asked for. */
function movedFrom({ parts, problem }: LaidOut, asked: readonly Sym[]): ReadonlySet<Expr> {
  const all = parts.map(({ expr }) => expr);
  const order = postorder([problem.objective, ...all]);
  return asked.length === 0 ? new Set(order) : dependents(order, new Set<Expr>(asked));
}

/** The parts that a definition is made of, as often as they stand in it, in the order of the text. */
function occurrences(definition: Expr, parts: ReadonlySet<Expr>): Expr[] {
  const found: Expr[] = [];
  const open = [...argsOf(definition)].toReversed();
  while (open.length > 0) {
    const e = open.pop()!;
    if (parts.has(e)) found.push(e);
    // What all terms of a sum share is one value.
    else if (e.kind === "indexSum") found.push(...new Set(occurrences(e, parts)));
    else open.push(...[...argsOf(e)].toReversed());
  }
  return found;
}

/** The distinct parts within a definition. */
const inside = (definition: Expr, parts: ReadonlySet<Expr>, own?: Expr): readonly Expr[] => [
  ...new Set(occurrences(definition, parts).filter((e) => e !== own)),
];

const times: Spelled = { unicode: "×", ascii: "*", latex: "\\times" };
const plus: Spelled = { unicode: "+", ascii: "+", latex: "+" };

const turn: Spelled = { unicode: "ᵀ", ascii: "^T", latex: "\\top" };

/** An operation with dots for what enters it: ½‖·‖², · − ·, tanh. */
function operationLabel(definition: Expr, parts: readonly Expr[], options: PrintOptions): Spelled {
  const isFull = argsOf(definition).every((arg) => parts.includes(arg));
  if (isFull && (isApply(definition, matmul) || isApply(definition, scale))) return times;
  if (isFull && isApply(definition, add) && !definition.args.some(isMinus)) return plus;
  if (isFull && isApply(definition, transpose)) return turn;
  // The name of a family stands for no value of its own.
  const dots = parts.flatMap((e) =>
    e.kind === "sym" && e.member ? [] : [[e, sym(dot, e.shape, e.properties)] as const],
  );
  const dotted = substitution(dots)(definition);
  const bare = (text: string, of: string): string =>
    text.replace(new RegExp(`^([^()]+)(?:\\(${of}\\)|\\\\left\\(${of}\\\\right\\))$`, "u"), "$1");
  const latex = toLatex(dotted, options).replaceAll(/\\(?:text|mathbf|mathrm)\{(\uE0D0)\}/gu, "$1");
  // Side by side they would be read as one sign.
  const apart = (text: string, product: string, sign: string): string =>
    text.replaceAll(/\uE0D0 *(?=\uE0D0)/gu, `${dot}${product}`).replaceAll(dot, sign);
  return {
    unicode: bare(apart(toUnicode(dotted, options), "×", "·"), "·"),
    ascii: bare(apart(toAscii(dotted, options), "*", "."), "\\."),
    latex: bare(apart(latex, "\\times ", "\\cdot "), "\\\\cdot "),
  };
}

/** Of no use in a name, so that two of them side by side are told from a product with a dot. */
const dot = "\uE0D0";
