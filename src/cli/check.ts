/** @file `nabla check`. */

import type { Command } from "commander";
import { Option } from "commander";
import { judgedFor, subjectOf } from "../check/index.ts";
import type { Judgement, Subject } from "../check/index.ts";
import { errors, NablaError } from "../diagnostics/errors.ts";
import { judgementMarkdown, judgementText } from "../report/judged.ts";
import { proseText } from "../report/text.ts";
import { answerLines } from "./lines.ts";
import type { LineObject } from "./lines.ts";
import { problemOptions, problemTexts } from "./problem.ts";
import type { ProblemOptions } from "./problem.ts";
import {
  askedIn,
  errorToJson,
  requestFromJson,
  spanJson,
  spelledJson,
  textOptions,
} from "./request.ts";
import type { Request } from "./request.ts";

const formats = ["text", "markdown", "json"] as const;
type Format = (typeof formats)[number];

interface Options extends ProblemOptions {
  readonly answer?: string;
  readonly kind?: string;
  readonly layout?: string;
  readonly structured?: string;
  readonly upstream?: string;
  readonly format?: Format;
  readonly json?: boolean;
  readonly jsonl?: boolean;
  readonly seed?: string;
  readonly deadline?: string;
}

export function addCheck(program: Command): void {
  problemOptions(
    program.command("check").description("is a hand answer right, and what is wrong with it"),
  )
    .option("-a, --answer <answer>", "the answer, in the names of the problem and names of its own")
    .addOption(new Option("--format <format>", "how it is told (text)").choices([...formats]))
    .option("--json", "the same as --format json")
    .option("--jsonl", "read one JSON request a line from standard input, answer one object a line")
    .addOption(
      new Option(
        "--kind <kind>",
        "what the answer is (the gradient of a scalar, else the Jacobian)",
      ).choices(textOptions.kind),
    )
    .addOption(
      new Option("--layout <layout>", "which way round the answer stands").choices(
        textOptions.layout,
      ),
    )
    .addOption(
      new Option(
        "--structured <how>",
        "how symmetric, skew and diagonal matrices are varied (project)",
      ).choices(textOptions.structured),
    )
    .option("--upstream <name>", "the answer is in terms of the cotangent of a name: ∂L/∂(name)")
    .option("--seed <n>", "seed of the random draws (1)")
    .option("--deadline <ms>", "how long a repair is searched for, in milliseconds (1000)")
    .addHelpText("after", examples)
    .action(run);
}

const examples = `
The exit code is 0 where the answer is right, and 1 where it is wrong.

Examples:
  nabla check "½‖WᵀWx − x‖²" --wrt W --answer "W(WᵀWx − x)xᵀ"
  nabla check "K = αXXᵀ + β⁻¹I; −D/2·log|K|" --wrt X --answer "−αD K⁻¹X"
  nabla check "y = softmax_β(x)" --wrt x --answer "i = j: βy_i(1 − y_i); i ≠ j: −βy_iy_j"
  nabla check "Σ_i ‖x_i − μ‖²" --let "μ: d" --wrt μ --kind stationary --answer "μ = (1/n)Σ_i x_i"`;

async function run(expr: string | undefined, options: Options): Promise<void> {
  if (options.jsonl) {
    refuseBeside(expr, options);
    const subjects = new Subjects();
    return answerLines(async (value) => answerOfLine(value, subjects));
  }
  const format = options.json ? "json" : (options.format ?? "text");
  try {
    const { answer } = options;
    if (answer === undefined) throw errors.noAnswer();
    const request = requestOf(expr, options);
    const deadline =
      options.deadline === undefined ? undefined : wholeNumber(options.deadline, "--deadline");
    const judgement = judgedFor(
      new Subjects().of(request),
      { role: "answer", text: answer },
      deadline === undefined ? {} : { deadline },
    );
    process.stdout.write(`${written(judgement, format)}\n`);
    if (format === "text") for (const note of judgement.notes) process.stderr.write(`  ${note}\n`);
    process.exitCode = judgement.verdict === "correct" ? 0 : 1;
  } catch (error) {
    if (format !== "json" || !(error instanceof NablaError)) throw error;
    process.stdout.write(`${JSON.stringify(errorToJson(null, error))}\n`);
    process.exitCode = error.exit;
  }
}

function written(judgement: Judgement, format: Format): string {
  switch (format) {
    case "text":
      return judgementText(judgement);
    case "markdown":
      return judgementMarkdown(judgement);
    case "json":
      return JSON.stringify(judgementJson(null, judgement));
    default:
      return format satisfies never;
  }
}

function requestOf(expr: string | undefined, options: Options): Request {
  const { kind, layout, structured, upstream, seed, wrt } = options;
  const { statements, expr: text } = problemTexts(expr, options);
  return {
    statements,
    expr: text,
    wrt,
    kind,
    layout,
    structured,
    upstream,
    ...(seed !== undefined && { seed: wholeNumber(seed, "--seed") }),
  };
}

function wholeNumber(text: string, option: string): number {
  if (!/^\d{1,15}$/u.test(text)) throw errors.badOption(option, "a whole number from 0");
  return Number(text);
}

/** Each line of a batch says all of its own request. */
function refuseBeside(expr: string | undefined, options: Options): void {
  const given = (
    [
      "wrt",
      "answer",
      "kind",
      "layout",
      "structured",
      "upstream",
      "format",
      "json",
      "seed",
      "deadline",
    ] as const
  ).find((name) => options[name] !== undefined);
  if (given) throw errors.notBesideLines(`--${given}`);
  if (options.let.length > 0) throw errors.notBesideLines("--let");
  if (options.file.length > 0) throw errors.notBesideLines("--file");
  if (expr !== undefined && expr !== "-") throw errors.notBesideLines("an expression");
}

// ---- batches ----------------------------------------------------------------------------------------

/** How many problems are kept, with what is known of them. */
const mostKept = 32;

/** The problems of a batch: a class answers few. */
class Subjects {
  private readonly known = new Map<string, Subject>();

  of(request: Request): Subject {
    const { id: _id, ...asked } = request;
    const key = JSON.stringify(asked);
    const found = this.known.get(key);
    if (found) return found;
    const { problem, variables, options } = askedIn(request);
    const made = subjectOf(problem, variables, options);
    if (this.known.size >= mostKept) this.known.delete(this.known.keys().next().value!);
    this.known.set(key, made);
    return made;
  }
}

async function answerOfLine(value: LineObject, subjects: Subjects): Promise<object> {
  const { answer, ...rest } = value;
  if (typeof answer !== "string") throw errors.badRequest("answer is a text");
  const subject = subjects.of(requestFromJson(rest));
  return judgementJson(value["id"], judgedFor(subject, { role: "answer", text: answer }));
}

/** The judgement as the contract has it. */
export const judgementJson = (id: unknown, judgement: Judgement): object => ({
  id: id ?? null,
  ok: true,
  verdict: judgement.verdict,
  diagnoses: judgement.diagnoses.map(({ kind, note, message, span, repair }) => ({
    kind,
    message: proseText(message, "unicode"),
    ...(repair && { repair: repair.unicode }),
    note,
    ...(span && { span: spanJson(span) }),
  })),
  expected: spelledJson(judgement.expected, judgement.expected.shape),
  notes: judgement.notes,
  tried: judgement.tried,
});
