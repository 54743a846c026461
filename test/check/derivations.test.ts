/** @file Derivations by hand: each line has its verdict and what is wrong with it. */

import { describe, expect, test } from "vitest";
import { blocks } from "../tables.ts";
import { derivationSaid } from "./table.ts";

describe("derivations", () => {
  test.each(blocks("../check/derivations").map((lines) => ({ title: lines[0]!, lines })))(
    "$title",
    ({ lines }) => {
      const from = lines.findIndex((line) => line.startsWith("==> "));
      expect(derivationSaid(lines)).toEqual(lines.slice(from));
    },
  );
});
