/** @file The array of an IDX or NPY file, or one of an NPZ file. */

import { errors } from "../diagnostics/errors.ts";
import type { StoredArray } from "./arrays.ts";
import { extentOf } from "./arrays.ts";
import { idxHeader } from "./idx.ts";
import { baseOf } from "./names.ts";
import { npyArray, npyRows } from "./npy.ts";
import type { Opening } from "./opening.ts";
import { headOf, openFile } from "./store.ts";
import type { Entry } from "./zip.ts";
import { unzipped } from "./zip.ts";

/** No header of an IDX file is longer. */
const idxHeadSize = 4 + 4 * 255;

/** The array of an IDX file. */
export async function readIdx(path: string, opening: Opening): Promise<StoredArray> {
  const headerIn = (head: Uint8Array, name: string): Omit<StoredArray, "store"> => {
    const header = idxHeader(head, name);
    const said = /idx(\d)/iu.exec(baseOf(path))?.[1];
    if (said !== undefined && header.shape.length !== Number(said))
      throw errors.damagedFile(
        name,
        3,
        `the number of axes ${header.shape.length}`,
        `${said}, as the name of the file says`,
        "are images and labels swapped?",
      );
    return header;
  };
  const store = await opening.contents(path, (head, name) => extentOf(headerIn(head, name)));
  const header = headerIn(headOf(store, idxHeadSize), store.name);
  return { ...header, store: opening.inMemory(store) };
}

/** The array of an NPY file. */
export async function readNpy(path: string, opening: Opening): Promise<StoredArray> {
  const store = await opening.contents(path, (head, name) => extentOf(npyArray(head, name)));
  return inMemory(npyRows(store, opening.budget), opening);
}

/** An array of an NPZ file. */
export async function readNpz(path: string, entry: Entry, opening: Opening): Promise<StoredArray> {
  const archive = opening.own(openFile(path));
  const store = opening.own(await unzipped(archive, entry, opening.budget));
  return inMemory(npyRows(store, opening.budget), opening);
}

const inMemory = (array: StoredArray, opening: Opening): StoredArray => ({
  ...array,
  store: opening.inMemory(opening.own(array.store)),
});
