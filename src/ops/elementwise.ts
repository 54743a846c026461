/** @file Functions of each entry, and entrywise powers. */

import type { Expr } from "../expr/expr.ts";
import { half, isScalar, num, two, unit } from "../expr/expr.ts";
import type { Arithmetic, Elementary, Region, Scalar, Spelled } from "../expr/op.ts";
import type { Properties } from "../expr/properties.ts";
import { has, property } from "../expr/properties.ts";
import { isInteger, plus, rational } from "../expr/rational.ts";
import { add, entrywiseProduct, inner, negate, onesOf, pi, scale } from "./arithmetic.ts";
import type { Derived, Primitive } from "./core.ts";
import {
  call,
  derived,
  every,
  map,
  margin,
  nonzeroEntries,
  positiveEntries,
  primitive,
  sign,
} from "./core.ts";
import { step } from "./indicators.ts";

const { symmetric, positive, nonnegative, integer, invertible } = property;

interface Entrywise {
  /** f′(x), given x and y = f(x); null where f is locally constant. */
  readonly derivative: ((x: Expr, y: Expr) => Expr) | null;
  readonly value: (m: Arithmetic, x: Scalar) => Scalar;
  readonly domain?: Region;
  readonly smooth?: Region;
  readonly properties?: (x: Properties) => Properties;
  readonly spellings?: readonly string[];
  readonly latex?: string;
  readonly ofScalar?: { readonly open: Spelled; readonly close: Spelled };
  readonly inexactComplex?: boolean;
}

/** A function of each entry: `dy = f′(x) ⊙ dx`. */
function entrywise(name: string, spec: Entrywise): Primitive {
  const { derivative } = spec;
  return primitive(name, {
    signature: "m×n → m×n",
    notation: {
      ...call(name, spec.latex ?? `\\${name}`),
      ...(spec.ofScalar && { ofScalar: spec.ofScalar }),
    },
    spellings: spec.spellings ?? [name],
    pullback: (g, y, x) => [derivative && entrywiseProduct(g, derivative(x, y))],
    value: (m, x) => map(m, x, (entry) => spec.value(m, entry)),
    entrywise: true,
    closed: true,
    ...(spec.inexactComplex && { inexactComplex: true }),
    properties: ([x]) => (x!.properties & symmetric) | (spec.properties?.(x!.properties) ?? 0),
    ...(spec.domain && { domain: spec.domain }),
    ...(spec.smooth && { smooth: spec.smooth }),
  });
}

const elementary =
  (name: Elementary) =>
  (m: Arithmetic, x: Scalar): Scalar =>
    m.elementary(name, x);

/** 1 in every entry, of the shape of `x`. */
const onesLike = (x: Expr): Expr => onesOf(x.shape);
/** 1 − x. */
const complement = (x: Expr): Expr => add(onesLike(x), negate(x));
const reciprocal = (x: Expr): Expr => power(x, num(-1));
const square = (x: Expr): Expr => power(x, two);

/** `x` to a scalar power, entry by entry. */
export const power: Primitive = primitive("power", {
  called: ([x]) => (isScalar(x!) ? "power" : "power of each entry"),
  signature: "m×n, 1×1 → m×n",
  notation: { kind: "power" },
  // d(xᵖ) = p xᵖ⁻¹ ⊙ dx + log(x) ⊙ xᵖ dp
  pullback: (g, y, x, p) => {
    const lowered = p.kind === "num" ? num(plus(p.value, rational(-1))) : add(p, num(-1));
    // √x that has a name is called by it.
    const isNamedRoot = p === half && y.kind === "sym";
    const slope = isNamedRoot ? reciprocal(y) : lowered === unit ? x : power(x, lowered);
    const byBase = scale(p, entrywiseProduct(g, slope));
    if (p.kind === "num") return [byBase, null];
    return [byBase, inner(g, entrywiseProduct(y, log(x)))];
  },
  value: (m, x, p) => map(m, x, (entry) => m.power(entry, p)),
  properties: ([x, p]) => {
    const of = x!.properties;
    const even = p!.kind === "num" && isInteger(p!.value) && p!.value.numerator % 2n === 0n;
    const whole = p!.kind === "num" && isInteger(p!.value) && p!.value.numerator >= 0n;
    const strict = has(of, positive) || (even && isScalar(x!) && has(of, invertible));
    return (
      (strict ? positive : even || has(of, nonnegative) ? nonnegative : 0) |
      (isScalar(x!) ? of & invertible : 0) |
      (whole ? of & (integer | property.symmetric) : of & property.symmetric)
    );
  },
  domain: {
    text: "a base that the exponent allows",
    holds: (m, x, p) => {
      const exponent = m.real(m.entry(p, 0, 0));
      const whole = Number.isInteger(exponent);
      return every(m, x, (entry) =>
        whole ? exponent >= 0 || Math.abs(entry) > margin : entry > margin,
      );
    },
  },
});

