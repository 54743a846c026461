/** @file Wide tables in parts that fit: columns of one group stay together, and the first column stands in each part. */

import { widthOf } from "../print/columns.ts";
import { about, isAbout, widthIn } from "./table-cells.ts";
import type { Cell, Head, Table } from "./tables.ts";

/** A column: its head and its cells. */
export interface Column {
  readonly head: Head;
  readonly cells: readonly Cell[];
  /** Whether numbers in it were rounded. */
  readonly isAbout: boolean;
}

/** The columns of a table. */
export const columnsOf = ({ heads, rows }: Table): Column[] =>
  heads.map((head, j) => {
    const cells = rows.map((row) => row[j]!);
    return { head, cells, isAbout: isAbout(cells) };
  });

/** The numbers of the rows in which some columns say something, besides what stands in every part. */
export const rowsIn = (columns: readonly Column[]): number[] =>
  columns[0]!.cells.flatMap((_, i) =>
    columns.some(({ head, cells }) => head.group > 0 && cells[i]!.kind !== "nothing") ? [i] : [],
  );

/** Columns in parts of at most that width; what is wider by itself stands alone. */
export function partsOf(
  columns: readonly Column[],
  room: number,
  gap: number,
  spelling: "unicode" | "ascii",
): Column[][] {
  const sticky = columns.filter(({ head }) => head.group === 0);
  const own = (column: Column): number => {
    const head = column.head.text[spelling] + (column.isAbout ? ` ${about[spelling]}` : "");
    const left = room - sticky.reduce((sum, c) => (c === column ? sum : sum + widthOfHead(c)), 0);
    return (
      Math.max(widthOf(head), ...column.cells.map((cell) => widthIn(cell, spelling, left))) + gap
    );
  };
  const widthOfHead = (column: Column): number =>
    Math.max(
      widthOf(column.head.text[spelling]),
      ...column.cells.map((cell) => widthIn(cell, spelling)),
    ) + gap;
  const fixed = sticky.reduce((sum, column) => sum + widthOfHead(column), 0);
  const others = columns.filter((column) => !sticky.includes(column));
  const groups = [...new Set(others.map(({ head }) => head.group))].map((group) =>
    others.filter(({ head }) => head.group === group),
  );
  const parts: Column[][] = [];
  let width = Infinity;
  const put = (some: readonly Column[]): void => {
    const wide = some.reduce((sum, column) => sum + own(column), 0);
    if (width + wide - gap > room) {
      if (fixed + wide - gap > room && some.length > 1) {
        for (const column of some) put([column]);
        return;
      }
      parts.push([...sticky]);
      width = fixed;
    }
    parts.at(-1)!.push(...some);
    width += wide;
  };
  for (const group of groups) put(group);
  return parts.length === 0 ? [[...sticky]] : parts;
}
