/** @file Formulas as loop code: what depends on fewer loop variables is computed further outside. */

import type { Coder } from "./coder.ts";
import { choose, int, numberOf, op, realOf, splat, whole, called } from "./coder.ts";
import { erf, exp, log, sigmoid, softplus, tanh } from "./elementary.ts";
import type { Call, Formula, FunctionName, Match, Read } from "./formula.ts";
import { isFilter } from "./formula.ts";
import type { Address, Called, Local, NumberOp, Relation, Target, Value } from "./loops.ts";
import type { Atom, Axis, Lookup, Place } from "./place.ts";
import { axesOf, axesOfAtom } from "./place.ts";
import type { Storage } from "./storage.ts";
import type { Tensor } from "./tensor.ts";

/** A stretch of code in which some axes have values, and what was computed there. */
interface Scope {
  /** The list of statements it writes to. */
  readonly depth: number;
  readonly axes: ReadonlyMap<Axis, Position>;
  /** Tensors whose entries are at hand here. */
  readonly bound: Map<Tensor, Value>;
  readonly computed: Map<Formula, Value>;
  readonly places: Map<string, Value>;
}

/** What an axis is: a variable of the scope with that number, and how far from it. */
interface Position {
  readonly level: number;
  readonly variable: Value;
  readonly shift: number;
}

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

const nearly = 1e-12;

const relations: Partial<Record<FunctionName, Relation>> = {
  isPositive: ">",
  isNotNegative: ">=",
  isNegative: "<",
  isNotPositive: "<=",
};

const calledAlone: ReadonlySet<FunctionName> = new Set<Called>([
  "sin",
  "cos",
  "tan",
  "sinh",
  "cosh",
  "atan",
  "power",
]);

const plain: ReadonlySet<FunctionName> = new Set<NumberOp & FunctionName>([
  "over",
  "larger",
  "smaller",
  "sqrt",
  "abs",
]);

/** An atom and how far its next value is in memory. */
interface Stride {
  readonly of: Atom;
  readonly factor: number;
}

/** Computes formulas within the loops of one function. */
export class Evaluator {
  readonly coder: Coder;
  readonly target: Target;
  readonly layout: Layout;
  /** The number of the step. */
  private readonly step: Value;
  /** The loops that are open, from outside in. */
  private readonly scopes: Scope[] = [];
  /** The axis along which the lanes of vectors lie, null for one number at a time. */
  vector: Axis | null = null;

  constructor(coder: Coder, target: Target, layout: Layout, step: Value = int(0)) {
    this.coder = coder;
    this.target = target;
    this.layout = layout;
    this.step = step;
    this.scopes.push(this.scope([]));
  }

  private scope(axes: readonly (readonly [Axis, Value | number])[]): Scope {
    const level = this.scopes.length;
    const positions = axes.map(([x, value]): readonly [Axis, Position] => {
      if (typeof value !== "number") return [x, { level, variable: value, shift: 0 }];
      const around = this.position(x);
      return [x, { ...around, shift: around.shift + value }];
    });
    return {
      depth: this.coder.depth,
      axes: new Map(positions),
      bound: new Map(),
      computed: new Map(),
      places: new Map(),
    };
  }

  /** Opens a scope in which some axes have values; a number is how far an axis is from where it is around. */
  within(axes: readonly (readonly [Axis, Value | number])[], body: () => void): void {
    this.scopes.push(this.scope(axes));
    body();
    this.scopes.pop();
  }

  /** The entry of a tensor at the loop variables is at hand from here on. */
  bind(tensor: Tensor, value: Value): void {
    this.scopes.at(-1)!.bound.set(tensor, value);
  }

  /** A loop along an axis, the body in a scope of its own. */
  loop(along: Axis, from: Value, to: Value, step: number, body: () => void): void {
    this.coder.loop(from, to, step, (variable) => this.within([[along, variable]], body));
  }

