/** @file What a program is given: matrices, families and labels, and where their numbers go. */

import type { Dimension } from "../expr/dimension.ts";
import type { Sym } from "../expr/expr.ts";
import { isAcross } from "../lower/entries.ts";
import type { Storage } from "../lower/storage.ts";
import { withoutMembers } from "../ops/indexing.ts";
import { extentOf } from "../lower/place.ts";
import type { Tensor } from "../lower/tensor.ts";
import type { View } from "./memory.ts";
import type { CompileOptions } from "./options.ts";

/** A name that a program is given: a matrix, a family with a row for each member, or labels. */
export interface Port {
  readonly name: string;
  readonly rows: number;
  readonly columns: number;
  /** How many values a label has; null where it is no label. */
  readonly classes: number | null;
}

/** A port and where its numbers go. */
export interface Input extends Port {
  readonly view: View | null;
}

/** How a name is given, and where its numbers go. */
export function inputOf(
  symbol: Sym,
  storage: Storage,
  { size, options }: { size: (d: Dimension) => number; options: CompileOptions },
): Input {
  const [m, n] = symbol.shape.map(size) as [number, number];
  const isFamily = symbol.member !== null;
  const name = withoutMembers(symbol.name);
  const fed = options.feed?.[name];
  const isLabelled = options.labels?.includes(name) === true;
  const [rows, columns] = isAcross(symbol, isLabelled, fed !== undefined) ? [n, m] : [m, n];
  const count = fed ?? rows;
  if (isLabelled) {
    const view = { storage, rows: count, columns: 1, rowAxis: 0, columnAxis: null };
    return { name, rows: count, columns: 1, classes: columns, view };
  }
  if (fed !== undefined) {
    const view = { storage, rows: fed, columns, rowAxis: 0, columnAxis: columns > 1 ? 1 : null };
    return { name, rows: fed, columns, classes: null, view };
  }
  const [first, second] = [m > 1 ? 0 : null, n > 1 ? (m > 1 ? 1 : 0) : null];
  const [rowAxis, columnAxis] = isFamily ? [second, first] : [first, second];
  return {
    name,
    rows,
    columns,
    classes: null,
    view: { storage, rows, columns, rowAxis, columnAxis },
  };
}

/** Where the numbers of a name go that has others in every step, of so many steps: those of a step below the last one's. */
export function viewOfSteps(
  { shape }: Sym,
  { axes }: Tensor,
  storage: Storage,
  { size, steps }: { size: (d: Dimension) => number; steps: number },
): View {
  const [m, n] = shape.map(size) as [number, number];
  if (extentOf(axes) !== steps * m * n) throw new Error("internal: a name of other steps");
  return { storage, rows: steps * m, columns: n, rowAxis: 0, columnAxis: n > 1 ? 1 : null };
}