export const exp: Primitive = entrywise("exp", {
  derivative: (_, y) => y,
  value: elementary("exp"),
  properties: () => positive,
});

export const log: Primitive = entrywise("log", {
  spellings: ["log", "ln"],
  derivative: (x) => reciprocal(x),
  value: elementary("log"),
  domain: positiveEntries,
});

export const sin: Primitive = entrywise("sin", {
  derivative: (x) => cos(x),
  value: elementary("sin"),
});

export const cos: Primitive = entrywise("cos", {
  derivative: (x) => negate(sin(x)),
  value: elementary("cos"),
});

export const tan: Primitive = entrywise("tan", {
  derivative: (x, y) => add(onesLike(x), square(y)),
  value: elementary("tan"),
  domain: {
    text: "entries away from the poles of tan",
    holds: (m, x) => every(m, x, (entry) => Math.abs(Math.cos(entry)) > 0.05),
  },
});

export const sinh: Primitive = entrywise("sinh", {
  derivative: (x) => cosh(x),
  value: elementary("sinh"),
});

export const cosh: Primitive = entrywise("cosh", {
  derivative: (x) => sinh(x),
  value: elementary("cosh"),
  properties: () => positive,
});

export const tanh: Primitive = entrywise("tanh", {
  derivative: (_, y) => complement(square(y)),
  value: elementary("tanh"),
});

export const abs: Primitive = entrywise("abs", {
  latex: "\\operatorname{abs}",
  ofScalar: { open: sign("|", "abs(", "\\lvert "), close: sign("|", ")", " \\rvert") },
  derivative: (x) => signOf(x),
  value: (m, x) => (m.real(x) < 0 ? m.times(m.number(-1), x) : x),
  properties: () => nonnegative,
  smooth: { ...nonzeroEntries, text: "abs′(0) = 0" },
});

/** 1, 0 or −1: the sign of each entry. */
export const signOf: Primitive = entrywise("sign", {
  latex: "\\operatorname{sign}",
  derivative: null,
  value: (m, x) => m.number(Math.sign(m.real(x))),
  properties: () => integer,
  domain: {
    text: "entries whose sign is not that of their rounding",
    holds: (m, x) => every(m, x, (entry) => entry === 0 || Math.abs(entry) > 1e-13),
  },
  smooth: { ...nonzeroEntries, text: "sign′ = 0 (also at the jump)" },
});

export const relu: Primitive = entrywise("relu", {
  latex: "\\operatorname{relu}",
  derivative: (x) => step(x),
  value: (m, x) => (m.real(x) > 0 ? x : m.number(0)),
  properties: () => nonnegative,
  smooth: { ...nonzeroEntries, text: "relu′(0) = 0" },
});

/** σ(x) = 1/(1 + e⁻ˣ). */
export const sigmoid: Primitive = entrywise("sigmoid", {
  spellings: ["sigmoid"],
  latex: "\\sigma",
  derivative: (_, y) => entrywiseProduct(y, complement(y)),
  value: (m, x) =>
    m.over(m.number(1), m.plus(m.number(1), m.elementary("exp", m.times(m.number(-1), x)))),
  properties: () => positive,
});

