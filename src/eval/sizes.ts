/** @file The sizes that follow from numbers: each dimension is one number wherever it stands. */

import { errors } from "../diagnostics/errors.ts";
import type { Dimension, Shape } from "../expr/dimension.ts";
import { showShape } from "../expr/dimension.ts";
import type { Given, Rows } from "./numbers.ts";

/** A size, and from whose numbers it follows. */
interface Size {
  readonly size: number;
  readonly from: string;
}

const transposed = (rows: Rows): Rows => rows[0]!.map((_, j) => rows.map((row) => row[j]!));

/** The numbers of dimensions, as far as they are known. */
export class Sizes {
  private readonly known = new Map<string, Size>();

  /** Says that a dimension is so large; false where it is known to be otherwise. */
  set(name: string, size: number, from: string): boolean {
    const before = this.known.get(name);
    if (before) return before.size === size;
    this.known.set(name, { size, from });
    return true;
  }

  has(name: string): boolean {
    return this.known.has(name);
  }

  /** The names that have a size. */
  names(): Iterable<string> {
    return this.known.keys();
  }

  /** The size of a name that has one. */
  named(name: string): number {
    return this.known.get(name)!.size;
  }

  /** How large a dimension is; NaN where that is not known. */
  of(d: Dimension): number {
    return d.names.reduce(
      (product, name) => product * (this.known.get(name)?.size ?? Number.NaN),
      d.coefficient,
    );
  }

  /** Takes a dimension for so large; false where it cannot be, null where several of its factors are unknown. */
  private fit(d: Dimension, size: number, from: string): boolean | null {
    const open = d.names.filter((name) => !this.known.has(name));
    if (open.length > 1) return null;
    const rest = d.names.reduce((n, name) => n * (this.known.get(name)?.size ?? 1), d.coefficient);
    if (open.length === 0) return rest === size;
    return size % rest === 0 && this.set(open[0]!, size / rest, from);
  }

  private canBe(d: Dimension, size: number): boolean {
    const rest = d.names.reduce((n, name) => n * (this.known.get(name)?.size ?? 1), d.coefficient);
    return d.names.every((name) => this.known.has(name)) ? rest === size : size % rest === 0;
  }

  /**
   * The numbers for something of that shape, as they stand or turned where they are a list, and what their sizes
   * say; null while too little is known.
   * @throws NablaError where they do not fit.
   */
  take(given: Given, shape: Shape): { readonly rows: Rows; readonly isTurned: boolean } | null {
    const { name, rows, isList } = given;
    const fits = ([r, c]: readonly [number, number]): boolean =>
      this.canBe(shape[0], r) && this.canBe(shape[1], c);
    const own = [rows.length, rows[0]!.length] as const;
    const isTurned = !fits(own) && isList && fits([own[1], own[0]]);
    const [r, c] = isTurned ? [own[1], own[0]] : own;
    const fit = fits([r, c]) ? [this.fit(shape[0], r, name), this.fit(shape[1], c, name)] : [false];
    if (fit.includes(false)) throw this.misfit(given, shape);
    if (fit.includes(null)) return null;
    return { rows: isTurned ? transposed(rows) : rows, isTurned };
  }

  private misfit(given: Given, shape: Shape): Error {
    const { name, rows } = given;
    const names = new Set(shape.flatMap((d) => d.names));
    const notes = [...names].flatMap((d) => {
      const known = this.known.get(d);
      return known && known.from !== name
        ? [
            `${d} = ${known.size} ${known.from === d ? "is given" : `by the numbers of ${known.from}`}`,
          ]
        : [];
    });
    return errors.numbersMisfit(
      given,
      showShape(shape),
      `${rows.length}×${rows[0]!.length}`,
      notes,
    );
  }
}

/** A family's numbers: a row a member, which is a column of the whole. */
export const asMembers = (given: Given): Given => ({ ...given, rows: transposed(given.rows) });
