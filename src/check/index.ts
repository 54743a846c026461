/** @file Judges a hand answer: right or wrong, what is wrong with it, and the answer made right. */

import type { Derivative, DeriveOptions, Kind, Spelled } from "../derive/options.ts";
import { spelledBy } from "../derive/options.ts";
import { errors, NablaError } from "../diagnostics/errors.ts";
import type { Source, Span } from "../diagnostics/source.ts";
import { sameShape } from "../expr/dimension.ts";
import { isScalar, sym } from "../expr/expr.ts";
import type { Expr, Sym } from "../expr/expr.ts";
import { has, property } from "../expr/properties.ts";
import { children, contains, postorder, substitution } from "../expr/walk.ts";
import { compared } from "../numeric/equations.ts";
import { probesFor } from "../numeric/probes.ts";
import { scale } from "../ops/arithmetic.ts";
import type { Problem } from "../parse/problem.ts";
import type { Variable } from "../parse/variables.ts";
import { printers, unicodeName } from "../print/index.ts";
import { normalKey } from "../simplify/canonical.ts";
import { simplify } from "../simplify/simplify.ts";
import type { Answer } from "./answer.ts";
import { indicatorOf, plainly, readAnswer } from "./answer.ts";
import { exprOf, leaf, turnedDraft } from "./draft.ts";
import type { Draft } from "./draft.ts";
import { stockOf } from "./edits.ts";
import type { Edit } from "./edits.ts";
import { Case, supposed, supposedAtLast } from "./hypotheses.ts";
import type { Finding } from "./hypotheses.ts";
import { Target } from "./numbers.ts";
import { repaired } from "./repair.ts";
import { editSaid } from "./slips.ts";
import { waysOf } from "./ways.ts";
import { Subject, subjectOf } from "./subject.ts";
import type { DiagnosisKind } from "./wording.ts";
import { say, shower } from "./wording.ts";
import type { Prose } from "../steps/index.ts";

export { Subject, subjectOf } from "./subject.ts";
export type { DiagnosisKind } from "./wording.ts";

/** One thing that is wrong with an answer. */
export interface Diagnosis {
  readonly kind: DiagnosisKind;
  /** The mistake in a few words that do not depend on how the answer is written, to be counted. */
  readonly note: string;
  readonly message: Prose;
  /** The part of the answer that it is about. */
  readonly span: Span | null;
  /** The answer made right, verified; definitions of its own names stand before it. */
  readonly repair: Spelled | null;
}

/** What is said of an answer. */
export interface Judgement {
  readonly verdict: "correct" | "incorrect";
  /** What is wrong, the most likely first; empty where nothing is. */
  readonly diagnoses: readonly Diagnosis[];
  /** The answer in the spellings; null where its shapes do not fit together. */
  readonly answer: Spelled | null;
  readonly expected: Derivative;
  /** How it was compared, and on what it rests. */
  readonly notes: readonly string[];
  /** How many edits were tried for a repair. */
  readonly tried: number;
}

/** How to judge. */
export interface JudgeOptions {
  /** How long a repair may be searched for, in ms: 1000 unless said otherwise. */
  readonly deadline?: number;
}

const usualDeadline = 1000;

/**
 * Judges an answer by hand to a problem, which stands for the derivative by the one variable.
 * @throws NablaError where the problem or the answer is not understood, or nothing could be compared.
 */
export const judged = (
  problem: Problem,
  variables: readonly Variable[],
  text: string,
  options: DeriveOptions & JudgeOptions = {},
): Judgement =>
  judgedFor(subjectOf(problem, variables, options), { role: "answer", text }, options);

/** Judges an answer to what is known already. */
export function judgedFor(
  subject: Subject,
  source: Source,
  { deadline = usualDeadline }: JudgeOptions = {},
): Judgement {
  const until = performance.now() + deadline;
  const answers = readAnswer(subject, source);
  const parts = answers.map((answer) => partJudged(subject, answer, until));
  const [first] = parts as [PartJudged, ...PartJudged[]];
  const { expected } = subject;
  const isCorrect = parts.every(({ right }) => right !== null);
  const tried = parts.reduce((sum, part) => sum + part.tried, 0);
  return {
    verdict: isCorrect ? "correct" : "incorrect",
    diagnoses: parts.length === 1 ? first.diagnoses : ofCases(answers, parts),
    answer: parts.length === 1 ? first.written : null,
    expected,
    notes: isCorrect
      ? [...new Set(parts.flatMap(({ right }) => right!))]
      : tried > 0
        ? [
            triedNote(
              tried,
              parts.every(({ isComplete }) => isComplete),
            ),
          ]
        : [],
    tried,
  };
}

