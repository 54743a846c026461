/** @file Compiled code kept between runs, in a private folder of the user's. */

import { createHash } from "node:crypto";
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { homedir, platform, tmpdir } from "node:os";
import { join, sep } from "node:path";

/** Where compiled code is kept: `NABLA_CACHE`, or a folder of the user's cache. */
export function cacheFolder(): string {
  const own = process.env["NABLA_CACHE"];
  if (own) return own;
  const base =
    process.env["XDG_CACHE_HOME"] ??
    (platform() === "darwin" ? join(homedir(), "Library", "Caches") : join(homedir(), ".cache"));
  return join(base, "nabla");
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

/** Only what nobody else can write to is loaded. */
function isPrivate(path: string): boolean {
  const stat = lstatSync(path);
  const isOwn = process.getuid === undefined || stat.uid === process.getuid();
  return !stat.isSymbolicLink() && isOwn && (stat.mode & 0o022) === 0;
}

/** The folder, made where it is missing; an error where it cannot be written to or is not private. */
function privateFolder(): string {
  const folder = cacheFolder();
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (!isPrivate(folder)) throw new Error(`${folder} can be written to by others`);
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
    if (found === "damaged") {
      note("an entry of the cache is damaged: it is made anew");
      rmSync(entry, { recursive: true, force: true });
    }
    own = mkdtempSync(`${folder}${sep}.`);
  } catch (error) {
    note(`compiled code is not kept: ${reason(error)}`);
    return inPassing(make);
  }
  try {
    make(join(own, code));
    writeFileSync(join(own, sum), digest(readFileSync(join(own, code))), { mode: 0o600 });
    return join(settled(own, entry), code);
  } catch (error) {
    rmSync(own, { recursive: true, force: true });
    throw error;
  }
}

/** Puts a finished entry in its place at once, unless another process was there first. */
function settled(own: string, entry: string): string {
  try {
    renameSync(own, entry);
  } catch (error) {
    if (stateOf(entry) !== "whole") throw error;
    rmSync(own, { recursive: true, force: true });
  }
  return entry;
}

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
      parts.every(isPrivate) &&
      digest(readFileSync(join(entry, code))) === readFileSync(join(entry, sum), "utf8");
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
  try {
    return readdirSync(cacheFolder()).filter((name) => /^(?:[0-9a-f]{64}|\.\w{6})$/u.test(name));
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

/** Removes what is kept, and nothing else; how many entries that were. */
export function clearCache(): number {
  const names = ownNames();
  for (const name of names) rmSync(join(cacheFolder(), name), { recursive: true, force: true });
  return names.filter((name) => !name.startsWith(".")).length;
}
