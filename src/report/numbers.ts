/** @file Numbers as they are shown: decimals and fractions as they are, what is longer rounded. */

import { spelledBy } from "../derive/options.ts";
import type { Spelled } from "../derive/options.ts";
import { floatOf, isExact } from "../numeric/exact.ts";
import type { Entry } from "../numeric/exact.ts";
import { rational } from "../expr/rational.ts";
import type { Rational } from "../expr/rational.ts";

/** How numbers are written. */
export interface Writing {
  /** To how many digits all are rounded; null where only what is long is. */
  readonly digits: number | null;
  /** Whether fractions stay fractions though they are decimals, too: beside 1/3 stands 1/2. */
  readonly fractions: boolean;
}

/** A number as text, and whether it was rounded. */
export interface WrittenNumber {
  readonly text: Spelled;
  readonly isRounded: boolean;
}

/** To how many digits a number is rounded that has no short form. */
export const usualDigits = 6;
/** The longest decimal that is not rounded, in digits. */
const longestDecimal = 12;
/** The longest fraction that is not rounded. */
const largestAbove = 1_000_000n;
const largestBelow = 10_000n;

/** The digits of a fraction as a decimal; null where they never end. */
export function decimalDigits({ numerator, denominator }: Rational): string | null {
  let rest = denominator;
  let [twos, fives] = [0, 0];
  for (; rest % 2n === 0n; rest /= 2n) twos++;
  for (; rest % 5n === 0n; rest /= 5n) fives++;
  if (rest !== 1n) return null;
  const places = Math.max(twos, fives);
  const size = numerator < 0n ? -numerator : numerator;
  const digits = ((size * 10n ** BigInt(places)) / denominator)
    .toString()
    .padStart(places + 1, "0");
  const whole = digits.slice(0, digits.length - places);
  const sign = numerator < 0n ? "-" : "";
  return sign + (places === 0 ? whole : `${whole}.${digits.slice(digits.length - places)}`);
}

const significant = (decimal: string): number =>
  decimal.replace("-", "").replace(".", "").replace(/^0+/u, "").length;

/** Whether a fraction is a decimal that ends. */
export const isDecimal = ({ denominator }: Rational): boolean => {
  let rest = denominator;
  while (rest % 2n === 0n) rest /= 2n;
  while (rest % 5n === 0n) rest /= 5n;
  return rest === 1n;
};

const isShort = ({ numerator, denominator }: Rational): boolean =>
  numerator < largestAbove && numerator > -largestAbove && denominator < largestBelow;

/** A number in every alphabet. */
export function writtenNumber(x: Entry, { digits, fractions }: Writing): WrittenNumber {
  const most = digits ?? longestDecimal;
  if (isExact(x)) {
    const decimal = decimalDigits(x);
    const isPlain = decimal !== null && significant(decimal) <= most;
    const isFraction = fractions && x.denominator !== 1n && digits === null && isShort(x);
    if (isPlain && !isFraction) return { text: plain(decimal), isRounded: false };
    if (digits === null && isShort(x)) return { text: fraction(x), isRounded: false };
  }
  const kept = digits ?? usualDigits;
  return { text: rounded(nearest(x, kept), kept), isRounded: true };
}

/** Fractions of so many digits are the floats that print as these. */
const digitsOfFloats = 15;

/** The float to round to so many digits: of a fraction one that has them, so that 2.675 does not become 2.67. */
export function nearest(x: Entry, digits: number): number {
  const float = floatOf(x);
  if (!isExact(x) || float === 0 || digits > digitsOfFloats) return float;
  const places = digits - 1 - Number(float.toExponential().split("e")[1]);
  const power = 10n ** BigInt(Math.abs(places));
  const [up, down] = places < 0 ? [1n, power] : [power, 1n];
  const size = x.numerator < 0n ? -x.numerator : x.numerator;
  const [above, below] = [size * up, x.denominator * down];
  const whole = (2n * above + below) / (2n * below);
  const found = floatOf(rational(whole * down, up));
  return x.numerator < 0n ? -found : found;
}

/** A minus as the alphabet has it. */
const signed = (text: string): Spelled => ({
  unicode: text.replace("-", "−"),
  ascii: text,
  latex: text,
});

/** A decimal as it is; below 1e-5 it has an exponent in the place of its zeros. */
function plain(decimal: string): Spelled {
  const small = /^(-?)0\.(0{5,})(\d)(\d*)$/u.exec(decimal);
  if (!small) return signed(decimal);
  const [, minus, zeros, first, others] = small;
  return withExponent(`${minus}${first}${others && `.${others}`}`, -zeros!.length - 1);
}

function fraction({ numerator, denominator }: Rational): Spelled {
  const size = numerator < 0n ? -numerator : numerator;
  const [minus, text] = [numerator < 0n, `${size}/${denominator}`];
  return {
    unicode: (minus ? "−" : "") + text,
    ascii: (minus ? "-" : "") + text,
    latex: `${minus ? "-" : ""}\\tfrac{${size}}{${denominator}}`,
  };
}

/** A float with so many digits, zeros at its end left out. */
function rounded(x: number, digits: number): Spelled {
  const [mantissa = "", exponent] = x.toPrecision(digits).split("e");
  const short = mantissa.includes(".") ? mantissa.replace(/\.?0+$/u, "") : mantissa;
  if (x === 0) return spelledBy(() => "0");
  const size = Math.abs(x);
  if (exponent === undefined && size >= 1e-5) return signed(short);
  const [m = "", power = "0"] = x.toExponential(Math.max(0, digits - 1)).split("e");
  return withExponent(m.includes(".") ? m.replace(/\.?0+$/u, "") : m, Number(power));
}

function withExponent(mantissa: string, power: number): Spelled {
  const [front, whole] = [signed(mantissa), String(power)];
  return {
    unicode: `${front.unicode}e${whole}`,
    ascii: `${front.ascii}e${whole}`,
    latex: `${front.latex} \\cdot 10^{${whole}}`,
  };
}
