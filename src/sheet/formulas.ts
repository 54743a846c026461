/** @file Formulas that a person typed: what passes the gate, KaTeX and pdflatex (amsmath, amssymb, bm) take alike. */

import { errors } from "../diagnostics/errors.ts";
import type { Span } from "../diagnostics/source.ts";
import { formula } from "../report/html.ts";
import { Gate } from "./gate.ts";

/**
 * A typed formula as it is printed in LaTeX, between the dollars.
 * @throws NablaError where KaTeX or pdflatex would not take it, or it is more than a formula.
 */
export function typedFormula(latex: string, span: Span): string {
  const written = new Gate(latex, span).read();
  rendered(written, span, false);
  return written;
}

/** A typed formula as markup, under the same conditions. */
export const typedFormulaHtml = (latex: string, span: Span, isDisplayed: boolean): string =>
  rendered(new Gate(latex, span).read(), span, isDisplayed);

function rendered(written: string, span: Span, isDisplayed: boolean): string {
  try {
    return formula(written, isDisplayed);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw errors.formulaRefused(
      span,
      "rawMessage" in error ? String(error.rawMessage) : error.message,
    );
  }
}
