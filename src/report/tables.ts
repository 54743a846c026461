/** @file Tables of values: what stands in which cell, the same for every format. */

import { spelledBy } from "../derive/options.ts";
import type { Spelled } from "../derive/options.ts";
import type { Evaluation } from "../eval/index.ts";
import type { Iteration, Step, Update } from "../eval/descent.ts";
import type { Memory } from "../eval/memory.ts";
import type { PartValues, Pass } from "../eval/evaluator.ts";
import type { Grid } from "../eval/values.ts";
import { cotangentSymbol, isApply, isScalar, num, sym } from "../expr/expr.ts";
import type { Expr } from "../expr/expr.ts";
import { isExact } from "../numeric/exact.ts";
import type { Entry } from "../numeric/exact.ts";
import { column, entryOf, member, row } from "../ops/indexing.ts";
import { printers } from "../print/index.ts";
import type { Prose } from "../steps/index.ts";
import { isDecimal, writtenNumber } from "./numbers.ts";
import type { Writing, WrittenNumber } from "./numbers.ts";

/** A cell: words, one number, or all numbers of a part. */
export type Cell =
  | { readonly kind: "name"; readonly text: Spelled }
  | { readonly kind: "number"; readonly number: WrittenNumber }
  | { readonly kind: "grid"; readonly rows: readonly (readonly WrittenNumber[])[] }
  | { readonly kind: "nothing" };

/** The head of a column; columns of one group stand side by side. */
export interface Head {
  readonly text: Spelled;
  readonly group: number;
}

/** A table under its title; a wide one may be split between its groups, each with the first column. */
export interface Table {
  readonly title: Prose;
  readonly heads: readonly Head[];
  readonly rows: readonly (readonly Cell[])[];
}

/** More entries than that have no columns of their own. */
const mostColumns = 24;

const word = (text: string): Spelled => ({ unicode: text, ascii: text, latex: `\\text{${text}}` });
const nothing: Cell = { kind: "nothing" };

/** How the numbers of an evaluation are written: as fractions where it was given one that is no decimal. */
export function writingOf({ passes, iterations }: Evaluation, digits: number | null): Writing {
  const inputs = [
    ...passes.map(({ pass }) => pass),
    ...iterations.slice(0, 1).flatMap(({ steps }) => steps[0]!.turns.map(({ pass }) => pass)),
  ].flatMap(({ parts }) => parts.filter(({ kind }) => kind === "input"));
  const isFraction = (x: Entry): boolean => isExact(x) && !isDecimal(x);
  return { digits, fractions: inputs.some(({ forward }) => forward.flat().some(isFraction)) };
}

/** The tables of an evaluation. */
export const tablesOf = (found: Evaluation, writing: Writing): Table[] =>
  [...allTables(found, writing), ...(found.memory ? [memoryTable(found.memory)] : [])].filter(
    ({ heads }) => heads.some(({ group }) => group > 0),
  );

/** What the way back holds, and how many numbers that is. */
function memoryTable({ held, total, variables }: Memory): Table {
  const row = (name: Spelled, count: number): Cell[] => [
    { kind: "name", text: name },
    { kind: "number", number: { text: spelledBy(() => String(count)), isRounded: false } },
  ];
  return {
    title: [`Held for the way back, beside the ${variables} numbers of the variables`],
    heads: [
      { text: spelledBy(() => ""), group: 0 },
      { text: word("numbers"), group: 1 },
    ],
    rows: [...held.map(({ name, count }) => row(name, count)), row(word("sum"), total)],
  };
}

function allTables(found: Evaluation, writing: Writing): Table[] {
  const cells = new Cells(writing);
  const [only] = found.passes;
  if (found.iterations.length > 0)
    return found.iterations.flatMap((iteration) => iterationTables(iteration, found, cells));
  if (found.passes.length === 1 && only!.sample === null)
    return passTables(only!.pass, found, cells);
  return [
    cells.perSample(["Forward"], found.passes, found, "forward"),
    ...(only!.pass.parts.some(({ backward }) => backward)
      ? [cells.perSample(["Backward"], found.passes, found, "backward")]
      : []),
  ];
}

