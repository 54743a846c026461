/** @file A program as a reader sees it: what is computed from what, in which order, how much work that is. */

import type { Assembled } from "./assemble.ts";
import type { Call, Formula } from "./formula.ts";
import { readBy, writtenBy } from "./fuse.ts";
import type { Kernel, Nest } from "./kernel.ts";
import { perLine } from "./loops.ts";
import type { Atom, Axis, Place } from "./place.ts";
import type { Program } from "./program.ts";
import { multiplyAddsOf, workOf } from "./schedule.ts";
import type { Scheduled } from "./schedule.ts";
import type { AlgorithmName, Tensor } from "./tensor.ts";
import { sizeOf } from "./tensor.ts";

/** One kernel of a plan. */
export interface Planned {
  /** How many barriers come before it in a step. */
  readonly phase: number;
  /** What it makes, a formula for each tensor. */
  readonly text: string;
  readonly kind: "product" | "sums" | "entries" | "algorithm";
  /** Additions and multiplications. */
  readonly operations: number;
  /** The products of contractions among them, each with the addition that takes it. */
  readonly multiplyAdds: number;
  /** What is read and written, each tensor once. */
  readonly bytes: number;
  /** The axis that the threads share, null where one does it all. */
  readonly sharedAlong: string | null;
}

export interface Plan {
  readonly threads: number;
  readonly precision: "float32" | "float64";
  /** In bytes. */
  readonly memory: number;
  /** What is made once in a run. */
  readonly first: readonly Planned[];
  readonly step: readonly Planned[];
}

/** The plan of a program that was assembled. */
export function planOf(program: Program, { module, first, step }: Assembled): Plan {
  const bytesEach = 64 / perLine(module.precision);
  const names = namesOf(program);
  const planned = ({ kernel, split, phase }: Scheduled): Planned => {
    const touched = new Set([...readBy(kernel), ...writtenBy(kernel)]);
    const entries = [...touched].reduce((sum, t) => sum + sizeOf(t), 0);
    return {
      phase,
      ...written(kernel, names),
      operations: workOf(kernel),
      multiplyAdds: multiplyAddsOf(kernel),
      bytes: entries * bytesEach,
      sharedAlong: split.axis && new Letters().of(split.axis),
    };
  };
  return {
    threads: module.threads,
    precision: module.precision,
    memory: module.memory * bytesEach,
    first: first.map(planned),
    step: step.map(planned),
  };
}

type Names = (t: Tensor) => string;

/** What is given and asked for has its name; the rest is counted. */
function namesOf({ inputs, outputs, states }: Program): Names {
  const names = new Map<Tensor, string>();
  for (const [name, { tensor }] of inputs) names.set(tensor, name);
  for (const { tensor, name } of outputs) names.set(tensor, name);
  for (const { after, name } of states) names.set(after, `${name}′`);
  let count = 0;
  return (t) => {
    let name = names.get(t);
    if (name === undefined) names.set(t, (name = `t${++count}`));
    return name;
  };
}

/** The letters of axes within one kernel: i, j, k … by their first appearance, so that no two share one. */
class Letters {
  private readonly known = new Map<Axis, string>();

  of(x: Axis): string {
    let letter = this.known.get(x);
    if (letter === undefined) {
      const taken = new Set(this.known.values());
      const free = [x.name, ..."ijklmnpqrs"].find(
        (name) => /^[a-z]$/u.test(name) && !taken.has(name),
      );
      this.known.set(x, (letter = free ?? `i${this.known.size}`));
    }
    return letter;
  }
}

function written(kernel: Kernel, names: Names): Pick<Planned, "text" | "kind"> {
  if (kernel.kind === "algorithm") {
    const args = kernel.of.map(names).join(", ");
    return {
      kind: "algorithm",
      text: `${names(kernel.to)} = ${algorithmNames[kernel.name]}(${args})`,
    };
  }
  const letters = new Letters();
  for (const x of kernel.axes) letters.of(x);
  return { kind: kindOf(kernel), text: nestText(kernel, letters, names) };
}

const algorithmNames: Readonly<Record<AlgorithmName, string>> = {
  cholesky: "cholesky",
  solveCholesky: "solve",
  lu: "lu",
  solveLu: "solve",
  solveLuTransposed: "solve transposed",
  eigen: "eigen",
  expm: "expm",
  matrixPower: "power",
};

function kindOf(nest: Nest): Planned["kind"] {
  const [fold] = nest.folds;
  if (!fold) return "entries";
  const isProduct = fold.body.kind === "call" && fold.body.name === "times" && nest.axes.length > 1;
  return isProduct ? "product" : "sums";
}

const foldSigns = { plus: "Σ", times: "Π", larger: "max" } as const;

