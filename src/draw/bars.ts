/** @file Class probabilities of samples as SVG: bars beside the picture of each. */

import { className, classRows, percent, predicted } from "./class-rows.ts";
import type { ClassRow, Prediction } from "./class-rows.ts";
import { textWidth } from "./measure.ts";
import { pngUri } from "./png.ts";
import type { Raster } from "./raster.ts";
import { escapedInXml } from "./markup.ts";
import { label, px, svg, tinted } from "./svg.ts";
import { inks, lookOf } from "./theme.ts";

/** A sample with what a network says of it. */
export interface PredictedSample extends Prediction {
  /** Null where it is no image. */
  readonly image: Raster | null;
}

/** The size of a sample with its bars, in px. */
const cardWidth = 384;
const gutter = 20;
const imageSize = 84;
const headHeight = 28;
const rowHeight = 18;
const barHeight = 10;
const longestName = 124;
const percentWidth = 58;

const head = { size: 14, isBold: true } as const;
const font = { size: 12 } as const;
const strong = { size: 12, isBold: true } as const;

/** Of the word beside the true class, with what stands before it. */
const trueGap = 7;
const trueWidth = trueGap + textWidth("true", strong);

const muted = tinted("muted", inks.muted);
const chosen = tinted(lookOf(0).tint, lookOf(0).ink);
const wrong = tinted(lookOf(1).tint, lookOf(1).ink);
const other = tinted("other", inks.other);

/**
 * The samples in a grid of so many columns, each with its classes as rows: the predicted one in colour and bold,
 * the true one named so. Of many classes the likeliest are shown.
 */
export function barsSvg(
  samples: readonly PredictedSample[],
  names: readonly string[] | null,
  { title, columns = 2 }: { readonly title: string; readonly columns?: number },
): string {
  const cards = samples.map((sample) => cardOf(sample, names));
  const across = Math.max(1, Math.min(columns, cards.length));
  const rows = Array.from({ length: Math.ceil(cards.length / across) }, (_, i) =>
    cards.slice(i * across, (i + 1) * across),
  );
  let top = 0;
  const body = rows.flatMap((row) => {
    const at = top;
    top += Math.max(...row.map(({ height }) => height)) + gutter;
    return row.map(
      ({ markup }, i) =>
        `<g transform="translate(${px(i * (cardWidth + gutter))} ${px(at)})">\n${markup.join("\n")}\n</g>`,
    );
  });
  return svg({
    width: across * (cardWidth + gutter) - gutter,
    height: Math.max(1, top - gutter),
    title,
    description: samples.map((sample) => predictionWords(sample, names)).join(" "),
    body: body.join("\n"),
  });
}

/** What is said of a sample: the likeliest classes, and the true one. */
function predictionWords(sample: PredictedSample, names: readonly string[] | null): string {
  const likeliest = classRows(sample, names)
    .rows.toSorted((a, b) => b.probability - a.probability)
    .slice(0, 3)
    .map(({ name, probability }) => `${name} ${percent(probability)}`);
  const truth = sample.truth === null ? "" : `; true: ${className(names, sample.truth)}`;
  return `${sample.name}: ${likeliest.join(", ")}${truth}.`;
}

interface Card {
  readonly height: number;
  readonly markup: readonly string[];
}

function cardOf(sample: PredictedSample, names: readonly string[] | null): Card {
  const { rows, others } = classRows(sample, names);
  const left = sample.image ? imageSize + 14 : 0;
  const texts = [...rows.map(({ name }) => name), ...(others ? [othersName(others.count)] : [])];
  const widest = Math.max(0, ...texts.map((text) => textWidth(text, strong)));
  const frame: Frame = {
    names: left,
    bars: left + Math.min(longestName, widest) + 8,
    end: cardWidth - percentWidth - (sample.truth === null ? 0 : trueWidth),
  };
  const count = rows.length + (others ? 1 : 0);
  const beside = sample.image ? imageSize : 0;
  return {
    height: headHeight + Math.max(beside, count * rowHeight),
    markup: [
      ...headMarkup(sample, names),
      ...(sample.image ? [imageMarkup(sample.image, sample.name)] : []),
      ...rows.map((row, i) => rowMarkup(row, frame, headHeight + i * rowHeight)),
      ...(others ? [othersMarkup(others, frame, headHeight + rows.length * rowHeight)] : []),
    ],
  };
}

