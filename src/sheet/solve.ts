/** @file Solves a sheet: the derivation, the steps and the graph of each fence, and answers by hand compared. */

import { parse, variablesOf } from "../derive/ask.ts";
import { derivatives } from "../derive/index.ts";
import type { Judgement } from "../check/index.ts";
import type { Derivative, DeriveOptions } from "../derive/index.ts";
import type { Picture } from "../graph/index.ts";
import { pictureOf } from "../graph/index.ts";
import type { StepsBeside } from "../graph/index.ts";
import type { Problem } from "../parse/problem.ts";
import { signedLineTold, unusedTold } from "../parse/readings.ts";
import type { Section } from "../steps/index.ts";
import { worked } from "../steps/index.ts";
import { evaluation } from "../eval/index.ts";
import type { Evaluation } from "../eval/index.ts";
import { numbersTyped } from "../eval/numbers.ts";
import { samplesInRows } from "../eval/samples.ts";
import { judged } from "./answers.ts";
import type { Derived } from "./answers.ts";
import type { Show } from "./front.ts";
import { shared } from "./share.ts";
import type { Shared } from "./share.ts";
import type { SheetFence, SheetSource } from "./source.ts";
import { placed } from "./placed.ts";
import { statedAlone, statedIn } from "./stated.ts";
import type { Stated } from "./stated.ts";
import type { TrainedHere } from "./training.ts";

/** What is known of a fence. */
export interface Solved {
  readonly fence: SheetFence;
  /** What of it is shown. */
  readonly show: Show;
  /** What it says, as formulas; nothing of an answer. */
  readonly stated: readonly Stated[];
  /** Its results; empty where it asks for none. */
  readonly found: readonly Derivative[];
  readonly sections: readonly Section[];
  readonly picture: Picture | null;
  /** Of an answer by hand. */
  readonly judgement: Judgement | null;
  /** Of numbers. */
  readonly evaluated: Evaluation | null;
  /** Of a training, where it was made. */
  readonly trained: TrainedHere | null;
}

const unsolved = {
  stated: [],
  found: [],
  sections: [],
  picture: null,
  judgement: null,
  evaluated: null,
  trained: null,
} as const;

/**
 * Solves the fences of a sheet in their order; trainings are made afterwards.
 * @throws NablaError with the place in the sheet.
 */
export function solve({ source, fences, front }: SheetSource): Solved[] {
  const solved: Solved[] = [];
  const before: SheetFence[] = [];
  let last: Derived | null = null;
  for (const fence of fences) {
    if (before[0]?.problem !== fence.problem) {
      before.length = 0;
      last = null;
    }
    // A copy for students holds no result, whatever a fence asks for.
    const show = front.show === "problems" ? "problems" : (fence.options.show ?? front.show);
    if (fence.kind === "answer") {
      const given = last;
      const judgement = placed(fence, new Map([["answer", fence]]), source, () =>
        judged(fence, given),
      );
      solved.push({ ...unsolved, fence, show, judgement });
      continue;
    }
    if (fence.kind === "train") {
      const stated = placed(fence, new Map([["expr", fence]]), source, () => statedLoss(fence));
      solved.push({ ...unsolved, fence, show, stated });
      continue;
    }
    const texts = placed(fence, new Map([...before, fence].map((f, i) => [i, f])), source, () =>
      shared(before, fence),
    );
    if (fence.kind === "eval") {
      const found = placed(fence, texts.from, source, () => evaluatedFence(fence, texts));
      solved.push({ ...unsolved, fence, show, ...found });
      before.push(fence);
      continue;
    }
    const made = placed(fence, texts.from, source, () => solvedFence(fence, texts, show));
    if (made.problem && made.found.length > 0)
      last = {
        problem: made.problem,
        found: made.found,
        options: deriveOptions(fence.options),
      };
    const { found, sections, picture, stated } = made;
    solved.push({ ...unsolved, fence, show, stated, found, sections, picture });
    before.push(fence);
  }
  return solved;
}

/** A typed loss that is trained is a problem of its own. */
function statedLoss(fence: SheetFence): readonly Stated[] {
  if (fence.body.trim() === "") return [];
  const { texts, own, rules } = shared([], fence);
  return statedIn(parse(texts), own, rules);
}

