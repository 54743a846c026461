/** @file What stands where data are said to be: files by their formats, and the role of each. */

import { existsSync, readdirSync, statSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { errors, NablaError } from "../diagnostics/errors.ts";
import { reason } from "../files/index.ts";
import type { Format, PartName, Role } from "./names.ts";
import { baseOf, formatOf, isBatch, roleOf } from "./names.ts";

/** Files of one format that data stand in. */
export interface Found {
  /** How errors name all of it: a folder, or files. */
  readonly where: string;
  /** The name of the folder, or of the first file. */
  readonly title: string;
  readonly format: Exclude<Format, "names">;
  readonly paths: readonly string[];
  /** A file with the names of the classes. */
  readonly names: string | null;
}

/** The folder that the archive of CIFAR-10 unpacks to. */
export const cifarFolder = "cifar-10-batches-bin";

/**
 * The data that stand in a folder, or in files.
 * @throws NablaError where there are none, or several.
 */
export function foundIn(paths: readonly string[]): Found {
  const [first] = paths;
  if (first === undefined) throw new Error("internal: no place of data");
  if (paths.length === 1 && isFolder(first)) return foundInFolder(first);
  for (const path of paths) {
    refuseMissing(path);
    if (!formatOf(path)) throw errors.unknownFormat(path);
  }
  return among(paths, paths.join(", "), titleOf(first));
}

function foundInFolder(folder: string): Found {
  // What has no role in a folder is passed over.
  const all = filesIn(folder).filter((path) => {
    const format = formatOf(path);
    if (format === "idx") return roleOf(path, true) !== null;
    if (format === "npy") return roleOf(path) !== null;
    return format === "cifar" ? isBatch(path) : format !== null;
  });
  const inner = join(folder, cifarFolder);
  if (all.every((path) => formatOf(path) === "archive") && existsSync(inner))
    return { ...foundInFolder(inner), title: titleOf(folder) };
  return among(all, folder, titleOf(folder));
}

/** The data among files. */
function among(paths: readonly string[], where: string, title: string): Found {
  const byFormat = new Map<Format, string[]>();
  for (const path of paths) {
    const format = formatOf(path)!;
    byFormat.set(format, [...(byFormat.get(format) ?? []), path]);
  }
  const [names = null] = byFormat.get("names") ?? [];
  byFormat.delete("names");
  // Whoever unpacks an archive often leaves it there.
  if (byFormat.has("cifar")) byFormat.delete("archive");
  const [found, ...others] = byFormat;
  if (!found) throw errors.noData(where);
  if (others.length > 0)
    throw errors.severalKinds(
      where,
      [found, ...others].map(([, [path]]) => path!),
    );
  const [format, files] = found;
  return { where, title, format: format as Found["format"], paths: files, names };
}

/** The name of a folder or a file, without folders before it and endings behind it. */
function titleOf(path: string): string {
  const name = basename(resolve(path));
  return isFolder(path) ? name : baseOf(name).replace(/\.\w+$/u, "");
}

function refuseMissing(path: string): void {
  try {
    statSync(path);
  } catch (error) {
    throw errors.cannotRead(path, reason(error));
  }
}

export const isFolder = (path: string): boolean =>
  statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;

/** The paths of a folder's files, in the order of their names. */
export function filesIn(folder: string): string[] {
  try {
    if (!statSync(folder).isDirectory()) throw errors.cannotRead(folder, "it is no folder");
    return readdirSync(folder)
      .sort()
      .map((name) => join(folder, name));
  } catch (error) {
    throw error instanceof NablaError ? error : errors.cannotRead(folder, reason(error));
  }
}

/** Names by the roles that they tell. */
export type Roles = Readonly<Record<PartName, Partial<Record<Role["what"], string>>>>;

/**
 * Which of several names has which role; what has none is left out. Of a file that is there packed and unpacked the
 * latter counts.
 * @throws NablaError where two have the same role.
 */
export function byRole(names: Iterable<string>, isLoose = false): Roles {
  const found: Record<PartName, Partial<Record<Role["what"], string>>> = { train: {}, test: {} };
  for (const name of names) {
    const role = roleOf(name, isLoose);
    if (!role) continue;
    const { part, what } = role;
    const before = found[part][what];
    if (before === undefined || name === unpacked(before)) found[part][what] = name;
    else if (before !== unpacked(name))
      throw errors.sameRole(`${what} to ${part} with`, [before, name]);
  }
  return found;
}

const unpacked = (name: string): string => name.replace(/\.gz$/iu, "");
