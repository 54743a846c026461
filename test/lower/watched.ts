/**
 * @file Loop code on a machine that watches its memory. Threads run one after the other, each up to the next barrier; a
 * number that another thread has written since the last one is not there yet: it reads as NaN. So what threads get in
 * each other's way with is found whatever their speed, where they run in one order and in the other. Parts that follow
 * how fast threads are become anything that they may, from step to step.
 */

import type { Running } from "../../src/compile/running.ts";
import { Random } from "../../src/data/random.ts";
import type {
  Address,
  Called,
  IntOp,
  LoopFunction,
  Module,
  NumberOp,
  Relation,
  Statement,
  Value,
} from "../../src/lower/loops.ts";
import { cuts } from "../../src/lower/loops.ts";
import { leastCuts } from "../../src/lower/parts.ts";
import { nameOf, wholeNumber } from "../../src/lower/signs.ts";
import { typeOf } from "../../src/lower/coder.ts";

type Vector = readonly number[];

const wholeOps: Record<IntOp, (a: number, b: number) => number> = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => Math.trunc(a / b),
  "%": (a, b) => a % b,
  min: Math.min,
};

const numberOps: Record<NumberOp, (a: number, b: number, c: number) => number> = {
  plus: (a, b) => a + b,
  minus: (a, b) => a - b,
  times: (a, b) => a * b,
  over: (a, b) => a / b,
  fused: (a, b, c) => a * b + c,
  negative: (a) => -a,
  larger: (a, b) => Math.max(a, b),
  smaller: (a, b) => Math.min(a, b),
  sqrt: Math.sqrt,
  abs: Math.abs,
  rounded: Math.round,
  powerOfTwo: (a) => 2 ** a,
  exponent: (a) => Math.floor(Math.log2(a)),
  mantissa: (a) => a / 2 ** Math.floor(Math.log2(a)),
};

const calls: Record<Called, (a: number, b: number) => number> = {
  exp: Math.exp,
  log: Math.log,
  sin: Math.sin,
  cos: Math.cos,
  tan: Math.tan,
  sinh: Math.sinh,
  cosh: Math.cosh,
  tanh: Math.tanh,
  atan: Math.atan,
  power: Math.pow,
};

const relations: Record<Relation, (a: number, b: number) => boolean> = {
  "<": (a, b) => a < b,
  "<=": (a, b) => a <= b,
  "==": (a, b) => a === b,
  "!=": (a, b) => a !== b,
  ">": (a, b) => a > b,
  ">=": (a, b) => a >= b,
};

/** Memory of which is known who wrote each number last, and between which barriers. */
class Memory {
  readonly numbers: Float64Array<ArrayBuffer>;
  private readonly writer: Int32Array;
  private readonly writtenIn: Int32Array;
  thread = 0;
  /** How many barriers there were. */
  phase = 1;

  constructor(size: number) {
    this.numbers = new Float64Array(size);
    this.writer = new Int32Array(size);
    this.writtenIn = new Int32Array(size);
  }

  get(at: number): number {
    this.check(at);
    const isThere = this.writtenIn[at] !== this.phase || this.writer[at] === this.thread;
    return isThere ? this.numbers[at]! : NaN;
  }

  put(at: number, value: number): void {
    this.check(at);
    // What two write between the same barriers is neither's.
    const isOthers = this.writtenIn[at] === this.phase && this.writer[at] !== this.thread;
    this.writer[at] = isOthers ? -1 : this.thread;
    this.writtenIn[at] = this.phase;
    this.numbers[at] = isOthers ? NaN : value;
  }

  private check(at: number): void {
    if (!(at >= 0 && at < this.numbers.length))
      throw new Error(`place ${at} of ${this.numbers.length} in memory`);
  }
}

