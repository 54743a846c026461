/** @file One line of `--jsonl`, or one command line, as a question; and its answer as JSON. */

import type { Derivative, DeriveOptions, Spelling } from "../derive/index.ts";
import { derivatives, formNames, kinds, layouts, structures } from "../derive/index.ts";
import { proseText } from "../report/text.ts";
import { levels, styles, worked } from "../steps/index.ts";
import type { Level, Section, Style, Worked } from "../steps/index.ts";
import { errors, NablaError } from "../diagnostics/errors.ts";
import type { Dimension } from "../expr/dimension.ts";
import { parse, variablesOf } from "../index.ts";

/** The options that are texts: the words that one takes, or null where it takes a name. */
export const textOptions = {
  kind: kinds,
  form: formNames,
  forms: ["all"],
  layout: layouts,
  structured: structures,
  hvp: null,
  upstream: null,
  steps: ["none", ...levels],
  style: styles,
} as const;
type TextOption = keyof typeof textOptions;
export const textOptionNames = Object.keys(textOptions) as TextOption[];

/** Texts under the names of those options, as they were given. */
export type TextOptions = { readonly [K in TextOption]?: string | undefined };

/** What is asked. */
export interface Request extends TextOptions {
  readonly id?: unknown;
  readonly statements: readonly string[];
  readonly expr?: string | undefined;
  readonly wrt?: string | undefined;
  readonly seed?: number | undefined;
  readonly verify?: boolean | undefined;
}

/** Derives what is asked, and writes it in those spellings. */
export async function answer(request: Request, spellings?: readonly Spelling[]): Promise<Worked> {
  const { statements, expr, wrt, seed, verify, steps, style } = request;
  const options: DeriveOptions = {
    ...chosen(request),
    ...(seed !== undefined && { seed }),
    ...(verify !== undefined && { verify }),
    ...(spellings && { spellings }),
  };
  const texts = { statements, ...(expr !== undefined && { expr }) };
  const problem = parse(texts, { ...options, ...(wrt !== undefined && { wrt }) });
  const variables = variablesOf(problem, wrt);
  return steps === undefined || steps === "none"
    ? { found: derivatives(problem, variables, options), sections: [] }
    : worked(problem, variables, {
        ...options,
        steps: steps as Level,
        ...(style !== undefined && { style: style as Style }),
      });
}

/** The options that are texts, each a word that it takes. */
function chosen(request: TextOptions): DeriveOptions {
  const given = textOptionNames.flatMap((name) => {
    const text = request[name];
    return text === undefined ? [] : [[name, text] as const];
  });
  for (const [name, text] of given) {
    const words: readonly string[] | null = textOptions[name];
    if (words === null || words.includes(text)) continue;
    throw name === "kind"
      ? errors.unknownKind(text)
      : errors.badOption(`--${name}`, words.join(", "));
  }
  const options = Object.fromEntries(
    given.filter(([name]) => name !== "steps" && name !== "style"),
  ) as DeriveOptions;
  if (options.hvp === undefined) return options;
  if (options.kind !== undefined && options.kind !== "hessian")
    throw errors.badOption("--hvp", "--kind hessian");
  return { ...options, kind: "hessian" };
}

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
export function toJson(id: unknown, { found, sections }: Worked): object {
  const [first, ...others] = found.map(resultJson);
  return {
    id: id ?? null,
    ok: true,
    ...(others.length === 0 ? first : { results: [first, ...others] }),
    ...(sections.length > 0 && { steps: sections.map(sectionJson) }),
  };
}

/** A section of the steps: words as Unicode text. */
const sectionJson = ({ title, lead, lines }: Section): object => ({
  title: proseText(title, "unicode"),
  ...(lead.length > 0 && { lead: proseText(lead, "unicode") }),
  lines: lines.map(({ left, right, shape, reason }) => ({
    left,
    right,
    ...(shape !== null && { shape }),
    ...(reason.length > 0 && { reason: proseText(reason, "unicode") }),
  })),
});

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
