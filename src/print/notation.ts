/** @file What every printer shares: precedence, brackets, signs, fractions. */

import { one } from "../expr/dimension.ts";
import type { Apply, Expr, IndexSum, Sym } from "../expr/expr.ts";
import { apply, half, isApply, isScalar, num } from "../expr/expr.ts";
import type { Notation, Spelled } from "../expr/op.ts";
import type { Rational } from "../expr/rational.ts";
import { isInteger, isNegative, negated, rational } from "../expr/rational.ts";
import { argsOf, postorder, withArgs } from "../expr/walk.ts";
import { identity, scale } from "../ops/arithmetic.ts";
import { column, entry, entryOf, isMembersName, member, membersName } from "../ops/indexing.ts";
import { power } from "../ops/elementwise.ts";
import { level } from "./alphabet.ts";
import type {
  Alphabet,
  AppliedNames,
  Bounds,
  IndexLetters,
  Printed,
  PrintOptions,
} from "./alphabet.ts";
import { derivedName } from "./functions.ts";
import {
  coefficientTimes,
  endLevel,
  filterOf,
  isChain,
  reciprocalOf,
  saysRange,
  withoutMinus,
} from "./parts.ts";
import { sidesOf } from "./relation.ts";

/** Prints an expression. */
export function print(e: Expr, alphabet: Alphabet, options: PrintOptions = {}): string {
  return new Printer(alphabet, options, e).print(e).text;
}

const letters = [..."ijklrstpqabcdmn"];

const unitSign: Spelled = { unicode: "e", ascii: "e", latex: "\\mathbf{e}" };
const deltaSign: Spelled = { unicode: "δ", ascii: "delta", latex: "\\delta" };

class Printer {
  private readonly memory = new Map<Expr, Printed>();
  private readonly memoryInsideBars = new Map<Expr, Printed>();
  /** How many bars are open: in them a bar after an operand would close. */
  private bars = 0;
  private readonly a: Alphabet;
  private readonly sizes: boolean;
  private readonly preferred: IndexLetters;
  /** The names that stand in the expression. */
  private readonly names: ReadonlySet<string>;
  private readonly taken: ReadonlySet<string>;
  private readonly reserved: ReadonlySet<string>;
  private readonly applied: AppliedNames;
  private readonly written: NonNullable<PrintOptions["written"]>;
  /** The letters of the indices that are bound where the printer stands. */
  private readonly bound = new Map<Sym, string>();
  constructor(
    alphabet: Alphabet,
    {
      sizes = false,
      letters = new Map(),
      taken = [],
      reserved = [],
      applied = new Map(),
      written = new Map(),
    }: PrintOptions,
    e: Expr,
  ) {
    this.a = alphabet;
    this.sizes = sizes;
    this.preferred = letters;
    this.names = new Set(postorder([e], argsOf).flatMap(namesOf));
    this.taken = new Set(taken);
    this.reserved = new Set(reserved);
    this.applied = applied;
    this.written = written;
  }

  print(e: Expr): Printed {
    // What is indexed takes the letters of its place.
    if (e.free.length > 0 || e.height > 0) return this.make(e);
    const memory = this.bars > 0 ? this.memoryInsideBars : this.memory;
    const known = memory.get(e);
    if (known) return known;
    const made = this.make(e);
    memory.set(e, made);
    return made;
  }

  private make(e: Expr): Printed {
    switch (e.kind) {
      case "num":
        if (isNegative(e.value))
          return {
            text: this.a.leadingMinus + this.a.number(negated(e.value)).text,
            level: level.sum,
          };
        return this.a.number(e.value);
      case "sym":
        if (e.cotangent) return this.cotangent(e.cotangent);
        // In a product it stands in brackets: (dW)x.
        if (e.differential)
          return {
            text: this.a.differential(this.print(e.differential).text),
            level: level.product,
          };
        if (e.role === "index") return { text: this.index(e), level: level.atom };
        return this.symbol(e);
      case "apply":
        return this.apply(e, e.op.notation);
      case "indexSum":
        return this.indexedSum(e);
      default:
        return e satisfies never;
    }
  }

  private symbol(e: Sym): Printed {
    const text = this.a.symbol(e);
    const args = this.applied.get(e.name);
    if (!args) return { text, level: e.name.includes("^") ? level.power : level.atom };
    const shown = args.map((arg) =>
      typeof arg === "string" ? this.a.functionName(arg) : this.a.symbol(arg),
    );
    return { text: text + this.a.brackets(shown.join(", ")), level: level.atom };
  }

