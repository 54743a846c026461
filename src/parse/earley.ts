/** @file Parsing by nearley, with the token that comes next in view. */

import nearley from "nearley";
import type { CompiledRules, Grammar } from "nearley";
import compiled from "./grammar.generated.ts";
import type { Token } from "./surface.ts";

let guided: GuidedGrammar | undefined;

/** All that some tokens can be parsed as, or the first token that does not fit. */
export function parsesOf(
  tokens: readonly Token[],
): { readonly results: readonly unknown[] } | { readonly token: Token } {
  guided ??= new GuidedGrammar(compiled);
  const parser = parserOf(guided, new TokenList(tokens, guided, true));
  try {
    parser.feed("");
  } catch (error) {
    if (error instanceof Error && "token" in error) return { token: error.token as Token };
    throw error;
  }
  return parser;
}

/** The types of the tokens that fit where the first one does not. */
export function expectedIn(tokens: readonly Token[]): Set<string> {
  guided ??= new GuidedGrammar(compiled);
  const parser = parserOf(guided, new TokenList(tokens, guided, false));
  try {
    parser.feed("");
  } catch (error) {
    if (!(error instanceof Error && "token" in error)) throw error;
  }
  const { table } = parser as unknown as { table: Table };
  const column = table.at(-2) ?? table.at(-1);
  return new Set((column?.scannable ?? []).map(({ rule, dot }) => terminal(rule.symbols[dot])));
}

/** What nearley keeps of each place: the rules that wait for a token there. */
type Table = { scannable: { rule: { symbols: unknown[] }; dot: number }[] }[];

/** The built-in reports are long and run before the throw. */
class QuietParser extends nearley.Parser {
  reportError(): string {
    return "";
  }
}

/** A parser before its first token, which `lexer` has in view. */
function parserOf(guide: GuidedGrammar, lexer: TokenList): nearley.Parser {
  const parser = guide.begun(() => new QuietParser(guide.grammar, { keepHistory: false }));
  parser.lexer = lexer as unknown as nearley.Lexer;
  return parser;
}

/** A rule that was read up to its `dot`. */
interface State {
  readonly rule: { readonly name: string; readonly symbols: readonly unknown[] };
  readonly dot: number;
  readonly nextState: (read: State) => State;
}

/** What nearley knows of a place in the text. */
interface Column {
  readonly states: State[];
  complete: (this: Column, waiting: State, read: State) => void;
}

type Rules = Grammar["byName"];

/** What a token of one type allows. */
interface View {
  readonly type: string | undefined;
  /** The rules that can begin with it, or stand for nothing before it. */
  readonly rules: Rules;
  /** The symbols that can begin with it, or stand for nothing. */
  readonly begins: ReadonlySet<string>;
  /** The symbols that can end before it. */
  readonly ends: ReadonlySet<string>;
}

/**
 * A grammar that is asked for the rules of a symbol only where these can begin with the token that comes
 * next: nearley predicts all rules else, and most of them in vain.
 */
class GuidedGrammar {
  private readonly all: Rules;
  private readonly nullable: ReadonlySet<string>;
  private readonly bits: ReadonlyMap<string | undefined, Types>;
  private readonly beginnings: ReadonlyMap<string, Types>;
  private readonly followers: ReadonlyMap<string, Types>;
  private readonly views = new Map<string | undefined, View>();
  /** What a parser is given; its rules are those of the last call of `before`. */
  readonly grammar: Grammar;

  constructor(compiled: CompiledRules) {
    this.grammar = nearley.Grammar.fromCompiled(compiled);
    this.all = this.grammar.byName;
    this.nullable = nullableOf(this.grammar);
    this.bits = bitsOf(this.grammar);
    const { beginnings, followers } = surroundings(this.grammar, this.nullable, this.bits);
    this.beginnings = beginnings;
    this.followers = followers;
  }

  /** What the token that comes next allows; null where it is not to be looked at. */
  private next: View | null = null;
  /** What is predicted before a first token; no later one changes it. */
  private readonly firsts = new Map<View | null, Column>();

  /** The parser that is `made` before the token that comes next. */
  begun(made: () => nearley.Parser): nearley.Parser {
    const { byName } = this.grammar;
    const known = this.firsts.get(this.next);
    if (known) this.grammar.byName = {};
    const parser = made();
    const { table } = parser as unknown as { readonly table: [Column] };
    if (this.firsts.size === 0) this.attend(Object.getPrototypeOf(table[0]) as Column);
    if (known) table[0] = known;
    else this.firsts.set(this.next, table[0]);
    this.grammar.byName = byName;
    return parser;
  }

