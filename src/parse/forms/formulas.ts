/** @file Functions that a formula defines, where they are applied: the formula with the arguments put in. */

import { errors } from "../../diagnostics/errors.ts";
import type { Span } from "../../diagnostics/source.ts";
import { isScalarShape, one, scalarShape } from "../../expr/dimension.ts";
import type { Shape } from "../../expr/dimension.ts";
import { apply, isApply, isScalar, sym } from "../../expr/expr.ts";
import type { Apply, Expr, Sym } from "../../expr/expr.ts";
import { argsOf, dependents, postorder, substitution, withArgs } from "../../expr/walk.ts";
import { add, hadamard, scale, scaled } from "../../ops/arithmetic.ts";
import { exp, log, maximum, minimum, power } from "../../ops/elementwise.ts";
import { slope } from "../../ops/slope.ts";
import * as demand from "../constraints.ts";
import { namesIn } from "../definitions.ts";
import type { Inference, Of, Typed } from "../infer.ts";
import { conventionOf } from "../kinds.ts";
import type { Surface } from "../surface.ts";
import type { Formula } from "../symbols.ts";
import { scalarTerm, solved } from "../unify.ts";
import { spreadTo } from "./spread.ts";

/** Primes that are worked out: each lengthens the formula. */
const mostPrimes = 6;

