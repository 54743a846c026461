/** @file Results as lines: what each is called, its forms, and what is told beside it. */

import { isWorthSaying } from "../derive/written.ts";
import type { Derivative, Spelling } from "../derive/index.ts";
import { isScalarShape, showShape } from "../expr/dimension.ts";
import { cotangentSymbol, sym } from "../expr/expr.ts";
import type { Sym } from "../expr/expr.ts";
import { nameIn, printers, unicodeName } from "../print/index.ts";

/** What the result is: `∇_W L`, `∂y/∂x`, `∇²_x L`; of a stationary point the variable itself. */
export function signOf(d: Derivative, spelling: Spelling): string {
  const named = nameIn[spelling];
  if (d.upstream) return cotangentSign(d, d.upstream, spelling);
  const by = named(d.variable.name, !isScalarShape(d.variable.shape));
  const of = d.objective && named(d.objective.name, !isScalarShape(d.objective.shape));
  if (d.kind === "stationary") return by;
  const isLatex = spelling === "latex";
  if (spelling === "ascii") {
    if (d.kind === "hessian")
      return `d^2${of ? ` ${of}` : ""}/d${by}^2${d.hvp ? ` ${named(d.hvp.name)}` : ""}`;
    return `d${of && d.kind === "jacobian" ? of : ""}/d${by}`;
  }
  if (d.kind === "jacobian")
    return isLatex ? `\\frac{\\partial ${of ?? ""}}{\\partial ${by}}` : `∂${of ?? ""}/∂${by}`;
  const nabla = `${isLatex ? "\\nabla" : "∇"}${d.kind === "hessian" ? (isLatex ? "^2" : "²") : ""}`;
  const below = isLatex ? `_{${by}}` : `_${by}`;
  const rest = [isLatex ? of : null, d.hvp && named(d.hvp.name)].filter((part) => part);
  return [`${nabla}${below}`, ...rest].join(" ");
}

/** ∂L/∂W, where what flows to an output is given as ∂L/∂y. */
function cotangentSign({ variable }: Derivative, { cotangent }: Sym, spelling: Spelling): string {
  const by = sym(variable.name, variable.shape);
  return printers[spelling](cotangentSymbol(cotangent!.of, by));
}

/** The text of the form that is shown, and what it is a form of. */
function shownLines(d: Derivative, spelling: Spelling, isAlone: boolean): string[] {
  const form = d.forms.find(({ name }) => name === d.shown);
  const text = form?.[spelling] ?? d[spelling];
  const cases = d.shown === "index" ? d.forms.find(({ name }) => name === "cases") : undefined;
  const isBare = isAlone && d.kind !== "stationary";
  const sign = form?.of?.[spelling] ?? (isBare ? null : signOf(d, spelling));
  return [
    sign === null ? text : `${sign} = ${text}`,
    ...(cases ? [spelling === "latex" ? `= ${cases.latex}` : cases[spelling]] : []),
  ];
}

/** The other forms, each with what it is called. */
function otherLines(d: Derivative, spelling: Spelling): string[] {
  const shown = new Set([d.shown, ...(d.shown === "index" ? ["cases"] : [])]);
  return d.forms
    .filter(({ name }) => !shown.has(name))
    .map((form) => {
      const isEquation = form.of && (spelling === "latex" || form.name !== "cases");
      const text = isEquation ? `${form.of[spelling]} = ${form[spelling]}` : form[spelling];
      return spelling === "latex" ? `\\text{${form.name}: } ${text}` : `${form.name}: ${text}`;
    });
}

/** What a matrix's parts stand for, where it is shown; the names of dimensions say enough by themselves. */
function parts(d: Derivative, inAllForms: boolean): Derivative["where"] {
  const isShown = inAllForms || d.shown === "matrix" || d.shown === "kron";
  return isShown ? d.where.filter(isWorthSaying) : [];
}

const namedParts = (
  found: readonly Derivative[],
  spelling: Spelling,
  inAllForms: boolean,
): string[] => {
  const named = new Map(found.flatMap((d) => parts(d, inAllForms)).map((w) => [w.name, w]));
  return [...named.values()].map((w) => `${nameIn[spelling](w.name)} = ${w[spelling]}`);
};

/** A single result stands alone, of several each has its name; then the parts that got names. */
export const resultLines = (
  found: readonly Derivative[],
  spelling: Spelling,
  inAllForms: boolean,
): string =>
  [
    ...found.flatMap((d) => [
      ...shownLines(d, spelling, found.length === 1),
      ...(inAllForms ? otherLines(d, spelling) : []),
    ]),
    ...namedParts(found, spelling, inAllForms),
  ].join("\n");

/** The results as equations, then the parts that got names. */
export const latexLines = (found: readonly Derivative[], inAllForms: boolean): string[] => [
  ...found.flatMap((d) => [
    shownLines(d, "latex", false).join(" "),
    ...(inAllForms ? otherLines(d, "latex") : []),
  ]),
  ...namedParts(found, "latex", inAllForms),
];

/** What was assumed and how it was checked, once for all results. */
export function notesOf(found: readonly Derivative[]): string[] {
  const notes = [...new Set(found.flatMap((g) => g.assumptions))];
  const shapes = found.flatMap(shapeTold);
  const [first] = found;
  const v = first?.verification;
  const checked = v
    ? `verified at ${v.draws} random points to ${v.tolerance}, by ${v.method}`
    : "not verified, as was asked";
  return [...notes, ...shapes, checked];
}

/** The shape of a result, and how it is laid out where that is a convention. */
function shapeTold({ kind, hvp, variable, shape, layout, shown }: Derivative): string[] {
  const name = unicodeName(variable.name);
  const is = showShape(shape);
  if (kind === "gradient" && layout === "numerator")
    return [
      `numerator layout: ${name} is ${showShape(variable.shape)}, and the derivative by it ${is}`,
    ];
  if (kind === "gradient") return [`${name} and its gradient are ${is}`];
  if (kind === "stationary") return [`${name} is ${is}`];
  if (hvp) return [`${name} and the product are ${is}`];
  const what = kind === "hessian" ? "Hessian" : "Jacobian";
  if (isScalarShape(variable.shape)) return [`the derivative by the scalar ${name} is ${is}`];
  const order =
    layout === "numerator"
      ? "a row per output, a column per input"
      : "a column per output, a row per input (denominator layout)";
  const isMap = shown === "map" && layout === "denominator";
  const map = isMap
    ? `; the map takes a change of ${name} to that of the output in either layout`
    : "";
  return [`the ${what} by ${name} is ${is}: ${order}, both stacked by vec${map}`];
}
