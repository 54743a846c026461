/** @file Compiled code kept between runs, in a private folder of the user's. */

import { createHash } from "node:crypto";
import {
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { homedir, platform, tmpdir, userInfo } from "node:os";
import { basename, isAbsolute, join, resolve, sep } from "node:path";
import { errors } from "../diagnostics/errors.ts";
import { makeFolder } from "../files/index.ts";

/** Where compiled code is kept: `NABLA_CACHE`, or a folder of the user's cache. */
export function cacheFolder(): string {
  const own = process.env["NABLA_CACHE"];
  if (own) return resolve(own);
  const base = process.env["XDG_CACHE_HOME"] ?? "";
  // A folder that hangs on where a program is started is nobody's cache.
  if (isAbsolute(base)) return join(base, "nabla");
  const home = homeFolder();
  return platform() === "darwin"
    ? join(home, "Library", "Caches", "nabla")
    : join(home, ".cache", "nabla");
}

/** @throws NablaError where the user has none. */
function homeFolder(): string {
  for (const told of [homedir, () => userInfo().homedir])
    try {
      const home = told();
      if (isAbsolute(home)) return home;
    } catch {
      // Of a user without a name nothing is known.
    }
  throw errors.noHome();
}

/** What is kept. */
export interface Entry {
  readonly key: string;
  /** In bytes. */
  readonly size: number;
  readonly made: Date;
}

const code = "code.node";
const sum = "sum";

export const digest = (...parts: readonly (string | Uint8Array)[]): string => {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part).update("\u0000");
  return hash.digest("hex");
};

/** Why a file or a folder is not loaded from; null where nobody else can write to it. */
function notPrivate(path: string): string | null {
  const stat = lstatSync(path);
  if (stat.isSymbolicLink()) return "is a symbolic link";
  if (!stat.isFile() && !stat.isDirectory()) return "is no file";
  if (process.getuid !== undefined && stat.uid !== process.getuid())
    return "belongs to another user";
  return (stat.mode & 0o022) === 0 ? null : "can be written to by others";
}

/** The folder, made where it is missing; an error where it cannot be written to or is not private. */
function privateFolder(): string {
  const folder = cacheFolder();
  makeFolder(folder, 0o700);
  const why = notPrivate(folder);
  if (why !== null) throw new Error(`${folder} ${why}`);
  return folder;
}

/**
 * The path of a library under a key: from the folder where it stands there whole, else made by `make` at a path,
 * in the folder or, where that cannot be, in one that is removed at the end. `note` is told what went another way.
 */
export function cached(
  key: string,
  make: (path: string) => void,
  note: (text: string) => void,
): string {
  let own: string;
  let entry: string;
  try {
    const folder = privateFolder();
    entry = join(folder, key);
    const found = stateOf(entry);
    if (found === "whole") return join(entry, code);
    if (found === "damaged") note("an entry of the cache is damaged: it is made anew");
    own = mkdtempSync(`${folder}${sep}.`);
  } catch (error) {
    note(`compiled code is not kept: ${reason(error)}`);
    return inPassing(make);
  }
  try {
    make(join(own, code));
    writeFileSync(join(own, sum), sumOf(key, join(own, code)), { mode: 0o600 });
    return join(settled(own, entry), code);
  } catch (error) {
    rmSync(own, { recursive: true, force: true });
    throw error;
  }
}

/** Puts a finished entry in its place, unless another process was there first. */
function settled(own: string, entry: string): string {
  if (stateOf(entry) === "damaged") rmSync(entry, { recursive: true, force: true });
  try {
    renameSync(own, entry);
  } catch (error) {
    if (stateOf(entry) !== "whole") throw error;
    rmSync(own, { recursive: true, force: true });
  }
  return entry;
}

/** What stands beside a library: it belongs to one key, and is whole. */
const sumOf = (key: string, path: string): string => digest(key, readFileSync(path));

/** Whether an entry is what it was when it was made. */
function stateOf(entry: string): "whole" | "damaged" | "missing" {
  try {
    lstatSync(entry);
  } catch {
    return "missing";
  }
  try {
    const parts = [entry, join(entry, code), join(entry, sum)];
    const isWhole =
      parts.every((part) => notPrivate(part) === null) &&
      sumOf(basename(entry), join(entry, code)) === readFileSync(join(entry, sum), "utf8");
    return isWhole ? "whole" : "damaged";
  } catch {
    return "damaged";
  }
}

const passing: string[] = [];

/** A library in a private folder that goes when the program ends. */
function inPassing(make: (path: string) => void): string {
  const folder = mkdtempSync(join(tmpdir(), "nabla-"));
  if (passing.length === 0)
    process.on("exit", () => {
      for (const f of passing) rmSync(f, { recursive: true, force: true });
    });
  passing.push(folder);
  make(join(folder, code));
  return join(folder, code);
}

const reason = (error: unknown): string =>
  error instanceof Error ? error.message.replace(/^\w+: /u, "") : String(error);

/** The names of everything in the folder that is a cache's own. */
function ownNames(): string[] {
  const folder = cacheFolder();
  try {
    return readdirSync(folder).filter((name) => /^(?:[0-9a-f]{64}|\.\w{6})$/u.test(name));
  } catch {
    return [];
  }
}

/** What is kept, the newest first. */
export function cacheEntries(): Entry[] {
  return ownNames()
    .filter((name) => !name.startsWith("."))
    .flatMap((key) => {
      try {
        const { size, mtime } = lstatSync(join(cacheFolder(), key, code));
        return [{ key, size, made: mtime }];
      } catch {
        return [];
      }
    })
    .toSorted((a, b) => b.made.getTime() - a.made.getTime());
}

/**
 * Removes what is kept, and nothing else; how many entries that were.
 * @throws NablaError where one cannot be removed.
 */
export function clearCache(): number {
  const names = ownNames();
  for (const name of names)
    try {
      rmSync(join(cacheFolder(), name), { recursive: true, force: true });
    } catch (error) {
      throw errors.notCleared(reason(error));
    }
  return names.filter((name) => !name.startsWith(".")).length;
}
