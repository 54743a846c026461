/** @file Values of loop code as instructions that leave them on the stack. */

import { hasAddress, typeOf } from "../coder.ts";
import type { Address, Called, Relation, Value } from "../loops.ts";
import { evenCut } from "../parts.ts";
import { bitsOf, unsigned } from "./encoding.ts";
import {
  instruction,
  intOps,
  intRelations,
  simd,
  truncated,
  v128,
  vectors,
} from "./instructions.ts";
import { wasmBase } from "./memory.ts";
import type { Writer } from "./writer.ts";

type Of<K extends Value["kind"]> = Extract<Value, { kind: K }>;

/** What a value has to know of its module. */
export interface Surroundings {
  /** The functions of numbers that are called, by their numbers. */
  readonly called: readonly Called[];
  /** Whether a·b + c is one instruction. */
  readonly hasFused: boolean;
  readonly threads: number;
}

/** Writes values and addresses. */
export class Values {
  private readonly writer: Writer;
  private readonly around: Surroundings;
  /** How many places a count of numbers is moved to become a count of bytes. */
  private readonly shift: number;

  constructor(writer: Writer, around: Surroundings) {
    this.writer = writer;
    this.around = around;
    this.shift = Math.log2(writer.kind.bytes);
  }

  /** A value, left on the stack. */
  value(v: Value): void {
    const { writer } = this;
    const { kind } = writer;
    switch (v.kind) {
      case "local":
        writer.get(v);
        return;
      case "int":
        writer.int(v.value);
        return;
      case "whole":
        this.whole(v);
        return;
      case "number":
        writer.number(v.value, v.type === "vector");
        return;
      case "load":
        if (v.type === "vector") this.loaded(v.at, simd(vectors.load));
        else this.loaded(v.at, [kind.load]);
        return;
      case "op":
        this.applied(v);
        return;
      case "call":
        if (v.type === "vector") this.calledByLanes(v);
        else this.invoked(v.name, v.args.length, (k) => this.value(v.args[k]!));
        return;
      case "choose":
        this.value(v.chosen);
        this.value(v.otherwise);
        this.compared(v.relation, v.a, v.b);
        writer.emit(...(v.type === "vector" ? simd(vectors.select) : [instruction.select]));
        return;
      case "splat":
        if (v.of.kind === "load") this.loaded(v.of.at, simd(kind.loadSplat));
        else {
          this.value(v.of);
          writer.emit(...simd(kind.splat));
        }
        return;
      case "lanes":
        writer.lanes((k) => k);
        return;
      case "gathered":
        for (const [lane, entry] of v.lanes.entries()) {
          this.value(entry);
          writer.replace(lane);
        }
        return;
      case "lane":
        this.value(v.of);
        writer.extract(v.index);
        return;
      case "realOf":
        this.value(v.of);
        writer.emit(kind.fromInt);
        return;
      case "intOf":
        this.value(v.of);
        writer.emit(...truncated(kind.toInt));
        return;
      case "cut":
        this.value(evenCut(v.thread, this.around.threads));
        return;
      default:
        v satisfies never;
    }
  }

  /** Whether a relation holds: a whole number, or of vectors all bits of the lanes in which it does. */
  compared(relation: Relation, a: Value, b: Value): void {
    const { writer } = this;
    this.value(a);
    this.value(b);
    const type = typeOf(a);
    if (type === "vector") writer.emit(...simd(writer.kind.vectorRelations[relation]));
    else if (type === "real") writer.emit(writer.kind.relations[relation]);
    else writer.emit(intRelations[relation]);
  }

  private whole(v: Of<"whole">): void {
    this.value(v.a);
    this.value(v.b);
    if (v.op === "min") {
      this.value(v.a);
      this.value(v.b);
      this.writer.emit(instruction.less, instruction.select);
    } else this.writer.emit(intOps[v.op]);
  }

