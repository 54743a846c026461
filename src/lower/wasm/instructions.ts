/** @file The instructions of WebAssembly by their numbers: those of both precisions, and those of each. */

import { numberFormats } from "../loops.ts";
import type { IntOp, NumberFormat, NumberOp, Precision, Relation } from "../loops.ts";
import { unsigned } from "./encoding.ts";

/** Types of values. */
export const i32 = 0x7f;
export const f64 = 0x7c;
export const v128 = 0x7b;

/** A block that leaves nothing on the stack. */
export const empty = 0x40;

/** Control, variables, and whole numbers of 32 bits. */
export const instruction = {
  block: 0x02,
  loop: 0x03,
  if: 0x04,
  else: 0x05,
  end: 0x0b,
  branch: 0x0c,
  branchIf: 0x0d,
  call: 0x10,
  drop: 0x1a,
  select: 0x1b,
  get: 0x20,
  set: 0x21,
  /** Sets a variable, and leaves its value on the stack. */
  tee: 0x22,
  int: 0x41,
  int64: 0x42,
  equal: 0x46,
  less: 0x48,
  greater: 0x4a,
  atLeast: 0x4e,
  plus: 0x6a,
  shiftLeft: 0x74,
  single: 0xb6,
  double: 0xbb,
} as const;

/** An instruction on vectors. */
export const simd = (code: number): number[] => [0xfd, ...unsigned(code)];

/** Instructions on vectors that are the same for both precisions. */
export const vectors = { load: 0x00, store: 0x0b, constant: 0x0c, select: 0x52 } as const;

/** A number to a whole number, the nearest that there is where it is too large. */
export const truncated = (code: number): number[] => [0xfc, code];

/** An instruction on whole numbers that threads share. */
export const atomic = (name: keyof typeof atomics): number[] => [0xfe, atomics[name]];
const atomics = { notify: 0x00, wait: 0x01, load: 0x10, store: 0x17, plus: 0x1e } as const;

/** What takes more than one instruction. */
type Composed = "fused" | "powerOfTwo" | "exponent" | "mantissa";
/** What is one instruction. */
export type Simple = Exclude<NumberOp, Composed>;

/** An operation on one number, or on the bits of one, and on each lane of a vector. */
interface Both {
  readonly vector: number;
  readonly scalar: number;
}

/** What differs between single and double precision. */
export interface Kind extends NumberFormat {
  /** The type of a number. */
  readonly real: number;
  /** A number that is known, and a whole number of the same width. */
  readonly constant: number;
  readonly bitsConstant: number;
  /** From a number to the whole number with its bits, and back. */
  readonly asBits: number;
  readonly asNumber: number;
  readonly lanes: number;
  readonly load: number;
  readonly store: number;
  readonly splat: number;
  readonly loadSplat: number;
  readonly extract: number;
  readonly replace: number;
  readonly fromInt: number;
  /** Of trunc_sat. */
  readonly toInt: number;
  /** a·b + c of vectors, where there is one instruction for it. */
  readonly fused: number;
  /** On whole numbers of the width of a number. */
  readonly logical: Readonly<Record<"and" | "or" | "shiftLeft" | "shiftRight", Both>>;
  readonly scalar: Readonly<Record<Simple, number>>;
  readonly vector: Readonly<Record<Simple, number>>;
  readonly relations: Readonly<Record<Relation, number>>;
  readonly vectorRelations: Readonly<Record<Relation, number>>;
}

const relationsFrom = (
  eq: number,
  ne: number,
  lt: number,
  gt: number,
  le: number,
  ge: number,
): Record<Relation, number> => ({
  "==": eq,
  "!=": ne,
  "<": lt,
  ">": gt,
  "<=": le,
  ">=": ge,
});

export const kinds: Record<Precision, Kind> = {
  float32: {
    real: 0x7d,
    ...numberFormats.float32,
    constant: 0x43,
    bitsConstant: 0x41,
    asBits: 0xbc,
    asNumber: 0xbe,
    lanes: 4,
    load: 0x2a,
    store: 0x38,
    splat: 0x13,
    loadSplat: 0x09,
    extract: 0x1f,
    replace: 0x20,
    fromInt: 0xb2,
    toInt: 0,
    fused: 0x105,
    logical: {
      and: { vector: 0x4e, scalar: 0x71 },
      or: { vector: 0x50, scalar: 0x72 },
      shiftLeft: { vector: 0xab, scalar: 0x74 },
      shiftRight: { vector: 0xad, scalar: 0x76 },
    },
    scalar: {
      plus: 0x92,
      minus: 0x93,
      times: 0x94,
      over: 0x95,
      negative: 0x8c,
      larger: 0x97,
      smaller: 0x96,
      sqrt: 0x91,
      abs: 0x8b,
      rounded: 0x90,
    },
    vector: {
      plus: 0xe4,
      minus: 0xe5,
      times: 0xe6,
      over: 0xe7,
      negative: 0xe1,
      larger: 0xe9,
      smaller: 0xe8,
      sqrt: 0xe3,
      abs: 0xe0,
      rounded: 0x6a,
    },
    relations: relationsFrom(0x5b, 0x5c, 0x5d, 0x5e, 0x5f, 0x60),
    vectorRelations: relationsFrom(0x41, 0x42, 0x43, 0x44, 0x45, 0x46),
  },
  float64: {
    real: 0x7c,
    ...numberFormats.float64,
    constant: 0x44,
    bitsConstant: 0x42,
    asBits: 0xbd,
    asNumber: 0xbf,
    lanes: 2,
    load: 0x2b,
    store: 0x39,
    splat: 0x14,
    loadSplat: 0x0a,
    extract: 0x21,
    replace: 0x22,
    fromInt: 0xb7,
    toInt: 2,
    fused: 0x107,
    logical: {
      and: { vector: 0x4e, scalar: 0x83 },
      or: { vector: 0x50, scalar: 0x84 },
      shiftLeft: { vector: 0xcb, scalar: 0x86 },
      shiftRight: { vector: 0xcd, scalar: 0x88 },
    },
    scalar: {
      plus: 0xa0,
      minus: 0xa1,
      times: 0xa2,
      over: 0xa3,
      negative: 0x9a,
      larger: 0xa5,
      smaller: 0xa4,
      sqrt: 0x9f,
      abs: 0x99,
      rounded: 0x9e,
    },
    vector: {
      plus: 0xf0,
      minus: 0xf1,
      times: 0xf2,
      over: 0xf3,
      negative: 0xed,
      larger: 0xf5,
      smaller: 0xf4,
      sqrt: 0xef,
      abs: 0xec,
      rounded: 0x94,
    },
    relations: relationsFrom(0x61, 0x62, 0x63, 0x64, 0x65, 0x66),
    vectorRelations: relationsFrom(0x47, 0x48, 0x49, 0x4a, 0x4b, 0x4c),
  },
};

/** Relations of whole numbers with signs. */
export const intRelations = relationsFrom(0x46, 0x47, 0x48, 0x4a, 0x4c, 0x4e);
/** Arithmetic on whole numbers with signs; the smaller of two has no instruction. */
export const intOps: Readonly<Record<Exclude<IntOp, "min">, number>> = {
  "+": 0x6a,
  "-": 0x6b,
  "*": 0x6c,
  "/": 0x6d,
  "%": 0x6f,
};
