/** @file Names for the parts of a result that is too long to read, or to write out, at once. */

import { sym } from "../expr/expr.ts";
import type { Expr, Sym } from "../expr/expr.ts";
import { argsOf, postorder, withArgs } from "../expr/walk.ts";

/** A result with up to this many symbols is shown whole. */
const longestWhole = 400;
/** A part with more symbols than this gets a name, where the whole is too long. */
const longestPart = 60;

/**
 * Gives names to parts of results that have more than 400 symbols, so that each text stays short
 * however deep the problem is. A part stands behind its name as the name's definition.
 */
export function withNamedParts(results: readonly Expr[], taken: ReadonlySet<string>): Expr[] {
  if (results.every((e) => e.size <= longestWhole)) return [...results];
  const roots = new Set(results);
  const base = ["δ", "τ", "ω", "ξ"].find(
    (letter) => ![...taken].some((name) => name.startsWith(letter)),
  );
  if (base === undefined) return [...results];
  const shown = new Map<Expr, Expr>();
  let count = 0;
  for (const node of postorder(results, argsOf)) {
    const rebuilt = withArgs(
      node,
      argsOf(node).map((arg) => shown.get(arg)!),
    );
    // What stands within a sum over an index changes with it.
    const isWhole = rebuilt.free.length === 0 && argsOf(node).length > 0;
    const isLong = rebuilt.size > longestPart && isWhole && !roots.has(node);
    shown.set(
      node,
      isLong ? sym(`${base}_${++count}`, node.shape, node.properties, rebuilt) : rebuilt,
    );
  }
  return results.map((e) => shown.get(e)!);
}

/** The names in an expression that its problem does not know. */
export interface Introduced {
  /** Names of parts, inner ones first. */
  readonly parts: Sym[];
  readonly dimensions: ReadonlySet<string>;
}

/** Finds introduced names, through the definitions of parts; what results share is walked once. */
export function introducedNames(known: ReadonlySet<Expr>): (e: Expr) => Introduced {
  const memory = new Map<Expr, { parts: Sym[]; dimensions: string[] }>();
  const within = (e: Expr): { parts: Sym[]; dimensions: string[] } => {
    const found = memory.get(e);
    if (found) return found;
    const symbols = postorder([e], argsOf).filter((n) => n.kind === "sym");
    const made = {
      parts: symbols.filter((s) => s.role === "value" && !known.has(s) && s.definition !== null),
      dimensions: symbols.filter((s) => s.role === "dimension").map((s) => s.name),
    };
    memory.set(e, made);
    return made;
  };
  const inside = (part: Expr): Sym[] =>
    part.kind === "sym" && part.definition ? within(part.definition).parts : [];
  return (e) => {
    const parts = postorder(within(e).parts, inside) as Sym[];
    const all = [e, ...parts.map((part) => part.definition!)];
    return { parts, dimensions: new Set(all.flatMap((part) => within(part).dimensions)) };
  };
}
