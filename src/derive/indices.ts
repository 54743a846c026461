/** @file Indices that are numbers, where sizes say how far can be counted. */

import { errors } from "../diagnostics/errors.ts";
import type { Dimension } from "../expr/dimension.ts";
import { showDimension } from "../expr/dimension.ts";
import type { Expr } from "../expr/expr.ts";
import { toNumber } from "../expr/rational.ts";
import { postorder } from "../expr/walk.ts";
import { countedBy } from "../ops/indexing.ts";
import { toUnicode } from "../print/index.ts";

/** Refuses x₅ where x has two entries; a size that is not known is NaN. */
export function refuseOutside(roots: readonly Expr[], size: (d: Dimension) => number): void {
  for (const e of postorder(roots))
    for (const [index, d] of countedBy(e))
      if (index.kind === "num" && toNumber(index.value) > size(d))
        throw errors.indexBeyond(toUnicode(index), toUnicode(e), sizeShown(d, size(d)));
}

const sizeShown = (d: Dimension, size: number): string =>
  d.names.length === 0 ? `${size}` : `${showDimension(d)} = ${size}`;
