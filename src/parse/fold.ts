/** @file Folds what looks alike into one character, with a map back to where it stood. */

import { foldedOnes, foldedSymmetricMatrices } from "../../grammar/tokens.ts";
import { errors } from "../diagnostics/errors.ts";
import type { Source, Span } from "../diagnostics/source.ts";

/** A text after folding; `at(i)` is where its unit `i` stood in the source. */
export interface Folded {
  readonly source: Source;
  readonly text: string;
  span(start: number, end: number): Span;
  /** The mathematical alphabet (bold, script …) in which the letter at `i` was written. */
  styleAt(i: number): string | undefined;
}

/** One character for one meaning; everything here is a single code point. */
const same: Readonly<Record<string, string>> = {
  ϵ: "ε",
  ϕ: "φ",
  ϑ: "θ",
  ϱ: "ρ",
  ϖ: "π",
  µ: "μ",
  "∆": "Δ",
  Ω: "Ω",
  "∑": "∑",
  "\u0387": "·",
  "\u2126": "Ω",
  "\u2010": "-",
  "‑": "-",
  "‒": "-",
  "―": "-",
  "﹣": "-",
  ʼ: "'",
  "＇": "'",
  "´": "'",
  "`": "'",
  "∶": ":",
  "⁄": "/",
  "∕": "/",
  "⁎": "*",
  "𝜕": "∂",
  "𝛁": "∇",
  ℎ: "h",
};

/** Signs that people paste and that have no place in the language, with the reason. */
const refused: Readonly<Record<string, string>> = {
  𝔼: "expectations are not in the language",
  "∏": "a product over an index is not in the language",
  "∫": "integrals are not in the language",
  "±": "± is two expressions at once: write the one that is meant",
};

const removed = /\u00ad|[\u200b\u200c]|\u200d|\u2060|\ufeff|[\ufe00-\ufe0f]/u;
const bidi = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;
const blank = /[\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\t\v\f]/u;
const plain = /^[\x20-\x7e\n]*$/u;
const plainRun = /[\x20-\x7e\n]+/uy;
/** The first of the marks that combine with what stands before them. */
const firstMark = 0x300;

/** Letters of other scripts that pass for Latin or Greek ones. */
const lookAlikes: Readonly<Record<string, string>> = {
  А: "A",
  В: "B",
  Е: "E",
  К: "K",
  М: "M",
  Н: "H",
  О: "O",
  Р: "P",
  С: "C",
  Т: "T",
  У: "Y",
  Х: "X",
  а: "a",
  в: "b",
  е: "e",
  к: "k",
  о: "o",
  р: "p",
  с: "c",
  т: "t",
  у: "y",
  х: "x",
  і: "i",
  ј: "j",
  ѕ: "s",
  Ѕ: "S",
  І: "I",
  Ј: "J",
  ԁ: "d",
  ԛ: "q",
  ԝ: "w",
  Α: "A",
  Β: "B",
  Ε: "E",
  Ζ: "Z",
  Η: "H",
  Ι: "I",
  Κ: "K",
  Μ: "M",
  Ν: "N",
  Ο: "O",
  Ρ: "P",
  Τ: "T",
  Υ: "Y",
  Χ: "X",
  ο: "o",
  ո: "n",
  օ: "o",
  հ: "h",
};

/** Characters that were found to stand for themselves, where no mark stands above them. */
const themselves = new Set<string>();

/** A letter has no more marks than that. */
const longestCluster = 10;

