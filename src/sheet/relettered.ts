/** @file A formula or a problem with other letters: what is a letter there, and what is part of a word or a sign. */

import { greek, greekWord, subscripts, superscripts } from "../../grammar/tokens.ts";
import { functionNamed } from "../ops/functions.ts";

/** What is known of the letters of a text. */
export interface Lettered {
  /** A problem of the input language, or a formula in LaTeX. */
  readonly language: "problem" | "formula";
  /** Names of several letters: they are no products. */
  readonly names: ReadonlySet<string>;
  /** Letters of which a longer run may be the product. */
  readonly known: ReadonlySet<string>;
  /** Letters that stand below names as indices. */
  readonly indices: ReadonlySet<string>;
}

/** Another letter; undefined where it stays. Script letters (𝓝, `\mathcal{N}`) are told apart from plain ones. */
export type Next = (letter: string, isScript: boolean) => string | undefined;
type Plain = (letter: string) => string | undefined;

const above = `[${Object.keys(superscripts).join("")}]+`;
const below = `[${Object.keys(subscripts).join("")}]+`;
/** What holds no letters of names, letters with what dresses them, and the signs that say what a run is. */
const parts = [
  String.raw`\\(?:begin|end)\s*\{[^{}]*\}(?:\s*\{[lcr|\s]*\})?`,
  String.raw`\\(?:label|tag|ref|eqref|[hv]space)\*?\s*\{[^{}]*\}|\\\\\[\d[^\]]*\]`,
  String.raw`\\mathbb(?:\s*\{[^{}]*\}|\s*[A-Za-z0-9])`,
  String.raw`\\(?:text(?:bf|it|rm|sf|tt|up|normal)?|emph|mbox|math(?:rm|sf|tt|it|op)|operatorname\*?)\s*\{(?<upright>[^{}]*)\}`,
  String.raw`\\math(?:cal|scr)\s*\{\s*(?<script>[A-Za-z])\s*\}`,
  String.raw`\\(?:math(?:cal|scr)|cal)\s+(?<scripts>[A-Za-z])(?![A-Za-z])`,
  String.raw`\\(?<command>[A-Za-z]+)|\\.`,
  `(?<above>${above})|(?<below>${below})`,
  String.raw`(?<run>[A-Za-z]+)|(?<letter>\p{L})|[{}_^]|\S`,
].join("|");
const tokens = {
  problem: new RegExp(`(?<comment>[#%][^\\r\\n]*)|${parts}`, "gsu"),
  formula: new RegExp(parts, "gsu"),
} as const;

/** A text with other letters: in LaTeX, in Unicode and in ASCII, but for the names of functions and words. */
export function withLetters(text: string, lettered: Lettered, next: Next): string {
  const plain: Plain = (letter) => next(letter, false);
  /** For each open brace, whether it stands below the line. */
  const open: boolean[] = [];
  let before = "";
  return text.replaceAll(tokens[lettered.language], (whole, ...rest): string => {
    const [at, , found] = rest.slice(-3) as [number, string, Partial<Record<string, string>>];
    const raised = before === "_" || before === "^" ? before : null;
    before = whole;
    if (found["comment"] !== undefined) return commented(whole, next);
    const script = found["script"] ?? found["scripts"];
    if (script !== undefined)
      return whole.replace(/[A-Za-z](?=\W*$)/u, next(script, true) ?? script);
    if (found["upright"] !== undefined)
      return found["upright"].length === 1
        ? whole.replace(/.\}$/u, `${spelled(found["upright"], plain)}}`)
        : whole;
    if (found["command"] !== undefined)
      return greekNext(found["command"], plain, (word) => `\\${word}`) ?? whole;
    if (found["above"] !== undefined) return scripted(whole, "^", superscripts, plain);
    if (found["below"] !== undefined) return scripted(whole, "_", subscripts, plain);
    if (found["letter"] !== undefined) return dressed(whole, next);
    if (found["run"] === undefined) {
      if (whole === "{") open.push(raised === "_");
      else if (whole === "}") open.pop();
      return whole;
    }
    const run: Run = {
      text: whole,
      before: text.slice(0, at),
      after: text.slice(at + whole.length),
      isBelow: open.at(-1) === true,
      isRaised: raised !== null,
    };
    return runWith(run, lettered, plain);
  });
}

/** Latin letters in a row, and what stands around them. */
interface Run {
  readonly text: string;
  readonly before: string;
  readonly after: string;
  /** Within braces below the line. */
  readonly isBelow: boolean;
  /** Right after ^ or _. */
  readonly isRaised: boolean;
}

const spelled = (run: string, plain: Plain): string =>
  [...run].map((letter) => plain(letter) ?? letter).join("");

