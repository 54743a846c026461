/** @file Functions of the language, by their signatures. */

import { rational } from "../../expr/rational.ts";
import { errors, excerpt } from "../../diagnostics/errors.ts";
import { textOf } from "../../diagnostics/source.ts";
import type { Span } from "../../diagnostics/source.ts";
import { suggest } from "../../diagnostics/suggest.ts";
import { dimension } from "../../expr/dimension.ts";
import { isApply, isScalar, minusOne } from "../../expr/expr.ts";
import type { Expr } from "../../expr/expr.ts";
import { scale } from "../../ops/arithmetic.ts";
import { maximum, minimum } from "../../ops/elementwise.ts";
import { functionNamed, functionNames, traceNames } from "../../ops/functions.ts";
import { determinant, logdet } from "../../ops/matrix.ts";
import { raised } from "../build.ts";
import * as demand from "../constraints.ts";
import type { Inference, Of, Typed } from "../infer.ts";
import type { Surface } from "../surface.ts";
import { solved } from "../unify.ts";
import type { ShapeTerm, Term } from "../unify.ts";
import { kroneckerForm } from "./products.ts";
import { spreadForm } from "./spread.ts";
import { stackForm } from "./stacks.ts";

/** The β of softmax_β: a number, or a name, which is a scalar. */
function sharpnessOf(inference: Inference, e: Of<"call">, text: string): Typed {
  if (/^\d+$/u.test(text))
    return inference.visit({ kind: "number", value: rational(Number(text)), span: e.nameSpan });
  if (!/^\p{L}$/u.test(text)) throw errors.badSubscript(e.nameSpan);
  return inference.scalar({ kind: "name", name: text, span: e.nameSpan }, "the β of softmax_β");
}

/** Functions that gather entries: of a single number they would say nothing. */
const gathering: ReadonlySet<string> = new Set([
  "sum",
  "mean",
  "softmax",
  "logsoftmax",
  "logsumexp",
  "lse",
  "diag",
  "Diag",
  ...traceNames,
  "norm",
  "norm1",
  "norm2",
  "normF",
  "nuclear",
]);

export function callForm(inference: Inference, e: Of<"call">): Typed {
  if (e.name === "max" || e.name === "min") return extremumForm(inference, e);
  if (e.name === "kron" && e.args.length === 2)
    return kroneckerForm(inference, { kind: "kronecker", factors: e.args, span: e.span });
  if (e.name === "norm" && e.args.length === 2) return normCall(inference, e);
  if (e.name === "sigmoid" && /^(?:σ|\\sigma)$/u.test(textOf(e.nameSpan)))
    inference.sigmoids.push(e.nameSpan);
  const stack = stackForm(inference, e);
  if (stack) return stack;
  const entry = functionNamed(e.name);
  if (!entry) throw errors.unknownWord(e.nameSpan, e.name, suggest(e.name, functionNames()));
  const args = e.args.map((arg) => inference.visit(arg));
  const [first] = e.args;
  // MATLAB's sum(sum(X)): the inner one has gathered all.
  const isGathered = first?.kind === "call" && gathering.has(first.name) && e.name === "sum";
  if (gathering.has(e.name) && !isGathered && inference.holdsFree(first!))
    inference.solver.require(
      demand.nonscalar(args[0]!.shape, `it is the argument of ${e.name}`, () =>
        errors.noReading(
          e.span,
          `${e.name} of a scalar says nothing`,
          inference.sources(...e.args),
          "declare what the names are, if they are scalars",
        ),
      ),
    );
  const options = entry.readings
    .map((reading) => ({ reading, ...instantiate(inference, reading.signature) }))
    .filter((option) => option.inputs.length === args.length);
  if (options.length === 0)
    throw errors.noReading(e.span, `${e.name} does not take ${args.length} arguments`, [
      `its arguments are ${entry.readings.map((r) => r.signature.split("→")[0]!.trim()).join(" or ")}`,
    ]);
  const shape = inference.solver.shape();
  inference.solver.require(
    demand.readings(
      options,
      args.map((arg) => arg.shape),
      shape,
      `it is the argument of ${e.name}`,
      () =>
        cannotApply(
          inference,
          e,
          args,
          entry.readings.map((r) => r.signature),
        ),
    ),
  );
  if (e.bare && isTrace(e) && e.args[0]!.kind === "product")
    inference.notes.add(`tr takes the whole product: tr(${excerpt(e.args[0]!.span)})`);
  const exponent = e.exponent ? inference.scalar(e.exponent, "an exponent") : null;
  if (e.subscript !== undefined && e.name !== "softmax") throw errors.badSubscript(e.nameSpan);
  const sharpness = e.subscript === undefined ? null : sharpnessOf(inference, e, e.subscript);
  return {
    shape,
    span: e.span,
    build: () => {
      const built = args.map((arg) => arg.build());
      if (sharpness) built[0] = scale(sharpness.build(), built[0]!);
      const chosen = options.find((option) => fits(option, built)) ?? options[0]!;
      tellEntrywise(inference, e.span, e.name, built[0]!);
      const value = simpleCall(e.name, chosen.reading.build, built);
      return exponent ? raised(value, exponent.build()) : value;
    },
  };
}