  /** With numbers instead of vectors. */
  scalarly(body: () => void): void {
    const before = this.vector;
    this.vector = null;
    body();
    this.vector = before;
  }

  /** The numbers that were computed in the loops around. */
  outside(): Local[] {
    const found: Local[] = [];
    for (const { computed } of this.scopes.slice(0, -1))
      for (const value of computed.values()) if (value.kind === "local") found.push(value);
    return found;
  }

  // ---- formulas ------------------------------------------------------------------------------------

  /** The value of a formula, computed as far outside as what it depends on allows. */
  value(f: Formula): Value {
    if (f.kind === "constant") return numberOf(f.value);
    const level = this.levelOf(f);
    const scope = this.scopes[level]!;
    let found = scope.computed.get(f);
    if (!found) {
      found = this.coder.let(this.computed(f, level), scope.depth);
      scope.computed.set(f, found);
    }
    return found;
  }

  /** The scope at which everything that a formula depends on is known. */
  private levelOf(f: Formula): number {
    let level = 0;
    const seen = new Set<Formula>();
    const visit = (g: Formula): void => {
      if (seen.has(g)) return;
      seen.add(g);
      if (g.kind === "call") return g.args.forEach(visit);
      for (const x of g.axes) level = Math.max(level, this.levelOfAxis(x));
      if (g.kind === "read") level = Math.max(level, this.levelOfBound(g.tensor));
    };
    visit(f);
    return level;
  }

  private position(x: Axis): Position {
    return this.scopes[this.levelOfAxis(x)]!.axes.get(x)!;
  }

  /** The loop variable that an axis is here. */
  variableOf(x: Axis): Value {
    return this.position(x).variable;
  }

  private levelOfAxis(x: Axis): number {
    for (let level = this.scopes.length - 1; level >= 0; level--)
      if (this.scopes[level]!.axes.has(x)) return level;
    throw new Error("internal: a formula that depends on an axis outside its loop");
  }

  private levelOfBound(tensor: Tensor): number {
    for (let level = this.scopes.length - 1; level > 0; level--)
      if (this.scopes[level]!.bound.has(tensor)) return level;
    return 0;
  }

  private computed(f: Exclude<Formula, { kind: "constant" }>, level: number): Value {
    switch (f.kind) {
      case "read":
        return this.read(f, level);
      case "counted":
        return this.counted(f.place, level);
      case "match":
        return this.matched(f, numberOf(1), numberOf(0), level);
      case "call":
        return this.applied(f, level);
      default:
        return f satisfies never;
    }
  }

  private counted(place: Place, level: number): Value {
    const first = realOf(this.place(place, level));
    if (!this.vector || !axesOf(place).includes(this.vector)) return first;
    const own = place.terms.find(({ of }) => of === this.vector);
    if (!own || place.terms.some(({ of }) => this.isDivided(of))) return this.byLanes(place, level);
    const lanes: Value = { kind: "lanes", type: "vector" };
    return op("plus", op("times", lanes, numberOf(own.coefficient)), first);
  }

  /** A number for each lane, where a place is no sum of axes. */
  private byLanes(place: Place, level: number): Value {
    const lanes = Array.from({ length: this.target.lanes }, (_, lane) =>
      realOf(this.place(place, level, lane)),
    );
    return { kind: "gathered", type: "vector", lanes };
  }

  private isDivided(of: Atom): boolean {
    return of.kind !== "axis" && axesOfAtom(of).includes(this.vector!);
  }

  private matched(f: Match, then: Value, otherwise: Value, level: number): Value {
    const difference = this.counted(f.difference, level);
    return choose(f.isEqual ? "==" : "!=", difference, numberOf(0), then, otherwise);
  }

