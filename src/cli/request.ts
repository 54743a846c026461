/** @file One line of `--jsonl`, or one command line, as a question; and its answer as JSON. */

import type { Gradient } from "../derive.ts";
import { gradients } from "../derive.ts";
import { errors, NablaError } from "../diagnostics/errors.ts";
import type { Dimension } from "../expr/dimension.ts";
import { parseProblem } from "../parse/index.ts";
import { sourcesOf, variablesOf } from "../index.ts";
import type { Source } from "../diagnostics/source.ts";

/** What is asked. */
export interface Request {
  readonly id?: unknown;
  readonly statements: readonly string[];
  readonly expr?: string | undefined;
  readonly wrt?: string | undefined;
  readonly kind?: string | undefined;
  readonly seed?: number | undefined;
  readonly verify?: boolean | undefined;
}

/** Derives what is asked. */
export async function answer(request: Request): Promise<Gradient[]> {
  const sources: Source[] = sourcesOf({
    statements: request.statements,
    ...(request.expr !== undefined && { expr: request.expr }),
  });
  if (request.kind !== undefined && request.kind !== "gradient") {
    if (["jacobian", "hessian", "stationary"].includes(request.kind))
      throw errors.notYet(undefined, `the kind ${request.kind}`);
    throw errors.unknownKind(request.kind);
  }
  const problem = parseProblem(sources, request.kind === "gradient");
  const variables = variablesOf(problem, request.wrt);
  return gradients(problem, variables, {
    ...(request.seed !== undefined && { seed: request.seed }),
    ...(request.verify !== undefined && { verify: request.verify }),
  });
}

/** An entry of `shape`: a number, or the text of a dimension. */
const shapeEntry = (d: Dimension): number | string =>
  d.names.length === 0 ? d.coefficient : d.key;

function resultJson(g: Gradient): object {
  const { verification: v } = g;
  return {
    wrt: g.variable.name,
    kind: "gradient",
    result: { unicode: g.unicode, ascii: g.ascii, latex: g.latex, shape: g.shape.map(shapeEntry) },
    where: g.where.map(({ name, ascii, latex }) => ({ name, ascii, latex })),
    assumptions: g.assumptions,
    verification: v && {
      ok: v.ok,
      method: v.method,
      draws: v.draws,
      maxRelativeError: v.maxRelativeError,
    },
  };
}

/** The answer as the contract has it; with several variables a list. */
export function toJson(id: unknown, found: readonly Gradient[]): object {
  const [first, ...others] = found.map(resultJson);
  return {
    id: id ?? null,
    ok: true,
    ...(others.length === 0 ? first : { results: [first, ...others] }),
  };
}

/** The error as the contract has it. */
export function errorToJson(id: unknown, error: NablaError): object {
  const { code, message, hint, span, notes } = error.diagnostic;
  return {
    id: id ?? null,
    ok: false,
    error: {
      code,
      message,
      ...(hint !== undefined && { hint }),
      ...(notes.length > 0 && { notes }),
      ...(span && {
        span: {
          start: span.start,
          end: span.end,
          ...(span.source.role !== "expr" && { statement: span.source.role }),
        },
      }),
    },
  };
}

/** A bug of ours as JSON: it says so. */
export const bugToJson = (id: unknown, error: unknown): object => ({
  id: id ?? null,
  ok: false,
  error: { code: "internal", message: error instanceof Error ? error.message : String(error) },
});
