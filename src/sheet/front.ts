/** @file The front matter of a sheet: `key: value` lines of YAML, with nothing in them that YAML would expand. */

import type { Pair, YAMLError, YAMLWarning } from "yaml";
import { errors } from "../diagnostics/errors.ts";
import type { Source, Span } from "../diagnostics/source.ts";
import { suggest } from "../diagnostics/suggest.ts";
import type { Parsers, Stretch } from "./markdown.ts";

export const shows = ["problems", "answers", "steps"] as const;
/** What of a solution is shown: nothing, the results, or the results with their steps. */
export type Show = (typeof shows)[number];

export const templates = ["article", "exam"] as const;
/** The LaTeX class of a sheet. */
export type Template = (typeof templates)[number];

const texts = ["title", "course", "author", "date"] as const;
type TextKey = (typeof texts)[number];

/** What the front matter says; null is what it does not say. */
export interface Front extends Readonly<Record<TextKey, string | null>> {
  readonly show: Show;
  readonly template: Template;
}

const choices = { show: shows, template: templates } as const;
const keys = [...texts, "show", "template"] as const;
type Key = (typeof keys)[number];

const longest = 20_000;

/** Reads the front matter that stands in `place`, its `---` lines among it. */
export function readFront(source: Source, place: Stretch | null, parsers: Parsers): Front {
  const given = place ? valuesOf(source, place, parsers) : new Map<Key, Value>();
  if (!place) refuseAlmost(source);
  const text = (key: TextKey): string | null => given.get(key)?.text || null;
  const choice = <K extends keyof typeof choices>(key: K): Front[K] | null => {
    const value = given.get(key);
    if (!value?.text) return null;
    const words: readonly string[] = choices[key];
    if (words.includes(value.text)) return value.text as Front[K];
    throw errors.badValue(value.span, key, words, suggest(value.text, words));
  };
  return {
    title: text("title"),
    course: text("course"),
    author: text("author"),
    date: text("date"),
    show: choice("show") ?? "steps",
    template: choice("template") ?? "article",
  };
}

/** Without the line that ends it, or below the first line, it would be shown as prose and do nothing. */
function refuseAlmost(source: Source): void {
  const almost = new RegExp(`^\\s*---[ \\t]*[\\r\\n]+(?:${keys.join("|")})[ \\t]*:`, "u");
  const found = almost.exec(source.text);
  if (!found) return;
  const start = found[0].indexOf("---");
  throw errors.frontMatter(
    { source, start, end: start + 3 },
    "it has no end, or does not begin on the first line",
    "--- on the first line of the file, and --- on a line of its own after it",
  );
}

interface Value {
  readonly text: string;
  readonly span: Span;
  readonly key: Span;
}

function valuesOf(source: Source, place: Stretch, parsers: Parsers): Map<Key, Value> {
  const whole = source.text.slice(place.start, place.end);
  const [first = ""] = /^.*(?:\r\n|\r|\n)/u.exec(whole) ?? [];
  const start = place.start + first.length;
  const spanOf = (from: number, to: number): Span => ({
    source,
    start: Math.min(start + from, place.end),
    end: Math.min(start + Math.max(to, from + 1), place.end),
  });
  // To Markdown a lone carriage return ends a line, to YAML it does not.
  const text = whole
    .slice(first.length)
    .replace(/---[ \t]*$/u, "")
    .replace(/\r(?!\n)/gu, "\n");
  if (text.length > longest) throw errors.tooLong(spanOf(0, 1), longest);
  const values = new Map<Key, Value>();
  for (const pair of pairsOf(text, spanOf, parsers)) {
    const [key, value] = entryOf(pair, spanOf, parsers);
    const before = values.get(key);
    if (before) throw errors.givenTwice(value.key, key, before.key);
    values.set(key, value);
  }
  return values;
}

type SpanOf = (from: number, to: number) => Span;

/** The entries of the YAML text; aliases are never followed, since no value is made of the whole. */
function pairsOf(text: string, spanOf: SpanOf, yaml: Parsers): readonly Pair[] {
  const document = yaml.parseDocument(text, {
    // Every scalar is a text: a year in a title is no number.
    schema: "failsafe",
    prettyErrors: false,
    uniqueKeys: false,
  });
  const [mistake] = [...document.errors, ...document.warnings];
  if (mistake) throw errors.frontMatter(spanOf(...mistake.pos), ...toldOf(mistake));
  const { contents } = document;
  if (contents === null) return [];
  if (yaml.isMap(contents)) return contents.items;
  if (yaml.isScalar(contents) && contents.source === "") return [];
  throw errors.frontMatter(
    spanOf(...rangeOf(contents)),
    "it is not lines of keys and values",
    example,
  );
}

/** What YAML has against a text, and what may help. */
function toldOf({ code, message }: YAMLError | YAMLWarning): [reason: string, hint?: string] {
  const reason = message.replace(/^[A-Z](?=[a-z])/u, (c) => c.toLowerCase());
  switch (code) {
    case "RESOURCE_EXHAUSTION":
      return ["it is nested too deep"];
    case "MULTIPLE_DOCS":
      return ["it goes on after its end", "leave out the line with three dots"];
    case "BLOCK_AS_IMPLICIT_KEY":
      return [reason, 'a value with a colon in it stands in quotes: title: "Homework 1: swish"'];
    default:
      return [reason];
  }
}

const example = "title: Homework 1";

const textExpected = "a text, in quotes where YAML has another reading of it";

const rangeOf = (node: unknown): [number, number] => {
  const [from, to] = (node as { range?: readonly number[] | null } | null)?.range ?? [];
  return [from ?? 0, to ?? 0];
};

function entryOf(pair: Pair, spanOf: SpanOf, yaml: Parsers): [Key, Value] {
  const keySpan = spanOf(...rangeOf(pair.key));
  const name = textOfNode(pair.key, yaml);
  const key = keys.find((known) => known === name);
  if (!key)
    throw errors.unknownOption(
      keySpan,
      "a key of the front matter",
      keys,
      name === null ? null : suggest(name, keys),
    );
  const span = pair.value === null ? keySpan : spanOf(...rangeOf(pair.value));
  const text = pair.value === null ? "" : textOfNode(pair.value, yaml);
  const expected = key === "show" || key === "template" ? choices[key] : textExpected;
  if (text === null) throw errors.badValue(span, key, expected);
  return [key, { text: text.replace(/\s+/gu, " ").trim(), span, key: keySpan }];
}

/** The text of a plain or quoted scalar; null for a list, an alias, or what a tag makes another value of. */
const textOfNode = (node: unknown, { isScalar }: Parsers): string | null =>
  isScalar(node) && typeof node.value === "string" ? node.value : null;