function runWith(run: Run, lettered: Lettered, plain: Plain): string {
  const { text, isRaised } = run;
  const { language, names } = lettered;
  if (isTimes(run, lettered)) return text;
  if (text.length === 1) return spelled(text, plain);
  if (names.has(text)) return text;
  const sides = language === "problem" ? /^([A-Za-z])x([A-Za-z])$/u.exec(text) : null;
  if (sides && isInSpace(run)) return `${spelled(sides[1]!, plain)}x${spelled(sides[2]!, plain)}`;
  if (language === "problem" && Object.hasOwn(greek, text))
    return greekNext(text, plain, (word) => word) ?? text;
  // LaTeX raises one letter: x^TAx.
  if (isRaised && (language === "formula" || text.startsWith("T")) && !isWord(run, lettered, true))
    return spelled(text[0]!, plain) + runWith(tailOf(run), lettered, plain);
  return isWord(run, lettered) ? text : spelled(text, plain);
}

const tailOf = (run: Run): Run => ({
  ...run,
  text: run.text.slice(1),
  before: run.before + run.text[0]!,
  isRaised: false,
});

/** Whether a run is no product of letters. */
function isWord(
  { text, isBelow }: Run,
  { language, known, indices }: Lettered,
  isRaised = false,
): boolean {
  if (functionNamed(text) !== undefined || reserved.has(text)) return true;
  if (isRaised) return false;
  if (isBelow) return ![...text].every((letter) => indices.has(letter));
  if (language === "problem") return /[a-z]{3}/u.test(text);
  return (
    /[a-z]{3}|^[A-Z]{3}|^[A-Z][a-z]{2}/u.test(text) &&
    ![...text].every((letter) => known.has(letter))
  );
}

/** Words of the language that are no functions. */
const reserved: ReadonlySet<string> = new Set(["in", "SPD", "PSD", "PD", "pd"]);

/** The sign of a space that is typed as a letter: m x n, R^d x R^p. */
const isTimes = (run: Run, { language }: Lettered): boolean =>
  language === "problem" &&
  run.text === "x" &&
  /[\p{L}\d)}]\s*$/u.test(run.before) &&
  /^\s*[\p{L}\d({]/u.test(run.after) &&
  isInSpace(run);

/** Whether a run stands in what a declaration says of its names. */
function isInSpace({ before }: Run): boolean {
  const said = before.slice(Math.max(before.lastIndexOf("\n"), before.lastIndexOf(";")) + 1);
  return !/^\s*given\s*:/u.test(said) && /(?::(?!=)|∈|\\in(?![A-Za-z])|\sin\s)[^=]*$/u.test(said);
}

/** A comment: letters that stand alone, but for those that are words. */
const commented = (text: string, next: Next): string =>
  text.replaceAll(/(?<![\p{L}\p{N}'’-])(?![aAI])\p{L}(?![\p{L}'’-])/gu, (letter) =>
    dressed(letter, next),
  );

/** A Greek letter by its word, as it is written with `written`. */
function greekNext(word: string, plain: Plain, written: (word: string) => string): string | null {
  const next = Object.hasOwn(greek, word) ? plain(greek[word]!) : undefined;
  return next === undefined ? null : written(greekWord.get(next)!);
}

/** Letters in one sign that stand above or below the line; in signs of the line where the new ones have none. */
function scripted(
  text: string,
  sign: "^" | "_",
  table: Readonly<Record<string, string>>,
  plain: Plain,
): string {
  const old = [...text].map((character) => table[character]!);
  const isCross = (i: number): boolean => old[i] === "x" && i > 0 && i < old.length - 1;
  const changed = old.map((letter, i) => {
    const stays = isCross(i) && sign === "^";
    return stays ? letter : (plain(letter) ?? letter);
  });
  if (changed.every((letter, i) => letter === old[i])) return text;
  const raised = changed.map((letter) =>
    Object.keys(table).find((character) => table[character] === letter),
  );
  if (raised.every((character) => character !== undefined)) return raised.join("");
  const flat = changed.map((letter, i) => (isCross(i) && sign === "^" ? "×" : letter)).join("");
  return changed.length === 1 ? sign + flat : `${sign}{${flat}}`;
}

/** A letter of any alphabet, with the accent that it may have. */
function dressed(text: string, next: Next): string {
  // ℝ, ℕ and their like are sets.
  if (/[\u2102\u210d\u2115\u2119\u211a\u211d\u2124\u213c-\u2140]/u.test(text)) return text;
  const [letter = "", ...marks] = text.normalize("NFKD");
  const code = text.codePointAt(0)!;
  const isScript = (code >= 0x1d49c && code < 0x1d504) || /[ℬℰℱℋℐℒℳℛℯℊℴ]/u.test(text);
  const isDoubled = code >= 0x1d538 && code < 0x1d56c;
  const other = isDoubled ? undefined : next(letter, isScript);
  if (other === undefined) return text;
  const mathematical = String.fromCodePoint(code + other.codePointAt(0)! - letter.codePointAt(0)!);
  const isMathematical = code >= 0x1d400 && code <= 0x1d7ff;
  if (isMathematical && mathematical.normalize("NFKC") === other) return mathematical;
  return (other + marks.join("")).normalize("NFC");
}