export const isTrace = (e: Surface): boolean => e.kind === "call" && traceNames.has(e.name);

/** What each function of a square matrix might be taken for. */
const ofMatrices: Readonly<Record<string, string>> = {
  exp: "the matrix exponential is expm",
  log: "it is not the matrix logarithm",
  ln: "it is not the matrix logarithm",
  sqrt: "it is not the matrix square root",
  ...Object.fromEntries(
    ["sin", "cos", "tan", "sinh", "cosh"].map((name) => [name, `it is not the matrix ${name}`]),
  ),
};

/** Says that a function of a square matrix is not the one of linear algebra. */
export function tellEntrywise(
  inference: Inference,
  span: Span,
  name: string,
  argument: Expr,
): void {
  const other = Object.hasOwn(ofMatrices, name) ? ofMatrices[name] : undefined;
  if (other === undefined || isScalar(argument) || argument.shape[0] !== argument.shape[1]) return;
  inference.notes.add(`${excerpt(span)} is taken entry by entry; ${other}`);
}

/** MATLAB's and NumPy's `norm(x, 2)`, `norm(X, 'fro')`: the second argument says which norm. */
function normCall(inference: Inference, e: Of<"call">): Typed {
  const [body, which] = e.args as [Surface, Surface];
  const text = textOf(which.span);
  const kind = new Map([
    ["1", "1"],
    ["2", "2"],
    ["fro", "F"],
    ["F", "F"],
    ["nuc", "*"],
    ["inf", "∞"],
    ["Inf", "∞"],
  ]).get(text.replaceAll(/['"’‘]/gu, ""));
  if (kind === undefined || e.exponent || e.subscript !== undefined)
    throw errors.badNorm(which.span, text);
  return inference.visit({
    kind: "subscript",
    body: { kind: "norm", body, span: e.span },
    index: { text: kind, span: which.span },
    span: e.span,
  });
}

function cannotApply(
  inference: Inference,
  e: Of<"call">,
  args: readonly Typed[],
  signatures: readonly string[],
): Error {
  const given = args.map((arg, i) => inference.describe(e.args[i]!, arg.shape)).join(" and ");
  return errors.shapesDiffer(e.span, `${e.name} does not take ${given}`, [
    `it takes ${signatures.map((s) => s.split("→")[0]!.trim()).join(" or ")}`,
    ...inference.sources(...e.args),
  ]);
}

/** Fresh unknowns for the letters of a signature. */
function instantiate(
  inference: Inference,
  signature: string,
): { inputs: ShapeTerm[]; output: ShapeTerm } {
  const letters = new Map<string, Term>();
  const term = (text: string): Term => {
    if (/^\d+$/u.test(text)) return dimension(Number(text));
    let found = letters.get(text);
    if (!found) letters.set(text, (found = inference.solver.unknown()));
    return found;
  };
  const shape = (text: string): ShapeTerm => {
    const [rows = "1", columns = "1"] = text.trim().split("×");
    return [term(rows), term(columns)];
  };
  const [inputs = "", output = ""] = signature.split("→");
  return { inputs: inputs.split(",").map(shape), output: shape(output) };
}

/** max(a, b) and min(a, b), entry by entry; a scalar is spread. */
function extremumForm(inference: Inference, e: Of<"call">): Typed {
  const op = e.name === "max" ? maximum : minimum;
  if (e.args.length !== 2)
    throw errors.notYet(
      e.span,
      `${e.name} of ${e.args.length === 1 ? "the entries of one argument" : "more than two arguments"}`,
    );
  const spread = spreadForm(inference, e, e.args, e.name, op);
  const exponent = e.exponent ? inference.scalar(e.exponent, "an exponent") : null;
  return exponent ? { ...spread, build: () => raised(spread.build(), exponent.build()) } : spread;
}

/** The reading whose signature has the shapes of the arguments. */
function fits(option: { inputs: readonly ShapeTerm[] }, args: readonly Expr[]): boolean {
  return option.inputs.every((input, i) => {
    const shape = solved(input);
    return shape !== null && shape[0] === args[i]!.shape[0] && shape[1] === args[i]!.shape[1];
  });
}

/** log of a determinant is its own operation. */
function simpleCall(name: string, build: (...args: Expr[]) => Expr, args: readonly Expr[]): Expr {
  const [x] = args;
  if ((name === "log" || name === "ln") && x && isApply(x, determinant)) return logdet(x.args[0]!);
  if (name === "inv" && x && isScalar(x)) return raised(x, minusOne);
  return build(...args);
}
