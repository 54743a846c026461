/** @file `nabla eval` as a program: plans, compiled numbers, and what they do not go with. */

import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { widthOf } from "../../src/print/columns.ts";
import { nabla } from "../program.ts";

const cache = { env: { NABLA_CACHE: mkdtempSync(join(tmpdir(), "nabla-cache-")) } };
const evaluate = (...args: string[]): ReturnType<typeof nabla> => nabla(["eval", ...args], cache);

const autoencoder = "½‖WᵀWx − x‖²";
const numbers = ["--at", "W=[1 2; 3 4]; x=(0.5, −2)"];
const badOption = (message: string, hint: string): string =>
  `error[bad-option]: ${message}\n  hint: ${hint}\n`;
const ofPlans = "a plan takes --wrt, --forward, --at, --sizes, --backend, --dtype and --threads";

const refusals: readonly (readonly [args: readonly string[], message: string])[] = [
  [
    ["--plan"],
    'error[sizes-missing]: there is no size for m, n\n  hint: --sizes "m=100, n=100"  or  sizes: { m: 100, n: 100 }\n',
  ],
  [
    ["--plan", "--sizes", "m=256, k=2"],
    "error[unknown-size]: no dimension is called k\n  note: there are m, n\n",
  ],
  [
    ["--plan", "--sizes", "m=2.5"],
    'error[bad-size]: “m=2.5” is no name with a whole number from 1 on\n  hint: --sizes "m=256, n=1024"\n',
  ],
  [
    ["--plan", "--sizes", "m=2", "--sizes", "m=3"],
    "error[two-meanings]: numbers are given for m twice\n",
  ],
  [
    ["--sizes", "n=3", ...numbers],
    "error[numbers-misfit]: W is m×n, and its numbers are 2×2\n" +
      "  1 | W=[1 2; 3 4]; x=(0.5, −2)\n    | ^^^^^^^^^^^^\n" +
      "  note: n = 3 is given\n",
  ],
  [
    ["--plan", "--format", "latex"],
    badOption("a plan is shown as text or as JSON, and not as latex", "--format json"),
  ],
  [
    ["--plan", "-o", "plan.html"],
    badOption("a plan is shown as text or as JSON, and not as html", "--format json"),
  ],
  ...["--samples x=[1 2]", "--all", "--memory", "--descend W", "--rate 1", "--digits 3"].map(
    (option) =>
      [
        ["--plan", ...option.split(/ (?!2)/u)],
        badOption(`${option.split(" ")[0]} says nothing beside --plan`, ofPlans),
      ] as const,
  ),
  [
    ["--plan", "--forward", "--wrt", "W"],
    "error[bad-option]: --forward gives values alone, and gradients are asked for beside it\n",
  ],
  [
    ["--dtype", "float32"],
    badOption("--dtype stands beside --backend or --plan", "--backend auto --dtype float32"),
  ],
  [
    ["--threads", "2"],
    badOption("--threads stands beside --backend or --plan", "--backend auto --threads 2"),
  ],
  [
    ["--backend", "js", "--threads", "65"],
    "error[bad-option]: --threads takes a whole number from 1 to 64\n",
  ],
  [
    ["--backend", "js", "--all"],
    badOption(
      "--all says nothing beside --backend",
      "parts with a name have compiled values: z = Wx; …",
    ),
  ],
  [
    ["--backend", "js", "--memory"],
    badOption("--memory says nothing beside --backend", "--plan says what compiled code holds"),
  ],
  [
    ["--backend", "js", "--descend", "W", "--rate", "0.1"],
    badOption(
      "--descend says nothing beside --backend",
      "without --backend the steps are shown; in the library compile takes an update",
    ),
  ],
  [
    ["--backend", "gpu"],
    "error[usage]: option '--backend <where>' argument 'gpu' is invalid. Allowed choices are auto, native, wasm, js.\n",
  ],
  [
    ["--dtype", "float16"],
    "error[usage]: option '--dtype <type>' argument 'float16' is invalid. Allowed choices are float32, float64.\n",
  ],
];

test.each(refusals)("%j is refused", (args, message) => {
  const { status, stdout, stderr } = evaluate(autoencoder, ...args);
  expect(stderr).toBe(message);
  expect(stdout).toBe("");
  expect(status).toBe(2);
});

