/** @file Models with what they are fed and what they have to give: run here, and in ONNX Runtime where a Python has it. */

import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect } from "vitest";
import { python } from "../../bench/python.mjs";
import type { Sym } from "../../src/expr/expr.ts";
import { has, property } from "../../src/expr/properties.ts";
import { toNumber } from "../../src/expr/rational.ts";
import { compile, parse } from "../../src/index.ts";
import type { Problem } from "../../src/index.ts";
import { Random } from "../../src/data/random.ts";
import { onnxModel } from "../../src/onnx/index.ts";
import type { OnnxOptions } from "../../src/onnx/index.ts";
import { run } from "./interpreter.ts";
import type { Entries } from "./reader.ts";
import { readModel } from "./reader.ts";

/** A model at one input. */
export interface Trial {
  readonly title: string;
  readonly model: Uint8Array;
  readonly fed: Entries;
  readonly expected: Entries;
  /** How large the numbers are that the result is made of. */
  readonly scale: number;
}

/** How far single precision may be from what is expected, relative to the numbers it is made of. */
const tolerance = 1e-5;

function compared(found: Entries, { title, expected, scale }: Trial): void {
  expect(found.dims, title).toEqual(expected.dims);
  const far = expected.data.findIndex(
    (x, i) => !(Math.abs(x - found.data[i]!) <= tolerance * scale),
  );
  const [wanted, other] = [expected.data[far], found.data[far]];
  expect(far, `${title}: entry ${far} is ${other}, and not ${wanted}`).toBe(-1);
}

/** The model gives what is expected, in double precision. */
export const checkHere = (trial: Trial): void =>
  compared(run(readModel(trial.model), trial.fed), trial);

type Told = Entries | { readonly error: string };

