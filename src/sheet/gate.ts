/** @file Reads what a person typed for a formula and writes it anew, out of nothing but what is known to be harmless. */

import { errors } from "../diagnostics/errors.ts";
import type { Span } from "../diagnostics/source.ts";
import { textOf } from "../diagnostics/source.ts";
import { suggest } from "../diagnostics/suggest.ts";
import {
  accentCommand,
  between,
  isNative,
  scriptCommand,
  scripts,
  signCommand,
} from "../report/characters.ts";
import {
  argumentsOf,
  commands,
  delimiters,
  environments,
  isAccent,
  isCostly,
  standsInBold,
  synonyms,
  takesOption,
  takesText,
} from "./commands.ts";

/** Something that is open: braces, an option, \left, an environment, or an argument without braces. */
interface Group {
  /** What ends it; null where that is its last argument. */
  readonly closedBy: "}" | "]" | "\\right" | "\\end" | null;
  /** The command or environment that it belongs to. */
  readonly name: string;
  readonly opening: string;
  /** Where it begins in what is written. */
  readonly start: number;
  readonly span: Span;
  readonly isText: boolean;
  readonly isBold: boolean;
  /** How many costly commands it stands in. */
  readonly costly: number;
  /** How many columns its rows have at most; 0 where it has no rows. */
  readonly columns: number;
  column: number;
  /** How many arguments the command `owner` in it still needs. */
  owed: number;
  owner: string;
}

const longest = 10_000;
const deepest = 30;
const deepestCostly = 4;

const tokens = new RegExp(
  [
    String.raw`\\begin\s*\{array\}\s*\{[^{}]*\}`,
    String.raw`\\(?:begin|end)\s*\{[^{}]*\}`,
    String.raw`\\\\(?:\[\d{1,2}(?:\.\d{1,2})?(?:pt|em|ex|mm|cm)\])?`,
    String.raw`\\[A-Za-z]+|\\[^]|\s+|\^\^`,
    `${scripts.above}|${scripts.below}`,
    String.raw`\p{L}\p{M}+|[^]`,
  ].join("|"),
  "gu",
);

