/** @file Fences that train: what they show in each format, where their mistakes are, and what copies leave out. */

import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { Random } from "../../src/data/random.ts";
import { NablaError } from "../../src/diagnostics/errors.ts";
import { buildSheet } from "../../src/sheet/index.ts";
import type { Built, SheetFormat, SheetOptions } from "../../src/sheet/index.ts";

const folder = mkdtempSync(join(tmpdir(), "nabla-"));
const file = join(folder, "hw.md");

/** Points on both sides of a line, and which side it is. */
beforeAll(() => {
  const random = new Random(7);
  const row = (): string => {
    const [x, y] = [random.normal(), random.normal()];
    return `${x.toFixed(3)},${y.toFixed(3)},${x > y ? "right" : "left"}`;
  };
  const rows = (count: number): string =>
    `a,b,label\n${Array.from({ length: count }, row).join("\n")}\n`;
  writeFileSync(join(folder, "points.csv"), rows(60));
});

const built = (
  text: string,
  format: SheetFormat = "md",
  options: SheetOptions = {},
): Promise<Built[]> => buildSheet(text, file, format, options);

const first = async (
  text: string,
  format: SheetFormat = "md",
  options: SheetOptions = {},
): Promise<string> => String((await built(text, format, options))[0]!.content);

const fence = (options: string, body = ""): string =>
  `\`\`\`train ${options}\n${body === "" ? "" : `${body}\n`}\`\`\`\n`;
const network = fence(
  "hidden=4 activation=tanh data=points.csv epochs=12 batch=10 rate=0.05 validation=10 samples=2",
);
const loss = `X: N×d
Y: N×C onehot
W: C×d
P = softmax(XWᵀ)
L = −1/N tr(Yᵀ log(P))`;
const typed = fence("params=W input=X target=Y predicts=P data=points.csv epochs=2 rate=0.1", loss);

test("the curves and the samples stand beside the sheet, and nothing else is written", async () => {
  const files = readdirSync(folder);
  const all = await built(network, "md", { stem: "hw.solved" });
  expect(all.map(({ name }) => name)).toEqual([null, "hw.solved-1.svg", "hw.solved-2.svg"]);
  expect(all[1]!.content).toContain("<title>Loss and accuracy by epoch</title>");
  expect(all[2]!.content).toContain("<title>Class probabilities of 2 samples</title>");
  const text = String(all[0]!.content);
  expect(text).toContain("The network 2-4-2 (tanh, cross-entropy) is trained on 50 samples");
  expect(text).toContain(
    "each of the 4 matrices and vectors of parameters agree with differences of the loss",
  );
  expect(text).toContain("![Loss and accuracy by epoch](hw.solved-1.svg)");
  expect(text).toContain("| line 1: gradients of the training |");
  expect(readdirSync(folder)).toEqual(files);
});

test("the network learns: its table of epochs ends better than it begins", async () => {
  const rows = (await first(network)).split("\n").filter((line) => /^\| \d+ \|/u.test(line));
  const [begin, end] = [rows[0]!, rows.at(-1)!].map((row) => row.split("|").slice(1, -1));
  expect(rows).toHaveLength(8);
  expect(end![0]).toBe(" 12 ");
  expect(Number(end![1])).toBeLessThan(Number(begin![1]));
  expect(Number.parseFloat(end![2]!)).toBeGreaterThan(90);
});

test("the same sheet is the same bytes", async () => {
  const once = await built(network, "md", { stem: "a" });
  expect(await built(network, "md", { stem: "a" })).toEqual(once);
});

test("a run of the command line has the same figures", async () => {
  const { nabla } = await import("../program.ts");
  const out = join(mkdtempSync(join(tmpdir(), "nabla-")), "run");
  const options = "--activation tanh --epochs 12 --batch 10 --rate 0.05 --validation 10";
  const { stdout } = nabla(
    [
      ...`train --layers 2,4,2 --data points.csv ${options}`.split(" "),
      ...`--backend js --dtype float64 --out ${out}`.split(" "),
    ],
    { cwd: folder },
  );
  const [summary] = stdout.split("\n").slice(-3);
  expect(await first(network)).toContain(summary);
});

test("a typed loss is the text of the fence, and stands in the page as formulas", async () => {
  const page = await first(typed, "html");
  expect(page).toContain("W is trained on 60 samples (points)");
  expect(page).toContain('encoding="application/x-tex">\\mathbf{P} = ');
  expect(page.match(/<svg/gu)).toHaveLength(5);
});

test("gradients=true shows the verified gradients", async () => {
  const text = await first(fence("hidden=3 data=points.csv epochs=1 gradients=true"));
  expect(text).toContain(
    "\\nabla_{\\mathbf{W}_{2}} L = \\boldsymbol{\\Delta}_{2}^\\top \\mathbf{H}_{1}",
  );
});