/** log(1 + eˣ). */
export const softplus: Derived = derived("softplus", {
  signature: "m×n → m×n",
  notation: call("softplus"),
  spellings: ["softplus"],
  pullback: (g, _y, x) => [entrywiseProduct(g, sigmoid(x))],
  expand: (x) => log(add(onesLike(x), exp(x))),
  // exp(x) of a large x is no float, and what is left of it at the end is x.
  value: (m, x) =>
    map(m, x, (entry) => {
      const isLarge = m.real(entry) > 0;
      const raised = m.elementary("exp", isLarge ? m.times(m.number(-1), entry) : entry);
      const rest = m.elementary("log", m.plus(m.number(1), raised));
      return isLarge ? m.plus(entry, rest) : rest;
    }),
  properties: ([x]) => (x!.properties & symmetric) | positive,
  entrywise: true,
  closed: true,
});

/** x ⊙ σ(x). */
export const swish: Derived = derived("swish", {
  signature: "m×n → m×n",
  notation: call("swish"),
  spellings: ["swish", "silu"],
  // swish′ = swish + σ(1 − swish)
  pullback: (g, y, x) => [entrywiseProduct(g, add(y, entrywiseProduct(sigmoid(x), complement(y))))],
  expand: (x) => entrywiseProduct(x, sigmoid(x)),
  properties: ([x]) => x!.properties & symmetric,
  entrywise: true,
});

export const arctan: Primitive = entrywise("arctan", {
  derivative: (x) => reciprocal(add(onesLike(x), square(x))),
  value: elementary("atan"),
  inexactComplex: true,
});

/** 2/√π ∫₀ˣ exp(−t²) dt. */
export const erf: Primitive = entrywise("erf", {
  latex: "\\operatorname{erf}",
  // erf′(x) = 2/√π · exp(−x²)
  derivative: (x) => scale(two, power(pi, num(rational(-1, 2))), exp(negate(square(x)))),
  value: elementary("erf"),
});

/** x ⊙ Φ(x), with the distribution function of the normal distribution Φ(x) = ½(1 + erf(x/√2)). */
export const gelu: Derived = derived("gelu", {
  signature: "m×n → m×n",
  notation: call("gelu"),
  spellings: ["gelu", "GELU"],
  // gelu′ = Φ(x) + x ⊙ φ(x), φ = Φ′
  pullback: (g, _y, x) => [
    entrywiseProduct(g, add(normalDistribution(x), entrywiseProduct(x, normalDensity(x)))),
  ],
  expand: (x) => entrywiseProduct(x, normalDistribution(x)),
  properties: ([x]) => x!.properties & symmetric,
  entrywise: true,
  closed: true,
});

const rootOfTwo = (exponent: 1 | -1): Expr => power(two, num(rational(exponent, 2)));
const normalDistribution = (x: Expr): Expr =>
  scale(half, add(onesLike(x), erf(scale(rootOfTwo(-1), x))));
const normalDensity = (x: Expr): Expr =>
  scale(power(scale(two, pi), num(rational(-1, 2))), exp(scale(num(rational(-1, 2)), square(x))));

/** The larger or the smaller of two, entry by entry. */
function extremum(name: "max" | "min", first: (a: number, b: number) => boolean): Primitive {
  const wins = (a: Expr, b: Expr): Expr =>
    step(name === "max" ? add(a, negate(b)) : add(b, negate(a)));
  return primitive(name, {
    signature: "m×n, m×n → m×n",
    notation: call(name, `\\${name}`),
    pullback: (g, _y, a, b) => [entrywiseProduct(g, wins(a, b)), entrywiseProduct(g, wins(b, a))],
    value: (m, a, b) =>
      m.matrix(m.rows(a), m.columns(a), (i, j) => {
        const [x, y] = [m.entry(a, i, j), m.entry(b, i, j)];
        // The sign of the difference tells fractions apart that are one float.
        return first(m.real(m.plus(x, m.times(m.number(-1), y))), 0) ? x : y;
      }),
    properties: (args) => args[0]!.properties & args[1]!.properties & (nonnegative | positive),
    smooth: {
      text: `${name}(a, b)′ is 0 by both where a = b`,
      holds: (m, a, b) => every(m, m.add(a, m.scale(m.number(-1), b)), (d) => Math.abs(d) > margin),
    },
  });
}

export const maximum: Primitive = extremum("max", (a, b) => a > b);
export const minimum: Primitive = extremum("min", (a, b) => a < b);