/** Commands of one sign that are nothing but that sign or a blank. */
const plainCommand = /^\\[ ,:;!>|{}%&#_$]$/u;
const plainInText = /^(?:[A-Za-z0-9.,:;!?()+\-*/='"<>|@`~[\]]|\\[ ,{}%&#_$])$/u;
const plainInBold = /^[A-Za-z0-9+\-=<>()|/,.^_{}]$/u;
const plainInFormula = /^[A-Za-z0-9+\-*/=<>()[\]|.,:;!?@"`~']$/u;

/** Reads a formula from left to right and writes it anew. */
export class Gate {
  private text = "";
  private at = 0;
  private token = "";
  /** \left and its like, until the bracket that follows. */
  private sizing: string | null = null;
  private readonly latex: string;
  private readonly span: Span;
  private readonly open: Group[];

  constructor(latex: string, span: Span) {
    this.latex = latex;
    this.span = span;
    this.open = [group({ closedBy: null, span })];
  }

  read(): string {
    if (this.latex.trim() === "") throw errors.emptyFormula(this.span);
    if (this.latex.length > longest) throw errors.tooLong(this.span, longest);
    for (const { 0: token, index } of this.latex.matchAll(tokens)) {
      this.at = index;
      this.token = token;
      this.take(token);
    }
    this.end();
    return this.text.replace(/(?<!\\) $/u, "");
  }

  private take(token: string): void {
    const { top } = this;
    if (/^\s/u.test(token)) return this.blank();
    if (this.sizing !== null) return this.delimiter(this.sizing, token);
    if (top.isBold || (top.owed > 0 && top.owner === "bm")) this.refuseInBold(token);
    if (token === "{") return this.begin("}", token, this.argumentOf());
    if (token === "[" && top.owed > 0 && /\w/u.test(top.owner)) return this.option();
    if (token === "]" && top.closedBy === "]") return this.close("]", "}]");
    if (token === "}") return this.close("}", "}");
    if (top.isText) return this.inText(token);
    if (/^\\[A-Za-z]/u.test(token)) return this.command(token);
    if (token.startsWith("\\\\") || token === "&") return this.cell(token);
    if (token === "^" || token === "_") return this.owe(token, 1);
    return this.sign(token);
  }

  private option(): void {
    const { owner } = this.top;
    if (!takesOption(owner) || !this.text.trimEnd().endsWith(`\\${owner}`))
      throw this.needsBraces();
    this.top.owner = `${owner}[]`;
    this.begin("]", "[{", this.top.owner);
  }

  private refuseInBold(token: string): void {
    const written = scriptCommand(token) ? "^" : (signCommand(token) ?? token);
    const word = /^\\([A-Za-z]+)/u.exec(written)?.[1];
    const isKnown = word === undefined ? plainInBold.test(written) : standsInBold(word);
    // An accent loses its way in \bm within another accent.
    const isTwice = this.open.some(({ name, isBold }) => !isBold && isAccent(name));
    if (!isKnown || (isTwice && isAccent(word ?? ""))) throw errors.formulaInBold(this.here, token);
  }

  private inText(token: string): void {
    const name = token.slice(1);
    if (takesText(name) && token.startsWith("\\")) return this.command(token);
    const letter = token.normalize("NFC");
    if (!plainInText.test(letter) && !isNative(letter)) throw this.refused(token);
    return this.put(letter);
  }

  private command(token: string): void {
    const [, word = "", argument = "", columns = ""] =
      /^\\(\w+)(?:\s*\{([^{}]*)\})?(?:\s*\{([^{}]*)\})?/u.exec(token)!;
    if (word === "begin" && argument !== "") return this.beginEnvironment(argument, columns);
    if (word === "end" && argument !== "") return this.endEnvironment(argument);
    if (/^(?:left|right|middle|[bB]igg?[lrm]?)$/u.test(word)) return this.size(token);
    if (word === "hline" && this.top.name === "array") return this.emit(token);
    const synonym = synonyms.get(word);
    const count = argumentsOf(word);
    if (synonym !== undefined && count === null) return this.put(synonym);
    if (count === null) {
      const close = suggest(word, commands);
      throw errors.formulaCommand(this.here, token, close === null ? null : `\\${close}`);
    }
    return count === 0 ? this.put(token) : this.owe(synonym ?? token, count);
  }

  private sign(token: string): void {
    if (token === "*" && this.text.endsWith("\\operatorname")) return this.emit("*");
    const script = scriptCommand(token);
    if (script !== null && this.top.owed === 0) return this.emit(script);
    const isPlain = plainInFormula.test(token) || plainCommand.test(token);
    const written = isPlain ? token : (signCommand(token) ?? accentCommand(token));
    if (written === null) throw this.refused(token);
    if (this.top.owed > 0 && /^['~]/u.test(written)) throw this.needsBraces();
    return this.put(written);
  }

  /** Writes what needs no argument; where it is one itself it gets braces. */
  private put(written: string): void {
    const { top } = this;
    if (takesText(top.owner) && top.owed > 0) throw this.needsBraces();
    const isBare =
      top.owed > 0 && (written.startsWith("\\") || (top.isBold && /\w/u.test(top.owner)));
    if (top.owed > 0) top.owed -= 1;
    this.emit(isBare ? `{${written}}` : written);
    this.settle();
  }

  /** A command that needs arguments, or ^ or _. */
  private owe(written: string, count: number): void {
    const { top } = this;
    const name = written.replace("\\", "");
    const isScript = written.length === 1;
    if (top.owed > 0 && (takesText(top.owner) || isScript)) throw this.needsBraces();
    // Without braces \bm makes an accent of other signs.
    if (top.owed > 0 || (top.isBold && !isScript)) this.begin(null, "{", this.argumentOf());
    this.emit(written);
    Object.assign(this.top, { owed: count, owner: name });
  }

  /** The command whose argument begins here; none where no argument is owed. */
  private argumentOf(): string {
    const { top } = this;
    if (top.owed === 0) return "";
    top.owed -= 1;
    return top.owner;
  }

  private begin(closedBy: Group["closedBy"], written: string, name: string, columns = 0): void {
    const { top } = this;
    const costly = top.costly + (isCostly(name) ? 1 : 0);
    if (costly > deepestCostly) throw errors.formulaDeep(this.here, `\\${name}`, deepestCostly);
    // An accent within another loses its way there.
    if (name.endsWith("phantom") && this.open.some((group) => isAccent(group.name)))
      throw errors.formulaRefused(this.here, `no \\${name} stands below an accent`);
    if (this.open.length > deepest) throw errors.tooDeep(this.here, deepest);
    const isBold = top.isBold || name === "bm";
    const isText = top.isText || (takesText(name) && closedBy === "}");
    const rows = name === "substack" && closedBy === "}" ? 1 : columns;
    this.emit(written);
    const [span, opening, start] = [this.here, this.token, this.text.length];
    const kept = { closedBy, name, opening, start, span, isText, isBold, costly };
    this.open.push(group({ ...kept, columns: rows }));
  }

  private close(closedBy: Group["closedBy"], written: string): void {
    if (this.top.owed > 0) throw this.needsBraces();
    if (this.top.closedBy !== closedBy || this.open.length === 1) throw this.unfit();
    const { name, start } = this.top;
    this.open.pop();
    this.emit(written);
    if (name === "bm" && /[\^_]/u.test(this.text.slice(start))) this.enclose(start);
    this.settle();
  }

  /** \bm leaves indices outside: what comes next would be a second one. */
  private enclose(start: number): void {
    const from = this.text.lastIndexOf("\\bm", start);
    this.text = `${this.text.slice(0, from)}{${this.text.slice(from)}}`;
  }

  /** Ends the arguments without braces that have all of theirs. */
  private settle(): void {
    while (this.top.closedBy === null && this.top.owed === 0 && this.open.length > 1) {
      this.open.pop();
      this.emit("}");
    }
  }

  private size(token: string): void {
    if (this.top.owed > 0) throw this.needsBraces();
    if (token === "\\middle" && this.top.closedBy !== "\\right") throw this.unfit();
    if (token === "\\right") this.close("\\right", token);
    else this.emit(token);
    this.sizing = token;
  }

  private delimiter(sizing: string, token: string): void {
    const written = signCommand(token) ?? token;
    if (!delimiters.has(written)) throw errors.formulaBracket(this.here, sizing);
    if (sizing === "\\left") this.begin("\\right", written, "");
    else this.emit(written);
    this.sizing = null;
  }

  private beginEnvironment(name: string, columns: string): void {
    if (this.top.owed > 0) throw this.needsBraces();
    // In an alignment \sqrt[…] takes the & of another for its own.
    if (this.open.some(({ closedBy }) => closedBy === "]"))
      throw errors.formulaRefused(this.here, "no environment stands in square brackets");
    const array = name === "array" ? columns.replace(/\s/gu, "") : null;
    const isArray = array !== null && /^\|*(?:[lcr]\|{0,2}){1,20}$/u.test(array);
    const known = isArray
      ? { printed: "array", columns: array.replaceAll("|", "").length }
      : environments.get(name);
    if (!known)
      throw errors.formulaEnvironment(this.here, name, [...environments.keys()].join(", "));
    const written = `\\begin{${known.printed}}${isArray ? `{${array}}` : ""}`;
    this.begin("\\end", written + this.guard(), name, known.columns);
  }

  private endEnvironment(name: string): void {
    if (this.top.name !== name) throw this.unfit();
    const printed = environments.get(name)?.printed ?? name;
    this.close("\\end", `\\end{${printed}}`);
  }

  private cell(token: string): void {
    const { top } = this;
    if (top.owed > 0) throw this.needsBraces();
    if (top.columns === 0) throw errors.formulaSign(this.here, token, hints.get(token.slice(0, 2)));
    top.column = token === "&" ? top.column + 1 : 1;
    if (top.column > top.columns) throw errors.formulaColumns(this.here, top.name, top.columns);
    this.emit(token === "&" ? token : token + this.guard());
  }

  /** Keeps what follows from being an option. */
  private guard(): string {
    return /^\s*[[*]/u.test(this.latex.slice(this.at + this.token.length)) ? "{}" : "";
  }

  private blank(): void {
    if (this.text !== "" && !/\s$/u.test(this.text)) this.text += " ";
  }

  private emit(written: string): void {
    // \dots looks at what follows, and fails on \bm.
    if (written === "\\bm") this.text = this.text.replace(/\\dots\s*$/u, "\\dots{}");
    this.text += between(this.text, written) + written;
  }

  private end(): void {
    if (this.sizing !== null) throw errors.formulaBracket(this.here, this.sizing);
    if (this.top.owed > 0) throw this.needsBraces();
    if (this.open.length > 1) throw this.unfit();
  }

  private get top(): Group {
    return this.open.at(-1)!;
  }

  private get here(): Span {
    const { source, start } = this.span;
    if (textOf(this.span) !== this.latex) return this.span;
    return { source, start: start + this.at, end: start + this.at + this.token.length };
  }

  private refused(token: string): Error {
    if (/^\\./u.test(token)) return errors.formulaCommand(this.here, token, null);
    return errors.formulaSign(this.here, token, hints.get(token));
  }

  private needsBraces(): Error {
    const { owner } = this.top;
    return errors.formulaArgument(this.here, /^\w/u.test(owner) ? `\\${owner}` : owner);
  }

  /** What is open and what ends do not fit. */
  private unfit(): Error {
    const { top } = this;
    return this.open.length === 1
      ? errors.formulaOpen(this.here, this.token, "beginning")
      : errors.formulaOpen(top.span, top.opening, "end");
  }
}

const hints: ReadonlyMap<string, string> = new Map([
  ["%", "\\%"],
  ["#", "\\#"],
  ["$", "\\$"],
  ["&", "\\begin{aligned} a &= b \\end{aligned}"],
  ["\\\\", "\\begin{aligned} a \\\\ b \\end{aligned}"],
]);

const group = (given: Partial<Group> & Pick<Group, "closedBy" | "span">): Group => ({
  name: "",
  opening: "",
  start: 0,
  isText: false,
  isBold: false,
  costly: 0,
  columns: 0,
  column: 1,
  owed: 0,
  owner: "",
  ...given,
});
