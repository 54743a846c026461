/** @file Texts in, statements out: folding, lexing and the nearley grammar, in that order. */

import { errors } from "../diagnostics/errors.ts";
import type { Source, Span } from "../diagnostics/source.ts";
import { fold } from "./fold.ts";
import { GuidedGrammar } from "./guided.ts";
import { unwrapped } from "./latex.ts";
import { collectNames, noNames, statementsOf } from "./statements.ts";
import type { Names, RawStatement } from "./statements.ts";
import { numberStatement } from "./numbers.ts";
import type { Statement, Token } from "./surface.ts";
import { tokensOf } from "./tokens.ts";

import nearley from "nearley";
import compiled from "./grammar.generated.ts";

/** The longest text that is read, in UTF-16 units. */
export const longest = 100_000;

/** The most signs and names that one statement may have. */
const mostTokens = 30_000;

/** The most statements that a problem may have. */
const mostStatements = 10_000;

let guided: GuidedGrammar | undefined;

/** Reads the statements of some sources; names that one introduces hold in all. */
export function read(sources: readonly Source[]): { statements: Statement[]; names: Names } {
  const names = noNames();
  const raw = sources.flatMap(cut);
  const [first] = raw.slice(mostStatements);
  if (first) throw errors.manyStatements(spanOf(first), mostStatements);
  for (const statement of raw) collectNames(statement, names);
  // f: ℝ^n→ℝ beside f(x) = …: the formula says more.
  for (const name of names.formulas.keys()) names.functions.delete(name);
  const statements = raw.map((statement) => parse(statement, names));
  for (const { styles } of raw)
    for (const [name, style] of styles)
      if (style === "bold" && /^\p{Ll}/u.test(name)) names.bold.add(name);
  return { statements, names };
}

/** A statement in known names before it is parsed. */
export interface Unparsed {
  /** What its tokens say: statements with the same are read alike. */
  readonly key: string;
  readonly parse: () => Statement;
}

/** Reads the statements of a text that introduces no names. */
export const readIn = (names: Names, source: Source): Unparsed[] =>
  cut(source).map((statement) => {
    const given = numberStatement(statement);
    if (given) return { key: "", parse: () => given };
    const tokens = tokensOf(statement, names, true);
    return { key: keyOf(tokens), parse: () => parseTokens(statement, tokens) };
  });

function cut(source: Source): RawStatement[] {
  if (source.text.length > longest)
    throw errors.tooLong({ source, start: longest, end: longest + 1 }, longest);
  const folded = fold(source);
  return statementsOf(folded, unwrapped(folded));
}

/** Parses one statement; a text with more than one parse is our bug. */
function parse(statement: RawStatement, names: Names): Statement {
  const given = numberStatement(statement);
  if (given) return given;
  return parseTokens(statement, tokensOf(statement, names, false));
}

function parseTokens(statement: RawStatement, tokens: readonly Token[]): Statement {
  if (tokens.length > mostTokens) throw errors.longStatement(tokens[mostTokens]!.span, mostTokens);
  guided ??= new GuidedGrammar(compiled);
  let parser: nearley.Parser;
  try {
    parser = fed(guided, tokens);
  } catch (error) {
    if (error instanceof Error && "token" in error)
      throw unexpected(statement, tokens, error.token as Token, guided);
    throw error;
  }
  const { results } = parser;
  if (results.length === 1) return (results[0] as () => Statement)();
  if (results.length > 1) throw new Error(`internal: ${results.length} parses of one statement`);
  throw endsTooSoon(statement, tokens);
}

/** Tokens whose type says all. */
const signs = new Set(
  "plus minus caret comma transpose inverseTranspose openParen closeParen openBrace closeBrace".split(
    " ",
  ),
);
/** What a factor may end and begin with, for a star between two to say no more than a blank. */
const ends = new Set([
  "name",
  "number",
  "transpose",
  "inverseTranspose",
  "closeParen",
  "closeBrace",
]);
const begins = new Set(["name", "callee", "openParen"]);
/** What binds as loosely as a product, so that stars in it count. */
const loose = new Set(["slash", "prefix", "prefixTrace", "sum"]);

/** Types and values; a star between plain factors is left out. */
function keyOf(tokens: readonly Token[]): string {
  const isPlain = tokens.every(({ type }) => !loose.has(type));
  const isBlank = (i: number): boolean => {
    const [before, after] = [tokens[i - 1]?.type ?? "", tokens[i + 1]?.type ?? ""];
    const isCall = before === "name" && after === "openParen";
    return isPlain && ends.has(before) && begins.has(after) && !isCall;
  };
  return tokens
    .filter(({ type }, i) => type !== "star" || !isBlank(i))
    .map(({ type, value }) => (signs.has(type) ? type : `${type} ${value}`))
    .join("\n");
}

/**
 * A parser that has read the tokens; `seen` gets the parser before, and all
 * that could stand at each place is tried then.
 */
