/** @file Sizes: numbers, but for the one that a model leaves open. */

import { errors } from "../diagnostics/errors.ts";
import type { Dimension } from "../expr/dimension.ts";
import { dimension } from "../expr/dimension.ts";
import type { Expr } from "../expr/expr.ts";

/** How many samples are taken for usual where products are grouped. */
const usual = 64;

/** The sizes of one model. */
export class Sizes {
  private readonly known: ReadonlyMap<string, number>;
  /** The dimension that is open; null where none is. */
  readonly open: string | null;

  constructor(known: ReadonlyMap<string, number>, open: string | null) {
    this.known = known;
    this.open = open;
  }

  /** @throws NablaError where a dimension in some expressions has no size. */
  require(parts: readonly Expr[]): void {
    const met = parts.flatMap((e) => [
      ...e.shape,
      ...(e.kind === "sym" && e.role === "dimension" ? [dimension(e.name)] : []),
      ...(e.kind === "indexSum" ? [e.index.range!] : []),
    ]);
    const missing = new Set(met.flatMap(({ names }) => names));
    for (const name of [...this.known.keys(), this.open ?? ""]) missing.delete(name);
    if (missing.size > 0) throw errors.sizesMissing([...missing]);
  }

  /** The size in numbers; null where it is open, NaN where it is not known. */
  of({ coefficient, names }: Dimension): number | null {
    if (this.open !== null && names.includes(this.open)) return null;
    return names.reduce((n, name) => n * (this.known.get(name) ?? Number.NaN), coefficient);
  }

  /** The size, or what it may be. */
  readonly about = ({ coefficient, names }: Dimension): number =>
    names.reduce(
      (n, name) => n * (name === this.open ? usual : this.known.get(name)!),
      coefficient,
    );
}
