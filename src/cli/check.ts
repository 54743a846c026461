/** @file `nabla check`. */

import type { Command } from "commander";
import { Option } from "commander";
import { derivationJudged, judgeOf, Summing } from "../check/index.ts";
import type {
  DerivationJudged,
  Diagnosis,
  Judge,
  JudgeOptions,
  Judgement,
  Score,
} from "../check/index.ts";
import { errors } from "../diagnostics/errors.ts";
import type { Source } from "../diagnostics/source.ts";
import {
  derivationMarkdown,
  derivationText,
  judgementMarkdown,
  judgementText,
  summaryText,
} from "../report/judged.ts";
import { proseText } from "../report/text.ts";
import { readText, writeFile } from "../files/index.ts";
import { replyToLines } from "./lines.ts";
import type { LineObject } from "./lines.ts";
import { formatAsked, tellError } from "./output.ts";
import { problemOptions, problemTexts } from "./problem.ts";
import type { ProblemOptions } from "./problem.ts";
import { askedIn, requestFromJson, spanJson, spelledJson, textOptions } from "./request.ts";
import type { Request } from "./request.ts";

const formats = ["text", "markdown", "json"] as const;
type Format = (typeof formats)[number];

interface Options extends ProblemOptions {
  readonly answer?: string;
  readonly derivation?: string;
  readonly kind?: string;
  readonly layout?: string;
  readonly structured?: string;
  readonly upstream?: string;
  readonly format?: Format;
  readonly json?: boolean;
  readonly jsonl?: boolean;
  readonly summary?: boolean;
  readonly points?: string;
  readonly seed?: string;
  readonly deadline?: string;
  readonly output?: string;
}

export function addCheck(program: Command): void {
  problemOptions(
    program.command("check").description("is a hand answer right, and what is wrong with it"),
  )
    .option("-a, --answer <answer>", "the answer, in the names of the problem and names of its own")
    .option("-d, --derivation <file>", "a derivation, judged line by line; - is standard input")
    .option("--points <n>", "partial credit: so many points for a right answer")
    .addOption(new Option("--format <format>", "how it is told (text)").choices([...formats]))
    .option("--json", "the same as --format json")
    .option("--jsonl", "read one JSON request a line from standard input, answer one object a line")
    .option("--summary", "after the lines of --jsonl, what the answers have in common")
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
    .option(
      "-o, --output <file>",
      "write what is said to a file; its ending gives the format (.txt .md .json)",
    )
    .addHelpText("after", examples)
    .action(run);
}

const examples = `
The exit code is 0 where the answer is right, and 1 where it is wrong.

Examples:
  nabla check "½‖WᵀWx − x‖²" --wrt W --answer "W(WᵀWx − x)xᵀ"
  nabla check "K = αXXᵀ + β⁻¹I; −D/2·log|K|" --wrt X --answer "−αD K⁻¹X"
  nabla check "y = softmax_β(x)" --wrt x --answer "i = j: βy_i(1 − y_i); i ≠ j: −βy_iy_j"
  nabla check "Σ_i ‖x_i − μ‖²" --let "μ: d" --wrt μ --kind stationary --answer "μ = (1/n)Σ_i x_i"
  nabla check "x = 2; w = (1, −3); b = (0, 5); sum(relu(x w + b))" --answer 2
  nabla check -f autoencoder.nabla --wrt W --derivation steps.txt --points 6
  nabla check --jsonl --summary < answers.jsonl`;

/** The format that the ending of a file name asks for. */
const byEnding: Readonly<Record<string, Format>> = { txt: "text", md: "markdown", json: "json" };

async function run(expr: string | undefined, options: Options): Promise<void> {
  if (options.jsonl) {
    refuseBeside(expr, options);
    return batch(options.summary === true);
  }
  if (options.summary) throw errors.badOption("--summary", "--jsonl beside it");
  const format = formatAsked(options, byEnding);
  try {
    const { text, notes, isRight } = single(expr, options, format);
    if (options.output && options.output !== "-") writeFile(options.output, `${text}\n`);
    else process.stdout.write(`${text}\n`);
    if (format === "text") for (const note of notes) process.stderr.write(`  ${note}\n`);
    process.exitCode = isRight ? 0 : 1;
  } catch (error) {
    tellError(error, format);
  }
}

/** What is said, in a format. */
interface Told {
  readonly text: string;
  readonly notes: readonly string[];
  readonly isRight: boolean;
}

function single(expr: string | undefined, options: Options, format: Format): Told {
  const { answer, derivation } = options;
  const request = requestOf(expr, options);
  const how = judgeOptions(options);
  if (derivation !== undefined) {
    if (answer !== undefined) throw errors.badOption("--derivation", "no --answer beside it");
    const source = { role: "answer", text: readText(derivation), file: derivation } as const;
    const judged = derivationOf(request, source, how);
    const isRight = judged.verdict === "correct";
    return { text: derivationIn(judged, format), notes: [], isRight };
  }
  if (answer === undefined) throw errors.noAnswer();
  const judgement = new Judges().of(request)({ role: "answer", text: answer }, how);
  const isRight = judgement.verdict === "correct";
  return { text: judgementIn(judgement, format), notes: judgement.notes, isRight };
}