/** What is said of one part: of the whole answer, or of a case. */
interface PartJudged {
  /** What is said of it where it is right; null where it is wrong. */
  readonly right: readonly string[] | null;
  readonly diagnoses: readonly Diagnosis[];
  readonly written: Spelled | null;
  readonly tried: number;
  readonly isComplete: boolean;
}

function partJudged(subject: Subject, answer: Answer, until: number): PartJudged {
  const right = rightOf(subject, answer);
  const written = answer.expr && answer.isPlain ? writtenIn(answer.problem, answer.expr) : null;
  if (right) return { right, diagnoses: [], written, tried: 0, isComplete: true };
  const { findings, tried, isComplete } = found(subject, answer, until);
  const diagnoses = findings.map((finding) => diagnosisOf(subject, answer, finding));
  return { right, diagnoses, written, tried, isComplete };
}

/** What is wrong with the cases of an answer: said once where it is wrong with each. */
function ofCases(answers: readonly Answer[], parts: readonly PartJudged[]): Diagnosis[] {
  const texts = answers.map(
    ({ where }) => `${where!.i.name} ${where!.isEqual ? "=" : "≠"} ${where!.j.name}`,
  );
  const mended = parts.map(({ right, written, diagnoses }) =>
    right ? written : (diagnoses[0]?.repair ?? null),
  );
  const repair = mended.every((text) => text !== null)
    ? spelledBy((spelling) => mended.map((text, k) => `${texts[k]!}: ${text[spelling]}`).join("; "))
    : null;
  const notes = parts.map(({ diagnoses }) => diagnoses[0]?.note);
  if (notes[0] !== undefined && notes.every((note) => note === notes[0]))
    return parts[0]!.diagnoses.flatMap((d): Diagnosis[] => [{ ...d, repair }]);
  return parts.flatMap(({ diagnoses }, k) =>
    diagnoses.map((d) => ({ ...d, message: say.inCase(texts[k]!, d.message), repair })),
  );
}

const triedNote = (tried: number, isComplete: boolean): string =>
  `${tried} edits of the answer were tried${isComplete ? "" : " before the time was up"}`;

// ---- the verdict ------------------------------------------------------------------------------------

/** What is said of a right answer; null of a wrong one. */
function rightOf(subject: Subject, answer: Answer): string[] | null {
  const { expr, truth } = answer;
  if (expr === null || !sameShape(expr.shape, truth.shape)) return null;
  const plain = explained(subject, answer, expr);
  const isSame = normalKey(simplify(plain)) === normalKey(simplify(truth));
  const outcome = isSame ? "equal" : comparedWhere(answer, plain, subject.seed);
  if (outcome === "nowhere") throw errors.noPoint(["the answer and the result were not compared"]);
  if (outcome === "unequal") return null;
  const how = isSame
    ? "the answer has the same normal form as the result"
    : "the answer agrees with the result at 16 random points of several sizes, to 1e-8";
  return [...restsOn(subject, answer, plain), how];
}

/** Whether an expression is equal to the result where the answer is to hold. */
function comparedWhere(
  { truth, where }: Answer,
  e: Expr,
  seed: number,
): ReturnType<typeof compared> {
  if (where === null) return compared(e, truth, seed);
  const indicator = indicatorOf(where);
  return compared(scale(indicator, e), scale(indicator, truth), seed);
}

/** An answer without its own names, and with what the cotangents in it are. */
function explained(subject: Subject, answer: Answer, e: Expr): Expr {
  const plain = plainly(answer, e);
  const flows = subject.cotangentsOf(plain).map((s) => [s, subject.flowTo(s)] as const);
  return flows.length === 0 ? plain : substitution(flows)(plain);
}

/** Whether a right answer would be wrong, did not a matrix that is defined happen to be symmetric. */
function restsOn(subject: Subject, { truth }: Answer, plain: Expr): string[] {
  const inBoth = new Set(postorder([truth]));
  const names = postorder([plain]).filter(
    (s): s is Sym =>
      s.kind === "sym" && inBoth.has(s) && !isScalar(s) && has(s.properties, property.symmetric),
  );
  return names
    .filter((s) => {
      const free = sym(`\u0000${s.name}`, s.shape);
      const replaced = substitution([[s, free]]);
      const [a, b] = [replaced(plain), replaced(truth)];
      const alike = sym(`\u0000${s.name}`, s.shape, property.symmetric);
      const mirrored = substitution([[s, alike]]);
      return (
        compared(a, b, subject.seed) === "unequal" &&
        compared(mirrored(plain), mirrored(truth), subject.seed) === "equal"
      );
    })
    .map((s) => `right, because ${s.name} is symmetric`);
}

// ---- the diagnosis ----------------------------------------------------------------------------------

interface Found {
  readonly findings: readonly Finding[];
  readonly tried: number;
  readonly isComplete: boolean;
}

