/** @file Every derivation of the tables comes out verified, in the form shown, in every spelling. */

import { readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { withNames } from "../src/derive/written.ts";
import { derive, parse } from "../src/index.ts";
import { parseIn } from "../src/parse/index.ts";
import { introducedNames } from "../src/simplify/name.ts";
import { cases } from "./tables.ts";

const tables = readdirSync(new URL("cases", import.meta.url))
  .map((file) => file.replace(".txt", ""))
  .filter((name) => !["errors", "same"].includes(name));

for (const table of tables)
  describe(table, () => {
    test.each(cases(table))("$title", async (row) => {
      const { statements, by, also, expected, told, kind, hvp, upstream, structured, forms } = row;
      const text = statements.join("\n");
      const options = {
        wrt: by,
        ...(kind !== undefined && { kind }),
        ...(hvp !== undefined && { hvp }),
        ...(upstream !== undefined && { upstream }),
        ...(structured !== undefined && { structured }),
      };
      const [found] = await derive(text, options);
      expect(found!.unicode).toBe(expected);
      expect(found!.verification).toMatchObject({ ok: true });
      for (const sentence of told) expect(found!.assumptions).toContain(sentence);
      for (const [name, form] of forms)
        expect(found!.forms.find((f) => f.name === name)?.unicode, name).toBe(form);
      const given = parse(text, options);
      // What got a name is read back with it.
      const { parts } = introducedNames(new Set(given.symbols.values()))(found!.expr);
      const problem = withNames(given, parts);
      if (hvp === undefined && found!.variable.part === null)
        for (const spelling of [found!.unicode, found!.ascii, found!.latex])
          expect(
            parseIn(problem, { role: "answer", text: spelling }, found!.shape),
            `${spelling} is read back as the same expression`,
          ).toBe(found!.expr);
      for (const spelling of also) {
        const [same] = await derive(spelling, options);
        expect(same!.unicode, spelling).toBe(expected);
        expect(same!.verification?.ok).toBe(true);
      }
    });
  });
