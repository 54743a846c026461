/** @file Text in lines that fit a terminal. */

/** How many columns a line has. */
export const width = 80;

/** How wide a text stands in a terminal. */
export const widthOf = (text: string): number => [...text.replaceAll(/\p{M}/gu, "")].length;

/** Words in lines of the width; those after the first begin with a margin of their own. */
export function wrapped(text: string, margin: string, under = margin): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && widthOf(`${last} ${word}`) <= width)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push((last === undefined ? margin : under) + word);
  }
  return lines;
}
