/** @file Runs as a user starts, kills, resumes and looks at them. */

import { spawn } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { npyFile } from "../../src/data/npy.ts";
import { tensorsIn } from "../../src/data/safetensors.ts";
import { Random } from "../../src/data/random.ts";
import { nabla } from "../program.ts";
import { clouds } from "./made.ts";

const program = new URL("../../dist/nabla.js", import.meta.url).pathname;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "nabla-train-"));
  const { inputs, classes } = clouds(600, 4, 6, 1);
  const entries = new Float32Array(600 * 6);
  inputs.read(
    Int32Array.from({ length: 600 }, (_, k) => k),
    entries,
  );
  mkdirSync(join(folder, "data"));
  writeFileSync(join(folder, "data", "X.npy"), npyFile(entries, [600, 6]));
  writeFileSync(join(folder, "data", "y.npy"), npyFile(Float64Array.from(classes!), [600]));
});
afterAll(() => {
  chmodAll(folder);
  rmSync(folder, { recursive: true, force: true });
});

const chmodAll = (path: string): void => {
  for (const name of readdirSync(path)) if (name === "locked") chmodSync(join(path, name), 0o755);
};

const network = [
  "--layers",
  "6,12,4",
  "--data",
  "data",
  "--batch",
  "32",
  "--validation",
  "0.1",
  "--rate",
  "0.02",
];
const train = (...args: string[]): ReturnType<typeof nabla> =>
  nabla(["train", ...network, ...args], { cwd: folder });

/** The weights of a run, and everything else that its next steps hang on. */
const numbersOf = (run: string): [string, number[]][] => {
  const path = join(folder, run, "checkpoint.safetensors");
  const { tensors } = tensorsIn(readFileSync(path), path);
  return [...tensors].map(([name, { data }]) => [name, Array.from(data as Float32Array)]);
};

const linesOf = (text: string): Record<string, unknown>[] =>
  text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);

