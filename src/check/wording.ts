/** @file What is said of a wrong answer: every message, one function each. */

import { spelledBy } from "../derive/options.ts";
import type { Spelled } from "../derive/options.ts";
import { textOf } from "../diagnostics/source.ts";
import type { Span } from "../diagnostics/source.ts";
import { showShape } from "../expr/dimension.ts";
import type { Shape } from "../expr/dimension.ts";
import type { Expr } from "../expr/expr.ts";
import { withIndex } from "../expr/binding.ts";
import { indexSymbol, num } from "../expr/expr.ts";
import type { Rational } from "../expr/rational.ts";
import { isEqual, over, rational, show } from "../expr/rational.ts";
import { nameIn } from "../print/index.ts";
import { lettersOfIndices } from "../parse/problem.ts";
import type { Problem } from "../parse/problem.ts";
import { printed } from "../steps/printed.ts";
import type { Prose } from "../steps/index.ts";

/** What may be wrong with an answer. */
export const diagnosisKinds = [
  "shape",
  "transpose",
  "sign",
  "factor",
  "missing-path",
  "layout",
  "order",
  "missing-chain-term",
  "wrong-variable",
  "symmetric-assumption",
  "elementwise-vs-matrix",
  "missing-term",
  "extra-term",
  "other",
] as const;
export type DiagnosisKind = (typeof diagnosisKinds)[number];

/** A message, with what it is counted as over many answers. */
export interface Said {
  readonly kind: DiagnosisKind;
  /** The mistake in a few words that do not depend on how the answer is written. */
  readonly note: string;
  readonly message: Prose;
}

/** What writes expressions in the letters of a problem. */
export const shower = ({ indices, symbols }: Problem): ((e: Expr) => Spelled) => {
  const options = { letters: indices, taken: [...symbols.keys()] };
  // Within a sum that was opened an index has no letter of its own.
  const lettered = (e: Expr): Expr =>
    e.free.reduce((whole, index, k) => {
      if (!index.name.startsWith("~")) return whole;
      const letter = indices.get(index.range!)?.[k] ?? lettersOfIndices[k]!;
      return withIndex(whole, index, indexSymbol(letter, index.range!));
    }, e);
  return (e) => printed(lettered(e), options);
};

/** A part that is longer is cut: its place is marked below it. */
const longestQuoted = 60;
const shortened = (text: string): string =>
  text.length > longestQuoted ? `${text.slice(0, longestQuoted - 1)}…` : text;

/** A formula, or what was typed for one that cannot be written. */
type Part = string | Spelled;

/** A text without a bracket around all of it. */
export function unbracketed(text: string): string {
  if (!text.startsWith("(") || !text.endsWith(")")) return text;
  let depth = 0;
  for (const [i, sign] of [...text].entries()) {
    if (sign === "(") depth++;
    else if (sign === ")" && --depth === 0 && i < [...text].length - 1) return text;
  }
  return text.slice(1, -1).trim();
}

/** A part of the answer as it was typed; what was not typed as it is written. */
export const quoted = (span: Span | null, written: Spelled | null): Part => {
  const typed = span && shortened(unbracketed(textOf(span).replaceAll(/\s+/gu, " ").trim()));
  if (!written) return typed ?? "a part";
  return typed === null ? written : { ...written, unicode: typed, ascii: typed };
};

const plain = (part: Part): string => (typeof part === "string" ? part : part.unicode);

const named = (name: string): Spelled => spelledBy((spelling) => nameIn[spelling](name));
const number = (c: Rational): Spelled => printed(num(c));
const one = rational(1);

/** A sentence with formulas in it. */
function told(words: TemplateStringsArray, ...parts: readonly (Part | Prose)[]): Prose {
  const all = words.flatMap((word, i): Prose => {
    const part = parts[i];
    if (part === undefined) return [word];
    return isProse(part) ? [word, ...part] : [word, part];
  });
  return all.filter((part) => part !== "");
}

