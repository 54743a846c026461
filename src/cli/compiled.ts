/** @file The options of `nabla eval` that speak of compiled code: what they ask for, and what they do not go with. */

import type { Command } from "commander";
import { Option } from "commander";
import { choices, mostThreads } from "../compile/options.ts";
import type { Texts } from "../derive/ask.ts";
import { errors } from "../diagnostics/errors.ts";
import type { Demand } from "../eval/compiled.ts";
import type { Evaluation } from "../eval/index.ts";
import { sizesTyped } from "../eval/numbers.ts";
import type { Given } from "../eval/numbers.ts";

/** What the command line says of compiled code. */
export interface CompiledOptions {
  readonly plan?: boolean;
  readonly sizes: readonly string[];
  readonly backend?: Demand["backend"];
  readonly dtype?: Demand["dtype"];
  readonly threads?: string;
}

/** Adds the options. */
export const compiledOptions = (command: Command): Command =>
  command
    .addOption(
      new Option(
        "--backend <where>",
        "numbers by compiled code, shown once they agree with the others",
      ).choices(choices.backend),
    )
    .addOption(
      new Option("--dtype <type>", "the numbers of compiled code (float64)").choices(choices.dtype),
    )
    .option("--threads <n>", "how many threads compiled code has (as many as the machine)")
    .option("--plan", "what compiled code does, step by step: needs sizes, and no numbers")
    .option(
      "--sizes <sizes>",
      'how large dimensions are, as in "m=256, n=1024" (repeatable)',
      (value: string, all: readonly string[]) => [...all, value],
      [],
    );

export const sizesOf = ({ sizes }: CompiledOptions): Given[] => sizes.flatMap(sizesTyped);

/** Where and how compiled code is to run; null where none is asked for. */
export function demandOf({ plan, backend, dtype, threads }: CompiledOptions): Demand | null {
  if (!plan && backend === undefined) {
    if (dtype !== undefined) throw errors.needsCompiled("--dtype", dtype);
    if (threads !== undefined) throw errors.needsCompiled("--threads", threads);
    return null;
  }
  if (threads !== undefined && !(/^[1-9]\d*$/u.test(threads) && Number(threads) <= mostThreads))
    throw errors.badOption("--threads", `a whole number from 1 to ${mostThreads}`);
  return {
    ...(backend && { backend }),
    ...(dtype && { dtype }),
    ...(threads !== undefined && { threads: Number(threads) }),
  };
}

/** What compiled code does not have, with what does. */
const noneInCode = {
  all: "parts with a name have compiled values: z = Wx; …",
  memory: "--plan says what compiled code holds",
  descend: "without --backend the steps are shown; in the library compile takes an update",
} as const;

/** What a plan says nothing of. */
const noneInPlans = [
  "samples",
  "all",
  "memory",
  "descend",
  "rate",
  "iterations",
  "update",
  "reduce",
  "digits",
] as const;

type Beside = Readonly<
  Partial<Record<(typeof noneInPlans)[number], string | boolean | readonly string[]>>
>;

const isGiven = (value: Beside[keyof Beside]): boolean =>
  value !== undefined && !(Array.isArray(value) && value.length === 0);

/** Refuses what compiled code does not compute, or what a plan does not say. */
export function refuseBeside(options: Beside & CompiledOptions): void {
  if (options.plan) {
    const given = noneInPlans.find((name) => isGiven(options[name]));
    const hint = "a plan takes --wrt, --forward, --at, --sizes, --backend, --dtype and --threads";
    if (given) throw errors.notBesideCompiled(`--${given}`, "--plan", hint);
    return;
  }
  for (const [name, hint] of Object.entries(noneInCode))
    if (isGiven(options[name as keyof typeof noneInCode]))
      throw errors.notBesideCompiled(`--${name}`, "--backend", hint);
}

/** An evaluation with the numbers of compiled code, which is loaded where it is asked for. */
export async function inCode(found: Evaluation, wrt: string, demand: Demand): Promise<Evaluation> {
  const { compiledEvaluation } = await import("../eval/compiled.ts");
  return compiledEvaluation(found, wrt, demand);
}

/** The text of a plan. */
export async function planTold(
  texts: Texts,
  given: readonly Given[],
  sizes: readonly Given[],
  wrt: string | null,
  demand: Demand,
  format: string,
): Promise<string> {
  if (format !== "text" && format !== "json") throw errors.planFormat(format);
  const { planned } = await import("../eval/compiled.ts");
  const { planJson, planText } = await import("../report/plan.ts");
  const plan = await planned(texts, given, sizes, wrt, demand);
  return format === "json" ? JSON.stringify(planJson(plan)) : planText(plan);
}
