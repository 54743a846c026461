/** @file Lists as the grammar grows them, and parts that are still lists. */

import { joined } from "../diagnostics/source.ts";
import type { Span } from "../diagnostics/source.ts";
import type { Factor, Signed, Surface } from "./surface.ts";

// A list grows at its end by one cell: a left-recursive rule completes at every prefix, and copying
// an array there would make reading quadratic. `listed` opens the list once, when it is whole.
export interface Cell<T> {
  readonly before: Cell<T> | null;
  readonly item: T;
  readonly span: Span;
}

export const begin = <T>(item: T, span: Span): Cell<T> => ({ before: null, item, span });
export const next = <T>(before: Cell<T>, item: T, span: Span): Cell<T> => ({
  before,
  item,
  span: joined(before.span, span),
});

export function listed<T>(cell: Cell<T>): T[] {
  const items: T[] = [];
  for (let at: Cell<T> | null = cell; at; at = at.before) items.push(at.item);
  return items.toReversed();
}

/** A term whose own list is closed with the sum: it completes at every factor. */
export interface SignedPart {
  readonly negative: boolean;
  readonly term: Part;
}

/** A list that may be asked for its surface: what the grammar passes where it does not look. */
export type Part = Surface | Open;
export type Open =
  | { readonly open: "sum"; readonly cell: Cell<SignedPart> }
  | { readonly open: "product"; readonly cell: Cell<Factor> }
  | { readonly open: "hadamard"; readonly cell: Cell<Factor>; readonly dotted: boolean }
  | { readonly open: "kronecker"; readonly cell: Cell<Surface> };

export const spanOf = (part: Part): Span => ("open" in part ? part.cell.span : part.span);

/** The surface of a part, closing its list. */
export function close(part: Part): Surface {
  if (!("open" in part)) return part;
  const { span, before, item } = part.cell;
  if (before === null) {
    // A list of one is that one, where nothing stands before it.
    if (part.open === "sum") return close((item as SignedPart).term);
    if (part.open === "product") return (item as Factor).factor;
  }
  switch (part.open) {
    case "sum":
      return { kind: "sum", terms: listed(part.cell).map(signed), span };
    case "product":
      return { kind: "product", factors: listed(part.cell), span };
    case "hadamard":
      return { kind: "hadamard", factors: listed(part.cell), dotted: part.dotted, span };
    case "kronecker":
      return { kind: "kronecker", factors: listed(part.cell), span };
    default:
      return part satisfies never;
  }
}

const signed = ({ negative, term }: SignedPart): Signed => ({ negative, term: close(term) });
