/** @file From pieces to the tokens of the grammar: statements, names, functions, bars, exponents. */

import { greek, subscripts, superscripts } from "../../grammar/tokens.ts";
import { errors } from "../diagnostics/errors.ts";
import type { Span } from "../diagnostics/source.ts";
import { suggest } from "../diagnostics/suggest.ts";
import { property } from "../expr/properties.ts";
import { announced, functionNames, isFunctionName } from "../ops/functions.ts";
import type { Folded } from "./fold.ts";
import type { Piece } from "./latex.ts";
import type { Token } from "./surface.ts";

/** A statement before its words are told apart. */
export interface RawStatement {
  readonly folded: Folded;
  readonly pieces: readonly Piece[];
  /** The alphabet of each name in this statement. */
  readonly styles: Map<string, string>;
}

/** The names that a problem introduces, wherever it does. */
export interface Names {
  /** Declared or defined values, by canonical name. */
  readonly values: Set<string>;
  /** Declared or defined functions. */
  readonly functions: Set<string>;
}

export const noNames = (): Names => ({ values: new Set(), functions: new Set() });

const opening = new Set([
  "openParen",
  "openBracket",
  "openBrace",
  "openSet",
  "openAngle",
  "openNorm",
  "openBar",
]);
const closing = new Set([
  "closeParen",
  "closeBracket",
  "closeBrace",
  "closeSet",
  "closeAngle",
  "closeNorm",
  "closeBar",
]);
const goesOn = new Set([
  "plus",
  "minus",
  "star",
  "slash",
  "odot",
  "oslash",
  "otimes",
  "times",
  "caret",
  "dotCaret",
  "equals",
  "define",
  "element",
  "colon",
  "to",
  "lt",
  "gt",
  "le",
  "ge",
  "ne",
]);
const relations = new Set(["lt", "gt", "le", "ge", "ne", "equals"]);
const heads = new Set([
  "colon",
  "element",
  "equals",
  "define",
  "lt",
  "gt",
  "le",
  "ge",
  "succ",
  "succeq",
]);

/** The deepest nesting of brackets that is read. */
export const deepest = 500;

// ---- statements -----------------------------------------------------------------------------------

/** Cuts the pieces of a source into statements. */
export function statementsOf(folded: Folded, pieces: readonly Piece[]): RawStatement[] {
  const statements: RawStatement[] = [];
  let current: Piece[] = [];
  let depth = 0;
  const end = (): void => {
    while (current.length > 0 && ["period", "comma"].includes(current.at(-1)!.type)) current.pop();
    if (current.length > 0) statements.push({ folded, pieces: current, styles: new Map() });
    current = [];
  };
  for (const [index, piece] of pieces.entries()) {
    if (opening.has(piece.type)) {
      depth++;
      if (depth > deepest) throw errors.tooDeep(folded.span(piece.start, piece.end), deepest);
    } else if (closing.has(piece.type)) depth = Math.max(0, depth - 1);
    if (piece.type === "newline") {
      const last = current.at(-1);
      const next = piece.soft
        ? pieces.slice(index + 1).find((p) => p.type !== "newline")
        : undefined;
      const continues =
        depth > 0 ||
        last === undefined ||
        goesOn.has(last.type) ||
        (last.type === "comma" &&
          current.every((p) =>
            [
              "word",
              "letter",
              "comma",
              "subscript",
              "underscore",
              "number",
              "openBrace",
              "closeBrace",
            ].includes(p.type),
          )) ||
        (piece.soft === true && ["equals", "plus", "minus"].includes(next?.type ?? ""));
      if (!continues) end();
    } else if (piece.type === "semicolon" && depth === 0) end();
    else current.push(piece);
  }
  end();
  return statements;
}

/** The place of the sign that makes a statement a declaration or a definition; −1 without one. */
function headSign(pieces: readonly Piece[]): number {
  let depth = 0;
  for (const [i, piece] of pieces.entries()) {
    if (opening.has(piece.type)) depth++;
    else if (closing.has(piece.type)) depth--;
    else if (depth === 0 && (heads.has(piece.type) || isIn(pieces, i))) return i;
  }
  return -1;
}

/** `in` between names and a space, as in `W in R^(m x n)`. */
function isIn(pieces: readonly Piece[], i: number): boolean {
  const piece = pieces[i]!;
  if (piece.type !== "word" || piece.text !== "in" || i === 0) return false;
  const next = pieces[i + 1];
  return (
    next !== undefined &&
    (next.type === "reals" || next.type === "symmetricMatrices" || /^[RS]$/u.test(next.text))
  );
}

