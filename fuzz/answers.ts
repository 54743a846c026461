/** @file Answers for the checker: right ones in unusual forms, wrong ones with one slip, to the problems of the tables. */

import { judgedFor, subjectOf } from "../src/check/index.ts";
import type { Subject } from "../src/check/index.ts";
import { Random } from "../src/data/random.ts";
import { parse, variablesOf } from "../src/derive/ask.ts";
import { NablaError } from "../src/diagnostics/errors.ts";
import type { Expr } from "../src/expr/expr.ts";
import { postorder } from "../src/expr/walk.ts";
import { isZero } from "../src/simplify/forms.ts";
import { toUnicode } from "../src/print/index.ts";
import { verify } from "../src/numeric/verify.ts";
import { parseIn } from "../src/parse/index.ts";
import { cotangentsIn } from "../src/steps/names.ts";
import { cases } from "../test/tables.ts";
import type { Case } from "../test/tables.ts";
import { rewritten } from "./rewrites.ts";
import type { Pick } from "./rewrites.ts";
import { slipped } from "./slips.ts";

/** An answer with what is known of it. */
export interface Trial {
  readonly problem: string;
  readonly by: string;
  readonly options: Case["options"];
  readonly answer: string;
  /** What was done to the right answer. */
  readonly slip: string | null;
  readonly kinds: readonly string[];
}

/** What came of a trial: whether the verdict is right, and the kind or the repair of a wrong answer. */
export interface Outcome {
  readonly trial: Trial;
  readonly isVerdictRight: boolean;
  readonly isKindRight: boolean;
  readonly isRepaired: boolean;
  readonly said: string;
  readonly ms: number;
}

const subjects = new Map<Case, Subject | null>();

/** The derivations of the tables that have one matrix as their result. */
const all: readonly Case[] = ["cookbook", "course", "matrix", "elementwise"].flatMap((name) =>
  cases(name),
);

function subjectFor(one: Case): Subject | null {
  let found = subjects.get(one);
  if (found === undefined) subjects.set(one, (found = made(one)));
  return found;
}

function made({ statements, by, options }: Case): Subject | null {
  const { forms: _forms, form: _form, ...rest } = options;
  try {
    const problem = parse({ statements }, { ...rest, wrt: by });
    const [variable, ...more] = variablesOf(problem, by);
    return variable && more.length === 0 ? subjectOf(problem, [variable], rest) : null;
  } catch (error) {
    if (error instanceof NablaError) return null;
    throw error;
  }
}

const shown = ({ problem }: Subject, e: Expr): string => {
  // Beside ⊗ no place gives I its size.
  const sizes = postorder([e]).some((part) => part.kind === "apply" && part.op.multipliesSizes);
  return toUnicode(e, { sizes, letters: problem.indices, taken: [...problem.symbols.keys()] });
};

/** Whether a result speaks of nothing but the names of the problem. */
const isPlain = ({ problem, truth }: Subject): boolean => {
  const known = new Set<Expr>(problem.symbols.values());
  return postorder([truth]).every((s) => s.kind !== "sym" || s.definition === null || known.has(s));
};

/** The trial of that number: a right answer in another form, or a wrong one; null where none could be made. */
export function trialOf(
  number: number,
  isWrong: boolean,
): { trial: Trial; subject: Subject } | null {
  const random = new Random(number * 7919 + (isWrong ? 1 : 0));
  const pick: Pick = (below) => random.whole(0, below - 1);
  const one = all[pick(all.length)]!;
  const subject = subjectFor(one);
  // Of 0 no slip makes anything else.
  if (!subject || !isPlain(subject) || isZero(subject.truth)) return null;
  const base = { problem: one.statements.join("\n"), by: one.by, options: one.options };
  if (!isWrong) {
    let e = subject.truth;
    for (let k = 0; k <= pick(3); k++) e = rewritten(e, pick);
    if (e === subject.truth || e.size > 120) return null;
    return { trial: { ...base, answer: shown(subject, e), slip: null, kinds: [] }, subject };
  }
  const right = shown(subject, subject.truth);
  const slip = slipped(right, pick);
  if (!slip) return null;
  return { trial: { ...base, answer: slip.text, slip: slip.name, kinds: slip.kinds }, subject };
}

/** Whether an answer is a gradient by the directional derivatives of the objective, which the checker does not look at. */
function isRight(
  { problem, variable, expected }: Subject,
  text: string,
  isByPairs: boolean,
): boolean {
  const { symbol, part } = variable;
  // Of anything else there is no such check here, nor of a parameter for each pair.
  if (expected.kind !== "gradient" || part || symbol.definition) return true;
  if (isByPairs) return true;
  const gradient = parseIn(problem, { role: "answer", text }, expected.shape);
  if (cotangentsIn(gradient).length > 0) return true;
  return verify(problem.objective, [{ variable: symbol, at: symbol, gradient }], 7).ok;
}

/** Judges a trial; null where the text is no answer at all, or a slip left it right. */
export function outcomeOf({ trial, subject }: { trial: Trial; subject: Subject }): Outcome | null {
  const started = performance.now();
  let judgement: ReturnType<typeof judgedFor>;
  try {
    judgement = judgedFor(subject, { role: "answer", text: trial.answer });
  } catch (error) {
    if (!(error instanceof NablaError)) throw error;
    // A slip may leave what is no expression.
    if (trial.slip !== null) return null;
    return {
      trial,
      isVerdictRight: false,
      isKindRight: false,
      isRepaired: false,
      said: error.message,
      ms: 0,
    };
  }
  const ms = performance.now() - started;
  const { verdict, diagnoses } = judgement;
  const said = diagnoses.map(({ kind }) => kind).join(", ");
  if (trial.slip === null)
    return {
      trial,
      isVerdictRight: verdict === "correct",
      isKindRight: true,
      isRepaired: true,
      said,
      ms,
    };
  // A slip may leave an answer right, as A for Aᵀ of a symmetric A: differences of the objective say so.
  if (verdict === "correct") {
    if (isRight(subject, trial.answer, trial.options.structured === "cookbook")) return null;
    return {
      trial,
      isVerdictRight: false,
      isKindRight: false,
      isRepaired: false,
      said: "correct",
      ms,
    };
  }
  const isKindRight = trial.kinds.includes(diagnoses[0]!.kind);
  const isRepaired = diagnoses.some(({ repair }) => repair !== null);
  return { trial, isVerdictRight: true, isKindRight, isRepaired, said, ms };
}
