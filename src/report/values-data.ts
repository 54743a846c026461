/** @file Values for programs: one object of JSON, or CSV with a line for each number. */

import { printers } from "../print/index.ts";
import type { Evaluation } from "../eval/index.ts";
import type { Pass } from "../eval/evaluator.ts";
import type { Update } from "../eval/descent.ts";
import type { Grid } from "../eval/values.ts";
import { show } from "../expr/rational.ts";
import { floatOf, isExact } from "../numeric/exact.ts";
import type { Entry } from "../numeric/exact.ts";
import { decimalDigits, isDecimal, nearest } from "./numbers.ts";

/** Numbers row by row: as floats, and exactly where they are; null in the place of what rounding has touched. */
export interface NumbersJson {
  readonly value: readonly (readonly number[])[];
  readonly exact: readonly (readonly (string | null)[])[];
}

/** A part with its values. */
export interface PartJson {
  readonly name: string;
  readonly ascii: string;
  readonly latex: string;
  readonly kind: "input" | "definition" | "part" | "objective";
  readonly shape: readonly [rows: number, columns: number];
  readonly forward: NumbersJson;
  /** ∂objective/∂(the part), of its shape; null where nothing flows back to it. */
  readonly backward: NumbersJson | null;
}

/** The values at one set of numbers. */
export interface PassJson {
  readonly sample: number | null;
  readonly values: readonly PartJson[];
}

/** An update of a name. */
export interface UpdateJson {
  readonly name: string;
  readonly change: NumbersJson;
  readonly after: NumbersJson;
}

/** Everything that was found. */
export interface EvaluationJson {
  readonly ok: true;
  readonly objective: string;
  readonly sizes: Readonly<Record<string, number>>;
  readonly passes: readonly PassJson[];
  readonly gradients: readonly { readonly wrt: string; readonly value: NumbersJson }[];
  readonly iterations: readonly {
    readonly iteration: number;
    readonly steps: readonly {
      readonly passes: readonly PassJson[];
      readonly loss: NumbersJson;
      readonly updates: readonly UpdateJson[];
    }[];
  }[];
  /** The sum whose terms are the samples of a descent, each value of its index one; null where there is none. */
  readonly terms: {
    readonly index: string;
    readonly name: string;
    readonly formula: string;
  } | null;
  /** What the way back holds of the way forward, beside the variables; null where that is not asked for. */
  readonly memory: {
    readonly held: readonly { readonly name: string; readonly count: number }[];
    readonly total: number;
    readonly variables: number;
  } | null;
  readonly notes: readonly string[];
  readonly verification: {
    readonly method: string;
    readonly derivatives: number;
    readonly maxRelativeError: number;
  };
  /** The code that the numbers are of, and how far they are from the others; null where none was asked for. */
  readonly compiled: {
    readonly backend: "native" | "wasm" | "js";
    readonly why: string;
    readonly dtype: "float32" | "float64";
    readonly threads: number;
    readonly maxRelativeError: number;
  } | null;
}

const exactText = (x: Entry): string | null => {
  if (!isExact(x)) return null;
  return isDecimal(x) ? decimalDigits(x) : show(x);
};

const numbers = (grid: Grid): NumbersJson => ({
  value: grid.map((row) => row.map(floatOf)),
  exact: grid.map((row) => row.map(exactText)),
});

const passJson = ({ sample, pass }: { sample: number | null; pass: Pass }): PassJson => ({
  sample,
  values: pass.parts.map(({ name, kind, forward, backward }) => ({
    name: name.unicode,
    ascii: name.ascii,
    latex: name.latex,
    kind,
    shape: [forward.length, forward[0]!.length],
    forward: numbers(forward),
    backward: backward && numbers(backward),
  })),
});

const updateJson = ({ name, delta, after }: Update): UpdateJson => ({
  name: name.unicode,
  change: numbers(delta),
  after: numbers(after),
});

/** An evaluation as one object. */
export const valuesJson = (found: Evaluation): EvaluationJson => ({
  ok: true,
  objective: found.loss.unicode,
  terms: found.terms && {
    index: found.terms.index.unicode,
    name: found.terms.name.unicode,
    formula: found.terms.formula.unicode,
  },
  sizes: Object.fromEntries(found.sizes),
  passes: found.passes.map(passJson),
  gradients: found.gradients.map(({ variable, value }) => ({
    wrt: variable,
    value: numbers(value),
  })),
  iterations: found.iterations.map(({ iteration, steps }) => ({
    iteration,
    steps: steps.map(({ turns, loss, updates }) => ({
      passes: turns.map(passJson),
      loss: numbers(loss),
      updates: updates.map(updateJson),
    })),
  })),
  memory: found.memory && {
    held: found.memory.held.map(({ name, count }) => ({ name: name.unicode, count })),
    total: found.memory.total,
    variables: found.memory.variables,
  },
  notes: found.notes,
  verification: found.checked,
  compiled: found.compiled,
});

const head = "iteration,sample,name,row,column,value";

/** An evaluation as lines: what is made of numbers, what flows back, and the updates of a descent. */
export function valuesCsv(found: Evaluation, digits: number | null): string {
  const lines: string[] = [head];
  const put = (iteration: number | null, sample: number | null, name: string, grid: Grid): void => {
    for (const [i, row] of grid.entries())
      for (const [j, x] of row.entries())
        lines.push(
          [iteration ?? "", sample ?? "", quoted(name), i + 1, j + 1, numberText(x, digits)].join(),
        );
  };
  const loss = found.loss.ascii;
  const putPass = (
    iteration: number | null,
    { sample, pass }: { readonly sample: number | null; readonly pass: Pass },
  ): void => {
    for (const { name, forward } of pass.parts) put(iteration, sample, name.ascii, forward);
    for (const { flow, backward } of pass.parts)
      if (backward) put(iteration, sample, printers.ascii(flow), backward);
  };
  for (const each of found.passes) putPass(null, each);
  for (const { iteration, steps } of found.iterations)
    for (const { turns, loss: total, updates } of steps) {
      for (const each of turns) putPass(iteration, each);
      const sample = found.descent!.update === "sample" ? turns[0]!.sample : null;
      const name = found.terms ? loss : `${found.descent!.reduce}(${loss})`;
      if (turns.length > 1) put(iteration, null, name, total);
      for (const { name, delta, after } of updates) {
        put(iteration, sample, `change(${name.ascii})`, delta);
        put(iteration, sample, `new(${name.ascii})`, after);
      }
    }
  return lines.join("\n");
}

const quoted = (name: string): string =>
  /[",\n]/u.test(name) ? `"${name.replaceAll('"', '""')}"` : name;

/** A number that every reader of CSV takes: decimals as they are, all else as a float. */
function numberText(x: Entry, digits: number | null): string {
  if (digits !== null) return String(Number(nearest(x, digits).toPrecision(digits)));
  const decimal = isExact(x) ? decimalDigits(x) : null;
  return decimal !== null && decimal.length <= 17 ? decimal : String(floatOf(x));
}
