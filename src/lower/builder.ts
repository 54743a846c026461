/** @file Building formulas: equal ones are one object, and what is known at once is computed at once. */

import type { Call, Formula, FunctionName, Read } from "./formula.ts";
import { costOf } from "./formula.ts";
import type { Atom, Axis, Place } from "./place.ts";
import {
  axesOf,
  axis,
  origin,
  placeOf,
  plusPlace,
  rangeOf,
  solvedFor,
  substitutedPlace,
} from "./place.ts";
import type { AlgorithmName, Definition, Folding, Tensor } from "./tensor.ts";

const joined = (parts: readonly (readonly Axis[])[]): readonly Axis[] => [...new Set(parts.flat())];

/** A place without the names of its axes. */
const formOfPlace = ({ constant, terms }: Place): string =>
  `${terms
    .map(({ of, coefficient }) => `${coefficient}*${formOfAtom(of)}`)
    .sort()
    .join("+")}+${constant}`;

function formOfAtom(atom: Atom): string {
  if (atom.kind === "axis") return String(atom.extent);
  if (atom.kind === "label" || atom.kind === "step") return atom.key;
  if (atom.kind === "lookup") return `${atom.in.id}[${formOfPlace(atom.at)}]`;
  return `${atom.kind}${atom.by}(${formOfPlace(atom.of)})`;
}

/** Values of the functions of numbers that are known. */
const values: Partial<Record<FunctionName, (...args: number[]) => number>> = {
  over: (a, b) => a / b,
  power: (a, b) => a ** b,
  sqrt: Math.sqrt,
  exp: Math.exp,
  log: Math.log,
  abs: Math.abs,
  sign: Math.sign,
  larger: (a, b) => Math.max(a, b),
  smaller: (a, b) => Math.min(a, b),
  isPositive: (x) => Number(x > 0),
  isNotNegative: (x) => Number(x >= 0),
  isNegative: (x) => Number(x < 0),
  isNotPositive: (x) => Number(x <= 0),
};

/** The formulas and tensors of one program. */
export class Builder {
  private readonly formulas = new Map<string, Formula>();
  private readonly forms = new Map<string, number>();
  private readonly known = new Map<string, Tensor>();
  private readonly exponentials = new Map<
    Tensor,
    { readonly top: Formula; readonly sum: Formula }
  >();
  /** In the order in which they can be computed. */
  readonly tensors: Tensor[] = [];

  readonly zero = this.constant(0);
  readonly one = this.constant(1);

  // ---- leaves --------------------------------------------------------------------------------------

  constant(value: number): Formula {
    return this.interned(`${Object.is(value, -0) ? 0 : value}`, (id, form) => ({
      kind: "constant",
      id,
      form,
      axes: [],
      cost: 0,
      value: value === 0 ? 0 : value,
    }));
  }

  read(tensor: Tensor, at: readonly Place[]): Formula {
    const form = `${tensor.id}[${at.map(formOfPlace).join()}]`;
    return this.interned(
      `${tensor.id}[${at.map(({ key }) => key).join()}]`,
      (id, number) => ({
        kind: "read",
        id,
        form: number,
        axes: joined(at.map(axesOf)),
        cost: 0,
        tensor,
        at,
      }),
      form,
    );
  }

  /** The number that a place is. */
  counted(place: Place): Formula {
    if (place.terms.length === 0) return this.constant(place.constant);
    const axes = [...new Set(axesOf(place))];
    return this.interned(
      `#${place.key}`,
      (id, form) => ({ kind: "counted", id, form, axes, cost: 1, place }),
      `#${formOfPlace(place)}`,
    );
  }

  /** 1 where two places are equal, else 0; with `isEqual` false the other way round. */
  match(left: Place, right: Place, isEqual = true): Formula {
    const difference = plusPlace(left, right, -1);
    const [least, most] = rangeOf(difference);
    if (least === 0 && most === 0) return isEqual ? this.one : this.zero;
    if (least > 0 || most < 0) return isEqual ? this.zero : this.one;
    const axes = [...new Set(axesOf(difference))];
    return this.interned(
      `${isEqual}${difference.key}`,
      (id, form) => ({ kind: "match", id, form, axes, cost: 1, difference, isEqual }),
      `${isEqual}${formOfPlace(difference)}`,
    );
  }

  // ---- arithmetic ----------------------------------------------------------------------------------

  plus(...terms: readonly Formula[]): Formula {
    let constant = 0;
    const rest: Formula[] = [];
    for (const term of terms.flatMap((t) => (isCall(t, "plus") ? t.args : [t])))
      if (term.kind === "constant") constant += term.value;
      else rest.push(term);
    if (constant !== 0) rest.push(this.constant(constant));
    return rest.length < 2 ? (rest[0] ?? this.zero) : this.application("plus", rest);
  }