/** Adds the names that a statement introduces. */
export function collectNames(statement: RawStatement, names: Names): void {
  const { pieces } = statement;
  const sign = headSign(pieces);
  if (sign < 1) return;
  const isFunction = pieces.slice(sign + 1).some((p) => p.type === "to");
  for (let i = 0; i < sign; ) {
    const found = nameAt(statement, i, true);
    if (!found) {
      // `f(x) = …`: the name before the bracket.
      if (pieces[i]!.type === "openParen" && names.values.size >= 0) return;
      return;
    }
    const called = pieces[found.next]?.type === "openParen" && found.next < sign;
    if (called) {
      // Whether L(W) = … defines a value or a function is decided when it is read.
      names.values.add(found.name);
      return;
    }
    (isFunction ? names.functions : names.values).add(found.name);
    i = found.next;
    if (pieces[i]?.type === "comma") i++;
    else if (i < sign) return;
  }
}

// ---- names ----------------------------------------------------------------------------------------

interface FoundName {
  readonly name: string;
  readonly next: number;
}

/** The name that begins at piece `i`; of a run of letters all where `whole`, else the single letter. */
function nameAt(statement: RawStatement, i: number, whole: boolean): FoundName | null {
  const piece = statement.pieces[i];
  if (piece === undefined || (piece.type !== "word" && piece.type !== "letter")) return null;
  if (!whole && piece.type === "word" && lettersOf(piece.text).length > 1 && !piece.upright)
    return null;
  return withIndices(statement, i, baseName(piece.text));
}

/** The letters of a word, each with its accents. */
const lettersOf = (text: string): string[] => text.match(/\P{M}\p{M}*/gu) ?? [];

/** A word as the base of a name: `alpha` is α. */
const baseName = (text: string): string => (Object.hasOwn(greek, text) ? greek[text]! : text);

/** Adds the sub- and superscripts that belong to a name. */
function withIndices(statement: RawStatement, i: number, base: string): FoundName {
  const { pieces } = statement;
  let next = i + 1;
  let subscript: string | null = null;
  let superscript = "";
  for (let round = 0; round < 2; round++) {
    if (subscript === null) {
      const found = subscriptAt(statement, next, pieces[next - 1]!.end);
      if (found) {
        subscript = found.text;
        next = found.next;
      }
    }
    const above = superscriptName(pieces, next);
    if (above) {
      superscript = above.text;
      next = above.next;
    }
  }
  return { name: joinName(base, subscript, superscript), next };
}

/** `W`, `out` → `W_{out}`; one character or a run of digits needs no braces. */
export function joinName(base: string, subscript: string | null, superscript = ""): string {
  if (subscript === null) return base + superscript;
  const bare = /^(?:\d+|.)$/u.test(subscript);
  return `${base}_${bare ? subscript : `{${subscript}}`}${superscript}`;
}

/** The base and the subscript of a canonical name. */
export function splitName(name: string): { base: string; subscript: string | null } {
  const match = /^([^_^]+)(?:_(?:\{(.*)\}|([^^]+)))?/u.exec(name);
  return { base: match?.[1] ?? name, subscript: match?.[2] ?? match?.[3] ?? null };
}

/** A subscript at piece `i`: `_1`, `_{out}`, `₁`, or digits that touch the letter before (`W1`). */
function subscriptAt(
  statement: RawStatement,
  i: number,
  touching: number,
): { text: string; next: number } | null {
  const { pieces, folded } = statement;
  const piece = pieces[i];
  if (piece === undefined) return null;
  if (piece.type === "subscript")
    return { text: [...piece.text].map((c) => subscripts[c]!).join(""), next: i + 1 };
  if (
    piece.type === "number" &&
    piece.start === touching &&
    /^\d+$/u.test(piece.text) &&
    pieces[i - 1]?.type === "word"
  )
    return { text: piece.text, next: i + 1 };
  if (piece.type !== "underscore") return null;
  const after = pieces[i + 1];
  if (after === undefined) throw errors.endsTooSoon(folded.span(piece.start, piece.end));
  if (after.type === "openBrace" || after.type === "openParen") {
    const close = matching(statement, i + 1);
    return { text: groupText(pieces.slice(i + 2, close)), next: close + 1 };
  }
  if (after.type === "number" && /^\d+$/u.test(after.text))
    return { text: after.text, next: i + 2 };
  if (after.type === "letter") return { text: after.text, next: i + 2 };
  if (after.type === "word") {
    const text = baseName(after.text);
    if ([...text].length > 1 && !after.upright)
      throw errors.longSubscript(folded.span(after.start, after.end), after.text);
    return { text, next: i + 2 };
  }
  return null;
}

/** The text of a subscript in braces, without blanks and styles. */
const groupText = (pieces: readonly Piece[]): string =>
  pieces
    .map((p) =>
      p.type === "word"
        ? baseName(p.text)
        : p.type === "subscript"
          ? [...p.text].map((c) => subscripts[c]!).join("")
          : p.type === "ne"
            ? "≠"
            : p.text,
    )
    .join("");

