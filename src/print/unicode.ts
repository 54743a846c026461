/** @file Unicode: what a terminal shows by default. */

import { greek, subscripts, superscripts } from "../../grammar/tokens.ts";
import { showDimension } from "../expr/dimension.ts";
import type { Expr } from "../expr/expr.ts";
import { isInteger } from "../expr/rational.ts";
import { isFunctionName } from "../ops/functions.ts";
import { withoutMembers } from "../ops/indexing.ts";
import { bracketed, indexText, level } from "./alphabet.ts";
import type { Alphabet, Printed, PrintOptions } from "./alphabet.ts";
import { print } from "./notation.ts";

const reversed = (table: Readonly<Record<string, string>>): ReadonlyMap<string, string> =>
  new Map(Object.entries(table).map(([sign, plain]) => [plain, sign]));
const above = reversed(superscripts);
const belowLine = reversed(subscripts);

const vulgar: Readonly<Record<string, string>> = { "1/2": "½", "1/3": "⅓", "1/4": "¼", "3/4": "¾" };

/** `W_1` as W₁, where every character has a sign below the line. */
export function unicodeName(name: string): string {
  const match = /^([^_^]+)_(?:\{(.*?)\}|([^^]+))(.*)$/u.exec(name);
  if (!match) return name;
  const [, base = "", braced, bare, tail = ""] = match;
  return base + below(braced ?? bare ?? "") + tail;
}

/** Indices below the line. */
export const unicodeIndex = (text: string): string => below(text);

/** A text below the line, where every character has a sign for it. */
function below(text: string): string {
  const letters = [...text];
  const signs = letters.map((letter) => belowLine.get(letter));
  if (signs.every((sign) => sign !== undefined)) return signs.join("");
  return letters.length === 1 ? `_${text}` : `_{${text}}`;
}

/** ′, ″, ‴, and ‴′ from there on. */
const primes = (order: number): string => "‴".repeat(order / 3) + ["", "′", "″"][order % 3]!;

const raised = (text: string): string | null => {
  // ᵀ transposes.
  if (text.includes("T")) return null;
  const signs = [...text.replaceAll("−", "-")].map((c) => above.get(c));
  return signs.every((s) => s !== undefined) ? signs.join("") : null;
};

const exponentText = ({ text, level: l }: Printed): string =>
  raised(text) ?? (l === level.atom && /^[\p{L}\d]$/u.test(text) ? `^${text}` : `^(${text})`);

