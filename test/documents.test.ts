/** @file What the README shows and what stands in derivations/ is what the program prints. */

import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { nabla, shell } from "./program.ts";
import { cases } from "./tables.ts";

const root = new URL("../", import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), "utf8");

/** The commands of ```console blocks with what they print. */
function consoles(text: string): { command: string; output: string }[] {
  return [...text.matchAll(/```console\n(.*?)```/gsu)].flatMap(([, block = ""]) =>
    block
      .split(/^\$ /mu)
      .filter((part) => part !== "")
      .map((part) => {
        const [command = "", ...output] = part.split("\n");
        return { command, output: output.join("\n") };
      }),
  );
}

describe("README", () => {
  test.each(
    ["README.md", "docs/checking.md", "docs/numbers.md", "docs/training.md"].flatMap((path) =>
      consoles(read(path)),
    ),
  )("$command", ({ command, output }) => {
    expect(shell(command).stdout).toBe(output);
  });

  test.each([
    ["README.md", "## Compiled problems", 3],
    ["docs/compiling.md", "## Steps", 1],
  ])("%s, %s: what the program gives is what it says", (path, heading, count) => {
    const after = read(path).slice(read(path).indexOf(`${heading}\n`));
    const [, block = ""] = /```js\n(.*?)```/su.exec(after)!;
    const told = [...block.matchAll(/; \/\/ (.*)$/gmu)].map(([, value]) => value);
    expect(told).toHaveLength(count);
    const script = block
      .replace('"nabla"', JSON.stringify(new URL("dist/index.js", root).href))
      .replaceAll(/^(.*); \/\/ .*$/gmu, "console.dir($1);");
    const run = spawnSync(process.execPath, ["--input-type=module", "-e", script]);
    expect(run.stdout.toString().replaceAll(/\s+/gu, " ").trim()).toBe(told.join(" "));
  });

  test("docs/training.md: the typed network is trained as it stands", () => {
    const after = read("docs/training.md").split("## Typed losses\n")[1]!;
    const [, problem = ""] = /```nabla\n(.*?)```/su.exec(after)!;
    const [, command = ""] = /```sh\n(nabla train net\.nabla .*?)\n```/su.exec(after)!;
    const folder = mkdtempSync(join(tmpdir(), "nabla-"));
    writeFileSync(join(folder, "net.nabla"), problem);
    const words = command.replace("derivations/data", new URL("derivations/data", root).pathname);
    const { stdout, stderr } = nabla([...words.split(" ").slice(1), "--json"], { cwd: folder });
    expect(stderr).toBe("");
    const last = JSON.parse(stdout.trim().split("\n").at(-1)!) as { test: { accuracy: number } };
    expect(last.test.accuracy).toBeGreaterThan(0.3);
  });

  test("opens with the two commands of a fresh clone", () => {
    expect(read("README.md").slice(0, 600)).toContain(
      'npm ci && npx nabla derive "½‖WᵀWx − x‖²" --wrt W\nnpm ci && npm test',
    );
  });
});

describe("the Matrix Cookbook", () => {
  const titles = cases("cookbook").map(({ title }) => /^\((\d+b?c?)\) /u.exec(title)?.[1]);
  const numbers = titles.map(Number).filter((n) => !Number.isNaN(n));
  // At the end of the table: first what has a closed form, then sums, then what is no matrix expression.
  const [, outside = "", ...others] = read("test/cases/cookbook.txt").split("% ---- no cases");
  const numbersIn = (text: string): number[] =>
    [...text.matchAll(/^% \((\d+)\) .*?: /gmu)].map(([, n]) => Number(n));

  test("each block of the table has a number of its own", () => {
    expect(titles).not.toContain(undefined);
    expect(new Set(titles).size).toBe(titles.length);
  });

  test("each equation of section 2 is a case or listed with its reason", () => {
    const all = [...numbers, ...numbersIn(outside), ...others.flatMap(numbersIn)];
    expect(all.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 112 }, (_, i) => 33 + i));
  });

  test("README counts them", () => {
    const closed = numbers.length + numbersIn(outside).length;
    expect(read("README.md")).toContain(
      `${numbers.length} of the ${closed} identities of section 2`,
    );
  });
});

describe("derivations", () => {
  const folder = new URL("derivations/", root);
  const files = readdirSync(folder);
  const variables: Readonly<Record<string, string>> = { autoencoder: "W" };
  const problems = files.filter((file) => file.endsWith(".nabla"));

  test.each(problems)("%s has its solution beside it", (file) => {
    const name = file.replace(".nabla", "");
    const { stdout } = nabla(
      [
        "derive",
        "-f",
        `derivations/${file}`,
        "--wrt",
        variables[name] ?? "X",
        "--format",
        "markdown",
      ],
      {
        cwd: root.pathname,
      },
    );
    expect(stdout).toBe(read(`derivations/${name}.md`));
  });

  const solved = files.filter(
    (file) => /(?<!\.solved)\.md$/u.test(file) && files.includes(file.replace(".md", ".solved.md")),
  );

  test("there are four homeworks", () => {
    expect(solved).toHaveLength(4);
  });

  test.each(solved)("%s is built as it stands beside it", (file) => {
    const name = file.replace(".md", "");
    const out = mkdtempSync(join(tmpdir(), "nabla-"));
    const { status, stderr } = nabla(["sheet", file, "-o", join(out, `${name}.solved.md`)], {
      cwd: folder.pathname,
    });
    expect(stderr).toBe("");
    expect(status).toBe(0);
    const built = readdirSync(out);
    expect(built.toSorted()).toEqual(
      files.filter((f) => f.startsWith(`${name}.solved`)).toSorted(),
    );
    for (const each of built)
      expect(readFileSync(join(out, each), "utf8")).toBe(read(`derivations/${each}`));
  });
});