  minus(a: Formula, b: Formula): Formula {
    return this.plus(a, this.negative(b));
  }

  negative(a: Formula): Formula {
    if (isCall(a, "plus")) return this.plus(...a.args.map((term) => this.negative(term)));
    return this.times(this.constant(-1), a);
  }

  times(...factors: readonly Formula[]): Formula {
    let constant = 1;
    const exponents: Formula[] = [];
    const rest: Formula[] = [];
    for (const factor of factors.flatMap((f) => (isCall(f, "times") ? f.args : [f])))
      if (factor.kind === "constant") constant *= factor.value;
      else if (isCall(factor, "exp")) exponents.push(factor.args[0]!);
      else rest.push(factor);
    if (constant === 0) return this.zero;
    // eᵃ e⁻ᵇ is eᵃ⁻ᵇ, which does not overflow where b is about as large as a.
    if (exponents.length > 0) rest.push(this.exp(this.plus(...exponents)));
    if (rest.length === 0) return this.constant(constant);
    const all = constant === 1 ? rest : [this.constant(constant), ...rest];
    return all.length === 1 ? all[0]! : this.application("times", all);
  }

  over(a: Formula, b: Formula): Formula {
    if (b.kind === "constant") return this.times(this.constant(1 / b.value), a);
    return this.times(a, this.reciprocal(b));
  }

  reciprocal(a: Formula): Formula {
    if (a.kind === "constant") return this.constant(1 / a.value);
    // 1/Σeˣ, where it may overflow, is e⁻ᵗ/Σeˣ⁻ᵗ with the largest exponent t.
    const shifted = this.shiftedSum(a);
    if (shifted)
      return this.times(
        this.exp(this.negative(shifted.top)),
        this.call("over", this.one, shifted.sum),
      );
    if (isCall(a, "exp")) return this.exp(this.negative(a.args[0]!));
    // 1/(1 + eˣ) = σ(−x)
    if (isCall(a, "plus") && a.args.length === 2 && a.args[1] === this.one) {
      const [x] = a.args;
      if (isCall(x!, "exp")) return this.call("sigmoid", this.negative(x.args[0]!));
    }
    return this.call("over", this.one, a);
  }

  /** `a` to a power that is known. */
  toPower(a: Formula, exponent: number): Formula {
    if (exponent === 0) return this.one;
    if (exponent < 0) return this.reciprocal(this.toPower(a, -exponent));
    if (isCall(a, "exp")) return this.exp(this.times(this.constant(exponent), a.args[0]!));
    if (exponent === 0.5) return this.call("sqrt", a);
    if (Number.isInteger(2 * exponent) && exponent <= 64) {
      let [y, square, left] = [this.one, a, Math.floor(exponent)];
      if (!Number.isInteger(exponent)) y = this.call("sqrt", a);
      for (; left > 0; left = Math.floor(left / 2)) {
        if (left % 2 === 1) y = this.times(y, square);
        square = this.times(square, square);
      }
      return y;
    }
    return this.call("power", a, this.constant(exponent));
  }

  exp(a: Formula): Formula {
    if (isCall(a, "log")) return a.args[0]!;
    return this.call("exp", a);
  }

  log(a: Formula): Formula {
    const shifted = this.shiftedSum(a);
    if (shifted) return this.plus(shifted.top, this.call("log", shifted.sum));
    return logarithmOf(this, a) ?? this.call("log", a);
  }

  call(name: FunctionName, ...args: readonly Formula[]): Formula {
    const value = values[name];
    const numbers = args.flatMap((arg) => (arg.kind === "constant" ? [arg.value] : []));
    if (value && numbers.length === args.length) return this.constant(value(...numbers));
    return this.application(name, args);
  }

  private application(name: FunctionName, args: readonly Formula[]): Formula {
    return this.interned(
      `${name}(${args.map(({ id }) => id).join()})`,
      (id, form) => ({
        kind: "call",
        id,
        form,
        axes: joined(args.map(({ axes }) => axes)),
        cost:
          args.reduce((sum, arg) => sum + arg.cost, 0) +
          costOf(name) * Math.max(1, args.length - 1),
        name,
        args,
      }),
      `${name}(${args.map(({ form }) => form).join()})`,
    );
  }

  // ---- sums ----------------------------------------------------------------------------------------

