/** @file Data sets and images are opened: from a folder, a file or several, in any format that is read. */

import { errors } from "../diagnostics/errors.ts";
import { readText } from "../files/index.ts";
import type { StoredArray } from "./arrays.ts";
import { rowsOfArray } from "./arrays.ts";
import { picturesIn } from "./cifar.ts";
import { refuseOtherShape } from "./data-set.ts";
import type { DataSet, Read, Sources } from "./data-set.ts";
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
export type { OpenOptions } from "./opening.ts";
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

/**
 * The images of a file, or other inputs, without labels: where these stand beside them they are passed over.
 * @throws NablaError where there are none, or where the file is damaged.
 */
export async function openImages(path: string, options: OpenOptions = {}): Promise<Rows> {
  const opening = new Opening(options);
  try {
    const rows = await imagesIn(path, opening);
    return { ...rows, close: () => opening.close() };
  } catch (error) {
    opening.close();
    throw error;
  }
}

async function imagesIn(path: string, opening: Opening): Promise<Rows> {
  if (isFolder(path)) throw errors.cannotRead(path, "it is a folder");
  switch (formatOf(path)) {
    case "idx":
      return rowsOfArray(await readIdx(path, opening));
    case "npy":
      return rowsOfArray(await readNpy(path, opening));
    case "npz":
      return rowsOfArray(await onlyInputs(path, opening));
    case "csv":
      return (await tableIn(path, opening, false)).inputs;
    case "cifar":
      return picturesIn([opening.inMemory(opening.own(openFile(path)))]);
    default:
      throw errors.unknownFormat(path);
  }
}

/** The array of inputs in an NPZ file: the only one there is, or the only one whose name says so. */
async function onlyInputs(path: string, opening: Opening): Promise<StoredArray> {
  const arrays = arraysIn(path);
  const { train, test } = byRole(arrays.keys());
  const named = [train.inputs, test.inputs].filter((name) => name !== undefined);
  const [name, ...others] = arrays.size === 1 ? arrays.keys() : named;
  if (name === undefined)
    throw errors.roleMissing(path, "array of inputs", [...arrays.keys()], "X  or  images");
  if (others.length > 0) throw errors.sameRole("inputs", [name, ...others]);
  return readNpz(path, arrays.get(name)!, opening);
}