/** The values that a fence asks for; numbers alone are there for the fences that follow. */
function evaluatedFence(
  { options }: SheetFence,
  { texts, own, rules, hasObjective }: Shared,
): Pick<Solved, "stated" | "evaluated"> {
  if (!hasObjective) return { stated: statedAlone(own, rules), evaluated: null };
  const { samples, wrt, all, forward, memory, descend, rate, iterations, update, reduce } = options;
  const evaluated = evaluation(
    texts,
    [],
    samples === undefined ? [] : samplesInRows(numbersTyped(samples)),
    {
      ...(wrt !== undefined && { wrt }),
      ...(all !== undefined && { all }),
      ...(forward !== undefined && { forward }),
      ...(memory !== undefined && { memory }),
      ...(descend !== undefined && { descend }),
      ...(rate !== undefined && { rate }),
      ...(iterations !== undefined && { iterations }),
      ...(update && { update }),
      ...(reduce && { reduce }),
    },
  );
  return { stated: statedIn(evaluated.problem, own, rules), evaluated };
}

interface Made extends Pick<Solved, "found" | "sections" | "picture" | "stated"> {
  readonly problem: Problem | null;
}

function solvedFence(
  { options }: SheetFence,
  { texts, own, rules, hasObjective }: Shared,
  show: Show,
): Made {
  const { wrt, graph = false, paths, steps = "key", style } = options;
  // Declarations alone are there for the fences that follow.
  if (!hasObjective)
    return {
      problem: null,
      stated: statedAlone(own, rules),
      found: [],
      sections: [],
      picture: null,
    };
  const asked: DeriveOptions = deriveOptions(options);
  const names = [wrt, paths].filter((text) => text !== undefined).join(",");
  const problem = parse(texts, { ...asked, ...(names !== "" && { wrt: names }) });
  const isAsked = wrt !== undefined || problem.by.length > 0;
  const variables = isAsked ? variablesOf(problem, wrt) : [];
  const { found, sections } = !isAsked
    ? { found: [], sections: [] }
    : show === "steps" && steps !== "none"
      ? worked(problem, variables, { ...asked, steps, ...(style && { style }) })
      : { found: derivatives(problem, variables, asked), sections: [] };
  const isDrawn = graph !== false || paths !== undefined;
  const beside: StepsBeside | null =
    sections.length > 0 && steps !== "none" && options.upstream === undefined
      ? {
          variables: variables.map(({ symbol }) => symbol),
          level: steps,
          opens: found[0]!.kind === "jacobian",
          taken: found.flatMap(({ where }) => where.map(({ name }) => name)),
        }
      : null;
  const picture = isDrawn
    ? pictureOf(problem, variables, {
        backward: graph === "backward",
        paths: paths === undefined ? [] : variablesOf(problem, paths),
        beside,
      })
    : null;
  const stated = statedIn(problem, own, rules);
  return { problem, stated, found: found.map(withoutIdle(problem)), sections, picture };
}

/** What says nothing in a document: earlier fences define for all, and a line stands where it stands. */
function withoutIdle({ symbols }: Problem): (d: Derivative) => Derivative {
  const idle = new Set([...symbols.keys()].map(unusedTold));
  const isTold = (note: string): boolean => !idle.has(note) && !note.endsWith(signedLineTold);
  return (d) => Object.assign({}, d, { assumptions: d.assumptions.filter(isTold) });
}

/** The options of a fence that say what is derived. */
const deriveOptions = ({
  kind,
  form,
  forms,
  layout,
  structured,
  upstream,
  hvp,
  seed,
}: SheetFence["options"]): DeriveOptions => ({
  ...((kind ?? (hvp !== undefined ? "hessian" : undefined)) && { kind: kind ?? "hessian" }),
  ...(form && { form }),
  ...(forms && { forms }),
  ...(layout && { layout }),
  ...(structured && { structured }),
  ...(upstream !== undefined && { upstream }),
  ...(hvp !== undefined && { hvp }),
  ...(seed !== undefined && { seed }),
  // Every kind of document has its formulas in LaTeX.
  spellings: ["latex"],
});
