/** @file Every derivation of the tables comes out verified, in the form shown, in every spelling. */

import { readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { derive, parse } from "../src/index.ts";
import { parseIn } from "../src/parse/index.ts";
import { cases } from "./tables.ts";

const tables = readdirSync(new URL("cases", import.meta.url))
  .map((file) => file.replace(".txt", ""))
  .filter((name) => !["errors", "same"].includes(name));

for (const table of tables)
  describe(table, () => {
    test.each(cases(table))("$title", async ({ statements, by, also, expected, told }) => {
      const problem = statements.join("\n");
      const [gradient] = await derive(problem, { wrt: by });
      expect(gradient!.unicode).toBe(expected);
      expect(gradient!.verification).toMatchObject({ ok: true });
      for (const sentence of told) expect(gradient!.assumptions).toContain(sentence);
      for (const text of [gradient!.unicode, gradient!.ascii, gradient!.latex])
        expect(
          parseIn(parse(problem), { role: "answer", text }, gradient!.shape),
          `${text} is read back as the same expression`,
        ).toBe(gradient!.expr);
      for (const spelling of also) {
        const [same] = await derive(spelling, { wrt: by });
        expect(same!.unicode, spelling).toBe(expected);
        expect(same!.verification?.ok).toBe(true);
      }
    });
  });