/** Folds a source; characters that hide something are errors. */
export function fold(source: Source): Folded {
  const { text } = source;
  if (plain.test(text)) {
    return {
      source,
      text,
      span: (start, end) => ({ source, start, end }),
      styleAt: () => undefined,
    };
  }
  let folded = "";
  const offsets: number[] = [];
  const styles = new Map<number, string>();
  const put = (piece: string, from: number): void => {
    for (let i = 0; i < piece.length; i++) offsets.push(from);
    folded += piece;
  };
  for (let i = 0; i < text.length; ) {
    plainRun.lastIndex = i;
    const run = plainRun.exec(text)?.[0] ?? "";
    // A mark may stand above the last.
    const kept = text.charCodeAt(i + run.length) >= firstMark ? run.slice(0, -1) : run;
    if (kept.length > 0) {
      for (let k = 0; k < kept.length; k++) offsets.push(i + k);
      folded += kept;
      i += kept.length;
      continue;
    }
    const character = String.fromCodePoint(text.codePointAt(i)!);
    const next = i + character.length;
    if (themselves.has(character) && !(text.charCodeAt(next) >= firstMark)) {
      put(character, i);
      i = next;
      continue;
    }
    const here: Span = { source, start: i, end: next };
    if (character === "\r") put(text[i + 1] === "\n" ? "" : "\n", i);
    else if (bidi.test(character)) throw errors.hiddenCharacter(here);
    else if (removed.test(character)) put("", i);
    else if (blank.test(character)) put(" ", i);
    else if (Object.hasOwn(refused, character))
      throw errors.notInLanguage(here, refused[character]!);
    else if (character in lookAlikes && Object.hasOwn(lookAlikes, character))
      throw errors.lookAlike(here, character, lookAlikes[character]!);
    else if (Object.hasOwn(same, character)) put(same[character]!, i);
    else {
      const marks = /^\p{M}+/u.exec(text.slice(next, next + 8));
      if (marks && /\p{L}/u.test(character)) {
        put((character + marks[0]).normalize("NFC"), i);
        i = next + marks[0].length;
        continue;
      }
      const [base, style] = mathematical(character);
      if (Object.hasOwn(lookAlikes, base))
        throw errors.lookAlike(here, character, lookAlikes[base]!);
      if (style) styles.set(folded.length, style);
      else if (base === character) themselves.add(character);
      put(base, i);
    }
    i = next;
  }
  offsets.push(text.length);
  return {
    source,
    text: folded,
    span: (start, end) => {
      const from = offsets[start] ?? text.length;
      const last = offsets[Math.max(start, end - 1)] ?? text.length;
      // A letter with the marks above it.
      const width = /^.?\p{M}*/su.exec(text.slice(last, last + longestCluster))![0].length;
      return { source, start: from, end: end > start ? Math.max(from, last + width) : from };
    },
    styleAt: (i) => styles.get(i),
  };
}

/** A letter or digit of the mathematical alphabets as its plain form, with the alphabet's name. */
function mathematical(character: string): [base: string, style: string | undefined] {
  const code = character.codePointAt(0)!;
  if (character === "𝟏" || character === "𝟙") return [foldedOnes, undefined];
  if (character === "𝕊") return [foldedSymmetricMatrices, undefined];
  if (code >= 0x1d400 && code <= 0x1d7ff) {
    const base = character.normalize("NFKC");
    return [Object.hasOwn(same, base) ? same[base]! : base, alphabetOf(code)];
  }
  if (/[ℬℰℱℋℐℒℳℛℯℊℴ]/u.test(character)) return [character.normalize("NFKC"), "script"];
  if (code >= 0xff01 && code <= 0xff5e) return [character.normalize("NFKC"), undefined];
  return [character, undefined];
}

function alphabetOf(code: number): string {
  if (code < 0x1d434 || (code >= 0x1d6a8 && code < 0x1d6e2) || code >= 0x1d7ce) return "bold";
  if (code < 0x1d468 || (code >= 0x1d6e2 && code < 0x1d71c)) return "italic";
  if (code < 0x1d49c || (code >= 0x1d71c && code < 0x1d756)) return "bold";
  if (code < 0x1d504) return "script";
  if (code < 0x1d538 || (code >= 0x1d56c && code < 0x1d5a0)) return "fraktur";
  if (code < 0x1d56c) return "blackboard";
  if (code < 0x1d670) return "sans";
  if (code < 0x1d6a8) return "typewriter";
  return "bold";
}
