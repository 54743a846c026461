/** @file One line of `--jsonl`, or one command line, as a question; and its answer as JSON. */

import type { Derivative, DeriveOptions, FormName, Kind } from "../derive/index.ts";
import { derivatives, formNames, kinds, structures } from "../derive/index.ts";
import { errors, NablaError } from "../diagnostics/errors.ts";
import type { Dimension } from "../expr/dimension.ts";
import { parse, variablesOf } from "../index.ts";

/** What is asked. */
export interface Request {
  readonly id?: unknown;
  readonly statements: readonly string[];
  readonly expr?: string | undefined;
  readonly wrt?: string | undefined;
  readonly kind?: string | undefined;
  readonly form?: string | undefined;
  readonly hvp?: string | undefined;
  readonly structured?: string | undefined;
  readonly upstream?: string | undefined;
  readonly seed?: number | undefined;
  readonly verify?: boolean | undefined;
}

/** Derives what is asked. */
export async function answer(request: Request): Promise<Derivative[]> {
  const { statements, expr, wrt, kind, form, hvp, structured, upstream, seed, verify } = request;
  if (kind !== undefined && !isOneOf(kinds, kind)) throw errors.unknownKind(kind);
  if (form !== undefined && !isOneOf(formNames, form))
    throw errors.badOption("--form", formNames.join(", "));
  if (structured !== undefined && !isOneOf(structures, structured))
    throw errors.badOption("--structured", structures.join(", "));
  const asked: Kind | undefined = kind ?? (hvp === undefined ? undefined : "hessian");
  if (hvp !== undefined && asked !== "hessian") throw errors.badOption("--hvp", "--kind hessian");
  const options: DeriveOptions = {
    ...(asked !== undefined && { kind: asked }),
    ...(form !== undefined && { form: form satisfies FormName }),
    ...(hvp !== undefined && { hvp }),
    ...(structured !== undefined && { structured }),
    ...(upstream !== undefined && { upstream }),
    ...(seed !== undefined && { seed }),
    ...(verify !== undefined && { verify }),
  };
  const texts = { statements, ...(expr !== undefined && { expr }) };
  const problem = parse(texts, { ...options, ...(wrt !== undefined && { wrt }) });
  return derivatives(problem, variablesOf(problem, wrt), options);
}

const isOneOf = <T extends string>(names: readonly T[], text: string): text is T =>
  (names as readonly string[]).includes(text);

/** An entry of `shape`: a number, or the text of a dimension. */
const shapeEntry = (d: Dimension): number | string =>
  d.names.length === 0 ? d.coefficient : d.key;

function resultJson(g: Derivative): object {
  const { verification: v } = g;
  return {
    wrt: g.variable.name,
    kind: g.kind,
    ...(g.hvp && { hvp: g.hvp.name }),
    result: { unicode: g.unicode, ascii: g.ascii, latex: g.latex, shape: g.shape.map(shapeEntry) },
    ...(g.forms.length > 0 && {
      forms: Object.fromEntries(g.forms.map(({ name, ...form }) => [name, form])),
    }),
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
export function toJson(id: unknown, found: readonly Derivative[]): object {
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
