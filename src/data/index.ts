/** @file Data sets and images are opened: from a folder, a file or several, in any format that is read. */

import { existsSync } from "node:fs";
import { errors } from "../diagnostics/errors.ts";
import { readText } from "../files/index.ts";
import type { StoredArray } from "./arrays.ts";
import { rowsOfArray } from "./arrays.ts";
import { classesKnown } from "./categories.ts";
import { labelsIn, picturesIn } from "./cifar.ts";
import { refuseOtherShape } from "./data-set.ts";
import type { DataSet, Part, Read, Sources } from "./data-set.ts";
import { byRole, foundIn, isFolder } from "./found.ts";
import type { Found } from "./found.ts";
import { namesIn } from "./labels.ts";
import { formatOf } from "./names.ts";
import { arraysIn } from "./npz.ts";
import { Opening } from "./opening.ts";
import type { OpenOptions } from "./opening.ts";
import { readIdx, readNpy, readNpz } from "./array-files.ts";
import { fromIdx, fromNpy, fromNpz } from "./from-arrays.ts";
import { fromArchive, fromBatches } from "./from-batches.ts";
import { fromTables } from "./from-tables.ts";
import type { Rows } from "./rows.ts";
import { openFile } from "./store.ts";
import { tableIn } from "./table.ts";

export type { DataSet, Part } from "./data-set.ts";
export type { OpenOptions, Target } from "./opening.ts";
export type { Floats } from "./kinds.ts";
export type { Rows } from "./rows.ts";

const readers: Readonly<Record<Found["format"], (sources: Sources) => Promise<Read>>> = {
  idx: fromIdx,
  npy: fromNpy,
  npz: fromNpz,
  csv: fromTables,
  cifar: fromBatches,
  archive: fromArchive,
};

/**
 * The data set of a folder, of a file or of several.
 * @throws NablaError where there is none, or where something in it is damaged or does not fit together.
 */
export async function openData(
  paths: readonly string[],
  options: OpenOptions = {},
): Promise<DataSet> {
  const found = foundIn(paths);
  const opening = new Opening(options);
  try {
    if (opening.label !== null && found.format !== "csv")
      throw errors.labelOfTable(opening.label, found.where);
    const { names: path } = found;
    const names = path === null ? null : { path, names: namesIn(readText(path), path) };
    const read = await readers[found.format]({ found, opening, names });
    refuseOtherShape(read.train, read.test);
    if (path !== null) opening.gave(path, "names of the classes");
    return {
      ...read,
      fingerprint: opening.fingerprint(),
      files: opening.files,
      close: () => opening.close(),
    };
  } catch (error) {
    opening.close();
    throw error;
  }
}

/** A data set that was read before, to which more samples are to fit. */
export interface Known {
  /** How many entries a sample has. */
  readonly width: number;
  /** One a class; null where labels are no classes. */
  readonly classNames: readonly string[] | null;
}

/** Inputs, with what they are labelled with where that is in the same table or the same records. */
export type Images = Rows & Pick<Part, "classes" | "targets">;

/**
 * The images of a file, or other inputs. One of several arrays of an NPZ file is named behind it, as in
 * `data.npz:x_test`. Labels are read of samples that are to fit to a data set, and passed over else.
 * @throws NablaError where there are none, or where the file is damaged.
 */
export async function openImages(
  path: string,
  options: OpenOptions = {},
  known: Known | null = null,
): Promise<Images> {
  const opening = new Opening(options);
  try {
    const found = await imagesIn(path, opening, known);
    return { classes: null, targets: null, ...found, close: () => opening.close() };
  } catch (error) {
    opening.close();
    throw error;
  }
}

async function imagesIn(
  path: string,
  opening: Opening,
  known: Known | null,
): Promise<Rows & Partial<Images>> {
  if (isFolder(path)) throw errors.cannotRead(path, "it is a folder");
  const [, file, name] = existsSync(path) ? [] : (/^(.+\.npz):([^:/\\]+)$/iu.exec(path) ?? []);
  if (file !== undefined && name !== undefined)
    return rowsOfArray(await onlyInputs(file, name, opening));
  switch (formatOf(path)) {
    case "idx":
      return rowsOfArray(await readIdx(path, opening));
    case "npy":
      return rowsOfArray(await readNpy(path, opening));
    case "npz":
      return rowsOfArray(await onlyInputs(path, null, opening));
    case "csv":
      return imagesOfTable(path, opening, known);
    case "cifar": {
      const store = opening.inMemory(opening.own(openFile(path)));
      const classes = known?.classNames ? labelsIn(store) : null;
      return { ...picturesIn([store]), classes: classes && among(classes, known!) };
    }
    default:
      throw errors.unknownFormat(path);
  }
}

async function imagesOfTable(
  path: string,
  opening: Opening,
  known: Known | null,
): Promise<Rows & Partial<Images>> {
  const { inputs, labels, targets } = await tableIn(path, opening, {
    target: known ? opening.target : "none",
    width: known?.width,
  });
  const names = known?.classNames;
  return {
    ...inputs,
    classes: labels && names ? labels.among(classesKnown(names)) : null,
    targets,
  };
}

/** Classes that a data set has; null where one is none of them, which are then others. */
const among = (classes: Int32Array, { classNames }: Known): Int32Array | null =>
  classes.every((label) => label < classNames!.length) ? classes : null;

/** The array of inputs in an NPZ file: that which is asked for, else the only one there is, or whose name says so. */
async function onlyInputs(
  path: string,
  asked: string | null,
  opening: Opening,
): Promise<StoredArray> {
  const arrays = arraysIn(path);
  if (asked !== null && !arrays.has(asked))
    throw errors.roleMissing(path, `array ${asked}`, [...arrays.keys()], `${path}:NAME`);
  const { train, test } = byRole(arrays.keys());
  const named = [train.inputs, test.inputs].filter((name) => name !== undefined);
  const [name, ...others] = asked !== null ? [asked] : arrays.size === 1 ? arrays.keys() : named;
  if (name === undefined)
    throw errors.roleMissing(path, "array of inputs", [...arrays.keys()], "X  or  images");
  if (others.length > 0) throw errors.severalInputs(path, [name, ...others]);
  return readNpz(path, arrays.get(name)!, opening);
}
