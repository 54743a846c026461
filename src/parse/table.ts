/** @file The table of names of a problem: what was declared, defined or met, and what indices pick parts of. */

import { errors } from "../diagnostics/errors.ts";
import type { Span } from "../diagnostics/source.ts";
import { suggest } from "../diagnostics/suggest.ts";
import { membersName } from "../ops/indexing.ts";
import { refuseUnwritable } from "./names.ts";
import type { Problem } from "./problem.ts";
import type { Survey } from "./survey.ts";
import { newEntry } from "./symbols.ts";
import type { SymbolEntry } from "./symbols.ts";
import { classOf } from "./unify.ts";
import type { Solver } from "./unify.ts";

export class NameTable {
  readonly symbols = new Map<string, SymbolEntry>();
  /** The names that are sizes, in a name space of their own. */
  readonly dimensions: Set<string>;
  /** The names that a derivative is asked by. */
  readonly asked: ReadonlySet<string>;
  /** Names that were met with indices. */
  readonly indexedNames = new Set<string>();
  /** The problem whose names are the only ones: what it does not know is an error. */
  private readonly known: Problem | null;
  private readonly survey: Survey;
  private readonly solver: Solver;
  constructor(known: Problem | null, asked: Iterable<string>, survey: Survey, solver: Solver) {
    this.known = known;
    this.asked = new Set(asked);
    this.survey = survey;
    this.solver = solver;
    this.dimensions = new Set(known?.dimensions);
  }

  /** Declared, defined, or met before. */
  isKnown(name: string): boolean {
    return this.symbols.has(name) || this.known?.symbols.has(name) === true;
  }

  /** Whether a name stands without a subscript, so that x_1 is an entry of x. */
  isBase(name: string): boolean {
    return this.survey.bases.has(name) || (this.isAsked(name) && !this.known);
  }

  /** Whether indices pick parts of a name somewhere. */
  isPart(name: string): boolean {
    return (
      this.indexedNames.has(name) ||
      this.partsOf(name) !== name ||
      this.survey.counted.has(name) ||
      this.known?.symbols.get(name)?.member != null
    );
  }

  /** Takes a name that is no value for a dimension; false where it is one, or nothing may be added. */
  addDimension(name: string): boolean {
    if (this.known || this.symbols.has(name)) return false;
    this.dimensions.add(name);
    return true;
  }

  /** What declarations, numbers and properties say of a name. */
  kindOf(name: string): "scalar" | "other" | null {
    const symbol = this.symbols.get(name);
    if (!symbol) return this.dimensions.has(name) ? "scalar" : null;
    if (symbol.body || symbol.count !== null) return "other";
    this.solver.propagate();
    const kind = classOf(symbol.shape);
    return kind === "open" ? null : kind === "scalar" ? "scalar" : "other";
  }

  symbol(name: string, span: Span): SymbolEntry {
    const found = this.symbols.get(name);
    if (found) return found;
    if (this.known) return this.addKnown(this.known, name, span);
    return this.add(name, span, "free");
  }

  /** The name of which so many indices pick a part; without a place of its own it is one of many. */
  indexed(base: string, span: Span, count: number): SymbolEntry {
    const name = this.partsOf(base);
    const isNew = !this.symbols.has(name) && !this.known && !this.survey.bases.has(name);
    const found = this.symbol(name, span);
    this.indexedNames.add(name);
    if (isNew && count === 1 && !this.isAsked(name)) found.count = this.solver.unknown();
    if (count === 2) found.hasRows = true;
    return found;
  }

  /** Whether a derivative is asked by a name as a whole, whose parts are its entries then. */
  isAsked(name: string): boolean {
    return this.asked.has(name) && !this.survey.hasVectors(name);
  }

  /** Beside an x of its own the x_i are a family of another name. */
  partsOf(base: string): string {
    const members = membersName(base);
    const isOther = this.known
      ? this.known.symbols.has(members)
      : this.survey.isBesideMembers(base);
    return isOther ? members : base;
  }

  private addKnown({ symbols }: Problem, name: string, span: Span): SymbolEntry {
    const expr = symbols.get(name);
    if (!expr) throw errors.unknownVariable(span, name, suggest(name, symbols.keys()));
    const made: SymbolEntry = {
      ...newEntry(name, span, expr.member ?? expr.shape, "declared"),
      count: expr.member ? expr.shape[1] : null,
      sized: true,
      properties: expr.properties,
      expr,
    };
    this.symbols.set(name, made);
    return made;
  }

  add(name: string, span: Span, origin: SymbolEntry["origin"]): SymbolEntry {
    refuseUnwritable(name, span);
    const made = newEntry(name, span, this.solver.shape(), origin);
    this.symbols.set(name, made);
    return made;
  }
}
