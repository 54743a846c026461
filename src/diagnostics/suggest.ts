/** @file "Did you mean": the nearest of some known words. */

/** The number of insertions, deletions, replacements and swaps of neighbours between two words. */
function distance(a: string, b: string): number {
  const rows = Array.from({ length: a.length + 1 }, (_, i) =>
    Array.from({ length: b.length + 1 }, (_unused, j) => (i === 0 ? j : j === 0 ? i : 0)),
  );
  for (let i = 1; i <= a.length; i++)
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let best = Math.min(rows[i - 1]![j]! + 1, rows[i]![j - 1]! + 1, rows[i - 1]![j - 1]! + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        best = Math.min(best, rows[i - 2]![j - 2]! + 1);
      rows[i]![j] = best;
    }
  return rows[a.length]![b.length]!;
}

/** The known word that `word` was likely meant to be, or null where none is near. */
export function suggest(word: string, known: Iterable<string>): string | null {
  // Of single letters every other one is near.
  if (word.length < 2 || word.length > 40) return null;
  let best: string | null = null;
  let nearest = word.length <= 3 ? 2 : word.length <= 6 ? 3 : 4;
  for (const candidate of known) {
    const d = distance(word.toLowerCase(), candidate.toLowerCase());
    if (d < nearest) [best, nearest] = [candidate, d];
  }
  return best;
}