/** What ONNX Runtime gives; null, and told so, where there is none. */
export function byRuntime(trials: readonly Trial[]): readonly Told[] | null {
  const script = fileURLToPath(new URL("runtime.py", import.meta.url));
  const input = JSON.stringify(
    trials.map(({ model, fed }) => ({ model: Buffer.from(model).toString("base64"), ...fed })),
  );
  const { status, stdout, stderr, error } = spawnSync(python, [script], {
    input,
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  if (error || status === 3) {
    process.stderr.write(
      "models are not run in ONNX Runtime: no Python has it (bench/peers.sh makes one)\n",
    );
    return null;
  }
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as Told[];
}

/** ONNX's checker has passed the model, and ONNX Runtime gives what is expected. */
export function checkTold(told: Told, trial: Trial): void {
  if ("error" in told) throw new Error(`${trial.title}: ${told.error}`);
  compared(told, trial);
}

/** Numbers in single precision that have the declared properties. */
function drawn(s: Sym, rows: number, columns: number, random: Random): Float32Array {
  const data = Float32Array.from({ length: rows * columns }, () =>
    has(s.properties, property.positive) ? random.uniform(0.5, 1.5) : random.normal() / 2,
  );
  if (has(s.properties, property.onehot))
    for (let i = 0; i < rows; i++) {
      const one = random.whole(0, columns - 1);
      data
        .subarray(i * columns, (i + 1) * columns)
        .forEach((_, j, row) => (row[j] = Number(j === one)));
    }
  return data;
}

/** What is asked of a model besides its numbers, and with how many samples it is tried. */
export interface Asked extends Partial<Omit<OnnxOptions, "constants">> {
  readonly output: string;
  readonly samples?: readonly number[];
}

interface Drawn {
  readonly rows: number;
  readonly columns: number;
  readonly data: Float32Array;
}

/** Numbers for some names, as they are given. */
function numbersFor(
  names: readonly Sym[],
  sizes: Readonly<Record<string, number>>,
  seed: number,
): Map<string, Drawn> {
  const random = new Random(seed);
  return new Map(
    names.map((s) => {
      const [m, n] = sizesOf(s, sizes);
      const [rows, columns] = s.member ? [n, m] : [m, n];
      return [s.name, { rows, columns, data: drawn(s, rows, columns, random) }] as const;
    }),
  );
}

const sizesOf = (s: Sym, sizes: Readonly<Record<string, number>>): [number, number] =>
  s.shape.map((d) => d.names.reduce((n, name) => n * sizes[name]!, d.coefficient)) as [
    number,
    number,
  ];

/** (x − shift)·scale, with a number for each column or one for all. */
const shifted = ({ columns, data }: Drawn, { shift, scale }: Asked): Float64Array =>
  Float64Array.from(data, (x, i) => {
    const of = (numbers: Float32Array | undefined, otherwise: number): number =>
      numbers ? numbers[numbers.length === 1 ? 0 : i % columns]! : otherwise;
    return (x - of(shift, 0)) * of(scale, 1);
  });

/** A model of a problem with numbers that are drawn, with each number of samples, beside compiled code in double precision. */
export async function trialsOf(
  title: string,
  text: string,
  { samples = [1, 5], input = "X", batch = "N", sizes = {}, ...asked }: Asked,
): Promise<[Trial, ...Trial[]]> {
  const problem = parse(text);
  // Sizes that the problem has itself are in its numbers.
  const typed = [...problem.numbers].flatMap(([name, rows]) =>
    problem.dimensions.has(name) ? [[name, toNumber(rows[0]![0]!)] as const] : [],
  );
  const told = { ...Object.fromEntries(typed), ...sizes };
  const given = [...problem.symbols.values()].filter(
    ({ name, definition }) => definition === null && !problem.numbers.has(name),
  );
  const isOpen = ({ name, shape }: Sym): boolean =>
    name === input || shape.some(({ names }) => batch !== null && names.includes(batch));
  const constants = numbersFor(
    given.filter((s) => !isOpen(s)),
    told,
    23,
  );
  const options = { name: "trial", input, batch, sizes, ...asked, constants };
  const model = onnxModel(problem, options);
  const trials = samples.map(async (count): Promise<Trial> => {
    const known = { ...told, ...(batch !== null && { [batch]: count }) };
    const numbers = new Map([...constants, ...numbersFor(given.filter(isOpen), known, count)]);
    const fed = numbers.get(input)!;
    const program = await compile(text, {
      backend: "js",
      sizes: known,
      keep: [asked.output],
      verify: false,
    });
    for (const { name } of program.inputs)
      if (numbers.has(name))
        program.set(name, name === input ? shifted(fed, asked) : numbers.get(name)!.data);
    program.run();
    const data = Array.from(program.get(asked.output));
    program.dispose();
    return {
      title: `${title}, ${count} ${count === 1 ? "sample" : "samples"}`,
      model,
      fed: { dims: [fed.rows, fed.columns], data: [...fed.data] },
      expected: { dims: sizesOf(problem.symbols.get(asked.output)!, known), data },
      scale: Math.max(1, ...data.map(Math.abs)),
    };
  });
  return (await Promise.all(trials)) as [Trial, ...Trial[]];
}

/** The nodes of a model, each with its name and what it takes. */
export const linesOf = (model: Uint8Array): string[] =>
  readModel(model).nodes.map(({ name, op, inputs, attributes }) => {
    const told = [...attributes]
      .map(([attribute, value]) => `, ${attribute}=${[value].flat().join()}`)
      .join("");
    return `${name} = ${op}(${inputs.join(", ")}${told})`;
  });

/** The model of a problem with zeros for all numbers. */
export function modelOf(
  problem: Problem,
  asked: Pick<Asked, "output"> & Partial<OnnxOptions>,
): Uint8Array {
  const { input = "X", sizes = {} } = asked;
  const zeros = [...problem.symbols.values()].flatMap((s) => {
    if (s.definition || s.name === input || problem.numbers.has(s.name)) return [];
    const [rows, columns] = sizesOf(s, sizes);
    return [[s.name, { rows, columns, data: new Float32Array(rows * columns) }] as const];
  });
  const constants = new Map(zeros);
  return onnxModel(problem, { name: "model", input, batch: "N", sizes, constants, ...asked });
}