/** Values and what flows back side by side; the gradients that were asked for by themselves. */
function passTables(pass: Pass, { gradients, loss }: Evaluation, cells: Cells): Table[] {
  const hasBackward = pass.parts.some(({ backward }) => backward);
  const by = spelledBy((s) =>
    s === "latex"
      ? `\\partial ${loss.latex}/\\partial\\,\\cdot`
      : s === "ascii"
        ? `d${loss.ascii}/d(.)`
        : `∂${loss.unicode}/∂·`,
  );
  const head = (text: Spelled, group: number): Head => ({ text, group });
  const values: Table = {
    title: ["Values"],
    heads: [
      head(
        spelledBy(() => ""),
        0,
      ),
      head(word("value"), 1),
      ...(hasBackward ? [head(by, 2)] : []),
    ],
    rows: pass.parts.map((part) => [
      { kind: "name", text: part.name },
      cells.grid(part.forward),
      ...(hasBackward ? [part.backward ? cells.grid(part.backward) : nothing] : []),
    ]),
  };
  if (gradients.length === 0) return [values];
  return [
    values,
    {
      title: ["Gradient"],
      heads: [
        head(
          spelledBy(() => ""),
          0,
        ),
        head(word("value"), 1),
      ],
      rows: gradients.map(({ name, value }) => [{ kind: "name", text: name }, cells.grid(value)]),
    },
  ];
}

function iterationTables(
  { iteration, steps }: Iteration,
  found: Evaluation,
  cells: Cells,
): Table[] {
  const title = (what: string): Prose => [`Iteration ${iteration}: ${what}`];
  const turns = steps.flatMap(({ turns: of }) => of);
  const [{ loss, turns: batch }] = steps as [Step];
  const total = batch.length > 1 ? { name: found.descent!.reduce, loss } : null;
  return [
    cells.perSample(title("forward"), turns, found, "forward", total),
    cells.perSample(title("backward"), turns, found, "backward"),
    ...cells.updates(title, steps, found),
  ];
}

/** The loss of a batch: the sum of those of its samples, or their mean. */
interface Total {
  readonly name: "sum" | "mean";
  readonly loss: Grid;
}

type Turns = readonly { readonly sample: number | null; readonly pass: Pass }[];

/** Makes the cells. */
class Cells {
  private readonly writing: Writing;

  constructor(writing: Writing) {
    this.writing = writing;
  }

  grid(grid: Grid): Cell {
    return {
      kind: "grid",
      rows: grid.map((row) => row.map((x) => writtenNumber(x, this.writing))),
    };
  }

  private numbers(grid: Grid): Cell[] {
    return grid.flat().map((x) => ({ kind: "number", number: writtenNumber(x, this.writing) }));
  }

  /** A row a sample, a column an entry: of what changes with the sample, and of what is made of it. */
  perSample(
    title: Prose,
    turns: Turns,
    { sampled, asked, descent, terms }: Evaluation,
    side: "forward" | "backward",
    total: Total | null = null,
  ): Table {
    const isShown = ({ kind, expr, flow }: PartValues): boolean => {
      // δ stands where the backward values do.
      if (expr === flow) return false;
      if (kind !== "input") return side === "forward" || kind !== "objective";
      // xᵢ of the term of a sum
      if (expr.kind !== "sym") return side === "forward";
      return side === "forward"
        ? sampled.has(expr.name) || (turns.length === 1 && descent !== null && !terms)
        : asked.has(expr.name);
    };
    const parts = turns[0]!.pass.parts.filter(isShown);
    const of = (part: PartValues): Grid | null => part[side];
    const shown = parts.filter((part) => of(part) !== null);
    const columns = shown.map((part, k): Head[] => {
      const grid = of(part)!;
      const name = side === "forward" ? part.name : part.cotangent;
      return this.heads(name, side === "forward" ? part.expr : part.flow, grid, k + 1);
    });
    const hasSamples = turns[0]!.sample !== null;
    return {
      title,
      heads: [...(hasSamples ? [sampleHead(terms)] : []), ...columns.flat()],
      rows: [
        ...turns.map(({ sample, pass }) => [
          ...(hasSamples ? [this.count(sample!)] : []),
          ...shown.flatMap((part, k) => {
            const own = pass.parts[turns[0]!.pass.parts.indexOf(part)]!;
            return this.entries(of(own) ?? [], columns[k]!.length);
          }),
        ]),
        ...(total ? [this.totalRow(total, columns.flat().length)] : []),
      ],
    };
  }

  /** What the losses of all samples come to, below the last column. */
  private totalRow({ name, loss }: Total, columns: number): Cell[] {
    return [
      { kind: "name", text: word(name) },
      ...Array.from({ length: columns - 1 }, () => nothing),
      ...this.entries(loss, 1),
    ];
  }

