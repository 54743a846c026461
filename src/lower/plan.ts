/** @file A program as a reader sees it: what is computed from what, in which order, how much work that is. */

import type { Assembled } from "./assemble.ts";
import { costOf } from "./formula.ts";
import type { Call, Formula, Match } from "./formula.ts";
import { besides } from "./fuse.ts";
import type { Kernel, Nest } from "./kernel.ts";
import { perLine } from "./loops.ts";
import { axesOf, extentOf } from "./place.ts";
import type { Atom, Axis, Place } from "./place.ts";
import type { Program } from "./program.ts";
import { multiplyAddsOf } from "./schedule.ts";
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
  /** Additions and multiplications, other functions as several: a product with the addition to its sum is two. */
  readonly operations: number;
  /** The products of contractions among them, each with the addition that takes it. */
  readonly multiplyAdds: number;
  /** What is read and written, each entry of a tensor once. */
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
  const planned = ({ kernel, split, phase }: Scheduled): Planned => ({
    phase,
    ...written(kernel, names),
    operations: operationsOf(kernel),
    multiplyAdds: multiplyAddsOf(kernel),
    bytes: entriesTouched(kernel) * bytesEach,
    sharedAlong: split.axis && new Letters().of(split.axis),
  });
  return {
    threads: module.threads,
    precision: module.precision,
    memory: module.memory * bytesEach,
    first: first.map(planned),
    step: step.map(planned),
  };
}

/** How many additions and multiplications a kernel does: copies and signs are none, and what is equal is done once. */
function operationsOf(kernel: Kernel): number {
  if (kernel.kind === "algorithm") return 2 * multiplyAddsOf(kernel);
  const folds = kernel.folds.reduce(
    (sum, { over, body }) => sum + extentOf(over) * (1 + operationsIn([body])),
    0,
  );
  return extentOf(kernel.axes) * (folds + operationsIn(kernel.stores.map(({ body }) => body)));
}

/** The operations of some formulas at one place. */
function operationsIn(formulas: readonly Formula[]): number {
  const seen = new Set<Formula>();
  const visit = (f: Formula): number => {
    if (f.kind !== "call" || seen.has(f)) return 0;
    seen.add(f);
    const [front] = f.args;
    const signs = f.name === "times" && front?.kind === "constant" && front.value === -1 ? 1 : 0;
    const own = costOf(f.name) * (Math.max(1, f.args.length - 1) - signs);
    return f.args.reduce((sum, arg) => sum + visit(arg), own);
  };
  return formulas.reduce((sum, f) => sum + visit(f), 0);
}

/** How many entries a kernel reads and writes, each once: of a trace those of the diagonal. */
function entriesTouched(kernel: Kernel): number {
  const touched = new Map<Tensor, number>();
  const note = (tensor: Tensor, count: number): void => {
    touched.set(tensor, Math.min(sizeOf(tensor), (touched.get(tensor) ?? 0) + count));
  };
  const noteAt = (tensor: Tensor, at: readonly Place[]): void =>
    note(tensor, extentOf([...new Set(at.flatMap(axesOf))]));
  if (kernel.kind === "algorithm") for (const t of [...kernel.of, kernel.to]) note(t, sizeOf(t));
  else {
    for (const { tensor, at } of besides(kernel)) noteAt(tensor, at);
    for (const { tensor, at, isKept } of kernel.stores) if (isKept) noteAt(tensor, at);
  }
  return [...touched.values()].reduce((sum, count) => sum + count, 0);
}

/** The names of a tensor: the first is that by which it is read. */
type Names = (t: Tensor) => readonly [string, ...string[]];

