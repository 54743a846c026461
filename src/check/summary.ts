/** @file What many answers have in common: verdicts, kinds of mistake, and the mistakes themselves. */

import type { Judgement } from "./judgement.ts";
import type { DiagnosisKind } from "./wording.ts";

/** How often a mistake was made. */
export interface Counted {
  readonly note: string;
  readonly kind: DiagnosisKind;
  readonly count: number;
  /** The answers in which it was made. */
  readonly ids: readonly unknown[];
}

/** Statistics over a class. */
export interface Summary {
  readonly answers: number;
  readonly correct: number;
  readonly incorrect: number;
  /** Answers that were not understood. */
  readonly refused: number;
  /** Of each wrong answer the first kind, the most frequent first. */
  readonly kinds: readonly { readonly kind: DiagnosisKind; readonly count: number }[];
  readonly notes: readonly Counted[];
  /** The mean of the points, where points were asked for. */
  readonly meanPoints: number | null;
}

/** Collects judgements as they come. */
export class Summing {
  private correct = 0;
  private incorrect = 0;
  private refused = 0;
  private points: number[] = [];
  private readonly kinds = new Map<DiagnosisKind, number>();
  private readonly notes = new Map<string, { kind: DiagnosisKind; ids: unknown[] }>();

  add(
    id: unknown,
    { verdict, diagnoses, score }: Pick<Judgement, "verdict" | "diagnoses" | "score">,
  ): void {
    if (verdict === "correct") this.correct++;
    else this.incorrect++;
    if (score) this.points.push(score.points);
    const [first] = diagnoses;
    if (first) this.kinds.set(first.kind, (this.kinds.get(first.kind) ?? 0) + 1);
    // One answer makes a mistake once.
    for (const [note, kind] of new Map(diagnoses.map((d) => [d.note, d.kind] as const))) {
      const known = this.notes.get(note) ?? { kind, ids: [] };
      known.ids.push(id);
      this.notes.set(note, known);
    }
  }

  /** An answer that was not understood. */
  refuse(): void {
    this.refused++;
  }

  summary(): Summary {
    const kinds = [...this.kinds].map(([kind, count]) => ({ kind, count }));
    const notes = [...this.notes].map(([note, { kind, ids }]) => ({
      note,
      kind,
      count: ids.length,
      ids,
    }));
    const { points } = this;
    return {
      answers: this.correct + this.incorrect + this.refused,
      correct: this.correct,
      incorrect: this.incorrect,
      refused: this.refused,
      kinds: kinds.toSorted((a, b) => b.count - a.count),
      notes: notes.toSorted((a, b) => b.count - a.count),
      meanPoints:
        points.length === 0 ? null : points.reduce((sum, x) => sum + x, 0) / points.length,
    };
  }
}
