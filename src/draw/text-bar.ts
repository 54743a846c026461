/** @file A bar of characters, for terminals. */

/** Eighths of a block from the left, from none to seven. */
const eighths = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"] as const;

/** A share of one as a bar of at most so many columns. */
export function textBar(share: number, columns: number, alphabet: "unicode" | "ascii"): string {
  const part = Number.isNaN(share) ? 0 : Math.min(Math.max(share, 0), 1);
  if (alphabet === "ascii") return "#".repeat(Math.round(part * columns));
  const units = Math.round(part * columns * 8);
  return "█".repeat(units >> 3) + eighths[units & 7]!;
}
