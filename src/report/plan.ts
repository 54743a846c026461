/** @file What a compiled program does, as a table that fits a terminal and as JSON. */

import type { Plan, Planned } from "../compile/index.ts";
import { backendNames } from "../compile/options.ts";
import type { SizedPlan } from "../eval/compiled.ts";
import { width, widthOf, wrapped } from "../print/columns.ts";

/** What a plan is, for programs. */
export interface PlanJson {
  readonly ok: true;
  readonly objective: string;
  /** The variables of the gradients that are computed beside the value. */
  readonly gradients: readonly string[];
  readonly sizes: Readonly<Record<string, number>>;
  readonly backend: "native" | "wasm" | "js";
  readonly why: string;
  readonly dtype: "float32" | "float64";
  readonly threads: number;
  /** In bytes. */
  readonly memory: number;
  /** Of all kernels. */
  readonly operations: number;
  readonly bytes: number;
  /** In the order in which they run. */
  readonly kernels: readonly Planned[];
  readonly notes: readonly string[];
}

const kernelsOf = ({ first, step }: Plan): Planned[] => [...first, ...step];

const totalOf = (plan: Plan, what: (kernel: Planned) => number): number =>
  kernelsOf(plan).reduce((sum, kernel) => sum + what(kernel), 0);

const operationsIn = (plan: Plan): number => totalOf(plan, ({ operations }) => operations);
const bytesIn = (plan: Plan): number => totalOf(plan, ({ bytes }) => bytes);

/** A plan as one object. */
export const planJson = (of: SizedPlan): PlanJson => ({
  ok: true,
  objective: of.objective,
  gradients: of.gradients,
  sizes: Object.fromEntries(of.sizes),
  backend: of.backend,
  why: of.why,
  dtype: of.plan.precision,
  threads: of.plan.threads,
  memory: of.plan.memory,
  operations: operationsIn(of.plan),
  bytes: bytesIn(of.plan),
  kernels: kernelsOf(of.plan),
  notes: of.notes,
});

/** A plan as a table: the kernels in their order, with a barrier of all threads between phases. */
export function planText({ plan, objective, ...of }: SizedPlan): string {
  const { threads, precision } = plan;
  const sizes = [...of.sizes].map(([name, size]) => `${name} = ${size}`).join(", ");
  const made = ["value", ...of.gradients.map((name) => `∂${name}`)].join(", ");
  const ran = [
    precision,
    threads === 1 ? "one thread" : `${threads} threads`,
    `${amount(plan.memory)}B of memory`,
  ].join(", ");
  const head = [
    objective,
    ...(sizes === "" ? [] : [`with ${sizes}`]),
    `${made} by ${backendNames[of.backend]} (${of.why}): ${ran}`,
  ];
  return [
    ...head.flatMap((line) => wrapped(line, "", margin)),
    "",
    ...tableOf(plan),
    ...(of.notes.length > 0 ? ["", ...of.notes.flatMap((note) => wrapped(note, "", margin))] : []),
  ].join("\n");
}

const margin = "  ";

/** A row: cells that stand in columns, and a text that goes on below. */
type Row = readonly [operations: string, bytes: string, shared: string, text: string];

function tableOf(plan: Plan): string[] {
  const kernels = kernelsOf(plan);
  const total: Row = [amount(operationsIn(plan)), `${amount(bytesIn(plan))}B`, "", "together"];
  const heads: Row = ["operations", "bytes", plan.threads > 1 ? "shared" : "", ""];
  const rowOf = ({ operations, bytes, sharedAlong, text }: Planned): Row => [
    amount(operations),
    `${amount(bytes)}B`,
    sharedAlong === null ? "" : `by ${sharedAlong}`,
    text,
  ];
  const all = [heads, total, ...kernels.map(rowOf)];
  const widths = [0, 1, 2].map((k) => Math.max(...all.map((row) => widthOf(row[k]!))));
  const line = ([operations, bytes, shared, text]: Row): string[] => {
    const cells = [
      operations.padStart(widths[0]!),
      bytes.padStart(widths[1]!),
      ...(widths[2]! > 0 ? [shared.padEnd(widths[2]!)] : []),
    ];
    const front = `${margin}${cells.join("  ")}  `;
    const under = " ".repeat(widthOf(front) + margin.length);
    return wrapped(broken(text, width - widthOf(under)), front, under).map((l) => l.trimEnd());
  };
  const hasPhases = kernels.some(({ phase }) => phase > 0);
  const lines = line(heads);
  let last = -1;
  for (const kernel of kernels) {
    const { phase } = kernel;
    const barrier = phase === 0 ? "" : ", after a barrier";
    if (hasPhases && phase !== last) lines.push(`${margin}Phase ${phase + 1}${barrier}`);
    lines.push(...line(rowOf(kernel)));
    last = phase;
  }
  return [...lines, ...line(total)];
}

/** A text in which words that are longer than a line may be broken behind a sign. */
const broken = (text: string, room: number): string =>
  text
    .split(" ")
    .map((word) => {
      const pieces = [""];
      for (const part of word.split(/(?<=[·,(])/u))
        if (widthOf(pieces.at(-1)! + part) <= room) pieces[pieces.length - 1] += part;
        else pieces.push(part);
      return pieces.join(" ");
    })
    .join(" ");

/** A number to three digits, with the letter of its size: 525 k, 2.11 M. */
function amount(n: number): string {
  const power = Math.min(4, Math.floor(Math.log10(Math.max(n, 1)) / 3));
  if (power === 0) return `${n} `;
  const digits = (n / 1000 ** power).toPrecision(3);
  return `${Number(digits)} ${"kMGT"[power - 1]}`;
}