describe("compiled numbers", () => {
  test("say on stderr where they are from and how far from the oracle's", () => {
    const { status, stdout, stderr } = evaluate(autoencoder, ...numbers, "--backend", "auto");
    expect(status).toBe(0);
    expect(stdout).toContain("the numbers are those of compiled code: JavaScript, float64\n");
    expect(stderr.replaceAll(/\s+/gu, " ").trim()).toMatch(
      /^verified: each value by floats, and 6 derivatives by complex-step derivatives of the input, to \S+; shown is what JavaScript \(the problem is small\) gives in float64, which agrees to \S+$/u,
    );
    for (const line of stderr.split("\n")) expect(widthOf(line)).toBeLessThanOrEqual(80);
  });

  test.each(["text", "ascii", "latex", "markdown", "html", "csv", "json"])(
    "stand in every format: %s",
    (format) => {
      const { status, stdout } = evaluate(
        "s = wᵀx; p = σ(s)",
        "--at",
        "w=(0.5, −1); x=(2, 0.75)",
        "--backend=wasm",
        "--dtype=float32",
        `--format=${format}`,
      );
      expect(status).toBe(0);
      // As float32 has it, and as it is shown.
      expect(stdout).toMatch(/0\.562176525592804|0\.562177/u);
      if (format !== "csv") expect(stdout).toMatch(/compiled code: WebAssembly, float32/u);
    },
  );

  test("are in JSON with the backend that they are from", () => {
    const { stdout, stderr } = evaluate(autoencoder, ...numbers, "--backend", "wasm", "--json");
    const { compiled, passes } = JSON.parse(stdout);
    expect(compiled).toEqual({
      backend: "wasm",
      why: "asked for",
      dtype: "float64",
      threads: 1,
      maxRelativeError: expect.any(Number),
    });
    expect(passes[0].values.at(-1).forward.exact).toEqual([[null]]);
    expect(stderr).toBe("");
  });
});

describe("plans", () => {
  test("are JSON for programs", () => {
    const args = ["--plan", "--sizes", "m=256,n=1024", "--wrt", "W", "--backend", "js", "--json"];
    const plan = JSON.parse(evaluate(autoencoder, ...args).stdout);
    expect(plan).toMatchObject({
      ok: true,
      objective: autoencoder,
      gradients: ["W"],
      sizes: { m: 256, n: 1024 },
      backend: "js",
      why: "asked for",
      dtype: "float64",
      threads: 1,
      notes: [],
    });
    expect(plan.kernels.at(-1).text).toBe("∂W[i,j] = t3[i]·x[j] + t1[i]·t2[j]");
    const sum = (what: string): number =>
      plan.kernels.reduce((all: number, kernel: Record<string, number>) => all + kernel[what]!, 0);
    expect([plan.operations, plan.bytes]).toEqual([sum("operations"), sum("bytes")]);
  });

  test("an error is JSON, too", () => {
    const { status, stdout } = evaluate(autoencoder, "--plan", "--json");
    expect(status).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, error: { code: "sizes-missing" } });
  });

  test("are written to a file", () => {
    const path = join(mkdtempSync(join(tmpdir(), "nabla-")), "plan.txt");
    evaluate(autoencoder, "--plan", "--sizes", "m=2,n=3", "-o", path);
    expect(readFileSync(path, "utf8")).toMatch(
      /^½‖WᵀWx − x‖²\nwith m = 2, n = 3\nvalue, ∂W, ∂x by /u,
    );
  });
});

test("what compiles is loaded by those who ask for it", () => {
  const load = `import { program } from ${JSON.stringify(new URL("../../bin/program.mjs", import.meta.url).href)};
    const { main, scripts } = program();
    const isLoaded = () => [...scripts.keys()].some((path) => path.endsWith("compiled.cjs"));
    const loaded = [];
    await main(["derive", "‖x‖²", "--wrt", "x"]);
    loaded.push(isLoaded());
    await main(["eval", "‖x‖²", "--at", "x=(1, 2)"]);
    loaded.push(isLoaded());
    await main(["eval", "‖x‖²", "--at", "x=(1, 2)", "--backend", "js"]);
    loaded.push(isLoaded());
    process.stderr.write(JSON.stringify(loaded));`;
  const { stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", load]);
  expect(stderr.toString()).toMatch(/\[false,false,true\]$/u);
});
