/** @file Takes LaTeX's wrapping off: spacing, styles, accents, environments, one-letter commands. */

import type { RawToken, Sign } from "../../grammar/tokens.ts";
import { accentMarks, foldedOnes, greek, knownCommands, lex } from "../../grammar/tokens.ts";
import { errors } from "../diagnostics/errors.ts";
import type { Span } from "../diagnostics/source.ts";
import { suggest } from "../diagnostics/suggest.ts";
import { isFunctionName } from "../ops/functions.ts";
import type { Folded } from "./fold.ts";
import { deepest } from "./pieces.ts";

/** A token of the plain language. */
export interface Piece {
  readonly type:
    | Sign
    | "newline"
    | "number"
    | "word"
    | "letter"
    | "superscript"
    | "subscript"
    | "period"
    | "zero";
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** The mathematical alphabet it was written in, where that is not the plain one. */
  readonly style?: string | undefined;
  /** Set upright, as the name of a function or a word is. */
  readonly upright?: boolean;
  /** A line end written as a double backslash: the next line may go on with a sign. */
  readonly soft?: boolean;
}

const environments = new Set([
  "equation",
  "align",
  "aligned",
  "gather",
  "gathered",
  "split",
  "displaymath",
  "math",
  "multline",
  "flalign",
  "alignat",
  "eqnarray",
]);

/** Numbers row by row, which are read as [1, 2; 3, 4] is. */
const matrices: ReadonlySet<string> = new Set(["matrix", "pmatrix", "bmatrix", "smallmatrix"]);

const notInLanguage: Readonly<Record<string, string>> = {
  "\\prod": "a product over an index is not in the language",
  "\\pm": "± is two expressions at once: write the one that is meant",
  "\\int": "integrals are not in the language",
  "\\lim": "limits are not in the language",
  "\\mathbb{E}": "expectations are not in the language",
  "\\over": "{a \\over b} is \\frac{a}{b}",
  "\\binom": "binomial coefficients are not in the language",
};

const styleNames: Readonly<Record<string, string>> = {
  "\\mathbf": "bold",
  "\\bm": "bold",
  "\\boldsymbol": "bold",
  "\\pmb": "bold",
  "\\textbf": "bold",
  "\\mathcal": "script",
  "\\mathscr": "script",
  "\\mathbb": "blackboard",
  "\\mathbbm": "blackboard",
  "\\mathfrak": "fraktur",
  "\\mathsf": "sans",
  "\\textsf": "sans",
  "\\mathtt": "typewriter",
};
const uprightStyles = new Set([
  "\\mathrm",
  "\\text",
  "\\operatorname",
  "\\operatorname*",
  "\\textrm",
  "\\textnormal",
  "\\textbf",
  "\\textit",
  "\\textsf",
  "\\mathop",
  "\\mbox",
  "\\mathsf",
  "\\mathtt",
  "\\mathit",
]);

/** The tokens of a folded text, free of LaTeX's wrapping. */
export function unwrapped(folded: Folded): Piece[] {
  const { tokens, stoppedAt } = lex(folded.text);
  if (stoppedAt !== null) throw unknownCharacter(folded, stoppedAt);
  const reader = new Unwrapper(folded, tokens);
  reader.run();
  return reader.pieces;
}

function unknownCharacter(folded: Folded, at: number): Error {
  const character = String.fromCodePoint(folded.text.codePointAt(at)!);
  return errors.unknownCharacter(folded.span(at, at + character.length), character);
}

/** Braces, and what stands in them. */
interface Group {
  readonly open: RawToken;
  readonly inside: readonly RawToken[];
  readonly end: RawToken;
  /** The places of the first token inside, and of the closing brace. */
  readonly from: number;
  readonly close: number;
}

/** Commands that change the style up to the end of a group, by those that dress an argument. */
const switches: Readonly<Record<string, string>> = {
  "\\bf": "\\mathbf",
  "\\rm": "\\mathrm",
  "\\it": "\\mathit",
  "\\cal": "\\mathcal",
  "\\sf": "\\mathsf",
};

class Unwrapper {
  readonly pieces: Piece[] = [];
  private at = 0;
  /** How many formula wrappers are open: in them a line of the source is no line of the problem. */
  private display = 0;
  /** How many environments of matrices are open. */
  private rows = 0;
  /** The place of the closing brace by that of the opening one, once asked for. */
  private closers: ReadonlyMap<number, number> | undefined;
  private readonly folded: Folded;
  private readonly tokens: readonly RawToken[];
  constructor(folded: Folded, tokens: readonly RawToken[]) {
    this.folded = folded;
    this.tokens = tokens;
  }

  run(): void {
    while (this.at < this.tokens.length) this.one();
  }

