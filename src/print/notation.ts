/** @file What every printer shares: precedence, brackets, signs, fractions. */

import { one } from "../expr/dimension.ts";
import type { Dimension } from "../expr/dimension.ts";
import type { Apply, Expr, Sym } from "../expr/expr.ts";
import { half, isApply, isScalar, minusOne, num, unit } from "../expr/expr.ts";
import type { Notation, Spelled } from "../expr/op.ts";
import type { Rational } from "../expr/rational.ts";
import { isInteger, isNegative, negated, rational } from "../expr/rational.ts";
import { argsOf, postorder } from "../expr/walk.ts";
import { scale } from "../ops/arithmetic.ts";
import { power } from "../ops/elementwise.ts";
import { sidesOf } from "./relation.ts";

/** How tightly a text holds together; an operand that is looser than its place takes brackets. */
export const level = {
  sum: 1,
  kronecker: 2,
  hadamard: 3,
  product: 4,
  /** A function without brackets of its own: nothing may follow it in a product. */
  prefix: 5,
  power: 6,
  atom: 7,
} as const;

/** A printed part. */
export interface Printed {
  readonly text: string;
  readonly level: number;
}

/** An output language: how it spells what the notation asks for. */
export interface Alphabet {
  readonly spell: (s: Spelled) => string;
  readonly symbol: (s: Sym) => string;
  readonly number: (value: Rational) => Printed;
  readonly brackets: (inside: string) => string;
  readonly indicator: (relation: string) => string;
  readonly plus: string;
  readonly minus: string;
  /** The sign of a term that begins a text. */
  readonly leadingMinus: string;
  /** Factors side by side. */
  readonly juxtaposed: (factors: readonly string[], insideBars: boolean) => string;
  /** A quotient; `above` is null where it is 1. */
  readonly quotient: (above: Printed | null, below: Printed, coefficient: Rational) => Printed;
  readonly transpose: (x: string) => string;
  readonly inverse: (x: string) => string;
  readonly inverseTranspose: (x: string) => string;
  readonly superscript: (x: string, exponent: Printed, wholeNumber: number | null) => string;
  readonly entrywisePower: (x: string, exponent: Printed) => string;
  readonly root: (x: Printed) => Printed;
  readonly call: (
    name: string,
    latex: string,
    args: readonly string[],
    exponent: number | null,
  ) => string;
  readonly infix: (symbol: Spelled, parts: readonly string[]) => string;
  /** Kronecker products are calls where the alphabet has no sign for them. */
  readonly kroneckerIsCall: boolean;
  readonly over: string;
  /** What stands without brackets beside ⊙ and ⊘; in MATLAB they bind as tightly as a product. */
  readonly besideHadamard: number;
  readonly sized: (symbol: string, dimensions: readonly Dimension[]) => string;
}

/** Prints an expression. `sizes` writes the size of every constant: `I_n`. */
export function print(e: Expr, alphabet: Alphabet, sizes = false): string {
  const isNamed = (n: Expr): boolean => n.kind === "sym" && n.name === "σ";
  return new Printer(alphabet, sizes, postorder([e], argsOf).some(isNamed)).print(e).text;
}

class Printer {
  private readonly memory = new Map<Expr, Printed>();
  private readonly memoryInsideBars = new Map<Expr, Printed>();
  /** How many bars are open: in them a bar after an operand would close. */
  private bars = 0;
  private readonly a: Alphabet;
  private readonly sizes: boolean;
  /** Whether σ is a name here: the sigmoid is spelled out then. */
  private readonly sigmaIsName: boolean;
  constructor(alphabet: Alphabet, sizes: boolean, sigmaIsName: boolean) {
    this.a = alphabet;
    this.sizes = sizes;
    this.sigmaIsName = sigmaIsName;
  }

