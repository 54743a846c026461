/** @file What the fences of one problem share: statements hold in later fences, unless these say otherwise. */

import { blanked, joined, textOf } from "../diagnostics/source.ts";
import type { Source, Span } from "../diagnostics/source.ts";
import { partsOf, surfacesOf } from "../parse/parts.ts";
import { read } from "../parse/read.ts";
import { rulesApart } from "../parse/rules.ts";
import type { Statement } from "../parse/surface.ts";
import type { SheetFence } from "./source.ts";

/** The texts of a fence's problem, and which fence each comes from. */
export interface Shared {
  readonly texts: { readonly statements: readonly string[]; readonly expr?: string };
  /** The fence that a text comes from, by its role in errors. */
  readonly from: ReadonlyMap<Source["role"], SheetFence>;
  /** The statements of the fence itself. */
  readonly own: readonly Statement[];
  /** The rules that it gives, as they were typed. */
  readonly rules: readonly string[];
  /** Whether there is something to derive or to draw. */
  readonly hasObjective: boolean;
}

/**
 * The problem of a fence: its own statements, and those of the fences `before` it in the same problem that it
 * speaks of and does not say anew. A fence without a text asks of the last objective.
 */
export function shared(before: readonly SheetFence[], fence: SheetFence): Shared {
  const typed = [...before, fence].map(({ body }, role): Source => ({ role, text: body }));
  // Rules with names of their own hold for all that follows.
  const { sources, rules } = rulesApart(typed);
  const { statements } = read(sources);
  const own = statements.filter(({ span }) => span.source === sources.at(-1));
  const earlier = statements.filter((s) => !own.includes(s));
  const isEval = fence.kind === "eval";
  // Numbers alone are those of the last objective.
  const last = own.every((s) => isEval && s.kind === "number")
    ? (earlier.findLast(isObjective) ?? earlier.findLast(({ kind }) => kind === "definition"))
    : undefined;
  const { wrt = "", paths = "", upstream = "", hvp = "" } = fence.options;
  const { descend = "", rate = "", samples = "" } = fence.options;
  const sampled = samples.split(";").map((text) => text.split("=")[0]!);
  const asked = [wrt, paths, upstream, hvp, descend, rate, ...sampled].join(",").split(",");
  const wanted = last ? [last, ...own] : own;
  const kept = new Set<Statement>(needed(earlier, wanted, asked, isEval));
  if (last) kept.add(last);
  const texts = sources.slice(0, -1).map((source, i) => {
    const dropped = earlier.filter((s) => s.span.source === source && !kept.has(s));
    return blanked(typed[i]!.text, dropped.map(extentOf));
  });
  const from = new Map<Source["role"], SheetFence>(before.map((f, i) => [i, f]));
  from.set("expr", fence);
  return {
    texts: { statements: texts, ...(own.length > 0 && { expr: fence.body }) },
    from,
    own,
    rules: rules.flatMap(({ span }) => (span.source === typed.at(-1) ? [textOf(span).trim()] : [])),
    hasObjective: wanted.some((s) => isObjective(s) || s.kind === "definition"),
  };
}

/** The statements that some others speak of, and those that these speak of; of a name what is said last holds. */
function needed(
  earlier: readonly Statement[],
  wanted: readonly Statement[],
  asked: readonly string[],
  isEval: boolean,
): Statement[] {
  // Numbers for a name do not say anew what it is.
  const saidBy = (s: Statement): readonly string[] =>
    isEval && s.kind === "number" ? namesOf(s).map((name) => `${name} =`) : namesOf(s);
  const said = new Set(wanted.flatMap(saidBy));
  const bases = new Set([...asked, ...wanted.flatMap(usedIn)].map(baseOf));
  const found: Statement[] = [];
  const left = new Set(earlier.toReversed());
  for (let before = -1; before !== found.length; ) {
    before = found.length;
    for (const s of left) {
      const names = namesOf(s);
      const isSaid = saidBy(s).some((name) => said.has(name) && !isBeside(s, found, name));
      const isNeeded =
        s.kind === "range" ||
        (s.kind === "given" && usedIn(s).every((name) => bases.has(baseOf(name)))) ||
        names.some((name) => bases.has(baseOf(name))) ||
        sizesIn(s).some((size) => bases.has(size));
      if (isObjective(s) || isSaid || !isNeeded) continue;
      left.delete(s);
      found.push(s);
      for (const name of saidBy(s)) said.add(name);
      for (const name of usedIn(s)) bases.add(baseOf(name));
    }
  }
  return found;
}

/** Whether a statement says more of a name of which another from the same text says something. */
const isBeside = (s: Statement, found: readonly Statement[], name: string): boolean =>
  found.some((other) => other.span.source === s.span.source && namesOf(other).includes(name));

/** The names that a statement speaks of. */
const usedIn = (s: Statement): string[] =>
  surfacesOf(s)
    .flatMap(partsOf)
    .flatMap((part) => ("name" in part && typeof part.name === "string" ? [part.name] : []));

/** The letters that a declaration gives to sizes: in D/2 the D of `Y: N×D` is meant. */
const sizesIn = (s: Statement): string[] =>
  s.kind === "declaration" || s.kind === "family"
    ? (/[:∈](.*)$/su.exec(textOf(s.span))?.[1]?.match(/(?<!\p{L})\p{L}(?!\p{L})/gu) ?? [])
    : [];

/** `W` of `W_1`. */
const baseOf = (name: string): string => name.trim().replace(/[_^'].*$/u, "");

const isObjective = ({ kind }: Statement): boolean => kind === "objective";

/** The names that a statement says something of. */
export function namesOf(s: Statement): readonly string[] {
  switch (s.kind) {
    case "declaration":
    case "function":
    case "family":
    case "label":
      return s.names.map(({ name }) => name);
    case "definition":
    case "square":
    case "number":
      return [s.name.name];
    case "range":
    case "given":
    case "objective":
    case "unsupported":
      return [];
    default:
      return s satisfies never;
  }
}

/** Where a statement stands, with the name that it begins with. */
function extentOf(s: Statement): Span {
  const names = "names" in s ? s.names : "name" in s ? [s.name] : [];
  return names.reduce((whole, { span }) => joined(whole, span), s.span);
}