const isProse = (part: string | Spelled | Prose): part is Prose => Array.isArray(part);

/** `A, B and C`. */
const listed = (items: readonly Spelled[]): Prose =>
  items.flatMap((item, i) => (i === 0 ? [item] : [i === items.length - 1 ? " and " : ", ", item]));
const noted = (items: readonly Spelled[]): string => items.map(({ unicode }) => unicode).join(", ");

/** What a part is to be multiplied by, to be right. */
const mending = (c: Rational): Prose => told`multiply by ${number(over(one, c))}`;

/** What a part is made right by, where its shapes fit already. */
const became = (after: Part | null): Prose => (after === null ? [] : told`: ${after}`);

/** Why it may be so, in brackets. */
const because = (cause: Prose | null): Prose => (cause === null ? [] : told` (${cause})`);

/** Each once: x enters xᵀx by two paths. */
const unique = (items: readonly Spelled[]): Spelled[] => [
  ...new Map(items.map((item) => [item.unicode, item] as const)).values(),
];

const pathsThrough = (names: readonly Spelled[]): Prose =>
  names.length === 1
    ? told`the path through ${names[0]!} is`
    : told`the paths through ${listed(unique(names))} are`;

/** Why a factor may have come about. */
export const causes = {
  entersOften: (name: string, count: string, names: readonly Spelled[]): Prose =>
    unique(names).length < names.length
      ? told`${named(name)} enters ${count}, and each path gives as much: one was followed`
      : told`${named(name)} enters ${count}, through ${listed(names)}, and each path gives as much: one was followed`,
  lossHalf: told`the ½ of the loss was lost`,
  squareTwo: told`the 2 that a square gives was lost`,
};

