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

/** The nearest double. */
export function toNumber(a: Rational): number {
  if (a.denominator === 1n) return Number(a.numerator);
  const direct = Number(a.numerator) / Number(a.denominator);
  if (Number.isFinite(direct)) return direct;
  const shift = BigInt(Math.max(0, a.denominator.toString(2).length - 1000));
  return Number(a.numerator >> shift) / Number(a.denominator >> shift);
}

export const show = (a: Rational): string =>
  a.denominator === 1n ? `${a.numerator}` : `${a.numerator}/${a.denominator}`;