test("numbers are learnt without an accuracy and without samples", async () => {
  writeFileSync(join(folder, "line.csv"), "x,y\n0,1\n1,3\n2,5\n3,7\n4,9\n5,11\n");
  const text = await first(fence("hidden=3 activation=tanh loss=squared data=line.csv epochs=3"));
  expect(text).toContain("The network 1-3-1 (tanh, squared) is trained on 6 samples");
  expect(text).toContain("| epoch | train loss |\n");
  expect(text).not.toContain("probabilities");
});

test("a search has a table of its trials, the best first, and shows the best", async () => {
  const options = "hidden=4 data=points.csv batch=10 validation=20 epochs=4 samples=1";
  const search = "#| search: rate=0.05,1e-9; hidden=6,3-2";
  for (const format of ["md", "html", "tex"] as const) {
    const text = await first(fence(options, search), format);
    expect(text).toMatch(/4 trials are judged by 20 validation samples; the best, with rate 0.05/u);
    expect(text).toMatch(/trial(?: \| | & |<\/th><th scope="col">)rate/u);
  }
  const text = await first(fence(options, search));
  const rows = text.split("\n").filter((line) => /^\| \d+ \| [\d.e-]+ \| [\d-]+ \|/u.test(line));
  const cells = rows.map((row) =>
    row
      .split("|")
      .map((cell) => cell.trim())
      .slice(1, -1),
  );
  expect(new Set(cells.map(([trial]) => trial))).toEqual(new Set(["1", "2", "3", "4"]));
  expect(cells.map(([, rate]) => rate)).toEqual(["0.05", "0.05", "1e-9", "1e-9"]);
  const accuracies = cells.map((row) => Number.parseFloat(row[5]!));
  expect(accuracies).toEqual(accuracies.toSorted((a, b) => b - a));
  // What is shown is what the best trial alone comes to.
  const [, rate, hidden, , loss] = cells[0]!;
  const alone = await first(
    fence(
      `${options.replace("hidden=4 ", "")} rate=${rate} hidden=${hidden!.replaceAll("-", ",")}`,
    ),
  );
  const summary = /After 4 epochs .*/u.exec(alone)![0];
  expect(text).toContain(summary);
  expect(summary).toContain(`${loss} on the validation samples`);
});

test("trials are drawn by chance; one that diverges comes last", async () => {
  const some = "hidden=3 data=points.csv validation=20 epochs=2";
  const drawn = await first(fence(`${some} trials=2`, "#| search: rate=1e-4..0.1"));
  expect(drawn).toContain("2 trials, drawn by chance, are judged by 20 validation samples");
  const wild = await first(
    fence(
      `${some} batch=5 optimizer=sgd loss=squared targets=classes`,
      "#| search: rate=1e200,0.01",
    ),
  );
  expect(wild).toMatch(/\| 2 \| 0.01 \| 2 \|.*\n\| 1 \| 1e200 \| 0 \| – \| – \|/u);
});

test("with patience the epoch that is kept has a row", async () => {
  const text = await first(
    fence("hidden=4 data=points.csv epochs=30 rate=1 batch=10 validation=20 patience=3"),
  );
  expect(text).toMatch(/^\| \d+ \(kept\) \|/mu);
});

