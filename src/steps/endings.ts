/** @file What steps end in: the result as it is shown without them, where it reads otherwise. */

import type { Derivative, Spelled } from "../derive/options.ts";
import { spellings } from "../derive/options.ts";
import type { Expr } from "../expr/expr.ts";
import { nameIn } from "../print/index.ts";
import type { Line, Prose } from "./solution.ts";
import { prose } from "./solution.ts";

/** A line that reaches the derivative by a name, with the result as its last side. */
export function ending(line: Line, found: readonly Derivative[], of: Expr): Line {
  const d = found.find(({ variable }) => of.kind === "sym" && variable.symbol.name === of.name);
  const last = line.right.at(-1) ?? line.left;
  if (!d || d.variable.part || d.layout === "numerator" || isSame(d, last)) return line;
  const where = d.where.filter((w) => w.name !== w.ascii);
  return {
    ...line,
    right: [...line.right, { unicode: d.unicode, ascii: d.ascii, latex: d.latex }],
    reason: prose(...line.reason, ...where.flatMap(told)),
  };
}

/** `, δ = …` */
const told = (w: Derivative["where"][number], i: number): Prose => [
  i === 0 ? "; with " : ", ",
  {
    unicode: `${nameIn.unicode(w.name)} = ${w.unicode}`,
    ascii: `${nameIn.ascii(w.name)} = ${w.ascii}`,
    latex: `${nameIn.latex(w.name)} = ${w.latex}`,
  },
];

/** Whether a result reads as what a line ends in, in the spellings that it is written in. */
const isSame = (d: Derivative, last: Spelled): boolean =>
  spellings.every((spelling) => d[spelling] === "" || d[spelling] === last[spelling]);
