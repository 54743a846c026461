/** @file Formulas as loop code: what depends on fewer loop variables is computed further outside. */

import type { Layout } from "./addresses.ts";
import { Addresses, strideAlong } from "./addresses.ts";
import type { Coder } from "./coder.ts";
import { choose, int, numberOf, op, realOf, splat, called } from "./coder.ts";
import { erf, exp, log, sigmoid, softplus, tanh } from "./elementary.ts";
import type { Call, Formula, FunctionName, Match, Read } from "./formula.ts";
import { isFilter } from "./formula.ts";
import type { Address, Called, NumberOp, Relation, Target, Value } from "./loops.ts";
import type { Place } from "./place.ts";
import { axesOf } from "./place.ts";
import { Scopes } from "./scopes.ts";
import type { Tensor } from "./tensor.ts";

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

/** Computes formulas within the loops of one function. */
export class Evaluator {
  readonly coder: Coder;
  readonly target: Target;
  readonly layout: Layout;
  readonly scopes: Scopes;
  readonly addresses: Addresses;

  constructor(coder: Coder, target: Target, layout: Layout, step: Value = int(0)) {
    this.coder = coder;
    this.target = target;
    this.layout = layout;
    this.scopes = new Scopes(coder);
    this.addresses = new Addresses(coder, this.scopes, layout, step);
  }

  /** The value of a formula, computed as far outside as what it depends on allows. */
  value(f: Formula): Value {
    if (f.kind === "constant") return numberOf(f.value);
    const level = this.levelOf(f);
    const scope = this.scopes.at(level);
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
      for (const x of g.axes) level = Math.max(level, this.scopes.levelOf(x));
      if (g.kind === "read") level = Math.max(level, this.scopes.levelOfBound(g.tensor));
    };
    visit(f);
    return level;
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
    const first = realOf(this.addresses.place(place, level));
    const { vector } = this.scopes;
    if (!vector || !axesOf(place).includes(vector)) return first;
    const own = place.terms.find(({ of }) => of === vector);
    if (!own || place.terms.some(({ of }) => this.addresses.isByLane(of)))
      return this.byLanes(place, level);
    const lanes: Value = { kind: "lanes", type: "vector" };
    return op("plus", op("times", lanes, numberOf(own.coefficient)), first);
  }

  /** A number for each lane, where a place is no sum of axes. */
  private byLanes(place: Place, level: number): Value {
    const lanes = Array.from({ length: this.target.lanes }, (_, lane) =>
      realOf(this.addresses.place(place, level, lane)),
    );
    return { kind: "gathered", type: "vector", lanes };
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
    const kit = { coder: this.coder, target: this.target, depth: this.scopes.at(level).depth };
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
      sum = this.coder.let(this.added(sum, sign, of), this.scopes.at(level).depth);
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
    const bound = this.scopes.bound(f.tensor);
    if (bound) return bound;
    const { vector } = this.scopes;
    const along = vector && f.axes.includes(vector) ? vector : null;
    const stride = along ? strideAlong(f, along, this.layout) : 0;
    const address = (lane = 0): Address => this.addresses.address(f.tensor, f.at, level, lane);
    if (!along || stride === 0) return this.coder.load("real", address());
    if (stride === 1) return this.coder.load("vector", address());
    const lanes = Array.from({ length: this.target.lanes }, (_, lane) =>
      this.coder.load("real", address(lane)),
    );
    return { kind: "gathered", type: "vector", lanes };
  }

  /** Writes the entry of a tensor at some places. */
  write(tensor: Tensor, at: readonly Place[], value: Value): void {
    const { coder, target, layout, scopes, addresses } = this;
    const { vector } = scopes;
    const { strides } = layout.storageOf(tensor);
    const along = at.findIndex((place) => vector !== null && axesOf(place).includes(vector));
    if (along < 0 || !vector) {
      coder.store(addresses.address(tensor, at), value);
      return;
    }
    if (strides[along] === 1) {
      coder.store(addresses.address(tensor, at), splat(value));
      return;
    }
    const all = coder.let(splat(value));
    for (let lane = 0; lane < target.lanes; lane++)
      coder.store(addresses.address(tensor, at, scopes.innermost, lane), {
        kind: "lane",
        type: "real",
        of: all,
        index: lane,
      });
  }
}