function judgeOptions({ deadline, points }: Options): JudgeOptions {
  if (points !== undefined && !/^\d{1,6}(?:\.\d{1,4})?$/u.test(points))
    throw errors.badOption("--points", "a number from 0");
  return {
    ...(deadline !== undefined && { deadline: wholeNumber(deadline, "--deadline") }),
    ...(points !== undefined && { points: Number(points) }),
  };
}

function derivationOf(request: Request, source: Source, how: JudgeOptions): DerivationJudged {
  const { problem, options } = askedIn(request);
  return derivationJudged(problem, request.wrt, source, { ...options, ...how });
}

function judgementIn(judgement: Judgement, format: Format): string {
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

function derivationIn(judged: DerivationJudged, format: Format): string {
  switch (format) {
    case "text":
      return derivationText(judged);
    case "markdown":
      return derivationMarkdown(judged);
    case "json":
      return JSON.stringify(derivationJson(null, judged));
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
      "derivation",
      "points",
      "kind",
      "layout",
      "structured",
      "upstream",
      "format",
      "json",
      "seed",
      "deadline",
      "output",
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

/** The judges of a batch: a class answers few problems. */
class Judges {
  private readonly known = new Map<string, Judge>();

  of(request: Request): Judge {
    const { id: _id, ...asked } = request;
    const key = JSON.stringify(asked);
    const found = this.known.get(key);
    if (found) return found;
    const { problem, options } = askedIn(request);
    const made = judgeOf(problem, request.wrt, options);
    if (this.known.size >= mostKept) this.known.delete(this.known.keys().next().value!);
    this.known.set(key, made);
    return made;
  }
}

/** Judges each line; with a summary after them as one more line, and as a table on the side. */
async function batch(isSummed: boolean): Promise<void> {
  const judges = new Judges();
  const sum = new Summing();
  await replyToLines(async (value) => {
    try {
      return lineJudged(value, judges, sum);
    } catch (error) {
      sum.refuse();
      throw error;
    }
  });
  if (!isSummed) return;
  const summary = sum.summary();
  process.stdout.write(`${JSON.stringify({ summary })}\n`);
  process.stderr.write(`${summaryText(summary)}\n`);
}

function lineJudged(value: LineObject, judges: Judges, sum: Summing): object {
  const { answer, derivation, points, deadline, ...rest } = value;
  const { id } = value;
  const isNumber = (x: unknown): boolean =>
    x === undefined || x === null || (typeof x === "number" && Number.isFinite(x) && x >= 0);
  if (!isNumber(points) || !isNumber(deadline))
    throw errors.badRequest("points and deadline are numbers from 0");
  if (typeof derivation === "string" && typeof answer === "string")
    throw errors.badRequest("a line has an answer or a derivation");
  const how: JudgeOptions = {
    ...(typeof points === "number" && { points }),
    ...(typeof deadline === "number" && { deadline }),
  };
  const request = requestFromJson(rest);
  if (typeof derivation === "string") {
    const judged = derivationOf(request, { role: "answer", text: derivation }, how);
    sum.add(id, { ...judged, diagnoses: judged.lines.flatMap(({ diagnoses }) => diagnoses) });
    return derivationJson(id, judged);
  }
  if (typeof answer !== "string") throw errors.badRequest("answer, or derivation, is a text");
  const judgement = judges.of(request)({ role: "answer", text: answer }, how);
  sum.add(id, judgement);
  return judgementJson(id, judgement);
}

// ---- JSON -------------------------------------------------------------------------------------------

const diagnosisJson = ({ kind, note, message, span, repair }: Diagnosis): object => ({
  kind,
  message: proseText(message, "unicode"),
  ...(repair && { repair: repair.unicode }),
  note,
  ...(span && { span: spanJson(span) }),
});

const scoreJson = (score: Score | null): object => (score ? { score } : {});

/** The judgement as the contract has it. */
const judgementJson = (id: unknown, judgement: Judgement): object => ({
  id: id ?? null,
  ok: true,
  verdict: judgement.verdict,
  diagnoses: judgement.diagnoses.map(diagnosisJson),
  expected: spelledJson(judgement.expected, judgement.expected.shape),
  notes: [...judgement.reasons, ...judgement.notes],
  tried: judgement.tried,
  ...scoreJson(judgement.score),
});

const derivationJson = (id: unknown, judged: DerivationJudged): object => ({
  id: id ?? null,
  ok: true,
  verdict: judged.verdict,
  firstWrong: judged.firstWrong,
  lines: judged.lines.map(({ line, text, verdict, from, diagnoses }) => ({
    line,
    text,
    verdict,
    ...(from !== null && { from }),
    diagnoses: diagnoses.map(diagnosisJson),
  })),
  diagnoses: judged.lines.flatMap((line) =>
    line.diagnoses.map((d) => ({ line: line.line, ...diagnosisJson(d) })),
  ),
  ...(judged.expected && { expected: spelledJson(judged.expected, judged.expected.shape) }),
  notes: judged.notes,
  ...scoreJson(judged.score),
});
