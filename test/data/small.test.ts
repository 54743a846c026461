/** @file The small data set is what its script makes, and is read. */

import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { openData } from "../../src/data/index.ts";
import { folderWith } from "./files.ts";

const at = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const folder = at("derivations/data");

test("its script makes the same bytes again", () => {
  const made = folderWith({});
  const { status, stderr } = spawnSync(process.execPath, [at("bin/small-data.mjs"), made]);
  expect([status, stderr.toString()]).toEqual([0, ""]);
  expect(readdirSync(folder)).toEqual(readdirSync(made));
  let size = 0;
  for (const name of readdirSync(made)) {
    const bytes = readFileSync(join(made, name));
    expect(readFileSync(join(folder, name)).equals(bytes), name).toBe(true);
    size += bytes.length;
  }
  expect(size).toBeLessThan(60_000);
});

test("it has four classes of pictures, none of them rare", async () => {
  const { title, train, test, classNames, close } = await openData([folder]);
  expect(title).toBe("data");
  expect(classNames).toEqual(["ring", "square", "plus", "times"]);
  expect([train.inputs.shape, train.inputs.isBytes]).toEqual([[8, 8], true]);
  for (const [part, count] of [
    [train, 680],
    [test!, 200],
  ] as const) {
    expect(part.inputs.count).toBe(count);
    for (const k of [0, 1, 2, 3])
      expect(part.classes!.filter((label) => label === k).length).toBeGreaterThan(count / 5);
  }
  close();
});
