/** @file LaTeX: bold matrices and vectors, ⊤, fractions; for KaTeX and pdflatex alike. */

import { greekWord } from "../../grammar/tokens.ts";
import { isScalarShape, showDimension } from "../expr/dimension.ts";
import type { Expr, Sym } from "../expr/expr.ts";
import { isInteger } from "../expr/rational.ts";
import { withoutMembers } from "../ops/indexing.ts";
import { accents, indexText, level } from "./alphabet.ts";
import type { Alphabet, Printed, PrintOptions } from "./alphabet.ts";
import { print } from "./notation.ts";

/** A name in LaTeX: bold where it is no scalar. */
export const latexName = (s: Sym): string =>
  latexBase(s.name, s.role === "value" && !isScalarShape(s.shape));

/** A name in LaTeX, bold where asked. */
export function latexBase(name: string, isBold: boolean): string {
  // What stands in braces may have marks of its own: b_{W_1}.
  const [base = "", ...rest] = name.split(/(?=[_^](?![^{]*\}))/u);
  const plain = base.normalize("NFD");
  const mark = accents[plain.slice(-1)];
  const letter = dressed(mark ? plain.slice(0, -1) : base, isBold);
  return (mark ? `\\${mark}{${letter}}` : letter) + rest.map(indices).join("");
}

function dressed(base: string, isBold: boolean): string {
  const word = greekWord.get(base);
  // Capital letters that look Latin have no command.
  const letter = word
    ? /^Omicron|^omicron/u.test(word)
      ? "o"
      : `\\${word}`
    : base === "ℓ"
      ? "\\ell"
      : base;
  if (word) return isBold ? `\\boldsymbol{${letter}}` : letter;
  if (!/^[A-Za-z\\]/u.test(letter)) return `\\text{${letter}}`;
  if ([...base].length > 1) return isBold ? `\\mathbf{${letter}}` : `\\mathrm{${letter}}`;
  return isBold ? `\\mathbf{${letter}}` : letter;
}

/** `_{out}` upright, `_1` plain. */
function indices(part: string): string {
  const sign = part[0]!;
  const inside = part.slice(1).replace(/^\{(.*)\}$/u, "$1");
  const text = inside.replace(/[\u0370-\u03ff]/gu, (g) => `\\${greekWord.get(g) ?? g} `).trim();
  if (/^[A-Za-z]{2,}$/u.test(text)) return `${sign}{\\mathrm{${text}}}`;
  if (/[^\x20-\x7e]/u.test(text)) return `${sign}{\\text{${text}}}`;
  return `${sign}{${text}}`;
}

const fraction = (over: string, below: string): Printed => ({
  text: `\\frac{${over}}{${below}}`,
  level: level.power,
});

/** Two numbers side by side, a name σ before a bracket, which would call the sigmoid, 𝟏 before an indicator. */
const needsDot = (text: string, factor: string): boolean =>
  (/\d$/u.test(text) && /^\d/u.test(factor)) ||
  (text.endsWith("\\sigma") && /^(?:\\left)?[([]/u.test(factor)) ||
  (text.endsWith("\\mathbf{1}") && /^(?:\\left)?\[/u.test(factor));

export const latexAlphabet: Alphabet = {
  spell: (s) => s.latex,
  symbol: latexName,
  functionName: (name) => latexBase(name, false),
  derivative: (of, below) => fraction(`\\partial ${latexBase(of, false)}`, `\\partial ${below}`),
  differential: (of) => `\\mathrm{d}${of}`,
  // TeX allows one superscript: f^{*\prime}.
  primed: (name, order) =>
    /\^\{[^{}]*\}$/u.test(name) && order > 0
      ? `${name.slice(0, -1)}${"\\prime".repeat(order)}}`
      : name + "'".repeat(order),
  nabla: (order, index, name) =>
    `\\nabla${order === 1 ? "" : "^{2}"}${index === null ? "" : `_{${index}}`} ${name}`,
  number: (value) =>
    isInteger(value)
      ? { text: `${value.numerator}`, level: level.atom }
      : fraction(`${value.numerator}`, `${value.denominator}`),
  brackets: (inside) =>
    /\\frac|\\sqrt/u.test(inside) ? `\\left(${inside}\\right)` : `(${inside})`,
  indicator: (relation) =>
    /\\frac|\\sqrt/u.test(relation) ? `\\left[${relation}\\right]` : `[${relation}]`,
  plus: " + ",
  minus: " - ",
  leadingMinus: "-",
  juxtaposed: (factors) =>
    factors.reduce((text, f) => text + (needsDot(text, f) ? " \\cdot " : " ") + f),
  quotient: (over, below) => fraction(over?.text ?? "1", below.text),
  transpose: (x) => `${x}^\\top`,
  inverse: (x) => `${x}^{-1}`,
  inverseTranspose: (x) => `${x}^{-\\top}`,
  superscript: (x, exponent) => `${x}^{${exponent.text}}`,
  entrywisePower: (x, exponent) => `${x}^{\\odot ${exponent.text}}`,
  root: (x) => ({ text: `\\sqrt{${x.text}}`, level: level.atom }),
  call: (_name, latex, args, exponent) =>
    `${latex}${exponent === null ? "" : `^{${exponent}}`}${latexAlphabet.brackets(args.join(", "))}`,
  infix: (symbol, parts) => parts.join(` ${symbol.latex} `),
  besideHadamard: level.product,
  kroneckerIsCall: false,
  over: " \\oslash ",
  sized: (symbol, dimensions) => `${symbol}_{${dimensions.map(showDimension).join(" \\times ")}}`,
  // An entry of a bold x is a plain x_i.
  part: (of, part) => latexBase(withoutMembers(of.name), !isScalarShape(part.shape)),
  indexed: (base, indices) => `${base}_{${indexText(indices)}}`,
  summation: ({ letter, range, but }, body) =>
    `\\sum_{${letter}${but === null ? `=1}^{${showDimension(range)}` : ` \\neq ${but}`}} ${body}`,
};

/** A shape, or a dimension, as a formula: of `n_15×features` all of 15 below the line, and a word in one piece. */
export const latexShape = (text: string): string =>
  text
    .replaceAll(/_(\w{2,})/gu, "_{$1}")
    .replaceAll(/[A-Za-z]{3,}/gu, "\\mathit{$&}")
    .replaceAll("·", " \\cdot ")
    .replaceAll("×", " \\times ");

/** The expression in LaTeX; `sizes` writes the size of `I`, `𝟏` and `0`. */
export const toLatex = (e: Expr, options: PrintOptions = {}): string =>
  print(e, latexAlphabet, options);
