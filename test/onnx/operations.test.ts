/** @file Every operation has a rule in ONNX, is made of ones that have, or is said to have none. */

import { expect, test } from "vitest";
import type { Apply } from "../../src/expr/expr.ts";
import type { OpFields } from "../../src/expr/op.ts";
import { lacks, rules } from "../../src/onnx/rules.ts";
import * as arithmetic from "../../src/ops/arithmetic.ts";
import * as elementwise from "../../src/ops/elementwise.ts";
import * as exponential from "../../src/ops/exponential.ts";
import * as indexing from "../../src/ops/indexing.ts";
import * as indicators from "../../src/ops/indicators.ts";
import * as kronecker from "../../src/ops/kronecker.ts";
import * as matrix from "../../src/ops/matrix.ts";
import * as norms from "../../src/ops/norms.ts";
import * as reduce from "../../src/ops/reduce.ts";
import * as rowwise from "../../src/ops/rowwise.ts";
import * as structure from "../../src/ops/structure.ts";

const families = {
  arithmetic,
  elementwise,
  exponential,
  indexing,
  indicators,
  kronecker,
  matrix,
  norms,
  reduce,
  rowwise,
  structure,
};

const isOp = (value: unknown): value is OpFields =>
  typeof value === "function" && "opName" in value;

const operations = [
  ...Object.values(families).flatMap((family) => Object.values(family).filter(isOp)),
  (arithmetic.pi as Apply).op,
];

test.each(operations.map((op) => [op.opName, op] as const))("%s", (_name, op) => {
  expect(rules.has(op) || op.expand !== undefined || lacks.has(op)).toBe(true);
});