export function formulaForm(inference: Inference, e: Of<"application">, f: Formula): Typed {
  if (e.args.length !== f.parameters.length)
    throw errors.argumentCount(e.span, f.name, f.parameters.length, e.args.length);
  const order = e.derivative.length;
  if (!/^'*$/u.test(e.derivative))
    throw errors.otherDerivative(e.span, f.name, `${f.name}'(…), or ∂/∂x before it`);
  if (order > mostPrimes) throw errors.notYet(e.span, `more than ${mostPrimes} primes`);
  if (order > 0 && !(f.isEntrywise && f.parameters.length === 1))
    throw errors.notYet(
      e.span,
      `the derivative of ${f.name}, whose formula is not that of one scalar`,
    );
  if (inference.entered.includes(f.name)) throw errors.cycle(f.span, [...inference.entered]);
  const args = e.args.map((arg) => given(inference, arg));
  return f.isEntrywise
    ? entrywiseForm(inference, e, f, args, order)
    : shapedForm(inference, e, f, args);
}

/** What is built again and again is built once. */
function once(typed: Typed): Typed {
  let made: Expr | undefined;
  return { ...typed, build: () => (made ??= typed.build()) };
}

/** What is given for a parameter; what the formula says of it is said of that. */
function given(inference: Inference, arg: Surface): Typed {
  const { locals } = inference;
  const liken = (why: string): void => {
    const inside = inference.locals;
    inference.locals = locals;
    inference.likely.stands(arg, why);
    inference.locals = inside;
  };
  return { ...once(inference.visit(arg)), liken };
}

/** Whether a small Latin letter stands in what is given: x_i, and x_i − μ. */
const isInSmallLetters = (e: Surface): boolean =>
  [...namesIn(e)].some((name) => conventionOf(name) === "vector");

/** A formula in vectors or matrices: it has the shape that it has for these arguments. */
function shapedForm(
  inference: Inference,
  e: Of<"application">,
  f: Formula,
  args: readonly Typed[],
): Typed {
  for (const [i, arg] of args.entries()) {
    const name = f.parameters[i]!;
    const declared = inference.scope.isKnown(name) ? inference.scope.symbol(name, f.span) : null;
    if (!declared?.sized && conventionOf(name) === "vector") {
      requireVector(inference, e, f, i, arg);
      if (isInSmallLetters(e.args[i]!)) arg.liken?.(`it is the argument of ${f.name}`);
    }
    if (!declared?.sized || declared.count !== null) continue;
    inference.solver.require(
      demand.same(arg.shape, declared.shape, `it is the argument of ${f.name}`, () =>
        errors.shapesDiffer(
          arg.span,
          `${f.name} takes ${inference.show(declared.shape)}, and ${inference.describe(e.args[i]!, arg.shape)} is given`,
          [`${name} is declared ${inference.show(declared.shape)}`],
          `another name for the argument in the formula of ${f.name}`,
        ),
      ),
    );
  }
  const [body, ...others] = inference.enter(f, args, (part) => inference.visit(part));
  for (const right of others) inference.equate(body!, right);
  const { output } = f;
  if (output)
    inference.solver.require(
      demand.same(body!.shape, output, `it is a value of ${f.name}`, () =>
        errors.shapesDiffer(
          e.span,
          `${f.name} is declared to give ${isScalarShape(output) ? "a scalar" : inference.show(output)}, and its formula gives ${inference.show(body!.shape)}`,
          [],
        ),
      ),
    );
  return { shape: body!.shape, span: e.span, build: body!.build };
}

/** The first body of a formula in scalars, with places for its arguments; the others are to be equal to it. */
function inPlaces(inference: Inference, f: Formula): { places: Sym[]; body: Typed } {
  // No name of the problem begins so: what is put in is not put into again.
  const places = f.parameters.map((name) => sym(`~${name}`, scalarShape));
  const locals = places.map(
    (place): Typed => ({ shape: scalarTerm, span: f.span, build: () => place }),
  );
  const [body, ...others] = inference.enter(f, locals, (part) =>
    inference.scalar(part, `${f.name} of a scalar`),
  );
  for (const right of others) inference.equate(body!, right);
  return { places, body: body! };
}

/** Takes note of what has to be equal in a formula that is not applied. */
export function checkFormula(inference: Inference, f: Formula): void {
  const isDefined = (name: string): boolean =>
    inference.scope.isKnown(name) && inference.scope.symbol(name, f.span).body !== null;
  // Beside z = Wx the z of σ(z) = … stands for each entry.
  if (f.isEntrywise || f.parameters.every(isDefined)) {
    inPlaces(inference, f);
    return;
  }
  const own = f.parameters.map((name) => inference.visit({ kind: "name", name, span: f.span }));
  const [body, ...others] = inference.enter(f, own, (part) => inference.visit(part));
  for (const right of others) inference.equate(body!, right);
}

/** A small letter in a formula stands for a vector, and for no matrix. */
function requireVector(
  inference: Inference,
  e: Of<"application">,
  f: Formula,
  i: number,
  { shape, span }: Typed,
): void {
  const why = `it is the argument of ${f.name}`;
  inference.solver.require(
    demand.same(shape, [shape[0], one], why, () =>
      errors.shapesDiffer(
        span,
        `${f.name} takes a vector, and ${inference.describe(e.args[i]!, shape)} is given`,
        [`${f.parameters[i]} is a vector because it is a lower-case letter`],
        `a capital letter for the argument in the formula of ${f.name}`,
      ),
    ),
  );
}

/** A formula in scalars: of vectors and matrices it is taken entry by entry, and scalars are spread. */
function entrywiseForm(
  inference: Inference,
  e: Of<"application">,
  f: Formula,
  args: readonly Typed[],
  order: number,
): Typed {
  const { places, body } = inPlaces(inference, f);
  const shape = inference.solver.shape();
  inference.solver.require(
    demand.spread(
      args.map((arg) => arg.shape),
      shape,
      `it is the argument of ${f.name}`,
      () =>
        errors.shapesDiffer(
          e.span,
          `${f.name} needs equal shapes or a scalar: ${args.map((arg, i) => inference.describe(e.args[i]!, arg.shape)).join(", ")}`,
          inference.sources(...e.args),
        ),
    ),
  );
  return {
    shape,
    span: e.span,
    build: () => {
      let value = body.build();
      for (let k = 0; k < order; k++) value = slope(value, places[0]!);
      const whole = solved(shape)!;
      const built = args.map((arg) => arg.build());
      if (isScalarShape(whole))
        return substitution(places.map((place, i) => [place, built[i]!] as const))(value);
      inference.notes.add(`${f.name} is taken entry by entry`);
      return entryByEntry(
        value,
        new Map(places.map((place, i) => [place, built[i]!])),
        whole,
        e.span,
      );
    },
  };
}

/** A scalar formula of each entry: its places hold scalars, or values of the whole shape. */
function entryByEntry(
  formula: Expr,
  values: ReadonlyMap<Sym, Expr>,
  whole: Shape,
  span: Span,
): Expr {
  const order = postorder([formula], argsOf);
  const moving = dependents(order, new Set(values.keys()), argsOf);
  const done = new Map<Expr, Expr>();
  for (const node of order) {
    if (node.kind === "sym" && values.has(node)) done.set(node, values.get(node)!);
    else if (!moving.has(node)) done.set(node, node);
    else if (node.kind === "apply")
      done.set(
        node,
        lifted(
          node,
          node.args.map((arg) => done.get(arg)!),
          whole,
          span,
        ),
      );
    else throw errors.notYet(span, "a sum over an index in a function of each entry");
  }
  return spreadTo(whole, done.get(formula)!);
}

/** An operation on scalars, of values of which some are vectors or matrices. */
function lifted(e: Apply, args: readonly Expr[], whole: Shape, span: Span): Expr {
  if (args.every(isScalar)) return withArgs(e, args);
  if (isApply(e, add)) return add(...args.map((arg) => spreadTo(whole, arg)));
  if (isApply(e, scale)) {
    const large = args.filter((arg) => !isScalar(arg));
    return scaled(args.filter(isScalar), large.length === 1 ? large[0]! : hadamard(...large));
  }
  // uᵛ = exp(v log u), where v is not the same for all entries
  if (e.op === power && !isScalar(args[1]!)) {
    const logarithm = log(args[0]!);
    const product = isScalar(logarithm)
      ? scale(logarithm, args[1]!)
      : hadamard(args[1]!, logarithm);
    return exp(product);
  }
  const isSpread = e.op === maximum || e.op === minimum;
  if (isSpread)
    return apply(
      e.op,
      args.map((arg) => spreadTo(whole, arg)),
    );
  const isEntrywise = e.op.entrywise === true || e.op === power;
  if (isEntrywise) return apply(e.op, args);
  throw errors.notYet(span, `${e.op.opName} in a function of each entry`);
}
