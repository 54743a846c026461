/** @file Another copy of a sheet: the same problems with other letters for their names and sizes. */

import { Random } from "../data/random.ts";
import { reletteringOf } from "./letters.ts";
import type { Content, Stretch } from "./markdown.ts";
import { stretchOf } from "./markdown.ts";
import type { Lettered } from "./relettered.ts";
import { withLetters } from "./relettered.ts";
import type { SheetSource } from "./source.ts";

/** A part of a sheet that holds letters, and its language. */
interface Part extends Stretch {
  readonly language: Lettered["language"];
}

/**
 * The text of a copy, in which each problem has other letters for its names and sizes; the same seed gives
 * the same copy. Prose is changed within its formulas. A problem that is not understood stays as it is.
 */
export function variantOf(sheet: SheetSource, seed: number): string {
  const { text } = sheet.source;
  const random = new Random(seed);
  const formulas = formulasIn(sheet.tree.children);
  let copy = "";
  let at = 0;
  for (const [index, { span }] of sheet.problems.entries()) {
    const fences = sheet.fences.filter(({ problem }) => problem === index);
    const own = formulas.filter(({ start, end }) => start >= span.start && end <= span.end);
    const found = reletteringOf(
      fences,
      own.map(({ start, end }) => text.slice(start, end)),
      random,
    );
    if (!found) continue;
    const { letters, script, lettered } = found;
    const parts = [...own, ...fences.flatMap(lettersOfFence)];
    for (const { start, end, language } of parts.toSorted((a, b) => a.start - b.start)) {
      const changed = withLetters(
        text.slice(start, end),
        { ...lettered, language },
        (letter, isScript) => (isScript && !script.has(letter) ? undefined : letters.get(letter)),
      );
      copy += text.slice(at, start) + changed;
      at = end;
    }
  }
  return copy + text.slice(at);
}

const namingOptions = [
  "wrt",
  "paths",
  "upstream",
  "hvp",
  "descend",
  "rate",
  "samples",
  "params",
  "input",
  "target",
  "predicts",
  "sizes",
] as const;

/** The body of a fence, and its options that are names. */
function lettersOfFence({ at, body, places }: SheetSource["fences"][number]): Part[] {
  const named = namingOptions.flatMap((option) => (places[option] ? [places[option]] : []));
  return [...named, { start: at, end: at + body.length }].map(
    ({ start, end }): Part => ({ start, end, language: "problem" }),
  );
}

/** The formulas of prose. */
function formulasIn(nodes: readonly Content[]): Part[] {
  return nodes.flatMap((node): Part[] => {
    if (node.type === "inlineMath" || node.type === "math") return [formulaAt(node)];
    // GitHub takes code in this language for a formula.
    if (node.type === "code" && node.lang === "math") return [formulaAt(node)];
    return "children" in node ? formulasIn(node.children) : [];
  });
}

const formulaAt = (node: Content): Part => ({ ...stretchOf(node), language: "formula" });
