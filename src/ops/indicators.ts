/** @file Indicators: 1 in each entry where a relation to 0 holds, 0 elsewhere. */

import { property } from "../expr/properties.ts";
import type { Spelled } from "../expr/op.ts";
import type { Primitive } from "./core.ts";
import { areCounts, every, map, margin, primitive, sign } from "./core.ts";

/** How far from 0 a number is still taken for it: what rounding leaves of equal sums. */
const rounding = 1e-12;

/** `[x R 0]`; locally constant, so that nothing flows through it. */
function indicator(
  name: string,
  relation: Spelled,
  holds: (x: number) => boolean,
  spellings: readonly string[] = [],
): Primitive {
  return primitive(name, {
    signature: "m×n → m×n",
    notation: { kind: "indicator", relation },
    spellings,
    pullback: () => [null],
    value: (m, x) => map(m, x, (entry) => m.number(holds(m.real(entry)) ? 1 : 0)),
    properties: ([x]) =>
      (x!.properties & property.symmetric) | property.nonnegative | property.integer,
    entrywise: true,
    selects: areCounts,
    resolution: 10 * rounding,
    domain: {
      text: "entries that can be told from 0",
      holds: (m, x) =>
        every(m, x, (entry) => {
          const size = Math.abs(entry);
          return size === 0 || size > 10 * rounding;
        }),
    },
    smooth: {
      text: `the derivative of [x ${relation.unicode} 0] is 0 (also at the jump)`,
      holds: (m, x) => every(m, x, (entry) => Math.abs(entry) > margin),
    },
  });
}

/** `[x > 0]`, the step function. */
export const step: Primitive = indicator("step", sign(">", ">", ">"), (x) => x > 0, ["step"]);

export const atLeastZero: Primitive = indicator(
  "atLeastZero",
  sign("≥", ">=", "\\geq"),
  (x) => x >= 0,
);

export const belowZero: Primitive = indicator("belowZero", sign("<", "<", "<"), (x) => x < 0);

export const atMostZero: Primitive = indicator(
  "atMostZero",
  sign("≤", "<=", "\\leq"),
  (x) => x <= 0,
);

export const equalToZero: Primitive = indicator(
  "equalToZero",
  sign("=", "=", "="),
  (x) => Math.abs(x) < rounding,
);

export const differentFromZero: Primitive = indicator(
  "differentFromZero",
  sign("≠", "!=", "\\neq"),
  (x) => Math.abs(x) >= rounding,
);