/** A tick and a cross, drawn around the origin. */
const [tick, cross] = ["M-5 0L-1.5 4L5 -4.5", "M-4 -4L4 4M4 -4L-4 4"];

/** The name of the sample and what is predicted, and whether that is right. */
function headMarkup(sample: PredictedSample, names: readonly string[] | null): string[] {
  const best = predicted(sample);
  const is = best === null ? "no prediction" : className(names, best);
  const before = `${sample.name}:`;
  const start = textWidth(before, font) + 6;
  const { truth } = sample;
  const isRight = truth === best;
  const sign = truth === null ? 0 : 18;
  const after = truth === null || isRight ? "" : `true: ${className(names, truth)}`;
  const room = cardWidth - start - sign;
  const shown = Math.min(textWidth(is, head), after === "" ? room : 0.6 * room);
  return [
    label(before, { x: 0, y: 16, font, tint: muted }),
    ...(truth === null
      ? []
      : [
          `<path ${isRight ? chosen : wrong} fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" transform="translate(${px(start + 6)} 11)" d="${isRight ? tick : cross}"/>`,
        ]),
    label(is, { x: start + sign, y: 16, font: head, room: shown }),
    ...(after === ""
      ? []
      : [
          label(after, {
            x: start + sign + shown + 8,
            y: 16,
            font,
            room: room - shown - 8,
            tint: muted,
          }),
        ]),
  ];
}

function imageMarkup(image: Raster, name: string): string {
  const scale = imageSize / Math.max(image.width, image.height);
  const [width, height] = [image.width * scale, image.height * scale];
  return `<image href="${pngUri(image)}" x="${px((imageSize - width) / 2)}" y="${headHeight}" width="${px(width)}" height="${px(height)}" image-rendering="optimizeSpeed" style="image-rendering:pixelated"><title>${escapedInXml(name)}</title></image>`;
}

/** Where the columns of a card stand. */
interface Frame {
  readonly names: number;
  readonly bars: number;
  /** Of the bars; what is written in numbers stands right of it. */
  readonly end: number;
}

function rowMarkup(row: ClassRow, { names, bars, end }: Frame, top: number): string {
  const { name, probability, isPredicted, isTrue } = row;
  const of = isPredicted ? strong : font;
  const y = top + 13;
  const share = Number.isNaN(probability) ? 0 : Math.min(Math.max(probability, 0), 1);
  return [
    label(name, { x: names, y, font: of, room: bars - names - 8 }),
    `<rect ${isPredicted ? chosen : other} fill="currentColor" x="${px(bars)}" y="${px(top + 4)}" width="${px(Math.max(1, (end - bars) * share))}" height="${barHeight}"/>`,
    label(percent(probability), { x: end + percentWidth, y, font: of, anchor: "end" }),
    ...(isTrue ? [label("true", { x: end + percentWidth + trueGap, y, font: strong })] : []),
  ].join("");
}

const othersName = (count: number): string => `${count} others`;

const othersMarkup = (
  { count, probability }: { readonly count: number; readonly probability: number },
  { names, bars, end }: Frame,
  top: number,
): string =>
  [
    label(othersName(count), { x: names, y: top + 13, font, room: bars - names - 8, tint: muted }),
    label(percent(probability), {
      x: end + percentWidth,
      y: top + 13,
      font,
      anchor: "end",
      tint: muted,
    }),
  ].join("");
