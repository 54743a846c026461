/** @file What is wrong with an answer: hypotheses about it as it stands, then the search for what mends it. */

import type { Spelled } from "../derive/options.ts";
import type { NablaError } from "../diagnostics/errors.ts";
import type { Span } from "../diagnostics/source.ts";
import { sameShape } from "../expr/dimension.ts";
import { isScalar } from "../expr/expr.ts";
import type { Expr, Sym } from "../expr/expr.ts";
import { contains, postorder, substitution } from "../expr/walk.ts";
import { probesFor } from "../numeric/probes.ts";
import { unicodeName } from "../print/index.ts";
import type { Answer } from "./answer.ts";
import { indicatorOf } from "./answer.ts";
import { draftOfExpr, exprOf, holdsHole, leaf, leavesOf, letDraft } from "./draft.ts";
import type { Draft } from "./draft.ts";
import { stockOf } from "./stock.ts";
import type { Edit, EditKind } from "./edit.ts";
import { Case } from "./case.ts";
import type { Finding } from "./case.ts";
import { turnedDraft } from "./changes.ts";
import { supposed, supposedAtLast } from "./hypotheses.ts";
import { Target } from "./numbers.ts";
import { repaired } from "./repair.ts";
import { editSaid } from "./slips.ts";
import type { Subject } from "./subject.ts";
import { unstacked } from "./unstacked.ts";
import { explained } from "./verdict.ts";
import { waysOf } from "./ways.ts";
import { say, shower } from "./wording.ts";

/** What was found to be wrong. */
export interface Found {
  readonly findings: readonly Finding[];
  readonly tried: number;
  readonly isComplete: boolean;
  /** The answer as a case, where it has the shape of the result. */
  readonly asCase: Case | null;
  /** How many edits mend it, where that is known. */
  readonly edits: number | null;
}

/** What is wrong with an answer, and how it is mended. */
export function found(subject: Subject, answer: Answer, until: number): Found {
  const { draft, expr, misfit, truth } = answer;
  const target = targetFor(subject, answer);
  const asCase = expr && new Case(subject, answer, draft ?? leaf(expr), expr, target);
  const isOfShape = expr !== null && sameShape(expr.shape, truth.shape);
  if (isOfShape && target.isMetBy(expr))
    return withUnknown(subject, [{ ...say.almost(), span: answer.span, repair: null }]);
  const other = answer.exchanged?.() ?? null;
  if (other && target.isMetBy(explained(subject, answer, other)))
    return withUnknown(
      subject,
      [{ ...say.exchanged(), span: answer.span, repair: draftOfExpr(other) }],
      { asCase: isOfShape ? asCase : null, edits: 1 },
    );
  const known = asCase ? supposed(asCase) : [];
  const whole = isOfShape ? asCase : null;
  if (known[0]?.isWeak && draft) {
    // What a single slip explains is no lost term: a lost factor 𝟏 − h² is not −h².
    const single = searched(subject, answer, draft, target, [], whole, until, 1);
    if (single.edits !== null) return single;
  }
  if (known[0]?.repair || !draft || !answer.isPlain) {
    const shape = known.length > 0 || isOfShape ? [] : [shapeFinding(subject, answer, misfit)];
    return withUnknown(subject, [...known, ...shape], {
      asCase: whole,
      edits: editsOfFirst(known),
    });
  }
  if (isOfShape) return searched(subject, answer, draft, target, known, whole, until);
  const turned = known.length === 0 && expr ? ifTurned(subject, answer, draft, target) : [];
  if (turned.length > 0) return withUnknown(subject, turned, { edits: turned.length });
  const all = known.length > 0 ? known : [shapeFinding(subject, answer, misfit)];
  return searched(subject, answer, draft, target, all, null, until);
}

/** A mistake that is mended by what is known of it is one edit from right. */
const editsOfFirst = (findings: readonly Finding[]): number | null =>
  findings[0]?.repair
    ? Math.max(
        1,
        new Set(findings.flatMap(({ kind, note }) => (explaining.has(kind) ? [] : [note]))).size,
      )
    : null;

/** What says why, beside what is wrong. */
const explaining: ReadonlySet<string> = new Set(["layout", "symmetric-assumption"]);

const shapeFinding = (subject: Subject, answer: Answer, misfit: NablaError | null): Finding =>
  misfit
    ? withHint(misfitFinding(misfit), answer.draft ? undefined : misfit.diagnostic.hint)
    : wrongShape(subject, answer, answer.expr!);