/** `^*`, `^\star`, `^{(1)}`: superscripts that make another name. */
function superscriptName(
  pieces: readonly Piece[],
  i: number,
): { text: string; next: number } | null {
  if (pieces[i]?.type !== "caret") return null;
  const types = pieces.slice(i + 1, i + 6).map((p) => p.type);
  const star = (type: string | undefined): boolean => type === "star" || type === "asterisk";
  if (star(types[0])) return { text: "^*", next: i + 2 };
  if (types[0] === "openBrace" && star(types[1]) && types[2] === "closeBrace")
    return { text: "^*", next: i + 4 };
  if (
    types.join(" ") === "openBrace openParen number closeParen closeBrace" ||
    types.join(" ") === "openBrace openParen word closeParen closeBrace"
  )
    return { text: `^{(${pieces[i + 3]!.text})}`, next: i + 6 };
  return null;
}

/** The piece that closes the bracket at `open`. */
function matching(statement: RawStatement, open: number): number {
  const { pieces, folded } = statement;
  let depth = 0;
  for (let i = open; i < pieces.length; i++) {
    if (opening.has(pieces[i]!.type)) depth++;
    else if (closing.has(pieces[i]!.type) && --depth === 0) return i;
  }
  const piece = pieces[open]!;
  throw errors.unclosed(folded.span(piece.start, piece.end), piece.text);
}

// ---- tokens ---------------------------------------------------------------------------------------

const operandEnds = new Set([
  "number",
  "name",
  "ones",
  "zero",
  "closeParen",
  "closeBracket",
  "closeBrace",
  "closeNorm",
  "closeBar",
  "closeAngle",
  "transpose",
  "inverseTranspose",
  "pseudoinverse",
  "subscripted",
]);

const propertyWords: ReadonlyMap<string, string> = new Map([
  ...Object.keys(property)
    .filter((name) => name !== "sumsToOne")
    .map((name) => [name, name] as const),
  ["spd", "posdef"],
  ["pd", "posdef"],
]);

/** The tokens of one statement. */
export function tokensOf(statement: RawStatement, names: Names): Token[] {
  return new Tokenizer(statement, names).run();
}

class Tokenizer {
  private readonly tokens: Token[] = [];
  private readonly bars: ("norm" | "bar" | "other")[] = [];
  private at = 0;
  private statement: RawStatement;
  private pieces: readonly Piece[];
  private readonly names: Names;
  constructor(statement: RawStatement, names: Names) {
    this.statement = statement;
    this.pieces = statement.pieces;
    this.names = names;
  }

  run(): Token[] {
    const sign = headSign(this.pieces);
    const head = sign > 0 ? this.pieces[sign]! : null;
    if (
      head &&
      this.pieces[0]!.type === "word" &&
      this.pieces[0]!.text === "given" &&
      head.type === "colon"
    )
      this.token("given", this.pieces[this.at++]!);
    else if (head && (head.type === "colon" || head.type === "element" || isIn(this.pieces, sign)))
      return this.declaration(sign);
    else if (head && (head.type === "equals" || head.type === "define")) this.definitionHead(sign);
    else if (head && this.headNames(sign)) this.nameList(sign);
    while (this.at < this.pieces.length) this.one();
    return this.tokens;
  }

  private span(from: Piece, to: Piece = from): Span {
    return this.statement.folded.span(from.start, to.end);
  }

  private token(type: string, from: Piece, value = from.text, to = from): void {
    this.tokens.push({
      type,
      value,
      text: from.text,
      span: this.span(from, to),
      offset: from.start,
    });
  }

  private name(value: string, from: Piece, to: Piece): void {
    this.styled(value, from, to);
    this.token("name", from, value, to);
  }

  /** One name in two alphabets of one formula may be two things to its writer. */
  private styled(value: string, from: Piece, to: Piece): void {
    const style = from.style ?? "plain";
    const { styles } = this.statement;
    const before = styles.get(value);
    if (before === undefined) styles.set(value, style);
    else if (before !== style) throw errors.twoStyles(this.span(from, to), value, [before, style]);
  }

  // ---- heads --------------------------------------------------------------------------------------

  /** Whether the pieces before `sign` are names and commas only. */
  private headNames(sign: number): boolean {
    for (let i = 0; i < sign; ) {
      const found = nameAt(this.statement, i, true);
      if (!found || found.next > sign) return false;
      i = found.next;
      if (i < sign && this.pieces[i]!.type !== "comma") return false;
      if (i < sign) i++;
    }
    return true;
  }

  private nameList(sign: number): void {
    while (this.at < sign) {
      const found = nameAt(this.statement, this.at, true)!;
      this.introduce(found);
      if (this.at < sign) this.token("comma", this.pieces[this.at++]!);
    }
  }

