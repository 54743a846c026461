/**
 * @file Makes derivations/data anew: pictures of four shapes, small enough to lie beside the problems.
 *
 *   node bin/small-data.mjs [FOLDER]
 */

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "rolldown";

const [folder = fileURLToPath(new URL("../derivations/data/", import.meta.url))] =
  process.argv.slice(2);
const side = 8;
const counts = { train: 680, t10k: 200 };

const input = fileURLToPath(new URL("../src/data/random.ts", import.meta.url));
const { output } = await build({ input, write: false });
const { Random, seedOf } = await import(
  `data:text/javascript,${encodeURIComponent(output[0].code)}`
);

/** How far a place is from a shape of radius r about 0; roots and sums alone, which are the same on every machine. */
const shapes = {
  ring: (x, y, r) => Math.abs(Math.sqrt(x * x + y * y) - r),
  square: (x, y, r) => Math.abs(Math.max(Math.abs(x), Math.abs(y)) - 0.9 * r),
  plus: (x, y, r) => bar(x, y, r),
  times: (x, y, r) => bar((x + y) * Math.SQRT1_2, (x - y) * Math.SQRT1_2, r),
};

/** The distance from two bars that cross. */
function bar(x, y, r) {
  const [near, far] = [Math.abs(x), Math.abs(y)].sort((a, b) => a - b);
  return Math.max(near, far - r);
}

/**
 * A picture of a shape: its place, size, thickness and strength by chance, and noise in every point. Half of them are
 * dark on bright ground, so that no sum of weighted points tells one shape from another.
 */
function picture(distance, random) {
  const middle = (side - 1) / 2;
  const [left, top] = [random.uniform(-1, 1), random.uniform(-1, 1)];
  const radius = random.uniform(2.3, 3.2);
  const thickness = random.uniform(0.9, 1.4);
  const strength = random.uniform(110, 200);
  const isDark = random.uniform() < 0.5;
  return Array.from({ length: side * side }, (_, k) => {
    const [x, y] = [(k % side) - middle - left, Math.floor(k / side) - middle - top];
    const ink = Math.min(1, Math.max(0, thickness - distance(x, y, radius)));
    const noise = 16 * (random.uniform(-1, 1) + random.uniform(-1, 1));
    return Math.min(
      255,
      Math.max(0, Math.round((isDark ? 225 - strength * ink : 30 + strength * ink) + noise)),
    );
  });
}

/** An IDX file of bytes. */
function idx(shape, bytes) {
  const header = Buffer.alloc(4 + 4 * shape.length);
  header.set([0, 0, 8, shape.length]);
  for (const [k, size] of shape.entries()) header.writeInt32BE(size, 4 + 4 * k);
  return Buffer.concat([header, Buffer.from(bytes)]);
}

mkdirSync(folder, { recursive: true });
const write = (name, bytes) => writeFileSync(join(folder, name), bytes);
const kinds = Object.values(shapes);
for (const [k, [part, count]] of Object.entries(counts).entries()) {
  const random = new Random(seedOf(1, k));
  const labels = Array.from({ length: count }, () => random.below(kinds.length));
  const pictures = labels.flatMap((label) => picture(kinds[label], random));
  write(`${part}-images-idx3-ubyte`, idx([count, side, side], pictures));
  write(`${part}-labels-idx1-ubyte`, idx([count], labels));
}
write("classes.txt", `${Object.keys(shapes).join("\n")}\n`);
