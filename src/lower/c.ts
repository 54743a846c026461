/** @file Loop code as C with vector extensions: no headers, no names but its own. */

import { hasAddress, typeOf } from "./coder.ts";
import type {
  Address,
  Called,
  IntOp,
  LoopFunction,
  Module,
  NumberFormat,
  NumberOp,
  Precision,
  Statement,
  Type,
  Value,
} from "./loops.ts";
import { numberFormats } from "./loops.ts";
import { nameOf, numberSigns, wholeNumber, wholeSigns } from "./signs.ts";

/** What differs between single and double precision. */
interface Kind extends NumberFormat {
  readonly real: string;
  /** A whole number of the same width. */
  readonly bits: string;
  readonly suffix: string;
}

const kinds: Record<Precision, Kind> = {
  float32: { real: "float", bits: "int", suffix: "f", ...numberFormats.float32 },
  float64: { real: "double", bits: "long long", suffix: "", ...numberFormats.float64 },
};

const types: Record<Type, string> = { int: "long", address: "R *", real: "R", vector: "V" };

const whole: Record<IntOp, (a: string, b: string) => string> = {
  ...wholeSigns,
  "/": numberSigns.over,
  min: (a, b) => `least(${a}, ${b})`,
};

/** What C has a sign for; the rest are functions of the prelude, for numbers and for vectors. */
const signs: Partial<Record<NumberOp, (...args: string[]) => string>> = numberSigns;

const libraryNames: Record<Called, string> = {
  exp: "exp",
  log: "log",
  sin: "sin",
  cos: "cos",
  tan: "tan",
  sinh: "sinh",
  cosh: "cosh",
  tanh: "tanh",
  atan: "atan",
  power: "pow",
};

/** The source of a module for vectors of so many lanes; `threading` says what a barrier is. */
export function toC(module: Module, lanes: number, threading: string): string {
  const kind = kinds[module.precision];
  const called = new Set<Called>();
  const functions = module.functions.map((f) => printed(f, kind, called));
  return [
    prelude(kind, lanes),
    threading,
    ...[...called].flatMap((name) => calledDefinition(name, kind, lanes)),
    ...functions,
  ].join("\n");
}

function prelude({ real, bits, suffix, bytes: size, mantissa, bias }: Kind, lanes: number): string {
  const bytes = lanes * size;
  // Adding 1.5·2ᵐ leaves the whole part of a number in the low bits of its mantissa.
  const shifter = `${1.5 * 2 ** mantissa}${suffix || ".0"}`.replace("f", ".0f");
  const raised = `${1.5 * 2 ** mantissa + bias}${suffix ? ".0f" : ".0"}`;
  const top = `${2 ** mantissa}${suffix ? ".0f" : ".0"}`;
  const lowered = `${2 ** mantissa + bias}${suffix ? ".0f" : ".0"}`;
  const both = (f: (type: string, integer: string, tag: string) => string): string =>
    [f("R", "I", "r"), f("V", "W", "v")].join("\n");
  return `typedef ${real} R;
typedef ${bits} I;
typedef R V __attribute__((vector_size(${bytes})));
typedef R U __attribute__((vector_size(${bytes}), aligned(${size})));
typedef I W __attribute__((vector_size(${bytes})));
typedef union { R r; I i; } Bits;
static inline I bits_r(R x) { Bits b; b.r = x; return b.i; }
static inline R number_r(I x) { Bits b; b.i = x; return b.r; }
static const V lanes = {${Array.from({ length: lanes }, (_, k) => k).join(", ")}};
static inline W bits_v(V x) { return (W)x; }
static inline V number_v(W x) { return (V)x; }
static inline long least(long a, long b) { return a < b ? a : b; }
static inline V splat(R x) { return x - (V){0}; }
static inline V choose_v(W c, V a, V b) { return (V)((c & (W)a) | (~c & (W)b)); }
static inline R larger_r(R a, R b) { return a < b || b != b ? b : a; }
static inline R smaller_r(R a, R b) { return b < a || b != b ? b : a; }
static inline V larger_v(V a, V b) { return choose_v((a < b) | (b != b), b, a); }
static inline V smaller_v(V a, V b) { return choose_v((b < a) | (b != b), b, a); }
static inline R fused_r(R a, R b, R c) {
#if defined(__FMA__) || defined(__aarch64__)
  return __builtin_fma${suffix}(a, b, c);
#else
  return a * b + c;
#endif
}
static inline V fused_v(V a, V b, V c) {
#if defined(__clang__)
  return a * b + c;
${fusedBuiltins(real === "float", bytes)}
#else
  return a * b + c;
#endif
}
static inline R sqrt_r(R x) { return __builtin_sqrt${suffix}(x); }
static inline V sqrt_v(V x) {
#if defined(__clang__)
  return __builtin_elementwise_sqrt(x);
${sqrtBuiltins(real === "float", bytes)}
#else
  V y;
  for (int k = 0; k < ${lanes}; k++) y[k] = __builtin_sqrt${suffix}(x[k]);
  return y;
#endif
}
${both(
  (
    t,
    i,
    g,
  ) => `static inline ${t} abs_${g}(${t} x) { return number_${g}(bits_${g}(x) & ${real === "float" ? "0x7fffffff" : "0x7fffffffffffffffLL"}); }
static inline ${t} rounded_${g}(${t} x) { return (x + ${shifter}) - ${shifter}; }
static inline ${t} powerOfTwo_${g}(${t} x) { return number_${g}(bits_${g}(x + ${raised}) << ${mantissa}); }
static inline ${t} exponent_${g}(${t} x) { return number_${g}((bits_${g}(x) >> ${mantissa}) | bits_r(${top})) - ${lowered}; }
static inline ${t} mantissa_${g}(${t} x) { return number_${g}((bits_${g}(x) & (((I)1 << ${mantissa}) - 1)) | bits_r(1)); }
typedef ${i} ${g === "r" ? "Integer" : "Integers"};`,
)}`;
}

