/** @file Values of expressions in an arithmetic, every shared part once. */

import type { Dimension } from "../expr/dimension.ts";
import type { Apply, Expr, IndexSum, Sym } from "../expr/expr.ts";
import { isColumn } from "../expr/expr.ts";
import type { Arithmetic, Value } from "../expr/op.ts";
import { has, property } from "../expr/properties.ts";
import { toNumber } from "../expr/rational.ts";
import { postorder } from "../expr/walk.ts";
import { refuted } from "./claims.ts";
import { filtersOf, isLeftOut } from "./filters.ts";

/** Where an expression is evaluated: values of the free names and sizes of the dimensions. */
export interface Point {
  readonly values: ReadonlyMap<Sym, Value>;
  readonly size: (d: Dimension) => number;
}

/** A point where some operation is not defined, or has no derivative. */
export class OutOfDomain extends Error {}

/** What a point lacks at which an evaluation failed; what failed otherwise is thrown again. */
export function lackOf(error: unknown): string {
  if (error instanceof OutOfDomain) return error.message;
  throw error;
}

/** The values of the nodes that depend on an index of a sum, for the term that is being added. */
interface Scope {
  readonly index: Sym;
  readonly values: Map<Expr, Value>;
}

/** The nodes at which a kink matters. */
type Guarded = Pick<ReadonlySet<Expr>, "has">;

/**
 * The values of `roots`. With `guarded`, a point outside the domain of an operation throws OutOfDomain,
 * and so does a kink in a node that `guarded` holds.
 */
export function evaluate(
  roots: readonly Expr[],
  point: Point,
  m: Arithmetic,
  guarded: Guarded | null = null,
): Value[] {
  const values = valuesBelow(roots, point, m, guarded);
  return roots.map((root) => values.get(root));
}

/**
 * The values of `roots` and of what they are made of, without what has one for each term of a sum; what is in
 * `values` is known, so that many expressions over shared parts cost one walk.
 */
export function valuesBelow(
  roots: readonly Expr[],
  point: Point,
  m: Arithmetic,
  guarded: Guarded | null,
  values = new Map<Expr, Value>(),
): ReadonlyMap<Expr, Value> {
  const scopes: Scope[] = [];
  /** What depends on an index of a sum has a value for each term. */
  const home = (e: Expr): Map<Expr, Value> =>
    scopes.length === 0 || e.free.length === 0
      ? values
      : (scopes.findLast(({ index }) => e.free.includes(index))?.values ?? values);
  /** To the value of an operation a matrix that has one column for its size alone is a column: another case, maybe. */
  const isNarrow = (e: Expr): boolean => !isColumn(e) && point.size(e.shape[1]) === 1;
  const needsExpansion = ({ op, args }: Apply): boolean =>
    args.length > 0 &&
    (!op.value || (op.expand !== undefined && !op.entrywise && args.some(isNarrow)));
  const below = (e: Expr): readonly Expr[] => {
    if (home(e).has(e)) return [];
    switch (e.kind) {
      case "num":
      case "indexSum":
        return [];
      case "sym":
        return e.definition && !point.values.has(e) ? [e.definition] : [];
      case "apply":
        if (isNothing(e)) return [];
        return needsExpansion(e) ? [...e.args, expansionOf(e)] : e.args;
      default:
        return e satisfies never;
    }
  };
  const known = (e: Expr): Value => home(e).get(e);
  const compute = (parts: readonly Expr[]): void => {
    for (const node of postorder(parts, below)) {
      const at = home(node);
      if (!at.has(node)) at.set(node, valueOf(node));
    }
  };
  compute(roots);
  return values;

  /** Whether filters leave nothing of an expression. */
  function isNothing(e: Expr): boolean {
    const filters = filtersOf(e);
    if (filters.length === 0 || filters[0] === e) return false;
    compute(filters);
    return isLeftOut(e, (filter) => m.real(known(filter)) === 0);
  }

  function summed({ index, body }: IndexSum): Value {
    const scope: Scope = { index, values: new Map() };
    scopes.push(scope);
    let sum: Value;
    for (let i = 1; i <= point.size(index.range!); i++) {
      scope.values.clear();
      scope.values.set(index, m.number(i));
      compute([body]);
      const term = known(body);
      sum = i === 1 ? term : m.add(sum, term);
    }
    scopes.pop();
    return sum;
  }

  function valueOf(e: Expr): Value {
    switch (e.kind) {
      case "num":
        return m.exact ? m.exact(e.value) : m.number(toNumber(e.value));
      case "sym": {
        if (e.role === "dimension")
          return m.number(point.size({ coefficient: 1, names: [e.name], key: e.name }));
        if (point.values.has(e)) return point.values.get(e);
        if (e.definition) {
          const value = known(e.definition);
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
      case "indexSum":
        return summed(e);
      default:
        return e satisfies never;
    }
  }

  function application(e: Apply): Value {
    const [rows, columns] = e.shape;
    if (e.args.length === 0) return e.op.constant!(m, point.size(rows), point.size(columns));
    if (isNothing(e)) return m.matrix(point.size(rows), point.size(columns), () => m.number(0));
    const args = e.args.map(known);
    if (guarded) {
      const { resolution } = e.op;
      if (resolution !== undefined && e.args.some((arg, i) => isTiny(arg, args[i], resolution)))
        throw new OutOfDomain(tooSmall);
      if (e.op.domain && !e.op.domain.holds(m, ...args)) throw new OutOfDomain(e.op.domain.text);
      if (e.op.smooth && guarded.has(e) && !e.op.smooth.holds(m, ...args))
        throw new OutOfDomain(e.op.smooth.text);
    }
    const value = needsExpansion(e) ? known(expansionOf(e)) : e.op.value!(m, ...args);
    if (guarded && isTiny(e, value, underflow)) throw new OutOfDomain(tooSmall);
    return value;
  }

  /** Whether an entry of what is positive is 0 in numbers, or about to be. */
  function isTiny(e: Expr, x: Value, least: number): boolean {
    if (!has(e.properties, property.positive)) return false;
    for (let i = 0; i < m.rows(x); i++)
      for (let j = 0; j < m.columns(x); j++)
        if (Math.abs(m.real(m.entry(x, i, j))) < least) return true;
    return false;
  }
}

/** What is smaller is near to where numbers end. */
const underflow = 1e-290;

const tooSmall = "values that are not too small to be told from 0";

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
