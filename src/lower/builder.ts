/** @file Building formulas: equal ones are one object, and what is known at once is computed at once. */

import type { Call, Formula, FunctionName, Read } from "./formula.ts";
import { costOf, isCall, valueOf } from "./formula.ts";
import { axesInOrder, formOfPlace, keyOf } from "./keys.ts";
import type { Axis, Place } from "./place.ts";
import { axesOf, axis, origin, placeOf, plusPlace, rangeOf, substitutedPlace } from "./place.ts";
import { StableForms } from "./stable.ts";
import { summed, withOperandsKept } from "./sums.ts";
import type { AlgorithmName, Definition, Folding, Tensor } from "./tensor.ts";

const joined = (parts: readonly (readonly Axis[])[]): readonly Axis[] => [...new Set(parts.flat())];

/** The formulas and tensors of one program. */
export class Builder {
  private readonly formulas = new Map<string, Formula>();
  private readonly forms = new Map<string, number>();
  private readonly known = new Map<string, Tensor>();
  private readonly stable = new StableForms(this);
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
    return this.stable.reciprocal(a) ?? this.call("over", this.one, a);
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
    return this.stable.logarithm(a) ?? this.call("log", a);
  }

  call(name: FunctionName, ...args: readonly Formula[]): Formula {
    const numbers = args.flatMap((arg) => (arg.kind === "constant" ? [arg.value] : []));
    const value = numbers.length === args.length ? valueOf(name, numbers) : null;
    return value === null ? this.application(name, args) : this.constant(value);
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
    return summed(this, over, body);
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

  /** What the entries along axes that a formula depends on come to, kept as a tensor and read where it stands. */
  folded(folding: Folding, over: readonly Axis[], body: Formula): Formula {
    const axes = body.axes.filter((x) => !over.includes(x));
    const readable = folding === "plus" ? withOperandsKept(this, over, body) : body;
    return this.stored(axes, { kind: "fold", folding, over, body: readable });
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
