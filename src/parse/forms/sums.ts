/** @file Sums: every term has one shape. */

import { errors, excerpt } from "../../diagnostics/errors.ts";
import { add } from "../../ops/arithmetic.ts";
import { negative } from "../build.ts";
import * as demand from "../constraints.ts";
import type { Inference, Of, Typed } from "../infer.ts";
import { classOf, extentOf } from "../unify.ts";

export function sumForm(inference: Inference, e: Of<"sum">): Typed {
  const terms = e.terms.map(({ term }) => inference.visit(term));
  const shape = terms[0]!.shape;
  for (const [i, term] of terms.entries()) {
    if (i === 0) continue;
    const [a, b] = [terms[i - 1]!, term];
    inference.solver.require(
      demand.same(shape, term.shape, "it is added to a scalar", () =>
        cannotAdd(inference, e, a, b, i),
      ),
    );
  }
  return {
    shape,
    span: e.span,
    build: () =>
      add(
        ...terms.map((term, i) => (e.terms[i]!.negative ? negative(term.build()) : term.build())),
      ),
  };
}

function cannotAdd(inference: Inference, e: Of<"sum">, a: Typed, b: Typed, i: number): Error {
  const [left, right] = [e.terms[i - 1]!.term, e.terms[i]!.term];
  const scalars = [a, b].filter((t) => classOf(t.shape) === "scalar");
  const message =
    `cannot ${e.terms[i]!.negative ? "subtract" : "add"} ` +
    (e.terms[i]!.negative
      ? `${inference.describe(right, b.shape)} from ${inference.describe(left, a.shape)}`
      : `${inference.describe(left, a.shape)} and ${inference.describe(right, b.shape)}`);
  let hint: string | undefined;
  if (scalars.length === 1) {
    const [s, other] = classOf(a.shape) === "scalar" ? [left, b] : [right, a];
    const text = excerpt(s.span);
    const c = text === "1" ? "" : /^[\w.α-ω]+$/u.test(text) ? text : `(${text})`;
    hint =
      extentOf(other.shape[1]) === "one"
        ? `${c}𝟏`
        : `${c}𝟏𝟏ᵀ for every entry, ${c}I for the diagonal`;
  } else {
    const free = [right, left].find(
      (s) =>
        s.kind === "name" &&
        inference.scope.isKnown(s.name) &&
        inference.scope.symbol(s.name, s.span).origin === "free",
    );
    const other = free === right ? a : b;
    if (free)
      hint = `declare it:  ${excerpt(free.span)}: ${inference.show(other.shape).replace(/×1$/u, "")}`;
  }
  return errors.shapesDiffer(
    { source: left.span.source, start: left.span.start, end: right.span.end },
    message,
    inference.sources(right, left),
    hint,
  );
}