/** What is wrong with an answer, and how it is mended. */
function found(subject: Subject, answer: Answer, until: number): Found {
  const { draft, expr, misfit, truth } = answer;
  const target = targetFor(subject, answer);
  if (expr !== null && draft !== null && sameShape(expr.shape, truth.shape)) {
    const all = supposed(new Case(subject, answer, draft, expr, target));
    if (all[0]?.repair || !answer.isPlain) return withUnknown(subject, all, 0);
    return searched(subject, answer, draft, target, all, until);
  }
  const known =
    expr === null ? [] : supposed(new Case(subject, answer, draft ?? leaf(expr), expr, target));
  const turned =
    known.length === 0 && expr && draft ? ifTurned(subject, answer, draft, target) : [];
  if (turned.length > 0) return { findings: turned, tried: 0, isComplete: true };
  const shape = misfit ? misfitFinding(misfit) : wrongShape(subject, answer, expr!);
  const all = known.length > 0 ? known : [shape];
  if (all[0]!.repair || !draft) return { findings: all, tried: 0, isComplete: true };
  return searched(subject, answer, draft, target, all, until);
}

/** What is wrong beside the transpose of an answer that lies the other way round. */
function ifTurned(subject: Subject, answer: Answer, draft: Draft, target: Target): Finding[] {
  const turned = turnedDraft(draft);
  const expr = exprOf(turned);
  if (!expr || !sameShape(expr.shape, answer.truth.shape)) return [];
  const findings = supposed(new Case(subject, answer, turned, expr, target));
  const [first] = findings;
  if (!first?.repair) return [];
  const { variable } = subject;
  const said = say.transposed(variable.shape, variable.name, exprOf(draft)!.shape);
  return [{ ...said, span: draft.span, repair: first.repair }, ...findings];
}

/** The result at points that know the cotangents of the answer. */
function targetFor(subject: Subject, { expr, draft, truth, where }: Answer): Target {
  const parts = expr ? [expr] : draft ? leavesOf(draft) : [];
  const flows = parts.flatMap((e) => subject.cotangentsOf(e));
  const around =
    truth === subject.truth
      ? subject.probes
      : probesFor([...subject.names, truth], [truth], subject.seed, indexedProbes);
  const inside = where ? around.filter((probe) => probe.value(indicatorOf(where)) === 1) : around;
  const probes = inside.map((probe) =>
    probe.with(
      flows.flatMap((s) => {
        const value = probe.value(subject.flowTo(s));
        return value === null ? [] : [[s, value] as const];
      }),
    ),
  );
  return new Target(truth, probes);
}

/** Of an entry so many points are looked at: its indices are to be equal at some, and different at others. */
const indexedProbes = 40;

const leavesOf = (draft: Draft): Expr[] =>
  draft.kind === "leaf" ? [draft.expr] : draft.parts.flatMap(leavesOf);

function misfitFinding({ diagnostic }: NablaError): Finding {
  return { ...say.misfit(diagnostic.message), span: diagnostic.span ?? null, repair: null };
}

function wrongShape({ expected, variable }: Subject, answer: Answer, expr: Expr): Finding {
  const what =
    expected.kind === "gradient"
      ? `the gradient by ${unicodeName(variable.name)}`
      : `the ${nameOfKind[expected.kind]}`;
  return {
    ...say.wrongShape(expr.shape, answer.truth.shape, what),
    span: answer.span,
    repair: null,
  };
}

const nameOfKind: Readonly<Record<Kind, string>> = {
  gradient: "gradient",
  jacobian: "Jacobian",
  hessian: "Hessian",
  stationary: "stationary point",
};

/** Looks for a repair; what the edits say stands after what is known already. */
function searched(
  subject: Subject,
  answer: Answer,
  draft: Draft,
  target: Target,
  known: readonly Finding[],
  until: number,
): Found {
  const expr = exprOf(draft);
  const asCase =
    expr && sameShape(expr.shape, target.expr.shape)
      ? new Case(subject, answer, draft, expr, target)
      : null;
  const names = [...answer.problem.symbols.values()].filter((s) => s.role === "value");
  const ways = (
    subject.routes && answer.truth === subject.truth
      ? waysOf(subject.routes, target, subject.problem)
      : []
  ).map((way) => way.expr);
  const told = inOwnNames(subject, answer, cotangentNames(subject, draft), target);
  const stock = stockOf(
    told(target.expr),
    ways.map(told),
    [...names, ...cotangentNames(subject, draft)],
    [...answer.problem.labels.values()],
  );
  const { repair, tried, isComplete } = repaired(draft, target, stock, until);
  if (!repair) {
    // The parser's hint is the best there is.
    const hint = answer.misfit?.diagnostic.hint;
    const [first, ...others] = known;
    if (first?.kind === "shape" && hint !== undefined)
      return {
        ...withUnknown(
          subject,
          [{ ...first, message: say.hinted(first.message, hint) }, ...others],
          tried,
        ),
        isComplete,
      };
    const last = known.length === 0 && asCase ? supposedAtLast(asCase) : known;
    return { ...withUnknown(subject, last, tried), isComplete };
  }
  const shown = shower(answer.problem);
  const slips = repair.edits.map(
    (edit): Finding => ({
      ...editSaid(edit, shown),
      span: spanNear(edit, draft),
      repair: repair.draft,
    }),
  );
  const made = repair.edits.flatMap(({ after }) => exprOf(after) ?? []);
  // What the second edit goes on with is not told by itself.
  const fitting = made.filter((e, i) => !made.slice(i + 1).some((later) => contains(later, e)));
  const kinds = new Set(known.map(({ kind }) => kind));
  // What explains the whole is not explained again by what mends it.
  const isExplained = known.some(({ kind }) => kind !== "shape" && kind !== "wrong-variable");
  const mended = known.map((finding) => ({
    ...finding,
    ...(finding.kind === "shape" && {
      message: say.fitting(finding.message, fitting.map(shown)),
    }),
    repair: finding.repair ?? repair.draft,
  }));
  const more = isExplained ? [] : slips.filter(({ kind }) => !kinds.has(kind));
  return { findings: [...mended, ...more], tried, isComplete };
}