  /** What changes and what it changes to: after each sample a row. */
  updates(title: (what: string) => Prose, steps: readonly Step[], { terms }: Evaluation): Table[] {
    const sides = [
      { title: title("update"), head: changeOf, grid: (u: Update) => u.delta },
      { title: title("new values"), head: (h: Head) => h, grid: (u: Update) => u.after },
    ];
    const hasSamples =
      steps.length > 1 || (steps[0]!.turns.length === 1 && steps[0]!.turns[0]!.sample !== null);
    return sides.map((side): Table => {
      const columns = steps[0]!.updates.map((u, k) =>
        this.heads(u.name, u.symbol, side.grid(u), k + 1).map(side.head),
      );
      return {
        title: side.title,
        heads: [...(hasSamples ? [sampleHead(terms)] : []), ...columns.flat()],
        rows: steps.map((step) => [
          ...(hasSamples ? [this.count(step.turns[0]!.sample!)] : []),
          ...step.updates.flatMap((u, k) => this.entries(side.grid(u), columns[k]!.length)),
        ]),
      };
    });
  }

  private count(n: number): Cell {
    return { kind: "name", text: spelledBy(() => String(n)) };
  }

  /** An entry in each cell, or all in one where these are too many. */
  private entries(grid: Grid, count: number): Cell[] {
    return count === 1 && grid.flat().length > 1 ? [this.grid(grid)] : this.numbers(grid);
  }

  private heads(name: Spelled, expr: Expr | null, grid: Grid, group: number): Head[] {
    const [rows, columns] = [grid.length, grid[0]!.length];
    if (rows * columns === 1 || rows * columns > mostColumns) return [{ text: name, group }];
    return grid.flatMap((row, i) =>
      row.map(
        (_, j): Head => ({ text: indexed(name, expr, [rows, columns], [i + 1, j + 1]), group }),
      ),
    );
  }
}

/** What numbers the rows: the index of the sum whose terms they are, or the word. */
const sampleHead = (terms: Evaluation["terms"]): Head => ({
  text: terms?.index ?? word("sample"),
  group: 0,
});

const delta: Spelled = { unicode: "Δ", ascii: "delta ", latex: "\\Delta " };

/** ΔW₁₂ of W₁₂. */
const changeOf = ({ text, group }: Head): Head => ({
  text: spelledBy((s) => delta[s] + text[s]),
  group,
});

/** An entry of a name, of a part of one such as xᵢ, or of what flows to these; null where there is no such text. */
function entryIn(e: Expr, i: number, j: number): Expr | null {
  if (e.kind === "apply") {
    const [of, index] = e.args;
    if (isApply(e, row)) return entryOf(of!, index!, num(j));
    if (isApply(e, column)) return entryOf(of!, num(i), index);
    return isApply(e, member) ? entryOf(e, num(i), num(j)) : null;
  }
  if (e.kind !== "sym") return null;
  const { cotangent } = e;
  if (!cotangent) return isScalar(e) ? null : entryOf(sym(e.name, e.shape), num(i), num(j));
  const below = entryIn(cotangent.by, i, j);
  return below && cotangentSymbol(cotangent.of, below);
}

/** s₃, W₁₂, and the same of ∂L/∂s: what is no name has its indices behind it. */
function indexed(
  name: Spelled,
  expr: Expr | null,
  [rows, columns]: readonly [number, number],
  [i, j]: readonly [number, number],
): Spelled {
  const entry = expr && entryIn(expr, i, j);
  if (entry) return spelledBy((s) => printers[s](entry));
  const digits =
    columns === 1 ? `${i}` : rows === 1 ? `${j}` : i > 9 || j > 9 ? `${i},${j}` : `${i}${j}`;
  const below = [...digits]
    .map((d) => (d === "," ? "," : String.fromCodePoint(0x2080 + Number(d))))
    .join("");
  // Wx₁ would be a product with x₁.
  const isName = expr === null || expr.kind === "sym";
  const simple = isName && /^[^\s_()+−]+$/u.test(name.unicode);
  return {
    unicode: (simple ? name.unicode : `(${name.unicode})`) + below,
    ascii: `${isName && /^[^\s_()+-]+$/u.test(name.ascii) ? name.ascii : `(${name.ascii})`}_${digits.length > 1 ? `{${digits}}` : digits}`,
    latex: `${simple ? name.latex : `(${name.latex})`}_{${digits}}`,
  };
}
