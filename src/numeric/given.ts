/** @file Values at the point that a problem gives by its numbers. */

import { errors } from "../diagnostics/errors.ts";
import type { Dimension } from "../expr/dimension.ts";
import type { Expr, Sym } from "../expr/expr.ts";
import type { Value } from "../expr/op.ts";
import type { Rational } from "../expr/rational.ts";
import { toNumber } from "../expr/rational.ts";
import { postorder } from "../expr/walk.ts";
import { evaluate, lackOf } from "./evaluate.ts";
import { realArithmetic } from "./mathjs.ts";

/** Numbers by the names of what they are given for, row by row. */
type Numbers = ReadonlyMap<string, readonly (readonly Rational[])[]>;

/** The names and sizes that an expression is made of and for which no number is given. */
export function withoutNumbers(e: Expr, numbers: Pick<Numbers, "has">): string[] {
  const nodes = postorder([e], (part) =>
    part.kind === "sym" && numbers.has(part.name) ? [] : belowOf(part),
  );
  const names = nodes.filter(
    (s): s is Sym =>
      s.kind === "sym" && s.role === "value" && s.definition === null && !numbers.has(s.name),
  );
  // Numbers for names give most sizes, too.
  if (names.length > 0) return [...new Set(names.map(({ name }) => name))];
  const sizes = nodes.flatMap((part) => {
    const own = part.kind === "sym" && part.role === "dimension" ? [part.name] : [];
    return own.concat(part.shape.flatMap(({ names: of }) => of));
  });
  return [...new Set(sizes.filter((name) => !numbers.has(name)))];
}

function belowOf(e: Expr): readonly Expr[] {
  if (e.kind === "sym") return e.definition ? [e.definition] : [];
  return e.kind === "apply" ? e.args : e.kind === "indexSum" ? [e.index, e.body] : [];
}

/**
 * The entries of an expression where every name has the number that is given for it.
 * @throws NablaError where a number is missing, or it has no value there (`exit` 3).
 */
export function valueGiven(e: Expr, numbers: Numbers): number[][] {
  const missing = withoutNumbers(e, numbers);
  if (missing.length > 0) throw errors.numbersMissing(missing);
  const m = realArithmetic;
  const size = ({ coefficient, names }: Dimension): number =>
    names.reduce((n, name) => n * toNumber(numbers.get(name)![0]![0]!), coefficient);
  const values = new Map<Sym, Value>();
  for (const s of postorder([e])) {
    const rows = s.kind === "sym" && s.role === "value" ? numbers.get(s.name) : undefined;
    if (!rows || s.kind !== "sym") continue;
    values.set(
      s,
      m.matrix(rows.length, rows[0]!.length, (i, j) => toNumber(rows[i]![j]!)),
    );
  }
  try {
    const [value] = evaluate([e], { values, size }, m);
    const rows = Array.from({ length: m.rows(value) }, (_row, i) =>
      Array.from({ length: m.columns(value) }, (_entry, j) => m.real(m.entry(value, i, j))),
    );
    if (rows.every((row) => row.every(Number.isFinite))) return rows;
  } catch (error) {
    throw errors.noValue(lackOf(error));
  }
  throw errors.noValue("a finite value of each part");
}
