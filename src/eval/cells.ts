/** @file Numbers as they stand in files: decimals and quotients of them, read exactly. */

import type { Rational } from "../expr/rational.ts";
import { negated, over, rationalFromDecimal } from "../expr/rational.ts";
import { longestDecimal } from "../parse/numbers.ts";

/** The number that a text is, such as `2`, `−0.5`, `1e-3` or `1/3`; null where it is none. */
export function numberIn(text: string): Rational | null {
  const parts = text.trim().split("/");
  if (parts.length > 2) return null;
  const [above, below] = parts.map(decimalIn);
  if (!above || below === null) return null;
  if (below === undefined) return above;
  return below.numerator === 0n ? null : over(above, below);
}

function decimalIn(text: string): Rational | null {
  const found = /^\s*([+\-−]?)\s*((?:\d+\.?\d*|\.\d+)(?:[eE]([+\-−]?\d{1,4}))?)\s*$/u.exec(text);
  if (!found) return null;
  const [, sign, digits = "", exponent = "0"] = found;
  const power = Number(exponent.replace("−", "-"));
  if (digits.length > longestDecimal || Math.abs(power) > longestDecimal) return null;
  const value = rationalFromDecimal(digits.replace("−", "-"));
  return sign === "" || sign === "+" ? value : negated(value);
}

/** The shortest decimal that stands for a float of 8 bytes, or of 4; null of what is not finite. */
export function decimalOf(x: number, bytes: 4 | 8 = 8): Rational | null {
  if (!Number.isFinite(x)) return null;
  if (bytes === 8) return numberIn(String(x));
  for (let digits = 1; digits < 9; digits++) {
    const text = x.toPrecision(digits);
    if (Math.fround(Number(text)) === x) return numberIn(text);
  }
  return numberIn(x.toPrecision(9));
}
