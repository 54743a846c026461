/** @file What is seen of all statements before any is read: which names stand bare, which are counted, and by which letters. */

import { errors } from "../diagnostics/errors.ts";
import type { Span } from "../diagnostics/source.ts";
import { componentsOf } from "./components.ts";
import type { Components } from "./components.ts";
import { boundIn, namesIn, siblingsIn } from "./definitions.ts";
import type { Sibling } from "./definitions.ts";
import { lettersBelow, splitIndices } from "./indices.ts";
import { partsOf, surfacesOf } from "./parts.ts";
import { splitName } from "./names.ts";
import type { Space, Statement, Surface } from "./surface.ts";

/** Whether spaces are the same, as they are typed. */
const areAlike = (spaces: readonly Space[]): boolean =>
  new Set(spaces.map(({ shape }) => JSON.stringify(shape?.map(({ factors }) => factors)))).size ===
  1;

/**
 * `σ² = f` defines σ = √f, where another statement speaks of σ; else f is what the problem is about, and
 * the left side only says what it is called.
 */
export function squaresRead(statements: readonly Statement[]): Statement[] {
  return statements.map((statement): Statement => {
    if (statement.kind !== "square") return statement;
    const { name, bodies, span } = statement;
    // s_k² = … beside s_1 defines each of them.
    const { base, subscript } = splitName(name.name);
    const isOfName = (other: string): boolean =>
      other === name.name || (subscript !== null && splitName(other).base === base);
    const isUsed = statements.some(
      (other) =>
        other !== statement && surfacesOf(other).some((body) => [...namesIn(body)].some(isOfName)),
    );
    if (!isUsed) return { kind: "objective", body: bodies.at(-1)!, by: [], span };
    const roots = bodies.map((body): Surface => ({ kind: "root", body, span: body.span }));
    return { kind: "definition", name, bodies: roots, span };
  });
}

/** The names that stand transposed or in ‖·‖ as vectors do, alone or as terms of a sum. */
function vectorsIn(surface: Surface): string[] {
  const namesOf = (e: Surface): string[] =>
    e.kind === "name"
      ? [e.name]
      : e.kind === "group"
        ? namesOf(e.body)
        : e.kind === "sum"
          ? e.terms.flatMap(({ term }) => namesOf(term))
          : [];
  return partsOf(surface).flatMap((e) =>
    e.kind === "transpose" || e.kind === "norm" ? namesOf(e.body) : [],
  );
}

export class Survey {
  /** Names that occur without a subscript, so that x_i is an entry of x. */
  readonly bases = new Set<string>();
  private readonly siblings: Sibling[] = [];
  /** The letters that a Σ binds somewhere. */
  readonly boundLetters = new Set<string>();
  /** Names that are declared, or members of which are. */
  private readonly declared = new Set<string>();
  /** Names that a Σ counts the parts of. */
  readonly counted = new Set<string>();
  /** Names that are declared themselves. */
  private readonly whole = new Set<string>();
  /** Names of which vectors are declared to be members, with the letter that counts them. */
  private readonly members: (readonly [base: string, letter: string])[] = [];
  /** Names that are defined from what is defined by their letter with an index: L = Σ_i L_i. */
  private readonly totals = new Set<string>();
  /** The names with one or two indices, by their bases. */
  private readonly indexed = new Map<string, Set<string>>();
  /** Names that statements introduce, with their indices. */
  private readonly introduced = new Set<string>();
  private readonly surfaces: Surface[] = [];
  private readonly ofVectors = new Map<string, boolean>();
  /** Functions whose arguments are of one space. */
  private readonly uniform = new Set<string>();

  /** Whether x_k, which stands in a sum beside x, is a name of its own: a vector and an entry of it cannot be added. */
  isSibling(name: string): boolean {
    return this.siblings.some((s) => s.name === name && s.where === "sum");
  }

  /** Whether x_i stands as vectors do, as in x_iᵀAx_i; asked once all statements are seen. */
  hasVectors(base: string): boolean {
    let found = this.ofVectors.get(base);
    if (found === undefined) {
      const isPart = (name: string): boolean => name !== base && splitName(name).base === base;
      found = this.surfaces.some((surface) => vectorsIn(surface).some(isPart));
      this.ofVectors.set(base, found);
    }
    return found;
  }

