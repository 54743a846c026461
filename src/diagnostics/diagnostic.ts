/** @file What is told of a mistake, and the error that carries it. */

import { frame, visible } from "./frame.ts";
import type { Span } from "./source.ts";
import { placeOf } from "./source.ts";

/** What is told of a mistake. */
export interface Diagnostic {
  readonly code: string;
  readonly message: string;
  readonly span?: Span | undefined;
  readonly notes: readonly string[];
  /** Something that can be typed. */
  readonly hint?: string | undefined;
}

/** 2: not understood · 3: understood, but not derived or not verified · 4: the environment lacks something. */
export type ExitCode = 2 | 3 | 4;

/** A mistake of the user, or a limit of nabla: never a bug of ours. */
export class NablaError extends Error {
  readonly diagnostic: Diagnostic;
  readonly exit: ExitCode;
  constructor(diagnostic: Diagnostic, exit: ExitCode = 2) {
    super(diagnostic.message);
    this.name = "NablaError";
    this.diagnostic = diagnostic;
    this.exit = exit;
  }

  /** The same with one more note. */
  noting(note: string): NablaError {
    const { notes } = this.diagnostic;
    return new NablaError({ ...this.diagnostic, notes: [...notes, note] }, this.exit);
  }

  /** The same error with a hint, unless it has one. */
  hinting(hint: string): NablaError {
    return new NablaError({ ...this.diagnostic, hint: this.diagnostic.hint ?? hint }, this.exit);
  }

  /** The error as the terminal shows it. */
  render(): string {
    return rendered("error", this.diagnostic);
  }
}

/** A diagnostic as the terminal shows it. */
export function rendered(
  level: "error" | "warning",
  { code, message, span, notes, hint }: Diagnostic,
): string {
  const place = span && placeOf(span);
  return [
    `${level}[${code}]: ${visible(message)}`,
    ...(place ? [`  at ${visible(place)}`] : []),
    ...(span ? [frame(span)] : []),
    ...notes.map((note) => `  note: ${visible(note)}`),
    ...(hint === undefined ? [] : [`  hint: ${visible(hint)}`]),
  ].join("\n");
}
