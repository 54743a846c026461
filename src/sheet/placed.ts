/** @file Mistakes of a fence with their place in the sheet. */

import { NablaError } from "../diagnostics/errors.ts";
import type { Span } from "../diagnostics/source.ts";
import { lineEnd } from "../diagnostics/source.ts";
import type { SheetFence, SheetSource } from "./source.ts";

/** The fences that texts of a problem come from, by their roles in errors. */
type From = ReadonlyMap<Span["source"]["role"], SheetFence>;

/** Does something of which errors are told with their place in the sheet. */
export function placed<T>(
  fence: SheetFence,
  from: From,
  source: SheetSource["source"],
  act: () => T,
): T {
  try {
    return act();
  } catch (error) {
    throw error instanceof NablaError ? placedError(error, fence, from, source) : error;
  }
}

/** An error of a fence with its place in the sheet; what has no place of its own is told of the fence. */
export function placedError(
  { diagnostic, exit }: NablaError,
  fence: SheetFence,
  from: From,
  source: SheetSource["source"],
): NablaError {
  return new NablaError({ ...diagnostic, span: inSheet(diagnostic.span) }, exit);

  function inSheet(span: Span | undefined): Span {
    const role = span?.source.role;
    if (span && role === "sheet") return span;
    const option =
      role === "wrt" || role === "hvp"
        ? fence.places[role]
        : role === "at"
          ? fence.places.samples
          : undefined;
    if (span && option)
      return { source, start: option.start + span.start, end: option.start + span.end };
    const of = role === undefined ? undefined : from.get(role);
    if (span && of) return { source, start: of.at + span.start, end: of.at + span.end };
    return { source, start: fence.span.start, end: lineEnd(source.text, fence.span.start) };
  }
}
