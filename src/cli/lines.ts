/** @file `--jsonl`: one request a line from standard input, one object a line as its answer. */

import { createInterface } from "node:readline";
import { errors, NablaError } from "../diagnostics/errors.ts";
import { bugToJson, errorToJson } from "./request.ts";

/** An object that a line holds. */
export type LineObject = Record<string, unknown>;

/** Answers every line in its order; a bad line gets an answer like any other. */
export async function replyToLines(answer: (value: LineObject) => Promise<object>): Promise<void> {
  const input = createInterface({ input: process.stdin, crlfDelay: Infinity });
  for await (const line of input) {
    // The first line of a file may begin with a byte order mark.
    const text = line.replace(/^\uFEFF/u, "");
    if (text.trim() === "") continue;
    process.stdout.write(`${textOf(await answerOf(text, answer))}\n`);
  }
}

async function answerOf(
  line: string,
  answer: (value: LineObject) => Promise<object>,
): Promise<object> {
  let id: unknown = null;
  try {
    const value = objectFrom(line);
    id = value["id"] ?? null;
    return await answer(value);
  } catch (error) {
    return error instanceof NablaError ? errorToJson(id, error) : bugToJson(id, error);
  }
}

function textOf(answered: object): string {
  try {
    return JSON.stringify(answered);
  } catch {
    return JSON.stringify(errorToJson(null, errors.badRequest("the id is nested too deep")));
  }
}

/** The object of a line. */
function objectFrom(line: string): LineObject {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw errors.badRequest("the line is not JSON");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw errors.badRequest("the line is not an object");
  return value as LineObject;
}
