/** @file Loop code as the bytes of a WebAssembly module with vectors of 128 bits. */

import { typeOf } from "./coder.ts";
import { bytesPerNumber } from "./loops.ts";
import type {
  Address,
  Called,
  IntOp,
  Local,
  LoopFunction,
  Module,
  NumberOp,
  Precision,
  Relation,
  Statement,
  Type,
  Value,
} from "./loops.ts";

/** Where the numbers begin in memory, in bytes: before them stand the counters of the barrier. */
export const wasmBase = 1024;
/** How often a thread looks at a barrier before it sleeps: about 1 ms, within which the others come. */
const patience = 1_000_000;
const arrivedAt = 0;
const generationAt = 64;

/** What a module is made for besides. */
export interface WasmOptions {
  /** Whether memory is shared between threads. */
  readonly isShared: boolean;
  /** Whether a·b + c is one instruction. */
  readonly hasFused: boolean;
}

/** How many pages of memory a module needs. */
export const wasmPages = ({ memory, precision }: Module): number =>
  Math.ceil((wasmBase + memory * bytesPerNumber(precision)) / 65536);

// ---- encoding ----------------------------------------------------------------------------------------

function unsigned(value: number): number[] {
  const bytes: number[] = [];
  let left = value;
  do {
    const low = left % 128;
    left = Math.floor(left / 128);
    bytes.push(left > 0 ? low + 128 : low);
  } while (left > 0);
  return bytes;
}

function signed(value: bigint): number[] {
  const bytes: number[] = [];
  let left = value;
  for (;;) {
    const low = Number(left & 127n);
    left >>= 7n;
    const isLast = (left === 0n && (low & 64) === 0) || (left === -1n && (low & 64) !== 0);
    bytes.push(isLast ? low : low + 128);
    if (isLast) return bytes;
  }
}

const text = (s: string): number[] =>
  [s.length, ...s].map((c) => (typeof c === "string" ? c.codePointAt(0)! : c));

const vectorOf = (items: readonly (readonly number[])[]): number[] => [
  ...unsigned(items.length),
  ...items.flat(),
];

/** Appended in place: a list that is spread as arguments may be too long. */
function section(bytes: number[], id: number, content: readonly number[]): void {
  bytes.push(id, ...unsigned(content.length));
  for (const byte of content) bytes.push(byte);
}

const i32 = 0x7f;
const v128 = 0x7b;

interface Kind {
  readonly real: number;
  readonly bytes: number;
  readonly lanes: number;
  readonly mantissa: number;
  readonly bias: number;
  readonly load: number;
  readonly store: number;
  readonly splat: number;
  readonly loadSplat: number;
  readonly extract: number;
  readonly replace: number;
  readonly fromInt: number;
  /** Of trunc_sat. */
  readonly toInt: number;
  readonly scalar: Record<Exclude<NumberOp, Composed>, number>;
  readonly vector: Record<Exclude<NumberOp, Composed>, number>;
  readonly relations: Record<Relation, number>;
  readonly vectorRelations: Record<Relation, number>;
}

/** What takes more than one instruction. */
type Composed = "fused" | "powerOfTwo" | "exponent" | "mantissa";

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

