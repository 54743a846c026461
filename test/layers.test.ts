/** @file Imports run one way through the house, and outside libraries enter at one file each. */

import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { expect, test } from "vitest";

const root = resolve(import.meta.dirname, "..");

/** The floors from the ground up; rooms on one floor do not import one another. */
const floors = [
  ["diagnostics"],
  ["files"],
  ["data", "draw"],
  ["expr"],
  ["ops"],
  ["parse", "diff", "simplify", "print", "numeric", "lower"],
  ["derive"],
  ["compile"],
  ["onnx"],
  ["steps"],
  ["graph"],
  ["eval"],
  ["check"],
  ["report"],
  ["train"],
  ["sheet"],
  ["index"],
  ["cli"],
];

const files = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts") && !file.includes("generated"))
  .map((file) => `src/${file}`);

const matched = (file: string, pattern: RegExp): string[] =>
  [...readFileSync(join(root, file), "utf8").matchAll(pattern)].map((match) => match[1]!);
const importsOf = (file: string): string[] => matched(file, /(?:from|import)\s*\(?"([^"]+)"/gu);
/** Without those of types alone, which are nothing at run time. */
const loadedBy = (file: string): string[] =>
  matched(file, /(?:^(?:import|export)(?! type)[^;]*?from|\bimport)\s*\(?"([^"]+)"/gmu);

const roomOf = (file: string): string => file.split("/")[1]!.replace(".ts", "");
const floorOf = (room: string): number => floors.findIndex((rooms) => rooms.includes(room));

test("every file belongs to a floor", () => {
  expect(files.filter((file) => floorOf(roomOf(file)) < 0)).toEqual([]);
});

test("what is slow to be made waits until it is needed", () => {
  const made = /^(?:export )?const \w+ = new Intl/mu;
  expect(files.filter((file) => made.test(readFileSync(join(root, file), "utf8")))).toEqual([]);
});

test("imports run downwards only", () => {
  const upward: string[] = [];
  for (const file of files)
    for (const path of importsOf(file).filter((p) => p.startsWith("."))) {
      const target = relative(root, resolve(root, dirname(file), path));
      if (!target.startsWith("src/") || target.includes("generated")) continue;
      const [here, there] = [roomOf(file), roomOf(target)];
      if (here !== there && floorOf(there) >= floorOf(here)) upward.push(`${file} → ${target}`);
    }
  expect(upward).toEqual([]);
});

test("a family of operations imports earlier ones only", () => {
  const families = [
    "core",
    "stand-in",
    "arithmetic",
    "slope",
    "indicators",
    "elementwise",
    "commuting",
    "exponential",
    "matrix",
    "reduce",
    "structure",
    "kronecker",
    "norms",
    "rowwise",
    "indexing",
    "unknown",
    "functions",
  ];
  const wrong = files
    .filter((file) => file.startsWith("src/ops/"))
    .flatMap((file) => {
      const at = families.indexOf(file.slice("src/ops/".length, -3));
      return importsOf(file)
        .filter((p) => p.startsWith("./"))
        .filter((p) => families.indexOf(p.slice(2, -3)) >= at)
        .map((p) => `${file} → ${p}`);
    });
  expect(wrong).toEqual([]);
});

test("each outside library enters at one file", () => {
  const entries = new Map<string, Set<string>>();
  for (const file of files)
    for (const path of loadedBy(file))
      if (!path.startsWith(".") && !path.startsWith("node:"))
        entries.set(path, (entries.get(path) ?? new Set()).add(file));
  // commander's types go through the command line's own files.
  const several = [...entries].filter(([name, where]) => name !== "commander" && where.size > 1);
  expect(several).toEqual([]);
});

test("every source file begins with a sentence about itself", () => {
  const silent = files.filter(
    (file) =>
      !/^(?:#!.*\n)?\/\*\* @file [^\n]*\S+[.:] ?.*\*\/$/mu.test(
        readFileSync(join(root, file), "utf8").split("\n").slice(0, 2).join("\n"),
      ),
  );
  expect(silent).toEqual([]);
});
