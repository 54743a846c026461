/** @file `nabla eval`. */

import type { Command } from "commander";
import { Option } from "commander";
import { errors } from "../diagnostics/errors.ts";
import { evaluation, reductions, updates } from "../eval/index.ts";
import type { EvalOptions, Evaluation } from "../eval/index.ts";
import { wrapped } from "../print/columns.ts";
import { page } from "../report/html.ts";
import { escaped } from "../draw/markup.ts";
import { valuesCsv, valuesJson } from "../report/values-data.ts";
import {
  valuesChecked,
  valuesHtml,
  valuesLatex,
  valuesMarkdown,
  valuesStyle,
  valuesText,
} from "../report/values.ts";
import { compiledOptions, demandOf, inCode, planTold, refuseBeside, sizesOf } from "./compiled.ts";
import type { CompiledOptions } from "./compiled.ts";
import { writeFile } from "../files/index.ts";
import { numbersGiven, samplesGiven } from "./numbers.ts";
import { formatAsked, tellError, textEndings } from "./output.ts";
import { problemOptions, problemTexts } from "./problem.ts";
import type { ProblemOptions } from "./problem.ts";

const formats = ["text", "ascii", "latex", "markdown", "html", "csv", "json"] as const;
type Format = (typeof formats)[number];

interface Options extends ProblemOptions, CompiledOptions {
  readonly at: readonly string[];
  readonly samples: readonly string[];
  readonly all?: boolean;
  readonly forward?: boolean;
  readonly memory?: boolean;
  readonly descend?: string;
  readonly rate?: string;
  readonly iterations?: string;
  readonly update?: (typeof updates)[number];
  readonly reduce?: (typeof reductions)[number];
  readonly digits?: string;
  readonly format?: Format;
  readonly json?: boolean;
  readonly output?: string;
}

/** The format that the ending of a file name asks for. */
const byEnding = { ...textEndings, csv: "csv", json: "json" } as const;

const collected = (value: string, all: readonly string[]): string[] => [...all, value];

export function addEval(program: Command): void {
  const command = problemOptions(
    program
      .command("eval")
      .description("numbers for a problem: values, what flows back, gradient descent by hand"),
  )
    .option(
      "-a, --at <numbers>",
      "NAME=NUMBERS, NAME=FILE or FILE: numbers for the names (.json .csv .npy; repeatable)",
      collected,
      [],
    )
    .option("--all", "what has no name, too")
    .option("--forward", "values alone: nothing flows back")
    .option("--memory", "count what the way back holds of the way forward, by --wrt")
    .option(
      "--samples <numbers>",
      "FILE or NAME=ROWS: numbers that change, a row a sample (.csv .json .npy; repeatable)",
      collected,
      [],
    )
    .option("--descend <names>", "go down the gradient with these names")
    .option("--rate <number>", "the step of the descent: a number, or a name that has one")
    .option("--iterations <n>", "how often all samples are gone through (1)")
    .addOption(
      new Option("--update <when>", "after each sample, or after all (batch)").choices([
        ...updates,
      ]),
    )
    .addOption(
      new Option(
        "--reduce <how>",
        "what the losses of the samples of a batch become (sum)",
      ).choices([...reductions]),
    )
    .option("--digits <n>", "round all numbers to so many digits");
  compiledOptions(command)
    .addOption(new Option("--format <format>", "how it is shown (text)").choices([...formats]))
    .option("--json", "the same as --format json")
    .option(
      "-o, --output <file>",
      "write it to a file; its ending gives the format (.txt .tex .md .html .csv .json)",
    )
    .addHelpText("after", examples)
    .action(run);
}

const examples = `
Examples:
  nabla eval "½‖WᵀWx − x‖²" --at "W=[1 2; 3 4]" --at "x=(1/3, −2)" --wrt W
  nabla eval "‖Xw − y‖²; n = 3" --at X=data.npy --at weights.json --all
  nabla eval "½(tanh(wᵀx) − y)²" --at "w=(0.1, 0.2)" --samples data.csv \\
      --descend w --rate 0.1 --iterations 3 --update sample -o tables.md
  nabla eval "½‖WᵀWx − x‖²" --plan --sizes "m=256, n=1024" --wrt W
  nabla eval "½‖WᵀWx − x‖²" --at numbers.json --wrt W --backend native`;

async function run(expr: string | undefined, options: Options): Promise<void> {
  const format = formatAsked(options, byEnding);
  try {
    const texts = problemTexts(expr, options);
    const demand = demandOf(options);
    if (demand) refuseBeside(options);
    const [given, sizes] = [numbersGiven(options.at), sizesOf(options)];
    const wrt = options.wrt ?? "";
    if (demand && options.plan) {
      if (options.forward && wrt !== "") throw errors.needsBackward();
      const by = options.forward ? null : wrt;
      return put(await planTold(texts, given, sizes, by, demand, format), options);
    }
    const evaluated = evaluation(
      texts,
      given,
      samplesGiven(options.samples),
      asked(options),
      sizes,
    );
    const found = demand ? await inCode(evaluated, wrt, demand) : evaluated;
    const problem = [...texts.statements, texts.expr ?? ""].join("\n").trim();
    put(formatted(found, format, digitsOf(options), problem), options);
    if (format !== "json" && format !== "html")
      process.stderr.write(`${wrapped(valuesChecked(found), "  ").join("\n")}\n`);
  } catch (error) {
    tellError(error, format);
  }
}

function put(text: string, { output }: Options): void {
  if (output !== undefined && output !== "-") writeFile(output, `${text}\n`);
  else process.stdout.write(`${text}\n`);
}

function asked({
  wrt,
  all,
  forward,
  memory,
  descend,
  rate,
  iterations,
  update,
  reduce,
}: Options): EvalOptions {
  if (iterations !== undefined && !/^\d{1,9}$/u.test(iterations))
    throw errors.badOption("--iterations", "a whole number from 1");
  return {
    ...(wrt !== undefined && { wrt }),
    ...(all === true && { all }),
    ...(forward === true && { forward }),
    ...(memory === true && { memory }),
    ...(descend !== undefined && { descend }),
    ...(rate !== undefined && { rate }),
    ...(iterations !== undefined && { iterations: Number(iterations) }),
    ...(update && { update }),
    ...(reduce && { reduce }),
  };
}

function digitsOf({ digits }: Options): number | null {
  if (digits === undefined) return null;
  if (!/^(?:[1-9]|1[0-7])$/u.test(digits))
    throw errors.badOption("--digits", "a number from 1 to 17");
  return Number(digits);
}

function formatted(
  found: Evaluation,
  format: Format,
  digits: number | null,
  problem: string,
): string {
  switch (format) {
    case "text":
      return valuesText(found, digits, "unicode");
    case "ascii":
      return valuesText(found, digits, "ascii");
    case "latex":
      return valuesLatex(found, digits);
    case "markdown":
      return valuesMarkdown(found, digits);
    case "html":
      return page({
        title: `Values of ${found.loss.unicode}`,
        body: [
          `<pre><code>${escaped(problem)}</code></pre>`,
          valuesHtml(found, digits),
          `<p>${escaped(valuesChecked(found))}</p>`,
        ].join("\n"),
        style: valuesStyle,
      });
    case "csv":
      return valuesCsv(found, digits);
    case "json":
      return JSON.stringify(valuesJson(found));
    default:
      return format satisfies never;
  }
}