/** a·b + c in one instruction: which sums are made so is said here, and not left to the compiler. */
function fusedBuiltins(isSingle: boolean, bytes: number): string {
  const letter = isSingle ? "ps" : "pd";
  if (bytes === 64)
    return `#elif defined(__AVX512F__)
  return __builtin_ia32_vfmadd${letter}512_mask(a, b, c, -1, 4);`;
  return `#elif defined(__FMA__)
  return __builtin_ia32_vfmadd${letter}${bytes === 32 ? "256" : ""}(a, b, c);`;
}

/** The square roots of a vector, for the machines that GCC has a name for. */
function sqrtBuiltins(isSingle: boolean, bytes: number): string {
  const letter = isSingle ? "ps" : "pd";
  if (bytes === 64)
    return `#elif defined(__AVX512F__)
  return __builtin_ia32_sqrt${letter}512_mask(x, x, -1, 4);`;
  if (bytes === 32)
    return `#elif defined(__AVX__)
  return __builtin_ia32_sqrt${letter}256(x);`;
  return `#elif defined(__SSE2__)
  return __builtin_ia32_sqrt${letter}(x);`;
}

/** A function of the mathematical library, and the same for each lane. */
function calledDefinition(name: Called, { suffix }: Kind, lanes: number): string[] {
  const callee = `${libraryNames[name]}${suffix}`;
  const isPower = name === "power";
  const [given, passed] = isPower ? ["R, R", "x[k], y[k]"] : ["R", "x[k]"];
  return [
    `R ${callee}(${given});`,
    `static inline R ${name}_r(R x${isPower ? ", R y" : ""}) { return ${callee}(x${isPower ? ", y" : ""}); }`,
    `static V ${name}_v(V x${isPower ? ", V y" : ""}) { V z; for (int k = 0; k < ${lanes}; k++) z[k] = ${callee}(${passed}); return z; }`,
  ];
}

/**
 * Each function is compiled for itself. One within another has fewer registers, and its products slow down; and from
 * what several do together GCC 12 concludes that one does nothing, and leaves out its call.
 */
const alone = "__attribute__((noinline, noipa))";

