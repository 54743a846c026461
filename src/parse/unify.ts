/** @file Unification of dimensions: unknowns, constraints that wait, and a trail to go back on. */

import type { Dimension, Shape } from "../expr/dimension.ts";
import { divided, multiplied, one } from "../expr/dimension.ts";

/** Why something is known, in words that follow a colon: `it is added to a scalar`. */
export type Reason = string;

/** A dimension that is not known yet. */
export interface Unknown {
  bound: Term | null;
  /** Known to be more than 1, though not what. */
  many: boolean;
  why: Reason | null;
  readonly watchers: Set<Constraint>;
}

export type Term = Dimension | Unknown;
export type ShapeTerm = readonly [rows: Term, columns: Term];

/** Something that must hold; `step` draws what conclusions it can and says whether it is done. */
export interface Constraint {
  readonly shapes: readonly ShapeTerm[];
  step(solver: Solver): boolean;
  /** The error to give where it cannot hold. */
  clash(): Error;
  done: boolean;
}

/** Thrown inside the solver where two dimensions differ; a constraint turns it into its error. */
export class Mismatch extends Error {}

export const isUnknown = (t: Term): t is Unknown => "bound" in t;

/** What a term stands for now. */
export function find(t: Term): Term {
  let at = t;
  while (isUnknown(at) && at.bound) at = at.bound;
  return at;
}

export type Extent = "one" | "many" | "open";

export function extentOf(t: Term): Extent {
  const root = find(t);
  if (isUnknown(root)) return root.many ? "many" : "open";
  return root === one ? "one" : "many";
}

/** What is known of a shape: `open` where it may be a scalar or not. */
export function classOf(shape: ShapeTerm): "scalar" | "nonscalar" | "open" {
  const [rows, columns] = [extentOf(shape[0]), extentOf(shape[1])];
  if (rows === "many" || columns === "many") return "nonscalar";
  return rows === "one" && columns === "one" ? "scalar" : "open";
}

/** Whether rows and columns are each known to be 1 or more. */
export const isSettled = (shape: ShapeTerm): boolean =>
  extentOf(shape[0]) !== "open" && extentOf(shape[1]) !== "open";

/** The shape where it is known whole. */
export function solved(shape: ShapeTerm): Shape | null {
  const [rows, columns] = [find(shape[0]), find(shape[1])];
  return isUnknown(rows) || isUnknown(columns) ? null : [rows, columns];
}

export const scalarTerm: ShapeTerm = [one, one];
export const swapped = ([rows, columns]: ShapeTerm): ShapeTerm => [columns, rows];

/** Keeps the unknowns, the constraints that wait for them, and a trail to undo by. */
export class Solver {
  private readonly trail: (() => void)[] = [];
  private readonly queue: Constraint[] = [];
  private readonly queued = new Set<Constraint>();
  private reason: Reason = "";
  readonly constraints: Constraint[] = [];

  unknown(): Unknown {
    return { bound: null, many: false, why: null, watchers: new Set() };
  }

  shape(): ShapeTerm {
    return [this.unknown(), this.unknown()];
  }

  require(constraint: Constraint): void {
    this.constraints.push(constraint);
    this.enqueue(constraint);
  }

  /** Equal dimensions; throws Mismatch. */
  unify(a: Term, b: Term, why: Reason): void {
    const [x, y] = [find(a), find(b)];
    if (x === y) return;
    // Many that wait are not moved to few: a long sum would move them again for each term.
    if (isUnknown(x) && isUnknown(y) && x.watchers.size > y.watchers.size + 32)
      this.bind(y, x, why);
    else if (isUnknown(x)) this.bind(x, y, why);
    else if (isUnknown(y)) this.bind(y, x, why);
    else throw new Mismatch();
  }

  unifyShapes(a: ShapeTerm, b: ShapeTerm, why: Reason): void {
    this.unify(a[0], b[0], why);
    this.unify(a[1], b[1], why);
  }

  private bind(x: Unknown, to: Term, why: Reason): void {
    if (x.many && to === one) throw new Mismatch();
    if (isUnknown(to)) {
      if (x.many) this.markMany(to, x.why ?? why);
      for (const watcher of x.watchers) to.watchers.add(watcher);
    }
    this.trail.push(() => {
      x.bound = null;
    });
    x.bound = to;
    this.tell(x, why);
    // What waits for the other one alone learns nothing; that it is many, it was told.
    this.wake(x);
  }

  /** Says that a dimension is more than 1; throws Mismatch where it is 1. */
  markMany(t: Term, why: Reason): void {
    const root = find(t);
    if (root === one) throw new Mismatch();
    if (!isUnknown(root) || root.many) return;
    this.trail.push(() => {
      root.many = false;
    });
    root.many = true;
    this.tell(root, why);
    this.wake(root);
  }

  private tell(x: Unknown, why: Reason): void {
    if (x.why !== null) return;
    x.why = why || this.reason;
    this.trail.push(() => {
      x.why = null;
    });
  }

  private enqueue(constraint: Constraint): void {
    if (this.queued.has(constraint)) return;
    this.queued.add(constraint);
    this.queue.push(constraint);
  }

  private wake(x: Unknown): void {
    for (const watcher of x.watchers) if (!watcher.done) this.enqueue(watcher);
  }

  /** Draws all conclusions; throws the error of a constraint that cannot hold. */
  propagate(): void {
    // First in, first out: what stands inside is settled before what stands around it.
    for (let i = 0; i < this.queue.length; i++) {
      const constraint = this.queue[i]!;
      this.queued.delete(constraint);
      if (constraint.done) continue;
      let done: boolean;
      try {
        done = constraint.step(this);
      } catch (error) {
        this.clearQueue();
        throw error instanceof Mismatch ? constraint.clash() : error;
      }
      if (done) {
        constraint.done = true;
        this.trail.push(() => {
          constraint.done = false;
        });
      } else this.watch(constraint);
    }
    this.clearQueue();
  }

  private clearQueue(): void {
    this.queue.length = 0;
    this.queued.clear();
  }

  private watch(constraint: Constraint): void {
    for (const shape of constraint.shapes)
      for (const term of shape) {
        const root = find(term);
        if (isUnknown(root)) root.watchers.add(constraint);
      }
  }

  mark(): number {
    return this.trail.length;
  }

  /** Goes back to a mark. */
  undo(mark: number): void {
    while (this.trail.length > mark) this.trail.pop()!();
    this.clearQueue();
  }

  /** Looks at every open constraint anew, after going back. */
  requeue(): void {
    for (const constraint of this.constraints) if (!constraint.done) this.enqueue(constraint);
  }
}

/** `product = a·b`, as far as it can be concluded; true where nothing is left to conclude. */
export function unifyProduct(
  solver: Solver,
  product: Term,
  a: Term,
  b: Term,
  why: Reason,
): boolean {
  const [p, x, y] = [find(product), find(a), find(b)];
  if (!isUnknown(x) && !isUnknown(y)) {
    solver.unify(p, multiplied(x, y), why);
    return true;
  }
  for (const [known, open] of [
    [x, y],
    [y, x],
  ] as const) {
    if (known === one) {
      solver.unify(p, open, why);
      return true;
    }
    if (!isUnknown(p) && !isUnknown(known)) {
      const other = divided(p, known);
      if (!other) throw new Mismatch();
      solver.unify(open, other, why);
      return true;
    }
  }
  return false;
}