  private introduce(found: FoundName): void {
    const from = this.pieces[this.at]!;
    const to = this.pieces[found.next - 1]!;
    if (isFunctionName(found.name)) throw errors.nameIsFunction(this.span(from, to), found.name);
    this.name(found.name, from, to);
    this.at = found.next;
  }

  private definitionHead(sign: number): void {
    if (this.headNames(sign)) {
      // One name only: `A, B = …` is no definition, and the grammar says so.
      this.nameList(sign);
      return;
    }
    const found = nameAt(this.statement, 0, true);
    if (!found || this.pieces[found.next]?.type !== "openParen") return;
    if (matching(this.statement, found.next) !== sign - 1) return;
    const from = this.pieces[0]!;
    if (isFunctionName(found.name) && found.name !== "swish" && found.name !== "relu")
      throw errors.nameIsFunction(this.span(from), found.name);
    this.token("head", from, found.name, this.pieces[found.next - 1]);
    this.at = found.next;
    this.token("openParen", this.pieces[this.at++]!);
    while (this.at < sign - 1) {
      const argument = nameAt(this.statement, this.at, true);
      if (!argument) break;
      this.introduce(argument);
      if (this.pieces[this.at]?.type === "comma") this.token("comma", this.pieces[this.at++]!);
    }
  }

  private declaration(sign: number): Token[] {
    const tail = this.pieces.slice(sign + 1);
    const words = new Set(tail.filter((p) => p.type === "word").map((p) => p.text));
    const what = tail.some((p) => p.type === "to")
      ? "a declared function"
      : words.has("for")
        ? "a family of vectors"
        : words.has("index")
          ? "an index"
          : null;
    if (what) {
      this.token("functionDeclaration", this.pieces[0]!, what, this.pieces.at(-1));
      return this.tokens;
    }
    if (!this.headNames(sign))
      throw errors.notAName(this.span(this.pieces[0]!, this.pieces[sign - 1]));
    this.nameList(sign);
    const mark = this.pieces[this.at++]!;
    this.token(mark.type === "colon" ? "colon" : "element", mark);
    while (this.at < this.pieces.length) this.spaceToken();
    return this.tokens;
  }

  private spaceToken(): void {
    const piece = this.pieces[this.at]!;
    const next = this.pieces[this.at + 1];
    if (piece.type === "word") {
      const { text } = piece;
      const afterDimension = ["name", "number"].includes(this.tokens.at(-1)?.type ?? "");
      const times = /^([A-Za-z])x([A-Za-z])$/u.exec(text);
      if (text === "scalar") this.token("scalar", piece);
      else if (propertyWords.has(text)) this.token("trait", piece, propertyWords.get(text));
      else if (text === "R" && !afterDimension) this.token("reals", piece);
      else if (
        text === "S" &&
        !afterDimension &&
        ["caret", "underscore"].includes(next?.type ?? "")
      )
        this.token("symmetricMatrices", piece);
      else if (text === "x" && afterDimension && next) this.token("times", piece);
      else if (times) {
        this.token("name", piece, times[1]);
        this.token("times", piece);
        this.token("name", piece, times[2]);
      } else return this.dimensionName(piece);
      this.at++;
      return;
    }
    if (piece.type === "letter") return this.dimensionName(piece);
    if (piece.type === "superscript") {
      // ℝⁿ, ℝ²
      this.token("caret", piece);
      this.token("openBrace", piece);
      for (const c of piece.text)
        this.token(/\d/u.test(superscripts[c]!) ? "number" : "name", piece, superscripts[c]);
      this.token("closeBrace", piece);
    } else if (piece.type === "subscript") {
      this.token("underscore", piece);
      for (const c of piece.text)
        this.token(subscripts[c] === "+" ? "plus" : "name", piece, subscripts[c]);
    } else this.token(piece.type, piece);
    this.at++;
  }

  /** A dimension: one letter, a word of three or more; two letters are a product. */
  private dimensionName(piece: Piece): void {
    const letters = [...piece.text];
    const isWord = piece.type === "word" && !Object.hasOwn(greek, piece.text);
    if (isWord && letters.length >= 3) {
      const close = suggest(piece.text, [...propertyWords.keys(), "scalar"]);
      if (close) throw errors.unknownProperty(this.span(piece), piece.text, close);
    }
    if (isWord && letters.length === 2 && !piece.upright) {
      for (const letter of letters) this.token("name", piece, letter);
      this.at++;
      return;
    }
    // ℝ^n_+: the sign belongs to the set.
    const isSort = this.pieces
      .slice(this.at + 1, this.at + 4)
      .some((p) => ["plus", "gt", "ge"].includes(p.type));
    const found = isSort
      ? { name: baseName(piece.text), next: this.at + 1 }
      : withIndices(this.statement, this.at, baseName(piece.text));
    this.name(found.name, piece, this.pieces[found.next - 1]!);
    this.at = found.next;
  }

