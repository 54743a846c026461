/** @file What C and JavaScript write alike: variables, whole numbers, and arithmetic that has a sign. */

import type { IntOp, Local, NumberOp } from "./loops.ts";

/** A name for each variable, by its type and number alone. */
export const nameOf = ({ type, id }: Local): string => `${type[0]}${id}`;

/** A whole number that can stand behind any sign. */
export const wholeNumber = (value: number): string => (value < 0 ? `(${value})` : String(value));

const sign =
  (text: string) =>
  (a: string, b: string): string =>
    `(${a} ${text} ${b})`;

/** Arithmetic on whole numbers; JavaScript has another division, and the smaller of two is a function. */
export const wholeSigns = {
  "+": sign("+"),
  "-": sign("-"),
  "*": sign("*"),
  "%": sign("%"),
} as const satisfies Partial<Record<IntOp, unknown>>;

/** Arithmetic on numbers, and in C on vectors of them. */
export const numberSigns = {
  plus: sign("+"),
  minus: sign("-"),
  times: sign("*"),
  over: sign("/"),
  negative: (a: string): string => `(-${a})`,
} as const satisfies Partial<Record<NumberOp, unknown>>;
