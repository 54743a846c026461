/** @file Products, entrywise and Kronecker products, transposes. */

import { isComposed } from "../infer.ts";
import { errors, excerpt } from "../../diagnostics/errors.ts";
import { textOf } from "../../diagnostics/source.ts";
import { one } from "../../expr/dimension.ts";
import { isApply, isScalar, minusOne, num, unit } from "../../expr/expr.ts";
import type { Expr } from "../../expr/expr.ts";
import { isNegative, times } from "../../expr/rational.ts";
import { hadamard, matmul, scale, scaled, transpose } from "../../ops/arithmetic.ts";
import { power } from "../../ops/elementwise.ts";
import { kronecker } from "../../ops/kronecker.ts";
import { raised } from "../build.ts";
import * as demand from "../constraints.ts";
import type { Inference, Of, Typed } from "../infer.ts";
import { likely } from "../kinds.ts";
import { partsOf } from "../parts.ts";
import type { Surface } from "../surface.ts";
import { refusePrimedValue } from "./functions.ts";
import { vectorRaised } from "./powers.ts";
import { doubt, doubtBuilt, notPi } from "./doubts.ts";
import { classOf, extentOf, find, isUnknown, swapped } from "../unify.ts";
import type { ShapeTerm } from "../unify.ts";

export function productForm(inference: Inference, e: Of<"product">): Typed {
  const factors = e.factors.map(({ factor }) => inference.visit(factor));
  doubt(inference, e);
  // What is written transposed is no scalar: xᵀAx/xᵀx means /(xᵀx).
  for (const [i, { divides, factor }] of e.factors.entries())
    if (
      divides &&
      factor.kind === "transpose" &&
      factor.body.kind === "name" &&
      inference.isFree(factor.body)
    )
      throw cannotDivide(inference, e, i, factors[i]!);
  for (const [i, factor] of factors.entries())
    if (e.factors[i]!.divides)
      inference.solver.require(
        demand.scalar(factor.shape, "something is divided by it", () =>
          cannotDivide(inference, e, i, factor),
        ),
      );
  const shape = inference.solver.shape();
  inference.solver.require(
    demand.product(
      factors.map((f) => f.shape),
      shape,
      `it stands in ${excerpt(e.span)}`,
      () => cannotMultiply(inference, e, factors, shape),
    ),
  );
  return {
    shape,
    span: e.span,
    build: () => {
      const built = factors.map((factor) => factor.build());
      doubtBuilt(inference, e, built);
      const divides = e.factors.map((f) => f.divides);
      const made = multiplied(divides, built);
      if (made === null) throw new Error("internal: a product that fits is not built");
      return made;
    },
  };
}

function cannotDivide(inference: Inference, e: Of<"product">, i: number, divisor: Typed): Error {
  const { factor } = e.factors[i]!;
  return errors.shapesDiffer(
    factor.span,
    `cannot divide by ${inference.describe(factor, divisor.shape)}`,
    inference.sources(factor),
    divisionHint(inference, e, i),
  );
}

function divisionHint(inference: Inference, e: Of<"product">, i: number): string | undefined {
  const rest = e.factors.slice(i);
  if (rest.length < 2) return "⊘ divides entry by entry";
  const text = { ...e.factors[i]!.factor.span, end: e.factors.at(-1)!.factor.span.end };
  return `/(${excerpt(text)})`;
}