  // ---- expressions ----------------------------------------------------------------------------------

  private one(): void {
    const piece = this.pieces[this.at]!;
    switch (piece.type) {
      case "word":
        return this.word(piece);
      case "letter":
        return this.letter(piece);
      case "number":
        return this.number(piece);
      case "half":
      case "third":
      case "quarter":
      case "threeQuarters":
        this.token(
          "number",
          piece,
          { half: "1/2", third: "1/3", quarter: "1/4", threeQuarters: "3/4" }[piece.type],
        );
        this.at++;
        return;
      case "superscript":
        return this.superscript(piece);
      case "subscript":
      case "underscore":
        return this.looseSubscript(piece);
      case "caret":
        return this.caret(piece);
      case "top":
        this.token("transpose", piece);
        this.at++;
        return;
      case "prime":
      case "doublePrime":
        return this.prime(piece);
      case "norm":
      case "bar":
        return this.bar(piece);
      case "sum":
        return this.sum(piece, piece);
      case "nabla":
        return this.nabla(piece);
      case "ones":
        return this.ones(piece);
      case "zero":
        return this.zero(piece);
      case "openSet":
        this.token("openParen", piece);
        this.at++;
        return;
      case "closeSet":
        this.token("closeParen", piece);
        this.at++;
        return;
      case "times":
        throw errors.timesIsForShapes(this.span(piece));
      case "dots":
        throw errors.notInLanguage(
          this.span(piece),
          "dots are not in the language: write the sum or the product out",
        );
      case "dagger":
        throw errors.notInLanguage(this.span(piece), "† stands only in an exponent, as in A^†");
      case "period":
        throw errors.unknownCharacter(this.span(piece), ".");
      default:
        this.token(piece.type, piece);
        this.at++;
    }
  }

  private operandBefore(): boolean {
    const last = this.tokens.at(-1);
    return last !== undefined && operandEnds.has(last.type);
  }

  private bar(piece: Piece): void {
    this.at++;
    const kind = piece.type === "norm" ? "norm" : "bar";
    const top = this.bars.at(-1);
    if (kind === "norm" && piece.text === "||" && top === "bar" && this.operandBefore()) {
      // Two single bars: the first closes, the second is looked at anew.
      this.bars.pop();
      this.token("closeBar", piece);
      this.single(piece, "bar");
      return;
    }
    this.single(piece, kind);
  }

  private single(piece: Piece, kind: "norm" | "bar"): void {
    const [open, close] = kind === "norm" ? ["openNorm", "closeNorm"] : ["openBar", "closeBar"];
    if (this.bars.at(-1) === kind && this.operandBefore()) {
      this.bars.pop();
      this.token(close, piece);
    } else {
      this.bars.push(kind);
      this.token(open, piece);
    }
  }

  private word(piece: Piece): void {
    const { text } = piece;
    const next = this.pieces[this.at + 1];
    // Words with digits that are functions: norm1, norm2.
    if (
      next?.type === "number" &&
      next.start === piece.end &&
      isFunctionName(text + next.text) &&
      !this.names.values.has(text)
    ) {
      this.function(piece, text + next.text, this.at + 2);
      return;
    }
    if (text === "ones" && !this.names.values.has(text)) return this.ones(piece);
    if (
      text === "vector" &&
      this.followedBy(["openParen", "number", "closeParen"]) &&
      this.pieces[this.at + 2]!.text === "1"
    ) {
      this.token("ones", piece, "", this.pieces[this.at + 3]);
      this.at += 4;
      return;
    }
    if (text === "sum" && !piece.upright && next?.type === "underscore")
      return this.sum(piece, piece);
    if (/^(?:arg)?(?:min|max)$/u.test(text) && this.tokens.length === 0) {
      const by = subscriptAt(this.statement, this.at + 1, -1);
      if (by) {
        this.token("gradientBy", piece, by.text, this.pieces[by.next - 1]);
        this.at = by.next;
        return;
      }
    }
    if (this.differentialQuotient(piece)) return;
    const declared = withIndices(this.statement, this.at, text);
    if (this.names.functions.has(text)) return this.declaredFunction(piece);
    if (this.names.values.has(declared.name) || this.names.values.has(text)) {
      this.name(
        this.names.values.has(declared.name) ? declared.name : declared.name,
        piece,
        this.pieces[declared.next - 1]!,
      );
      this.at = declared.next;
      return;
    }
    if (Object.hasOwn(greek, text)) return this.greekWord(piece);
    if (isFunctionName(text)) return this.function(piece, text, this.at + 1);
    if (piece.upright) {
      this.name(declared.name, piece, this.pieces[declared.next - 1]!);
      this.at = declared.next;
      return;
    }
    this.letters(piece);
  }

