/** @file Formulas: what stands in an entry of a tensor, by the entries of others. */

import type { Axis, Place } from "./place.ts";
import type { Tensor } from "./tensor.ts";

/** The functions of numbers that programs are made of; `plus` and `times` take two or more. */
export type FunctionName =
  | "plus"
  | "times"
  | "over"
  | "power"
  | "larger"
  | "smaller"
  | "exp"
  | "log"
  | "sqrt"
  | "abs"
  | "sign"
  | "sin"
  | "cos"
  | "tan"
  | "sinh"
  | "cosh"
  | "tanh"
  | "atan"
  | "erf"
  | "sigmoid"
  | "softplus"
  /** 1 where the relation to 0 holds, else 0. */
  | "isPositive"
  | "isNotNegative"
  | "isNegative"
  | "isNotPositive"
  | "isZero"
  | "isNotZero"
  /** The second where the first is not 0, else 0; the second need not exist there. */
  | "where";

interface Node {
  /** Creation number: that of a part is smaller. */
  readonly id: number;
  /** The axes it depends on. */
  readonly axes: readonly Axis[];
  /** What it takes to compute it, in additions. */
  readonly cost: number;
  /** A number for its form: equal where formulas differ in the names of axes alone. */
  readonly form: number;
}

export interface Constant extends Node {
  readonly kind: "constant";
  readonly value: number;
}

/** An entry of a tensor. */
export interface Read extends Node {
  readonly kind: "read";
  readonly tensor: Tensor;
  readonly at: readonly Place[];
}

export interface Call extends Node {
  readonly kind: "call";
  readonly name: FunctionName;
  readonly args: readonly Formula[];
}

/** The number that a place is. */
export interface Counted extends Node {
  readonly kind: "counted";
  readonly place: Place;
}

/** 1 where two places are equal (`isEqual`) or different, else 0. */
export interface Match extends Node {
  readonly kind: "match";
  readonly difference: Place;
  readonly isEqual: boolean;
}

export type Formula = Constant | Read | Call | Counted | Match;

/** What a function costs, in additions; what is not listed costs one. */
const costs: Partial<Record<FunctionName, number>> = {
  over: 6,
  sqrt: 8,
  power: 40,
  exp: 12,
  log: 14,
  sin: 40,
  cos: 40,
  tan: 40,
  sinh: 40,
  cosh: 40,
  tanh: 20,
  atan: 40,
  erf: 40,
  sigmoid: 18,
  softplus: 30,
};

export const costOf = (name: FunctionName): number => costs[name] ?? 1;

/** Functions whose values are computed before a program runs, where numbers are known. */
const values: Partial<Record<FunctionName, (...args: number[]) => number>> = {
  over: (a, b) => a / b,
  power: (a, b) => a ** b,
  sqrt: Math.sqrt,
  exp: Math.exp,
  log: Math.log,
  abs: Math.abs,
  sign: Math.sign,
  larger: (a, b) => Math.max(a, b),
  smaller: (a, b) => Math.min(a, b),
  isPositive: (x) => Number(x > 0),
  isNotNegative: (x) => Number(x >= 0),
  isNegative: (x) => Number(x < 0),
  isNotPositive: (x) => Number(x <= 0),
};

/** What a function of known numbers is; null where that is left to the run. */
export const valueOf = (name: FunctionName, numbers: readonly number[]): number | null =>
  values[name]?.(...numbers) ?? null;

/** Whether only places decide its value: it is known where no number is. */
export const isOfPlaces = (f: Formula): boolean =>
  f.kind === "call"
    ? f.args.every(isOfPlaces)
    : f.kind === "counted" || f.kind === "match" || f.kind === "constant";

/** Whether places decide in it what is 0. */
export const hasMatch = (f: Formula): boolean =>
  f.kind === "call" ? f.args.some(hasMatch) : f.kind === "match";

const indicators: ReadonlySet<FunctionName> = new Set([
  "isPositive",
  "isNotNegative",
  "isNegative",
  "isNotPositive",
  "isZero",
  "isNotZero",
]);

/** Whether it is 0 or 1 by places alone, as [j ≠ i]: where it is 0, what it multiplies need not exist. */
export const isFilter = (f: Formula): boolean =>
  f.kind === "match" || (f.kind === "call" && indicators.has(f.name) && isOfPlaces(f));

export const isCall = <N extends FunctionName>(
  f: Formula,
  name: N,
): f is Call & { readonly name: N } => f.kind === "call" && f.name === name;
