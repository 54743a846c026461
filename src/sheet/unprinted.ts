/** @file Letters that pdflatex cannot print: they stand as their numbers, and the author is told. */

import { warnings } from "../diagnostics/errors.ts";
import type { Diagnostic } from "../diagnostics/errors.ts";
import { unprintable } from "../report/characters.ts";
import { stretchOf } from "./markdown.ts";
import { within } from "./prose.ts";
import type { SheetSource } from "./source.ts";

/** A warning at the first such letter of the prose, with the number of the others; none where there are none. */
export function lettersTold({ source, tree }: SheetSource): Diagnostic[] {
  const found = [...within(tree)].flatMap((node) => {
    if (node.type !== "text" && node.type !== "inlineCode" && node.type !== "code") return [];
    const { start, end } = stretchOf(node);
    return unprintable(node.value).map((letter) => {
      const at = source.text.indexOf(letter, start);
      const isThere = at >= 0 && at < end;
      return { letter, start: isThere ? at : start, end: isThere ? at + letter.length : end };
    });
  });
  const [first] = found;
  if (!first) return [];
  const { letter, start, end } = first;
  return [warnings.unprintable({ source, start, end }, letter, found.length - 1)];
}