  /** A run of letters that is no name: single letters side by side. */
  private letters(piece: Piece): void {
    const letters = lettersOf(piece.text);
    if (letters.length > 1) this.refuseWord(piece);
    const dressed = piece.end - piece.start !== piece.text.length;
    for (const [i, letter] of letters.entries()) {
      const start = dressed ? piece.start : piece.start + i;
      const end = dressed || i === letters.length - 1 ? piece.end : start + letter.length;
      const part: Piece = { ...piece, text: letter, start, end };
      if (i === letters.length - 1) {
        const found = withIndices(this.statement, this.at, letter);
        this.styled(found.name, part, part);
        this.tokens.push({
          type: "name",
          value: found.name,
          text: letter,
          span: this.span(part, this.pieces[found.next - 1]),
          offset: start,
        });
        this.at = found.next;
      } else this.name(letter, part, part);
    }
  }

  /** Three or more lower-case letters, or a function's name run together with its argument. */
  private refuseWord(piece: Piece): void {
    const { text } = piece;
    if (propertyWords.has(text)) throw errors.propertyNeedsColon(this.span(piece), text);
    const known = [...functionNames(), ...Object.keys(greek), ...this.names.values];
    const run =
      /^(tr|det|log|ln|exp|diag|tanh|logdet|norm|sin|cos|sum|softmax|relu|inv)([A-Z].*)$/u.exec(
        text,
      );
    if (run) throw errors.unknownWord(this.span(piece), text, `${run[1]}(${run[2]})`);
    if (/^[a-z]{3,}$/u.test(text))
      throw errors.unknownWord(this.span(piece), text, suggest(text, known));
    if (text.length > 3 && /[a-z]{3,}/u.test(text))
      throw errors.unknownWord(this.span(piece), text, suggest(text, known));
  }

  private greekWord(piece: Piece): void {
    this.letterNamed(piece, greek[piece.text]!);
  }

  private letter(piece: Piece): void {
    this.letterNamed(piece, piece.text);
  }

  private letterNamed(piece: Piece, letter: string): void {
    const next = this.pieces[this.at + 1];
    if (this.names.functions.has(letter)) return this.declaredFunction(piece);
    const called = next?.type === "openParen" || next?.type === "openBracket";
    if (letter === "σ" && called && !this.names.values.has("σ"))
      return this.function(piece, "sigmoid", this.at + 1);
    if (letter === "Σ" && !this.names.values.has("Σ") && this.bindsIndex())
      return this.sum(piece, piece);
    const found = withIndices(this.statement, this.at, letter);
    this.name(found.name, piece, this.pieces[found.next - 1]!);
    this.at = found.next;
  }

  /** Whether the subscript that follows binds an index: `_{i=1}`, `_i`, `_{j≠y}`. */
  private bindsIndex(): boolean {
    const found = subscriptAt(this.statement, this.at + 1, -1);
    return found !== null && (/[=≠,]/u.test(found.text) || /^[a-zA-Z]$/u.test(found.text));
  }

  private followedBy(types: readonly string[]): boolean {
    return types.every((type, i) => this.pieces[this.at + 1 + i]?.type === type);
  }

  /** `dL/dz`: read as ∂L/∂z where L is a name of the problem. */
  private differentialQuotient(piece: Piece): boolean {
    if (!/^d.$/u.test(piece.text) || this.names.values.has(piece.text)) return false;
    const of = piece.text.slice(1);
    const slash = this.pieces[this.at + 1];
    const below = this.pieces[this.at + 2];
    if (!this.names.values.has(of) || slash?.type !== "slash" || !/^d./u.test(below?.text ?? ""))
      return false;
    this.token("partial", piece);
    this.name(of, piece, piece);
    this.token("slash", slash);
    this.token("partial", below!);
    const found = withIndices(this.statement, this.at + 2, below!.text.slice(1));
    this.name(found.name, below!, this.pieces[found.next - 1]!);
    this.at = found.next;
    return true;
  }

  private declaredFunction(piece: Piece): void {
    throw errors.notYet(this.span(piece), "a declared function");
  }

  /** A function of the language: with brackets it calls, without it takes what follows. */
  private function(piece: Piece, word: string, next: number): void {
    const last = this.pieces[next - 1]!;
    const what = announced.get(word);
    if (what) throw errors.notYet(this.span(piece, last), what);
    const subscript = ["underscore", "subscript"].includes(this.pieces[next]?.type ?? "")
      ? subscriptAt(this.statement, next, -1)
      : null;
    let at = subscript?.next ?? next;
    const value = subscript ? `${word}_${subscript.text}` : word;
    const exponentAt = at;
    at = this.pastExponent(at);
    if (exponentAt !== at && /[-⁻]/u.test(this.textBetween(exponentAt, at)))
      throw errors.negativePowerOfFunction(this.span(piece, this.pieces[at - 1]), word);
    const bracket = this.pieces[at]?.type;
    const calls = ["openParen", "openBracket", "openBrace", "openSet"].includes(bracket ?? "");
    this.token(
      calls ? "callee" : word === "tr" || word === "trace" ? "prefixTrace" : "prefix",
      piece,
      value,
      this.pieces[(subscript?.next ?? next) - 1],
    );
    this.at = subscript?.next ?? next;
  }

