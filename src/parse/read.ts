/** @file Texts in, statements out: folding, lexing and the nearley grammar, in that order. */

import { errors } from "../diagnostics/errors.ts";
import type { Source, Span } from "../diagnostics/source.ts";
import { expectedIn, parsesOf } from "./earley.ts";
import { fold } from "./fold.ts";
import { unwrapped } from "./latex.ts";
import { collectNames, noNames, statementsOf } from "./statements.ts";
import type { Names, Opened, RawStatement } from "./statements.ts";
import { numberStatement } from "./numbers.ts";
import type { Statement, Surface, Token } from "./surface.ts";
import { tokensOf } from "./tokens.ts";

/** The longest text that is read, in UTF-16 units. */
export const longest = 100_000;

/** The most signs and names that one statement may have. */
const mostTokens = 30_000;

/** The most statements that a problem may have. */
const mostStatements = 10_000;

/** Reads the statements of some sources; names that one introduces hold in all. */
export function read(sources: readonly Source[]): { statements: Statement[]; names: Names } {
  const names = noNames();
  const raw = sources.flatMap((source) => cut(source));
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

/** The expression that a statement, or a part of one, is in known names. */
export function expressionIn(names: Names, statement: RawStatement): Surface {
  const read = parseTokens(statement, tokensOf(statement, names, true));
  if (read.kind !== "objective") throw errors.noExpression(read.span);
  return read.body;
}

/** The statements of a source, before their words are told apart. */
export function cut(source: Source, opened?: Opened): RawStatement[] {
  if (source.text.length > longest)
    throw errors.tooLong({ source, start: longest, end: longest + 1 }, longest);
  const folded = fold(source);
  return statementsOf(folded, unwrapped(folded), opened);
}

/** Parses one statement; a text with more than one parse is our bug. */
function parse(statement: RawStatement, names: Names): Statement {
  const given = numberStatement(statement);
  if (given) return given;
  return parseTokens(statement, tokensOf(statement, names, false));
}

function parseTokens(statement: RawStatement, tokens: readonly Token[]): Statement {
  if (tokens.length > mostTokens) throw errors.longStatement(tokens[mostTokens]!.span, mostTokens);
  const found = parsesOf(tokens);
  if ("token" in found) throw unexpected(statement, tokens, found.token);
  const { results } = found;
  if (results.length === 1) return (results[0] as () => Statement)();
  if (results.length > 1) throw new Error(`internal: ${results.length} parses of one statement`);
  throw endsTooSoon(statement, tokens);
}

/** Tokens whose type says all. */
const signs = new Set(
  "plus minus caret comma odot oslash transpose inverseTranspose openParen closeParen openBrace closeBrace".split(
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
/** After these it counts where a factor ends: in tr A·B, in a/b·c. */
const loose = new Set(["slash", "prefix", "prefixTrace", "sum"]);

/** Types and values; a star between plain factors is left out, and braces around ^{-1}. */
function keyOf(tokens: readonly Token[]): string {
  const type = (i: number): string => tokens[i]?.type ?? "";
  /** Where the brace at `i` closes, which holds no more than a number or a name. */
  const closing = (i: number): number => {
    if (type(i) !== "openBrace" || type(i - 1) !== "caret") return -1;
    const at = type(i + 1) === "minus" ? i + 2 : i + 1;
    return ["number", "name"].includes(type(at)) && type(at + 1) === "closeBrace" ? at + 1 : -1;
  };
  const braces = new Set<number>();
  for (const [i] of tokens.entries()) {
    const end = closing(i);
    if (end >= 0) braces.add(i).add(end);
  }
  const first = tokens.findIndex(({ type }) => loose.has(type));
  const isBlank = (i: number): boolean =>
    (first < 0 || i < first) && ends.has(type(i - 1)) && begins.has(type(i + 1));
  return tokens
    .filter((token, i) => !braces.has(i) && (token.type !== "star" || !isBlank(i)))
    .map((token) => (signs.has(token.type) ? token.type : `${token.type} ${token.value}`))
    .join("\n");
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

function unexpected(statement: RawStatement, tokens: readonly Token[], token: Token): Error {
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
  const called = token.type === "comma" ? calledBefore(before) : null;
  if (called) return errors.undeclaredFunction(span, called.text);
  return errors.unexpected(span, token.text, expectation(tokens));
}

/** The name before the bracket that is open there: the f of f(x, θ), which nothing declares. */
function calledBefore(tokens: readonly Token[]): Token | null {
  const open = lastOpen(tokens);
  const name = open?.type === "openParen" ? tokens[tokens.indexOf(open) - 1] : undefined;
  return name?.type === "name" ? name : null;
}

function isExponentBefore(tokens: readonly Token[], index: number): boolean {
  return tokens.slice(Math.max(0, index - 6), index).some((t) => t.type === "caret");
}

const textBefore = (statement: RawStatement, tokens: readonly Token[], index: number): string =>
  statement.folded.text.slice(tokens[Math.max(0, index - 4)]!.offset, tokens[index]!.offset);

/** What could have stood there, in a few words. */
function expectation(tokens: readonly Token[]): string {
  const types = expectedIn(tokens);
  return types.has("number") && types.has("openParen")
    ? "a name, a number or a bracket is expected"
    : "";
}