/** What is kept, each with the folds and the parts at hand written out. */
function nestText(nest: Nest, letters: Letters, names: Names): string {
  const inside = new Map<Tensor, () => string>();
  const text = (f: Formula, tight: boolean): string =>
    formulaText(f, tight, { letters, names, inside });
  for (const { tensor, folding, over, body } of nest.folds)
    inside.set(tensor, () => {
      const indices = over.map((x) => letters.of(x)).join("");
      return `${foldSigns[folding]}_${indices} ${text(body, true)}`;
    });
  const kept = nest.stores.filter(({ isKept }) => isKept);
  for (const { tensor, body, isKept } of nest.stores)
    if (!isKept && !inside.has(tensor)) inside.set(tensor, () => text(body, true));
  return kept
    .map(({ tensor, at, body }) => {
      const places = at.map((p) => placeText(p, letters, names)).join(",");
      const made = text(body, false);
      // What is kept has a name for those that follow.
      inside.delete(tensor);
      return `${names(tensor)}${places === "" ? "" : `[${places}]`} = ${made}`;
    })
    .join("; ");
}

interface Context {
  readonly letters: Letters;
  readonly names: Names;
  /** Tensors that are at hand, as texts. */
  readonly inside: ReadonlyMap<Tensor, () => string>;
}

/** A formula as a text; `tight` puts brackets around sums. */
function formulaText(f: Formula, tight: boolean, context: Context): string {
  const { letters, names, inside } = context;
  const part = (g: Formula): string => formulaText(g, true, context);
  switch (f.kind) {
    case "constant":
      return numberText(f.value);
    case "read": {
      const known = inside.get(f.tensor);
      if (known) return tight ? `(${known()})` : known();
      const places = f.at.map((p) => placeText(p, letters, names)).join(",");
      return places === "" ? names(f.tensor) : `${names(f.tensor)}[${places}]`;
    }
    case "counted":
      return placeText(f.place, letters, names);
    case "match":
      return `[${placeText(f.difference, letters, names)} ${f.isEqual ? "=" : "≠"} 0]`;
    case "call":
      return callText(f, tight, part, (g) => formulaText(g, false, context));
    default:
      return f satisfies never;
  }
}

const relations: Readonly<Record<string, string>> = {
  isPositive: "> 0",
  isNotNegative: "≥ 0",
  isNegative: "< 0",
  isNotPositive: "≤ 0",
  isZero: "= 0",
  isNotZero: "≠ 0",
};

/** `part` puts brackets around sums, and `whole` leaves them out: what stands between other signs has some. */
function callText(
  { name, args }: Call,
  tight: boolean,
  part: (f: Formula) => string,
  whole: (f: Formula) => string,
): string {
  const bracketed = (text: string): string => (tight ? `(${text})` : text);
  switch (name) {
    case "plus": {
      const terms = args.map((arg, k) => {
        const text = part(arg);
        if (k === 0) return text;
        return text.startsWith("−") ? ` − ${text.slice(1)}` : ` + ${text}`;
      });
      return bracketed(terms.join(""));
    }
    case "times": {
      const [front, ...rest] = args;
      if (front?.kind === "constant" && front.value === -1) return `−${rest.map(part).join("·")}`;
      return args.map(part).join("·");
    }
    case "over": {
      const [above, below] = args as [Formula, Formula];
      const isFactor = below.kind !== "call" || (below.name !== "times" && below.name !== "over");
      return `${part(above)}/${isFactor ? part(below) : `(${part(below)})`}`;
    }
    default: {
      const relation = relations[name];
      if (relation) return `[${whole(args[0]!)} ${relation}]`;
      const called = name === "larger" ? "max" : name === "smaller" ? "min" : name;
      return `${called}(${args.map(whole).join(", ")})`;
    }
  }
}

const numberText = (x: number): string => String(Number(x.toPrecision(6))).replace("-", "−");

function placeText(place: Place, letters: Letters, names: Names): string {
  const terms = place.terms.map(({ of, coefficient }) => {
    const atom = atomText(of, letters, names);
    if (coefficient === 1) return `+${atom}`;
    return coefficient === -1
      ? `−${atom}`
      : `${coefficient < 0 ? "−" : "+"}${Math.abs(coefficient)}${atom}`;
  });
  if (place.constant !== 0 || terms.length === 0)
    terms.push(`${place.constant < 0 ? "−" : "+"}${Math.abs(place.constant)}`);
  return terms.join("").replace(/^\+/u, "");
}

function atomText(atom: Atom, letters: Letters, names: Names): string {
  switch (atom.kind) {
    case "axis":
      return letters.of(atom);
    case "label":
      return atom.name;
    case "step":
      return "step";
    case "lookup":
      return `${names(atom.in)}[${placeText(atom.at, letters, names)}]`;
    case "quotient":
      return `⌊(${placeText(atom.of, letters, names)})/${atom.by}⌋`;
    case "remainder":
      return `(${placeText(atom.of, letters, names)} mod ${atom.by})`;
    default:
      return atom satisfies never;
  }
}