function cannotMultiply(
  inference: Inference,
  e: Of<"product">,
  factors: readonly Typed[],
  out: ShapeTerm,
): Error {
  const surfaces = e.factors.map((f) => f.factor);
  for (let i = 1; i < factors.length; i++) {
    const [a, b] = [factors[i - 1]!, factors[i]!];
    if (classOf(a.shape) !== "nonscalar" || classOf(b.shape) !== "nonscalar") continue;
    const [columns, rows] = [find(a.shape[1]), find(b.shape[0])];
    const differ =
      !isUnknown(columns) && !isUnknown(rows)
        ? columns !== rows
        : extentOf(columns) !== extentOf(rows);
    if (!differ) continue;
    const bothColumns = extentOf(a.shape[1]) === "one" && extentOf(b.shape[1]) === "one";
    const [s, t] = [surfaces[i - 1]!, surfaces[i]!].map(factorText);
    return errors.shapesDiffer(
      { source: a.span.source, start: a.span.start, end: b.span.end },
      `cannot multiply ${inference.describe(surfaces[i - 1]!, a.shape)} and ${inference.describe(surfaces[i]!, b.shape)}`,
      inference.sources(surfaces[i]!, surfaces[i - 1]!),
      bothColumns
        ? `${s}ᵀ${t} for the inner product, ${s}${t}ᵀ for the outer, ${s} ⊙ ${t} entry by entry`
        : undefined,
    );
  }
  const power = inference.powers.find(({ body }) => partsOf(body).includes(e));
  if (power && extentOf(out[0]) !== "one" && factors.some((f) => extentOf(f.shape[1]) === "one"))
    return vectorRaised(power, `the vector ${excerpt(power.body.span)}`, inference.sources(e));
  return errors.shapesDiffer(
    e.span,
    `the product ${excerpt(e.span)} does not have the shape that its place needs (${inference.show(out)})`,
    inference.sources(e),
  );
}

/** What is typed, in brackets unless it is a name or stands in some. */
function factorText({ kind, span }: Surface): string {
  const text = excerpt(span);
  const isOne = kind === "group" || /^[\p{L}\p{M}\p{N}_{}\\′]+$/u.test(text);
  return isOne ? text : `(${text})`;
}

export function hadamardForm(inference: Inference, e: Of<"hadamard">): Typed {
  const factors = e.factors.map(({ factor }) => inference.visit(factor));
  const shape = inference.solver.shape();
  inference.solver.require(
    demand.spread(
      factors.map((f) => f.shape),
      shape,
      `it stands in ${excerpt(e.span)}`,
      () =>
        errors.shapesDiffer(
          e.span,
          `⊙ needs equal shapes: ${factors.map((f, i) => inference.describe(e.factors[i]!.factor, f.shape)).join(", ")}`,
          inference.sources(e),
        ),
    ),
  );
  for (const { factor } of e.factors) inference.likely.stands(factor, likely.entrywise);
  if (e.factors.some(({ factor }) => factor.kind === "name" && inference.isFree(factor)))
    inference.solver.require(
      demand.nonscalar(shape, "it is multiplied entry by entry", () =>
        errors.shapesDiffer(
          e.span,
          `${excerpt(e.span)} multiplies entry by entry, and its place needs a scalar`,
          inference.sources(e),
        ),
      ),
    );
  if (e.dotted && e.factors.length > 1 && e.factors.some((f) => f.factor.kind === "product"))
    inference.notes.add(
      `in ${excerpt(e.span)}, .* binds weaker than a product (in MATLAB they bind alike)`,
    );
  return {
    shape,
    span: e.span,
    build: () => {
      const parts = factors.map((f, i) => {
        const built = f.build();
        return e.factors[i]!.divides ? raised(built, minusOne) : built;
      });
      const scalars = parts.filter(isScalar);
      const rest = parts.filter((p) => !isScalar(p));
      if (rest.length === 0) return scale(...scalars);
      return scaled(
        scalars.filter((s) => s !== unit),
        rest.length === 1 ? rest[0]! : hadamard(...rest),
      );
    },
  };
}

export function kroneckerForm(inference: Inference, e: Of<"kronecker">): Typed {
  return e.factors
    .map((factor) => inference.visit(factor))
    .reduce((a, b) => {
      const shape = inference.solver.shape();
      const span = { ...a.span, end: b.span.end };
      inference.kroneckerFactors.push(a.shape, b.shape);
      for (const axis of [0, 1] as const)
        inference.products.push({
          product: shape[axis],
          factors: [a.shape[axis], b.shape[axis]],
        });
      inference.solver.require(
        demand.kronecker(a.shape, b.shape, shape, `it stands in ${excerpt(span)}`, () =>
          errors.shapesDiffer(
            span,
            `${excerpt(span)} does not have the shape that its place needs`,
            inference.sources(e),
          ),
        ),
      );
      return {
        shape,
        span,
        build: () => {
          const [x, y] = [a.build(), b.build()];
          return isScalar(x) || isScalar(y)
            ? scale(...(isScalar(x) ? [x, y] : [y, x]))
            : kronecker(x, y);
        },
      };
    });
}

