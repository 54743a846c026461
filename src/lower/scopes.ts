/** @file The loops that are open while code is written: what their axes are, and what is known in each. */

import type { Coder } from "./coder.ts";
import type { Formula } from "./formula.ts";
import type { Local, Value } from "./loops.ts";
import type { Axis } from "./place.ts";
import type { Tensor } from "./tensor.ts";

/** A stretch of code in which some axes have values, and what was computed there. */
export interface Scope {
  /** The list of statements it writes to. */
  readonly depth: number;
  readonly axes: ReadonlyMap<Axis, Position>;
  /** Tensors whose entries are at hand here. */
  readonly bound: Map<Tensor, Value>;
  readonly computed: Map<Formula, Value>;
  /** Pointers by what they add up. */
  readonly places: Map<string, Value>;
}

/** What an axis is: a variable of the scope with that number, and how far from it. */
export interface Position {
  readonly level: number;
  readonly variable: Value;
  readonly shift: number;
}

/** The scopes of one function from outside in: each has a level, the outermost 0. */
export class Scopes {
  private readonly coder: Coder;
  private readonly open: Scope[] = [];
  /** The axis along which the lanes of vectors lie, null for one number at a time. */
  vector: Axis | null = null;

  constructor(coder: Coder) {
    this.coder = coder;
    this.open.push(this.scope([]));
  }

  private scope(axes: readonly (readonly [Axis, Value | number])[]): Scope {
    const level = this.open.length;
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

  // ---- opening -------------------------------------------------------------------------------------

  /** Opens a scope in which some axes have values; a number is how far an axis is from where it is around. */
  within(axes: readonly (readonly [Axis, Value | number])[], body: () => void): void {
    this.open.push(this.scope(axes));
    body();
    this.open.pop();
  }

  /** A loop along an axis, the body in a scope of its own. */
  loop(along: Axis, from: Value, to: Value, step: number, body: () => void): void {
    this.coder.loop(from, to, step, (variable) => this.within([[along, variable]], body));
  }

  /** The entry of a tensor at the loop variables is at hand from here on. */
  bind(tensor: Tensor, value: Value): void {
    this.open.at(-1)!.bound.set(tensor, value);
  }

  // ---- asking --------------------------------------------------------------------------------------

  at(level: number): Scope {
    return this.open[level]!;
  }

  /** The level of the scope that code is written to. */
  get innermost(): number {
    return this.open.length - 1;
  }

  position(x: Axis): Position {
    return this.at(this.levelOf(x)).axes.get(x)!;
  }

  /** The loop variable that an axis is here. */
  variableOf(x: Axis): Value {
    return this.position(x).variable;
  }

  /** The level at which an axis has its value. */
  levelOf(x: Axis): number {
    for (let level = this.innermost; level >= 0; level--)
      if (this.at(level).axes.has(x)) return level;
    throw new Error("internal: a formula that depends on an axis outside its loop");
  }

  /** The level at which the entry of a tensor is at hand, 0 where it is not. */
  levelOfBound(tensor: Tensor): number {
    return Math.max(
      0,
      this.open.findLastIndex(({ bound }) => bound.has(tensor)),
    );
  }

  /** The entry of a tensor, where it is at hand. */
  bound(tensor: Tensor): Value | undefined {
    return this.at(this.levelOfBound(tensor)).bound.get(tensor);
  }

  /** The numbers that were computed in the loops around. */
  outside(): Local[] {
    const found: Local[] = [];
    for (const { computed } of this.open.slice(0, -1))
      for (const value of computed.values()) if (value.kind === "local") found.push(value);
    return found;
  }
}
