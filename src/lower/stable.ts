/** @file Logarithms and reciprocals in forms that neither overflow nor cancel. */

import type { Builder } from "./builder.ts";
import type { Formula } from "./formula.ts";
import { isCall } from "./formula.ts";
import type { Axis } from "./place.ts";
import type { Tensor } from "./tensor.ts";

/** The parts of Σeˣ = eᵗΣeˣ⁻ᵗ: t is the largest exponent, the sum is at least 1. */
interface Shifted {
  readonly top: Formula;
  readonly sum: Formula;
}

/** The forms of what one builder builds. */
export class StableForms {
  private readonly builder: Builder;
  private readonly exponentials = new Map<Tensor, Shifted>();

  constructor(builder: Builder) {
    this.builder = builder;
  }

  /** log(a) of Σeˣ, 1 + eˣ, eˣ, eˣy, σ(x) and 1 − σ(x), kept or not; null of anything else. */
  logarithm(a: Formula): Formula | null {
    const b = this.builder;
    const shifted = this.shifted(a);
    if (shifted) return b.plus(shifted.top, b.call("log", shifted.sum));
    const f = this.opened(a);
    if (isCall(f, "exp")) return f.args[0]!;
    if (isCall(f, "sigmoid")) return b.negative(b.call("softplus", b.negative(f.args[0]!)));
    if (isCall(f, "times")) {
      const power = f.args.find((x) => isCall(x, "exp"));
      if (power?.kind !== "call") return null;
      // eˣ may be 0 or overflow where its exponent does not; the entries of a softmax are such products.
      const rest = b.times(...f.args.filter((x) => x !== power));
      const isReciprocal = isCall(rest, "over") && rest.args[0] === b.one;
      const logarithm = isReciprocal ? b.negative(b.call("log", rest.args[1]!)) : b.log(rest);
      return b.plus(power.args[0]!, logarithm);
    }
    if (isCall(f, "plus") && f.args.length === 2 && f.args[1] === b.one) {
      const x = this.opened(f.args[0]!);
      if (isCall(x, "exp")) return b.call("softplus", x.args[0]!);
      // 1 − σ(x) = σ(−x)
      if (isCall(x, "times") && x.args.length === 2) {
        const [sign, of] = [x.args[0]!, this.opened(x.args[1]!)];
        if (sign.kind === "constant" && sign.value === -1 && isCall(of, "sigmoid"))
          return b.negative(b.call("softplus", of.args[0]!));
      }
    }
    return null;
  }

  /** What stands in an entry of a tensor that keeps a formula; anything else as it is. */
  private opened(a: Formula): Formula {
    if (a.kind !== "read" || a.tensor.definition.kind !== "map") return a;
    const places = new Map(a.tensor.axes.map((x, i) => [x, a.at[i]!] as const));
    return this.builder.substituted(a.tensor.definition.body, places);
  }

  /** 1/a of Σeˣ, eˣ and 1 + eˣ; null of anything else. */
  reciprocal(a: Formula): Formula | null {
    const b = this.builder;
    // 1/Σeˣ, where it may overflow, is e⁻ᵗ/Σeˣ⁻ᵗ with the largest exponent t.
    const shifted = this.shifted(a);
    if (shifted) return b.times(b.exp(b.negative(shifted.top)), b.call("over", b.one, shifted.sum));
    if (isCall(a, "exp")) return b.exp(b.negative(a.args[0]!));
    // 1/(1 + eˣ) = σ(−x)
    if (isCall(a, "plus") && a.args.length === 2 && a.args[1] === b.one) {
      const [x] = a.args;
      if (isCall(x!, "exp")) return b.call("sigmoid", b.negative(x.args[0]!));
    }
    return null;
  }

  /** The parts of a read of Σeˣ; null of anything else. */
  private shifted(a: Formula): Shifted | null {
    const b = this.builder;
    if (a.kind !== "read" || a.tensor.definition.kind !== "fold") return null;
    const { folding, over, body } = a.tensor.definition;
    if (folding !== "plus" || !isCall(body, "exp")) return null;
    let parts = this.exponentials.get(a.tensor);
    if (!parts) {
      const along = (f: Formula): readonly Axis[] => over.filter((x) => f.axes.includes(x));
      const exponent = body.args[0]!;
      const top = b.folded("larger", along(exponent), exponent);
      const rest = b.exp(b.minus(exponent, top));
      parts = { top, sum: b.folded("plus", along(rest), rest) };
      this.exponentials.set(a.tensor, parts);
    }
    const places = new Map(a.tensor.axes.map((x, i) => [x, a.at[i]!] as const));
    return { top: b.substituted(parts.top, places), sum: b.substituted(parts.sum, places) };
  }
}
