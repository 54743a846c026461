/** @file Samples: numbers for the same names again and again. */

import { errors } from "../diagnostics/errors.ts";
import { splitName } from "../parse/names.ts";
import { nameIn } from "./numbers.ts";
import type { Given, Rows } from "./numbers.ts";

/** One sample: the numbers of some names. */
export type Sample = readonly Given[];

const mostSamples = 10_000;

/** Samples that stand in the rows of numbers: each row of `x = [1 0; 0 1]` is an x, and a column holds scalars. */
export function samplesInRows(all: readonly Given[]): Sample[] {
  const twice = all.find((g, i) => all.findIndex(({ name }) => name === g.name) !== i);
  if (twice) throw errors.numbersTwice(twice);
  // A list of numbers is a scalar for each sample, unless there is but one.
  const areSeveral = all.some((g) => g.rows.length > 1) || all.every((g) => g.isList);
  const upright = all.map((g) => (areSeveral && g.isList && g.rows.length === 1 ? turned(g) : g));
  return together(upright);
}

/** Samples below the heads of a table: the columns `x_1,x_2` are the entries of x, unless they are names by themselves. */
export function samplesInTable(
  heads: readonly string[],
  rows: Rows,
  file: string | null = null,
): Sample[] {
  const names = heads.map((head) => nameIn(head, file));
  const parts = names.map((name) => {
    const { base, subscript } = splitName(name);
    return { base, at: /^[1-9]\d*$/u.test(subscript ?? "") ? Number(subscript) : null };
  });
  const entriesOf = (base: string): number[] =>
    parts.flatMap((part, i) => (part.base === base && part.at !== null ? [i] : []));
  const found: { name: string; columns: readonly number[] }[] = [];
  for (const [i, { base, at }] of parts.entries()) {
    const columns = entriesOf(base);
    const isWhole =
      at !== null && columns.length > 1 && columns.every((c, k) => parts[c]!.at === k + 1);
    if (!isWhole) found.push({ name: names[i]!, columns: [i] });
    else if (columns[0] === i) found.push({ name: base, columns });
  }
  return together(
    found.map(({ name, columns }) => ({
      name,
      isList: false,
      span: null,
      file,
      rows: rows.map((row) => columns.map((c) => row[c]!)),
    })),
  );
}

/** Refuses samples that give numbers to other names than the first one does. */
export function refuseUnlike(samples: readonly Sample[]): void {
  const [first = [], ...others] = samples;
  const lacking = (a: Sample, b: Sample): Given | undefined =>
    b.find(({ name }) => !a.some((given) => given.name === name));
  for (const [k, sample] of others.entries()) {
    const [missing, added] = [lacking(sample, first), lacking(first, sample)];
    if (missing) throw errors.samplesUnlike(missing.name, k + 2, 1);
    if (added) throw errors.samplesUnlike(added.name, 1, k + 2);
  }
}

const turned = (g: Given): Given => ({ ...g, rows: g.rows[0]!.map((x) => [x]) });

/** The k-th rows of all names are a sample: a column where there are several numbers. */
function together(all: readonly Given[]): Sample[] {
  const [first] = all;
  if (!first) return [];
  const count = first.rows.length;
  if (count > mostSamples) throw errors.manySamples(count, mostSamples);
  for (const each of all)
    if (each.rows.length !== count)
      throw errors.samplesDiffer(each, each.rows.length, first.name, count);
  return Array.from({ length: count }, (_, k) =>
    all.map((each) => ({
      ...each,
      isList: each.isList || each.rows[k]!.length > 1,
      rows: each.rows[k]!.map((x) => [x]),
    })),
  );
}