  private applied(f: Call, level: number): Value {
    const { name } = f;
    if (name === "times") return this.product(f, level);
    if (name === "where")
      return choose("!=", this.value(f.args[0]!), numberOf(0), this.value(f.args[1]!), numberOf(0));
    if (name === "plus") return this.sum(f.args, level);
    const args = f.args.map((arg) => this.value(arg));
    const [x] = args as [Value];
    const relation = relations[name];
    if (relation) return choose(relation, x, numberOf(0), numberOf(1), numberOf(0));
    if (plain.has(name)) return op(name as NumberOp & FunctionName, ...args);
    if (calledAlone.has(name)) return called(name as Called & FunctionName, ...args);
    const kit = { coder: this.coder, target: this.target, depth: this.scopes[level]!.depth };
    switch (name) {
      case "exp":
        return exp(kit, x);
      case "log":
        return log(kit, x);
      case "tanh":
        return tanh(kit, x);
      case "erf":
        return erf(kit, x);
      case "sigmoid":
        return sigmoid(kit, x);
      case "softplus":
        return softplus(kit, x);
      case "sign":
        return choose(
          ">",
          x,
          numberOf(0),
          numberOf(1),
          choose("<", x, numberOf(0), numberOf(-1), x),
        );
      case "isZero":
        return choose("<", op("abs", x), numberOf(nearly), numberOf(1), numberOf(0));
      case "isNotZero":
        return choose(">=", op("abs", x), numberOf(nearly), numberOf(1), numberOf(0));
      default:
        throw new Error(`internal: no loop code for ${name}`);
    }
  }

  /** Σ of terms; a product among them is added as it is made. */
  private sum(terms: readonly Formula[], level: number): Value {
    const [first, ...rest] = terms.map((term) => this.signed(term));
    let sum = first!.sign < 0 ? op("negative", this.value(first!.of)) : this.value(first!.of);
    for (const { sign, of } of rest)
      sum = this.coder.let(this.added(sum, sign, of), this.scopes[level]!.depth);
    return sum;
  }

  /** A sum and one more term: a product is added as it is made. */
  private added(sum: Value, sign: 1 | -1, term: Formula): Value {
    const factors = term.kind === "call" && term.name === "times" ? term.args : [];
    if (sign < 0 || factors.length < 2 || factors.some(isFilter))
      return op(sign < 0 ? "minus" : "plus", sum, this.value(term));
    let front = this.value(factors[0]!);
    for (const factor of factors.slice(1, -1)) front = op("times", front, this.value(factor));
    return op("fused", front, this.value(factors.at(-1)!), sum);
  }

  /** A term without its sign. */
  private signed(term: Formula): { readonly sign: 1 | -1; readonly of: Formula } {
    const [front, second, ...rest] = term.kind === "call" && term.name === "times" ? term.args : [];
    if (front?.kind === "constant" && front.value === -1 && second && rest.length === 0)
      return { sign: -1, of: second };
    return { sign: 1, of: term };
  }

  private product(f: Call, level: number): Value {
    const filters = f.args.filter(isFilter);
    const [front, ...others] = f.args.filter((arg) => !filters.includes(arg));
    let value: Value = numberOf(1);
    if (front?.kind === "constant" && front.value === -1 && others.length > 0) {
      const [next, ...rest] = others;
      value = op("negative", this.value(next!));
      for (const factor of rest) value = op("times", value, this.value(factor));
    } else if (front) {
      value = this.value(front);
      for (const factor of others) value = op("times", value, this.value(factor));
    }
    for (const filter of filters)
      value =
        filter.kind === "match"
          ? this.matched(filter, value, numberOf(0), level)
          : choose("!=", this.value(filter), numberOf(0), value, numberOf(0));
    return value;
  }

  // ---- memory --------------------------------------------------------------------------------------