/** What the source of a module calls. */
function toolsOf(memory: Memory, lanes: number): Record<string, unknown> {
  const each = (f: (lane: number) => number): Vector => {
    const made: number[] = [];
    for (let k = 0; k < lanes; k++) made.push(f(k));
    return made;
  };
  return {
    ...Object.fromEntries(
      Object.entries({ ...numberOps, ...calls }).flatMap(([name, f]) => [
        [`real_${name}`, f],
        [
          `vector_${name}`,
          (a: Vector, b?: Vector, c?: Vector): Vector =>
            each((k) => f(a[k]!, b ? b[k]! : 0, c ? c[k]! : 0)),
        ],
      ]),
    ),
    whole: wholeOps,
    is: relations,
    choose: (relation: Relation, a: Vector, b: Vector, chosen: Vector, otherwise: Vector): Vector =>
      each((k) => (relations[relation](a[k]!, b[k]!) ? chosen[k]! : otherwise[k]!)),
    all: (x: number): Vector => each(() => x),
    lanes: each((k) => k),
    get: (at: number): number => memory.get(at),
    gets: (at: number): Vector => each((k) => memory.get(at + k)),
    put: (at: number, x: number): void => memory.put(at, x),
    puts: (at: number, xs: Vector): void => xs.forEach((x, k) => memory.put(at + k, x)),
  };
}

/** The source of a module: functions that give way at barriers. */
function sourceOf({ functions }: Module): string {
  const waits = new Set<string>();
  for (const f of functions) if (hasBarrier(f.body, waits)) waits.add(f.name);
  return [
    `"use strict";`,
    ...functions.map((f) => printed(f, waits)),
    `return ${functions.at(-1)!.name};`,
  ].join("\n");
}

const hasBarrier = (body: readonly Statement[], waits: ReadonlySet<string>): boolean =>
  body.some((s) => {
    if (s.kind === "when") return hasBarrier([...s.body, ...s.otherwise], waits);
    if (s.kind === "loop" || s.kind === "while") return hasBarrier(s.body, waits);
    return s.kind === "barrier" || (s.kind === "run" && waits.has(s.name));
  });

function printed(f: LoopFunction, waits: ReadonlySet<string>): string {
  const isLast = f.name === "run_";
  const star = isLast || waits.has(f.name) ? "*" : "";
  const declared = f.locals.map((l) => `let ${nameOf(l)};`).join(" ");
  return `function${star} ${f.name}(${f.parameters.map(nameOf).join(", ")}) { ${declared}\n${block(f.body, waits)} }`;
}

const block = (statements: readonly Statement[], waits: ReadonlySet<string>): string =>
  statements.map((s) => statement(s, waits)).join("\n");

function statement(s: Statement, waits: ReadonlySet<string>): string {
  const condition = (x: Extract<Statement, { kind: "when" | "while" }>): string =>
    `is["${x.relation}"](${value(x.a)}, ${value(x.b)})`;
  switch (s.kind) {
    case "set":
      return `${nameOf(s.local)} = ${value(s.value)};`;
    case "store":
      return `${typeOf(s.value) === "vector" ? "puts" : "put"}(${place(s.at)}, ${value(s.value)});`;
    case "loop": {
      const i = nameOf(s.variable);
      return `for (${i} = ${value(s.from)}; ${i} < ${value(s.to)}; ${i} += ${s.step}) { ${block(s.body, waits)} }`;
    }
    case "when":
      return `if (${condition(s)}) { ${block(s.body, waits)} } else { ${block(s.otherwise, waits)} }`;
    case "while":
      return `while (${condition(s)}) { ${block(s.body, waits)} }`;
    case "run":
      return `${waits.has(s.name) ? "yield* " : ""}${s.name}(${s.args.map(value).join(", ")});`;
    case "barrier":
      return s.pace?.endsStep ? "yield moves;" : "yield;";
    case "aside":
    case "prefetch":
      return "";
    default:
      return s satisfies never;
  }
}

