/** @file Which letters another copy of a problem has in the place of its own. */

import type { Random } from "../data/random.ts";
import type { Source } from "../diagnostics/source.ts";
import { NablaError } from "../diagnostics/errors.ts";
import { lettersOf, splitName } from "../parse/names.ts";
import { partsOf, surfacesOf } from "../parse/parts.ts";
import { read } from "../parse/read.ts";
import { rulesApart } from "../parse/rules.ts";
import type { DimensionText, Space, Statement, Surface } from "../parse/surface.ts";
import type { Lettered } from "./relettered.ts";
import { withLetters } from "./relettered.ts";
import { namesOf } from "./share.ts";
import type { SheetFence } from "./source.ts";

/** How the letters of a problem change. */
export interface Relettering {
  /** Another letter for each that changes; none of them stood in the problem. */
  readonly letters: ReadonlyMap<string, string>;
  /** Those of them that the problem writes as script letters. */
  readonly script: ReadonlySet<string>;
  readonly lettered: Omit<Lettered, "language">;
}

/** Letters that may stand for one another and mean nothing else: of sizes, and of names by their look. */
const pools = {
  size: [..."kmnpqr"],
  // Steps have M, S and P for matrices.
  capitalSize: [..."BCDHKNV"],
  matrix: [..."ABCDKMNPQSUVWXYZ"],
  vector: [..."abcpqrsuvwxyz"],
  scalar: [..."αβγηκλμρτω"],
  capitalGreek: [..."ΘΛΞΩ"],
} as const;

/** Letters that keep their meaning: indices, losses, functions, constants, sums, and what is small. */
const fixed: ReadonlySet<string> = new Set("ijlefITLJEφψΦΨΓσΣπΠδΔε");

