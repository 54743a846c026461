/** @file Colours on light and on dark paper, and what else tells the lines of a chart apart. */

/** A colour on light and on dark paper. */
export interface Ink {
  readonly light: string;
  readonly dark: string;
}

/** What is not a line: texts have a contrast of 4.5 to the paper and more. */
export const inks = {
  paper: { light: "#ffffff", dark: "#18181b" },
  ink: { light: "#1b1b1f", dark: "#e6e6ea" },
  muted: { light: "#5b5b66", dark: "#a9a9b4" },
  grid: { light: "#dedee4", dark: "#36363d" },
  /** Bars of what was not predicted. */
  other: { light: "#85858f", dark: "#8a8a95" },
} as const satisfies Record<string, Ink>;

/** Shapes that stand at points; each is drawn around the origin. */
export const markers = {
  circle: "M-4 0a4 4 0 1 0 8 0a4 4 0 1 0 -8 0Z",
  square: "M-3.6 -3.6H3.6V3.6H-3.6Z",
  triangle: "M0 -4.8L4.6 3.6H-4.6Z",
  diamond: "M0 -5.2L5.2 0L0 5.2L-5.2 0Z",
  star: "M0 -5.4L1.5 -1.5L5.4 0L1.5 1.5L0 5.4L-1.5 1.5L-5.4 0L-1.5 -1.5Z",
  down: "M0 4.8L4.6 -3.6H-4.6Z",
} as const;

/** How one line of several is drawn: by colour, by dashes and by shape, each of which is enough. */
export interface Look {
  readonly tint: string;
  readonly ink: Ink;
  /** As in `stroke-dasharray`; null where the line is whole. */
  readonly dashes: string | null;
  readonly marker: string;
}

const look = (
  tint: string,
  light: string,
  dark: string,
  dashes: string | null,
  marker: string,
): Look => ({ tint, ink: { light, dark }, dashes, marker });

/** Colours that are told apart with each kind of colour blindness, too, and that text can be written in. */
export const looks: readonly Look[] = [
  look("line-1", "#2049ca", "#4c8af5", null, markers.circle),
  look("line-2", "#b74f00", "#da8c36", "7 3", markers.square),
  look("line-3", "#018151", "#38eea6", "2 2.5", markers.triangle),
  look("line-4", "#874fa5", "#f9eeff", "9 3 2 3", markers.diamond),
  look("line-5", "#7d330e", "#ffcf22", "12 4", markers.star),
  look("line-6", "#380754", "#a5a4d7", "5 2 2 2 2 2", markers.down),
];

/** The look of the line of that number; where colours come again, they have other dashes and signs. */
export function lookOf(i: number): Look {
  const round = Math.floor(i / looks.length);
  const { tint, ink } = looks[i % looks.length]!;
  const { dashes, marker } = looks[(i + round) % looks.length]!;
  return { tint, ink, dashes, marker };
}

/** The class of every picture, so that its style changes nothing else on a page. */
export const pictureClass = "nabla-picture";

const tints: readonly (readonly [string, Ink])[] = [
  ...Object.entries(inks),
  // In a page the paper is left out, and edges are not.
  ["edge", inks.paper],
  ...looks.map(({ tint, ink }) => [tint, ink] as const),
];

/**
 * The colours for dark paper. Those for light paper are attributes of what has them: a program that knows
 * no media shows a picture as it is on light paper.
 */
export const darkStyle = (body: string): string => {
  const rules = tints
    .filter(([tint]) => body.includes(`class="${tint}"`))
    .map(([tint, { dark }]) => `.${pictureClass} .${tint}{color:${dark}}`);
  return `<style>svg:root{color-scheme:light dark}@media screen and (prefers-color-scheme:dark){.${pictureClass}{color:${inks.ink.dark}}${rules.join("")}}</style>`;
};
