/** @file Numbers on the command line: typed after a name, or in files. */

import { errors } from "../diagnostics/errors.ts";
import { numberIn } from "../eval/cells.ts";
import { matrixInCsv, tableInCsv } from "../eval/csv.ts";
import { matrixInJson, numbersInJson, samplesInJson } from "../eval/json.ts";
import { arrayInNpy } from "../eval/npy.ts";
import { nameIn, numbersNamed, numbersTyped } from "../eval/numbers.ts";
import type { Given, Numbers } from "../eval/numbers.ts";
import { samplesInRows, samplesInTable } from "../eval/samples.ts";
import type { Sample } from "../eval/samples.ts";
import { readBytes, readText } from "../files/index.ts";

const endings = ["json", "csv", "npy"] as const;
type Ending = (typeof endings)[number];

/** What is written as files are, with folders or with a word behind a dot; \frac begins a number. */
const namesFile = /^(?:[.~]{0,2}\/|[.~]{1,2}\\|[^\s()[\]{};,=]*\.[a-z]{2,5}\d?$)/iu;

/** A file of numbers, and the name that it is for. */
interface FileOf {
  readonly path: string;
  readonly ending: Ending;
  readonly name: string | null;
}

/** The file that a text names, as in `X=data.npy` or `numbers.json`; null where numbers are typed. */
function fileIn(text: string): FileOf | null {
  if (text === "-") return { path: "-", ending: "json", name: null };
  const [, name = null, path = ""] = /^\s*(?:([^=]+?)\s*=\s*)?(.*?)\s*$/su.exec(text)!;
  const ending = endings.find((known) => path.toLowerCase().endsWith(`.${known}`));
  if (ending) return { path, ending, name };
  if (name === null || (namesFile.test(path) && numberIn(path) === null))
    throw errors.notNumbersOrFile(text);
  return null;
}

/** The numbers of a file for one name. */
function matrixOf({ path, ending }: FileOf): Numbers {
  if (ending === "npy") return arrayInNpy(readBytes(path), path);
  if (ending === "csv") return matrixInCsv(readText(path), path);
  return matrixInJson(readText(path), path);
}

/** The same with that name. */
const matrixFor = (name: string, file: FileOf): Given => ({
  ...matrixOf(file),
  name: nameIn(name),
  span: null,
  file: file.path,
});

/** What the `--at` of a command line give. */
export function numbersGiven(texts: readonly string[]): Given[] {
  return texts.flatMap((text) => {
    const file = fileIn(text);
    if (!file) return numbersTyped(text);
    if (file.name !== null) return [matrixFor(file.name, file)];
    if (file.ending === "npy") throw errors.fileNeedsName(file.path);
    if (file.ending === "json")
      return numbersNamed(numbersInJson(readText(file.path), file.path), file.path);

    const { names, rows } = tableInCsv(readText(file.path), file.path);
    const columns = names.map((name, j): [string, Numbers] => [
      name,
      { rows: rows.map((row) => [row[j]!]), isList: rows.length > 1 },
    ]);
    return numbersNamed(new Map(columns), file.path);
  });
}

/** The samples that the `--samples` of a command line give. */
export function samplesGiven(texts: readonly string[]): Sample[] {
  const files = texts.map(fileIn);
  const whole = files.find((file) => file !== null && file.name === null);
  if (whole) {
    if (texts.length > 1)
      throw errors.badOption("--samples", "one file of all samples, or NAME=ROWS");
    if (whole.ending === "npy") throw errors.fileNeedsName(whole.path);
    if (whole.ending === "json")
      return samplesInJson(readText(whole.path), whole.path).map((sample, k) =>
        numbersNamed(sample, `${whole.path}: sample ${k + 1}`),
      );
    const { names, rows } = tableInCsv(readText(whole.path), whole.path);
    return samplesInTable(names, rows, whole.path);
  }
  return samplesInRows(
    texts.flatMap((text, i) => {
      const file = files[i];
      if (!file) return numbersTyped(text);
      return [matrixFor(file.name!, file)];
    }),
  );
}