/** Parts of the result that it gives names to, by the names that the answer has for them. */
function inOwnNames(
  { problem }: Subject,
  { own }: Answer,
  cotangents: readonly Sym[],
  target: Target,
): (e: Expr) => Expr {
  const known = new Set<Expr>(problem.symbols.values());
  const parts = postorder([target.expr]).filter(
    (s): s is Sym => s.kind === "sym" && s.definition !== null && !known.has(s),
  );
  const pairs = parts.flatMap((part) => {
    const same = [...own, ...cotangents].find((s) => new Target(part, target.probes).isMetBy(s));
    return same ? [[part, same] as const] : [];
  });
  return pairs.length === 0 ? (e) => e : substitution(pairs);
}

/** The cotangents that an answer holds. */
const cotangentNames = (subject: Subject, draft: Draft): Sym[] => [
  ...new Set(leavesOf(draft).flatMap((e) => subject.cotangentsOf(e))),
];

const spanNear = ({ before }: Edit, draft: Draft): Span | null => before.span ?? draft.span;

const withUnknown = (
  { expected }: Subject,
  findings: readonly Finding[],
  tried: number,
): Found => ({
  findings:
    findings.length > 0
      ? findings
      : [{ ...say.unknown(`the ${nameOfKind[expected.kind]}`), span: null, repair: null }],
  tried,
  isComplete: true,
});

// ---- what is told -----------------------------------------------------------------------------------

function diagnosisOf(subject: Subject, answer: Answer, finding: Finding): Diagnosis {
  const { kind, note, message, span, repair } = finding;
  return { kind, note, message, span, repair: repair && repairText(subject, answer, repair) };
}

/** A repair as it is typed, read again and judged again; null where that does not hold. */
function repairText(subject: Subject, answer: Answer, draft: Draft): Spelled | null {
  const expr = exprOf(draft);
  if (!expr || !answer.isPlain) return null;
  const whole = explained(subject, answer, expr);
  if (!sameShape(whole.shape, answer.truth.shape)) return null;
  if (comparedWhere(answer, whole, subject.seed) !== "equal") return null;
  if (answer.where) return ownTexts(answer, expr, false);
  for (const sizes of [false, true]) {
    const text = ownTexts(answer, expr, sizes);
    try {
      const [again] = readAnswer(subject, { role: "answer", text: text.unicode });
      if (again?.expr && rightOf(subject, again)) return text;
    } catch (error) {
      if (!(error instanceof NablaError)) throw error;
    }
  }
  return null;
}

/** An expression after the definitions of the names in it that the problem does not know. */
function ownTexts({ problem, own }: Answer, expr: Expr, sizes: boolean): Spelled {
  const known = new Set<Expr>(problem.symbols.values());
  for (const s of own) known.delete(s);
  const below = (e: Expr): readonly Expr[] => (known.has(e) ? [] : children(e));
  const used = postorder([expr], below).filter(
    (s): s is Sym => s.kind === "sym" && s.definition !== null && !known.has(s),
  );
  const options = { sizes, letters: problem.indices, taken: [...problem.symbols.keys()] };
  return spelledBy((spelling) => {
    const text = (e: Expr): string => printers[spelling](e, options);
    return [...used.map((s) => `${text(s)} = ${text(s.definition!)}`), text(expr)].join("; ");
  });
}

/** An expression in the spellings, in the names of a problem. */
function writtenIn(problem: Problem, e: Expr): Spelled {
  const options = { letters: problem.indices, taken: [...problem.symbols.keys()] };
  return spelledBy((spelling) => printers[spelling](e, options));
}
