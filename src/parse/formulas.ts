/** @file Which formulas are those of scalars, and so taken entry by entry of vectors and matrices. */

import { functionNamed } from "../ops/functions.ts";
import { conventionOf, mayCount } from "./kinds.ts";
import type { Surface } from "./surface.ts";

/** What a formula asks of the names around it. */
interface Around {
  /** Declared: its shape; null where nothing is declared. */
  readonly kindOf: (name: string) => "scalar" | "other" | null;
  /** Whether an application of a function of the problem is that of each entry. */
  readonly isEntrywise: (name: string) => boolean;
}

/** Functions of each entry that are more than one operation, or spread scalars. */
const several: ReadonlySet<string> = new Set(["max", "min", "sqrt"]);

const worksOnEntries = (name: string): boolean =>
  several.has(name) || functionNamed(name)?.readings[0]?.signature === "m×n → m×n";

/** Softmax and its kin have the signature of a function of each entry, and are none. */
const mixing: ReadonlySet<string> = new Set(["softmax", "logsoftmax"]);

/**
 * Whether a formula in some parameters is one in scalars: numbers, Greek letters and declared scalars
 * beside the parameters, and nothing that only vectors or matrices have.
 */
export function isScalarFormula(
  body: Surface,
  parameters: readonly string[],
  around: Around,
): boolean {
  const isScalarName = (name: string): boolean => {
    const declared = around.kindOf(name);
    if (declared !== null) return declared === "scalar";
    if (!parameters.includes(name)) return name === "e" || conventionOf(name) === "scalar";
    return conventionOf(name) !== "matrix" || mayCount(name);
  };
  const isScalar = (e: Surface): boolean => {
    switch (e.kind) {
      case "number":
        return true;
      case "name":
        return isScalarName(e.name);
      case "sum":
        return e.terms.every(({ term }) => isScalar(term));
      case "product":
      case "hadamard":
        return e.factors.every(({ factor }) => isScalar(factor));
      case "negate":
      case "group":
      case "root":
      case "bars":
        return isScalar(e.body);
      case "power":
      case "elementwise-power":
        return isScalar(e.body) && isScalar(e.exponent);
      case "call":
        return (
          worksOnEntries(e.name) &&
          !mixing.has(e.name) &&
          e.args.every(isScalar) &&
          (e.exponent === undefined || isScalar(e.exponent))
        );
      case "indicator":
        return isScalar(e.left) && isScalar(e.right);
      case "application":
        return around.isEntrywise(e.name) && e.args.every(isScalar);
      case "ones":
      case "zero":
      case "kronecker":
      case "transpose":
      case "pseudoinverse":
      case "norm":
      case "inner":
      case "subscript":
      case "indexed-sum":
      case "cotangent":
        return false;
      default:
        return e satisfies never;
    }
  };
  return isScalar(body);
}