/** Where nothing is searched for, the parser's hint is the best there is. */
const withHint = (finding: Finding, hint: string | undefined): Finding =>
  hint === undefined ? finding : { ...finding, message: say.hinted(finding.message, hint) };

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
function targetFor(subject: Subject, { problem, expr, draft, truth, where }: Answer): Target {
  const flows = expr ? subject.cotangentsOf(expr) : draft ? cotangentNames(subject, draft) : [];
  const labels = [...problem.labels.values()];
  const isOfSubject =
    truth === subject.truth && labels.every((i) => subject.reading.labels.get(i.name) === i);
  const around = isOfSubject
    ? subject.probes
    : probesFor([...subject.names, truth, ...labels], [truth], subject.seed, indexedProbes);
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

/** Why shapes do not fit. */
export function misfitFinding({ diagnostic }: NablaError): Finding {
  return { ...say.misfit(diagnostic.message), span: diagnostic.span ?? null, repair: null };
}

function wrongShape({ expected, variable, truth }: Subject, answer: Answer, expr: Expr): Finding {
  const whole =
    expected.kind === "gradient"
      ? `the gradient by ${unicodeName(variable.name)}`
      : `the ${nameOfKind[expected.kind]}`;
  const isEntry = isScalar(answer.truth) && !isScalar(truth) && !answer.where;
  const what = isEntry ? `an entry of ${whole}` : whole;
  return {
    ...say.wrongShape(expr.shape, answer.truth.shape, what),
    span: answer.span,
    repair: null,
  };
}

const nameOfKind: Readonly<Record<Subject["expected"]["kind"], string>> = {
  value: "value",
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
  asCase: Case | null,
  until: number,
  atMost: 1 | 2 = 2,
): Found {
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
  const whole = letDraft(draft, answer.own);
  // What is known to be something else is not looked at for long.
  const isOther = known.some(
    ({ kind }) => kind === "wrong-variable" || (asCase === null && kind !== "shape"),
  );
  const most = isOther ? 1 : atMost;
  const { repair, tried, isComplete } = repaired(whole, target, stock, until, most);
  const rest = { tried, isComplete, asCase };
  if (!repair) {
    const hint = answer.misfit?.diagnostic.hint;
    const [first, ...others] = known;
    if (first?.kind === "shape")
      return withUnknown(subject, [withHint(first, hint), ...others], rest);
    const last = known.length === 0 && asCase ? supposedAtLast(asCase) : known;
    return withUnknown(subject, last, rest);
  }
  const write = shower(answer.problem);
  const shown = (e: Expr): Spelled => write((answer.letter === null ? null : unstacked(e)) ?? e);
  const slips = repair.edits.map(
    (edit): Finding => ({
      ...editSaid(edit, shown),
      span: spanNear(edit, draft),
      repair: repair.draft,
    }),
  );
  const made = repair.edits.flatMap(
    ({ kind, after }) => (ofNumbers.has(kind) ? null : exprOf(after)) ?? [],
  );
  // What the second edit goes on with is not told by itself; of a name the slip says where it belongs.
  const fitting = made.filter(
    (e, i) =>
      e.kind !== "sym" && !holdsHole(e) && !made.slice(i + 1).some((later) => contains(later, e)),
  );
  const kinds = new Set(known.map(({ kind }) => kind));
  // What explains the whole is not explained again by what mends it.
  const isTold = known.some(({ kind }) => kind !== "shape" && kind !== "wrong-variable");
  const mended = known.map((finding) => ({
    ...finding,
    ...(finding.kind === "shape" && {
      message: say.fitting(finding.message, fitting.map(shown)),
    }),
    repair: finding.repair ?? repair.draft,
  }));
  const more = isTold ? [] : slips.filter(({ kind }) => !kinds.has(kind));
  return { ...rest, findings: [...mended, ...more], edits: repair.edits.length };
}

/** What changes no shape. */
const ofNumbers: ReadonlySet<EditKind> = new Set(["sign", "coefficient", "number", "divide"]);

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
    const same = [...own.map(({ name }) => name), ...cotangents].find((s) =>
      new Target(part, target.probes).isMetBy(s),
    );
    return same ? [[part, same] as const] : [];
  });
  return pairs.length === 0 ? (e) => e : substitution(pairs);
}

/** The cotangents that an answer holds. */
const cotangentNames = (subject: Subject, draft: Draft): Sym[] => {
  const leaves = new Set(leavesOf(draft));
  return [...new Set([...leaves].flatMap((e) => subject.cotangentsOf(e)))];
};

const spanNear = ({ before, place }: Edit, draft: Draft): Span | null =>
  place ?? before.span ?? draft.span;

const withUnknown = (
  { expected }: Subject,
  findings: readonly Finding[],
  rest: Partial<Found> = {},
): Found => ({
  tried: 0,
  isComplete: true,
  asCase: null,
  edits: null,
  ...rest,
  findings:
    findings.length > 0
      ? findings
      : [{ ...say.unknown(`the ${nameOfKind[expected.kind]}`), span: null, repair: null }],
});
