/** @file Places and addresses as loop code: what of them is known in a loop further out is computed there. */

import type { Coder } from "./coder.ts";
import { int, whole } from "./coder.ts";
import type { Read } from "./formula.ts";
import type { Address, Value } from "./loops.ts";
import type { Atom, Axis, Lookup, Place } from "./place.ts";
import { axesOfAtom } from "./place.ts";
import type { Scopes } from "./scopes.ts";
import type { Storage } from "./storage.ts";
import type { Tensor } from "./tensor.ts";

/** What loop code has to know of a program. */
export interface Layout {
  readonly storageOf: (t: Tensor) => Storage;
  /** Where the number of a label stands. */
  readonly labelAt: (name: string) => number;
}

/** How far apart two entries are when one axis goes on by one; null where that differs from place to place. */
export function strideAlong(
  { tensor, at }: Pick<Read, "tensor" | "at">,
  along: Axis,
  layout: Layout,
): number | null {
  const { strides } = layout.storageOf(tensor);
  let stride = 0;
  for (const [k, place] of at.entries())
    for (const { of, coefficient } of place.terms)
      if (of === along) stride += coefficient * strides[k]!;
      else if (of.kind !== "axis" && axesOfAtom(of).includes(along)) return null;
  return stride;
}

/** An atom and how far its next value is in memory. */
interface Stride {
  readonly of: Atom;
  readonly factor: number;
}

/** Places and addresses within the loops of one function. */
export class Addresses {
  private readonly coder: Coder;
  private readonly scopes: Scopes;
  private readonly layout: Layout;
  /** The number of the step. */
  private readonly step: Value;

  constructor(coder: Coder, scopes: Scopes, layout: Layout, step: Value) {
    this.coder = coder;
    this.scopes = scopes;
    this.layout = layout;
    this.step = step;
  }

  // ---- places --------------------------------------------------------------------------------------

  /** A place as a whole number; of a vector that of its first lane, or of another. */
  place(p: Place, level = this.scopes.innermost, lane = 0): Value {
    let sum: Value = int(p.constant);
    for (const { of, coefficient } of p.terms)
      sum = whole("+", sum, whole("*", this.atom(of, level, lane), int(coefficient)));
    return sum;
  }

  private lookedUp({ in: tensor, at }: Lookup, level: number, lane: number): Value {
    const address = this.address(tensor, [at], level, lane);
    return this.coder.let(
      { kind: "intOf", of: this.coder.load("real", address) },
      this.scopes.at(level).depth,
    );
  }

  private atom(atom: Atom, level: number, lane: number): Value {
    switch (atom.kind) {
      case "axis": {
        const { variable, shift } = this.scopes.position(atom);
        return whole("+", variable, int(shift + (atom === this.scopes.vector ? lane : 0)));
      }
      case "label":
        return {
          kind: "intOf",
          of: this.coder.load("real", {
            base: null,
            index: null,
            offset: this.layout.labelAt(atom.name),
          }),
        };
      case "step":
        return this.step;
      case "lookup":
        return this.lookedUp(atom, level, lane);
      case "quotient":
        return whole("/", this.place(atom.of, level, lane), int(atom.by));
      case "remainder":
        return whole("%", this.place(atom.of, level, lane), int(atom.by));
      default:
        return atom satisfies never;
    }
  }
  // ---- addresses -----------------------------------------------------------------------------------

  /** Where an entry stands: a pointer made in the loops around, and what the innermost one adds. */
  address(tensor: Tensor, at: readonly Place[], level = this.scopes.innermost, lane = 0): Address {
    const { offset, strides } = this.layout.storageOf(tensor);
    let constant = offset;
    const factors = new Map<Atom, number>();
    for (const [k, place] of at.entries()) {
      constant += place.constant * strides[k]!;
      for (const { of, coefficient } of place.terms)
        factors.set(of, (factors.get(of) ?? 0) + coefficient * strides[k]!);
    }
    const outer: Stride[] = [];
    const inner: Stride[] = [];
    for (const [of, factor] of factors) {
      if (factor === 0) continue;
      if (of === this.scopes.vector) constant += lane * factor;
      if (of.kind === "axis") constant += this.scopes.position(of).shift * factor;
      (this.isOutside(of, level) ? outer : inner).push({ of, factor });
    }
    const base = outer.length > 0 ? this.pointer(outer) : null;
    const index = inner.length > 0 ? this.total(inner, level, lane) : null;
    return { base, index, offset: constant };
  }

  /** Where an entry that is read stands, as a count of numbers. */
  startOf({ tensor, at }: Pick<Read, "tensor" | "at">): Value {
    const { base, index, offset } = this.address(tensor, at);
    let sum: Value = base ?? int(0);
    if (index) sum = whole("+", sum, index);
    return whole("+", sum, int(offset));
  }

  /** Whether what an atom varies with is known outside the scope `level`. */
  private isOutside(atom: Atom, level: number): boolean {
    return !this.isByLane(atom) && this.levelOfAtom(atom) < level;
  }

  /** Whether an atom is another number in each lane, and no next one: what is divided or looked up. */
  isByLane(of: Atom): boolean {
    const { vector } = this.scopes;
    return vector !== null && of.kind !== "axis" && axesOfAtom(of).includes(vector);
  }

  private levelOfAtom(atom: Atom): number {
    if (atom.kind === "axis") return this.scopes.position(atom).level;
    return Math.max(0, ...axesOfAtom(atom).map((x) => this.scopes.levelOf(x)));
  }

  /** What loops around add up to, made there. */
  private pointer(terms: readonly Stride[]): Value {
    const level = Math.max(...terms.map(({ of }) => this.levelOfAtom(of)));
    const scope = this.scopes.at(level);
    const key = `@${terms.map(({ of, factor }) => `${factor}${of.key}`).join("+")}`;
    let found = scope.places.get(key);
    if (!found) {
      found = this.coder.pointer(this.total(terms, level, 0), scope.depth);
      scope.places.set(key, found);
    }
    return found;
  }

  /** The sum of what atoms add, without the shifts of axes. */
  private total(terms: readonly Stride[], level: number, lane: number): Value {
    let sum: Value = int(0);
    for (const { of, factor } of terms) {
      const value =
        of.kind === "axis" ? this.scopes.position(of).variable : this.atom(of, level, lane);
      sum = whole("+", sum, whole("*", value, int(factor)));
    }
    return sum;
  }
}
