/** @file Files in and out: what is read is named in errors, what is written is written whole. */

import {
  closeSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { errors } from "../diagnostics/errors.ts";

/** The text of a file; `-` is standard input. */
export function readText(path: string): string {
  try {
    return readFileSync(path === "-" ? 0 : path, "utf8");
  } catch (error) {
    throw errors.cannotRead(path, reason(error));
  }
}

/** Writes a file whole: beside it first, then in its place. */
export function writeText(path: string, text: string): void {
  const beside = join(dirname(path), `.${basename(path)}.${process.pid}.part`);
  try {
    const file = openSync(beside, "w");
    try {
      writeSync(file, text);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(beside, path);
  } catch (error) {
    rmSync(beside, { force: true });
    throw errors.cannotWrite(path, reason(error));
  }
}

function reason(error: unknown): string {
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
