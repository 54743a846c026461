/** @file The steps of every gradient of the tables lead to it, and each of them holds. */

import { readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { isScalar } from "../../src/expr/expr.ts";
import type { Expr } from "../../src/expr/expr.ts";
import { cotangentSymbol, differentialSymbol } from "../../src/expr/expr.ts";
import { substitution } from "../../src/expr/walk.ts";
import { parse, variablesOf } from "../../src/index.ts";
import { compared } from "../../src/numeric/equations.ts";
import { backward } from "../../src/steps/cotangents.ts";
import { forward } from "../../src/steps/differentials.ts";
import type { Forward } from "../../src/steps/differentials.ts";
import { styles, worked } from "../../src/steps/index.ts";
import { lossName } from "../../src/steps/names.ts";
import { laidOut, levels } from "../../src/steps/parts.ts";
import { cases } from "../tables.ts";

const tables = readdirSync(new URL("../cases", import.meta.url))
  .map((file) => file.replace(".txt", ""))
  .filter((name) => !["errors", "same", "stationary", "jacobian"].includes(name));

for (const table of tables)
  describe(table, () => {
    const gradients = cases(table).filter(
      ({ options }) => Object.keys(options).filter((name) => name !== "forms").length === 0,
    );
    test.each(gradients)("$title", ({ statements, by }) => {
      const text = statements.join("\n");
      const problem = parse(text, { wrt: by });
      const variables = variablesOf(problem, by);
      const symbols = variables.map((v) => v.symbol);
      if (!isScalar(problem.objective) || variables.some((v) => v.part)) return;
      for (const steps of levels) {
        // Throws where the steps end in something else than the result.
        for (const style of styles) worked(problem, variables, { steps, style });
        const loss = lossName(problem);
        const known: [Expr, Expr][] = [];
        const back = backward(
          laidOut(problem, symbols, steps),
          symbols,
          { loss },
          { verify: false },
        );
        for (const { of, flow, value, written } of back.steps) {
          const replayed = substitution(known)(flow);
          expect(compared(replayed, value, 1)).not.toBe("unequal");
          expect(compared(substitution(known)(written), value, 1)).not.toBe("unequal");
          known.push([cotangentSymbol(loss, of), replayed]);
        }
        for (const v of symbols) expectReplayed(forward(laidOut(problem, symbols, steps), v));
      }
    });
  });

/** Each differential in those of what it is made of is that in the variable's, when those stand there. */
function expectReplayed({ steps }: Forward): void {
  const known: [Expr, Expr][] = [];
  for (const { of, local, whole } of steps) {
    expect(compared(substitution(known)(local), whole, 1)).not.toBe("unequal");
    if (of) known.push([differentialSymbol(of), whole]);
  }
}

describe("what is given of an output", () => {
  const all = ["course", "cookbook"].flatMap(cases).filter(({ options }) => options.upstream);
  test.each(all)("$title", ({ statements, by, options }) => {
    const problem = parse(statements.join("\n"), { ...options, wrt: by });
    const variables = variablesOf(problem, by);
    for (const style of styles) {
      const { sections } = worked(problem, variables, { ...options, steps: "key", style });
      expect(sections.flatMap(({ lines }) => lines).length).toBeGreaterThan(0);
    }
  });
});

for (const table of ["jacobian", "stationary"])
  describe(table, () => {
    const all = cases(table).filter(({ options }) =>
      Object.keys(options).every((name) => ["kind", "form", "forms"].includes(name)),
    );
    test.each(all)("$title", ({ statements, by, options }) => {
      const problem = parse(statements.join("\n"), { ...options, wrt: by });
      const variables = variablesOf(problem, by);
      const isRefused =
        (options.kind === "hessian" || options.kind === "stationary") &&
        variables.some(({ part }) => part);
      if (isRefused) {
        const steps = (): unknown => worked(problem, variables, { ...options, steps: "key" });
        expect(steps).toThrow(/steps of a/u);
        return;
      }
      for (const style of styles) {
        const { sections } = worked(problem, variables, { ...options, steps: "key", style });
        expect(sections.flatMap(({ lines }) => lines).length).toBeGreaterThan(1);
      }
    });
  });