  /** Σ over an axis. */
  sum(over: Axis, body: Formula): Formula {
    if (!body.axes.includes(over)) return this.times(this.constant(over.extent), body);
    if (isCall(body, "plus")) {
      // (δ + A) leaves a sum of A alone, and the rest without one.
      const isShort = (t: Formula): boolean =>
        !t.axes.includes(over) || this.picked(over, t) !== null;
      const short = body.args.filter(isShort);
      if (short.length > 0) {
        const long = body.args.filter((t) => !isShort(t));
        const sums = short.map((t) => this.sum(over, t));
        return this.plus(...sums, ...(long.length > 0 ? [this.sum(over, this.plus(...long))] : []));
      }
    }
    const picked = this.picked(over, body);
    if (picked) return picked;
    const factors = isCall(body, "times") ? body.args : [body];
    const outside = factors.filter((f) => !f.axes.includes(over));
    if (outside.length > 0) {
      const inside = factors.filter((f) => f.axes.includes(over));
      return this.times(...outside, this.sum(over, this.times(...inside)));
    }
    const spread = factors.find(
      (f) => isCall(f, "plus") && f.args.some((t) => this.picked(over, t) !== null),
    ) as Call | undefined;
    if (spread) {
      const others = factors.toSpliced(factors.indexOf(spread), 1);
      return this.sum(over, this.plus(...spread.args.map((t) => this.times(...others, t))));
    }
    return this.folded("plus", [over], body);
  }

  /** What a match leaves of a sum: one term; null where there is none. */
  private picked(over: Axis, term: Formula): Formula | null {
    const factors = isCall(term, "times") ? term.args : [term];
    for (const factor of factors) {
      if (factor.kind !== "match" || !factor.isEqual || !factor.axes.includes(over)) continue;
      const at = solvedFor(over, factor.difference, origin);
      if (!at) continue;
      const others = factors.filter((f) => f !== factor);
      return this.substituted(this.times(...others), new Map([[over, at]]));
    }
    return null;
  }

  /** What is largest along an axis. */
  largest(over: Axis, body: Formula): Formula {
    return body.axes.includes(over) ? this.folded("larger", [over], body) : body;
  }

  /** What the entries along an axis multiply to. */
  multiplied(over: Axis, body: Formula): Formula {
    if (!body.axes.includes(over)) return this.toPower(body, over.extent);
    return this.folded("times", [over], body);
  }

  private folded(folding: Folding, over: readonly Axis[], body: Formula): Formula {
    const axes = body.axes.filter((x) => !over.includes(x));
    const readable = folding === "plus" ? this.withOperandsKept(over, body) : body;
    return this.stored(axes, { kind: "fold", folding, over, body: readable });
  }

  /** The factors of Σₖ aᵢₖbₖⱼ, each kept where it would be computed anew for every entry of the sum. */
  private withOperandsKept(over: readonly Axis[], body: Formula): Formula {
    if (!isCall(body, "times")) return body;
    const operands = operandsOf(body.args, over);
    if (operands.length === 1) return body;
    return this.times(
      ...operands.map((factors) => {
        const operand = this.times(...factors);
        return operand.cost === 0 ? operand : this.keptHere(operand);
      }),
    );
  }

  /** The parts of Σeˣ = eᵗΣeˣ⁻ᵗ, of a read of such a sum: t is the largest exponent, the sum is at least 1. */
  private shiftedSum(a: Formula): { readonly top: Formula; readonly sum: Formula } | null {
    if (a.kind !== "read" || a.tensor.definition.kind !== "fold") return null;
    const { folding, over, body } = a.tensor.definition;
    if (folding !== "plus" || !isCall(body, "exp")) return null;
    let parts = this.exponentials.get(a.tensor);
    if (!parts) {
      const exponent = body.args[0]!;
      const top = this.foldedAll("larger", over, exponent);
      parts = { top, sum: this.foldedAll("plus", over, this.exp(this.minus(exponent, top))) };
      this.exponentials.set(a.tensor, parts);
    }
    const places = new Map(a.tensor.axes.map((x, i) => [x, a.at[i]!] as const));
    return {
      top: this.substituted(parts.top, places),
      sum: this.substituted(parts.sum, places),
    };
  }

  private foldedAll(folding: Folding, over: readonly Axis[], body: Formula): Formula {
    return this.folded(
      folding,
      over.filter((x) => body.axes.includes(x)),
      body,
    );
  }

  // ---- tensors -------------------------------------------------------------------------------------

  /** What is given from outside. */
  input(name: string, axes: readonly Axis[]): Tensor {
    return this.tensor(`input ${name}`, axes, { kind: "input", name });
  }

