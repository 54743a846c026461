/** @file How definitions hang together: the names in them, their order, cycles. */

import { errors } from "../diagnostics/errors.ts";
import type { PropertyName } from "../expr/properties.ts";
import { membersName } from "../ops/indexing.ts";
import { lettersBelow, splitIndices } from "./indices.ts";
import { joinName, splitName } from "./names.ts";
import { partsOf } from "./parts.ts";
import type { Surface } from "./surface.ts";
import type { SymbolEntry } from "./symbols.ts";

/** `K = Kᵀ` and `A = −Aᵀ` declare a property. */
export function mirrorOf(name: string, body: Surface): PropertyName | null {
  const isTranspose = (e: Surface): boolean =>
    e.kind === "group"
      ? isTranspose(e.body)
      : e.kind === "transpose" && e.body.kind === "name" && e.body.name === name;
  if (isTranspose(body)) return "symmetric";
  return body.kind === "negate" && isTranspose(body.body) ? "skew" : null;
}

const namesOf = new WeakMap<Surface, ReadonlySet<string>>();

/** The names that stand in a surface. */
export function namesIn(surface: Surface): ReadonlySet<string> {
  const known = namesOf.get(surface);
  if (known) return known;
  const found = new Set<string>();
  namesOf.set(surface, found);
  for (const e of partsOf(surface)) {
    if (e.kind === "name" || e.kind === "application") found.add(e.name);
    if (e.kind === "call" && e.subscript !== undefined) found.add(e.subscript);
  }
  return found;
}

/** The names in a surface, through the formulas of functions or not. */
export type NamesOf = (surface: Surface) => ReadonlySet<string>;

/** The names that a surface is made of: of x_i, which is no name of its own, the x as well. */
export function partNamesIn(
  surface: Surface,
  isName: (name: string) => boolean,
  namesOf: NamesOf = namesIn,
): ReadonlySet<string> {
  const names = namesOf(surface);
  const bases = [...names].flatMap((name) => {
    const { base, subscript } = splitName(name);
    if (subscript === null || isName(name)) return [];
    const parts = subscript.split(",");
    const longer = parts.slice(1).map((_, i) => joinName(base, parts.slice(0, i + 1).join(",")));
    const members = membersName(base);
    return [isName(members) ? members : base].concat(longer);
  });
  return bases.length > 0 ? new Set([...names, ...bases]) : names;
}

/** The letters that a Σ in a surface binds. */
export function boundIn(surface: Surface): Set<string> {
  const found = new Set<string>();
  for (const e of partsOf(surface))
    if (e.kind === "indexed-sum") for (const letter of e.bounds.letters) found.add(letter);
  return found;
}

/**
 * Whether a letter stands below a name, but one that `isOther`, or for itself, where no Σ in the surface binds
 * it, and outside the part that is `left` out.
 */
export function standsFree(
  letter: string,
  surface: Surface,
  isOther: (name: string) => boolean = () => false,
  left: Surface | null = null,
): boolean {
  const parts = partsOf(surface);
  const inside = new Set([
    ...parts.flatMap((e) =>
      e.kind === "indexed-sum" && e.bounds.letters.includes(letter) ? partsOf(e.body) : [],
    ),
    ...(left ? partsOf(left) : []),
  ]);
  return parts.some((e) => {
    if (e.kind === "indexed-sum" && e.bounds.but?.[1] === letter) return !inside.has(e);
    if (e.kind === "subscript")
      return (splitIndices(e.index.text)?.includes(letter) ?? false) && !inside.has(e);
    if (e.kind !== "name" || inside.has(e) || isOther(e.name)) return false;
    return e.name === letter || lettersBelow(e.name).includes(letter);
  });
}

/** A name such as x_k that stands where x might: both in one sum, in xᵀx_k, or in f(x, x_k). */
export interface Sibling {
  readonly name: string;
  readonly where: "sum" | "product" | { readonly call: string };
}

