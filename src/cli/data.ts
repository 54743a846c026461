/** @file `nabla data`. */

import type { Command } from "commander";
import type { VerifiedSet } from "../data/verify.ts";
import { tellError } from "./output.ts";

export function addData(program: Command): void {
  const data = program.command("data").description("data sets that networks are trained on");
  data
    .command("verify")
    .argument("<folder>", "where the files of a data set stand")
    .description("compare the files of FashionMNIST, MNIST and CIFAR-10 with what was published")
    .option("--json", "as one JSON object")
    .addHelpText("after", examples)
    .action(verify);
}

const examples = `
Examples:
  nabla data verify fashion-mnist        train-images-idx3-ubyte.gz and the other three
  nabla data verify cifar-10 --json      cifar-10-binary.tar.gz, or the batches of it

Exit codes: 0 all files that are there are right, and one data set is complete · 1 a file is wrong or missing ·
2 no file has the name of a known one.`;

/** What reads data is needed by few commands. */
async function verify(folder: string, { json }: { readonly json?: boolean }): Promise<void> {
  try {
    const { areRight, verifiedIn } = await import("../data/verify.ts");
    const sets = verifiedIn(folder);
    const ok = areRight(sets);
    const told = sets.map(({ title, files, isComplete }) => ({
      title,
      complete: isComplete,
      files,
    }));
    process.stdout.write(json ? `${JSON.stringify({ ok, folder, sets: told })}\n` : textOf(sets));
    if (!ok) process.exitCode = 1;
  } catch (error) {
    tellError(error, json ? "json" : "text");
  }
}

const textOf = (sets: readonly VerifiedSet[]): string =>
  sets.map((set) => `${linesOf(set).join("\n")}\n`).join("\n");

function linesOf({ title, files, isComplete }: VerifiedSet): string[] {
  const lines = files.map(
    ({ status, name, note }) =>
      `  ${status.padEnd("missing".length)}  ${name}${note === null ? "" : `: ${note}`}`,
  );
  const count = (status: string): number => files.filter((file) => file.status === status).length;
  const faults = (["wrong", "missing"] as const)
    .filter((status) => count(status) > 0)
    .map((status) => `${count(status)} ${status}`);
  const found = isComplete ? "complete" : "not complete";
  return [`${title}: ${[found, ...faults].join(", ")}`, ...lines];
}
