/** @file The campaign of emitters: trials on machines that take everything for large, and what comes out wrong. */

import { targetOf } from "../../src/compile/backends.ts";
import type { BackendName } from "../../src/compile/options.ts";
import type { Random } from "../../src/data/random.ts";
import { contractions, goesByRows, partialsOf } from "../../src/lower/contraction.ts";
import { bytesPerNumber } from "../../src/lower/loops.ts";
import type { Precision, Target } from "../../src/lower/loops.ts";
import type { Measured } from "../../src/lower/measured.ts";
import { compiler, Machine } from "./machine.ts";
import type { Ground } from "./machine.ts";
import { difference, expectedOf } from "./reference.ts";
import type { Expected } from "./reference.ts";
import { drawnMeasured, given, outcome, picked, trialOf } from "./trial.ts";
import type { Subject, Trial } from "./trial.ts";

/** What was done so far. */
export const counts = {
  cases: 0,
  compared: 0,
  /** Without numbers, too large at every size, nowhere sure. */
  unknown: 0,
  large: 0,
  unsure: 0,
  steps: 0,
  fed: 0,
  labelled: 0,
  perStep: 0,
  watched: 0,
  native: 0,
  single: 0,
  threaded: 0,
  barriers: 0,
  moving: 0,
  algorithms: 0,
  columns: 0,
  stretches: 0,
  rows: 0,
  leads: 0,
};

/** Counts what a machine does otherwise than one that takes nothing for large. */
function noteWays({ code: { module, first, step }, code }: Machine, target: Target): void {
  const contractionOf = contractions(code, target);
  const products = step.flatMap(({ kernel, split }) => {
    const c = kernel.kind === "nest" ? contractionOf(kernel) : null;
    return c ? [{ c, split }] : [];
  });
  const note = (name: keyof typeof counts, is: boolean): void => {
    counts[name] += Number(is);
  };
  note("threaded", module.threads > 1);
  note(
    "barriers",
    step.some(({ isAfterBarrier }) => isAfterBarrier),
  );
  note(
    "moving",
    step.some(({ split }) => split.isMoving),
  );
  note(
    "algorithms",
    step.some(({ kernel, split }) => kernel.kind === "algorithm" && split.owner === "all"),
  );
  note(
    "columns",
    products.some(({ c, split }) => split.axis === c.columns),
  );
  note(
    "stretches",
    products.some(({ c }) => partialsOf(c, target) > 0),
  );
  note(
    "rows",
    products.some(({ c }) => goesByRows(c, target)),
  );
  note("leads", module.functions.length - 1 < first.length + step.length);
}

/** A machine of a trial: machines of a kind give the same, bit for bit. */
interface Setup {
  readonly ground: Ground;
  readonly target: Target;
}

/** The machines of a trial: one on which nothing is shared, then some that share. */
function setupsFor(
  random: Random,
  precision: Precision,
  { isNative, isWatched }: { readonly isNative: boolean; readonly isWatched: boolean },
): Setup[] {
  const measured: Measured = drawnMeasured(random);
  const registers = picked(random, [5, 8, 12, 16, 32]);
  const made = (ground: BackendName, threads: number, more: Partial<Target> = {}): Setup => ({
    ground,
    target: { ...targetOf(ground, precision, threads), measured, registers, ...more },
  });
  const lanes = picked(random, [16, 32, 64]) / bytesPerNumber(precision);
  const native = { lanes, hasPrefetch: random.uniform() < 0.3 };
  const several = picked(random, [2, 2, 3]);
  const watched = (ground: Ground, threads: number): Setup => ({
    ...made("native", threads, native),
    ground,
  });
  return [
    made("js", 1),
    made("wasm", 1),
    made("wasm", several),
    ...(isWatched
      ? [watched("watched", 1), watched("watched", several), watched("watched backward", several)]
      : []),
    ...(isNative ? [made("native", 1, native), made("native", 2, native)] : []),
  ];
}

/** What is wrong with a trial on one machine; `alike` are the results of those of its kind. */
function wrongOf(
  machine: Machine,
  trial: Trial,
  expected: readonly Expected[],
  alike: Map<string, ArrayLike<number>>,
): string | null {
  // What a run does not make, it must not need.
  machine.fill(NaN);
  for (const [at, { point, results, allowed }] of expected.entries()) {
    const wrong = (found: readonly ArrayLike<number>[]): string | null => {
      for (const [k, entries] of found.entries()) {
        const text = difference(entries, results[k]!, allowed[k]!);
        if (text) return `point ${at}, result ${k}: ${text}`;
      }
      return null;
    };
    // Afterwards as before, whatever a run has left.
    if (at > 0 && trial.steps === 1) {
      given(machine, point);
      machine.run(1, true);
      const text = wrong([machine.results()[0]!]);
      if (text) return `the value alone: ${text}`;
    }
    for (let again = machine.code.module.threads > 1 ? 3 : 1; again > 0; again--) {
      given(machine, point);
      machine.run(trial.steps);
      const found = outcome(machine);
      const text = wrong(found);
      if (text) return text;
      for (const [k, entries] of found.entries()) {
        const other = alike.get(`${at} ${k}`) ?? entries;
        alike.set(`${at} ${k}`, other);
        const differs = entries.findIndex((x, i) => !Object.is(x, other[i]));
        if (differs >= 0)
          return `point ${at}, result ${k}: entry ${differs} is ${entries[differs]} now, and ${other[differs]} for one thread`;
      }
    }
  }
  return null;
}

/** What slow machines do: one trial out of so many is made as machine code, and some up to so many operations are watched. */
export interface Extent {
  readonly nativeOneOf: number;
  readonly mostWatched: number;
}

/** What is wrong with one trial of a case. */
export function failuresOf(
  subject: Subject,
  random: Random,
  { nativeOneOf, mostWatched }: Extent,
): string[] {
  const precision = random.uniform() < 0.3 ? "float32" : "float64";
  let trial: Trial | null = null;
  let expected: Expected[] | null = null;
  for (let draw = 0; draw < 5 && !expected; draw++) {
    trial = trialOf(subject, random);
    expected = trial && expectedOf(trial, random, 2, precision);
  }
  if (!trial || !expected) {
    counts[trial ? "unsure" : "large"]++;
    return [];
  }
  const isNative = compiler !== null && random.whole(1, nativeOneOf) === 1;
  const isWatched = precision === "float64" && trial.work <= mostWatched;
  const alike = { js: new Map(), wasm: new Map(), native: new Map(), watched: new Map() };
  const failures: string[] = [];
  for (const { ground, target } of setupsFor(random, precision, { isNative, isWatched })) {
    const machine = new Machine(trial.program(), ground, target);
    noteWays(machine, target);
    // What is not worth sharing is the same as for one thread.
    const isOther = target.threads === 1 || machine.code.module.threads > 1;
    const wrong = isOther
      ? wrongOf(machine, trial, expected, alike[ground === "watched backward" ? "watched" : ground])
      : null;
    machine.dispose();
    if (wrong) failures.push(`${ground}, ${JSON.stringify(target)}: ${wrong}`);
  }
  counts.compared++;
  counts.watched += Number(isWatched);
  counts.native += Number(isNative);
  counts.single += Number(precision === "float32");
  counts.steps += Number(trial.steps > 1);
  counts.fed += Number(trial.given.fed.size > 0);
  counts.labelled += Number(trial.given.labels.size > 0);
  counts.perStep += Number(trial.given.perStep.size > 0);
  return failures;
}
