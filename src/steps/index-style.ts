/** @file The style of indices: every step by its entries. */

import type { Spelled } from "../derive/options.ts";
import { one, showShape } from "../expr/dimension.ts";
import { cotangentSymbol } from "../expr/expr.ts";
import type { Expr, Sym } from "../expr/expr.ts";
import { entryOf } from "../ops/indexing.ts";
import { unicodeIndex } from "../print/unicode.ts";
import { componentOf } from "./components.ts";
import type { Backward, CotangentStep } from "./cotangents.ts";
import { givenLine } from "./cotangent-style.ts";
import type { IndexLetters, Indices } from "./letters.ts";
import type { LaidOut } from "./parts.ts";
import { printed } from "./printed.ts";
import { reasonOf } from "./reasons.ts";
import type { Line, Section } from "./solution.ts";
import type { TermNames } from "./terms.ts";

const count = (e: Expr): number => e.shape.filter((d) => d !== one).length;

/** The cotangents by their entries: the chain rule, and what it comes to. */
export function backwardEntries(
  back: Backward,
  laid: LaidOut,
  loss: string,
  letters: IndexLetters,
  terms: TermNames,
): Section {
  const { seed } = back;
  const output = seed?.cotangent!.by ?? null;
  const known = new Set([...laid.parts.map(({ expr }) => expr), ...(output ? [output] : [])]);
  const called = (by: Expr): Expr => (output && by === laid.problem.objective ? output : by);
  const line = (step: CotangentStep): Line => {
    const { of, flow, uses } = step;
    const at = letters.of(of);
    const users = [...new Set(uses.map(({ by }) => called(by)))];
    const chain =
      users.length > 0 && users.every((by) => known.has(by))
        ? [users.map((by) => chainTerm(loss, by, of, at, letters)).reduce(added)]
        : [];
    const ofTerms = terms.entry(step, entryOf(of, ...at), (e) => componentOf(e, ...at));
    return {
      left: printed(entryOf(cotangentSymbol(loss, of), ...at)),
      right: [...chain, ...ofTerms, printed(componentOf(flow, ...at), letters.options)],
      shape: showShape(of.shape),
      reason: reasonOf(step, laid, printed, back, terms),
      part: printed(of).ascii,
    };
  };
  return {
    title: ["Backward, entry by entry"],
    lead: [],
    lines: [
      ...(seed && output ? [givenLine(seed, entryOf(seed, ...letters.of(output)))] : []),
      ...terms.besides().map(line),
    ],
  };
}

/** Σₖ ∂L/∂Mₖ ∂Mₖ/∂Nᵢ. */
function chainTerm(loss: string, by: Expr, of: Expr, at: Indices, letters: IndexLetters): Spelled {
  const inner = letters.of(by, count(of));
  const [upper, lower] = [printed(entryOf(by, ...inner)), printed(entryOf(of, ...at))];
  const flow = printed(entryOf(cotangentSymbol(loss, by), ...inner));
  const bound = inner.filter((i): i is Sym => i.kind === "sym").map(({ name }) => name);
  const sum = {
    unicode: bound.map((i) => `Σ${unicodeIndex(i)} `).join(""),
    ascii: bound.map((i) => `sum_${i} `).join(""),
    latex: bound.length === 0 ? "" : `\\sum_{${bound.join(",")}} `,
  };
  return {
    unicode: `${sum.unicode}${flow.unicode} ∂${upper.unicode}/∂${lower.unicode}`,
    ascii: `${sum.ascii}${flow.ascii}*d${upper.ascii}/d${lower.ascii}`,
    latex: `${sum.latex}${flow.latex} \\frac{\\partial ${upper.latex}}{\\partial ${lower.latex}}`,
  };
}

const added = (a: Spelled, b: Spelled): Spelled => ({
  unicode: `${a.unicode} + ${b.unicode}`,
  ascii: `${a.ascii} + ${b.ascii}`,
  latex: `${a.latex} + ${b.latex}`,
});