  print(e: Expr): Printed {
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
        return { text: this.a.symbol(e), level: e.name.includes("^") ? level.power : level.atom };
      case "apply":
        return this.apply(e, e.op.notation);
      default:
        return e satisfies never;
    }
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
        return notation.level === "hadamard"
          ? this.hadamard(e, notation.symbol)
          : this.kronecker(e, notation.symbol);
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
          this.sigmaIsName && notation.latex === "\\sigma"
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

  // ---- sums ---------------------------------------------------------------------------------------

  private sum(e: Apply): Printed {
    let text = "";
    for (const [i, term] of e.args.entries()) {
      const opposite = withoutMinus(term);
      // A sum inside a sum keeps its brackets.
      const shown = opposite ? this.signed(opposite) : this.operand(term, level.kronecker);
      if (i === 0) text = opposite ? this.a.leadingMinus + shown : shown;
      else text += (opposite ? this.a.minus : this.a.plus) + shown;
    }
    return { text, level: level.sum };
  }

  /** What stands after a minus. */
  private signed(e: Expr): string {
    return this.operand(e, level.kronecker);
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
    const denominator = rational(coefficient.denominator);
    const under = this.factors([
      ...(denominator.numerator === 1n ? [] : [num(denominator)]),
      ...below,
    ]);
    const numerator = rational(coefficient.numerator);
    const over =
      above.length === 0 && numerator.numerator === 1n ? null : this.numbered(numerator, above);
    return this.a.quotient(over, under, coefficient);
  }

  /** A number before factors. */
  private numbered(coefficient: Rational, factors: readonly Expr[]): Printed {
    if (coefficient.numerator === coefficient.denominator) return this.factors(factors);
    if (factors.length === 0) return this.a.number(coefficient);
    const texts = [this.a.number(coefficient).text, ...this.factorTexts(factors)];
    return { text: this.juxtaposed(texts), level: level.product };
  }

  private factors(factors: readonly Expr[]): Printed {
    if (factors.length === 1) return this.print(factors[0]!);
    return { text: this.juxtaposed(this.factorTexts(factors)), level: level.product };
  }

  /** Factors of a scale: a product that stands last needs no brackets. */
  private factorTexts(factors: readonly Expr[]): string[] {
    return factors.flatMap((factor, i) => {
      const isLast = i === factors.length - 1;
      if (isLast && isChain(factor)) return factor.args.map((f) => this.operand(f, level.power));
      return [this.operand(factor, isLast ? level.prefix : level.power)];
    });
  }

  private juxtaposed(texts: readonly string[]): string {
    return this.a.juxtaposed(texts, this.bars > 0);
  }

  private chain(factors: readonly Expr[]): Printed {
    return {
      text: this.juxtaposed(factors.map((f) => this.operand(f, level.power))),
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
    const [left, right] = sidesOf(e.args[0]!, withoutMinus);
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

/** A chain of matrices, which may stand open at the end of a product. */
const isChain = (e: Expr): e is Apply =>
  e.kind === "apply" && e.op.notation.kind === "product" && !isApply(e, scale);

/** The term after a minus: −e where e begins with one, else null. */
function withoutMinus(e: Expr): Expr | null {
  if (e.kind === "num") return isNegative(e.value) ? num(negated(e.value)) : null;
  if (!isApply(e, scale)) return null;
  const [first, ...rest] = e.args;
  if (first!.kind !== "num" || !isNegative(first!.value)) return null;
  const opposite = num(negated(first!.value));
  if (opposite !== unit) return scale(opposite, ...rest);
  return rest.length === 1 ? rest[0]! : scale(...rest);
}

/** What a factor is one over: x⁻² is 1/x²; null where the exponent is not negative. */
function reciprocalOf(e: Expr): Expr | null {
  if (!isApply(e, power)) return null;
  const [base, p] = e.args as readonly [Expr, Expr];
  if (p.kind !== "num" || !isNegative(p.value)) return null;
  return p === minusOne ? base : power(base, num(negated(p.value)));
}
