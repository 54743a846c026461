/** @file `nabla derive`. */

import type { Command } from "commander";
import { Option } from "commander";
import { errors } from "../diagnostics/errors.ts";
import { notesOf } from "../report/results.ts";
import { writeFile } from "../files/index.ts";
import type { Format } from "./format.ts";
import { formats, formatted, spellingsIn } from "./format.ts";
import { formatAsked, tellError, textEndings } from "./output.ts";
import { problemOptions, problemTexts } from "./problem.ts";
import type { ProblemOptions } from "./problem.ts";
import type { Request, TextOptions } from "./request.ts";
import { replyToLines } from "./lines.ts";
import {
  answer,
  requestFromJson,
  textOptionNames,
  textOptions,
  textsOf,
  toJson,
} from "./request.ts";

interface Options extends TextOptions, ProblemOptions {
  readonly format?: Format;
  readonly json?: boolean;
  readonly jsonl?: boolean;
  readonly seed?: string;
  readonly verify: boolean;
  readonly output?: string;
}

/** The format that the ending of a file name asks for. */
const byEnding = { ...textEndings, json: "json" } as const;

export function addDerive(program: Command): void {
  problemOptions(program.command("derive").description("the derivative of an expression, verified"))
    .addOption(new Option("--format <format>", "how the result is shown").choices([...formats]))
    .option("--json", "the same as --format json")
    .option("--jsonl", "read one JSON request a line from standard input, answer one object a line")
    .addOption(
      new Option(
        "--kind <kind>",
        "what to derive (the gradient of a scalar, else the Jacobian)",
      ).choices(textOptions.kind),
    )
    .addOption(
      new Option(
        "--form <form>",
        "how a Jacobian or Hessian is written (the shortest that is exact)",
      ).choices(textOptions.form),
    )
    .addOption(
      new Option("--forms <which>", "every other way to write the result, too").choices(
        textOptions.forms,
      ),
    )
    .addOption(
      new Option(
        "--layout <layout>",
        "which way round: a gradient has the shape of its variable (denominator), a Jacobian a row per output (numerator)",
      ).choices(textOptions.layout),
    )
    .addOption(
      new Option(
        "--structured <how>",
        "how symmetric, skew and diagonal matrices are varied (project)",
      ).choices(textOptions.structured),
    )
    .addOption(
      new Option(
        "--steps <level>",
        "the steps to the result: those of a model solution (key), or every operation (all)",
      ).choices(textOptions.steps),
    )
    .addOption(
      new Option(
        "--style <style>",
        "how the steps are told: by cotangents, by differentials, or entry by entry (index)",
      ).choices(textOptions.style),
    )
    .option("--upstream <name>", "in terms of the cotangent of a name of the problem: ∂L/∂(name)")
    .option("--hvp <vector>", "the product of the Hessian with that vector")
    .option("--seed <n>", "seed of the random draws of the check (1)")
    .option("--no-verify", "skip the check; the result says so")
    .option(
      "-o, --output <file>",
      "write the result to a file; its ending gives the format (.txt .tex .md .html .json)",
    )
    .addHelpText("after", examples)
    .action(run);
}

const examples = `
Examples:
  nabla derive "½‖WᵀWx − x‖²" --wrt W
  nabla derive "1/2 ||W^T W x - x||^2" --let "K = W^T W x - x" --wrt W
  nabla derive "log det X" --let "X: n×n symmetric" --wrt X --format latex
  nabla derive "softmax(x)" --wrt x --form index
  nabla derive "‖Xw − y‖² + λ‖w‖²; λ > 0" --wrt w --kind stationary
  nabla derive "½‖WᵀWx − x‖²" --wrt W --steps key
  nabla derive -f gplvm.nabla --wrt X,α -o gradients.html`;

async function run(expr: string | undefined, options: Options): Promise<void> {
  if (options.jsonl) {
    refuseBeside(expr, options);
    return replyToLines(async (value) => toJson(value["id"], await answer(requestFromJson(value))));
  }
  const format = formatAsked(options, byEnding);
  try {
    const request = requestOf(expr, options);
    const found = await answer(request, spellingsIn[format]);
    const problem = [...request.statements, request.expr ?? ""].join("\n").trim();
    const text = formatted(found, problem, format, options.forms === "all");
    if (options.output && options.output !== "-") writeFile(options.output, `${text}\n`);
    else process.stdout.write(`${text}\n`);
    if (format !== "json" && format !== "html" && format !== "markdown")
      for (const note of notesOf(found.found)) process.stderr.write(`  ${note}\n`);
  } catch (error) {
    tellError(error, format);
  }
}

/** Each line of a batch says all of its own request. */
function refuseBeside(expr: string | undefined, options: Options): void {
  const { let: statements, file } = options;
  const given = (["wrt", "format", "json", "output", "seed", ...textOptionNames] as const).find(
    (name) => options[name] !== undefined,
  );
  if (given) throw errors.notBesideLines(`--${given}`);
  if (!options.verify) throw errors.notBesideLines("--no-verify");
  if (statements.length > 0) throw errors.notBesideLines("--let");
  if (file.length > 0) throw errors.notBesideLines("--file");
  if (expr !== undefined && expr !== "-") throw errors.notBesideLines("an expression");
}

function requestOf(expr: string | undefined, options: Options): Request {
  const { statements, expr: text } = problemTexts(expr, options);
  const { seed } = options;
  if (seed !== undefined && !/^\d{1,15}$/u.test(seed))
    throw errors.badOption("--seed", "a whole number from 0");
  return {
    statements,
    expr: text,
    wrt: options.wrt,
    ...textsOf((name) => options[name]),
    ...(seed !== undefined && { seed: Number(seed) }),
    verify: options.verify,
  };
}
