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
  reportLexerError(): string {
    return "";
  }
}

function parserOf(guide: GuidedGrammar, lexer: TokenList): nearley.Parser {
  const parser = new QuietParser(guide.grammar, { keepHistory: false });
  const [first] = (parser as unknown as { table: readonly Column[] }).table;
  guide.attend(Object.getPrototypeOf(first) as Column);
  parser.lexer = lexer as unknown as nearley.Lexer;
  return parser;
}

/** A rule that was read up to its `dot`. */
interface State {
  readonly rule: { readonly symbols: readonly unknown[] };
  readonly dot: number;
  readonly isComplete: boolean;
  readonly nextState: (read: State) => State;
}

/** What nearley knows of a place in the text. */
interface Column {
  readonly states: State[];
  complete: (this: Column, waiting: State, read: State) => void;
}

type Rules = Grammar["byName"];

/**
 * A grammar that is asked for the rules of a symbol only where these can begin with the token that comes
 * next: nearley predicts all rules else, and most of them in vain.
 */
class GuidedGrammar {
  private readonly all: Rules;
  private readonly beginnings: ReadonlyMap<string, ReadonlySet<string>>;
  private readonly nullable: ReadonlySet<string>;
  private readonly views = new Map<string | undefined, Rules>();
  /** What a parser is given; its rules are those of the last call of `before`. */
  readonly grammar: Grammar;

  constructor(compiled: CompiledRules) {
    this.grammar = nearley.Grammar.fromCompiled(compiled);
    this.all = this.grammar.byName;
    this.nullable = nullableOf(this.grammar);
    this.beginnings = beginningsOf(this.grammar, this.nullable);
  }

  /** The type of the token that comes next; null where it is not to be looked at. */
  private next: string | undefined | null = null;
  private isAttended = false;

  /** Has nearley keep only those of the rules that were read further which can go on with the next token. */
  attend(column: Column): void {
    if (this.isAttended) return;
    this.isAttended = true;
    const goesOn = (state: State): boolean => this.goesOn(state);
    column.complete = function (waiting, read) {
      const state = waiting.nextState(read);
      if (goesOn(state)) this.states.push(state);
    };
  }

  private goesOn({ rule, dot, isComplete }: State): boolean {
    const { next } = this;
    if (next === null || isComplete) return true;
    const symbol = rule.symbols[dot];
    if (typeof symbol !== "string") return terminal(symbol) === next;
    if (this.nullable.has(symbol)) return true;
    return next !== undefined && this.beginnings.get(symbol)!.has(next);
  }

  /** Sets the rules to those that can begin with a token of that type, or at the end of the text. */
  before(type: string | undefined): void {
    let found = this.views.get(type);
    if (!found) this.views.set(type, (found = this.viewOf(type)));
    this.grammar.byName = found;
    this.next = type;
  }

  /** Sets the rules to all: a message says what could have stood there. */
  anywhere(): void {
    this.grammar.byName = this.all;
    this.next = null;
  }

  private viewOf(type: string | undefined): Rules {
    const begins = (symbols: readonly unknown[]): boolean => {
      for (const symbol of symbols) {
        if (typeof symbol !== "string") return terminal(symbol) === type;
        if (type !== undefined && this.beginnings.get(symbol)?.has(type)) return true;
        if (!this.nullable.has(symbol)) return false;
      }
      return true;
    };
    return Object.fromEntries(
      Object.entries(this.all).map(([name, rules]) => [
        name,
        rules.filter((rule) => begins(rule.symbols)),
      ]),
    );
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

/** The types of the tokens that a symbol can begin with. */
function beginningsOf({ rules }: Grammar, nullable: ReadonlySet<string>): Map<string, Set<string>> {
  const found = new Map(rules.map(({ name }) => [name, new Set<string>()]));
  let grows = true;
  while (grows) {
    grows = false;
    for (const { name, symbols } of rules) {
      const own = found.get(name)!;
      const before = own.size;
      for (const symbol of symbols) {
        if (typeof symbol !== "string") {
          own.add(terminal(symbol));
          break;
        }
        for (const type of found.get(symbol) ?? []) own.add(type);
        if (!nullable.has(symbol)) break;
      }
      grows ||= own.size > before;
    }
  }
  return found;
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
