/** @file Tables of a training run for its page: its epochs, and how well each class is found. */

import { className, figure } from "../draw/index.ts";
import type { ClassFigures } from "./confusions.ts";
import { inPercent, partsOf } from "./curves.ts";
import type { EpochFigures, Figures } from "./curves.ts";
import { escaped } from "../draw/markup.ts";

/** A table in a container of its own, in which a wide one scrolls. */
export const scrolling = (table: string, named: string, kind = "wide"): string =>
  `<div class="${kind}" tabindex="0" role="group" aria-label="${escaped(named)}">${table}</div>`;

/** Tables of more rows are folded. */
const mostRows = 12;

/** A table, folded under its name where it has many rows. */
const folded = (table: string, rows: number, named: string): string =>
  rows <= mostRows
    ? scrolling(table, named)
    : `<details><summary>${escaped(named)}</summary>\n${scrolling(table, named)}</details>`;

const digits = 4;

/** A number with four digits, zeros at its end kept, so that those of a column can be compared. */
function told(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  const size = Math.abs(value);
  const text =
    size !== 0 && (size < 1e-4 || size >= 1e6)
      ? value.toExponential(digits - 1).replace("e+", "e")
      : value.toPrecision(digits);
  return text.replace("-", "−");
}

const shareTold = (share: number | null): string => (share === null ? "–" : inPercent(share));

const cell = (text: string): string => `<td>${text}</td>`;

/** The epochs, a row each; the one whose parameters are kept says so. */
export function epochsTable(epochs: readonly EpochFigures[], best: number | null): string {
  const parts = partsOf(epochs);
  const hasAccuracy = parts.some((part) =>
    epochs.some((epoch) => (epoch[part]?.accuracy ?? null) !== null),
  );
  const hasRate = epochs.some(({ rate }) => rate !== undefined);
  const figures = hasAccuracy ? ["loss", "accuracy"] : ["loss"];
  const heads = (texts: readonly string[], attributes = ""): string =>
    texts.map((text) => `<th scope="col"${attributes}>${text}</th>`).join("");
  const group = (part: string): string =>
    `<th scope="colgroup" colspan="${figures.length}">${part}</th>`;
  const both = ' rowspan="2"';
  const cells = (of: Figures | undefined): string =>
    (of
      ? [told(of.loss), ...(hasAccuracy ? [shareTold(of.accuracy)] : [])]
      : figures.map(() => "–")
    )
      .map(cell)
      .join("");
  const rows = epochs.map((epoch) => {
    const isKept = epoch.epoch === best;
    const rate = hasRate
      ? cell(epoch.rate === undefined ? "–" : figure(epoch.rate).replace("-", "−"))
      : "";
    return [
      `<tr${isKept ? ' class="kept"' : ""}><th scope="row">${epoch.epoch}${isKept ? " (kept)" : ""}</th>`,
      ...parts.map((part) => cells(epoch[part])),
      `${cell(told(epoch.seconds))}${rate}</tr>`,
    ].join("");
  });
  const table = [
    `<table class="figures">`,
    `<thead><tr>${heads(["epoch"], both)}${parts.map(group).join("")}${heads(["seconds", ...(hasRate ? ["rate"] : [])], both)}</tr>`,
    `<tr>${parts.map(() => heads(figures)).join("")}</tr></thead>`,
    `<tbody>${rows.join("\n")}</tbody>`,
    "</table>",
  ].join("\n");
  const many =
    epochs.length === 1 ? "The figures of the epoch" : `The figures of ${epochs.length} epochs`;
  return folded(table, epochs.length, many);
}

/** Recall and precision of each class. */
export function classesTable(
  figures: readonly ClassFigures[],
  names: readonly string[] | null,
): string {
  const heads = ["class", "samples", "recall", "precision"];
  const rows = figures.map(
    ({ index, samples, recall, precision }) =>
      `<tr><th scope="row">${escaped(className(names, index))}</th>${[String(samples), shareTold(recall), shareTold(precision)].map(cell).join("")}</tr>`,
  );
  const table = [
    `<table class="figures">`,
    `<thead><tr>${heads.map((head) => `<th scope="col">${head}</th>`).join("")}</tr></thead>`,
    `<tbody>${rows.join("\n")}</tbody>`,
    "</table>",
  ].join("\n");
  return folded(table, figures.length, "Recall and precision by class");
}

/** The style of such tables. */
export const figuresStyle = `.wide { overflow-x: auto; }
.figures { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: 0.9rem; }
.figures th, .figures td { padding: 0.2rem 0.6rem; text-align: right; font-weight: 400; white-space: nowrap; border-bottom: 1px solid color-mix(in srgb, currentcolor 20%, transparent); }
.figures thead th { font-weight: 600; vertical-align: bottom; }
.figures thead [scope="colgroup"] { text-align: center; }
.figures tr > :first-child { text-align: left; padding-left: 0; }
.figures thead tr + tr > :first-child { text-align: right; padding-left: 0.6rem; }
.figures tbody th { position: sticky; left: 0; background: canvas; max-width: 16rem; overflow: hidden; text-overflow: ellipsis; }
.figures .kept > * { font-weight: 600; }
details { margin-block: 0.75rem; }
summary { cursor: pointer; padding-block: 0.25rem; }
@media print { .figures { font-size: 0.75rem; } .figures tbody th { position: static; } tr { break-inside: avoid; } thead { break-after: avoid; } }
`;
