/** @file Exact rational numbers: every number a user types is one of these. */

/** A fraction in lowest terms; the denominator is positive. */
export interface Rational {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

/** The fraction `numerator / denominator`; a zero denominator is an internal error. */
export function rational(numerator: bigint | number, denominator: bigint | number = 1n): Rational {
  let n = BigInt(numerator);
  let d = BigInt(denominator);
  if (d === 0n) throw new Error("internal: a rational with denominator zero");
  if (d === 1n) return { numerator: n, denominator: d };
  if (d < 0n) [n, d] = [-n, -d];
  const g = gcd(n < 0n ? -n : n, d);
  return g === 1n ? { numerator: n, denominator: d } : { numerator: n / g, denominator: d / g };
}

function gcd(a: bigint, b: bigint): bigint {
  while (b !== 0n) [a, b] = [b, a % b];
  return a === 0n ? 1n : a;
}

/** The exact value of a decimal literal such as `2`, `.5` or `1e-3`. */
export function rationalFromDecimal(text: string): Rational {
  const match = /^(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/u.exec(text);
  if (!match) throw new Error(`internal: not a decimal literal: ${text}`);
  const [, whole = "", fraction = "", exponent = "0"] = match;
  const shift = Number(exponent) - fraction.length;
  const digits = BigInt(whole + fraction || "0");
  return shift >= 0
    ? rational(digits * 10n ** BigInt(shift))
    : rational(digits, 10n ** BigInt(-shift));
}

export const plus = (a: Rational, b: Rational): Rational =>
  rational(
    a.numerator * b.denominator + b.numerator * a.denominator,
    a.denominator * b.denominator,
  );

export const times = (a: Rational, b: Rational): Rational =>
  rational(a.numerator * b.numerator, a.denominator * b.denominator);

export const over = (a: Rational, b: Rational): Rational =>
  rational(a.numerator * b.denominator, a.denominator * b.numerator);

export const negated = (a: Rational): Rational => ({ ...a, numerator: -a.numerator });

export const isInteger = (a: Rational): boolean => a.denominator === 1n;

export const isEqual = (a: Rational, b: Rational): boolean =>
  a.numerator === b.numerator && a.denominator === b.denominator;
export const isNegative = (a: Rational): boolean => a.numerator < 0n;

/** `base` to a whole power of at most 64 in size, or null where the power is too large or 0⁻ᵏ. */
export function wholePower(base: Rational, exponent: Rational): Rational | null {
  if (!isInteger(exponent)) return null;
  const k = exponent.numerator;
  if (k > 64n || k < -64n) return null;
  if (k >= 0n) return rational(base.numerator ** k, base.denominator ** k);
  if (base.numerator === 0n) return null;
  return rational(base.denominator ** -k, base.numerator ** -k);
}

/** The nearest double, but for its last bit. */
export function toNumber({ numerator, denominator }: Rational): number {
  if (denominator === 1n) return Number(numerator);
  const [above, below] = [Number(numerator), Number(denominator)];
  if (Number.isFinite(above) && Number.isFinite(below)) return above / below;
  // A quotient of 64 bits, and its power of 2 in two halves: each alone may be too small or too large.
  const bits = (n: bigint): number => n.toString(2).length - (n < 0n ? 1 : 0);
  const shift = bits(denominator) - bits(numerator) + 64;
  const whole =
    shift >= 0
      ? (numerator << BigInt(shift)) / denominator
      : numerator / (denominator << BigInt(-shift));
  const half = Math.trunc(shift / 2);
  return Number(whole) * 2 ** -half * 2 ** (half - shift);
}

export const show = (a: Rational): string =>
  a.denominator === 1n ? `${a.numerator}` : `${a.numerator}/${a.denominator}`;