export const say = {
  misfit: (message: string): Said => ({ kind: "shape", note: "shapes", message: [message] }),
  /** What does not fit, and what does. */
  fitting: (before: Prose, parts: readonly Spelled[]): Prose =>
    parts.length === 0
      ? before
      : told`${before}; ${listed(parts)} ${parts.length === 1 ? "fits" : "fit"}`,
  hinted: (message: Prose, hint: string): Prose => [...message, `; ${hint}`],
  inCase: (condition: Spelled, message: Prose): Prose => told`for ${condition}: ${message}`,
  wrongShape: (is: Shape, needed: Shape, what: string): Said => ({
    kind: "shape",
    note: "shape of the whole",
    message: told`the answer is ${showShape(is)}, and ${what} is ${showShape(needed)}`,
  }),
  factor: (c: Rational, cause: Prose | null): Said => ({
    kind: "factor",
    note: `factor ${show(c)}`,
    message: told`the answer is ${number(c)} times what it should be${because(cause)}: ${mending(c)}`,
  }),
  sign: (): Said => ({
    kind: "sign",
    note: "sign of the whole",
    message: told`the sign is wrong: the answer is −1 times what it should be`,
  }),
  symbolFactor: (factor: Spelled, isLost: boolean, isSize: boolean): Said => ({
    kind: isSize || !isLost ? "factor" : "missing-chain-term",
    note: `${factor.unicode} ${isLost ? "lost" : "too much"}`,
    message: isLost
      ? told`the factor ${factor} was lost: all else is right`
      : told`leave out the factor ${factor}: all else is right`,
  }),
  transposed: (shape: Shape, name: string, is: Shape): Said => ({
    kind: "transpose",
    note: "transpose of the whole",
    message: told`the answer is the transpose of the right one: ${named(name)} is ${showShape(shape)}, and its gradient has the same shape, not ${showShape(is)}`,
  }),
  transposedSquare: (): Said => ({
    kind: "transpose",
    note: "transpose of the whole",
    message: told`the answer is the transpose of the right one`,
  }),
  exchanged: (): Said => ({
    kind: "transpose",
    note: "indices exchanged",
    message: told`the two indices are exchanged: this is the entry of the transpose`,
  }),
  numeratorLayout: (name: string): Said => ({
    kind: "layout",
    note: "other layout",
    message: told`in numerator layout it would be right: here a gradient has the shape of ${named(name)}`,
  }),
  otherLayout: (rowsAre: string): Said => ({
    kind: "layout",
    note: "other layout",
    message: told`in the other layout it would be right: here there is a row per ${rowsAre}, so transpose it`,
  }),
  stackedByRows: (which: string): Said => ({
    kind: "layout",
    note: "stacked row by row",
    message: told`it would be right if the entries of ${which} were stacked row by row: vec stacks columns`,
  }),
  onlyIfSymmetric: (name: string): Said => ({
    kind: "symmetric-assumption",
    note: `${name} taken for symmetric`,
    message: told`it would be right if ${named(name)} were symmetric, and nothing says that it is`,
  }),
  onlyIfFree: (name: string, set: string): Said => ({
    kind: "symmetric-assumption",
    note: `${name} taken for free`,
    message: told`it would be right if the entries of ${named(name)} were free: ${named(name)} is ${set}, and the gradient is taken within that set`,
  }),
  inCookbook: (name: string): Said => ({
    kind: "symmetric-assumption",
    note: "a parameter for each pair",
    message: told`it would be right if the two entries of a pair were one parameter, as the Matrix Cookbook has it: here the gradient is taken within the set that ${named(name)} lies in`,
  }),
  onlyIfCommuting: (a: string, b: string): Said => ({
    kind: "order",
    note: `${a} and ${b} taken to commute`,
    message: told`it would be right if ${named(a)} and ${named(b)} commuted: matrices keep their order`,
  }),
  byOther: (said: string, asked: string): Said => ({
    kind: "wrong-variable",
    note: `derivative by ${said}`,
    message: told`this is the derivative by ${named(said)}; that by ${named(asked)} is asked for`,
  }),
  stoppedAt: (cotangent: Spelled, name: string, asked: string): Said => ({
    kind: "missing-chain-term",
    note: `stopped at ${name}`,
    message: told`this is ${cotangent}: the derivative of ${named(name)} by ${named(asked)} is missing, the last link of the chain`,
  }),
  linkAlone: (of: string, by: string): Said => ({
    kind: "missing-chain-term",
    note: `only ∂${of}/∂${by}`,
    message: told`this is the Jacobian of ${named(of)} by ${named(by)}: what flows to ${named(of)} is missing`,
  }),
  gradientForHessian: (name: string): Said => ({
    kind: "missing-chain-term",
    note: "gradient for the Hessian",
    message: told`this is the gradient by ${named(name)}: the Hessian is its derivative`,
  }),
  missingPaths: (names: readonly Spelled[], add: Spelled): Said => ({
    kind: "missing-path",
    note: `path through ${noted(names)}`,
    message: told`${pathsThrough(names)} missing; add ${add}`,
  }),
  pathForAnother: (
    names: readonly Spelled[],
    counted: readonly Spelled[],
    times: string,
    all: Spelled,
  ): Said => ({
    kind: "missing-path",
    note: `path through ${noted(names)}`,
    message: told`${pathsThrough(names)} missing, and what comes through ${listed(counted)} stands there ${times}: the paths do not contribute the same; it should be ${all}`,
  }),
  missingSummand: (summand: Spelled, add: Spelled): Said => ({
    kind: "missing-term",
    note: `term from ${summand.unicode}`,
    message: told`what comes from ${summand} is missing; add ${add}`,
  }),
  missingTerm: (add: Spelled): Said => ({
    kind: "missing-term",
    note: `term ${add.unicode}`,
    message: told`a term is missing; add ${add}`,
  }),
  onlyDiagonal: (): Said => ({
    kind: "missing-term",
    note: "only the diagonal",
    message: told`only the diagonal is right: the entries beside it are not 0`,
  }),
  extraTerm: (term: Part): Said => ({
    kind: "extra-term",
    note: `term ${plain(term)} too much`,
    message: told`the term ${term} is too much; leave it out`,
  }),
  lostSum: (index: Part, whole: Part): Said => ({
    kind: "missing-term",
    note: `sum over ${plain(index)} lost`,
    message: told`the sum over ${index} was lost: ${whole}`,
  }),
  signOfTerm: (term: Part): Said => ({
    kind: "sign",
    note: `sign of ${plain(term)}`,
    message: told`the sign of ${term} is wrong`,
  }),
  factorOfTerm: (term: Part, c: Rational, cause: Prose | null): Said => ({
    kind: "factor",
    note: `factor ${show(c)} of ${plain(term)}`,
    message: told`${term} is ${number(c)} times what it should be${because(cause)}: ${mending(c)}`,
  }),
  signOfWay: (names: readonly Spelled[]): Said => ({
    kind: "sign",
    note: `sign of the path through ${noted(names)}`,
    message: told`the sign of what comes through ${listed(names)} is wrong`,
  }),
  factorOfWay: (names: readonly Spelled[], c: Rational, cause: Prose | null): Said => ({
    kind: "factor",
    note: `factor ${show(c)} of the path through ${noted(names)}`,
    message: told`what comes through ${listed(names)} is ${number(c)} times what it should be${because(cause)}`,
  }),
  transposePart: (part: Part, isOn: boolean): Said => ({
    kind: "transpose",
    note: `${plain(part)} ${isOn ? "not transposed" : "transposed"}`,
    message: isOn ? told`${part} has to be transposed` : told`${part} is not to be transposed`,
  }),
  invertPart: (part: Part, isOn: boolean): Said => ({
    kind: "other",
    note: `inverse of ${plain(part)} ${isOn ? "lost" : "too much"}`,
    message: isOn
      ? told`the inverse of ${part} belongs here, not ${part} itself`
      : told`${part} belongs here, not its inverse`,
  }),
  swapParts: (before: Part, after: Part | null): Said => ({
    kind: "order",
    note: "order of factors",
    message: told`the factors of ${before} stand in the wrong order${became(after)}`,
  }),
  extraFactor: (part: Part, isScalar: boolean): Said => ({
    kind: isScalar ? "factor" : "extra-term",
    note: `factor ${plain(part)} too much`,
    message: told`the factor ${part} is too much; leave it out`,
  }),
  extraDivisor: (part: Part): Said => ({
    kind: "factor",
    note: `division by ${plain(part)} too much`,
    message: told`the division by ${part} is too much; leave it out`,
  }),
  lostSquare: (part: Part, after: Part | null): Said => ({
    kind: "missing-chain-term",
    note: `square of ${plain(part)} lost`,
    message: told`the square of ${part} was lost${became(after)}`,
  }),
  brackets: (before: Part, after: Part | null): Said => ({
    kind: "elementwise-vs-matrix",
    note: "brackets around ⊙",
    message: told`brackets are missing in ${before}: ⊙ binds more weakly than a product${became(after)}`,
  }),
  lostTrace: (whole: Part): Said => ({
    kind: "missing-chain-term",
    note: "trace lost",
    message: told`the trace was lost: ${whole}`,
  }),
  otherRelation: (before: Part, after: Part): Said => ({
    kind: "sign",
    note: "relation the other way round",
    message: told`the inequality ${before} is reversed: ${after}`,
  }),
  lostTerms: (before: Part, after: Part): Said => ({
    kind: "missing-term",
    note: `${plain(before)} for ${plain(after)}`,
    message: told`${before} stands here alone, and should be ${after}`,
  }),
  lostFactor: (part: Part, before: Part, after: Part | null, isNumber: boolean): Said => ({
    kind: isNumber ? "factor" : "missing-chain-term",
    note: `factor ${plain(part)} lost`,
    message: told`in ${before} the factor ${part} was lost${became(after)}`,
  }),
  otherNumber: (before: Part, after: Part): Said => ({
    kind: "factor",
    note: `${plain(before)} for ${plain(after)}`,
    message: told`${after} belongs here, not ${before}`,
  }),
  exponent: (before: Part, after: Part, isOne: boolean): Said => ({
    kind: "other",
    note: `exponent ${plain(before)} for ${plain(after)}`,
    message: isOne
      ? told`the exponent ${before} is too much; leave it out`
      : told`the exponent is to be ${after}, not ${before}`,
  }),
  lostExponent: (whole: Part): Said => ({
    kind: "missing-chain-term",
    note: "exponent lost",
    message: told`the exponent was lost: ${whole}`,
  }),
  divides: (part: Part): Said => ({
    kind: "factor",
    note: `${plain(part)} above or below`,
    message: told`${part} stands on the wrong side of the fraction line`,
  }),
  entrywise: (before: Part, after: Part | null): Said => ({
    kind: "elementwise-vs-matrix",
    note: "matrix product for ⊙",
    message: told`in ${before} a matrix product stands where entries are multiplied${became(after)}`,
  }),
  matrixProduct: (before: Part, after: Part | null): Said => ({
    kind: "elementwise-vs-matrix",
    note: "⊙ for matrix product",
    message: told`in ${before} entries are multiplied where a matrix product belongs${became(after)}`,
  }),
  diagonal: (before: Part, after: Part | null): Said => ({
    kind: "elementwise-vs-matrix",
    note: "diag lost",
    message:
      after === null
        ? told`${before} is to multiply entry by entry: write it as a diagonal matrix`
        : told`${before} is to multiply entry by entry: write ${after}`,
  }),
  slope: (before: Part, after: Part): Said => ({
    kind: "missing-chain-term",
    note: `${plain(before)} for its derivative`,
    message: told`here the derivative of ${before} is needed, not ${before} itself: ${after}`,
  }),
  replaced: (before: Part, after: Part, isChain: boolean): Said => ({
    kind: isChain ? "missing-chain-term" : "other",
    note: `${plain(before)} for ${plain(after)}`,
    message: told`${after} belongs here, not ${before}`,
  }),
  wrongEntry: (place: string | null, is: string, right: string): Said => ({
    kind: "other",
    note: place === null ? "another number" : `entry ${place}`,
    message:
      place === null
        ? told`it is ${right}, not ${is}`
        : told`entry ${place} is ${right}, not ${is}`,
  }),
  signOfEntry: (place: string | null, right: string): Said => ({
    kind: "sign",
    note: place === null ? "sign of the number" : `sign of entry ${place}`,
    message:
      place === null
        ? told`the sign is wrong: it is ${right}`
        : told`the sign of entry ${place} is wrong: it is ${right}`,
  }),
  unread: (message: string, hint: string | undefined): Said => ({
    kind: "other",
    note: "not understood",
    message: hint === undefined ? [message] : [`${message}; ${hint}`],
  }),
  unsolved: (name: string): Said => ({
    kind: "other",
    note: "equation that the point does not solve",
    message: told`the stationary ${named(name)} does not solve this, or everything does`,
  }),
  almost: (): Said => ({
    kind: "other",
    note: "not quite equal",
    message: told`the answer agrees with the right one nearly, or nearly everywhere: a number is rounded, or a case or a small term is missing`,
  }),
  unknown: (what: string): Said => ({
    kind: "other",
    note: "not told apart",
    message: told`the answer is not equal to ${what}, and no single slip explains it`,
  }),
};

/** `twice`, `3 times`. */
export const times = (count: number): string => (count === 2 ? "twice" : `${count} times`);

/** Whether a factor is 1. */
export const isOne = (c: Rational): boolean => isEqual(c, one);