  private textBetween(from: number, to: number): string {
    return this.pieces
      .slice(from, to)
      .map((p) => p.text)
      .join("");
  }

  /** The piece after an exponent at `i`. */
  private pastExponent(i: number): number {
    const piece = this.pieces[i];
    if (piece?.type === "superscript") return i + 1;
    if (piece?.type !== "caret") return i;
    if (this.pieces[i + 1]?.type === "openBrace") return matching(this.statement, i + 1) + 1;
    return this.pieces[i + 1]?.type === "minus" ? i + 3 : i + 2;
  }

  private number(piece: Piece): void {
    this.at++;
    const { text } = piece;
    const next = this.pieces[this.at];
    if (text === "0" && (next?.type === "underscore" || next?.type === "subscript")) {
      this.at--;
      return this.zero(piece);
    }
    if (this.tokens.at(-1)?.type === "fraction" && /^\d{2,}$/u.test(text)) {
      // \frac12: an argument without braces is one digit.
      const parts = [text[0]!, text[1]!, ...(text.length > 2 ? [text.slice(2)] : [])];
      for (const part of parts) this.token("number", piece, part);
      return;
    }
    const last = this.tokens.at(-1);
    if (last?.type === "number" && this.tokens.at(-2)?.type !== "fraction")
      throw errors.twoNumbers(this.span(piece));
    this.token("number", piece);
  }

  private superscript(piece: Piece): void {
    this.at++;
    const text = [...piece.text].map((c) => superscripts[c]!).join("");
    for (const [part] of text.matchAll(/-?T|\+(?!\d)|[+-]?\d+|[+-]?[a-z]|./gu)) {
      if (part === "T") this.token("transpose", piece);
      else if (part === "-T") this.token("inverseTranspose", piece);
      else if (part === "+") this.token("pseudoinverse", piece);
      else if (part === "-") throw errors.badExponent(this.span(piece));
      else {
        this.token("caret", piece);
        this.token("openBrace", piece);
        const sign = /^[+-]/u.exec(part)?.[0];
        if (sign) this.token(sign === "-" ? "minus" : "plus", piece);
        const rest = part.replace(/^[+-]/u, "");
        this.token(/\d/u.test(rest) ? "number" : "name", piece, rest);
        this.token("closeBrace", piece);
      }
    }
  }

  private caret(piece: Piece): void {
    const after = this.pieces.slice(this.at + 1, this.at + 5);
    const types = after.map((p) => p.type).join(" ");
    const isT = (p: Piece | undefined): boolean =>
      p !== undefined && (p.type === "top" || (p.type === "word" && p.text === "T"));
    const emit = (type: string, count: number): void => {
      this.token(type, piece, "", this.pieces[this.at + count]);
      this.at += count + 1;
    };
    if (isT(after[0])) return emit("transpose", 1);
    if (after[0]?.type === "openBrace" || after[0]?.type === "openParen") {
      if (isT(after[1]) && closing.has(after[2]?.type ?? "")) return emit("transpose", 3);
      if (after[1]?.type === "minus" && isT(after[2]) && closing.has(after[3]?.type ?? ""))
        return emit("inverseTranspose", 4);
      if (["dagger", "plus"].includes(after[1]?.type ?? "") && closing.has(after[2]?.type ?? ""))
        return emit("pseudoinverse", 3);
      if (after[1]?.type === "odot") {
        // x^{⊙2}: an entrywise power.
        this.token("dotCaret", piece);
        this.token("openBrace", after[0]);
        this.at += 3;
        return;
      }
    }
    if (after[0]?.type === "minus" && isT(after[1])) return emit("inverseTranspose", 2);
    if (types.startsWith("dagger")) return emit("pseudoinverse", 1);
    if (after[0]?.type === "plus" && !["number", "word", "letter"].includes(after[1]?.type ?? ""))
      return emit("pseudoinverse", 1);
    this.token("caret", piece);
    this.at++;
    this.unbracedExponent();
  }

