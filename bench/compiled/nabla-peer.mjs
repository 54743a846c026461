/**
 * @file nabla as a contestant: compiles a typed problem, and runs steps or gradients.
 *
 *   node nabla-peer.mjs FOLDER BACKEND THREADS
 */
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { adam, compile, gradientDescent } from "../../dist/index.js";

const [folder, backend, threads] = process.argv.slice(2);
const { spec, text, types } = JSON.parse(readFileSync(`${folder}/workload.json`, "utf8"));
const kinds = { f4: Float32Array, f8: Float64Array, i4: Int32Array };
const array = (name) => {
  const bytes = readFileSync(`${folder}/${name}.bin`);
  return new kinds[types[name]](
    bytes.buffer,
    bytes.byteOffset,
    bytes.length / kinds[types[name]].BYTES_PER_ELEMENT,
  );
};

const isNetwork = spec.kind === "network";
const before = performance.now();
const program = await compile(text, {
  backend,
  threads: Number(threads),
  wrt: spec.params.join(", "),
  dtype: spec.precision ?? "float32",
  ...(isNetwork
    ? {
        sizes: { N: spec.batch },
        update:
          spec.update.rule === "adam" ? adam(spec.update.rate) : gradientDescent(spec.update.rate),
        feed: { X: spec.samples, Y: spec.samples },
        labels: spec.loss === "classes" ? ["Y"] : [],
      }
    : { sizes: spec.sizes }),
});
const compiled = performance.now() - before;
for (const name of Object.keys(types)) program.set(name, array(name));

const batches = isNetwork ? Math.floor(spec.samples / spec.batch) : 0;
let step = 0;
/** Runs some steps; their values. */
function run(count) {
  if (!isNetwork) {
    let value = 0;
    for (let k = 0; k < count; k++) value = program.run();
    return [value];
  }
  const order = new Int32Array(count * spec.batch);
  for (let k = 0; k < count; k++, step++)
    for (let i = 0; i < spec.batch; i++)
      order[k * spec.batch + i] = (step % batches) * spec.batch + i;
  return Array.from(program.steps(count, order));
}

for await (const line of createInterface({ input: process.stdin })) {
  const { steps } = JSON.parse(line);
  if (steps === 0) {
    const { backend: name, why, threads: used } = program;
    process.stdout.write(
      `${JSON.stringify({ ready: true, backend: name, why, threads: used, compiled })}\n`,
    );
    continue;
  }
  const start = performance.now();
  const values = run(steps);
  const seconds = (performance.now() - start) / 1e3;
  process.stdout.write(`${JSON.stringify({ seconds, values: values.slice(0, 5) })}\n`);
}
