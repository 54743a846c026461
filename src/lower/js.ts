/** @file Loop code as JavaScript, one number at a time. */

import type {
  Address,
  Called,
  IntOp,
  LoopFunction,
  Module,
  NumberOp,
  Statement,
  Value,
} from "./loops.ts";
import { evenCut } from "./parts.ts";
import { nameOf, numberSigns, wholeNumber, wholeSigns } from "./signs.ts";

const literal = (x: number): string => {
  if (Number.isNaN(x)) return "NaN";
  if (!Number.isFinite(x)) return x > 0 ? "Infinity" : "(-Infinity)";
  return x < 0 || Object.is(x, -0) ? `(${Object.is(x, -0) ? "-0" : x})` : String(x);
};

const whole: Record<IntOp, (a: string, b: string) => string> = {
  ...wholeSigns,
  "/": (a, b) => `((${a} / ${b}) | 0)`,
  min: (a, b) => `Math.min(${a}, ${b})`,
};

const operations: Record<NumberOp, (...args: string[]) => string> = {
  ...numberSigns,
  fused: (a, b, c) => `(${a} * ${b} + ${c})`,
  larger: (a, b) => `Math.max(${a}, ${b})`,
  smaller: (a, b) => `Math.min(${a}, ${b})`,
  sqrt: (a) => `Math.sqrt(${a})`,
  abs: (a) => `Math.abs(${a})`,
  rounded: (a) => `Math.round(${a})`,
  powerOfTwo: (a) => `2 ** ${a}`,
  exponent: (a) => `Math.floor(Math.log2(${a}))`,
  mantissa: (a) => `(${a} / 2 ** Math.floor(Math.log2(${a})))`,
};

const functions: Record<Called, string> = {
  exp: "Math.exp",
  log: "Math.log",
  sin: "Math.sin",
  cos: "Math.cos",
  tan: "Math.tan",
  sinh: "Math.sinh",
  cosh: "Math.cosh",
  tanh: "Math.tanh",
  atan: "Math.atan",
  power: "Math.pow",
};

/**
 * The source of a function of memory (`m`, numbers of the precision) that gives the function to be run. Nothing in
 * it comes from outside: names are numbers.
 */
export function toJs(module: Module): string {
  const single = module.precision === "float32";
  const printed = module.functions.map((f) => printedFunction(f, single));
  return [
    `"use strict";`,
    `const round = Math.fround;`,
    ...printed,
    `return ${module.functions.at(-1)!.name};`,
  ].join("\n");
}

function printedFunction(f: LoopFunction, single: boolean): string {
  const declared =
    f.locals.length > 0 ? `  let ${f.locals.map((l) => `${nameOf(l)} = 0`).join(", ")};\n` : "";
  const value = (v: Value): string => {
    const text = bare(v);
    // Each operation of single precision is rounded by itself.
    return single && (v.kind === "op" || v.kind === "call" || v.kind === "realOf")
      ? `round(${text})`
      : text;
  };
  const bare = (v: Value): string => {
    switch (v.kind) {
      case "local":
        return nameOf(v);
      case "int":
        return wholeNumber(v.value);
      case "whole":
        return whole[v.op](value(v.a), value(v.b));
      case "number":
        return literal(single ? Math.fround(v.value) : v.value);
      case "load":
        return place(v.at);
      case "op":
        return operations[v.op](...v.args.map(value));
      case "call":
        return `${functions[v.name]}(${v.args.map(value).join(", ")})`;
      case "choose":
        return `(${value(v.a)} ${comparison(v.relation)} ${value(v.b)} ? ${value(v.chosen)} : ${value(v.otherwise)})`;
      case "splat":
      case "realOf":
        return value(v.of);
      case "intOf":
        return `(${value(v.of)} | 0)`;
      case "cut":
        // There is one thread.
        return value(evenCut(v.thread, 1));
      case "lane":
        return value(v.of);
      case "lanes":
        return "0";
      case "gathered":
        return value(v.lanes[0]!);
      default:
        return v satisfies never;
    }
  };
  const place = ({ base, index, offset }: Address): string => {
    const parts = [base, index].flatMap((part) => (part ? [value(part)] : []));
    if (offset !== 0 || parts.length === 0) parts.push(String(offset));
    return `m[${parts.join(" + ")}]`;
  };
  const block = (statements: readonly Statement[], indent: string): string[] =>
    statements.flatMap((s) => printedStatement(s, `${indent}  `));
  const printedStatement = (s: Statement, indent: string): string[] => {
    switch (s.kind) {
      case "set":
        return [`${indent}${nameOf(s.local)} = ${value(s.value)};`];
      case "store":
        return [`${indent}${place(s.at)} = ${value(s.value)};`];
      case "loop": {
        const i = nameOf(s.variable);
        const step = s.step === 1 ? `${i}++` : `${i} += ${s.step}`;
        return [
          `${indent}for (${i} = ${value(s.from)}; ${i} < ${value(s.to)}; ${step}) {`,
          ...block(s.body, indent),
          `${indent}}`,
        ];
      }
      case "when":
        return [
          `${indent}if (${value(s.a)} ${comparison(s.relation)} ${value(s.b)}) {`,
          ...block(s.body, indent),
          ...(s.otherwise.length > 0 ? [`${indent}} else {`, ...block(s.otherwise, indent)] : []),
          `${indent}}`,
        ];
      case "while":
        return [
          `${indent}while (${value(s.a)} ${comparison(s.relation)} ${value(s.b)}) {`,
          ...block(s.body, indent),
          `${indent}}`,
        ];
      case "run":
        return [`${indent}${s.name}(${s.args.map(value).join(", ")});`];
      case "aside":
      case "prefetch":
      case "barrier":
        return [];
      default:
        return s satisfies never;
    }
  };
  const lines = block(f.body, "");
  return `function ${f.name}(${f.parameters.map(nameOf).join(", ")}) {\n${declared}${lines.join("\n")}\n}`;
}

const comparison = (relation: string): string =>
  relation === "==" ? "===" : relation === "!=" ? "!==" : relation;
