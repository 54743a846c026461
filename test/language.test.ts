/** @file The three spellings are one language. */

import { describe, expect, test } from "vitest";
import { parse } from "../src/index.ts";
import { simplify } from "../src/simplify/simplify.ts";
import { blocks } from "./tables.ts";

describe.each(blocks("same"))("%s", (first, ...others) => {
  const expected = parse(first).objective;
  test.each(others)("is %s", (text) => {
    expect(simplify(parse(text).objective)).toBe(simplify(expected));
  });
});
