/** @file Answers as texts: what was read, and what makes it right, read again before it is shown. */

import { spelledBy } from "../derive/options.ts";
import type { Spelled } from "../derive/options.ts";
import { NablaError } from "../diagnostics/errors.ts";
import { sameShape } from "../expr/dimension.ts";
import type { Expr, Sym } from "../expr/expr.ts";
import { children, postorder } from "../expr/walk.ts";
import type { Problem } from "../parse/problem.ts";
import { printers } from "../print/index.ts";
import type { Answer } from "./answer.ts";
import { readAnswer } from "./answer.ts";
import { exprOf } from "./draft.ts";
import type { Draft } from "./draft.ts";
import type { Finding } from "./case.ts";
import type { Diagnosis } from "./judgement.ts";
import type { Subject } from "./subject.ts";
import { unstacked } from "./unstacked.ts";
import { comparedWhere, explained, rightOf } from "./verdict.ts";

/** A finding as it is told. */
export function diagnosisOf(subject: Subject, answer: Answer, finding: Finding): Diagnosis {
  const { kind, note, message, span, repair } = finding;
  return { kind, note, message, span, repair: repair && repairText(subject, answer, repair) };
}

/** A repair as it is typed, read again and judged again; null where that does not hold. */
function repairText(subject: Subject, answer: Answer, draft: Draft): Spelled | null {
  const expr = exprOf(draft);
  if (!expr || !answer.isPlain) return null;
  const whole = explained(subject, answer, expr);
  if (!sameShape(whole.shape, answer.truth.shape)) return null;
  if (comparedWhere(answer, whole, subject.seed).outcome !== "equal") return null;
  if (answer.where) return ownTexts(answer, expr, false);
  const image = answer.letter === null ? expr : unstacked(expr);
  if (!image) return null;
  for (const sizes of [false, true]) {
    const text = ownTexts(answer, image, sizes);
    try {
      const [again] = readAnswer(subject, { role: "answer", text: text.unicode }).answers;
      if (again?.expr && rightOf(subject, again)) return text;
    } catch (error) {
      if (!(error instanceof NablaError)) throw error;
    }
  }
  return null;
}

/** An expression after the definitions of the names in it that the problem does not know. */
function ownTexts({ problem, own, letter }: Answer, expr: Expr, sizes: boolean): Spelled {
  const known = new Set<Expr>(problem.symbols.values());
  for (const { name } of own) known.delete(name);
  const below = (e: Expr): readonly Expr[] => (known.has(e) ? [] : children(e));
  const used = postorder([expr], below).filter(
    (s): s is Sym => s.kind === "sym" && s.definition !== null && !known.has(s),
  );
  const options = { sizes, letters: problem.indices, taken: [...problem.symbols.keys()] };
  return spelledBy((spelling) => {
    const text = (e: Expr): string => printers[spelling](e, options);
    const whole = letter === null ? text(expr) : `${letter} ${arrows[spelling]} ${text(expr)}`;
    return [...used.map((s) => `${text(s)} = ${text(s.definition!)}`), whole].join("; ");
  });
}

const arrows: Spelled = { unicode: "↦", ascii: "|->", latex: "\\mapsto" };

/** An expression in the spellings, in the names of a problem. */
export function writtenIn(problem: Problem, e: Expr): Spelled {
  const options = { letters: problem.indices, taken: [...problem.symbols.keys()] };
  return spelledBy((spelling) => printers[spelling](e, options));
}
