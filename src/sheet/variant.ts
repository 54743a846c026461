/** @file Another copy of a sheet: the same problems with other letters and sizes. */

import { greek, greekWord } from "../../grammar/tokens.ts";
import type { Source } from "../diagnostics/source.ts";
import { Random } from "../numeric/sample.ts";
import { functionNamed } from "../ops/functions.ts";
import { splitName } from "../parse/names.ts";
import { read } from "../parse/read.ts";
import { rulesApart } from "../parse/rules.ts";
import type { Content, Stretch } from "./markdown.ts";
import { stretchOf } from "./markdown.ts";
import { namesOf } from "./share.ts";
import type { SheetFence, SheetSource } from "./source.ts";

/** Letters that may stand for one another; those of sizes come first, as they may be small letters, too. */
const pools: readonly (readonly string[])[] = [
  [..."kmnpqd"],
  [..."ABCDFGHKMNPQRSUVWXYZ"],
  [..."abcghrstuvwxyz"],
  [..."αβγηκλμρτω"],
];

/** One change of a text. */
interface Edit extends Stretch {
  readonly text: string;
}

/**
 * The text of a copy, in which each problem has other letters for its names and sizes; the same seed gives
 * the same copy. Prose is changed within its formulas.
 */
export function variantOf({ source, tree, fences, problems }: SheetSource, seed: number): string {
  const random = new Random(seed);
  const formulas = formulasIn(tree.children);
  const edits: Edit[] = [];
  for (const [index, { span }] of problems.entries()) {
    const own = fences.filter(({ problem }) => problem === index);
    const letters = lettersOf(own, random);
    const renamed = ({ start, end }: Stretch): Edit => ({
      start,
      end,
      text: withLetters(source.text.slice(start, end), letters),
    });
    for (const { at, body, places } of own) {
      edits.push(renamed({ start: at, end: at + body.length }));
      for (const option of ["wrt", "paths", "upstream", "hvp"] as const)
        if (places[option]) edits.push(renamed(places[option]));
    }
    for (const formula of formulas)
      if (formula.start >= span.start && formula.end <= span.end) edits.push(renamed(formula));
  }
  return edits
    .toSorted((a, b) => b.start - a.start)
    .reduce(
      (text, { start, end, text: put }) => text.slice(0, start) + put + text.slice(end),
      source.text,
    );
}

/** The formulas of prose. */
function formulasIn(nodes: readonly Content[]): Stretch[] {
  return nodes.flatMap((node): Stretch[] => {
    if (node.type === "inlineMath" || node.type === "math") return [stretchOf(node)];
    return "children" in node ? formulasIn(node.children) : [];
  });
}

/** Another letter for each letter that the names and sizes of a problem are made of. */
function lettersOf(fences: readonly SheetFence[], random: Random): ReadonlyMap<string, string> {
  const sources = fences.map(({ body }, role): Source => ({ role, text: body }));
  const { statements } = read(rulesApart(sources).sources);
  const names = statements.flatMap((s) => (s.kind === "function" ? [] : namesOf(s)));
  const bases = new Set(names.map((name) => splitName(name).base).filter((base) => isLetter(base)));
  // The objective keeps its letter: what is derived of it is written below ∂L.
  const last = statements.findLast((s) => s.kind === "definition");
  if (last?.kind === "definition") bases.delete(splitName(last.name.name).base);
  const sizes = new Set(
    fences.flatMap(({ body }) =>
      [...body.matchAll(/(?<=[:∈][^\n;=]*?)(?<![\p{L}_])([a-zA-Z])(?!\p{L})/gu)].map(
        ([, letter]) => letter!,
      ),
    ),
  );
  const everything = new Set([...fences.map(({ body }) => body).join(" ")].filter(isLetter));
  const map = new Map<string, string>();
  for (const letter of new Set([...sizes, ...bases])) {
    const isSize = sizes.has(letter) && !bases.has(letter);
    const pool = pools.find((p, i) => (i > 0 || isSize) && p.includes(letter));
    const free = pool?.filter(
      (other) => !everything.has(other) && ![...map.values()].includes(other),
    );
    const next = free?.[random.whole(0, free.length - 1)];
    if (next !== undefined) map.set(letter, next);
  }
  return map;
}

const isLetter = (text: string): boolean => /^\p{L}$/u.test(text);

/** A text with other letters: in LaTeX, in Unicode and in ASCII, but for the names of functions and words. */
function withLetters(text: string, letters: ReadonlyMap<string, string>): string {
  return text.replaceAll(
    /\\([A-Za-z]+)|(?<=[_^]\{?)([A-Za-z]{2,})|([A-Za-z]+)|(\p{L})/gu,
    (whole, command?: string, below?: string, run?: string, letter?: string) => {
      if (command !== undefined) return commandWith(command, letters) ?? whole;
      if (below !== undefined)
        return [...below].every((l) => letters.has(l)) ? spelled(below, letters) : whole;
      if (letter !== undefined) return letters.get(letter) ?? whole;
      return isWord(run!) ? (wordWith(run!, letters) ?? whole) : spelled(run!, letters);
    },
  );
}

const spelled = (run: string, letters: ReadonlyMap<string, string>): string =>
  [...run].map((letter) => letters.get(letter) ?? letter).join("");

/** A Greek letter by its command or its word. */
function commandWith(command: string, letters: ReadonlyMap<string, string>): string | null {
  const next = letters.get(greek[command] ?? "");
  return next === undefined ? null : `\\${greekWord.get(next)!}`;
}

function wordWith(word: string, letters: ReadonlyMap<string, string>): string | null {
  const next = letters.get(greek[word] ?? "");
  return next === undefined ? null : greekWord.get(next)!;
}

/** Runs that are no products of letters. */
const isWord = (run: string): boolean =>
  run.length > 1 &&
  (Object.hasOwn(greek, run) ||
    functionNamed(run) !== undefined ||
    /^[a-z]{3,}$/u.test(run) ||
    words.has(run));

const words: ReadonlySet<string> = new Set([
  "in",
  "for",
  "scalar",
  "index",
  "tr",
  "log",
  "det",
  "exp",
]);