  private span(from: RawToken, to: RawToken = from): Span {
    return this.folded.span(from.start, to.end);
  }

  private put(
    type: Piece["type"],
    from: RawToken,
    to: RawToken,
    text: string,
    more?: Partial<Piece>,
  ): void {
    this.pieces.push({ type, text, start: from.start, end: to.end, ...more });
  }

  /** The next token that is not blank, without taking it. */
  private peek(): RawToken | undefined {
    let i = this.at;
    while (this.tokens[i] && this.tokens[i]!.type === "blank") i++;
    return this.tokens[i];
  }

  /** MATLAB's `A \\ b`: in LaTeX the sign is a space, and a text without commands is no LaTeX. */
  private refuseLeftDivision(token: RawToken): void {
    if (token.text !== "\\ " || this.tokens.some((t) => /^\\[A-Za-z]/u.test(t.text))) return;
    throw errors.leftDivision(this.span(token));
  }

  private skipBlanks(): void {
    while (this.tokens[this.at]?.type === "blank") this.at++;
  }

  /** Reads one token, or a command with what it takes. */
  private one(style?: string): void {
    const token = this.tokens[this.at++]!;
    switch (token.type) {
      case "blank":
        this.refuseLeftDivision(token);
        if (/^\\(?:left|right|middle)$/u.test(token.text) && this.peek()?.type === "period") {
          this.skipBlanks();
          this.at++;
        }
        return;
      case "ampersand":
        if (this.rows > 0) this.put("comma", token, token, ",");
        return;
      case "wrapper":
        if (token.text.startsWith("$")) this.display = this.display > 0 ? this.display - 1 : 1;
        else this.display = Math.max(0, this.display + (/^\\[([]/u.test(token.text) ? 1 : -1));
        return;
      case "newline":
        if (this.display === 0) this.put("newline", token, token, "\n");
        return;
      case "lineBreak":
        if (this.rows > 0) this.put("semicolon", token, token, ";");
        else this.put("newline", token, token, "\\\\", { soft: true });
        return;
      case "style":
        return this.styled(token);
      case "accent":
        return this.accented(token);
      case "ignoredGroup":
        return this.ignored(token);
      case "group":
        return this.group(token);
      case "framed":
        return this.framed(token);
      case "below":
        return this.below(token);
      case "openBrace":
        return this.brace(token);
      case "command":
        return this.command(token, style);
      case "word":
        return this.plainWord(token, style);
      case "bar":
        return this.bar(token);
      default:
        this.put(token.type, token, token, token.text, {
          style: style ?? this.folded.styleAt(token.start),
        });
    }
  }

  /** `\\left|\\left|`, `\\big|\\big|`: two bars that were sized one by one are one sign. */
  private bar(token: RawToken): void {
    const blanks = this.tokens.slice(this.at, this.at + 4);
    const sizes = blanks.findIndex((t) => t.type !== "blank");
    const isSized = blanks
      .slice(0, Math.max(sizes, 0))
      .some((t) => /^\\(?:left|right|[bB]igg?[lr]?)$/u.test(t.text));
    const second = blanks[sizes];
    if (!isSized || second?.type !== "bar") return this.put("bar", token, token, token.text);
    this.at += sizes + 1;
    this.put("norm", token, second, "‖");
  }

  /** A run of letters; where the alphabet changes within it, each stretch is its own word. */
  private plainWord(token: RawToken, style: string | undefined): void {
    const styleOf = (i: number): string | undefined =>
      style ?? this.folded.styleAt(token.start + i);
    let from = 0;
    for (let i = 1; i <= token.text.length; i++) {
      if (i < token.text.length && (styleOf(i) === styleOf(from) || /\p{M}/u.test(token.text[i]!)))
        continue;
      const part = { ...token, start: token.start + from, end: token.start + i };
      this.put("word", part, part, token.text.slice(from, i), { style: styleOf(from) });
      from = i;
    }
  }

  /** The index of the token that closes the brace at `open`. */
  private matching(open: number): number {
    const close = this.matchingOrNull(open);
    if (close === null) throw errors.unclosed(this.span(this.tokens[open]!), "{");
    return close;
  }

  private matchingOrNull(open: number): number | null {
    // Found in one walk: a text of open braces must not be walked once for each.
    this.closers ??= closersOf(this.folded, this.tokens);
    return this.closers.get(open) ?? null;
  }

  /** Moves past a group and gives what stands in it; null where no group follows. */
  private takeGroup(): Group | null {
    this.skipBlanks();
    const open = this.tokens[this.at];
    if (open?.type !== "openBrace") return null;
    const close = this.matching(this.at);
    const from = this.at + 1;
    const inside = this.tokens.slice(from, close).filter((token) => token.type !== "blank");
    this.at = close + 1;
    return { open, inside, end: this.tokens[close]!, from, close };
  }

  private styled(token: RawToken): void {
    if (Object.hasOwn(switches, token.text)) return;
    const group = this.takeGroup();
    if (!group) {
      const style = styleNames[token.text];
      const next = this.tokens[this.at];
      if (next === undefined) throw errors.endsTooSoon(this.span(token));
      if (next.type === "number" && next.text.length > 1) return;
      const first = this.pieces.length;
      if (this.bold(token, [next], next)) this.at++;
      else this.one(style);
      if (first < this.pieces.length)
        this.pieces[first] = { ...this.pieces[first]!, start: token.start };
      return;
    }
    this.dressed(token, group);
  }

  /** A group in a style: one sign, a word, or names in another alphabet. */
  private dressed(token: RawToken, group: Group): void {
    if (this.bold(token, group.inside, group.end)) return;
    const style = styleNames[token.text];
    const words = group.inside.every((t) => t.type === "word" || t.type === "number");
    if (uprightStyles.has(token.text) && words && group.inside.length > 0) {
      const text = group.inside.map((t) => t.text).join("");
      if (/^[A-Za-z]/u.test(text)) {
        const known = isFunctionName(text);
        // \mathrm is a style; \operatorname and \text name a word.
        const isName = /^\\(?:operatorname\*?|text|mathop|mbox|textrm)$/u.test(token.text);
        const upright = known || (isName && text.length > 1);
        this.put("word", token, group.end, text, upright ? { upright } : {});
        return;
      }
    }
    const first = this.pieces.length;
    this.inside(group, style);
    // The command belongs to what it dresses.
    if (first < this.pieces.length) {
      this.pieces[first] = { ...this.pieces[first]!, start: token.start };
      this.pieces.push({ ...this.pieces.pop()!, end: group.end.end });
    }
  }

  /** `\mathbf{1}`, `\mathbb{R}` and the like: signs that a style makes of a character. */
  private bold(token: RawToken, inside: readonly RawToken[], end: RawToken): boolean {
    const text = inside.map((t) => t.text).join("");
    const heavy = /^\\(?:mathbf|bm|boldsymbol|mathbb|pmb|textbf)$/u.test(token.text);
    if (heavy && (text === "1" || text === foldedOnes)) this.put("ones", token, end, text);
    else if (heavy && text === "0") this.put("zero", token, end, text);
    else if (token.text === "\\mathbb" && text === "R") this.put("reals", token, end, text);
    else if (token.text === "\\mathbb" && text === "S")
      this.put("symmetricMatrices", token, end, text);
    else if (token.text === "\\mathbb" && text === "E")
      throw errors.notInLanguage(this.span(token, end), notInLanguage["\\mathbb{E}"]!);
    else return false;
    return true;
  }

  private accented(token: RawToken): void {
    const group = this.takeGroup();
    const inside = group?.inside ?? this.tokens.slice(this.at, ++this.at);
    const [word] = inside;
    if (!group && word?.type === "word" && word.text.length > 1 && !this.letterOf(word)) {
      // \\hat AX: LaTeX takes one letter.
      const rest = { ...word, text: word.text.slice(1), start: word.start + 1 };
      const letter = { ...word, text: word.text[0]!, end: word.start + 1 };
      this.accent(token, [letter], letter);
      return this.plainWord(rest, undefined);
    }
    this.accent(token, inside, group?.end ?? word);
  }

  private accent(token: RawToken, inside: readonly RawToken[], end: RawToken | undefined): void {
    const letter = inside.length === 1 ? this.letterOf(inside[0]!) : this.styledLetter(inside);
    if (!letter || !end) throw errors.accentNeedsLetter(this.span(token, end ?? token));
    this.put("letter", token, end, (letter + accentMarks[token.text]!).normalize("NFC"));
  }

  private styledLetter(inside: readonly RawToken[]): string | null {
    const kinds = inside.map((t) => t.type).join(" ");
    return /^style openBrace (?:word|command|letter) closeBrace$/u.test(kinds)
      ? this.letterOf(inside[2]!)
      : null;
  }

  private letterOf(token: RawToken): string | null {
    if (token.type === "word" && token.text.length === 1) return token.text;
    if (token.type === "word" && Object.hasOwn(greek, token.text)) return greek[token.text]!;
    if (token.type === "letter") return token.text;
    if (token.type === "command") return greek[token.text.slice(1)] ?? null;
    return null;
  }

  private ignored(token: RawToken): void {
    const group = this.takeGroup();
    if (token.text !== "\\begin" && token.text !== "\\end") return;
    const name = group?.inside.map((t) => t.text).join("") ?? "";
    const isBegin = token.text === "\\begin";
    if (group && matrices.has(name)) {
      this.rows = Math.max(0, this.rows + (isBegin ? 1 : -1));
      const sign = isBegin ? "[" : "]";
      this.put(isBegin ? "openBracket" : "closeBracket", token, group.end, sign);
      return;
    }
    if (!environments.has(name.replace("*", "")))
      throw errors.notInLanguage(
        this.span(token, group?.end ?? token),
        `the environment “${name}” is not in the language`,
      );
    this.display = Math.max(0, this.display + (isBegin ? 1 : -1));
  }

  private group(token: RawToken): void {
    if (this.peek()?.type === "star") {
      this.skipBlanks();
      this.at++;
    }
    const group = this.takeGroup();
    if (!group) throw errors.endsTooSoon(this.span(token));
    const [open, close] = token.text.startsWith("\\norm")
      ? (["openNorm", "closeNorm"] as const)
      : (["openBar", "closeBar"] as const);
    this.put(open, token, group.open, token.text);
    this.inside(group);
    this.put(close, group.end, group.end, "}");
  }

  /** `\boxed{x}` is x. */
  private framed(token: RawToken): void {
    const group = this.takeGroup();
    if (!group) throw errors.endsTooSoon(this.span(token));
    this.inside(group);
  }

  /** `\underset{x}{\min}`: what stands below is a subscript. */
  private below(token: RawToken): void {
    const under = this.takeGroup();
    const over = this.takeGroup();
    if (!under || !over) throw errors.endsTooSoon(this.span(token));
    this.inside(over);
    this.put("underscore", under.open, under.open, "_");
    this.put("openBrace", under.open, under.open, "{");
    this.inside(under);
    this.put("closeBrace", under.end, under.end, "}");
  }

  /** `{}` says nothing, a sign alone needs no braces, and `{\rm tr}` is `\mathrm{tr}`. */
  private brace(token: RawToken): void {
    const before = this.tokens[this.at - 2]?.type;
    const closing = this.matchingOrNull(this.at - 1);
    const first = this.peek();
    if (closing !== null && first !== undefined) {
      const isSwitch = Object.hasOwn(switches, first.text);
      // Longer groups are none of the short forms, and need no look inside.
      const few = isSwitch || closing - this.at <= 6;
      const inside = few
        ? this.tokens.slice(this.at, closing).filter((t) => t.type !== "blank")
        : this.tokens.slice(this.at, this.at + 3);
      const end = this.tokens[closing]!;
      const taken = before === "caret" || before === "underscore";
      if (inside.length === 0 && !taken) this.at = closing + 1;
      else if (inside.length === 1 && first.type === "top" && !taken) {
        this.put("top", token, end, first.text);
        this.at = closing + 1;
      } else if (
        inside.length === 2 &&
        first.type === "style" &&
        this.bold(first, [inside[1]!], end)
      )
        this.at = closing + 1;
      else if (isSwitch) {
        this.skipBlanks();
        this.at++;
        const group = { open: token, inside: inside.slice(1), end, from: this.at, close: closing };
        this.at = closing + 1;
        this.dressed({ ...first, text: switches[first.text]! }, group);
      } else this.put("openBrace", token, token, "{");
      return;
    }
    this.put("openBrace", token, token, "{");
  }

  /** Reads what stands in a group again. */
  private inside(group: Group, style?: string): void {
    const after = this.at;
    this.at = group.from;
    while (this.at < group.close) this.one(style);
    this.at = after;
  }

  private command(token: RawToken, style?: string): void {
    const word = token.text.slice(1);
    if (Object.hasOwn(greek, word)) this.put("letter", token, token, greek[word]!, { style });
    else if (word === "ell") this.put("letter", token, token, "ℓ");
    else if (word === "arg" && /^\\(?:min|max)$/u.test(this.peek()?.text ?? "")) return;
    else if (isFunctionName(word) || ["argmin", "argmax"].includes(word))
      this.put("word", token, token, word, { upright: true });
    else if (Object.hasOwn(notInLanguage, token.text))
      throw errors.notInLanguage(this.span(token), notInLanguage[token.text]!);
    else {
      const known = [...knownCommands, ...["log", "exp", "det"].map((name) => `\\${name}`)];
      throw errors.unknownCommand(
        this.span(token),
        token.text,
        word.length === 1 ? null : suggest(token.text, known),
      );
    }
  }
}

function closersOf(folded: Folded, tokens: readonly RawToken[]): ReadonlyMap<number, number> {
  const found = new Map<number, number>();
  const open: number[] = [];
  for (const [i, token] of tokens.entries())
    if (token.type === "openBrace") {
      open.push(i);
      if (open.length > deepest) throw errors.tooDeep(folded.span(token.start, token.end), deepest);
    } else if (token.type === "closeBrace" && open.length > 0) found.set(open.pop()!, i);
  return found;
}
