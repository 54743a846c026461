/** @file The catalogue of rewrite rules, by the operation at the head. */

import type { OpFields } from "../../expr/op.ts";
import { broadcastRules, elementwiseRules, powerRules } from "./elementwise.ts";
import { exponentialRules } from "./exponential.ts";
import { indicatorRules } from "./indicators.ts";
import {
  determinantRules,
  inverseRules,
  pseudoinverseRules,
  traceRules,
  transposeRules,
} from "./matrix.ts";
import { kroneckerRules, vecRules } from "./kronecker.ts";
import { indexingRules } from "./indexing.ts";
import { reduceRules } from "./reduce.ts";
import type { Rule } from "./rule.ts";
import { structureRules } from "./structure.ts";

/** Every rule; those for sums and products of many factors are normal forms of their own. */
export const rules: readonly Rule[] = [
  ...transposeRules,
  ...inverseRules,
  ...pseudoinverseRules,
  ...traceRules,
  ...determinantRules,
  ...powerRules,
  ...elementwiseRules,
  ...broadcastRules,
  ...indicatorRules,
  ...exponentialRules,
  ...reduceRules,
  ...structureRules,
  ...kroneckerRules,
  ...vecRules,
  ...indexingRules,
];

/** The rules for one operation, in the order of the catalogue. */
export const rulesFor: ReadonlyMap<OpFields, readonly Rule[]> = rules.reduce(
  (map, r) => map.set(r.op, [...(map.get(r.op) ?? []), r]),
  new Map<OpFields, Rule[]>(),
);
