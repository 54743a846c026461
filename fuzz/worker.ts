/** @file A process of the campaign: checks the problems whose numbers it is sent. */

import { verdictOf } from "./checks.ts";
import { shrunk } from "./shrink.ts";
import { optionsOf, textOf, trialOf } from "./trial.ts";

// Points outside of domains are errors that nobody looks at.
Error.stackTraceLimit = 5;

/** How many failures of one kind are made smaller. */
const mostShrunk = 4;
const seen = new Map<string, number>();

function checked(number: number): unknown {
  const trial = trialOf(number);
  const kind = trial.hvp === null ? trial.kind : "hvp";
  const verdict = verdictOf(trial);
  const { outcome, code, detail, compared } = verdict;
  if (outcome !== "failed") return { number, kind, outcome, code, compared };
  const count = (seen.get(code) ?? 0) + 1;
  seen.set(code, count);
  const [small, why] = count <= mostShrunk ? shrunk(trial, verdict) : [trial, verdict];
  const { seed: _, ...options } = optionsOf(small);
  const text = [
    `# ${code}: problem ${number}${small === trial ? "" : ", made smaller"}`,
    textOf(small, "unicode"),
    `by ${small.wrt}`,
    ...Object.entries(options).map(([name, value]) => `${name} ${String(value)}`),
    "",
    why.detail,
    ...(small === trial ? [] : ["", "it was", textOf(trial, "unicode"), "", detail]),
    "",
  ].join("\n");
  return { number, kind, outcome, code, compared, text };
}

process.on("message", (numbers: number[]) => {
  for (const number of numbers) process.send!(checked(number));
  process.send!({ isDone: true });
});