/** The names that stand beside their bases, each with where it does. */
export function siblingsIn(surface: Surface): Sibling[] {
  const found: Sibling[] = [];
  const look = (where: Sibling["where"], operands: readonly (Surface | undefined)[]): void => {
    const names = new Set(operands.flatMap((e) => (e?.kind === "name" ? [e.name] : [])));
    for (const name of names) {
      const { base, subscript } = splitName(name);
      if (subscript !== null && names.has(base)) found.push({ name, where });
    }
  };
  for (const e of partsOf(surface))
    if (e.kind === "sum") {
      const terms = e.terms.map(({ term }) => term);
      look("sum", terms);
    } else if (e.kind === "application") look({ call: e.name }, e.args);
    else if (e.kind === "inner") look("product", [e.left, e.right]);
    else if (e.kind === "product")
      for (const [i, { factor }] of e.factors.entries())
        if (factor.kind === "transpose") look("product", [factor.body, e.factors[i + 1]?.factor]);
  return found;
}

/** Whether x stands in some surfaces as the x_i do that a sum in them counts. */
export const isBesideFamily = (surfaces: readonly Surface[], x: string): boolean =>
  surfaces.some((surface) => {
    const bound = boundIn(surface);
    return siblingsIn(surface).some(({ name }) => {
      const { base, subscript } = splitName(name);
      return base === x && subscript !== null && bound.has(subscript);
    });
  });

/** Whether the subscript of a constant is the name of a dimension: `n`, `N_r`. */
export const isSize = (text: string): boolean => /^\p{L}(?:_\w+)?$/u.test(text);

/** The letters that give sizes to constants, as in 𝟏_n, 0_{m×n} and I_n. */
export function sizesIn(surface: Surface): Set<string> {
  const found = new Set<string>();
  for (const e of partsOf(surface)) {
    const text =
      e.kind === "indexed-sum"
        ? (e.bounds.upper ?? undefined)
        : e.kind === "ones" || e.kind === "zero"
          ? e.size
          : e.kind === "name" && e.name.startsWith("I_")
            ? e.name.slice(2)
            : undefined;
    for (const size of text?.split(/×|\\times|x/u) ?? []) if (isSize(size)) found.add(size);
    // mat(v, m, n) and commutation(m, n) take dimensions.
    const sizes =
      e.kind !== "call"
        ? []
        : e.name === "mat"
          ? e.args.slice(1)
          : e.name === "commutation"
            ? e.args
            : [];
    for (const size of sizes) for (const name of namesIn(size)) if (isSize(name)) found.add(name);
  }
  return found;
}

export function refuseCycles(symbols: ReadonlyMap<string, SymbolEntry>, namesOf: NamesOf): void {
  const state = new Map<string, "open" | "done">();
  for (const start of symbols.values()) {
    if (!start.body || state.has(start.name)) continue;
    const path: { symbol: SymbolEntry; rest: string[] }[] = [];
    const enter = (symbol: SymbolEntry): void => {
      state.set(symbol.name, "open");
      path.push({
        symbol,
        rest: [...partNamesIn(symbol.body!, (name) => symbols.has(name), namesOf)],
      });
    };
    enter(start);
    while (path.length > 0) {
      const top = path.at(-1)!;
      const name = top.rest.pop();
      if (name === undefined) {
        state.set(top.symbol.name, "done");
        path.pop();
        continue;
      }
      const next = symbols.get(name);
      if (!next?.body) continue;
      if (state.get(name) === "open")
        throw errors.cycle(
          next.span,
          path.slice(path.findIndex((p) => p.symbol === next)).map((p) => p.symbol.name),
        );
      if (!state.has(name)) enter(next);
    }
  }
}