  private read(f: Read, level: number): Value {
    const bound = this.scopes.findLast(({ bound: values }) => values.has(f.tensor));
    if (bound) return bound.bound.get(f.tensor)!;
    const along = this.vector && f.axes.includes(this.vector) ? this.vector : null;
    const stride = along ? strideAlong(f, along, this.layout) : 0;
    if (!along || stride === 0) return this.coder.load("real", this.address(f.tensor, f.at, level));
    if (stride === 1) return this.coder.load("vector", this.address(f.tensor, f.at, level));
    const lanes = Array.from({ length: this.target.lanes }, (_, lane) =>
      this.coder.load("real", this.address(f.tensor, f.at, level, lane)),
    );
    return { kind: "gathered", type: "vector", lanes };
  }

  /** Writes the entry of a tensor at some places. */
  write(tensor: Tensor, at: readonly Place[], value: Value): void {
    const { coder, target, vector } = this;
    const level = this.scopes.length - 1;
    const { strides } = this.layout.storageOf(tensor);
    const along = at.findIndex((place) => vector !== null && axesOf(place).includes(vector));
    if (along < 0 || !vector) {
      coder.store(this.address(tensor, at, level), value);
      return;
    }
    if (strides[along] === 1) {
      coder.store(this.address(tensor, at, level), splat(value));
      return;
    }
    const all = coder.let(splat(value));
    for (let lane = 0; lane < target.lanes; lane++)
      coder.store(this.address(tensor, at, level, lane), {
        kind: "lane",
        type: "real",
        of: all,
        index: lane,
      });
  }

  /** Where an entry stands: a pointer made in the loops around, and what the innermost one adds. */
  address(tensor: Tensor, at: readonly Place[], level = this.scopes.length - 1, lane = 0): Address {
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
      if (of === this.vector) constant += lane * factor;
      if (of.kind === "axis") constant += this.position(of).shift * factor;
      (this.isOutside(of, level) ? outer : inner).push({ of, factor });
    }
    const base = outer.length > 0 ? this.pointer(outer) : null;
    const index = inner.length > 0 ? this.total(inner, level, lane) : null;
    return { base, index, offset: constant };
  }

  /** Where an entry that is read stands, as a count of numbers. */
  startOf({ tensor, at }: Read): Value {
    const { base, index, offset } = this.address(tensor, at);
    let sum: Value = base ?? int(0);
    if (index) sum = whole("+", sum, index);
    return whole("+", sum, int(offset));
  }

  /** Whether what an atom varies with is known outside the scope `level`. */
  private isOutside(atom: Atom, level: number): boolean {
    const isByLane = this.vector !== null && atom.kind !== "axis" && this.isDivided(atom);
    return !isByLane && this.levelOfAtom(atom) < level;
  }

  private levelOfAtom(atom: Atom): number {
    if (atom.kind === "axis") return this.position(atom).level;
    return Math.max(0, ...axesOfAtom(atom).map((x) => this.levelOfAxis(x)));
  }

  /** What loops around add up to, made there. */
  private pointer(terms: readonly Stride[]): Value {
    const level = Math.max(...terms.map(({ of }) => this.levelOfAtom(of)));
    const scope = this.scopes[level]!;
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
      const value = of.kind === "axis" ? this.position(of).variable : this.atom(of, level, lane);
      sum = whole("+", sum, whole("*", value, int(factor)));
    }
    return sum;
  }

  /** A place as a whole number; of a vector that of its first lane, or of another. */
  place(p: Place, level = this.scopes.length - 1, lane = 0): Value {
    let sum: Value = int(p.constant);
    for (const { of, coefficient } of p.terms)
      sum = whole("+", sum, whole("*", this.atom(of, level, lane), int(coefficient)));
    return sum;
  }

  private lookedUp({ in: tensor, at }: Lookup, level: number, lane: number): Value {
    const address = this.address(tensor, [at], level, lane);
    return this.coder.let(
      { kind: "intOf", of: this.coder.load("real", address) },
      this.scopes[level]!.depth,
    );
  }

  private atom(atom: Atom, level: number, lane: number): Value {
    switch (atom.kind) {
      case "axis": {
        const { variable, shift } = this.position(atom);
        return whole("+", variable, int(shift + (atom === this.vector ? lane : 0)));
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
}