  private applied(v: Of<"op">): void {
    const { writer } = this;
    const { kind } = writer;
    const wide = v.type === "vector";
    const top = 2 ** kind.mantissa;
    const [a, b, c] = v.args as [Value, Value, Value];
    switch (v.op) {
      case "fused":
        this.value(a);
        this.value(b);
        if (wide && this.around.hasFused) {
          this.value(c);
          writer.emit(...simd(kind.fused));
          return;
        }
        writer.operation("times", wide);
        this.value(c);
        writer.operation("plus", wide);
        return;
      // Adding 1.5·2ᵐ leaves a whole number in the low bits.
      case "powerOfTwo":
        this.value(a);
        writer.number(1.5 * top + kind.bias, wide);
        writer.operation("plus", wide);
        writer.asBits(wide);
        writer.shift("shiftLeft", wide);
        writer.asNumber(wide);
        return;
      // The bits of e as the low ones of 2ᵐ + e.
      case "exponent":
        this.value(a);
        writer.asBits(wide);
        writer.shift("shiftRight", wide);
        writer.bits(bitsOf(top, kind.bytes), wide);
        writer.logical("or", wide);
        writer.asNumber(wide);
        writer.number(top + kind.bias, wide);
        writer.operation("minus", wide);
        return;
      case "mantissa":
        this.value(a);
        writer.asBits(wide);
        writer.bits((1n << BigInt(kind.mantissa)) - 1n, wide);
        writer.logical("and", wide);
        writer.bits(bitsOf(1, kind.bytes), wide);
        writer.logical("or", wide);
        writer.asNumber(wide);
        return;
      default:
        for (const arg of v.args) this.value(arg);
        writer.operation(v.op, wide);
    }
  }

  // ---- functions of numbers ------------------------------------------------------------------------

  /** A function that takes and gives numbers of double precision. */
  private invoked(name: Called, count: number, arg: (k: number) => void): void {
    const { writer } = this;
    const isSingle = writer.kind.bytes === 4;
    for (let k = 0; k < count; k++) {
      arg(k);
      if (isSingle) writer.emit(instruction.double);
    }
    writer.emit(instruction.call, ...unsigned(this.around.called.indexOf(name)));
    if (isSingle) writer.emit(instruction.single);
  }

  private calledByLanes({ name, args }: Of<"call">): void {
    const { writer } = this;
    const given = args.map((arg) => {
      const kept = writer.declare(v128);
      this.value(arg);
      writer.set(kept);
      return kept;
    });
    const made = writer.declare(v128);
    for (let lane = 0; lane < writer.kind.lanes; lane++) {
      if (lane > 0) writer.get(made);
      this.invoked(name, given.length, (k) => {
        writer.get(given[k]!);
        writer.extract(lane);
      });
      writer.replace(lane);
      writer.set(made);
    }
    writer.get(made);
  }

  // ---- addresses -----------------------------------------------------------------------------------

  /** What an instruction loads from an address: at most a number at once is aligned. */
  private loaded(at: Address, load: readonly number[]): void {
    const behind = this.addressed(at);
    this.writer.emit(...load, this.shift, ...unsigned(behind));
  }

  /** Writes a value to an address. */
  stored(at: Address, v: Value): void {
    const behind = this.addressed(at);
    this.value(v);
    const store = typeOf(v) === "vector" ? simd(vectors.store) : [this.writer.kind.store];
    this.writer.emit(...store, this.shift, ...unsigned(behind));
  }

  /** Leaves an address on the stack; gives the bytes behind it that are part of the instruction. */
  private addressed({ base, index, offset }: Address): number {
    const { writer } = this;
    if (base) this.pointer(base);
    if (index) {
      this.scaled(index);
      if (base) writer.emit(instruction.plus);
    }
    if (!base && !index) writer.int(0);
    const behind = wasmBase + offset * writer.kind.bytes;
    if (behind >= 0) return behind;
    writer.int(behind);
    writer.emit(instruction.plus);
    return 0;
  }

  /** Where something stands, in bytes; what it adds to a pointer is counted in numbers. */
  pointer(v: Value): void {
    if (v.kind === "local" && v.type === "address") this.writer.get(v);
    else if (v.kind === "whole" && v.op === "+" && hasAddress(v)) {
      const [base, other] = hasAddress(v.a) ? [v.a, v.b] : [v.b, v.a];
      this.pointer(base);
      this.scaled(other);
      this.writer.emit(instruction.plus);
    } else this.scaled(v);
  }

  /** A count of numbers as a count of bytes. */
  private scaled(v: Value): void {
    if (v.kind === "int") {
      this.writer.int(v.value * this.writer.kind.bytes);
      return;
    }
    this.value(v);
    this.writer.int(this.shift);
    this.writer.emit(instruction.shiftLeft);
  }
}
