/** @file Files in and out: what is read is named in errors, what is written is written whole. */

import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { errors, NablaError } from "../diagnostics/errors.ts";

/** The text of a file; `-` is standard input. */
export function readText(path: string): string {
  const bytes = readBytes(path === "-" ? 0 : path);
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw errors.notUtf8(path);
  }
}

/** The bytes of a file; 0 is standard input. */
export function readBytes(path: string | 0): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    throw errors.cannotRead(path === 0 ? "-" : path, reason(error));
  }
}

/** Makes a folder, and those it lies in. Where a file system makes none, Node's own way of that may never end. */
export function makeFolder(folder: string, mode = 0o777): void {
  if (existsSync(folder)) return;
  const parent = dirname(folder);
  if (parent !== folder) makeFolder(parent, mode);
  try {
    mkdirSync(folder, { mode });
  } catch (error) {
    // Another process may have been here first.
    if (!existsSync(folder)) throw error;
  }
}

/** What is left of files that were being written when their process was killed. */
export function clearParts(folder: string): void {
  for (const name of readdirSync(folder))
    if (/^\..+\.\d+\.part$/u.test(name)) rmSync(join(folder, name), { force: true });
}

/** Whether two paths lead to one file. */
export function isSameFile(a: string, b: string): boolean {
  const [one, other] = [a, b].map((path) => statSync(path, { throwIfNoEntry: false }));
  return one !== undefined && other !== undefined && one.ino === other.ino && one.dev === other.dev;
}

/** Writes a file whole under its own name: where a link stands, the file takes its place. */
export function writeBeside(path: string, text: string | Uint8Array): void {
  const beside = join(dirname(path), `.${basename(path)}.${process.pid}.part`);
  try {
    write(beside, path, text);
    renameSync(beside, path);
  } catch (error) {
    rmSync(beside, { force: true });
    throw error instanceof NablaError ? error : errors.cannotWrite(path, reason(error));
  }
}

/** Writes a file whole: beside it first, then in its place. */
export function writeFile(path: string, text: string | Uint8Array): void {
  const before = existing(path);
  // A device or a pipe is written to, and stays what it is.
  if (before && !before.isFile) return write(path, path, text);
  const target = before?.path ?? path;
  const beside = join(dirname(target), `.${basename(target)}.${process.pid}.part`);
  try {
    write(beside, path, text);
    if (before) chmodSync(beside, before.mode);
    renameSync(beside, target);
  } catch (error) {
    rmSync(beside, { force: true });
    throw error instanceof NablaError ? error : errors.cannotWrite(path, reason(error));
  }
}

function write(to: string, path: string, text: string | Uint8Array): void {
  try {
    const file = openSync(to, "w");
    try {
      writeFileSync(file, text);
      if (to !== path) fsyncSync(file);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    throw errors.cannotWrite(path, reason(error));
  }
}

/** What stands at a path: links are followed, and the mode is kept. */
function existing(path: string): { path: string; isFile: boolean; mode: number } | null {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found || found.isDirectory()) return null;
  return { path: realpathSync(path), isFile: found.isFile(), mode: found.mode & 0o777 };
}

/** Why a file cannot be read or written, in words. */
export function reason(error: unknown): string {
  const code = (error as { code?: string }).code ?? "";
  const known: Record<string, string> = {
    ENOENT: "there is no such file or folder",
    EACCES: "permission denied",
    EISDIR: "it is a folder",
    ENOTDIR: "a part of the path is no folder",
    EROFS: "the file system is read-only",
    ENOSPC: "the disk is full",
  };
  return known[code] ?? (error instanceof Error ? error.message : String(error));
}
