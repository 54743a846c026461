/** @file What the wordings of errors have in common. */

import type { ExitCode } from "./diagnostic.ts";
import { NablaError } from "./diagnostic.ts";
import type { Span } from "./source.ts";
import { textOf } from "./source.ts";
import { suggest } from "./suggest.ts";

/** What an error may have besides its code and its message. */
export interface Extra {
  readonly span?: Span;
  readonly notes?: readonly string[];
  readonly hint?: string | undefined;
  readonly exit?: ExitCode;
}

/** An error; those that are 2 to the shell need not say so. */
export const error = (code: string, message: string, extra: Extra = {}): NablaError =>
  new NablaError(
    { code, message, span: extra.span, notes: extra.notes ?? [], hint: extra.hint },
    extra.exit,
  );

export const quoted = (text: string): string => `“${text}”`;
/** A hint, where a name is close to what was typed. */
export const didYouMean = (word: string | null): string | undefined =>
  word === null ? undefined : `did you mean ${word}?`;
/** What is known of names among which one is not. */
export const among = (name: string, known: readonly string[]): Extra => ({
  notes: known.length > 0 ? [`there are ${known.join(", ")}`] : [],
  hint: didYouMean(suggest(name, known)),
});
/** Words as alternatives. */
export const oneOf = (words: readonly string[]): string =>
  [words.slice(0, -1).join(", "), words.at(-1)].filter(Boolean).join(" or ");
/** A number of things: `1 cell`, `2 cells`. */
export const counted = (n: number, what: string): string => `${n} ${what}${n === 1 ? "" : "s"}`;
/** The text of a sub-expression, cut where it is long. */
export const excerpt = (span: Span): string => {
  const text = textOf(span).replace(/\s+/gu, " ");
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
};

/** A character by its looks or its number. */
export function describe(character: string): string {
  const code = character.codePointAt(0)!;
  const number = `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
  if (code >= 0xd800 && code <= 0xdfff) return `half of a surrogate pair (${number})`;
  if (code < 0x20 || (code >= 0x7f && code < 0xa0)) return `a control character (${number})`;
  return `${quoted(character)} (${number})`;
}