describe("copies for students", () => {
  test.each(["md", "html", "tex"] as const)("%s has no results", async (format) => {
    const text = await first(`# H\n\n## One\n\n${network}`, format, { show: "problems" });
    expect(text).not.toMatch(/is trained|After 12 epochs|tikzpicture|<svg|!\[/u);
  });

  test("nothing is trained for them: the data need not be there", async () => {
    const text = await first(fence("hidden=4 data=none.csv"), "md", { show: "problems" });
    expect(text).toContain("data=none.csv");
  });
});

test("a copy with other letters has the same numbers", async () => {
  const text = `## One\n\nTrain $W$.\n\n${typed}`;
  const summary = /After 2 epochs.*/u;
  const copy = await first(text, "md", { variant: 3 });
  expect(copy).not.toContain("params=W ");
  expect(summary.exec(copy)![0]).toBe(summary.exec(await first(text))![0]);
});

describe("real data", () => {
  const asked = fence(
    "hidden=4 data=none.csv real=points.csv real-hidden=5,3 epochs=2 real-epochs=1 backend=js",
  );

  test("take the place of small ones where they are", async () => {
    const text = await first(asked, "md", { data: folder });
    expect(text).toContain("The network 2-5-3-2 (relu, cross-entropy) is trained on 60 samples");
    expect(text).toContain("After one epoch the loss is");
  });

  test("have a part of their own for tests", async () => {
    const own = mkdtempSync(join(tmpdir(), "nabla-real-"));
    mkdirSync(join(own, "parts"));
    const points = readFileSync(join(folder, "points.csv"), "utf8");
    for (const part of ["train", "test"]) writeFileSync(join(own, "parts", `${part}.csv`), points);
    const text = fence("hidden=4 data=points.csv test=9 real=parts epochs=1");
    expect(await first(text, "md", { data: own })).toMatch(
      /is trained on 60 samples .* test samples/u,
    );
  });

  test("are not taken without being asked for, and it is said where they are missing", async () => {
    const said: string[] = [];
    const text = fence("hidden=4 data=points.csv real=cifar-10 real-hidden=50 epochs=1");
    const options = { data: folder, warn: (warning: string) => void said.push(warning) };
    expect(await first(text, "md", options)).toBe(await first(text));
    expect(said).toEqual([
      `nabla: there is no ${join(folder, "cifar-10")}: the data beside the sheet are taken`,
    ]);
  });
});

const pdflatex = spawnSync("pdflatex", ["--version"]).status === 0;
if (!pdflatex) console.info("pdflatex is not here: LaTeX of trainings is not compiled");

test.skipIf(!pdflatex).each(["article", "exam"] as const)(
  "%s: LaTeX compiles, with pictures of pixels",
  async (template) => {
    const text = fence("hidden=3 data=data epochs=3 validation=4 samples=3 gradients=true");
    const here = mkdtempSync(join(tmpdir(), "nabla-"));
    const root = new URL("../../derivations/", import.meta.url).pathname;
    const [sheet] = await buildSheet(`## One\n\n${text}`, join(root, "hw.md"), "tex", { template });
    writeFileSync(join(here, "sheet.tex"), sheet!.content);
    const { status, stdout } = spawnSync(
      "pdflatex",
      ["-no-shell-escape", "-interaction=nonstopmode", "-halt-on-error", "sheet.tex"],
      { cwd: here, encoding: "utf8" },
    );
    expect(stdout.match(/^!.*/gmu) ?? []).toEqual([]);
    expect(stdout.match(/^Overfull.*/gmu) ?? []).toEqual([]);
    expect(status).toBe(0);
  },
);

const refused = async (text: string): Promise<string> => {
  try {
    await built(text);
  } catch (error) {
    if (error instanceof NablaError) return error.render().replaceAll(folder, "");
    throw error;
  }
  return "no error";
};

test.each([
  [
    "hidden=4 data=points.csv rate=fast",
    "error[bad-option]: rate takes a number above 0\n  at /hw.md:3:40\n  3 | ```train hidden=4 data=points.csv rate=fast\n    |                                        ^^^^",
  ],
  [
    "hidden=4 data=points.csv optimizer=addam",
    "error[bad-option]: optimizer takes sgd, momentum, nesterov, rmsprop, adam or adamw\n  at /hw.md:3:45\n  3 | ```train hidden=4 data=points.csv optimizer=addam\n    |                                             ^^^^^\n  hint: did you mean adam?",
  ],
  [
    "hidden=4 data=../points.csv",
    "error[bad-option]: data takes a file or a folder in the folder of the sheet, or below it\n  at /hw.md:3:24\n  3 | ```train hidden=4 data=../points.csv\n    |                        ^^^^^^^^^^^^^",
  ],
  [
    "hidden=4,0 data=points.csv",
    "error[bad-option]: hidden takes a whole number from 1 on\n  at /hw.md:3:17\n  3 | ```train hidden=4,0 data=points.csv\n    |                 ^^^",
  ],
  [
    "layers=3,2 data=points.csv",
    "error[not-trainable]: the network takes 3 entries of a sample, and a sample of the data has 2\n  at /hw.md:3:1\n  3 | ```train layers=3,2 data=points.csv\n    | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  hint: layers=2,…",
  ],
  [
    "data=points.csv",
    "error[bad-option]: either a network or a typed loss is trained\n  at /hw.md:3:1\n  3 | ```train data=points.csv\n    | ^^^^^^^^^^^^^^^^^^^^^^^^\n  hint: hidden=64,32 or layers=784,64,10, or a loss in the fence with params=W,b input=X target=Y",
  ],
  [
    "hidden=4",
    "error[bad-option]: there are no samples to train on\n  at /hw.md:3:1\n  3 | ```train hidden=4\n    | ^^^^^^^^^^^^^^^^^\n  hint: data=FOLDER",
  ],
  [
    "hidden=4 data=points.csv momentum=0.9",
    "error[bad-option]: momentum says nothing to adam\n  at /hw.md:3:44\n  3 | ```train hidden=4 data=points.csv momentum=0.9\n    |                                            ^^^",
  ],
  [
    "hidden=4 data=points.csv patience=2",
    "error[bad-option]: patience takes samples to validate with beside it: validation=0.1\n  at /hw.md:3:44\n  3 | ```train hidden=4 data=points.csv patience=2\n    |                                            ^",
  ],
  [
    "hidden=4 data=none.csv",
    "error[cannot-read]: /none.csv cannot be read: there is no such file or folder\n  at /hw.md:3:1\n  3 | ```train hidden=4 data=none.csv\n    | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^",
  ],
  [
    "hidden=4 data=points.csv trials=2",
    "error[bad-option]: trials takes a search beside it: search=rate=0.1,0.01\n  at /hw.md:3:42\n  3 | ```train hidden=4 data=points.csv trials=2\n    |                                          ^",
  ],
  [
    "hidden=4 data=points.csv search=rate=0.1",
    "error[bad-option]: a search compares trials by validation samples, and not by those of the test\n  at /hw.md:3:42\n  3 | ```train hidden=4 data=points.csv search=rate=0.1\n    |                                          ^^^^^^^^\n  hint: validation=0.1",
  ],
  [
    "hidden=4 data=points.csv search=rate=0.1,x validation=9",
    "error[bad-option]: rate takes a number above 0\n  at /hw.md:3:42\n  3 | ```train hidden=4 data=points.csv search=rate=0.1,x validation=9\n    |                                          ^^^^^^^^^^",
  ],
  [
    "hidden=4 data=points.csv search=rate=0.1..0.2 validation=9",
    "error[bad-option]: rate has a range, and a grid has single values\n  at /hw.md:3:42\n  3 | ```train hidden=4 data=points.csv search=rate=0.1..0.2 validation=9\n    |                                          ^^^^^^^^^^^^^\n  hint: trials=20  draws by chance",
  ],
  [
    "hidden=4 data=points.csv search=loss=best validation=9",
    "error[bad-option]: search=loss takes cross-entropy, hinge, softmax-hinge, squared\n  at /hw.md:3:42\n  3 | ```train hidden=4 data=points.csv search=loss=best validation=9\n    |                                          ^^^^^^^^^",
  ],
  [
    "hidden=4 data=points.csv validation=9 batch=5 optimizer=sgd loss=squared targets=classes search=rate=1e200",
    'error[diverged]: in the only trial the loss is no finite number any more\n  at /hw.md:3:1\n  3 | ```train hidden=4 data=points.csv validation=9 batch=5 optimizer=sgd l…\n    | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  hint: search="rate=0.01,0.001"  tries smaller rates',
  ],
  [
    "hidden=4 out=run",
    "error[unknown-option]: “out” is not an option of a train fence\n  at /hw.md:3:19\n  3 | ```train hidden=4 out=run\n    |                   ^^^\n  hint: points, show, layers, hidden, activation, loss, margin, l2, dropout, batch-norm, init, params, input, target, predicts, targets, sizes, optimizer, rate, momentum, decay, beta1, beta2, epsilon, weight-decay, schedule, warmup, clip, clip-value, batch, epochs, patience, seed, data, label, validation, test, limit, standardise, backend, dtype, search, trials, real, samples, gradients",
  ],
])("a mistake in a fence: %s", async (options, message) => {
  expect(await refused(`Text.\n\n${fence(options)}`)).toBe(message);
});

test.each([
  [
    "params=W input=X target=Y data=points.csv",
    loss.replace("XWᵀ", "XW"),
    "error[shapes-differ]: cannot multiply X (N×d) and W (C×d)\n  at /hw.md:5:13\n  5 | P = softmax(XW)\n    |             ^^\n  note: X is declared N×d\n  note: W is declared C×d",
  ],
  [
    "data=points.csv",
    `${loss}\nL`,
    "error[bad-option]: a typed loss is trained with its variables, and with samples for a name\n  at /hw.md:1:1\n  1 | ```train data=points.csv\n    | ^^^^^^^^^^^^^^^^^^^^^^^^\n  hint: params=W,b input=X target=Y",
  ],
  [
    "params=V input=X target=Y data=points.csv",
    `${loss}\nL`,
    "error[unknown-name]: params=V: the problem has no such name\n  at /hw.md:1:17\n  1 | ```train params=V input=X target=Y data=points.csv\n    |                 ^\n  note: there are X, Y, W, P, L",
  ],
])("a mistake in a typed loss: %s", async (options, body, message) => {
  expect(await refused(fence(options, body))).toBe(message);
});
