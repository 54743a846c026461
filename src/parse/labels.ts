/** @file Indices that no Σ binds: declared labels, and letters that pick one fixed part. */

import { errors } from "../diagnostics/errors.ts";
import type { Span } from "../diagnostics/source.ts";
import type { Dimension } from "../expr/dimension.ts";
import { dimensionSymbol, indexSymbol } from "../expr/expr.ts";
import type { Sym } from "../expr/expr.ts";
import type { Index } from "./forms/indexed.ts";
import { find, isUnknown } from "./unify.ts";
import type { Term } from "./unify.ts";

/** What the labels of a problem ask of it. */
interface Around {
  readonly isDimension: (name: string) => boolean;
  readonly isValue: (name: string) => boolean;
  readonly unknown: () => Term;
}

/** The fixed indices of a problem, by letter. */
export class Labels {
  private readonly ranges = new Map<string, Term>();
  private readonly declared = new Set<string>();
  private readonly around: Around;
  private readonly isClosed: boolean;

  /** Those that are known are all there are. */
  constructor(around: Around, known: ReadonlyMap<string, Sym> | null) {
    this.around = around;
    this.isClosed = known !== null;
    for (const [name, { range }] of known ?? []) {
      this.ranges.set(name, range!);
      this.declared.add(name);
    }
  }

  declare(letter: string, range: Dimension, span: Span): void {
    if (this.ranges.has(letter)) throw errors.twoMeanings(span, letter, "it is an index");
    this.ranges.set(letter, range);
    this.declared.add(letter);
  }

  isDeclared(letter: string): boolean {
    return this.declared.has(letter);
  }

  /** The index of that letter; where the problem may still grow, a new one. */
  index(letter: string, span: Span): Index {
    let range = this.ranges.get(letter);
    if (range === undefined) {
      // x_n of n numbers is the last.
      if (this.around.isDimension(letter))
        return { text: letter, range: null, build: () => dimensionSymbol(letter) };
      if (this.around.isValue(letter)) throw errors.valueAsIndex(span, letter);
      if (this.isClosed) throw errors.unknownVariable(span, letter, null);
      this.ranges.set(letter, (range = this.around.unknown()));
    }
    return { text: letter, range, build: () => symbolOf(letter, range) };
  }

  /** The symbols of all, once their ranges are known. */
  symbols(): Map<string, Sym> {
    return new Map([...this.ranges].map(([name, range]) => [name, symbolOf(name, range)]));
  }

  /** The symbols of those that were met without a declaration. */
  outputs(): Sym[] {
    return [...this.ranges]
      .filter(([name]) => !this.declared.has(name))
      .map(([name, range]) => symbolOf(name, range));
  }

  /** The ranges of all. */
  terms(): Iterable<Term> {
    return this.ranges.values();
  }

  letters(): Iterable<string> {
    return this.ranges.keys();
  }
}

function symbolOf(letter: string, range: Term): Sym {
  const found = find(range);
  if (isUnknown(found)) throw new Error(`internal: the range of ${letter} is not known`);
  return indexSymbol(letter, found);
}