  /** The text of an operand, in brackets where it is looser than `least`. */
  private operand(e: Expr, least: number): string {
    const printed = this.print(e);
    return printed.level < least ? this.a.brackets(printed.text) : printed.text;
  }

  private apply(e: Apply, notation: Notation): Printed {
    switch (notation.kind) {
      case "sum":
        return this.sum(e);
      case "product":
        return isApply(e, scale) ? this.scale(e) : this.chain(e.args);
      case "infix":
        if (notation.level === "hadamard") return this.hadamard(e, notation.symbol);
        if (notation.level === "kronecker") return this.kronecker(e, notation.symbol);
        return this.comparison(e, notation.symbol);
      case "function":
        return this.declared(e, notation);
      case "entry":
        return this.entry(e, notation.blank ?? null);
      case "power":
        return this.power(e);
      case "transpose":
        return this.transpose(e);
      case "inverse":
        return { text: this.a.inverse(this.operand(e.args[0]!, level.atom)), level: level.power };
      case "postfix": {
        const text = this.operand(e.args[0]!, level.atom) + this.a.spell(notation.symbol);
        return { text, level: level.power };
      }
      case "bars":
        return this.betweenBars(e, notation);
      case "constant":
        return this.constant(e, notation);
      case "indicator":
        return this.indicator(e, notation.relation);
      case "expanded":
        // For reports of our own errors only.
        return { text: `${e.op.opName}(…)`, level: level.atom };
      case "call": {
        if (notation.ofScalar && isScalar(e)) return this.betweenBars(e, notation.ofScalar);
        const latex =
          (this.names.has("σ") || this.taken.has("σ")) && notation.latex === "\\sigma"
            ? `\\operatorname{${notation.name}}`
            : (notation.latex ?? notation.name);
        const shown = notation.shown?.(...e.args) ?? e.args;
        const args = shown.map((arg) => this.print(arg).text);
        const text = this.a.call(notation.name, latex, args, null);
        return { text, level: text.startsWith("\\log\\det") ? level.prefix : level.atom };
      }
      default:
        return notation satisfies never;
    }
  }

  /** ∂L/∂z, ∂L/∂(Wᵀ), ∂L/∂K⁻¹. */
  private cotangent({ of, by }: NonNullable<Sym["cotangent"]>): Printed {
    const isTranspose = by.kind === "apply" && by.op.notation.kind === "transpose";
    const below = this.operand(by, isTranspose ? level.atom : level.power);
    return this.a.derivative(of, below, this.taken.has("d"));
  }

  /** f′(x), ∇C(x), ∇_θ f(x, θ), J_g(x). */
  private declared(e: Apply, notation: Notation & { kind: "function" }): Printed {
    const args = e.args.slice(0, notation.arity).map((arg) => this.print(arg).text);
    const text = derivedName(e, notation, this.a) + this.a.brackets(args.join(", "));
    return { text, level: level.atom };
  }

  // ---- sums ---------------------------------------------------------------------------------------

  private sum(e: Apply): Printed {
    let text = "";
    for (const [i, term] of e.args.entries()) {
      const opposite = withoutMinus(term);
      // A sum inside a sum keeps its brackets.
      const shown = opposite ? this.signed(opposite) : this.operand(term, level.indexed);
      if (i === 0) text = opposite ? this.a.leadingMinus + shown : shown;
      else text += (opposite ? this.a.minus : this.a.plus) + shown;
    }
    return { text, level: level.sum };
  }

  /** What stands after a minus. */
  private signed(e: Expr): string {
    return this.operand(e, level.indexed);
  }

  // ---- indices --------------------------------------------------------------------------------------