export function transposeForm(inference: Inference, e: Of<"transpose">): Typed {
  if (e.body.kind === "group" && e.body.brace && isComposed(e.body.body))
    throw errors.powerOfBraces(e.span, excerpt(e.body.body.span), "ᵀ");
  if (e.body.kind === "number") throw errors.nothingToTranspose(e.span);
  if (e.body.kind === "name" && e.body.name === "π" && !inference.scope.isKnown("π"))
    throw notPi(e.body.span);
  if (
    e.body.kind === "name" &&
    !inference.scope.isKnown(e.body.name) &&
    inference.scope.isDimension(e.body.name)
  )
    throw errors.nothingToTranspose(
      e.span,
      `${e.body.name} is a dimension; name the vector otherwise`,
    );
  if (e.body.kind === "root" && e.body.body.kind !== "group") throw errors.rootOfPower(e.span);
  const body = inference.visit(e.body);
  inference.likely.stands(e.body, likely.transposed);
  if (e.body.kind === "name" && inference.isFree(e.body))
    inference.solver.require(
      demand.nonscalar(body.shape, "it is transposed", () =>
        errors.shapesDiffer(
          e.span,
          `${inference.describe(e.body, body.shape)} is transposed, and not declared to be a scalar`,
          inference.sources(e.body),
        ),
      ),
    );
  return {
    shape: swapped(body.shape),
    span: e.span,
    build: () => {
      const x = body.build();
      if (isScalar(x)) refusePrimedValue(e, textOf(e.span));
      return isScalar(x) ? x : transpose(x);
    },
  };
}

/**
 * The product of built factors: numbers become one coefficient, scalars stand first, divisors last; null where
 * neighbours do not fit, or something is divided by what is no scalar.
 */
export function multiplied(divides: readonly boolean[], factors: readonly Expr[]): Expr | null {
  let coefficient = num(1).value;
  const scalars: Expr[] = [];
  const divisors: Expr[] = [];
  let chain: Expr[] = [];
  const pending: Expr[][] = [];
  const put = (s: Expr): void => {
    if (s.kind === "num") coefficient = times(coefficient, s.value);
    else (isReciprocal(s) ? divisors : scalars).push(s);
  };
  const settle = (): void => {
    // A chain that has become a scalar joins the scalars.
    while (chain.length > 0 && chain[0]!.shape[0] === one && chain.at(-1)!.shape[1] === one) {
      scalars.push(chain.length === 1 ? chain[0]! : matmul(...chain));
      chain = pending.pop() ?? [];
    }
  };
  for (const [i, whole] of factors.entries()) {
    const parts = isApply(whole, scale) ? whole.args : [whole];
    const x = parts.at(-1)!;
    if (divides[i] && !isScalar(x)) return null;
    const front = isScalar(x) ? parts : parts.slice(0, -1);
    for (const s of front) put(divides[i] ? raised(s, minusOne) : s);
    if (isScalar(x)) continue;
    const last = chain.at(-1);
    if (last && last.shape[1] !== x.shape[0] && x.shape[0] !== one) return null;
    if (last && x.shape[0] === one && last.shape[1] !== one) {
      pending.push(chain);
      chain = [];
    }
    chain.push(x);
    settle();
  }
  if (pending.length > 0) return null;
  const body = chain.length === 0 ? null : chain.length === 1 ? chain[0]! : matmul(...chain);
  const c = num(coefficient);
  const all = [...(c === unit ? [] : [c]), ...scalars, ...divisors];
  if (body) return scaled(all, body);
  if (all.length === 0) return unit;
  return all.length === 1 ? all[0]! : scale(...all);
}

/** Whether a scalar is written below a fraction line. */
const isReciprocal = (s: Expr): boolean => {
  const p = isApply(s, power) ? s.args[1]! : null;
  return p?.kind === "num" && isNegative(p.value);
};
