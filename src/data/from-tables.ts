/** @file Data sets of tables: one to train with, and perhaps one to test with. */

import { errors } from "../diagnostics/errors.ts";
import { counted } from "../diagnostics/wording.ts";
import type { Classes } from "./categories.ts";
import { classesNamed, classesOf } from "./categories.ts";
import type { Part, Read, Sources } from "./data-set.ts";
import type { PartName } from "./names.ts";
import { partOfFile } from "./names.ts";
import type { Target } from "./opening.ts";
import type { Table } from "./table.ts";
import { tableIn } from "./table.ts";

/** The data set of tables. */
export async function fromTables({ found, opening, names }: Sources): Promise<Read> {
  const paths: Record<PartName, string[]> = { train: [], test: [] };
  for (const path of found.paths) paths[partOfFile(path)].push(path);
  const target = opening.target === "either" && names ? "classes" : opening.target;
  const read = async (part: PartName, as: Target): Promise<Table | null> => {
    const [path, ...others] = paths[part];
    if (path === undefined) return null;
    if (others.length > 0) throw errors.sameRole(`tables to ${part} with`, paths[part]);
    const table = await tableIn(path, opening, { target: as });
    opening.gave(path, `${counted(table.inputs.count, "sample")} to ${part} with`);
    return table;
  };
  const train = await read("train", target);
  if (!train)
    throw errors.roleMissing(found.where, "table to train with", found.paths, "train.csv");
  const test = await read("test", train.targets ? "numbers" : train.labels ? "classes" : "none");
  const classes = train.labels && (names ? classesNamed(names.names) : classesOf(train.labels));
  return {
    title: found.title,
    train: partOf(train, classes),
    test: test && partOf(test, classes),
    classNames: classes && classes.names,
  };
}

const partOf = ({ inputs, labels, targets }: Table, classes: Classes | null): Part => ({
  inputs,
  classes: labels && classes && labels.among(classes),
  targets,
});
