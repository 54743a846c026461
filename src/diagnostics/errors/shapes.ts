/** @file Errors of shapes, and of what fits none. */

import type { Span } from "../source.ts";
import { textOf } from "../source.ts";
import { error } from "../wording.ts";

export const ofShapes = {
  shapesDiffer: (span: Span, message: string, notes: readonly string[], hint?: string) =>
    error("shapes-differ", message, { span, notes, hint }),
  noReading: (span: Span, message: string, notes: readonly string[], hint?: string) =>
    error("no-reading", message, { span, notes, hint }),
  notScalar: (span: Span, shape: string, notes: readonly string[], hint?: string) =>
    error("not-scalar", `a gradient is that of a scalar, and this is ${shape}`, {
      span,
      notes,
      hint,
    }),
  unlikelyMatrix: (span: Span, name: string, shape: string) =>
    error("declare", `${name} would have to be a matrix (${shape}), and is a small letter`, {
      span,
      hint: /^.1$/u.test(textOf(span))
        ? `${textOf(span)[0]} 𝟏 for a product with ones, or declare  ${name}: ${shape}`
        : `declare it, if it is one:  ${name}: ${shape}`,
    }),
  sizeUnknown: (span: Span, what: string, hint: string) =>
    error("size-unknown", `the size of ${what} does not follow from its place`, { span, hint }),
  kindNeedsScalar: (kind: string, shape: string) =>
    error("kind-needs-scalar", `a ${kind} is that of a scalar, and the objective is ${shape}`, {
      hint: "--kind jacobian",
    }),
  graphNeedsScalar: (shape: string) =>
    error(
      "graph-needs-scalar",
      `what flows back comes from a scalar, and the objective is ${shape}`,
      {
        hint: "the graph alone: without --backward and --paths; in a sheet graph=true",
      },
    ),
  vectorShape: (name: string, shape: string, variable: string, wanted: string) =>
    error(
      "vector-shape",
      `${name} is ${shape}; a Hessian by ${variable} is multiplied by what is ${wanted}`,
    ),
} as const;