function fed(
  guide: GuidedGrammar,
  tokens: readonly Token[],
  seen?: (parser: nearley.Parser) => void,
): nearley.Parser {
  const list = new TokenList(tokens, guide, seen === undefined);
  const parser = new nearley.Parser(guide.grammar, { keepHistory: false });
  parser.lexer = list as unknown as nearley.Lexer;
  // The built-in reports are long and run before the throw.
  Object.assign(parser, { reportError: () => "", reportLexerError: () => "" });
  seen?.(parser);
  parser.feed("");
  return parser;
}

const spanOf = ({ folded, pieces }: RawStatement): Span =>
  folded.span(pieces[0]!.start, pieces.at(-1)!.end);

function endsTooSoon(statement: RawStatement, tokens: readonly Token[]): Error {
  const open = lastOpen(tokens);
  if (open) return errors.unclosed(open.span, open.text);
  const last = statement.pieces.at(-1)!;
  return errors.endsTooSoon(statement.folded.span(last.start, last.end));
}

function lastOpen(tokens: readonly Token[]): Token | undefined {
  const stack: Token[] = [];
  for (const token of tokens)
    if (token.type.startsWith("open")) stack.push(token);
    else if (token.type.startsWith("close")) stack.pop();
  return stack.at(-1);
}

function unexpected(
  statement: RawStatement,
  tokens: readonly Token[],
  token: Token,
  guide: GuidedGrammar,
): Error {
  const index = tokens.indexOf(token);
  const before = tokens.slice(0, index);
  const span: Span = token.span;
  if (token.type.startsWith("close")) {
    const open = lastOpen(before);
    if (!open) return errors.unexpected(span, token.text, "no bracket is open here");
    if (open.type === "openBar" && token.type === "closeParen")
      return errors.notInLanguage(
        open.span,
        "this bar is not closed; conditions, as in p(x|y), are not in the language",
      );
    if (open.type.slice(4) !== token.type.slice(5))
      return errors.unexpected(span, token.text, `it does not close “${open.text}”`);
    return errors.unexpected(span, token.text, "an operand is missing before it");
  }
  const previous = tokens[index - 1];
  if (
    token.type === "caret" &&
    previous &&
    ["name", "number", "closeBrace"].includes(previous.type) &&
    tokens[index - 2] &&
    isExponentBefore(tokens, index)
  )
    return errors.stackedPowers(span, textBefore(statement, tokens, index));
  if (token.type === "to")
    return errors.unexpected(
      span,
      token.text,
      "functions are  f: ℝ→ℝ,  C: ℝ^n→ℝ  or  f: ℝ^d×ℝ^p→ℝ",
    );
  return errors.unexpected(span, token.text, expectation(guide, tokens));
}

function isExponentBefore(tokens: readonly Token[], index: number): boolean {
  return tokens.slice(Math.max(0, index - 6), index).some((t) => t.type === "caret");
}

const textBefore = (statement: RawStatement, tokens: readonly Token[], index: number): string =>
  statement.folded.text.slice(tokens[Math.max(0, index - 4)]!.offset, tokens[index]!.offset);

/** What nearley keeps of each place: the rules that wait for a token there. */
type Table = { scannable: { rule: { symbols: unknown[] }; dot: number }[] }[];

/** What could have stood there, in a few words. */
function expectation(guide: GuidedGrammar, tokens: readonly Token[]): string {
  let table: Table = [];
  try {
    fed(guide, tokens, (parser) => ({ table } = parser as unknown as { table: Table }));
  } catch (error) {
    if (!(error instanceof Error && "token" in error)) throw error;
  }
  const column = table.at(-2) ?? table.at(-1);
  const types = new Set<string>();
  for (const state of column?.scannable ?? []) {
    const symbol = state.rule.symbols[state.dot] as { type?: string } | undefined;
    if (symbol?.type) types.add(symbol.type);
  }
  if (types.has("number") && types.has("openParen"))
    return "a name, a number or a bracket is expected";
  return "";
}

/** A list of tokens in the dress of a nearley lexer. */
class TokenList {
  private at = 0;
  private readonly tokens: readonly Token[];
  private readonly guide: GuidedGrammar;
  private readonly isGuided: boolean;
  constructor(tokens: readonly Token[], guide: GuidedGrammar, isGuided: boolean) {
    this.tokens = tokens;
    this.guide = guide;
    this.isGuided = isGuided;
    this.look();
  }
  next(): Token | undefined {
    const token = this.tokens[this.at++];
    this.look();
    return token;
  }
  /** What is predicted next begins with the token that comes next. */
  private look(): void {
    if (this.isGuided) this.guide.before(this.tokens[this.at]?.type);
    else this.guide.anywhere();
  }
  reset(): void {}
  save(): undefined {
    return undefined;
  }
  formatError(): string {
    return "";
  }
  has(): boolean {
    return true;
  }
}