function printed(f: LoopFunction, kind: Kind, called: Set<Called>): string {
  const literal = (x: number): string => {
    if (Number.isNaN(x)) return `__builtin_nan${kind.suffix}("")`;
    if (!Number.isFinite(x)) return `(${x < 0 ? "-" : ""}__builtin_inf${kind.suffix}())`;
    const text = /[.e]/u.test(String(x)) ? String(x) : `${x}.0`;
    return x < 0 || Object.is(x, -0)
      ? `(${Object.is(x, -0) ? "-0.0" : text}${kind.suffix})`
      : `${text}${kind.suffix}`;
  };
  const tag = (type: Type): string => (type === "vector" ? "v" : "r");
  const value = (v: Value): string => {
    switch (v.kind) {
      case "local":
        return nameOf(v);
      case "int":
        return wholeNumber(v.value);
      case "whole":
        return whole[v.op](value(v.a), value(v.b));
      case "number":
        return v.type === "vector" ? `splat(${literal(v.value)})` : literal(v.value);
      case "load":
        return v.type === "vector" ? `(V)*(U *)(${place(v.at)})` : `*(${place(v.at)})`;
      case "op": {
        const sign = signs[v.op];
        const args = v.args.map(value);
        return sign ? sign(...args) : `${v.op}_${tag(v.type)}(${args.join(", ")})`;
      }
      case "call":
        called.add(v.name);
        return `${v.name}_${tag(v.type)}(${v.args.map(value).join(", ")})`;
      case "choose": {
        const [a, b, then, otherwise] = [v.a, v.b, v.chosen, v.otherwise].map(value);
        return v.type === "vector"
          ? `choose_v(${a} ${v.relation} ${b}, ${then}, ${otherwise})`
          : `(${a} ${v.relation} ${b} ? ${then} : ${otherwise})`;
      }
      case "splat":
        return `splat(${value(v.of)})`;
      case "lanes":
        return "lanes";
      case "gathered":
        return `(V){${v.lanes.map(value).join(", ")}}`;
      case "lane":
        return `${value(v.of)}[${v.index}]`;
      case "realOf":
        return `(R)(${value(v.of)})`;
      case "intOf":
        return `(long)(${value(v.of)})`;
      case "cut":
        return `cutOf[${value(v.thread)}]`;
      default:
        return v satisfies never;
    }
  };
  const place = ({ base, index, offset }: Address): string => {
    const parts = [base ? value(base) : "m"];
    if (index) parts.push(value(index));
    if (offset !== 0) parts.push(String(offset));
    return parts.join(" + ");
  };
  const lines: string[] = [];
  const print = (statements: readonly Statement[], indent: string): void => {
    for (const s of statements) printStatement(s, indent);
  };
  const block = (head: string, statements: readonly Statement[], indent: string): void => {
    lines.push(`${indent}${head} {`);
    print(statements, `${indent}  `);
    lines.push(`${indent}}`);
  };
  const printStatement = (s: Statement, indent: string): void => {
    switch (s.kind) {
      case "set": {
        // A pointer is made of a count of numbers from the start of memory.
        const isStart = s.local.type === "address" && !hasAddress(s.value);
        lines.push(`${indent}${nameOf(s.local)} = ${isStart ? "m + " : ""}${value(s.value)};`);
        return;
      }
      case "store": {
        const isVector = typeOf(s.value) === "vector";
        const target = isVector ? `*(U *)(${place(s.at)})` : `*(${place(s.at)})`;
        lines.push(`${indent}${target} = ${value(s.value)};`);
        return;
      }
      case "loop": {
        const i = nameOf(s.variable);
        block(
          `for (${i} = ${value(s.from)}; ${i} < ${value(s.to)}; ${i} += ${s.step})`,
          s.body,
          indent,
        );
        return;
      }
      case "when":
        block(`if (${value(s.a)} ${s.relation} ${value(s.b)})`, s.body, indent);
        if (s.otherwise.length > 0) block("else", s.otherwise, indent);
        return;
      case "while":
        block(`while (${value(s.a)} ${s.relation} ${value(s.b)})`, s.body, indent);
        return;
      case "run":
        lines.push(`${indent}${s.name}(${["m", ...s.args.map(value)].join(", ")});`);
        return;
      case "aside":
        for (const l of s.locals) lines.push(`${indent}__asm__ volatile("" : "+m"(${nameOf(l)}));`);
        return;
      case "prefetch":
        lines.push(`${indent}__builtin_prefetch(${place(s.at)}, ${Number(s.isWritten)});`);
        return;
      case "barrier":
        lines.push(
          s.pace
            ? `${indent}pacedBarrier(${value(s.pace.thread)}, ${Number(s.pace.isTelling)}, ${Number(s.pace.endsStep)});`
            : `${indent}barrier(0);`,
        );
        return;
      default:
        s satisfies never;
    }
  };
  print(f.body, "  ");
  const declared = f.locals.map((l) => `  ${types[l.type]} ${nameOf(l)};`);
  const parameters = ["R *restrict m", ...f.parameters.map((p) => `long ${nameOf(p)}`)];
  return [
    `${alone} static void ${f.name}(${parameters.join(", ")}) {`,
    ...declared,
    ...lines,
    "}",
  ].join("\n");
}
