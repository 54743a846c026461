/** @file ASCII: what can be typed on any keyboard and read back. */

import { greek, greekWord } from "../../grammar/tokens.ts";
import { showDimension } from "../expr/dimension.ts";
import type { Expr } from "../expr/expr.ts";
import { isInteger } from "../expr/rational.ts";
import { withoutMembers } from "../ops/indexing.ts";
import { accents, bracketed, indexText, level } from "./alphabet.ts";
import type { Alphabet, PrintOptions } from "./alphabet.ts";
import { print } from "./notation.ts";

/** A name in ASCII: α is alpha, x̂ is \hat{x}. */
export function asciiName(name: string): string {
  const [base = "", ...rest] = name.split(/(?=[_^])/u);
  const plain = base.normalize("NFD");
  const mark = accents[plain.slice(-1)];
  const letter =
    greekWord.get(mark ? plain.slice(0, -1) : base) ?? (mark ? plain.slice(0, -1) : base);
  const shown = mark ? `\\${mark}{${letter}}` : letter === "ℓ" ? "\\ell" : letter;
  // Words below the line are apart: K_{alpha beta}.
  const tail = rest
    .join("")
    .replace(/[\u0370-\u03ff]/gu, (g) => ` ${greekWord.get(g) ?? g} `)
    .replace(/(?<=[{_]) | (?=\}|$)/gu, "")
    .replace(/  +/gu, " ")
    .replace(/^_(.* .*)$/u, "_{$1}")
    .replace(/^_\{\{(.*)\}\}$/u, "_{$1}");
  return shown + tail.replace(/^_([a-z]{2,}|\*)$/u, "_{$1}");
}

/** One letter, or the word for one. */
const isLetter = (text: string): boolean => /^\w$/u.test(text) || Object.hasOwn(greek, text);

export const asciiAlphabet: Alphabet = {
  spell: (s) => s.ascii,
  symbol: (s) => asciiName(s.name),
  functionName: asciiName,
  derivative: (of, below, isTaken) => {
    const isPlain =
      !isTaken && [asciiName(of), below].every((name) => /^\w+(?:_\{[\w,:]+\})?$/u.test(name));
    const d = isPlain ? "d" : "\\partial ";
    return { text: `${d}${asciiName(of)}/${d}${below}`, level: level.prefix };
  },
  differential: (of) => `d${of}`,
  primed: (name, order) => name + "'".repeat(order),
  nabla: (order, index, name) =>
    `nabla${order === 1 ? "" : "^2"}${index === null ? "" : isLetter(index) ? `_${index}` : `_{${index}}`} ${name}`,
  number: (value) => ({
    text: isInteger(value) ? `${value.numerator}` : `${value.numerator}/${value.denominator}`,
    level: isInteger(value) ? level.atom : level.product,
  }),
  brackets: (inside) => `(${inside})`,
  indicator: (relation) => `[${relation}]`,
  plus: " + ",
  minus: " - ",
  leadingMinus: "-",
  juxtaposed: (factors) => factors.join("*"),
  quotient: (over, below) => ({
    text: `${over ? bracketed(over) : "1"}/${below.level < level.power ? `(${below.text})` : below.text}`,
    level: level.product,
  }),
  transpose: (x) => `${x}^T`,
  inverse: (x) => `${x}^-1`,
  inverseTranspose: (x) => `${x}^-T`,
  superscript: (x, exponent) => `${x}^${exponentText(exponent.text)}`,
  entrywisePower: (x, exponent) => `${x}.^${exponentText(exponent.text)}`,
  root: (x) => ({ text: `sqrt(${x.text})`, level: level.atom }),
  call: (name, _latex, args, exponent) =>
    exponent === null ? `${name}(${args.join(", ")})` : `${name}^${exponent}(${args.join(", ")})`,
  infix: (symbol, parts) => parts.join(` ${symbol.ascii} `),
  besideHadamard: level.power,
  kroneckerIsCall: true,
  over: " ./ ",
  sized: (symbol, dimensions) => {
    const text = dimensions.map(showDimension).join(" x ");
    return text.length === 1 ? `${symbol}_${text}` : `${symbol}_{${text}}`;
  },
  part: (of) => asciiName(withoutMembers(of.name)),
  indexed: (base, indices) => {
    const text = indexText(indices);
    return /^\w$/u.test(text) ? `${base}_${text}` : `${base}_{${text}}`;
  },
  summation: ({ letter, range, but }, body) =>
    `sum_{${letter}${but === null ? `=1}^{${showDimension(range)}` : ` != ${but}`}} ${body}`,
};

const exponentText = (text: string): string => (/^\w$|^\d+$/u.test(text) ? text : `(${text})`);

/** The expression in ASCII; `sizes` writes the size of `I`, `ones` and `0`. */
export const toAscii = (e: Expr, options: PrintOptions = {}): string =>
  print(e, asciiAlphabet, options);
