/** @file Values of expressions in an arithmetic, every shared part once. */

import type { Dimension } from "../expr/dimension.ts";
import type { Apply, Expr, Sym } from "../expr/expr.ts";
import type { Arithmetic, Value } from "../expr/op.ts";
import { toNumber } from "../expr/rational.ts";
import { postorder } from "../expr/walk.ts";
import { refuted } from "./claims.ts";

/** Where an expression is evaluated: values of the free names and sizes of the dimensions. */
export interface Point {
  readonly values: ReadonlyMap<Sym, Value>;
  readonly size: (d: Dimension) => number;
}

/** A point where some operation is not defined, or has no derivative. */
export class OutOfDomain extends Error {}

/**
 * The values of `roots`. With `guarded`, a point outside the domain of an operation throws OutOfDomain,
 * and so does a kink in a node that `guarded` holds.
 */
export function evaluate(
  roots: readonly Expr[],
  point: Point,
  m: Arithmetic,
  guarded: Pick<ReadonlySet<Expr>, "has"> | null = null,
): Value[] {
  const values = new Map<Expr, Value>();
  const below = (e: Expr): readonly Expr[] => {
    if (e.kind === "num") return [];
    if (e.kind === "sym") return e.definition && !point.values.has(e) ? [e.definition] : [];
    return [...e.args, ...(needsExpansion(e) ? [expansionOf(e)] : [])];
  };
  for (const node of postorder(roots, below)) values.set(node, valueOf(node));
  return roots.map((root) => values.get(root));

  function valueOf(e: Expr): Value {
    switch (e.kind) {
      case "num":
        return m.number(toNumber(e.value));
      case "sym": {
        if (e.role === "dimension")
          return m.number(point.size({ coefficient: 1, names: [e.name], key: e.name }));
        if (point.values.has(e)) return point.values.get(e);
        if (e.definition) {
          const value = values.get(e.definition);
          // What is declared of a defined name must hold of its value.
          const claimed = e.properties & ~e.definition.properties;
          const wrong = guarded && claimed ? refuted(m, value, claimed) : null;
          if (wrong) throw new OutOfDomain(`${e.name} to be ${wrong}, as it is declared`);
          return value;
        }
        throw new Error(`internal: no value for ${e.name}`);
      }
      case "apply":
        return application(e);
      default:
        return e satisfies never;
    }
  }

  function application(e: Apply): Value {
    if (e.args.length === 0)
      return e.op.constant!(m, point.size(e.shape[0]), point.size(e.shape[1]));
    const args = e.args.map((arg) => values.get(arg));
    if (guarded) {
      if (e.op.domain && !e.op.domain.holds(m, ...args)) throw new OutOfDomain(e.op.domain.text);
      if (e.op.smooth && guarded.has(e) && !e.op.smooth.holds(m, ...args))
        throw new OutOfDomain(e.op.smooth.text);
    }
    return e.op.value ? e.op.value(m, ...args) : values.get(expansionOf(e));
  }
}

const needsExpansion = (e: Apply): boolean => e.args.length > 0 && !e.op.value;

const expansions = new WeakMap<Apply, Expr>();

function expansionOf(e: Apply): Expr {
  let found = expansions.get(e);
  if (!found) {
    if (!e.op.expand)
      throw new Error(`internal: ${e.op.opName} has neither a value nor an expansion`);
    expansions.set(e, (found = e.op.expand(...e.args)));
  }
  return found;
}