  /** Whether a name stands beside a family of the same letter: x beside x_i, for all i that a Σ counts. */
  isBesideMembers(base: string): boolean {
    const isCounted = (letter: string): boolean => this.boundLetters.has(letter);
    if (this.totals.has(base)) return true;
    // π_k beside the number π.
    if (base === "π" && this.bases.has(base) && this.counted.has(base))
      return !this.whole.has(base);
    return (
      this.siblings.some(({ name, where }) => {
        const of = splitName(name);
        if (of.base !== base || !isCounted(of.subscript!)) return false;
        return typeof where === "string" || this.uniform.has(where.call);
      }) ||
      (this.whole.has(base) && this.members.some(([of, i]) => of === base && isCounted(i)))
    );
  }

  /** Looks at a statement; its `parameters` are names in it alone. */
  see(statement: Statement, parameters: readonly string[]): void {
    for (const surface of surfacesOf(statement)) {
      const bound = boundIn(surface);
      for (const letter of bound) this.boundLetters.add(letter);
      this.siblings.push(...siblingsIn(surface));
      this.surfaces.push(surface);
      for (const name of namesIn(surface)) {
        const { base, subscript } = splitName(name);
        if (!name.includes("_") && !parameters.includes(name)) this.bases.add(name);
        if (subscript !== null && splitIndices(subscript) && !parameters.includes(name))
          this.indexed.set(base, (this.indexed.get(base) ?? new Set<string>()).add(name));
        if (subscript !== null && splitIndices(subscript)?.some((i) => bound.has(i)))
          this.counted.add(base);
        if (
          statement.kind === "definition" &&
          base === statement.name.name &&
          this.counted.has(base)
        )
          this.totals.add(base);
      }
    }
    if (statement.kind === "definition") this.introduced.add(statement.name.name);
    if (statement.kind === "definition" && statement.arguments)
      this.uniform.add(statement.name.name);
    if (statement.kind === "function" && areAlike(statement.inputs))
      for (const { name } of statement.names) this.uniform.add(name);
    if (statement.kind !== "declaration" && statement.kind !== "family") return;
    if (statement.kind === "family") this.boundLetters.add(statement.letter);
    // y_i ∈ ℝ are the entries of y.
    const areVectors = statement.space.shape?.some((size) => size.factors.some((f) => f !== 1));
    for (const { name } of statement.names) {
      const { base, subscript } = splitName(name);
      this.declared.add(base);
      this.introduced.add(name);
      if (subscript === null) this.whole.add(base);
      else if (areVectors) this.members.push([base, subscript]);
    }
  }

  /** What stands below a letter in the definition of what a Σ counts by it is counted as well. */
  countThrough(statements: readonly Statement[]): void {
    const definitions = statements.filter((s) => s.kind === "definition");
    for (let size = -1; size < this.counted.size; ) {
      size = this.counted.size;
      for (const { name, bodies } of definitions) {
        const letters = lettersBelow(name.name);
        if (letters.length === 0 || !this.counted.has(splitName(name.name).base)) continue;
        for (const body of bodies)
          for (const of of namesIn(body))
            if (lettersBelow(of).some((letter) => letters.includes(letter)))
              this.counted.add(splitName(of).base);
      }
    }
  }

  /** What y_k = … defines by its components; null where y_k is a name of its own. */
  components(name: string, body: Surface): Components | null {
    return componentsOf(
      name,
      body,
      (base) =>
        this.bases.has(base) ||
        this.declared.has(base) ||
        this.counted.has(base) ||
        (base === splitName(name).base && this.otherMember(name) !== null),
    );
  }

  /** A name such as f_j or f_1 beside a defined f_i, which nothing introduces; null where there is none. */
  otherMember(name: string): string | null {
    const { base } = splitName(name);
    let free = this.free.get(base);
    if (!free) {
      free = [...(this.indexed.get(base) ?? [])].filter((other) => !this.introduced.has(other));
      this.free.set(base, free);
    }
    return free.find((other) => other !== name) ?? null;
  }

  /** Refuses f_1 = … below a Σ that counts all f_i, and f_i = … beside an f_j that nothing defines. */
  refuseLoneMember(name: string, span: Span): void {
    const { base, subscript } = splitName(name);
    if (name.includes("^")) return;
    if (/^\d+$/u.test(subscript ?? "") && this.counted.has(base))
      throw errors.noReading(
        span,
        `${name} has a definition of its own, and a sum counts all ${base}_i`,
        [],
      );
    if (lettersBelow(name).length === 0) return;
    const other = this.otherMember(name);
    if (other === null) return;
    const isCounted = (letter: string): boolean => this.boundLetters.has(letter);
    if ([name, other].some((of) => lettersBelow(of).some(isCounted)))
      throw errors.noReading(
        span,
        `${name} is defined for that index alone, and ${other} is not`,
        [],
      );
  }

  /** The names with indices that nothing introduces, by their bases, once all statements are seen. */
  private readonly free = new Map<string, readonly string[]>();
}
