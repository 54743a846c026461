/** @file Applications of functions that the problem declares: their shapes, and which derivative is meant. */

import { errors, excerpt } from "../../diagnostics/errors.ts";
import { isScalarShape, one } from "../../expr/dimension.ts";
import type { Shape } from "../../expr/dimension.ts";
import type { Expr } from "../../expr/expr.ts";
import {
  gradient,
  hessian,
  jacobian,
  ofEntries,
  scalarField,
  vectorField,
} from "../../ops/unknown.ts";
import * as demand from "../constraints.ts";
import { lettersBelow } from "../indices.ts";
import type { Inference, Of, Typed } from "../infer.ts";
import { splitName } from "../names.ts";
import type { DeclaredFunction } from "../symbols.ts";
import { scalarTerm } from "../unify.ts";
import type { ShapeTerm } from "../unify.ts";
import { formulaForm } from "./formulas.ts";

export function applicationForm(inference: Inference, e: Of<"application">): Typed {
  const f = inference.scope.functionNamed(e.name);
  if (!f) throw errors.unknownWord(e.span, e.name, null);
  return f.kind === "formula" ? formulaForm(inference, e, f) : declaredForm(inference, e, f);
}

/** f: ℝ→ℝ works entry by entry. */
export const isOfEntries = ({ inputs, output }: DeclaredFunction): boolean =>
  inputs.length === 1 && isScalarShape(inputs[0]!) && isScalarShape(output);

function declaredForm(inference: Inference, e: Of<"application">, f: DeclaredFunction): Typed {
  if (lettersBelow(f.name).some((letter) => inference.bound.has(letter)))
    throw errors.notYet(e.span, "a family of functions", {
      hint: `functions with names of their own: ${splitName(f.name).base}_1, ${splitName(f.name).base}_2`,
    });
  const expected = f.inputs.length;
  if (e.args.length !== expected)
    throw errors.argumentCount(e.span, f.name, expected, e.args.length);
  const args = e.args.map((arg) => inference.visit(arg));
  if (isOfEntries(f)) {
    if (!/^'*$/u.test(e.derivative)) throw errors.otherDerivative(e.span, f.name, `${f.name}'(…)`);
    const op = ofEntries(f.name, e.derivative.length);
    return { shape: args[0]!.shape, span: e.span, build: () => op(args[0]!.build()) };
  }
  for (const [i, arg] of args.entries())
    inference.solver.require(
      demand.same(arg.shape, f.inputs[i]!, `it is the argument of ${f.name}`, () =>
        errors.shapesDiffer(
          arg.span,
          `${f.name} takes ${shown(inference, f.inputs[i]!)} here, and ${inference.describe(e.args[i]!, arg.shape)} is given`,
          inference.sources(e.args[i]!),
        ),
      ),
    );
  const { shape, op } = isScalarShape(f.output) ? fieldForm(e, f) : vectorForm(e, f);
  return {
    shape,
    span: e.span,
    build: () => op(args[0]!.build(), ...args.slice(1).map((arg) => arg.build())),
  };
}

const shown = (inference: Inference, shape: Shape): string =>
  isScalarShape(shape) ? "a scalar" : inference.show(shape);

interface Meant {
  readonly shape: ShapeTerm;
  readonly op: (x: Expr, ...others: Expr[]) => Expr;
}

/** C(x), ∇C(x), ∇²C(x), ∇_θ f(x, θ), ∇²_{12} f(x, θ). */
function fieldForm(e: Of<"application">, { name, inputs }: DeclaredFunction): Meant {
  const arity = inputs.length;
  if (e.derivative === "") return { shape: scalarTerm, op: scalarField(name, arity) };
  const numbers = inputs.map((_, i) => `∇_${i + 1} ${name}(…)`);
  const right = arity === 1 ? `∇${name}(…)` : numbers.join(" or ");
  const [, second, below] = /^∇(²?)(.*)$/u.exec(e.derivative) ?? [];
  // ∇_x C(x) says no more than ∇C(x).
  const isOnly = arity === 1 && (below === "" || argumentNamed(e, below ?? "") === 0);
  if (below === undefined || (below === "" && !isOnly))
    throw errors.otherDerivative(e.span, name, right);
  if (second === "") {
    const at = isOnly ? 0 : argumentNamed(e, below);
    if (at === null || !inputs[at]) throw errors.notAnArgument(e.span, below, name);
    return { shape: inputs[at], op: gradient(name, arity, at) };
  }
  const [rows, columns] = isOnly ? [0, 0] : [...below].map((digit) => Number(digit) - 1);
  const [left, across] = [inputs[rows ?? -1], inputs[columns ?? -1]];
  if (!left || !across || (!isOnly && below.length !== 2))
    throw errors.notAnArgument(e.span, below, name);
  if (left[1] !== one || across[1] !== one)
    throw errors.noNotation(`∇${name} by a matrix`, "it has four indices, and is no matrix");
  return { shape: [left[0], across[0]], op: hessian(name, arity, rows!, columns!) };
}

/** The argument that a number or a bare name below ∇ tells; null where none or several are. */
function argumentNamed(e: Of<"application">, below: string): number | null {
  if (/^\d+$/u.test(below)) return Number(below) - 1;
  const places = e.args.flatMap((arg, i) => (arg.kind === "name" && arg.name === below ? [i] : []));
  return places.length === 1 ? places[0]! : null;
}

/** g(x), J_g(x). */
function vectorForm(e: Of<"application">, { name, inputs, output }: DeclaredFunction): Meant {
  const [rows] = output;
  switch (e.derivative) {
    case "":
      return { shape: output, op: vectorField(name, rows) };
    case "J":
      return { shape: [rows, inputs[0]![0]], op: jacobian(name, rows) };
    default:
      throw errors.otherDerivative(e.span, name, `J_${name}(…)`);
  }
}

/** Refuses the spaces for which there is no calculus yet. */
export function refuseSpaces({ name, span, inputs, output }: DeclaredFunction): void {
  const isVector = output[1] === one && !isScalarShape(output);
  if (output[1] !== one) throw errors.notYet(span, `${name}, a function whose values are matrices`);
  if (isVector && inputs.length > 1)
    throw errors.notYet(span, `${name}, a function of several arguments whose values are vectors`);
  if (isVector && inputs[0]![1] !== one)
    throw errors.notYet(span, `${name}, a function of matrices whose values are vectors`);
}

/** `f(x)'` of a scalar: the derivative to some, and a transpose that does nothing in the language. */
export function refusePrimedValue(e: Of<"transpose">, text: string): void {
  if (e.body.kind !== "application" || !/['′’]$/u.test(text)) return;
  const [name, whole] = [e.body.name, excerpt(e.body.span)];
  throw errors.noReading(
    e.span,
    `${whole}' may be the derivative of ${name}`,
    [],
    `${name}'${whole.slice(whole.indexOf("("))} for the derivative`,
  );
}
