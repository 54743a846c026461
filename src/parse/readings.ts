/** @file Readings of a whole problem that some take otherwise: what is refused, what is told. */

import { errors, excerpt } from "../diagnostics/errors.ts";
import { isScalar } from "../expr/expr.ts";
import type { Expr } from "../expr/expr.ts";
import { property } from "../expr/properties.ts";
import { postorder } from "../expr/walk.ts";
import { namesIn, standsFree } from "./definitions.ts";
import type { Inference } from "./infer.ts";
import type { Statement, Surface } from "./surface.ts";
import type { SymbolEntry } from "./symbols.ts";

type Symbols = ReadonlyMap<string, SymbolEntry>;

/** σ and e that are names of the problem in one place and signs of the language in another. */
export function refuseTwoMeanings(inference: Inference, symbols: Symbols): void {
  const [sigmoid] = inference.sigmoids;
  if (sigmoid && symbols.has("σ"))
    throw errors.noReading(
      sigmoid,
      "σ is a name of the problem, and σ(…) may be the sigmoid",
      [],
      "σ·(…) for the product, sigmoid(…) for the function",
    );
  const [euler] = inference.exponentials;
  if (euler && symbols.has("e"))
    throw errors.noReading(
      euler,
      "e is a name of the problem, and e^… may be the exponential",
      [],
      "exp(…) for the exponential",
    );
}

/** `max_i x_i` asks for the largest, and `min_w f` for the objective f: an index is no variable. */
export function refuseExtremumOverIndex({ by, body }: Statement & { kind: "objective" }): void {
  for (const { name, span } of by)
    if (!namesIn(body).has(name) && standsFree(name, body))
      throw errors.notYet(span, `the largest or the smallest over an index, and ${name} is one`);
}

/** What is said of a line that begins with −; it tells whoever typed it, and no one who reads the result. */
export const signedLineTold = "is a statement of its own";

/** A line that begins with − after another might have been meant to go on with it. */
export function tellSignedLine(
  notes: Set<string>,
  before: Statement | undefined,
  body: Surface,
): void {
  const { source, start } = body.span;
  if (before?.span.source !== source || !/^[-−–]/u.test(source.text.slice(start))) return;
  if (/;/u.test(source.text.slice(before.span.end, start))) return;
  notes.add(`the line “${excerpt(body.span)}” ${signedLineTold}`);
}

/** What is said of a definition of which the objective has no name. */
export const unusedTold = (name: string): string =>
  `${name} is defined, and the objective does not use it`;

/** Says what a problem that is built may have been meant for instead. */
export function tellReadings(
  notes: Set<string>,
  symbols: Symbols,
  objective: Expr,
  objectiveName: string | null,
): void {
  const used = new Set(postorder([objective]));
  for (const e of used)
    if (e.kind === "sym" && e.cotangent) {
      // Where L is defined, ∂L/∂p is no free name.
      if (symbols.get(e.cotangent.of)?.body)
        throw errors.notYet(
          undefined,
          `an objective that holds the derivative ${e.name} of a defined ${e.cotangent.of}`,
          {
            hint: `ask for the gradient of ${e.cotangent.of}, or leave its definition out`,
          },
        );
      notes.add(`${e.name} is one name, and held fixed`);
    }
  for (const { name, body, properties, expr } of symbols.values()) {
    // A definition that the objective does not use might have been meant as the objective.
    if (body && name !== objectiveName && !used.has(expr!)) notes.add(unusedTold(name));
    // K > 0 of a square matrix is read entry by entry, and some mean K ≻ 0.
    const isSquare = !isScalar(expr!) && expr!.shape[0] === expr!.shape[1];
    if (isSquare && properties & (property.positive | property.nonnegative)) {
      const [sign, definite] = properties & property.positive ? [">", "≻"] : ["≥", "≽"];
      notes.add(
        `${name} ${sign} 0 holds for every entry; of a definite matrix write ${name} ${definite} 0`,
      );
    }
    // X^* beside X is the conjugate transpose to some.
    const plain = name.endsWith("^*") ? name.slice(0, -2) : null;
    if (plain !== null && symbols.has(plain))
      notes.add(`${name} is a name of its own; a transpose is ${plain}^T`);
  }
}