  /** Has nearley keep only those of the rules that were read further which can go on with the next token. */
  private attend(column: Column): void {
    const goesOn = (waiting: State): boolean => this.goesOn(waiting);
    column.complete = function (waiting, read) {
      if (goesOn(waiting)) this.states.push(waiting.nextState(read));
    };
  }

  /** Whether the next token can stand where a rule is that has read what it waits for. */
  private goesOn({ rule: { name, symbols }, dot }: State): boolean {
    const { next } = this;
    if (next === null) return true;
    if (dot + 1 === symbols.length) return next.ends.has(name);
    const symbol = symbols[dot + 1];
    return typeof symbol === "string" ? next.begins.has(symbol) : terminal(symbol) === next.type;
  }

  /** Sets the rules to those that can begin with a token of that type, or at the end of the text. */
  before(type: string | undefined): void {
    let found = this.views.get(type);
    if (!found) this.views.set(type, (found = this.viewOf(type)));
    this.grammar.byName = found.rules;
    this.next = found;
  }

  /** Sets the rules to all: a message says what could have stood there. */
  anywhere(): void {
    this.grammar.byName = this.all;
    this.next = null;
  }

  private viewOf(type: string | undefined): View {
    const bit = this.bits.get(type) ?? 0n;
    const names = Object.keys(this.all);
    const begins = new Set(
      names.filter((name) => this.nullable.has(name) || (this.beginnings.get(name)! & bit) !== 0n),
    );
    const ends = new Set(names.filter((name) => (this.followers.get(name)! & bit) !== 0n));
    const fits = ({ symbols }: { readonly symbols: readonly unknown[] }): boolean => {
      for (const symbol of symbols) {
        if (typeof symbol !== "string") return terminal(symbol) === type;
        if ((this.beginnings.get(symbol)! & bit) !== 0n) return true;
        if (!this.nullable.has(symbol)) return false;
      }
      return true;
    };
    const rules = Object.fromEntries(
      Object.entries(this.all).map(([name, all]) => [name, all.filter(fits)]),
    );
    return { type, rules, begins, ends };
  }
}

const terminal = (symbol: unknown): string => (symbol as { type: string }).type;

/** The symbols that can stand for nothing. */
function nullableOf({ rules }: Grammar): Set<string> {
  const found = new Set<string>();
  for (let size = -1; size < found.size; ) {
    size = found.size;
    for (const { name, symbols } of rules)
      if (symbols.every((s) => typeof s === "string" && found.has(s))) found.add(name);
  }
  return found;
}

/** A set of token types, a bit for each; the end of the text is one of them. */
type Types = bigint;

/** The bit of each type that a grammar names. */
function bitsOf({ rules }: Grammar): Map<string | undefined, Types> {
  const bits = new Map<string | undefined, Types>([[undefined, 1n]]);
  for (const { symbols } of rules)
    for (const symbol of symbols)
      if (typeof symbol !== "string" && !bits.has(terminal(symbol)))
        bits.set(terminal(symbol), 1n << BigInt(bits.size));
  return bits;
}

/** The types of the tokens that each symbol can begin with, and of those that can stand after it. */
function surroundings(
  { rules, start }: Grammar,
  nullable: ReadonlySet<string>,
  bits: ReadonlyMap<string | undefined, Types>,
): Record<"beginnings" | "followers", ReadonlyMap<string, Types>> {
  const beginnings = new Map(rules.map(({ name }) => [name, 0n]));
  const followers = new Map(beginnings).set(start, bits.get(undefined)!);
  let grows = true;
  const join = (sets: Map<string, Types>, name: string, more: Types): void => {
    const own = sets.get(name)!;
    if ((own | more) === own) return;
    sets.set(name, own | more);
    grows = true;
  };
  while (grows) {
    grows = false;
    for (const { name, symbols } of rules) {
      // From the last symbol back: what can come after the one that is looked at, and what it begins with.
      let after = followers.get(name)!;
      let begins = 0n;
      for (const symbol of symbols.toReversed()) {
        if (typeof symbol !== "string") {
          after = begins = bits.get(terminal(symbol))!;
          continue;
        }
        join(followers, symbol, after);
        const own = beginnings.get(symbol)!;
        const isOptional = nullable.has(symbol);
        after = isOptional ? after | own : own;
        begins = isOptional ? begins | own : own;
      }
      join(beginnings, name, begins);
    }
  }
  return { beginnings, followers };
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
}