/** What another letter means, where it stands so anywhere in a problem. */
const meanings: readonly (readonly [letter: string, pattern: RegExp])[] = [
  // Differentials: dx, d\mathbf{x}; no size as in ℝ^d.
  [
    "d",
    /(?<![A-Za-z\\])d(?:[A-Za-zα-ωΑ-Ω]|\s*\\(?:mathbf|boldsymbol|bm|vec|mathrm)(?![a-z]))|\\mathrm\s*\{d\}/u,
  ],
  // ‖A‖_F, R^n, in S^n.
  ["F", /_\s*\{?F(?![A-Za-z])/u],
  ["R", /(?<![A-Za-z])R(?:\^|\s*→|\s*->)/u],
  ["S", /(?:∈|\\in|\sin)\s*S[\^_]/u],
];

/** Other letters for the names and sizes of a problem; null where one of its fences is not understood. */
export function reletteringOf(
  fences: readonly SheetFence[],
  formulas: readonly string[],
  random: Random,
): Relettering | null {
  const statements = statementsOf(fences);
  if (!statements) return null;
  const spoken = spokenOf(statements);
  const asked = fences.flatMap(({ options: { wrt, paths, upstream, hvp, descend } }) =>
    [wrt, paths, upstream, hvp, descend].flatMap((text) => text?.split(",") ?? []),
  );
  for (const name of asked) spoken.names.add(name.trim());
  const bases = [...spoken.names].map((name) => splitName(name).base);
  const words = new Set(bases.filter((base) => lettersOf(base).length > 1));
  const sizes = lettersIn([...spoken.sizes].map((name) => splitName(name).base));
  const functions = lettersIn([...spoken.functions].map((name) => splitName(name).base));
  const names = lettersIn(bases);
  const lettered = {
    names: words,
    known: new Set([...names, ...sizes, ..."dT"]),
    indices: new Set([...sizes, ...spoken.indices, ..."ijkl"]),
  };
  const used = new Set<string>();
  const script = new Set<string>();
  for (const { body } of fences)
    withLetters(body, { ...lettered, language: "problem" }, (letter, isScript) => {
      used.add(letter);
      if (isScript) script.add(letter);
      return undefined;
    });
  for (const formula of formulas)
    withLetters(formula, { ...lettered, language: "formula" }, (letter) => {
      used.add(letter);
      return undefined;
    });
  for (const letter of [...names, ...sizes, ...functions]) used.add(letter);
  const texts = [...fences.map(({ body }) => body), ...formulas].join("\n");
  const stays = new Set([
    ...fixed,
    ...functions,
    ...meanings.flatMap(([letter, pattern]) => (pattern.test(texts) ? [letter] : [])),
    ...(sizes.has("k") ? [] : "k"),
  ]);
  const { indices } = spoken;
  return { letters: chosen({ names, sizes, indices, used, stays, random }), script, lettered };
}

/** What the nabla fences of a problem say; null where that is not understood: it is told where it is solved. */
function statementsOf(fences: readonly SheetFence[]): readonly Statement[] | null {
  const sources = fences.flatMap(({ kind, body }, role): Source[] =>
    kind !== "answer" ? [{ role, text: body }] : [],
  );
  try {
    return read(rulesApart(sources).sources).statements;
  } catch (error) {
    if (error instanceof NablaError) return null;
    throw error;
  }
}

/** The names and sizes that statements speak of, of which some are functions or count. */
interface Spoken {
  readonly names: Set<string>;
  readonly sizes: Set<string>;
  readonly functions: Set<string>;
  readonly indices: Set<string>;
}

function spokenOf(statements: readonly Statement[]): Spoken {
  const spoken: Spoken = {
    names: new Set(),
    sizes: new Set(),
    functions: new Set(),
    indices: new Set(),
  };
  for (const s of statements) {
    const isFunction = s.kind === "function" || (s.kind === "definition" && s.arguments);
    for (const name of namesOf(s)) (isFunction ? spoken.functions : spoken.names).add(name);
    if (s.kind === "definition") for (const { name } of s.arguments ?? []) spoken.names.add(name);
    for (const size of sizesOf(s)) spoken.sizes.add(size);
    if (s.kind === "family" || s.kind === "range") spoken.indices.add(s.letter);
    if (s.kind === "objective") for (const { name } of s.by) spoken.names.add(name);
    for (const part of surfacesOf(s).flatMap(partsOf)) speak(spoken, part);
  }
  return spoken;
}

function speak({ names, sizes, functions, indices }: Spoken, e: Surface): void {
  if (e.kind === "name") {
    names.add(e.name);
    const { subscript } = splitName(e.name);
    if (subscript !== null && /^\p{L}$/u.test(subscript)) indices.add(subscript);
  } else if (e.kind === "application") functions.add(e.name);
  else if (e.kind === "cotangent") names.add(e.of);
  else if (e.kind === "indexed-sum") {
    for (const letter of e.bounds.letters) indices.add(letter);
    if (e.bounds.upper !== null) sizes.add(e.bounds.upper);
  } else if ((e.kind === "ones" || e.kind === "zero") && e.size !== undefined) sizes.add(e.size);
}

/** The sizes that a declaration gives. */
function sizesOf(s: Statement): string[] {
  const named = (all: readonly DimensionText[]): string[] =>
    all.flatMap(({ factors }) => factors.flatMap((f) => (typeof f === "string" ? [f] : [])));
  const inSpaces = (all: readonly Space[]): string[] =>
    named(all.flatMap(({ shape }) => shape ?? []));
  switch (s.kind) {
    case "declaration":
      return inSpaces([s.space]);
    case "family":
      return [...inSpaces([s.space]), ...named([s.count])];
    case "function":
      return inSpaces([...s.inputs, s.output]);
    case "range":
      return named([s.count]);
    case "label":
      return named([s.range]);
    default:
      return [];
  }
}

/** The letters among some bases, without the accents that they may have. */
const lettersIn = (bases: readonly string[]): Set<string> =>
  new Set(
    bases.flatMap((base) => (lettersOf(base).length === 1 ? [base.normalize("NFKD")[0]!] : [])),
  );

/** What letters are chosen by. */
interface Choice {
  readonly names: ReadonlySet<string>;
  readonly sizes: ReadonlySet<string>;
  readonly indices: ReadonlySet<string>;
  /** All that stand in the problem: none of them is given to another. */
  readonly used: ReadonlySet<string>;
  readonly stays: ReadonlySet<string>;
  readonly random: Random;
}

/** Another letter for each that changes. */
function chosen(choice: Choice): ReadonlyMap<string, string> {
  const { names, sizes, used, stays } = choice;
  const letters = new Map<string, string>();
  const taken = new Set(used);
  const changes = (letter: string): boolean => !stays.has(letter) && !letters.has(letter);
  // Sizes first, as they have the fewest letters.
  for (const letter of new Set([...sizes, ...names])) {
    if (!changes(letter)) continue;
    // X and x change together where both stand in the problem: its rows may be x_i.
    const other = otherCase(letter);
    const isPair = other !== letter && used.has(other) && changes(other);
    const together = isPair ? drawn([letter, other], taken, choice) : null;
    for (const [old, put] of together ?? drawn([letter], taken, choice) ?? []) {
      letters.set(old, put);
      taken.add(put);
    }
  }
  return letters;
}

/** A letter for one, or its two cases for the two of another; null where none is free. */
function drawn(
  all: readonly string[],
  taken: ReadonlySet<string>,
  choice: Choice,
): (readonly [old: string, put: string])[] | null {
  const inCase = (put: string): (readonly [string, string])[] =>
    all.map((old, i) => [old, i === 0 ? put : otherCase(put)]);
  const free = poolOf(all[0]!, choice)
    .map(inCase)
    .filter((pairs) =>
      pairs.every(([old, put]) => !taken.has(put) && poolOf(old, choice).includes(put)),
    );
  return free.length === 0 ? null : free[choice.random.whole(0, free.length - 1)]!;
}

function poolOf(letter: string, { names, sizes, indices }: Choice): readonly string[] {
  const counts = sizes.has(letter) || (indices.has(letter) && !names.has(letter));
  if (/^[a-z]$/u.test(letter)) return counts ? pools.size : pools.vector;
  if (/^[A-Z]$/u.test(letter)) return counts ? pools.capitalSize : pools.matrix;
  if (/^[α-ω]$/u.test(letter)) return pools.scalar;
  return /^[Α-Ω]$/u.test(letter) ? pools.capitalGreek : [];
}

const otherCase = (letter: string): string => {
  if (!/^[A-Za-z]$/u.test(letter)) return letter;
  return letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase();
};
