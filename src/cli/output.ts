/** @file In which format a command tells its result, and how it tells an error there. */

import { errors, NablaError } from "../diagnostics/errors.ts";
import { errorToJson } from "./request.ts";

/** The formats of texts that are read, by the endings of their files. */
export const textEndings = {
  txt: "text",
  tex: "latex",
  md: "markdown",
  markdown: "markdown",
  html: "html",
  htm: "html",
} as const;

/** The ending of a file name in small letters, without its dot; a name that is nothing but an ending has none. */
export const endingOf = (path: string | undefined): string | undefined =>
  /[^/]\.(\w+)$/u.exec(path ?? "")?.[1]?.toLowerCase();

/**
 * The format that the ending of a file name asks for; undefined where it has none. An error names the endings that
 * are `told`.
 * @throws NablaError where no format has that ending.
 */
export function formatByEnding<F>(
  path: string | undefined,
  byEnding: Readonly<Record<string, F>>,
  told: readonly string[] = Object.keys(byEnding),
): F | undefined {
  const ending = endingOf(path);
  if (ending === undefined) return undefined;
  if (!Object.hasOwn(byEnding, ending))
    throw errors.badOption(
      "--output",
      `a name that ends in .${told.join(" .")}, or has --format beside it`,
    );
  return byEnding[ending];
}

/** The format that is asked for: by name, or by the ending of the output; text where nothing says another. */
export const formatAsked = <F extends string>(
  {
    json,
    format,
    output,
  }: { readonly json?: boolean; readonly format?: F; readonly output?: string },
  byEnding: Readonly<Record<string, F>>,
): F | "json" | "text" => (json ? "json" : (format ?? formatByEnding(output, byEnding) ?? "text"));

/**
 * An error as an object on standard output, where that is the format.
 * @throws what it is given in any other format, and what is no mistake of the user.
 */
export function tellError(error: unknown, format: string): void {
  if (format !== "json" || !(error instanceof NablaError)) throw error;
  process.stdout.write(`${JSON.stringify(errorToJson(null, error))}\n`);
  process.exitCode = error.exit;
}
