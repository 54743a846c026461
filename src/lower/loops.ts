/** @file The loop code that every emitter prints: loops, loads, stores and arithmetic, on numbers and on vectors of them. */

import type { Measured } from "./measured.ts";

/** `int` counts, `address` is a place in memory, `real` one number, `vector` as many as the target's lanes. */
export type Type = "int" | "address" | "real" | "vector";

/** A variable of a function. */
export interface Local {
  readonly kind: "local";
  readonly type: Type;
  readonly id: number;
}

/** Arithmetic on whole numbers. */
export type IntOp = "+" | "-" | "*" | "/" | "%" | "min";

/** Arithmetic on numbers, alike on each lane of a vector. */
export type NumberOp =
  | "plus"
  | "minus"
  | "times"
  | "over"
  /** a·b + c */
  | "fused"
  | "negative"
  /** NaN where one of both is. */
  | "larger"
  | "smaller"
  | "sqrt"
  | "abs"
  /** To the nearest whole number. */
  | "rounded"
  /** 2ⁿ for a whole n for which that is a normal number. */
  | "powerOfTwo"
  /** e and m of x = m·2ᵉ with 1 ≤ m < 2, for a normal positive x. */
  | "exponent"
  | "mantissa";

/** Functions that a target calls for one number at a time. */
export type Called =
  | "exp"
  | "log"
  | "sin"
  | "cos"
  | "tan"
  | "sinh"
  | "cosh"
  | "tanh"
  | "atan"
  | "power";

export type Relation = "<" | "<=" | "==" | "!=" | ">" | ">=";

/** A value in loop code. */
export type Value =
  | Local
  | { readonly kind: "int"; readonly value: number }
  | { readonly kind: "whole"; readonly op: IntOp; readonly a: Value; readonly b: Value }
  /** Of a vector the same in every lane. */
  | { readonly kind: "number"; readonly type: "real" | "vector"; readonly value: number }
  | { readonly kind: "load"; readonly type: "real" | "vector"; readonly at: Address }
  | {
      readonly kind: "op";
      readonly type: "real" | "vector";
      readonly op: NumberOp;
      readonly args: readonly Value[];
    }
  | {
      readonly kind: "call";
      readonly type: "real" | "vector";
      readonly name: Called;
      readonly args: readonly Value[];
    }
  | {
      readonly kind: "choose";
      readonly type: "real" | "vector";
      readonly relation: Relation;
      readonly a: Value;
      readonly b: Value;
      readonly chosen: Value;
      readonly otherwise: Value;
    }
  /** One number in every lane. */
  | { readonly kind: "splat"; readonly type: "vector"; readonly of: Value }
  /** 0, 1, 2 … in the lanes. */
  | { readonly kind: "lanes"; readonly type: "vector" }
  /** Different numbers in the lanes. */
  | { readonly kind: "gathered"; readonly type: "vector"; readonly lanes: readonly Value[] }
  | { readonly kind: "lane"; readonly type: "real"; readonly of: Value; readonly index: number }
  | { readonly kind: "realOf"; readonly type: "real"; readonly of: Value }
  | { readonly kind: "intOf"; readonly of: Value }
  /** Where the part of a thread begins, of so many `cuts`; that of the one behind the last is the end. */
  | { readonly kind: "cut"; readonly thread: Value };

/** Of how many equal pieces the parts of threads are made that follow how fast the threads are. */
export const cuts = 1024;

/** `base + index + offset` in numbers from the start of memory. */
export interface Address {
  readonly base: Value | null;
  readonly index: Value | null;
  readonly offset: number;
}

export type Statement =
  | { readonly kind: "set"; readonly local: Local; readonly value: Value }
  | { readonly kind: "store"; readonly at: Address; readonly value: Value }
  | {
      readonly kind: "loop";
      readonly variable: Local;
      readonly from: Value;
      readonly to: Value;
      readonly step: number;
      readonly body: readonly Statement[];
    }
  | {
      readonly kind: "when";
      readonly relation: Relation;
      readonly a: Value;
      readonly b: Value;
      readonly body: readonly Statement[];
      readonly otherwise: readonly Statement[];
    }
  /** Again while the condition holds, which is looked at first. */
  | {
      readonly kind: "while";
      readonly relation: Relation;
      readonly a: Value;
      readonly b: Value;
      readonly body: readonly Statement[];
    }
  /** Another function, with whole numbers. */
  | { readonly kind: "run"; readonly name: string; readonly args: readonly Value[] }
  /** Variables that are to wait in memory up to here: what comes before needs the registers. */
  | { readonly kind: "aside"; readonly locals: readonly Local[] }
  /** What will be read soon. */
  | { readonly kind: "prefetch"; readonly at: Address; readonly isWritten: boolean }
  /** Until all threads are here; parts that follow how fast threads are need to know of most of them. */
  | { readonly kind: "barrier"; readonly pace: Pace | null };

/** What a barrier says of how fast the threads are. */
export interface Pace {
  /** Which one this is. */
  readonly thread: Value;
  /** Whether what they did since the last barrier was shared by cuts. */
  readonly isTelling: boolean;
  /** Whether the cuts may move now. */
  readonly endsStep: boolean;
}

/** A function of whole numbers; its variables are numbered from its parameters on. */
export interface LoopFunction {
  readonly name: string;
  readonly parameters: readonly Local[];
  readonly locals: readonly Local[];
  readonly body: readonly Statement[];
}

/** Every function of a program; the last is run by each thread, with its number and from which step to which. */
export interface Module {
  readonly precision: Precision;
  readonly functions: readonly LoopFunction[];
  /** How many numbers of memory it needs. */
  readonly memory: number;
  readonly threads: number;
}

export type Precision = "float32" | "float64";

/** What loop code is made for. */
export interface Target {
  readonly precision: Precision;
  /** How many numbers a vector has. */
  readonly lanes: number;
  /** How many vectors the machine keeps at hand: what the tiles of products are made of. */
  readonly registers: number;
  /** Whether exp, log and their like are called; else they are made of arithmetic, on all lanes at once. */
  readonly hasElementary: boolean;
  /** Whether what is far away can be fetched before it is needed. */
  readonly hasPrefetch: boolean;
  readonly threads: number;
  readonly measured: Measured;
}

/** How a number stands in memory: ±m·2ᵉ with 1 ≤ m < 2. */
export interface NumberFormat {
  readonly bytes: 4 | 8;
  /** How many bits m has behind the point: the low ones. */
  readonly mantissa: number;
  /** What is added to e in the bits before them. */
  readonly bias: number;
}

export const numberFormats: Readonly<Record<Precision, NumberFormat>> = {
  float32: { bytes: 4, mantissa: 23, bias: 127 },
  float64: { bytes: 8, mantissa: 52, bias: 1023 },
};

/** How many bytes a number takes. */
export const bytesPerNumber = (precision: Precision): number => numberFormats[precision].bytes;

/** How many numbers stand in 64 bytes: what sums along a row are split by, whatever the lanes. */
export const perLine = (precision: Precision): number => 64 / bytesPerNumber(precision);