  /** What a number is in each of so many steps. */
  record(of: Tensor, steps: number): Tensor {
    return this.tensor(`record ${of.id}`, [axis(steps, "step")], { kind: "record", of });
  }

  /** Whole tensors made of whole tensors. */
  algorithm(name: AlgorithmName, axes: readonly Axis[], of: readonly Tensor[]): Tensor {
    const key = `${name} ${of.map(({ id }) => id).join()} ${axes.map(({ extent }) => extent).join()}`;
    return this.tensor(key, axes, { kind: "algorithm", name, of });
  }

  /** A formula kept as a tensor with those axes, in their order. */
  kept(body: Formula, axes: readonly Axis[]): Tensor {
    const key = `map ${axes.map(({ key: k }) => k).join()} ${body.id}`;
    return this.tensor(key, axes, { kind: "map", body });
  }

  /** Another tensor with the entries of one; for each purpose another one. */
  copied(of: Tensor, purpose: string): Tensor {
    const body = this.read(of, this.placesOf(of));
    return this.tensor(`${purpose} ${of.id}`, of.axes, { kind: "map", body });
  }

  /** The places of a tensor's own axes. */
  placesOf({ axes }: Tensor): readonly Place[] {
    return axes.map(placeOf);
  }

  /** A formula kept as a tensor, read where it stands. */
  keptHere(body: Formula): Formula {
    return this.stored(body.axes, { kind: "map", body });
  }

  /** A tensor read at its axes: the same one for definitions that differ in the names of axes alone. */
  private stored(
    axes: readonly Axis[],
    definition: Extract<Definition, { body: Formula }>,
  ): Formula {
    const { body } = definition;
    const over = definition.kind === "fold" ? definition.over : [];
    const order = [...new Set([...axesInOrder(body), ...axes])];
    const own = order.filter((x) => !over.includes(x));
    const numbers = new Map(order.map((x, i) => [x, i]));
    const kind = definition.kind === "fold" ? definition.folding : "map";
    const extents = order.map((x) => (over.includes(x) ? -x.extent : x.extent)).join();
    const key = `${kind} ${extents} ${keyOf(body, numbers)}`;
    return this.read(this.tensor(key, own, definition), own.map(placeOf));
  }

  private tensor(key: string, axes: readonly Axis[], definition: Definition): Tensor {
    let found = this.known.get(key);
    if (!found) {
      found = { id: this.tensors.length, axes, definition };
      this.known.set(key, found);
      this.tensors.push(found);
    }
    return found;
  }

  // ---- other places --------------------------------------------------------------------------------

  /** A formula with places in the place of axes. */
  substituted(f: Formula, by: ReadonlyMap<Axis, Place>): Formula {
    const leaf = (g: Formula): Formula => {
      switch (g.kind) {
        case "read":
          return this.read(
            g.tensor,
            g.at.map((place) => substitutedPlace(place, by)),
          );
        case "counted":
          return this.counted(substitutedPlace(g.place, by));
        case "match":
          return this.match(substitutedPlace(g.difference, by), origin, g.isEqual);
        case "constant":
        case "call":
          return g;
        default:
          return g satisfies never;
      }
    };
    return this.rebuilt(f, leaf, (g) => g.axes.some((x) => by.has(x)));
  }

  /** A formula with other reads. */
  withReads(f: Formula, other: (read: Read) => Formula): Formula {
    return this.rebuilt(
      f,
      (g) => (g.kind === "read" ? other(g) : g),
      () => true,
    );
  }

  /** A formula with other leaves; parts that do not concern it stay. */
  private rebuilt(
    f: Formula,
    leaf: (g: Formula) => Formula,
    concerns: (g: Formula) => boolean,
  ): Formula {
    const done = new Map<Formula, Formula>();
    const replaced = (g: Formula): Formula => {
      if (!concerns(g)) return g;
      let result = done.get(g);
      if (!result) done.set(g, (result = g.kind === "call" ? applied(g) : leaf(g)));
      return result;
    };
    const applied = ({ name, args }: Call): Formula => {
      const parts = args.map(replaced);
      if (name === "plus") return this.plus(...parts);
      return name === "times" ? this.times(...parts) : this.call(name, ...parts);
    };
    return replaced(f);
  }

  private interned(
    key: string,
    make: (id: number, form: number) => Formula,
    form: string = key,
  ): Formula {
    let found = this.formulas.get(key);
    if (!found) {
      let number = this.forms.get(form);
      if (number === undefined) this.forms.set(form, (number = this.forms.size));
      found = make(this.formulas.size, number);
      this.formulas.set(key, found);
    }
    return found;
  }
}

export const isCall = <N extends FunctionName>(
  f: Formula,
  name: N,
): f is Call & { readonly name: N } => f.kind === "call" && f.name === name;