/** What is given and asked for has its names; the rest is counted. */
function namesOf({ inputs, outputs, states }: Program): Names {
  const names = new Map<Tensor, [string, ...string[]]>();
  const called = (tensor: Tensor, name: string): void => {
    const known = names.get(tensor);
    if (known) known.push(name);
    else names.set(tensor, [name]);
  };
  for (const { after, name } of states) called(after, `${name}′`);
  for (const [name, { tensor }] of inputs) called(tensor, name);
  for (const { tensor, name } of outputs) called(tensor, name);
  let count = 0;
  return (t) => {
    if (!names.has(t)) called(t, `t${++count}`);
    return names.get(t)!;
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
    const args = kernel.of.map((t) => names(t)[0]).join(", ");
    const made = names(kernel.to).map((name) => `${name} = `);
    return { kind: "algorithm", text: `${made.join("")}${algorithmNames[kernel.name]}(${args})` };
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
      const places = placesText(at, letters, names);
      const made = text(body, false);
      // What is kept has a name for those that follow.
      inside.delete(tensor);
      return [...names(tensor).map((name) => `${name}${places}`), made].join(" = ");
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
      return `${names(f.tensor)[0]}${placesText(f.at, letters, names)}`;
    }
    case "counted":
      return placeText(f.place, letters, names);
    case "match":
      return matchText(f, letters, names);
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

/** Indices in brackets; what has none stands alone. */
const placesText = (at: readonly Place[], letters: Letters, names: Names): string =>
  at.length === 0 ? "" : `[${at.map((p) => placeText(p, letters, names)).join(",")}]`;

type Sum = Pick<Place, "constant" | "terms">;

const isIndex = ({ constant, terms }: Sum): boolean =>
  constant === 0 && terms.length === 1 && terms[0]!.of.kind === "axis";

/** What is added first, then what is taken away. */
function placeText({ terms, constant }: Sum, letters: Letters, names: Names): string {
  const all = [
    ...terms.map(({ of, coefficient }) => ({
      coefficient,
      text: (isFactor: boolean) => atomText(of, isFactor, letters, names),
    })),
    ...(constant !== 0 || terms.length === 0 ? [{ coefficient: constant, text: () => "" }] : []),
  ].toSorted((a, b) => Number(b.coefficient > 0) - Number(a.coefficient > 0));
  return all
    .map(({ coefficient, text }, k) => {
      const size = Math.abs(coefficient);
      const atom = text(all.length > 1 || coefficient !== 1);
      const sign = coefficient < 0 ? "−" : k > 0 ? "+" : "";
      return `${sign}${size === 1 && atom !== "" ? "" : size}${atom}`;
    })
    .join("");
}

/** `[i = j]`: what is added on the left, what is taken away on the right; an index alone comes first. */
function matchText({ difference, isEqual }: Match, letters: Letters, names: Names): string {
  const { terms, constant } = difference;
  const side = (sign: 1 | -1): Sum => ({
    terms: terms.flatMap(({ of, coefficient }) =>
      coefficient * sign > 0 ? [{ of, coefficient: coefficient * sign }] : [],
    ),
    constant: Math.max(0, constant * sign),
  });
  const sides = [side(1), side(-1)].toSorted((a, b) => Number(isIndex(b)) - Number(isIndex(a)));
  const [left, right] = sides.map((place) => placeText(place, letters, names));
  return `[${left} ${isEqual ? "=" : "≠"} ${right}]`;
}

/** What a place is made of; `isFactor` where something stands beside it. */
function atomText(atom: Atom, isFactor: boolean, letters: Letters, names: Names): string {
  switch (atom.kind) {
    case "axis":
      return letters.of(atom);
    case "label":
      return atom.name;
    case "step":
      return "step";
    case "lookup":
      return `${names(atom.in)[0]}[${placeText(atom.at, letters, names)}]`;
    case "quotient":
    case "remainder": {
      const text = placeText(atom.of, letters, names);
      const isSum = atom.of.terms.length + Number(atom.of.constant !== 0) > 1;
      const of = isSum ? `(${text})` : text;
      if (atom.kind === "quotient") return `⌊${of}/${atom.by}⌋`;
      return isFactor ? `(${of} mod ${atom.by})` : `${of} mod ${atom.by}`;
    }
    default:
      return atom satisfies never;
  }
}
