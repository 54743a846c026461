/** @file The command line keeps its contract: formats, exit codes, files, batches. */

import { spawnSync } from "node:child_process";
import {
  chmodSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { nabla } from "./program.ts";

const folder = (): string => mkdtempSync(join(tmpdir(), "nabla-"));

test("V8 takes back the code it made at the build", () => {
  const load = `import { program } from ${JSON.stringify(new URL("../bin/program.mjs", import.meta.url).href)};
    const { scripts } = program();
    process.stdout.write(JSON.stringify([...scripts.values()].map((s) => s.cachedDataRejected)));`;
  const { stdout } = spawnSync(process.execPath, ["--input-type=module", "-e", load]);
  expect(stdout.toString()).toMatch(/^\[false(?:,false)*\]$/u);
});

describe("derive", () => {
  test("prints the result on stdout and what it assumed on stderr", () => {
    const { status, stdout, stderr } = nabla(["derive", "½‖WᵀWx − x‖²", "--wrt", "W"]);
    expect(status).toBe(0);
    expect(stdout).toBe("W(WᵀWx − x)xᵀ + Wx(WᵀWx − x)ᵀ\n");
    expect(stderr).toContain("W is a matrix, m×n: a capital letter");
    expect(stderr).toContain("verified at 4 random points");
  });

  test("takes an expression that begins with a minus", () => {
    expect(nabla(["derive", "-x^T x", "--wrt", "x"]).stdout).toBe("−2x\n");
    expect(nabla(["derive", "--wrt", "x", "-tr(x x^T)"]).stdout).toBe("−2x\n");
    expect(nabla(["derive", "--wrt", "x", "--", "-x^T x"]).stdout).toBe("−2x\n");
  });

  test("reads a problem from a file, from standard input, and from several --let", () => {
    const file = join(folder(), "problem.nabla");
    writeFileSync(file, "A: n×n symmetric\nxᵀAx\n");
    expect(nabla(["derive", "-f", file, "--wrt", "x"]).stdout).toBe("2Ax\n");
    expect(nabla(["derive", "-", "--wrt", "x"], { input: "A: n×n symmetric; xᵀAx" }).stdout).toBe(
      "2Ax\n",
    );
    expect(
      nabla(["derive", "-f", "-", "--wrt", "x"], { input: "A: n×n symmetric; xᵀAx" }).stdout,
    ).toBe("2Ax\n");
    expect(
      nabla(["derive", "xᵀAx", "--let", "A: n×n symmetric", "--let", "x: n", "--wrt", "x"]).stdout,
    ).toBe("2Ax\n");
  });

  test("takes the variable from a leading ∇", () => {
    expect(nabla(["derive", "∇_x ‖x‖²"]).stdout).toBe("2x\n");
    expect(nabla(["derive", String.raw`\frac{\partial}{\partial x} \|x\|^2`]).stdout).toBe("2x\n");
    expect(nabla(["derive", String.raw`\min_x \|x\|^2`]).stdout).toBe("2x\n");
  });

  test.each([
    [["\\nabla_W \\|Wx\\|^2", "--wrt", "x"], "the text names W, and x is asked for"],
    [["\\min_{x ∈ ℝ^n} ‖Ax−b‖²"], "b is a vector of length m: it has to fit what stands beside it"],
  ] as const)("tells how %j was taken", (args, note) => {
    expect(
      nabla(["derive", ...args])
        .stderr.split("\n")
        .map((line) => line.trim()),
    ).toContain(note);
  });

  test.each([
    ["text", "2Aᵀ(Ax − b)\n"],
    ["ascii", "2*A^T*(A*x - b)\n"],
    ["latex", "2 \\mathbf{A}^\\top (\\mathbf{A} \\mathbf{x} - \\mathbf{b})\n"],
  ])("prints %s", (format, expected) => {
    expect(nabla(["derive", "‖Ax − b‖²", "--wrt", "x", "--format", format]).stdout).toBe(expected);
  });

  test("writes a file whole and takes its format from the ending", () => {
    const here = folder();
    for (const ending of ["txt", "tex", "md", "html", "json"]) {
      const run = nabla(["derive", "L = ‖x‖²", "--wrt", "x", "-o", `out.${ending}`], { cwd: here });
      expect(run.status).toBe(0);
      expect(run.stdout).toBe("");
    }
    expect(readdirSync(here).toSorted()).toEqual([
      "out.html",
      "out.json",
      "out.md",
      "out.tex",
      "out.txt",
    ]);
    expect(readFileSync(join(here, "out.md"), "utf8")).toContain(
      "$$\n\\nabla_{\\mathbf{x}} L = 2 \\mathbf{x}\n$$",
    );
    const page = readFileSync(join(here, "out.html"), "utf8");
    expect(page).toContain("<math");
    expect(page).not.toMatch(/src="http|url\(http|<script/u);
  });

  test("takes an expression that begins with a minus and a letter of an option", () => {
    expect(nabla(["derive", "-log|K|", "--wrt", "K"]).stdout).toBe("−K⁻ᵀ\n");
    expect(nabla(["derive", "-w'w", "-w", "w"]).stdout).toBe("−2w\n");
  });

  test("holds what a defined name is made of fixed for that name alone", () => {
    expect(nabla(["derive", "K = XXᵀ; log|K|", "--wrt", "K,X"]).stdout).toBe(
      "∇_K = K⁻¹\n∇_X = 2K⁻¹X\n",
    );
    expect(nabla(["derive", "K = XXᵀ; log|K|", "--wrt", "K", "--wrt", "X"]).stdout).toBe(
      "∇_K = K⁻¹\n∇_X = 2K⁻¹X\n",
    );
  });

  test("writes through a link and keeps the mode of what it replaces", () => {
    const here = folder();
    writeFileSync(join(here, "real.txt"), "before");
    chmodSync(join(here, "real.txt"), 0o640);
    symlinkSync("real.txt", join(here, "link.txt"));
    expect(nabla(["derive", "‖x‖²", "--wrt", "x", "-o", "link.txt"], { cwd: here }).status).toBe(0);
    expect(readFileSync(join(here, "real.txt"), "utf8")).toBe("2x\n");
    expect(lstatSync(join(here, "link.txt")).isSymbolicLink()).toBe(true);
    expect(lstatSync(join(here, "real.txt")).mode & 0o777).toBe(0o640);
  });

  test.each([
    [["‖x‖²", "--wrt", ","], "by which variable?"],
    [["‖x‖²", "--wrt", "x", "-o", "out.pdx"], "--output takes a name that ends in"],
    [["--jsonl", "--wrt", "x"], "--wrt says nothing beside --jsonl"],
    [["--jsonl", "‖x‖²"], "an expression says nothing beside --jsonl"],
  ] as const)("refuses %j", (args, message) => {
    const { status, stderr } = nabla(["derive", ...args]);
    expect(status).toBe(2);
    expect(stderr).toContain(message);
  });

  test("escapes what a problem says in the page", () => {
    const { stdout } = nabla([
      "derive",
      "‖x‖² # <script>alert(1)</script>",
      "--wrt",
      "x",
      "--format",
      "html",
    ]);
    expect(stdout).not.toContain("<script>");
    expect(stdout).toContain("&lt;script&gt;");
  });

  test.each([
    [["derive", "log x y", "--wrt", "x"], 2, "error[bare-argument]"],
    [["derive", "‖x‖²"], 2, "error[no-variable]"],
    [
      ["derive", "‖y − Xw‖₁", "--wrt", "w", "--kind", "stationary"],
      3,
      "error[no-closed-form]: no closed form is known here for the stationary point by w: the gradient is constant in pieces",
    ],
    [
      ["derive", "‖y − Xw‖² + λ‖w‖₁", "--wrt", "w", "--kind", "stationary"],
      3,
      "error[no-closed-form]: no closed form is known here for the stationary point by w: the objective has kinks",
    ],
    [
      ["derive", "log(1 + exp(wᵀx)) + ‖w‖²", "--wrt", "w", "--kind", "stationary"],
      3,
      "error[no-closed-form]: no closed form is known here for the stationary point by w: w stands inside σ(wᵀx)",
    ],
    [
      ["derive", "½‖WᵀWx − x‖²", "--wrt", "W", "--kind", "stationary"],
      3,
      "error[no-closed-form]: no closed form is known here for the stationary point by W: the gradient is not affine in W",
    ],
    [["derive", "aᵀx", "--wrt", "x", "--kind", "stationary"], 3, "error[nowhere-stationary]"],
    [
      ["derive", "Ax", "--let", "A: m×n", "--wrt", "x", "--kind", "hessian"],
      2,
      "error[not-scalar]: a gradient is that of a scalar, and this is m×1",
    ],
    [
      ["derive", "‖x‖²; v: 3", "--wrt", "x", "--hvp", "v"],
      2,
      "error[vector-shape]: v is 3×1; a Hessian by x is multiplied by what is n×1",
    ],
    [["derive", "‖x‖²", "--wrt", "x", "--hvp", "v", "--kind", "gradient"], 2, "error[bad-option]"],
    [
      ["derive", "z = Ax; xᵀx", "--wrt", "x", "--upstream", "z"],
      2,
      "error[idle-upstream]: --upstream z: the objective does not depend on z",
    ],
    ...["v w", "I", "", "xᵀ", "2"].map((hvp): [string[], number, string] => [
      ["derive", "xᵀAx", "--wrt", "x", "--hvp", hvp],
      2,
      `error[not-a-variable]: “${hvp}” is not a name of its own`,
    ]),
    [
      [
        "derive",
        "‖X − A‖²; X: n×n symmetric",
        "--wrt",
        "X",
        "--kind",
        "stationary",
        "--structured",
        "free",
      ],
      2,
      "error[bad-option]",
    ],
    [
      ["derive", "Z = XWᵀ + 𝟏bᵀ", "--wrt", "W", "--upstream", "Y"],
      2,
      "error[unknown-upstream]: --upstream Y: the problem has no such name",
    ],
    [
      ["derive", "Ax", "--let", "A: m×n", "--wrt", "x", "--kind", "gradient"],
      2,
      "error[not-scalar]: a gradient is that of a scalar, and this is m×1",
    ],
    [
      ["derive", "-f", "nowhere.nabla", "--wrt", "x"],
      4,
      "error[cannot-read]: nowhere.nabla cannot be read: there is no such file or folder",
    ],
    [["derive", "‖x‖²", "--wrt", "x", "-o", "/nowhere/at/all.txt"], 4, "error[cannot-write]"],
    [["derive", "‖x‖²", "--wrt", "x", "--seed", "-1"], 2, "error[bad-option]"],
    [["derive", "‖x‖²", "--wrt", "x", "--frmat", "text"], 2, "error[usage]"],
    [["deriv", "‖x‖²"], 2, "error[usage]"],
  ] as const)("%j ends with %i", (args, status, message) => {
    const run = nabla(args);
    expect(run.stderr).toContain(message);
    expect(run.status).toBe(status);
    expect(run.stdout).toBe("");
    expect(run.stderr).not.toMatch(/\n\s+at /u);
  });

  test("--help and --version answer", () => {
    expect(nabla(["--help"]).stdout).toContain("derive");
    expect(nabla(["derive", "--help"]).stdout).toContain('nabla derive "½‖WᵀWx − x‖²" --wrt W');
    expect(nabla(["--version"]).stdout).toMatch(/^\d+\.\d+\.\d+\n$/u);
  });

  test("the same seed gives the same answer, another one another draw", () => {
    const json = (seed: string): string =>
      nabla(["derive", "tr(AXB)", "--wrt", "X", "--json", "--seed", seed]).stdout;
    expect(json("5")).toBe(json("5"));
    expect(json("5")).not.toBe(json("6"));
  });
});

describe("json", () => {
  const ask = (...args: string[]): Record<string, unknown> =>
    JSON.parse(nabla(["derive", ...args, "--json"]).stdout) as Record<string, unknown>;

  test("has what the contract promises", () => {
    expect(ask("‖Xw − y‖²/n", "--let", "X: n×d", "--wrt", "w")).toMatchObject({
      id: null,
      ok: true,
      wrt: "w",
      kind: "gradient",
      result: { unicode: "2Xᵀ(Xw − y)/n", ascii: "2*X^T*(X*w - y)/n", shape: ["d", 1] },
      where: [],
      verification: { ok: true, draws: 4 },
    });
  });

  test("lists the dimensions that nabla named and the result speaks of", () => {
    expect(ask("mean(x)", "--wrt", "x")).toMatchObject({
      result: { unicode: "𝟏/n", shape: ["n", 1] },
      where: [{ name: "n", ascii: "n", latex: "n" }],
    });
  });

  test("gives a list for several variables", () => {
    expect(ask("xᵀW_{H,1}y", "--wrt", "W_{H,1}, x")).toMatchObject({
      ok: true,
      results: [
        { wrt: "W_{H,1}", result: { unicode: "xyᵀ" } },
        { wrt: "x", result: { ascii: "W_{H,1}*y" } },
      ],
    });
  });

  test("has no verification where none was asked for", () => {
    expect(ask("tr X", "--wrt", "X", "--no-verify")).toMatchObject({
      ok: true,
      verification: null,
    });
  });

  test("tells where a mistake is", () => {
    expect(ask("tr(X + y)", "--let", "X: n×n", "--let", "y: n", "--wrt", "X")).toMatchObject({
      ok: false,
      error: { code: "shapes-differ", span: { start: 3, end: 8 } },
    });
    expect(ask("tr X", "--let", "X: n×n symetric", "--wrt", "X")).toMatchObject({
      error: { span: { start: 7, end: 15, statement: 0 } },
    });
    expect(ask("tr X", "--wrt", "Z")).toMatchObject({
      error: { span: { start: 0, end: 1, statement: "wrt" } },
    });
  });
});

describe("jsonl", () => {
  test("answers every line in order and never stops at a bad one", () => {
    const lines = [
      '{"id": 1, "expr": "tr(AXB)", "wrt": "X"}',
      "not json",
      '{"id": "b", "statements": ["K = αXXᵀ + β⁻¹I"], "expr": "log|K|", "wrt": "X"}',
      '{"id": 3, "expr": "log x y", "wrt": "x"}',
      '{"id": 4, "statements": "no list"}',
      '{"id": 5, "expr": "‖x‖²", "wrt": "x", "kind": "jacobian"}',
      '{"id": 6, "expr": "constructor + __proto__", "wrt": "x"}',
      "[]",
      '{"id": 7, "expr": "xᵀx", "wrt": "x"}',
    ];
    const { status, stdout } = nabla(["derive", "--jsonl"], { input: lines.join("\n") });
    expect(status).toBe(0);
    const answers = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, any>);
    expect(answers.map((a) => [a["id"], a["ok"] ? a["result"].ascii : a["error"].code])).toEqual([
      [1, "A^T*B^T"],
      [null, "bad-request"],
      ["b", "2*alpha*K^-1*X"],
      [3, "bare-argument"],
      [4, "bad-request"],
      [5, "2*x^T"],
      [6, "unknown-word"],
      [null, "bad-request"],
      [7, "2*x"],
    ]);
  });
});

describe("sheet", () => {
  const source = "```nabla wrt=x graph=true\nx: n\nf = ‖x‖²\n```\n";

  test("writes the sheet and its pictures beside it", () => {
    const at = folder();
    writeFileSync(join(at, "hw.md"), source);
    expect(nabla(["sheet", "hw.md", "-o", "out.md"], { cwd: at }).status).toBe(0);
    expect(readdirSync(at).toSorted()).toEqual(["hw.md", "out-1.svg", "out.md"]);
    expect(readFileSync(join(at, "out.md"), "utf8")).toContain("](out-1.svg)");
  });

  test("does not write over its source, nor through a link beside it", () => {
    const at = folder();
    writeFileSync(join(at, "hw.md"), source);
    writeFileSync(join(at, "other.txt"), "kept");
    symlinkSync(join(at, "hw.md"), join(at, "link.md"));
    symlinkSync(join(at, "other.txt"), join(at, "out-1.svg"));
    for (const output of ["hw.md", "./hw.md", "link.md"]) {
      const { status, stderr } = nabla(["sheet", "hw.md", "-o", output], { cwd: at });
      expect(status).toBe(2);
      expect(stderr).toContain("another file than the source");
    }
    nabla(["sheet", "hw.md", "-o", "out.md"], { cwd: at });
    expect(readFileSync(join(at, "hw.md"), "utf8")).toBe(source);
    expect(readFileSync(join(at, "other.txt"), "utf8")).toBe("kept");
  });

  test("refuses a format and an ending that say two things", () => {
    const { status, stderr } = nabla(["sheet", "-", "-o", "q.html", "--to", "tex"], {
      input: source,
    });
    expect(status).toBe(2);
    expect(stderr).toContain("--to takes html for a file that ends in .html");
  });

  test("reads standard input, and tells mistakes with their place", () => {
    expect(nabla(["sheet", "-"], { input: source }).stdout).toContain("= 2 \\mathbf{x}");
    const { status, stderr } = nabla(["sheet", "-"], { input: "```nabla wrt=x\n‖x\n```\n" });
    expect(status).toBe(2);
    expect(stderr).toContain("  at standard input:2:1");
  });
});

describe("graph", () => {
  test("takes its format from the ending of the file", () => {
    const at = folder();
    for (const [file, begin] of [
      ["g.svg", "<svg "],
      ["g.tex", "\\begin{tikzpicture}"],
      ["g.dot", "digraph"],
    ] as const) {
      expect(nabla(["graph", "‖Ax‖²", "-o", file], { cwd: at }).status).toBe(0);
      expect(readFileSync(join(at, file), "utf8").startsWith(begin)).toBe(true);
    }
    expect(nabla(["graph", "‖Ax‖²", "-o", "g.png"], { cwd: at }).status).toBe(2);
  });
});
