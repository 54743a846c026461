/** @file The ways to write a derivative: as a matrix, with ⊗, with indices and δ, as a linear map. */

import { spelled } from "./options.ts";
import { casesOf } from "../diff/entries.ts";
import type { Case } from "../diff/entries.ts";
import { isApply } from "../expr/expr.ts";
import type { Expr, Sym } from "../expr/expr.ts";
import { postorder } from "../expr/walk.ts";
import { commutation, kronecker, mat, vec } from "../ops/kronecker.ts";
import { compared } from "../numeric/equations.ts";
import { objectiveSymbol } from "../parse/problem.ts";
import type { Problem } from "../parse/problem.ts";
import type { Variable } from "../parse/variables.ts";
import { asciiName } from "../print/ascii.ts";
import { latexBase, latexName } from "../print/latex.ts";
import { unicodeIndex, unicodeName } from "../print/unicode.ts";
import { cost } from "../simplify/cost.ts";
import type { Simplifier } from "../simplify/simplify.ts";
import type { Forms } from "./changes.ts";
import type { Form, FormName, Kind, Spelled } from "./options.ts";
import type { Writer, Written } from "./written.ts";

/** Whether a matrix speaks of stacked columns. */
const isStacked = (e: Expr): boolean =>
  postorder([e]).some(
    (n) => isApply(n, kronecker) || isApply(n, commutation) || isApply(n, vec) || isApply(n, mat),
  );

/** The form that is shown: the one that is asked for, or the shortest. */
export function shownForm(asked: FormName | undefined, { matrix, map }: Forms): FormName {
  const isKron = isStacked(matrix);
  // With ⊗ or without it: a matrix is a matrix.
  if (asked === "kron" || asked === "matrix") return isKron ? "kron" : "matrix";
  if (asked !== undefined) return asked;
  if (!isKron) return matrix.height > 0 && map.height === 0 ? "map" : "matrix";
  return cost(map) + 1 < cost(matrix) ? "map" : "kron";
}

/** The letter of a map that the problem does not name. */
export const mapLetter = ({ symbols, functions }: Problem): string =>
  ["f", "g", "h"].find((letter) => !symbols.has(letter) && !functions.has(letter)) ?? "F";

/** All forms of a derivative by a variable. */
export function formsOf(
  problem: Problem,
  variable: Variable,
  kind: Kind,
  { matrix, map, entries }: Forms,
  direction: Expr,
  write: Writer,
  tidy: Simplifier,
): Form[] {
  const of = entrySign(problem, variable, kind, entries.output, entries.input);
  const cases = casesOf(entries.expr, (e) => tidy.simplify(e));
  const forms: Form[] = [
    { name: isStacked(matrix) ? "kron" : "matrix", ...spelled(write(matrix)) },
    { name: "index", ...spelled(write(entries.expr)), of },
  ];
  if (cases && areEqual([cases.equal, cases.different])) {
    const [i, j] = cases.indices.map((index) => index.name);
    const [same, other] = [cases.equal, cases.different].map((c) => write(c.expr, [i!, j!])) as [
      Written,
      Written,
    ];
    forms.push({
      name: "cases",
      of,
      unicode: `${i} = ${j}: ${same.unicode}; ${i} ≠ ${j}: ${other.unicode}`,
      ascii: `${i} = ${j}: ${same.ascii}; ${i} != ${j}: ${other.ascii}`,
      latex: `\\begin{cases} ${same.latex} & ${i} = ${j} \\\\ ${other.latex} & ${i} \\neq ${j} \\end{cases}`,
    });
  }
  if (direction.kind === "sym") {
    const text = write(map);
    forms.push({
      name: "map",
      unicode: `${unicodeName(direction.name)} ↦ ${text.unicode}`,
      ascii: `${asciiName(direction.name)} |-> ${text.ascii}`,
      latex: `${latexName(direction)} \\mapsto ${text.latex}`,
    });
  }
  return forms;
}

/** Whether cases are what they were simplified from, at random points; false where none is found. */
function areEqual(cases: readonly Case[]): boolean {
  const outcomes = new Set(cases.map(({ expr, bare }) => compared(expr, bare, 1)));
  if (outcomes.has("unequal")) throw new Error("internal: a case is not equal to its entry");
  return !outcomes.has("nowhere");
}

/** `∂yᵢ/∂xⱼ`, `∂²L/∂xᵢ∂xⱼ`. */
function entrySign(
  problem: Problem,
  { name }: Variable,
  kind: Kind,
  output: readonly Sym[],
  input: readonly Sym[],
): Spelled {
  const [above, below] = [output, input].map((all) => all.map((index) => index.name).join(""));
  const isSecond = kind === "hessian";
  const unnamed = problem.letter ?? (isSecond ? "" : mapLetter(problem));
  const of = objectiveSymbol(problem)?.name ?? unnamed;
  const sign = (
    d: string,
    named: (n: string) => string,
    at: (i: string) => string,
  ): [string, string] => {
    const by = (i: string | undefined): string => `${d}${named(name)}${i ? at(i) : ""}`;
    const top = of === "" ? "" : named(of);
    return isSecond
      ? [`${d}${d === "∂" ? "²" : "^2 "}${top}`, `${by(above)}${by(below)}`]
      : [`${d}${top}${above ? at(above) : ""}`, by(below)];
  };
  const [u, v] = sign("∂", unicodeName, unicodeIndex);
  const [a, b] = sign("d", asciiName, (i) => `_{${i}}`);
  const [p, q] = sign(
    "\\partial ",
    (n) => latexBase(n, false),
    (i) => `_{${i}}`,
  );
  return { unicode: `${u}/${v}`, ascii: `${a}/${b}`, latex: `\\frac{${p}}{${q}}` };
}
