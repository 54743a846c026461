/** @file The instructions of one function in the order in which they are written, and its variables. */

import type { Local, LoopFunction, Type } from "../loops.ts";
import { reals, signed, unsigned, vectorOf, wholes } from "./encoding.ts";
import type { Kind, Simple } from "./instructions.ts";
import { i32, instruction, simd, v128, vectors } from "./instructions.ts";

/**
 * Writes instructions one after the other. Where something is `wide`, it is done to each lane of a vector, else to one
 * number.
 */
export class Writer {
  readonly kind: Kind;
  private readonly code: number[] = [];
  /** The variables that are no parameters: how many of which type, in their order. */
  private readonly groups: number[][] = [];
  private readonly numbers = new Map<number, number>();
  private count: number;

  /** With the variables of a function, sorted by their types. */
  constructor(f: LoopFunction, kind: Kind) {
    this.kind = kind;
    for (const [k, { id }] of f.parameters.entries()) this.numbers.set(id, k);
    this.count = f.parameters.length;
    const types: Record<Type, number> = { int: i32, address: i32, real: kind.real, vector: v128 };
    for (const type of ["int", "address", "real", "vector"] as const) {
      const own = f.locals.filter((l) => l.type === type);
      if (own.length === 0) continue;
      const first = this.declare(types[type], own.length);
      for (const [k, { id }] of own.entries()) this.numbers.set(id, first + k);
    }
  }

  /** The body of the function: its variables, then its instructions. */
  finished(): number[] {
    return [...vectorOf(this.groups), ...this.code, instruction.end];
  }

  emit(...bytes: readonly number[]): void {
    for (const byte of bytes) this.code.push(byte);
  }

  // ---- variables -----------------------------------------------------------------------------------

  /** So many variables more of a type: the number of the first. */
  declare(type: number, many = 1): number {
    this.groups.push([...unsigned(many), type]);
    this.count += many;
    return this.count - many;
  }

  get(variable: Local | number): void {
    this.emit(instruction.get, ...this.numberOf(variable));
  }

  set(variable: Local | number): void {
    this.emit(instruction.set, ...this.numberOf(variable));
  }

  /** Adds a whole number to a variable of whole numbers, and leaves the sum on the stack. */
  advance(variable: Local | number, by: number): void {
    this.get(variable);
    this.int(by);
    this.emit(instruction.plus, instruction.tee, ...this.numberOf(variable));
  }

  private numberOf(variable: Local | number): number[] {
    return unsigned(typeof variable === "number" ? variable : this.numbers.get(variable.id)!);
  }

  // ---- constants -----------------------------------------------------------------------------------

  int(value: number): void {
    this.emit(instruction.int, ...signed(BigInt(value)));
  }

  number(value: number, wide: boolean): void {
    if (wide) this.lanes(() => value);
    else this.emit(this.kind.constant, ...reals([value], this.kind.bytes));
  }

  /** A vector of different numbers. */
  lanes(lane: (k: number) => number): void {
    const values = Array.from({ length: this.kind.lanes }, (_, k) => lane(k));
    this.emit(...simd(vectors.constant), ...reals(values, this.kind.bytes));
  }

  /** A whole number as wide as a number. */
  bits(value: bigint, wide: boolean): void {
    const { bitsConstant, bytes, lanes } = this.kind;
    if (wide) {
      const values = Array.from({ length: lanes }, () => value);
      this.emit(...simd(vectors.constant), ...wholes(values, bytes));
    } else this.emit(bitsConstant, ...signed(value));
  }

  // ---- numbers and their bits ----------------------------------------------------------------------

  operation(name: Simple, wide: boolean): void {
    if (wide) this.emit(...simd(this.kind.vector[name]));
    else this.emit(this.kind.scalar[name]);
  }

  /** From a number to the whole number with its bits: of a vector the same. */
  asBits(wide: boolean): void {
    if (!wide) this.emit(this.kind.asBits);
  }

  /** The way back. */
  asNumber(wide: boolean): void {
    if (!wide) this.emit(this.kind.asNumber);
  }

  logical(name: "and" | "or", wide: boolean): void {
    const { vector, scalar } = this.kind.logical[name];
    if (wide) this.emit(...simd(vector));
    else this.emit(scalar);
  }

  /** Moves bits as far as a mantissa is long. */
  shift(name: "shiftLeft" | "shiftRight", wide: boolean): void {
    const { bitsConstant, mantissa, logical } = this.kind;
    // How far is one whole number for all lanes.
    this.emit(wide ? instruction.int : bitsConstant, ...signed(BigInt(mantissa)));
    if (wide) this.emit(...simd(logical[name].vector));
    else this.emit(logical[name].scalar);
  }

  // ---- lanes ---------------------------------------------------------------------------------------

  /** The number of a lane. */
  extract(lane: number): void {
    this.emit(...simd(this.kind.extract), lane);
  }

  /** A number as that of a lane: the first makes the vector, by standing in all its lanes. */
  replace(lane: number): void {
    if (lane === 0) this.emit(...simd(this.kind.splat));
    else this.emit(...simd(this.kind.replace), lane);
  }
}
