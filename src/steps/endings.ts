/** @file What steps end in: the result as it is shown without them, where it reads otherwise. */

import { readsAs, spelled, spelledBy } from "../derive/options.ts";
import type { Derivative } from "../derive/options.ts";
import { isWorthSaying } from "../derive/written.ts";
import type { Where } from "../derive/written.ts";
import { showShape } from "../expr/dimension.ts";
import { cotangentSymbol, sym } from "../expr/expr.ts";
import type { Expr } from "../expr/expr.ts";
import { nameIn } from "../print/index.ts";
import { joined, printed } from "./printed.ts";
import type { Line, Prose } from "./solution.ts";
import { prose } from "./solution.ts";

/** A line that reaches the derivative by a name, and those by parts of it; each ends in its result. */
export function endings(line: Line, found: readonly Derivative[], of: Expr, loss: string): Line[] {
  const all = found.filter(({ variable }) => of.kind === "sym" && variable.symbol.name === of.name);
  const parts = all.filter(({ variable }) => variable.part !== null);
  const whole = all.find(({ variable }) => variable.part === null);
  return [ending(line, whole), ...parts.map((d) => ofPart(d, line, loss))];
}

/** ∂L/∂uᵢ, picked from ∂L/∂u. */
const ofPart = (d: Derivative, { left }: Line, loss: string): Line => ({
  left: printed(cotangentSymbol(loss, sym(d.variable.name, d.variable.shape))),
  right: [spelled(d)],
  shape: showShape(d.shape),
  reason: withTold(["picked from ", left], d),
  part: d.variable.symbol.name,
});

function ending(line: Line, d: Derivative | undefined): Line {
  const last = line.right.at(-1) ?? line.left;
  if (!d || d.layout === "numerator" || readsAs(d, last)) return line;
  return {
    ...line,
    right: [...line.right, spelled(d)],
    reason: withTold(line.reason, d),
  };
}

/** A reason, and what the names of parts stand for. */
function withTold(reason: Prose, { where }: Derivative): Prose {
  const names = where.filter(isWorthSaying).flatMap(told);
  if (names.length === 0) return reason;
  return reason.length === 0 ? prose(...names) : prose(...reason, "; ", ...names);
}

/** `, δ = …` */
const told = (w: Where, i: number): Prose => [
  i === 0 ? "with " : ", ",
  joined(
    spelledBy((spelling) => nameIn[spelling](w.name)),
    w,
  ),
];