/** Definitions after what they use. */
export function inBuildOrder(
  symbols: ReadonlyMap<string, SymbolEntry>,
  namesOf: NamesOf,
): SymbolEntry[] {
  const order: SymbolEntry[] = [];
  const seen = new Set<SymbolEntry>();
  const stack: { symbol: SymbolEntry; rest: SymbolEntry[] }[] = [];
  const below = (symbol: SymbolEntry): SymbolEntry[] =>
    symbol.body
      ? [...partNamesIn(symbol.body, (name) => symbols.has(name), namesOf)].flatMap(
          (name) => symbols.get(name) ?? [],
        )
      : [];
  for (const symbol of symbols.values()) {
    if (seen.has(symbol)) continue;
    seen.add(symbol);
    stack.push({ symbol, rest: below(symbol) });
    while (stack.length > 0) {
      const top = stack.at(-1)!;
      const next = top.rest.pop();
      if (next === undefined) {
        order.push(top.symbol);
        stack.pop();
      } else if (!seen.has(next)) {
        seen.add(next);
        stack.push({ symbol: next, rest: below(next) });
      }
    }
  }
  return order;
}

/** Something that a problem defines. */
export interface Defined {
  readonly name: string;
  readonly bodies: readonly Surface[];
  /** The letters that count in it. */
  readonly letters: readonly string[];
  /** The names that stand for its arguments. */
  readonly parameters: readonly string[];
}

/** What counts by some letters: a Σ, or the formula of a component. */
interface Counting {
  readonly surface: Surface;
  readonly letters: readonly string[];
}

/** The sums in some surfaces. */
export const sumsIn = (surfaces: readonly Surface[]): Counting[] =>
  surfaces.flatMap((surface) =>
    partsOf(surface).flatMap((e) =>
      e.kind === "indexed-sum" ? [{ surface: e, letters: e.bounds.letters }] : [],
    ),
  );

/**
 * Refuses what counts by i and holds something that is defined at one fixed i, be it that of an x_i that is
 * a name of its own: i would be two things there. A name that `isDeclared` is what it is declared.
 * @throws NablaError where there is one.
 */
export function refuseFixed(
  counting: readonly Counting[],
  definedAs: (name: string) => Defined | null,
  isDeclared: (name: string) => boolean,
): void {
  for (const { surface, letters: counted } of counting.filter((c) => c.letters.length > 0))
    for (const { name, bodies, letters, parameters } of reached(surface, definedAs)) {
      const isOther = (of: string): boolean => parameters.includes(of) || isDeclared(of);
      for (const letter of counted)
        if (!letters.includes(letter) && bodies.some((b) => standsFree(letter, b, isOther)))
          throw errors.fixedIndex(surface.span, name, letter, parameters);
    }
}

/** What a surface is made of, and what that is made of. */
function reached(surface: Surface, definedAs: (name: string) => Defined | null): Defined[] {
  const found: Defined[] = [];
  const seen = new Set(namesBelow(surface));
  for (const name of seen) {
    const defined = definedAs(name);
    if (!defined) continue;
    found.push(defined);
    for (const body of defined.bodies) for (const next of namesBelow(body)) seen.add(next);
  }
  return found;
}

/** The names in a surface, and those that they are parts of. */
const namesBelow = (surface: Surface): string[] =>
  [...namesIn(surface)].flatMap((name) => {
    const { base } = splitName(name);
    return base === name ? [name] : [name, base, membersName(base)];
  });

/**
 * Refuses Σ_{i≠j} where nothing else speaks of the j: most mean the sum over both. A letter such as y, of
 * which there is one, is left alone.
 * @throws NablaError where there is one.
 */
export function refuseLoneIndex(
  surfaces: readonly Surface[],
  isSpokenOf: (letter: string) => boolean,
): void {
  for (const surface of surfaces)
    for (const e of partsOf(surface)) {
      const but = e.kind === "indexed-sum" ? e.bounds.but : null;
      if (!but?.every((letter) => /^[i-n]$/u.test(letter)) || isSpokenOf(but[1])) continue;
      const isElsewhere = surfaces.some((other) => standsFree(but[1], other, () => false, e));
      if (standsFree(but[1], e) && standsFree(but[1], surface) && !isElsewhere)
        throw errors.noReading(
          e.span,
          `${but[1]} is one fixed index here, and nothing else speaks of it`,
          [],
          `Σ_${but[1]} Σ_{${but.join("≠")}} counts both;  ${but[1]}: index 1..n  is one fixed index`,
        );
    }
}