/**
 * The factors of what is summed over some axes in groups that share no other axis, largest first; what depends
 * on no other axis is a group of its own where it costs much, else it goes with the smallest.
 */
function operandsOf(factors: readonly Formula[], over: readonly Axis[]): Formula[][] {
  const groups: { axes: Set<Axis>; factors: Formula[] }[] = [];
  const between: Formula[] = [];
  for (const factor of factors) {
    const own = factor.axes.filter((x) => !over.includes(x));
    if (own.length === 0) {
      between.push(factor);
      continue;
    }
    const touched = groups.filter(({ axes }) => own.some((x) => axes.has(x)));
    const merged = {
      axes: new Set([...own, ...touched.flatMap(({ axes }) => [...axes])]),
      factors: [...touched.flatMap((group) => group.factors), factor],
    };
    for (const group of touched) groups.splice(groups.indexOf(group), 1);
    groups.push(merged);
  }
  const size = ({ axes }: { axes: Set<Axis> }): number =>
    [...axes].reduce((n, { extent }) => n * extent, 1);
  groups.sort((a, b) => size(b) - size(a));
  const smallest = groups.at(-1);
  if (groups.length > 1) smallest!.factors.push(...between);
  else if (between.length > 0) groups.push({ axes: new Set(), factors: between });
  return groups.map((group) => group.factors);
}

/** What is summed or multiplied, in an order that the names of axes do not change. */
const inFormOrder = (f: Call): readonly Formula[] =>
  f.name === "plus" || f.name === "times" ? f.args.toSorted((a, b) => a.form - b.form) : f.args;

/** The axes of a formula in the order in which they are met, which their names do not change. */
function axesInOrder(f: Formula): Axis[] {
  const seen = new Set<Formula>();
  const found = new Set<Axis>();
  const visit = (g: Formula): void => {
    if (seen.has(g)) return;
    seen.add(g);
    if (g.kind === "call") inFormOrder(g).forEach(visit);
    else for (const x of g.axes) found.add(x);
  };
  visit(f);
  return [...found];
}

/** A formula as a text, with numbers in the place of its axes. */
function keyOf(f: Formula, numbers: ReadonlyMap<Axis, number>): string {
  const done = new Map<Formula, number>();
  const lines: string[] = [];
  const numbered = (place: Place): string =>
    place.terms
      .map(({ of, coefficient }) => {
        if (of.kind === "axis") return `${coefficient}@${numbers.get(of)}`;
        if (of.kind === "label" || of.kind === "step") return `${coefficient}${of.key}`;
        if (of.kind === "lookup") return `${coefficient}${of.in.id}[${numbered(of.at)}]`;
        return `${coefficient}${of.kind}${of.by}(${numbered(of.of)})`;
      })
      .sort()
      .join("+") + place.constant;
  const visit = (g: Formula): number => {
    const known = done.get(g);
    if (known !== undefined) return known;
    lines.push(lineOf(g));
    done.set(g, lines.length - 1);
    return lines.length - 1;
  };
  const lineOf = (g: Formula): string => {
    switch (g.kind) {
      case "constant":
        return String(g.value);
      case "read":
        return `${g.tensor.id}[${g.at.map(numbered).join()}]`;
      case "counted":
        return `#${numbered(g.place)}`;
      case "match":
        return `${g.isEqual}${numbered(g.difference)}`;
      case "call":
        return `${g.name}(${inFormOrder(g).map(visit).join()})`;
      default:
        return g satisfies never;
    }
  };
  visit(f);
  return lines.join(";");
}

// ---- forms that neither overflow nor cancel --------------------------------------------------------

/** The logarithm of 1 + eˣ, eˣ, σ(x), 1 − σ(x) and of products with such factors. */
function logarithmOf(b: Builder, a: Formula): Formula | null {
  if (isCall(a, "exp")) return a.args[0]!;
  if (isCall(a, "sigmoid")) return b.negative(b.call("softplus", b.negative(a.args[0]!)));
  if (isCall(a, "plus") && a.args.length === 2) {
    const [x, y] = a.args as [Formula, Formula];
    if (y === b.one && isCall(x, "exp")) return b.call("softplus", x.args[0]!);
    // 1 − σ(x) = σ(−x)
    if (y === b.one && isCall(x, "times") && x.args.length === 2) {
      const [sign, of] = x.args as [Formula, Formula];
      if (sign.kind === "constant" && sign.value === -1 && isCall(of, "sigmoid"))
        return b.negative(b.call("softplus", of.args[0]!));
    }
  }
  return null;
}