  /** After `^` one name or number stands without braces; `^TW` is a transpose before a product. */
  private unbracedExponent(): void {
    let i = this.at;
    if (this.pieces[i]?.type === "minus" || this.pieces[i]?.type === "plus") i++;
    const piece = this.pieces[i];
    if (piece?.type !== "word" || [...piece.text].length < 2) return;
    if (Object.hasOwn(greek, piece.text) || this.names.values.has(piece.text)) return;
    if (piece.text.startsWith("T") && !piece.upright) {
      // X^TX: the T transposes, the rest is the next factor.
      const caret = this.tokens.pop()!;
      const letter: Piece = { ...piece, text: "T", end: piece.start + 1 };
      this.token(i > this.at ? "inverseTranspose" : "transpose", letter);
      const last = this.tokens.pop()!;
      this.tokens.push({ ...last, span: { ...last.span, start: caret.span.start } });
      this.at = i;
      this.split({ ...piece, text: piece.text.slice(1), start: piece.start + 1 });
      return;
    }
    throw errors.longExponent(this.span(piece), piece.text);
  }

  /** Reads `rest` in the place of the piece it was cut from. */
  private split(rest: Piece): void {
    const pieces = [...this.pieces];
    pieces[this.at] = rest;
    this.pieces = pieces;
    this.statement = { ...this.statement, pieces };
  }

  private prime(piece: Piece): void {
    if (piece.type === "doublePrime") throw errors.doubleTranspose(this.span(piece));
    if (!this.operandBefore()) throw errors.nothingToTranspose(this.span(piece));
    this.token("transpose", piece);
    this.at++;
  }

  /** A subscript after something that is not a name: ‖x‖₂, (Wx)_i. */
  private looseSubscript(piece: Piece): void {
    const infinity = this.pieces[this.at + 1];
    if (piece.type === "underscore" && ["infinity", "star"].includes(infinity?.type ?? "")) {
      this.token("subscripted", piece, infinity!.type === "infinity" ? "∞" : "*", infinity);
      this.at += 2;
      return;
    }
    const found = subscriptAt(this.statement, this.at, -1);
    if (!found) throw errors.badSubscript(this.span(piece));
    this.token("subscripted", piece, found.text, this.pieces[found.next - 1]);
    this.at = found.next;
  }

  /** ∑ with its bounds, in either order. */
  private sum(piece: Piece, from: Piece): void {
    this.at++;
    let bounds = "";
    for (let round = 0; round < 2; round++) {
      const below = ["underscore", "subscript"].includes(this.pieces[this.at]?.type ?? "")
        ? subscriptAt(this.statement, this.at, -1)
        : null;
      if (below) {
        bounds += `_${below.text}`;
        this.at = below.next;
      }
      if (this.pieces[this.at]?.type === "caret" || this.pieces[this.at]?.type === "superscript")
        this.at = this.pastExponent(this.at);
    }
    this.token("sum", piece, bounds, this.pieces[this.at - 1] ?? from);
  }

  private nabla(piece: Piece): void {
    const by = subscriptAt(this.statement, this.at + 1, -1);
    if (!by) throw errors.notYet(this.span(piece), "the gradient of a declared function");
    const leading = this.tokens.length === 0;
    this.token(leading ? "gradientBy" : "nabla", piece, by.text, this.pieces[by.next - 1]);
    this.at = by.next;
  }

  private ones(piece: Piece): void {
    const next = this.pieces[this.at + 1];
    if (next?.type === "openBracket" && this.holdsRelation(this.at + 1)) {
      this.token("indicator", piece);
      this.at++;
      return;
    }
    if (
      next?.type === "underscore" &&
      this.pieces[this.at + 2]?.type === "openBrace" &&
      this.holdsRelation(this.at + 2)
    ) {
      this.token("indicator", piece);
      this.at += 2;
      return;
    }
    const size = ["underscore", "subscript"].includes(next?.type ?? "")
      ? subscriptAt(this.statement, this.at + 1, -1)
      : null;
    this.token("ones", piece, size?.text ?? "", this.pieces[(size?.next ?? this.at + 1) - 1]);
    this.at = size?.next ?? this.at + 1;
  }

  private zero(piece: Piece): void {
    const size = ["underscore", "subscript"].includes(this.pieces[this.at + 1]?.type ?? "")
      ? subscriptAt(this.statement, this.at + 1, -1)
      : null;
    this.token("zero", piece, size?.text ?? "", this.pieces[(size?.next ?? this.at + 1) - 1]);
    this.at = size?.next ?? this.at + 1;
  }

  /** Whether a relation stands directly inside the bracket at `open`. */
  private holdsRelation(open: number): boolean {
    const close = matching(this.statement, open);
    let depth = 0;
    for (let i = open; i < close; i++) {
      if (opening.has(this.pieces[i]!.type)) depth++;
      else if (closing.has(this.pieces[i]!.type)) depth--;
      else if (depth === 1 && relations.has(this.pieces[i]!.type)) return true;
    }
    return false;
  }
}
