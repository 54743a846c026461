/** @file `nabla cache` shows and clears what is kept. */

import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { platform, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { nabla } from "../program.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "nabla-test-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const key = "0123456789abcdef".repeat(4);
const run = (...args: string[]): string =>
  nabla(["cache", ...args], { env: { NABLA_CACHE: join(folder, "cache") } }).stdout;
const shown = (env: Readonly<Record<string, string>>): string =>
  nabla(["cache"], { env: { NABLA_CACHE: "", ...env }, cwd: folder }).stdout;

test("an empty cache is told as one", () => {
  expect(run()).toBe(`${join(folder, "cache")}: 0 programs, 0 KiB\n`);
});

test("what is kept is shown, and nothing else is removed", () => {
  mkdirSync(join(folder, "cache", key), { recursive: true });
  writeFileSync(join(folder, "cache", key, "code.node"), Buffer.alloc(2048));
  writeFileSync(join(folder, "cache", "letter.txt"), "dear");
  expect(run()).toMatch(/: 1 program, 2 KiB\n {2}0123456789ab {2}[-\d]+ [:\d]+ {2}2 KiB\n$/u);
  expect(JSON.parse(run("--json"))).toMatchObject({ bytes: 2048, entries: [{ key, size: 2048 }] });
  expect(run("--clear")).toBe(`${join(folder, "cache")}: 1 program removed\n`);
  expect(readdirSync(join(folder, "cache"))).toEqual(["letter.txt"]);
});

test("the folder hangs on nothing but the user", () => {
  const home = join(folder, "home");
  const own = platform() === "darwin" ? join("Library", "Caches") : ".cache";
  const usual = `${join(home, own, "nabla")}: 0 programs, 0 KiB\n`;
  for (const XDG_CACHE_HOME of ["", "here"])
    expect(shown({ HOME: home, XDG_CACHE_HOME })).toBe(usual);
  expect(shown({ XDG_CACHE_HOME: folder })).toBe(`${join(folder, "nabla")}: 0 programs, 0 KiB\n`);
  expect(shown({ HOME: "", XDG_CACHE_HOME: "" })).toMatch(/^\//u);
});