  private indexedSum(e: IndexSum): Printed {
    const instead = this.written.get(e);
    if (instead) return { text: this.a.spell(instead), level: level.indexed };
    const { index, body } = e;
    const around = new Set(this.bound.values());
    const isFree = (letter: string): boolean =>
      !around.has(letter) && !this.names.has(letter) && !this.reserved.has(letter);
    const letter = [...(this.preferred.get(index.range!) ?? []), ...letters].find(isFree) ?? "ι";
    const outer = this.bound.get(index);
    this.bound.set(index, letter);
    const { but, rest } = filterOf(index, body);
    const bounds: Bounds = {
      letter,
      range: index.range!,
      but: but && this.index(but),
      isUsed: saysRange(rest, index),
      isNameTaken: this.names.has("Σ") || this.taken.has("Σ"),
    };
    const text = this.a.summation(bounds, this.operand(rest, level.indexed));
    if (outer === undefined) this.bound.delete(index);
    else this.bound.set(index, outer);
    return { text, level: level.indexed };
  }

  /** An index in the letter of its place; a number is itself. */
  private index(e: Expr): string {
    return e.kind === "sym" ? (this.bound.get(e) ?? this.a.symbol(e)) : this.print(e).text;
  }

  private entry(e: Apply, blank: "row" | "column" | null): Printed {
    const [of, ...at] = e.args as readonly [Expr, ...Expr[]];
    if (of.kind === "sym" && of.differential) {
      const text = this.print(partOf(e, of.differential)).text;
      return { text: this.a.differential(text), level: level.product };
    }
    // Of a family of vectors xᵢⱼ would be one of its members.
    if (of.kind === "sym" && of.member && of.shape[0] !== one && isApply(e, entry))
      return this.print(partOf(e, of));
    const shown = at.map((i) => this.index(i));
    if (isApply(of, identity) && !this.sizes && blank !== "column") {
      const symbol = this.a.spell(blank === "row" ? unitSign : deltaSign);
      return { text: this.a.indexed(symbol, shown), level: level.atom };
    }
    const indices =
      blank === "row" ? [":", ...shown] : blank === "column" ? [...shown, ":"] : shown;
    const counted =
      blank !== null || (of.kind === "sym" && of.member !== null)
        ? indices
        : of.shape[1] === one
          ? indices.slice(0, 1)
          : of.shape[0] === one
            ? indices.slice(1)
            : indices;
    const isBare =
      (of.kind === "sym" &&
        // (∂L/∂K⁻¹)ᵢⱼ: below the line the indices would be those of K⁻¹.
        (of.cotangent === null || of.cotangent.by.kind === "sym") &&
        (isMembersName(of.name) || (!/[_^(]/u.test(of.name) && !this.isName(of.name, counted)))) ||
      (of.kind === "apply" &&
        ["call", "function"].includes(of.op.notation.kind) &&
        this.print(of).level === level.atom);
    const cotangent = isBare && of.kind === "sym" ? of.cotangent : null;
    if (cotangent?.by.kind === "sym") {
      const below = cotangent.by.member
        ? this.print(partOf(e, cotangent.by)).text
        : this.a.indexed(this.a.part(cotangent.by, e), counted);
      return this.a.derivative(cotangent.of, below, this.taken.has("d"));
    }
    // In brackets stands the whole name, and not that of its entries.
    const base = isBare && of.kind === "sym" ? this.a.part(of, e) : this.print(of).text;
    // X₁₂ of a name has two indices; of anything else a 12 is one.
    const isNumbers = counted.length === 2 && counted.every((i) => /^\d+$/u.test(i));
    const text = this.a.indexed(
      isBare ? base : this.a.brackets(base),
      isNumbers && of.kind !== "sym" ? [counted.join(",")] : counted,
    );
    return { text, level: level.atom };
  }

  /** Whether a name with these indices is a name of its own: beside an x_1 stands (x)_1. */
  private isName(name: string, indices: readonly string[]): boolean {
    if (this.names.has(membersName(name)) || this.taken.has(membersName(name))) return true;
    const text = indices.join("");
    return [`${name}_${text}`, `${name}_{${text}}`].some(
      (whole) => this.names.has(whole) || this.taken.has(whole),
    );
  }

  private comparison(e: Apply, symbol: Spelled): Printed {
    const [a, b] = e.args.map((arg) => this.index(arg));
    return { text: `[${this.a.infix(symbol, [a!, b!])}]`, level: level.atom };
  }

  // ---- products -------------------------------------------------------------------------------------

  private scale(e: Apply): Printed {
    const opposite = withoutMinus(e);
    if (opposite) return { text: this.a.leadingMinus + this.signed(opposite), level: level.sum };
    const [first, ...others] = e.args;
    const coefficient = first!.kind === "num" ? first!.value : rational(1);
    const factors = first!.kind === "num" ? others : e.args;
    const above: Expr[] = [];
    const below: Expr[] = [];
    for (const factor of factors) {
      const under = isScalar(factor) ? reciprocalOf(factor) : null;
      if (under) below.push(under);
      else above.push(factor);
    }
    if (below.length === 0) return this.numbered(coefficient, above);
    const last = above.at(-1);
    const sums = above.filter((factor) => factor.kind === "indexSum");
    if (last?.kind === "indexSum" && sums.length === 1) {
      // 1/n Σᵢ xᵢ
      const rest = factors.filter((factor) => factor !== last);
      const front = this.print(coefficientTimes(coefficient, rest)).text;
      return { text: this.juxtaposed([front, ` ${this.print(last).text}`]), level: level.indexed };
    }
    const denominator = rational(coefficient.denominator);
    const under = this.factors([
      ...(denominator.numerator === 1n ? [] : [num(denominator)]),
      ...below,
    ]);
    const numerator = rational(coefficient.numerator);
    const over =
      above.length === 0 && numerator.numerator === 1n ? null : this.numbered(numerator, above);
    // (∂L/∂z)/s
    const ending = last && isChain(last) ? last.args.at(-1)! : last;
    const isOpen = over && ending?.kind === "sym" && this.print(ending).level === level.prefix;
    return this.a.quotient(isOpen ? { ...over, level: level.sum } : over, under, coefficient);
  }

  /** A number before factors. */
  private numbered(coefficient: Rational, factors: readonly Expr[]): Printed {
    if (coefficient.numerator === coefficient.denominator) return this.factors(factors);
    if (factors.length === 0) return this.a.number(coefficient);
    const texts = [this.a.number(coefficient).text, ...this.factorTexts(factors)];
    return { text: this.juxtaposed(texts), level: endLevel(factors) };
  }

  private factors(factors: readonly Expr[]): Printed {
    if (factors.length === 1) return this.print(factors[0]!);
    return { text: this.juxtaposed(this.factorTexts(factors)), level: endLevel(factors) };
  }

  /** Factors of a scale: a product that stands last needs no brackets. */
  private factorTexts(factors: readonly Expr[]): string[] {
    return factors.flatMap((factor, i) => {
      const isLast = i === factors.length - 1;
      if (isLast && isChain(factor)) return factor.args.map((f) => this.operand(f, level.power));
      if (isLast && factor.kind === "indexSum") return [` ${this.print(factor).text}`];
      return [this.operand(factor, isLast ? level.prefix : level.power)];
    });
  }

  private juxtaposed(texts: readonly string[]): string {
    return this.a.juxtaposed(texts, this.bars > 0);
  }

  private chain(factors: readonly Expr[]): Printed {
    // ∂L/∂z at the end needs no brackets: Wᵀ∂L/∂z.
    const least = (i: number): number => (i === factors.length - 1 ? level.prefix : level.power);
    return {
      text: this.juxtaposed(factors.map((f, i) => this.operand(f, least(i)))),
      level: level.product,
    };
  }

  private hadamard(e: Apply, symbol: Spelled): Printed {
    const above: Expr[] = [];
    const below: Expr[] = [];
    for (const factor of e.args) {
      const under = reciprocalOf(factor);
      if (under) below.push(under);
      else above.push(factor);
    }
    const texts = above.map((f) => this.operand(f, this.a.besideHadamard));
    const parts = texts.length > 0 ? texts : ["1"];
    let text = parts.length === 1 ? parts[0]! : this.a.infix(symbol, parts);
    for (const under of below) text += this.a.over + this.operand(under, this.a.besideHadamard);
    return { text, level: level.hadamard };
  }

  private kronecker(e: Apply, symbol: Spelled): Printed {
    if (this.a.kroneckerIsCall)
      return {
        text: this.a.call(
          "kron",
          "kron",
          e.args.map((arg) => this.print(arg).text),
          null,
        ),
        level: level.atom,
      };
    const [a, b] = e.args;
    const text = this.a.infix(symbol, [
      this.operand(a!, level.kronecker),
      this.operand(b!, level.hadamard),
    ]);
    return { text, level: level.kronecker };
  }

  // ---- powers -----------------------------------------------------------------------------------------

  private power(e: Apply): Printed {
    const [base, exponent] = e.args as readonly [Expr, Expr];
    const under = reciprocalOf(e);
    if (under && isScalar(e)) return this.a.quotient(null, this.print(under), rational(1));
    if (under && isApply(e, power))
      return {
        text: `1${this.a.over}${this.operand(under, this.a.besideHadamard)}`,
        level: level.hadamard,
      };
    if (exponent === half && isApply(e, power)) return this.a.root(this.print(base));
    const whole =
      exponent.kind === "num" && isInteger(exponent.value)
        ? Number(exponent.value.numerator)
        : null;
    if (
      isApply(e, power) &&
      whole !== null &&
      whole > 1 &&
      base.kind === "apply" &&
      base.op.entrywise &&
      base.op.notation.kind === "call" &&
      base.op.notation.latex !== "\\sigma" &&
      !(base.op.notation.ofScalar && isScalar(base))
    ) {
      const { name, latex } = base.op.notation;
      return {
        text: this.a.call(
          name,
          latex ?? name,
          base.args.map((arg) => this.print(arg).text),
          whole,
        ),
        level: level.power,
      };
    }
    // ^T is a transpose; ^(1T) is a power.
    const isT = exponent.kind === "sym" && exponent.name === "T";
    const shown = isT
      ? { text: this.a.juxtaposed(["1", this.print(exponent).text], false), level: level.product }
      : this.print(exponent);
    const text = this.operand(base, level.atom);
    if (isApply(e, power) && !isScalar(e))
      return { text: this.a.entrywisePower(text, shown), level: level.power };
    return { text: this.a.superscript(text, shown, whole), level: level.power };
  }

  private transpose(e: Apply): Printed {
    const [x] = e.args;
    if (x!.kind === "apply" && x!.op.notation.kind === "inverse")
      return {
        text: this.a.inverseTranspose(this.operand(x!.args[0]!, level.atom)),
        level: level.power,
      };
    return { text: this.a.transpose(this.operand(x!, level.atom)), level: level.power };
  }

  // ---- brackets and constants -----------------------------------------------------------------------

  private betweenBars(e: Apply, notation: Omit<Notation & { kind: "bars" }, "kind">): Printed {
    const [x] = e.args;
    const isMatrix = x!.shape[0] !== one && x!.shape[1] !== one;
    const close = isMatrix && notation.matrixClose ? notation.matrixClose : notation.close;
    this.bars++;
    const printed = this.print(x!).text;
    // Two bars side by side would be those of a norm.
    const inside = /^[|‖]/u.test(printed) ? this.a.brackets(printed) : printed;
    this.bars--;
    return {
      text: this.a.spell(notation.open) + inside + this.a.spell(close),
      level: notation.powered ? level.power : level.atom,
    };
  }

  /** `[x > 0]`; of a difference `[a > b]`. */
  private indicator(e: Apply, relation: Spelled): Printed {
    const [left, right] = sidesOf(e.args[0]!);
    const sides = [left, right].map((side) => this.print(side).text);
    return { text: this.a.indicator(sides.join(` ${this.a.spell(relation)} `)), level: level.atom };
  }

  private constant(e: Apply, notation: Notation & { kind: "constant" }): Printed {
    const symbol = this.a.spell(notation.symbol);
    if (!this.sizes || !notation.sized) return { text: symbol, level: level.atom };
    const dimensions = notation.sized === "rows" ? [e.shape[0]] : [...e.shape];
    return { text: this.a.sized(symbol, dimensions), level: level.atom };
  }
}

/** The names that a node writes. */
function namesOf(e: Expr): string[] {
  if (e.kind === "sym") return isBound(e) ? [] : [e.name];
  return e.kind === "apply" && e.op.notation.kind === "function" ? [e.op.notation.name] : [];
}

/** A name that only sums bind. */
const isBound = (e: Sym): boolean => e.role === "index" && /^[#~]/u.test(e.name);

/** The same part of another expression: of a family the members, and (xⱼ)ᵢ, are parts. */
function partOf(e: Apply, of: Expr): Expr {
  const [i, j] = e.args.slice(1) as [Expr, Expr?];
  if (of.kind !== "sym" || of.member === null) return withArgs(e, [of, ...e.args.slice(1)]);
  if (isApply(e, column)) return apply(member, [of, i]);
  return isApply(e, entry) ? entryOf(apply(member, [of, j!]), i) : withArgs(e, [of, i]);
}
