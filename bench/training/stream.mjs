/**
 * @file A million samples from disk: how much memory a run takes at most that streams them. As float32 they would be 3.1 GB.
 */
import { spawn } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { generator } from "../compiled/numbers.mjs";

const [count, width, classes] = [1_000_000, 784, 10];
/** MiB that samples may take. */
const memory = 256;

/** IDX files of noisy pictures: those of a class are brighter in rows of their own. */
function made(folder) {
  const next = generator(1);
  const header = (kind, ...sizes) => {
    const bytes = Buffer.alloc(4 + 4 * sizes.length);
    bytes.writeUInt32BE(0x0800 | kind, 0);
    for (const [k, size] of sizes.entries()) bytes.writeUInt32BE(size, 4 + 4 * k);
    return bytes;
  };
  const images = openSync(join(folder, "train-images-idx3-ubyte"), "w");
  const labels = openSync(join(folder, "train-labels-idx1-ubyte"), "w");
  writeSync(images, header(3, count, 28, 28));
  writeSync(labels, header(1, count));
  const noise = Uint8Array.from({ length: 1 << 20 }, () => 64 + 64 * next());
  const block = 1000;
  for (let from = 0; from < count; from += block) {
    const rows = Math.min(block, count - from);
    const [pixels, classOf] = [Buffer.alloc(rows * width), Buffer.alloc(rows)];
    for (let i = 0; i < rows; i++) {
      const label = (classOf[i] = Math.floor((next() + 1) * (classes / 2)));
      const at = Math.floor((next() + 1) * ((noise.length - width) / 2));
      pixels.set(noise.subarray(at, at + width), i * width);
      for (let k = 0; k < 56; k++) pixels[i * width + label * 56 + k] += 60;
    }
    writeSync(images, pixels);
    writeSync(labels, classOf);
  }
  closeSync(images);
  closeSync(labels);
}

/** The most memory that a process had so far, or what it has where the system does not keep that, in bytes. */
const peakOf = (pid) =>
  1024 *
  Number(/Vm(?:HWM|RSS):\s*(\d+)/u.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0);

/** Trains on them for two epochs, and says how fast and in how much memory. */
export async function streamed() {
  console.log(
    `\nT3: ${count.toLocaleString("en")} samples of ${width} bytes, ${memory} MiB for samples`,
  );
  const folder = mkdtempSync(join(tmpdir(), "nabla-stream-"));
  try {
    made(folder);
    const program = fileURLToPath(new URL("../../dist/nabla.js", import.meta.url));
    const args = ["--layers", "784,64,10", "--epochs", "2", "--validation", "5000", "--json"];
    const own = ["--data", folder, "--memory", String(memory), "--out", join(folder, "run")];
    const child = spawn(process.execPath, [program, "train", ...args, ...own], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let peak = 0;
    const timer = setInterval(() => {
      try {
        peak = Math.max(peak, peakOf(child.pid));
      } catch {
        // It has ended.
      }
    }, 50);
    for await (const line of createInterface({ input: child.stdout })) {
      const { epoch, validation, samplesPerSecond } = JSON.parse(line);
      if (epoch === undefined) continue;
      console.log(
        `  epoch ${epoch}: ${samplesPerSecond.toLocaleString("en")} samples/s, validation ${(100 * validation.accuracy).toFixed(2)} %`,
      );
    }
    clearInterval(timer);
    console.log(`  peak memory: ${(peak / 2 ** 20).toFixed(0)} MiB`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
