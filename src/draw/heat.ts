/** @file Confusion matrices, a row a true class and a column a predicted one, shaded: as an HTML table and as SVG. */

import { className } from "./class-rows.ts";
import { cut, textWidth } from "./measure.ts";
import { escaped } from "./markup.ts";
import { label, px, svg, tinted } from "./svg.ts";
import { inks, lookOf } from "./theme.ts";

/** Samples counted by their true class (rows) and the predicted one (columns). */
export interface Confusion {
  readonly counts: readonly (readonly number[])[];
  /** Null where the classes have only their numbers. */
  readonly names: readonly string[] | null;
}

/** How much of a cell's colour lies over the paper at most: texts stay readable. */
const fullest = 0.5;

/** How strongly a cell is shaded, of its share of the row: by the root, so that few are seen, too. */
export const shade = (count: number, ofRow: number): number =>
  ofRow > 0 ? Math.round(1000 * fullest * Math.sqrt(count / ofRow)) / 1000 : 0;

const totalOf = (row: readonly number[]): number => row.reduce((sum, count) => sum + count, 0);

/** The table, with its numbers as text; it needs `confusionStyle`. */
export function confusionHtml({ counts, names }: Confusion, caption: string): string {
  const name = (index: number): string => escaped(className(names, index));
  const cell = (count: number, i: number, j: number, total: number): string => {
    if (count === 0) return "<td>0</td>";
    const right = i === j ? ' class="right"' : "";
    return `<td${right} style="--shade:${shade(count, total)}">${count}</td>`;
  };
  const rows = counts.map((row, i) => {
    const total = totalOf(row);
    return `<tr><th scope="row">${name(i)}</th>${row.map((count, j) => cell(count, i, j, total)).join("")}</tr>`;
  });
  const heads = counts.map((_, j) => `<th scope="col"><span>${name(j)}</span></th>`);
  return [
    `<table class="confusion">`,
    `<caption>${escaped(caption)}</caption>`,
    `<thead><tr><td>true ↓ predicted →</td>${heads.join("")}</tr></thead>`,
    `<tbody>${rows.join("\n")}</tbody>`,
    "</table>",
  ].join("\n");
}

const [right, wrong] = [lookOf(0).ink, lookOf(1).ink];

/** The style of such tables. */
export const confusionStyle = `.confusion { border-collapse: separate; border-spacing: 1px; font-size: 0.85rem; font-variant-numeric: tabular-nums; }
.confusion caption { text-align: left; font-weight: 600; white-space: nowrap; padding-bottom: 0.25rem; }
.confusion th { font-weight: 400; white-space: nowrap; background: canvas; }
.confusion tbody th { text-align: right; padding: 0 0.5rem 0 0; position: sticky; left: 0; max-width: 12rem; overflow: hidden; text-overflow: ellipsis; }
.confusion thead th { vertical-align: bottom; padding: 0.25rem 0; position: sticky; top: 0; z-index: 1; }
.confusion thead th span { writing-mode: vertical-rl; rotate: 180deg; max-height: 9rem; overflow: hidden; text-overflow: ellipsis; }
.confusion thead td { vertical-align: bottom; text-align: right; white-space: nowrap; padding-right: 0.5rem; font-size: 0.9em; position: sticky; left: 0; top: 0; z-index: 2; background: canvas; }
.confusion tbody td { min-width: 2.6rem; height: 2rem; padding: 0 0.3rem; text-align: center; --hue: light-dark(${wrong.light}, ${wrong.dark}); background: color-mix(in srgb, var(--hue) calc(100% * var(--shade, 0)), canvas); }
.confusion tbody td.right { --hue: light-dark(${right.light}, ${right.dark}); font-weight: 600; }
.confusion tbody td:not([style]) { color: light-dark(${inks.muted.light}, ${inks.muted.dark}); }
@media print { .confusion, .confusion * { print-color-adjust: exact; -webkit-print-color-adjust: exact; position: static; } }
`;

const font = { size: 12 } as const;
const strong = { size: 12, isBold: true } as const;
const longestName = 120;
const cellHeight = 26;
const muted = tinted("muted", inks.muted);

/** The matrix as a picture. */
export function confusionSvg({ counts, names }: Confusion, title: string): string {
  const all = counts.map((_, i) => className(names, i));
  const named = Math.min(longestName, Math.max(0, ...all.map((name) => textWidth(name, font))));
  const largest = counts.reduce((most, row) => Math.max(most, ...row), 0);
  const widest = textWidth(String(largest), strong);
  const cellWidth = Math.max(30, widest + 10);
  const corner = Math.max(textWidth("predicted →", font), textWidth("true ↓", font));
  const left = Math.max(named, corner) + 10;
  const top = Math.max(named, 2 * 16) + 10;
  const x = (j: number): number => left + (j + 0.5) * cellWidth;
  const y = (i: number): number => top + i * cellHeight;
  const cell = (count: number, i: number, j: number, total: number): string => {
    const { tint, ink } = lookOf(i === j ? 0 : 1);
    const box = `<rect ${tinted(tint, ink)} fill="currentColor" fill-opacity="${shade(count, total)}" x="${px(x(j) - cellWidth / 2 + 0.5)}" y="${px(y(i) + 0.5)}" width="${px(cellWidth - 1)}" height="${cellHeight - 1}"/>`;
    const text = label(String(count), {
      x: x(j),
      y: y(i) + 17,
      font: i === j ? strong : font,
      anchor: "middle",
      ...(count === 0 && { tint: muted }),
    });
    return (count === 0 ? "" : box) + text;
  };
  return svg({
    width: left + counts.length * cellWidth,
    height: top + counts.length * cellHeight,
    title,
    description: counts
      .map((row, i) => `True ${all[i]}: ${row.map((count, j) => `${all[j]} ${count}`).join(", ")}.`)
      .join(" "),
    body: [
      label("predicted →", { x: left - 8, y: top - 24, font, anchor: "end", tint: muted }),
      label("true ↓", { x: left - 8, y: top - 8, font, anchor: "end", tint: muted }),
      ...all.map(
        (name, j) =>
          `<g transform="translate(${px(x(j) + 4)} ${px(top - 6)}) rotate(-90)">${label(cut(name, longestName, font), { x: 0, y: 0, font })}</g>`,
      ),
      ...counts.flatMap((row, i) => [
        label(all[i]!, { x: left - 8, y: y(i) + 17, font, anchor: "end", room: longestName }),
        ...row.map((count, j) => cell(count, i, j, totalOf(row))),
      ]),
    ].join("\n"),
  });
}
