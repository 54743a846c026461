/** @file One line of `--jsonl`, or one command line, as a question; and its answer as JSON. */

import type { Derivative, DeriveOptions, Spelling } from "../derive/index.ts";
import type { Spelled } from "../derive/options.ts";
import { derivatives, formNames, kinds, layouts, structures } from "../derive/index.ts";
import { proseText } from "../report/text.ts";
import { levels, styles, worked } from "../steps/index.ts";
import type { Level, Section, Style, Worked } from "../steps/index.ts";
import { errors, NablaError } from "../diagnostics/errors.ts";
import type { Span } from "../diagnostics/source.ts";
import type { Dimension } from "../expr/dimension.ts";
import { parse, variablesOf } from "../index.ts";
import type { Problem } from "../index.ts";

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

/** The options that are texts, each as it was given. */
export const textsOf = (text: (name: TextOption) => string | undefined): TextOptions =>
  Object.fromEntries(textOptionNames.map((name) => [name, text(name)]));

/** What a request asks about: the problem, and how to derive. */
export interface Asked {
  readonly problem: Problem;
  readonly options: DeriveOptions;
}

/** Reads what is asked about. */
export function askedIn(request: Request, spellings?: readonly Spelling[]): Asked {
  const { statements, expr, wrt, seed, verify } = request;
  const options: DeriveOptions = {
    ...chosen(request),
    ...(seed !== undefined && { seed }),
    ...(verify !== undefined && { verify }),
    ...(spellings && { spellings }),
  };
  const texts = { statements, ...(expr !== undefined && { expr }) };
  const problem = parse(texts, { ...options, ...(wrt !== undefined && { wrt }) });
  return { problem, options };
}

/** Derives what is asked, and writes it in those spellings. */
export async function answer(request: Request, spellings?: readonly Spelling[]): Promise<Worked> {
  const { steps, style, wrt } = request;
  const { problem, options } = askedIn(request, spellings);
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

/** A text in its spellings, with the shape of what it is. */
export const spelledJson = (text: Spelled, shape: readonly Dimension[]): object => ({
  unicode: text.unicode,
  ascii: text.ascii,
  latex: text.latex,
  shape: shape.map(shapeEntry),
});

function resultJson(g: Derivative): object {
  const { verification: v } = g;
  return {
    wrt: g.variable.name,
    kind: g.kind,
    ...(g.hvp && { hvp: g.hvp.name }),
    result: spelledJson(g, g.shape),
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
      ...(span && { span: spanJson(span) }),
    },
  };
}

/** A place in a request. */
export const spanJson = ({ start, end, source }: Span): object => ({
  start,
  end,
  ...(source.role !== "expr" && { statement: source.role }),
});

/** A bug of ours as JSON: it says so. */
export const bugToJson = (id: unknown, error: unknown): object => ({
  id: id ?? null,
  ok: false,
  error: { code: "internal", message: error instanceof Error ? error.message : String(error) },
});

/** A request from its object; what is no request is an error that says what is. */
export function requestFromJson({
  id,
  statements,
  expr,
  wrt,
  seed,
  verify,
  ...others
}: Record<string, unknown>): Request {
  const isText = (x: unknown): x is string => typeof x === "string";
  const list: unknown = statements ?? [];
  if (!Array.isArray(list) || !list.every(isText))
    throw errors.badRequest("statements is a list of texts");
  const text = (x: unknown): string | undefined => {
    if (x === undefined || x === null) return undefined;
    if (!isText(x))
      throw errors.badRequest("expr, wrt and the options but seed and verify are texts");
    return x;
  };
  if (seed !== undefined && seed !== null && !(Number.isSafeInteger(seed) && (seed as number) >= 0))
    throw errors.badRequest("seed is a whole number from 0");
  if (verify !== undefined && verify !== null && typeof verify !== "boolean")
    throw errors.badRequest("verify is true or false");
  for (const name of Object.keys(others)) refuseMisspelt(name);
  return {
    id,
    statements: list,
    expr: text(expr),
    wrt: text(wrt),
    ...textsOf((name) => text(others[name])),
    seed: (seed ?? undefined) as number | undefined,
    verify: verify ?? undefined,
  };
}

/** Fields besides ours are the asker's own, but for those that are ours by all but an s or their case. */
function refuseMisspelt(name: string): void {
  if (textOptionNames.some((known) => known === name)) return;
  const plain = name.toLowerCase();
  const near = requestFields.find((f) => f === plain || `${f}s` === plain || f === `${plain}s`);
  if (near) throw errors.badRequest(`${name} is no field of a request: did you mean ${near}?`);
}

const requestFields = ["statements", "expr", "wrt", "seed", "verify", "answer", ...textOptionNames];