describe("a run", () => {
  test("prints the lines that it promises as JSON, and leaves what it promises", () => {
    const { status, stdout, stderr } = train(
      "--epochs",
      "3",
      "--test",
      "100",
      "--out",
      "json",
      "--json",
    );
    expect(stderr).toBe("");
    expect(status).toBe(0);
    const lines = linesOf(stdout);
    expect(lines.length).toBe(4);
    for (const [k, line] of lines.slice(0, 3).entries())
      expect(line).toEqual({
        epoch: k + 1,
        train: { loss: expect.any(Number), accuracy: expect.any(Number) },
        validation: { loss: expect.any(Number), accuracy: expect.any(Number) },
        test: { loss: expect.any(Number), accuracy: expect.any(Number) },
        seconds: expect.any(Number),
        samplesPerSecond: expect.any(Number),
        rate: expect.any(Number),
      });
    expect(lines[3]).toEqual({
      done: true,
      test: lines[2]!["test"],
      run: join(folder, "json"),
      backend: expect.stringMatching(/^(?:native|wasm|js)$/u),
      parameters: 6 * 12 + 12 + 12 * 4 + 4,
    });
    expect(readdirSync(join(folder, "json")).sort()).toEqual([
      "checkpoint.safetensors",
      "config.json",
      "curves.svg",
      "curves.vl.json",
      "metrics.jsonl",
      "model.onnx",
      "report.html",
      "weights.npz",
      "weights.safetensors",
    ]);
    const metrics = linesOf(readFileSync(join(folder, "json", "metrics.jsonl"), "utf8"));
    expect(metrics).toEqual(lines.slice(0, 3));
  });

  test("tells an epoch a line, and what came out; without --out it has a folder of its own", () => {
    const { status, stdout } = train("--epochs", "2");
    expect(status).toBe(0);
    const lines = stdout.trim().split("\n");
    expect(lines.length).toBe(4);
    expect(lines[0]).toMatch(
      /^epoch 1 {2}train 1\.\d+ [\d.]+% {2}validation [\d.]+ [\d.]+% {2}[\d.]+ s, [\d,]+\/s$/u,
    );
    expect(lines[2]).toMatch(
      /^After 2 epochs the loss is [\d.]+ in training; [\d.]+ on the validation samples, of which [\d.]+% are classified correctly\.$/u,
    );
    expect(lines[3]).toBe(join(folder, "runs", "data-1"));
    expect(train("--epochs", "1").stdout.trim().split("\n").at(-1)).toBe(
      join(folder, "runs", "data-2"),
    );
    expect(
      Math.max(
        ...stdout
          .split("\n")
          .slice(0, 2)
          .map((line) => line.length),
      ),
    ).toBeLessThanOrEqual(80);
  });

  test("predicts for other samples", () => {
    train("--epochs", "5", "--out", "predicts");
    const args = ["predict", "predicts", "--images", "data/X.npy"];
    const all = JSON.parse(nabla([...args, "--json"], { cwd: folder }).stdout) as {
      predictions: { predicted: number; probabilities: { probability: number }[] }[];
    };
    expect(all.predictions.length).toBe(600);
    const { classes } = clouds(600, 4, 6, 1);
    const right = all.predictions.filter((p, k) => p.predicted === classes![k]).length;
    expect(right).toBeGreaterThan(480);
    for (const { probabilities } of all.predictions)
      expect(probabilities.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(
        1,
        5,
      );
    const text = nabla([...args, "--count", "2", "--from", "599"], { cwd: folder });
    expect(text.stdout).toMatch(/^sample 599: \d [\d.]+%\n/u);
    expect(nabla([...args, "--from", "601"], { cwd: folder })).toMatchObject({
      status: 2,
      stderr: "error[bad-option]: data/X.npy has 600 samples\n",
    });
  });

  test("has the digits that its data have", () => {
    const xs = [0.1, 0.2, 0.3];
    const ys = [0.7, 0.1, 0.9];
    const lines = xs.map((x, k) => `${x},${ys[k]}`).join("\n");
    writeFileSync(join(folder, "digits.csv"), `x,y\n${lines}\n`);
    const line = "x_i: scalar for i = 1..n; y_i: scalar; w: scalar; 1/n Σ_i (w x_i − y_i)²";
    const names = ["--params", "w", "--input", "x", "--target", "y", "--data", "digits.csv"];
    const how = ["--optimizer", "sgd", "--rate", "0.1", "--schedule", "constant", "--epochs", "1"];
    const run = ["--dtype", "float64", "--out", "digits"];
    expect(nabla(["train", line, ...names, ...how, ...run], { cwd: folder }).stderr).toBe("");
    const path = join(folder, "digits", "weights.safetensors");
    const w = Number(tensorsIn(readFileSync(path), path).tensors.get("w")!.data[0]);
    const gradient = xs.reduce((sum, x, k) => sum - (2 / 3) * x * ys[k]!, 0);
    expect(Math.abs(w + 0.1 * gradient)).toBeLessThan(1e-16);
  });

  test("standardises large numbers that differ little", () => {
    const rows = Array.from(
      { length: 40 },
      (_, k) => `${1_700_000_000 + k},${k < 20 ? "am" : "pm"}`,
    );
    writeFileSync(join(folder, "times.csv"), `time,label\n${rows.join("\n")}\n`);
    const how = ["--data", "times.csv", "--standardise", "feature", "--epochs", "30"];
    const run = ["--rate", "0.1", "--batch", "8", "--out", "times"];
    const { stdout } = nabla(["train", "--layers", "1,2", ...how, ...run], { cwd: folder });
    expect(stdout).toContain("After 30 epochs");
    const found = nabla(["predict", "times", "--images", "times.csv", "--json"], { cwd: folder });
    const { predictions } = JSON.parse(found.stdout) as {
      predictions: { predicted: number; truth: number }[];
    };
    expect(predictions.filter(({ predicted, truth }) => predicted === truth).length).toBe(40);
  });

  test("predicts for the table that it was trained on, whose labels are the truth", () => {
    writeFileSync(join(folder, "kinds.csv"), "a,kind,b\n1,7,2\n2,30,3\n3,7,1\n0,30,1\n");
    const run = ["--data", "kinds.csv", "--label", "kind", "--epochs", "1", "--out", "kinds"];
    expect(nabla(["train", "--hidden", "3", ...run], { cwd: folder }).status).toBe(0);
    const truths = (images: string): unknown[] => {
      const { stdout } = nabla(["predict", "kinds", "--images", images, "--json"], {
        cwd: folder,
      });
      return (JSON.parse(stdout) as { predictions: { truth: unknown }[] }).predictions.map(
        ({ truth }) => truth,
      );
    };
    expect(truths("kinds.csv")).toEqual([0, 1, 0, 1]);
    writeFileSync(join(folder, "bare.csv"), "a,b\n1,2\n2,3\n");
    expect(truths("bare.csv")).toEqual([null, null]);
    writeFileSync(join(folder, "new.csv"), "a,kind,b\n1,8,2\n");
    expect(nabla(["predict", "kinds", "--images", "new.csv"], { cwd: folder }).stderr).toContain(
      "new.csv: line 2, column 2",
    );
    writeFileSync(join(folder, "prices.csv"), "a,kind,b\n1,7,2\n2,30.1,3\n3,7,1\n0,30.1,1\n");
    const numbers = ["--loss", "squared", "--data", "prices.csv", "--label", "kind"];
    nabla(["train", "--hidden", "3", ...numbers, "--epochs", "1", "--out", "prices"], {
      cwd: folder,
    });
    const { stdout } = nabla(["predict", "prices", "--images", "prices.csv", "--json"], {
      cwd: folder,
    });
    expect(JSON.parse(stdout)).toEqual({
      ok: true,
      predictions: [7, 30.1, 7, 30.1].map((truth, k) => ({
        sample: `sample ${k + 1}`,
        outputs: [expect.any(Number)],
        truth: [truth],
      })),
    });
  });

  test("is not begun where one lies, and not gone on with where none does, nor with other data", () => {
    train("--epochs", "1", "--out", "once");
    const before = readdirSync(join(folder, "once")).map((name) =>
      readFileSync(join(folder, "once", name)),
    );
    expect(train("--epochs", "1", "--out", "once")).toMatchObject({
      status: 2,
      stderr:
        "error[run-there]: once holds a run already\n  hint: --resume once  goes on with it; another --out begins a new one\n",
    });
    expect(
      readdirSync(join(folder, "once")).map((name) => readFileSync(join(folder, "once", name))),
    ).toEqual(before);
    expect(nabla(["train", "--resume", "data"], { cwd: folder })).toMatchObject({
      status: 4,
      stderr: "error[no-run]: data holds no run: there is no config.json\n",
    });
    mkdirSync(join(folder, "other"));
    writeFileSync(join(folder, "other", "X.npy"), npyFile(new Float32Array(600 * 6), [600, 6]));
    writeFileSync(join(folder, "other", "y.npy"), readFileSync(join(folder, "data", "y.npy")));
    const { status, stderr } = nabla(["train", "--resume", "once", "--data", "other"], {
      cwd: folder,
    });
    expect(status).toBe(4);
    expect(stderr).toContain(
      "error[data-changed]: the data of once are not those that its run was begun with\n",
    );
  });

  test("can be made longer where its rate does not hang on how long it is", () => {
    const constant = ["--schedule", "constant"];
    train("--epochs", "2", ...constant, "--out", "short");
    train("--epochs", "4", ...constant, "--out", "long");
    const resumed = (...args: string[]): ReturnType<typeof nabla> =>
      nabla(["train", "--resume", ...args], { cwd: folder });
    expect(resumed("short", "--epochs", "4").status).toBe(0);
    expect(numbersOf("short")).toEqual(numbersOf("long"));
    expect(resumed("short", "--epochs", "3")).toMatchObject({
      status: 2,
      stderr: "error[bad-option]: the run has 4 epochs already, and cannot have fewer\n",
    });
    train("--epochs", "2", "--out", "cosine");
    expect(resumed("cosine", "--epochs", "3").stderr).toContain(
      "the rate of this run goes down over 2 epochs, and no further",
    );
    expect(resumed("cosine", "--rate", "1").stderr).toContain(
      "--rate says nothing beside --resume",
    );
  });

  test.each([
    [["--layers", "6,4", "--params", "W"], "--params is an option of a typed loss"],
    [
      ["‖X W‖²", "--params", "W", "--input", "X", "--dropout", "0.1"],
      "--dropout is an option of a network",
    ],
    [["--layers", "6,4", "--trials", "3"], "--trials takes a search beside it"],
    [["--layers", "6,4", "--momentum", "0.5"], "--momentum says nothing to adam"],
    [["--layers", "6,4", "--patience", "3"], "--patience takes samples to validate with beside it"],
    [["--layers", "6,4", "--rate", "0"], "--rate takes a number above 0"],
    [["--layers", "6,4", "--schedule", "step"], "--schedule takes constant, step:EPOCHS:FACTOR"],
    [["--layers", "6,4", "--init", "ones"], "--init takes he, xavier, normal or normal:0.01"],
    [["--layers", "6,x"], "--layers takes a whole number from 1 on"],
    [
      ["--layers", "6,5,4", "--batch", "1", "--batch-norm"],
      "--batch-norm takes batches of 2 samples at least",
    ],
    [
      ["--layers", "5,4"],
      "the network takes 5 entries of a sample, and a sample of the data has 6",
    ],
    [["--layers", "6,3"], "the last layer has 3 outputs, and the data have 4 classes"],
    [[], "either a network or a typed loss is trained"],
    [["--layers", "6,4", "--hidden", "8"], "either a network or a typed loss is trained"],
    [["--layers", "6,4", "--margin", "2"], "--margin is an option of a hinge loss"],
    [["--layers", "6,4", "--dropout", "0.5"], "--dropout is an option of networks with a hidden"],
    [["--layers", "6,4", "--init", "normal:1:2"], "--init takes he, xavier, normal or normal:0.01"],
    [["--layers", "6,4", "--schedule", "cosine:"], "--schedule takes constant, step:EPOCHS:FACTOR"],
    [["--layers", "6,4", "--warmup", "11"], "--warmup takes no more than the 10 of --epochs"],
    [
      ["--layers", "6,4", "--search", "rate=1,,2", "--validation", "9"],
      "“rate=1,,2” says no values",
    ],
    [
      ["--layers", "6,4", "--search", "rate=1,x", "--validation", "9"],
      "--rate takes a number above",
    ],
    [
      ["‖X W‖²", "--params", "W", "--input", "X", "--search", "l2=1,2", "--validation", "9"],
      "--l2 is an option of a network",
    ],
    [["‖X W", "--params", "W", "--input", "X"], "“‖” is never closed"],
    [
      ["X: N×d; ‖X W‖²", "--params", "W", "--input", "X", "--predicts", "P"],
      "--predicts P: the problem has no such name",
    ],
    [
      ["X: N×d; A: d×d; ‖X A W‖²", "--params", "W", "--input", "X"],
      "error[not-trainable]: nothing says what A is\n  note: a name of a loss is trained, is given by the data, or has a number\n  hint: --params …,A  or  A = 0.1; a dimension is declared: X: N×d (N, d are)\n",
    ],
    [["1/N ‖X W‖²", "--params", "W", "--input", "X"], "nothing says what N is"],
    [
      [
        "X: N×d; Y: N×C onehot; L = 1/N ‖XWᵀ − Y‖²; accuracy = 1/N tr(YᵀXWᵀ)",
        "--params",
        "W",
        "--input",
        "X",
        "--target",
        "Y",
      ],
      "the last definition is accuracy, which no step can make larger",
    ],
    [["--layers", "6,4", "--show"], "--out says nothing beside --show, which trains nothing"],
    [["--layers", "6,4", "--no-check", "--check-gradients"], "--out says nothing beside"],
  ])("is refused with %j", (args, message) => {
    const { status, stderr, stdout } = nabla(
      ["train", ...args, "--data", "data", "--out", "none"],
      { cwd: folder },
    );
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toContain(message);
    expect(existsSync(join(folder, "none"))).toBe(false);
  });

  test("that is damaged is told, and left as it is", () => {
    train("--epochs", "1", "--out", "damaged");
    const path = join(folder, "damaged", "checkpoint.safetensors");
    const whole = readFileSync(path);
    const resumed = (): string => {
      const { status, stderr } = nabla(["train", "--resume", "damaged"], { cwd: folder });
      expect(status).toBe(2);
      return stderr;
    };
    writeFileSync(path, whole.subarray(0, whole.length - 5));
    expect(resumed()).toContain(`error[damaged-file]: ${path} is damaged`);
    writeFileSync(path, "garbage");
    expect(resumed()).toContain(path);
    writeFileSync(path, whole);
    const config = join(folder, "damaged", "config.json");
    const text = readFileSync(config, "utf8");
    writeFileSync(config, text.replace('"relu"', '"tanh"'));
    expect(resumed()).toContain("config.json: it was changed since the run was begun");
    writeFileSync(join(folder, "damaged", "config.json"), '{"version": 2}');
    expect(resumed()).toContain("config.json: its version is 2, and 1 is read");
    writeFileSync(join(folder, "damaged", "config.json"), '{"version"');
    expect(resumed()).toContain("config.json: it is no JSON");
  });

  test.skipIf(process.getuid?.() === 0)("is not begun where nothing can be written", () => {
    mkdirSync(join(folder, "locked"));
    chmodSync(join(folder, "locked"), 0o555);
    expect(train("--epochs", "1", "--out", "locked/run")).toMatchObject({ status: 4, stdout: "" });
    expect(readdirSync(join(folder, "locked"))).toEqual([]);
  });

  test.runIf(existsSync("/proc/self"))("in a folder that cannot be made is an error", () => {
    const { status, stdout, stderr } = train("--epochs", "1", "--out", "/proc/nabla-run");
    expect({ status, stdout }).toEqual({ status: 4, stdout: "" });
    expect(stderr).toMatch(/^error\[cannot-write\]: \/proc\/nabla-run cannot be written: /u);
  });
});

/** Starts a run and ends it with a signal after some milliseconds; its exit code, or null where it was killed. */
function interrupted(
  args: readonly string[],
  signal: "SIGKILL" | "SIGINT",
  after: number,
): Promise<number | null> {
  const child = spawn(process.execPath, [program, "train", ...args], {
    cwd: folder,
    stdio: "ignore",
  });
  const timer = setTimeout(() => child.kill(signal), after);
  return new Promise((resolve) =>
    child.on("close", (code) => {
      clearTimeout(timer);
      resolve(code);
    }),
  );
}

const long = ["--epochs", "150", "--seed", "3", "--dropout", "0.2", "--batch-norm", "--clip", "1"];

test("a run that is killed ten times, at random moments, comes to the same weights bit for bit", async () => {
  expect(train(...long, "--threads", "1", "--out", "whole").status).toBe(0);
  const random = new Random(11);
  let kills = 0;
  // Until there is a folder nothing is lost.
  while (!existsSync(join(folder, "cut", "checkpoint.safetensors"))) {
    await interrupted([...network, ...long, "--out", "cut"], "SIGKILL", 700 + 100 * kills);
    if (!existsSync(join(folder, "cut", "checkpoint.safetensors")))
      rmSync(join(folder, "cut"), { recursive: true, force: true });
    kills++;
  }
  for (kills = 1; kills < 10; kills++)
    await interrupted(["--resume", "cut"], "SIGKILL", random.whole(300, 900));
  const { status } = nabla(["train", "--resume", "cut", "--threads", "2"], { cwd: folder });
  expect(status).toBe(0);
  expect(numbersOf("cut")).toEqual(numbersOf("whole"));
  const metrics = (run: string): object[] =>
    linesOf(readFileSync(join(folder, run, "metrics.jsonl"), "utf8")).map((line) =>
      Object.assign(line, { seconds: null, samplesPerSecond: null }),
    );
  expect(metrics("cut")).toEqual(metrics("whole"));
  expect(readFileSync(join(folder, "cut", "weights.safetensors"))).toEqual(
    readFileSync(join(folder, "whole", "weights.safetensors")),
  );
  expect(readdirSync(join(folder, "cut")).filter((name) => name.endsWith(".part"))).toEqual([]);
}, 120_000);

describe("without a run", () => {
  test("derived gradients are printed beside numeric ones, as JSON too", () => {
    const { status, stdout } = train("--check-gradients", "--json");
    expect(status).toBe(0);
    const { ok, compared } = JSON.parse(stdout) as { ok: boolean; compared: object[] };
    expect(ok).toBe(true);
    expect(compared.length).toBe(4 * 5);
    expect(compared[0]).toEqual({
      name: "W_1",
      derived: expect.any(Number),
      numeric: expect.any(Number),
      relativeError: expect.any(Number),
    });
    expect(train("--check-gradients").stdout.trim().split("\n").length).toBe(1 + 4 * 5);
  });

  test("hidden layers alone say what the network is where there are data", () => {
    const shown = (...args: string[]): string =>
      nabla(["train", "--show", ...args], { cwd: folder }).stdout;
    expect(shown("--hidden", "12", "--data", "data")).toBe(
      shown("--layers", "6,12,4", "--data", "data"),
    );
    const { status, stderr } = nabla(["train", "--show", "--hidden", "12"], { cwd: folder });
    expect(status).toBe(2);
    expect(stderr).toContain("--data FOLDER  or all layers: --layers 784,64,10");
  });

  test.each([
    [["--data", "one.csv"], "the data have one class, and a classification needs two"],
    [
      ["--data", "twice.csv", "--label", "a"],
      "error[bad-data]: DIR/twice.csv has two columns a: which has the labels?\n  hint: --label 1  or  --label 2\n",
    ],
  ])("is refused with %j", (args, message) => {
    writeFileSync(join(folder, "one.csv"), "a,b,y\n1,2,u\n3,4,u\n");
    writeFileSync(join(folder, "twice.csv"), "a,a,b\n1,2,3\n4,5,6\n");
    const run = nabla(["train", "--hidden", "3", ...args], { cwd: folder });
    expect(run.status).toBe(2);
    expect(run.stderr.replaceAll(folder, "DIR")).toContain(message);
  });

  test("samples of their own for a test leave none to take for one", () => {
    const parts = join(folder, "parts");
    mkdirSync(parts);
    writeFileSync(join(parts, "train.csv"), "a,b,y\n1,2,u\n3,4,v\n5,6,u\n");
    writeFileSync(join(parts, "test.csv"), "a,b,y\n1,2,u\n");
    const args = ["--layers", "2,2", "--data", "parts", "--test", "1", "--epochs", "1"];
    const { status, stderr } = nabla(["train", ...args], { cwd: folder });
    expect(status).toBe(2);
    expect(stderr).toContain("parts has samples of its own for a test: --test says nothing there");
  });
});

describe("a loss without a target", () => {
  const pca = ["W: 2×d; X: N×d; 1/N ‖XWᵀW − X‖²", "--params", "W", "--input", "X"];
  const ran = (data: string): ReturnType<typeof nabla> =>
    nabla(["train", ...pca, "--data", data, "--epochs", "2", "--out", `pca-${data}`], {
      cwd: folder,
    });

  test.each([
    ["one array", "alone.npy"],
    ["a table without labels", "alone.csv"],
    ["arrays with labels, which are not read", "labelled"],
  ])("is trained on %s", (_, data) => {
    const numbers = Float64Array.from({ length: 40 }, (_of, k) => Math.sin(k));
    writeFileSync(join(folder, "alone.npy"), npyFile(numbers, [10, 4]));
    writeFileSync(join(folder, "alone.csv"), "a,b,c,d\n1,2,3,4\n2,1,0,5\n4,4,1,1\n");
    mkdirSync(join(folder, "labelled"), { recursive: true });
    writeFileSync(join(folder, "labelled", "X.npy"), npyFile(numbers, [10, 4]));
    writeFileSync(join(folder, "labelled", "y.npy"), "no array");
    const { status, stdout, stderr } = ran(data);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toMatch(/^After 2 epochs the loss is [\d.e+-]+ in training\.$/mu);
  });

  test("and a label that is told are passed over in a table", () => {
    writeFileSync(join(folder, "told.csv"), "a,b,name\n1,2,u\n3,4,v\n5,6,u\n");
    const { status } = nabla(
      ["train", ...pca, "--data", "told.csv", "--label", "name", "--epochs", "1", "--out", "told"],
      { cwd: folder },
    );
    expect(status).toBe(0);
  });
});

test("a run that diverges in its last step is no success", () => {
  const { status, stdout, stderr } = train("--epochs", "1", "--rate", "1e99", "--out", "wild");
  expect({ status, stdout }).toEqual({ status: 3, stdout: "" });
  expect(stderr).toContain("error[diverged]: in epoch 1 the loss is no finite number any more");
  expect(stderr).toContain(`what it came to before that is in ${join(folder, "wild")}`);
  const search = ["--search", "rate=0.01,1e99,0.1", "--out", "trials", "--epochs", "1"];
  const found = train(...search);
  expect(found.status).toBe(0);
  expect(found.stdout).toContain("trial 2/3  rate 1e99  diverged\n");
  expect(found.stdout.trim().split("\n").at(-1)).toBe(join(folder, "trials", "3"));
});

test("Ctrl-C saves, says how to go on, and exits with 130", async () => {
  const args = [...network, "--epochs", "100000", "--out", "stopped"];
  expect(await interrupted(args, "SIGINT", 2500)).toBe(130);
  expect(existsSync(join(folder, "stopped", "checkpoint.safetensors"))).toBe(true);
  expect(readFileSync(join(folder, "stopped", "report.html"), "utf8")).toContain(
    "The run was interrupted",
  );
});
