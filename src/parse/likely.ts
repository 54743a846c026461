/** @file Names that are likely vectors: they stand where most have one, though nothing says that they are. */

import { functionNamed } from "../ops/functions.ts";
import type { Of, Typed } from "./infer.ts";
import { isSure } from "./kinds.ts";
import type { Surface } from "./surface.ts";
import type { SymbolEntry } from "./symbols.ts";

/** What is asked of the names of a problem. */
interface NamesMet {
  /** What is given for a parameter. */
  given(name: string): Typed | undefined;
  /** The name, or that of the many of which it is one. */
  wholeOf(e: Of<"name">): SymbolEntry | null;
  /** Whether nothing declares or defines it. */
  isFree(e: Of<"name">, symbol: SymbolEntry): boolean;
}

/** Which names are vectors where nothing else is known of them, and why. */
export class Likely {
  private readonly reasons = new Map<string, string>();
  /** Names of whose definitions something was said. */
  private readonly likened = new Set<string>();
  private readonly names: NamesMet;
  constructor(names: NamesMet) {
    this.names = names;
  }

  has(name: string): boolean {
    return this.reasons.has(name);
  }

  why(name: string): string | undefined {
    return this.reasons.get(name);
  }

  /** Whether it says more than how it looks. */
  isSure(name: string): boolean {
    return isSure(this.reasons.get(name));
  }

  say(name: string, why: string): void {
    if (!this.isSure(name)) this.reasons.set(name, why);
  }

  /**
   * Something that stands where most have a vector: a name, a sum of names, entry by entry a function or a
   * product of them, or a product whose last factor is one. What is said of a defined name is said of its
   * definition, and of a parameter of what is given.
   */
  stands(said: Surface, why: string): void {
    const parts: { readonly e: Surface; readonly isDefinition: boolean }[] = [];
    const say = (e: Surface, isDefinition: boolean): void => void parts.push({ e, isDefinition });
    say(said, false);
    for (let part = parts.pop(); part; part = parts.pop()) {
      const { e, isDefinition } = part;
      switch (e.kind) {
        case "group":
        case "negate":
        case "indexed-sum":
          say(e.body, isDefinition);
          break;
        case "sum":
          for (const { term } of e.terms) say(term, isDefinition);
          break;
        case "hadamard":
          for (const { factor } of e.factors) say(factor, isDefinition);
          break;
        case "call":
          if (isEntrywise(e.name)) for (const arg of e.args) say(arg, isDefinition);
          break;
        case "product": {
          const whole = e.factors.filter(({ divides }) => !divides).map(({ factor }) => factor);
          const isPlain = whole.slice(0, -1).every((f) => f.kind === "name" || f.kind === "number");
          if (isPlain && whole.length > 0) say(whole.at(-1)!, isDefinition);
          break;
        }
        case "name": {
          const given = isDefinition ? undefined : this.names.given(e.name);
          if (given) {
            given.liken?.(why);
            break;
          }
          const symbol = this.names.wholeOf(e);
          if (symbol && this.names.isFree(e, symbol)) {
            this.say(symbol.name, why);
            break;
          }
          // What defines z_i says nothing of the shape of z.
          const isMember = symbol?.name !== e.name;
          if (!symbol?.body || symbol.letters.length > 0 !== isMember) break;
          if (!this.likened.has(symbol.name)) say(symbol.body, true);
          this.likened.add(symbol.name);
          break;
        }
        default:
      }
    }
  }
}

/** Whether a function of the language gives its value entry by entry. */
const isEntrywise = (name: string): boolean =>
  functionNamed(name)?.readings.some(({ signature }) => signature === "m×n → m×n") === true;