const kinds: Record<Precision, Kind> = {
  float32: {
    real: 0x7d,
    bytes: 4,
    lanes: 4,
    mantissa: 23,
    bias: 127,
    load: 0x2a,
    store: 0x38,
    splat: 0x13,
    loadSplat: 0x09,
    extract: 0x1f,
    replace: 0x20,
    fromInt: 0xb2,
    toInt: 0,
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
    bytes: 8,
    lanes: 2,
    mantissa: 52,
    bias: 1023,
    load: 0x2b,
    store: 0x39,
    splat: 0x14,
    loadSplat: 0x0a,
    extract: 0x21,
    replace: 0x22,
    fromInt: 0xb7,
    toInt: 2,
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

const intRelations = relationsFrom(0x46, 0x47, 0x48, 0x4a, 0x4c, 0x4e);
const intOps: Record<Exclude<IntOp, "min">, number> = {
  "+": 0x6a,
  "-": 0x6b,
  "*": 0x6c,
  "/": 0x6d,
  "%": 0x6f,
};

const simd = (code: number): number[] => [0xfd, ...unsigned(code)];

// ---- modules -----------------------------------------------------------------------------------------

/**
 * The bytes of a module that exports `run`, imports its memory, and of the functions of numbers those that are
 * `called`, in double precision.
 */
export function toWasm(
  module: Module,
  options: WasmOptions,
): { readonly bytes: Uint8Array<ArrayBuffer>; readonly called: readonly Called[] } {
  const kind = kinds[module.precision];
  const called = [...calledIn(module)];
  const indices = new Map<string, number>(
    module.functions.map((f, k) => [f.name, called.length + k]),
  );
  const signatures: number[][] = [];
  const signature = (parameters: readonly number[], results: readonly number[]): number => {
    const bytes = [
      0x60,
      ...unsigned(parameters.length),
      ...parameters,
      ...unsigned(results.length),
      ...results,
    ];
    const known = signatures.findIndex((s) => s.join() === bytes.join());
    if (known >= 0) return known;
    signatures.push(bytes);
    return signatures.length - 1;
  };
  const imports = called.map((name) => {
    const count = name === "power" ? 2 : 1;
    const type = signature(
      Array.from({ length: count }, () => 0x7c),
      [0x7c],
    );
    return [...text("m"), ...text(name), 0, ...unsigned(type)];
  });
  const pages = unsigned(wasmPages(module));
  const limits = options.isShared ? [3, ...pages, ...pages] : [0, ...pages];
  imports.push([...text("m"), ...text("memory"), 2, ...limits]);
  const types = module.functions.map((f) =>
    unsigned(
      signature(
        f.parameters.map(() => i32),
        [],
      ),
    ),
  );
  const bodies = module.functions.map((f) => {
    const body = functionBody(f, { kind, indices, called, options, threads: module.threads });
    return [...unsigned(body.length), ...body];
  });
  const exported = [...text("run"), 0, ...unsigned(called.length + module.functions.length - 1)];
  const bytes: number[] = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
  section(bytes, 1, vectorOf(signatures));
  section(bytes, 2, vectorOf(imports));
  section(bytes, 3, vectorOf(types));
  section(bytes, 7, vectorOf([exported]));
  section(bytes, 10, vectorOf(bodies));
  return { bytes: Uint8Array.from(bytes), called };
}

/** The functions of numbers that a module calls. */
function calledIn(module: Module): Set<Called> {
  const found = new Set<Called>();
  const visit = (v: Value): void => {
    switch (v.kind) {
      case "call":
        found.add(v.name);
        v.args.forEach(visit);
        return;
      case "op":
        v.args.forEach(visit);
        return;
      case "choose":
        [v.a, v.b, v.chosen, v.otherwise].forEach(visit);
        return;
      case "gathered":
        v.lanes.forEach(visit);
        return;
      case "splat":
      case "lane":
      case "realOf":
      case "intOf":
        visit(v.of);
        return;
      default:
    }
  };
  const walk = (statements: readonly Statement[]): void => {
    for (const s of statements) {
      if (s.kind === "set" || s.kind === "store") visit(s.value);
      else if (s.kind === "loop") walk(s.body);
      else if (s.kind === "when" || s.kind === "while") {
        visit(s.a);
        visit(s.b);
        if (s.kind === "while") walk(s.body);
        else {
          walk(s.body);
          walk(s.otherwise);
        }
      }
    }
  };
  for (const { body } of module.functions) walk(body);
  return found;
}

// ---- functions ---------------------------------------------------------------------------------------

/** The body of one function: its variables, then its instructions. */
function functionBody(f: LoopFunction, context: Context): number[] {
  const { kind, indices, called, options, threads } = context;
  const code: number[] = [];
  const places = new Map<number, number>();
  for (const p of f.parameters) places.set(p.id, places.size);
  let count = f.parameters.length;
  const groups: number[][] = [];
  const wasmTypes: Record<Type, number> = {
    int: i32,
    address: i32,
    real: kind.real,
    vector: v128,
  };
  /** So many variables of a type: the number of the first. */
  const declare = (type: number, many = 1): number => {
    groups.push([...unsigned(many), type]);
    count += many;
    return count - many;
  };
  for (const type of ["int", "address", "real", "vector"] as const) {
    const own = f.locals.filter((l) => l.type === type);
    if (own.length === 0) continue;
    const first = declare(wasmTypes[type], own.length);
    for (const [k, l] of own.entries()) places.set(l.id, first + k);
  }
  const emit = (...bytes: readonly number[]): void => {
    for (const byte of bytes) code.push(byte);
  };
  const get = (l: Local): void => emit(0x20, ...unsigned(places.get(l.id)!));
  const set = (index: number): void => emit(0x21, ...unsigned(index));
  const getIndex = (index: number): void => emit(0x20, ...unsigned(index));
  const int = (value: number): void => emit(0x41, ...signed(BigInt(value)));
  const shift = Math.log2(kind.bytes);
  const isVector = (v: Value): boolean => typeOf(v) === "vector";

  const real = (value: number): void => {
    const view = new DataView(new ArrayBuffer(8));
    if (kind.bytes === 4) view.setFloat32(0, value, true);
    else view.setFloat64(0, value, true);
    const bytes = Array.from({ length: kind.bytes }, (_, k) => view.getUint8(k));
    emit(kind.bytes === 4 ? 0x43 : 0x44, ...bytes);
  };
  const vector = (lane: (k: number) => number): void => {
    const view = new DataView(new ArrayBuffer(16));
    for (let k = 0; k < kind.lanes; k++)
      if (kind.bytes === 4) view.setFloat32(4 * k, lane(k), true);
      else view.setFloat64(8 * k, lane(k), true);
    emit(...simd(0x0c), ...Array.from({ length: 16 }, (_, k) => view.getUint8(k)));
  };
  /** A whole number as wide as a number, in one or in every lane. */
  const bits = (value: bigint, wide: boolean): void => {
    if (wide) {
      const view = new DataView(new ArrayBuffer(16));
      for (let k = 0; k < kind.lanes; k++)
        if (kind.bytes === 4) view.setInt32(4 * k, Number(BigInt.asIntN(32, value)), true);
        else view.setBigInt64(8 * k, value, true);
      emit(...simd(0x0c), ...Array.from({ length: 16 }, (_, k) => view.getUint8(k)));
    } else emit(kind.bytes === 4 ? 0x41 : 0x42, ...signed(value));
  };
  const number = (value: number, wide: boolean): void => (wide ? vector(() => value) : real(value));
  const single = kind.bytes === 4;
  const operation = (name: Exclude<NumberOp, Composed>, wide: boolean): void =>
    wide ? emit(...simd(kind.vector[name])) : emit(kind.scalar[name]);
  /** Bits of a number, and back. */
  const asBits = (wide: boolean): void => (wide ? undefined : emit(single ? 0xbc : 0xbd));
  const asNumber = (wide: boolean): void => (wide ? undefined : emit(single ? 0xbe : 0xbf));
  const both = (op: { vector: number; i32: number; i64: number }, wide: boolean): void =>
    wide ? emit(...simd(op.vector)) : emit(single ? op.i32 : op.i64);
  const logical = {
    and: { vector: 0x4e, i32: 0x71, i64: 0x83 },
    or: { vector: 0x50, i32: 0x72, i64: 0x84 },
  };
  const shifted = (left: boolean, wide: boolean): void => {
    if (wide) {
      int(kind.mantissa);
      emit(...simd(left ? (single ? 0xab : 0xcb) : single ? 0xad : 0xcd));
      return;
    }
    emit(single ? 0x41 : 0x42, ...signed(BigInt(kind.mantissa)));
    emit(left ? (single ? 0x74 : 0x86) : single ? 0x76 : 0x88);
  };
  const top = 2 ** kind.mantissa;
  const bitsOf = (value: number): bigint => {
    const view = new DataView(new ArrayBuffer(8));
    if (single) view.setFloat32(0, value, true);
    else view.setFloat64(0, value, true);
    return single ? BigInt(view.getInt32(0, true)) : view.getBigInt64(0, true);
  };

  const applied = (v: Extract<Value, { kind: "op" }>): void => {
    const wide = v.type === "vector";
    const [a, b, c] = v.args as [Value, Value, Value];
    switch (v.op) {
      case "fused":
        value(a);
        value(b);
        if (wide && options.hasFused) {
          value(c);
          emit(...simd(single ? 0x105 : 0x107));
          return;
        }
        operation("times", wide);
        value(c);
        operation("plus", wide);
        return;
      // Adding 1.5·2ᵐ leaves a whole number in the low bits.
      case "powerOfTwo":
        value(a);
        number(1.5 * top + kind.bias, wide);
        operation("plus", wide);
        asBits(wide);
        shifted(true, wide);
        asNumber(wide);
        return;
      case "exponent":
        value(a);
        asBits(wide);
        shifted(false, wide);
        bits(bitsOf(top), wide);
        both(logical.or, wide);
        asNumber(wide);
        number(top + kind.bias, wide);
        operation("minus", wide);
        return;
      case "mantissa":
        value(a);
        asBits(wide);
        bits((1n << BigInt(kind.mantissa)) - 1n, wide);
        both(logical.and, wide);
        bits(bitsOf(1), wide);
        both(logical.or, wide);
        asNumber(wide);
        return;
      default:
        for (const arg of v.args) value(arg);
        operation(v.op, wide);
    }
  };

  const call = (v: Extract<Value, { kind: "call" }>): void => {
    const index = called.indexOf(v.name);
    const invoke = (args: readonly (() => void)[]): void => {
      for (const arg of args) {
        arg();
        if (single) emit(0xbb);
      }
      emit(0x10, ...unsigned(index));
      if (single) emit(0xb6);
    };
    if (v.type === "real") {
      invoke(v.args.map((arg) => () => value(arg)));
      return;
    }
    const given = v.args.map((arg) => {
      const kept = declare(v128);
      value(arg);
      set(kept);
      return kept;
    });
    const made = declare(v128);
    for (let lane = 0; lane < kind.lanes; lane++) {
      if (lane > 0) getIndex(made);
      invoke(
        given.map((kept) => () => {
          getIndex(kept);
          emit(...simd(kind.extract), lane);
        }),
      );
      emit(...simd(lane === 0 ? kind.splat : kind.replace), ...(lane === 0 ? [] : [lane]));
      set(made);
    }
    getIndex(made);
  };

  const compared = (relation: Relation, a: Value, b: Value): void => {
    value(a);
    value(b);
    const type = typeOf(a);
    if (type === "vector") emit(...simd(kind.vectorRelations[relation]));
    else if (type === "real") emit(kind.relations[relation]);
    else emit(intRelations[relation]);
  };

  const value = (v: Value): void => {
    switch (v.kind) {
      case "local":
        get(v);
        return;
      case "int":
        int(v.value);
        return;
      case "whole":
        wholeNumber(v);
        return;
      case "number":
        number(v.value, v.type === "vector");
        return;
      case "load":
        loaded(
          v.at,
          v.type === "vector" ? simd(0x00) : [kind.load],
          v.type === "vector" ? 4 : shift,
        );
        return;
      case "op":
        applied(v);
        return;
      case "call":
        call(v);
        return;
      case "choose":
        value(v.chosen);
        value(v.otherwise);
        compared(v.relation, v.a, v.b);
        emit(...(v.type === "vector" ? simd(0x52) : [0x1b]));
        return;
      case "splat":
        if (v.of.kind === "load") loaded(v.of.at, simd(kind.loadSplat), shift);
        else {
          value(v.of);
          emit(...simd(kind.splat));
        }
        return;
      case "lanes":
        vector((k) => k);
        return;
      case "gathered":
        for (const [lane, entry] of v.lanes.entries()) {
          value(entry);
          emit(...simd(lane === 0 ? kind.splat : kind.replace), ...(lane === 0 ? [] : [lane]));
        }
        return;
      case "lane":
        value(v.of);
        emit(...simd(kind.extract), v.index);
        return;
      case "realOf":
        value(v.of);
        emit(kind.fromInt);
        return;
      case "intOf":
        value(v.of);
        emit(0xfc, kind.toInt);
        return;
      default:
        v satisfies never;
    }
  };

  const wholeNumber = (v: Extract<Value, { kind: "whole" }>): void => {
    if (v.op === "min") {
      value(v.a);
      value(v.b);
      value(v.a);
      value(v.b);
      emit(0x48, 0x1b);
      return;
    }
    value(v.a);
    value(v.b);
    emit(intOps[v.op]);
  };

  /** A count of numbers as a count of bytes. */
  const scaled = (v: Value): void => {
    if (v.kind === "int") int(v.value * kind.bytes);
    else {
      value(v);
      int(shift);
      emit(0x74);
    }
  };
  /** Where something stands, in bytes; what it adds to a pointer is counted in numbers. */
  const pointer = (v: Value): void => {
    if (v.kind === "local" && v.type === "address") get(v);
    else if (v.kind === "whole" && v.op === "+" && (hasAddress(v.a) || hasAddress(v.b))) {
      const [base, other] = hasAddress(v.a) ? [v.a, v.b] : [v.b, v.a];
      pointer(base);
      scaled(other);
      emit(0x6a);
    } else scaled(v);
  };
  /** The address on the stack; what it is behind that is part of the instruction. */
  const addressed = ({ base, index, offset }: Address): number => {
    if (base) pointer(base);
    if (index) {
      scaled(index);
      if (base) emit(0x6a);
    }
    if (!base && !index) int(0);
    const behind = wasmBase + offset * kind.bytes;
    if (behind >= 0) return behind;
    int(behind);
    emit(0x6a);
    return 0;
  };
  const loaded = (at: Address, instruction: readonly number[], align: number): void => {
    const behind = addressed(at);
    emit(...instruction, Math.min(align, shift), ...unsigned(behind));
  };

  const printed = (statements: readonly Statement[]): void => statements.forEach(statement);
  const statement = (s: Statement): void => {
    switch (s.kind) {
      case "set":
        if (s.local.type === "address") pointer(s.value);
        else value(s.value);
        set(places.get(s.local.id)!);
        return;
      case "store": {
        const behind = addressed(s.at);
        value(s.value);
        emit(...(isVector(s.value) ? simd(0x0b) : [kind.store]), shift, ...unsigned(behind));
        return;
      }
      case "loop": {
        value(s.from);
        set(places.get(s.variable.id)!);
        emit(0x02, 0x40);
        get(s.variable);
        value(s.to);
        emit(0x4e, 0x0d, 0);
        emit(0x03, 0x40);
        printed(s.body);
        get(s.variable);
        int(s.step);
        emit(0x6a, 0x22, ...unsigned(places.get(s.variable.id)!));
        value(s.to);
        emit(0x48, 0x0d, 0, 0x0b, 0x0b);
        return;
      }
      case "when":
        compared(s.relation, s.a, s.b);
        emit(0x04, 0x40);
        printed(s.body);
        if (s.otherwise.length > 0) {
          emit(0x05);
          printed(s.otherwise);
        }
        emit(0x0b);
        return;
      case "while":
        emit(0x03, 0x40);
        compared(s.relation, s.a, s.b);
        emit(0x04, 0x40);
        printed(s.body);
        emit(0x0c, 1, 0x0b, 0x0b);
        return;
      case "run":
        for (const arg of s.args) value(arg);
        emit(0x10, ...unsigned(indices.get(s.name)!));
        return;
      case "aside":
      case "prefetch":
        return;
      case "barrier":
        if (threads > 1) barrier();
        return;
      default:
        s satisfies never;
    }
  };

  /** All threads count themselves; the last lets the others go on, who look again and again, then sleep. */
  const barrier = (): void => {
    const own = declare(i32);
    const tries = declare(i32);
    const atomic = (operationCode: number, at: number): void =>
      emit(0xfe, operationCode, 2, ...unsigned(at));
    int(0);
    set(tries);
    int(0);
    atomic(0x10, generationAt);
    set(own);
    int(0);
    int(1);
    atomic(0x1e, arrivedAt);
    int(threads - 1);
    emit(0x46, 0x04, 0x40);
    int(0);
    int(0);
    atomic(0x17, arrivedAt);
    int(0);
    getIndex(own);
    int(1);
    emit(0x6a);
    atomic(0x17, generationAt);
    int(0);
    int(threads);
    atomic(0x00, generationAt);
    emit(0x1a, 0x05);
    // while the generation is the old one
    emit(0x03, 0x40);
    int(0);
    atomic(0x10, generationAt);
    getIndex(own);
    emit(0x46, 0x04, 0x40);
    getIndex(tries);
    int(1);
    emit(0x6a, 0x22, ...unsigned(tries));
    int(patience);
    emit(0x4a, 0x04, 0x40);
    int(0);
    getIndex(own);
    emit(0x42, ...signed(1_000_000n));
    atomic(0x01, generationAt);
    emit(0x1a, 0x0b);
    emit(0x0c, 1, 0x0b, 0x0b, 0x0b);
  };

  printed(f.body);
  return [...vectorOf(groups), ...code, 0x0b];
}

/** Whether a value is made of a pointer. */
const hasAddress = (v: Value): boolean =>
  (v.kind === "local" && v.type === "address") ||
  (v.kind === "whole" && (hasAddress(v.a) || hasAddress(v.b)));

interface Context {
  readonly kind: Kind;
  /** The number of each function by its name. */
  readonly indices: ReadonlyMap<string, number>;
  readonly called: readonly Called[];
  readonly options: WasmOptions;
  readonly threads: number;
}