function value(v: Value): string {
  const args = (...values: readonly Value[]): string => values.map(value).join(", ");
  switch (v.kind) {
    case "local":
      return nameOf(v);
    case "int":
      return wholeNumber(v.value);
    case "whole":
      return `whole["${v.op}"](${args(v.a, v.b)})`;
    case "number": {
      const text = Object.is(v.value, -0) ? "-0" : `(${v.value})`;
      return v.type === "vector" ? `all(${text})` : text;
    }
    case "load":
      return `${v.type === "vector" ? "gets" : "get"}(${place(v.at)})`;
    case "op":
      return `${v.type}_${v.op}(${args(...v.args)})`;
    case "call":
      return `${v.type}_${v.name}(${args(...v.args)})`;
    case "choose":
      return v.type === "vector"
        ? `choose("${v.relation}", ${args(v.a, v.b, v.chosen, v.otherwise)})`
        : `(is["${v.relation}"](${args(v.a, v.b)}) ? ${value(v.chosen)} : ${value(v.otherwise)})`;
    case "splat":
      return `all(${value(v.of)})`;
    case "lanes":
      return "lanes";
    case "gathered":
      return `[${args(...v.lanes)}]`;
    case "lane":
      return `${value(v.of)}[${v.index}]`;
    case "realOf":
      return value(v.of);
    case "intOf":
      return `Math.trunc(${value(v.of)})`;
    case "cut":
      return `cutOf[${value(v.thread)}]`;
    default:
      return v satisfies never;
  }
}

const place = ({ base, index, offset }: Address): string =>
  [...[base, index].flatMap((part) => (part ? [value(part)] : [])), offset].join(" + ");

/** What a thread says where cuts may move. */
const moves = "moves";

type Run = (
  thread: number,
  from: number,
  to: number,
  onlyValue: number,
) => Generator<typeof moves | undefined, void>;

/** Lets the parts of threads be any that they may become. */
function moveCuts(cutOf: number[], random: Random): void {
  const threads = cutOf.length - 1;
  const least = leastCuts(threads);
  const free = Array.from({ length: threads - 1 }, () =>
    Math.floor(random.uniform() * (cuts - threads * least + 1)),
  ).toSorted((a, b) => a - b);
  for (const t of cutOf.keys())
    cutOf[t] = t * least + (t === threads ? cuts - threads * least : (free[t - 1] ?? 0));
}

/** A module in double precision, with vectors of so many lanes; between barriers the last thread runs first with `isBackward`. */
export function runningWatched(module: Module, lanes: number, isBackward: boolean): Running {
  const memory = new Memory(module.memory);
  const random = new Random(lanes + module.memory);
  const cutOf = Array.from({ length: module.threads + 1 }, () => 0);
  moveCuts(cutOf, random);
  const tools = { ...toolsOf(memory, lanes), cutOf, moves };
  // Loop code is made of nothing that was typed: its names are letters with numbers.
  // oxlint-disable-next-line no-implied-eval
  const make = new Function(...Object.keys(tools), sourceOf(module)) as (
    ...tools: unknown[]
  ) => Run;
  const run = make(...Object.values(tools));
  const numbered = Array.from({ length: module.threads }, (_, k) => k);
  const order = isBackward ? numbered.toReversed() : numbered;
  return {
    memory: memory.numbers,
    run: (from, to, onlyValue) => {
      const threads = order.map((thread) => ({
        thread,
        course: run(thread, from, to, Number(onlyValue)),
      }));
      for (let isOn = true; isOn; ) {
        memory.phase++;
        const ends = threads.map(({ thread, course }) => {
          memory.thread = thread;
          return course.next();
        });
        if (ends.some(({ value }) => value === moves)) moveCuts(cutOf, random);
        const ended = ends.filter(({ done }) => done);
        isOn = ended.length === 0;
        if (!isOn && ended.length < threads.length)
          throw new Error("a barrier that not all threads meet");
      }
      memory.phase++;
    },
    dispose: () => {},
  };
}
