/**
 * @file nabla as a contestant: compiles a typed problem, and runs steps, or values and gradients.
 *
 *   node nabla-peer.mjs FOLDER THREADS BACKEND
 */
import { readFileSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { adam, compile, gradientDescent } from "../../dist/index.js";

const [folder, threads, backend] = process.argv.slice(2);
const { spec, text, types } = JSON.parse(readFileSync(`${folder}/workload.json`, "utf8"));
const kinds = { f4: Float32Array, f8: Float64Array, i4: Int32Array };
const array = (name) => {
  const bytes = readFileSync(`${folder}/${name}.bin`);
  const kind = kinds[types[name]];
  return new kind(bytes.buffer, bytes.byteOffset, bytes.length / kind.BYTES_PER_ELEMENT);
};

const isNetwork = spec.kind === "network";
const rules = { adam, sgd: gradientDescent };
const before = performance.now();
const program = await compile(text, {
  backend,
  threads: Number(threads),
  dtype: spec.precision,
  ...(spec.params.length > 0 && { wrt: spec.params.join(", ") }),
  ...(isNetwork
    ? {
        sizes: { N: spec.batch },
        update: rules[spec.update.rule](spec.update.rate),
        feed: { X: spec.samples, Y: spec.samples },
        labels: spec.loss === "classes" ? ["Y"] : [],
      }
    : { sizes: spec.sizes }),
});
const compiled = performance.now() - before;
if (program.backend !== backend) throw new Error(program.why);
for (const name of Object.keys(types)) program.set(name, array(name));

const batches = isNetwork ? Math.floor(spec.samples / spec.batch) : 0;
let step = 0;
/** Takes some steps; their values. */
function run(count) {
  if (!isNetwork) {
    for (let k = 0; k < count; k++) program.run();
    return [program.get("value")[0]];
  }
  const order = new Int32Array(count * spec.batch);
  for (let k = 0; k < count; k++, step++)
    for (let i = 0; i < spec.batch; i++)
      order[k * spec.batch + i] = (step % batches) * spec.batch + i;
  return Array.from(program.steps(count, order).slice(0, 5));
}

/** Operations of the contractions in a step: a multiplication and an addition for each pair. */
const { step: planned } = program.plan;
const flops = planned.reduce((sum, { multiplyAdds }) => sum + 2 * multiplyAdds, 0);

function answer({ steps, results }) {
  if (steps) {
    const start = performance.now();
    const values = run(steps);
    return { seconds: (performance.now() - start) / 1e3, values };
  }
  if (results) {
    const wanted = spec.params.length > 0 ? spec.params.map((name) => `∂${name}`) : ["value"];
    const entries = wanted.flatMap((name) => Array.from(program.get(name)));
    writeFileSync(results, new Uint8Array(Float64Array.from(entries).buffer));
    return {};
  }
  return { threads: program.threads, compiled, flops };
}

for await (const line of createInterface({ input: process.stdin }))
  process.stdout.write(`${JSON.stringify(answer(JSON.parse(line)))}\n`);