/** Letters that would be read as one word need a dot between them. */
function joined(factors: readonly string[], insideBars: boolean): string {
  let text = "";
  let run = "";
  for (const factor of factors) {
    const leading = /^[A-Za-z]+/u.exec(factor)?.[0] ?? "";
    const wholeIsRun = leading === factor;
    const touches = run !== "" && leading !== "";
    const needsDot =
      text !== "" &&
      // A·dX is no product of three.
      ((touches && (!isSafeRun(run + leading) || /^d[A-Za-z]$/u.test(leading))) ||
        (insideBars && /^[‖|]/u.test(factor)) ||
        // σ(x + 1) is the sigmoid of it, 𝟏[x > 0] and σ[x > 0] no product either.
        (text.endsWith("σ") && /^[([]/u.test(factor)) ||
        (text.endsWith("𝟏") && factor.startsWith("[")) ||
        /^[\d.]/u.test(factor) ||
        (/[\d½⅓¼¾]$/u.test(text) && /^[\d½⅓¼¾]/u.test(factor)) ||
        // N·tr(A) is no run of letters, and S_B·w has not the subscript Bw.
        (run !== "" && /^[A-Za-z]{2,}[^A-Za-z]*\(/u.test(factor)) ||
        (/_[\p{L}\d]$/u.test(text) && /^[\p{L}\d]/u.test(factor)) ||
        // An exponent is not to swallow what follows, nor a root to lose it.
        (/\^[\p{L}\d]*$/u.test(text) && /^[\p{L}\d]/u.test(factor)));
    if (/^\d+\/\d+$/u.test(text)) text += " ";
    text += (needsDot ? "·" : "") + factor;
    if (wholeIsRun && factor !== "") run = needsDot || !touches ? leading : run + leading;
    else run = /[A-Za-z]+$/u.exec(factor)?.[0] ?? "";
  }
  return text;
}

/** Whether single letters side by side are read as such. */
const isSafeRun = (run: string): boolean =>
  run.length < 2 ||
  !(
    /[a-z]{3,}/u.test(run) ||
    isFunctionName(run) ||
    Object.hasOwn(greek, run) ||
    /^(?:tr|det|log|ln|exp|diag|tanh|logdet|norm|sin|cos|sum|softmax|relu|inv|ones)/u.test(run) ||
    run.startsWith("d")
  );

export const unicodeAlphabet: Alphabet = {
  spell: (s) => s.unicode,
  symbol: (s) => unicodeName(s.name),
  functionName: unicodeName,
  derivative: (of, below) => ({ text: `∂${unicodeName(of)}/∂${below}`, level: level.prefix }),
  differential: (of) => `d${of}`,
  primed: (name, order) => name + primes(order),
  nabla: (order, index, name) =>
    `∇${order === 1 ? "" : "²"}${index === null ? "" : `${below(index)} `}${name}`,
  number: (value) => {
    if (isInteger(value)) return { text: `${value.numerator}`, level: level.atom };
    const text = `${value.numerator}/${value.denominator}`;
    return vulgar[text]
      ? { text: vulgar[text], level: level.atom }
      : { text, level: level.product };
  },
  brackets: (inside) => `(${inside})`,
  indicator: (relation) => `[${relation}]`,
  plus: " + ",
  minus: " − ",
  leadingMinus: "−",
  juxtaposed: joined,
  quotient: (over, under) => ({
    text: `${over ? bracketed(over) : "1"}/${under.level < level.power ? `(${under.text})` : under.text}`,
    level: level.product,
  }),
  transpose: (x) => `${x}ᵀ`,
  inverse: (x) => `${x}⁻¹`,
  inverseTranspose: (x) => `${x}⁻ᵀ`,
  superscript: (x, exponent) => x + exponentText(exponent),
  entrywisePower: (x, exponent) => `${x}^{⊙${exponent.text}}`,
  root: (x) => ({ text: x.level < level.atom ? `√(${x.text})` : `√${x.text}`, level: level.power }),
  call: (name, latex, args, exponent) => {
    const shown = latex === "\\sigma" ? "σ" : name;
    return `${shown}${exponent === null ? "" : raised(String(exponent))}(${args.join(", ")})`;
  },
  infix: (symbol, parts) => parts.join(` ${symbol.unicode} `),
  besideHadamard: level.product,
  kroneckerIsCall: false,
  over: " ⊘ ",
  sized: (symbol, dimensions) => {
    const text = dimensions.map(showDimension).join("×");
    return text.length === 1 ? `${symbol}_${text}` : `${symbol}_{${text}}`;
  },
  part: (of) => unicodeName(withoutMembers(of.name)),
  indexed: (base, indices) => base + below(indexText(indices)),
  summation: ({ letter, range, but, isUsed, isNameTaken }, body) => {
    const sign = isNameTaken ? "∑" : "Σ";
    if (!isUsed) {
      const left = but === null ? "" : `,${letter}≠${but}`;
      return `${sign}_{${letter}=1${left}}^{${showDimension(range)}} ${body}`;
    }
    return `${sign}${below(but === null ? letter : `${letter}≠${but}`)} ${body}`;
  },
};

/** The expression in Unicode; `sizes` writes the size of `I`, `𝟏` and `0`. */
export const toUnicode = (e: Expr, options: PrintOptions = {}): string =>
  print(e, unicodeAlphabet, options);
