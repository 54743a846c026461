/** @file Jacobians, Hessians and Hessian–vector products. */

import { differential } from "../diff/differential.ts";
import { entriesOf } from "../diff/entries.ts";
import { matrixOfMap } from "../diff/jacobian.ts";
import { gradientBy, sweep } from "../diff/sweep.ts";
import { errors } from "../diagnostics/errors.ts";
import { dependsOn, indexSum } from "../expr/binding.ts";
import { isScalarShape, sameShape, showShape } from "../expr/dimension.ts";
import { isScalar, sym, unit } from "../expr/expr.ts";
import type { Expr, Sym } from "../expr/expr.ts";
import { property, structureOf } from "../expr/properties.ts";
import type { Properties } from "../expr/properties.ts";
import { substitution } from "../expr/walk.ts";
import { product, transpose } from "../ops/arithmetic.ts";
import { unitVector } from "../ops/indexing.ts";
import { lettersOfIndices, objectiveSymbol, takenBy } from "../parse/problem.ts";
import type { Problem } from "../parse/problem.ts";
import { nameRead } from "../parse/variables.ts";
import type { Variable } from "../parse/variables.ts";
import { cost } from "../simplify/cost.ts";
import { withNamedParts } from "../simplify/name.ts";
import { alternatives } from "./alternatives.ts";
import { changeChecked, ofChange, ofGradient } from "./changes.ts";
import type { Change, Forms } from "./changes.ts";
import type { Checked } from "./check.ts";
import { checked } from "./check.ts";
import { formsOf, shownForm } from "./forms.ts";
import { alongPart, within } from "./gradient.ts";
import type { DeriveOptions, Derivative, Kind } from "./options.ts";
import { namesAround, prepare, presentingOf, setOf } from "./prepare.ts";
import type { Prepared } from "./prepare.ts";
import { conventionsMet, formTold, otherwiseAsked, structureTold, teller } from "./told.ts";
import { writer } from "./written.ts";

/** Whether structured variables are varied entry by entry; a Jacobian knows no pairs of entries. */
function isFree({ structured }: DeriveOptions): boolean {
  if (structured === "cookbook")
    throw errors.notYet(
      undefined,
      "a Jacobian or Hessian with one parameter for each pair of entries",
      {
        hint: "--structured project or --structured free",
      },
    );
  return structured === "free";
}

/** The Jacobian of the objective by one variable, or of its gradient: the Hessian. */
export function jacobian(
  asked: Problem,
  variable: Variable,
  kind: Kind,
  options: DeriveOptions,
): Derivative {
  const problem = kind === "jacobian" ? withOutputs(asked, variable) : asked;
  const prepared = prepare(problem, [variable.symbol], {
    holdsOutput: kind === "jacobian",
    isMap: true,
    isFree: isFree(options),
  });
  const gradient = kind === "hessian" ? gradientOf(prepared, variable) : null;
  const vector = options.hvp === undefined ? null : vectorNamed(prepared, variable, options.hvp);
  const along = vector && prepared.tidy.simplify(inSet(prepared, variable, vector));
  const change = changeOf(prepared, variable, gradient, along ?? directionOf(prepared, variable));
  const claims = gradient ? [ofGradient(prepared, variable, gradient)] : [];
  return vector
    ? alongVector(prepared, variable, change, vector, claims, options)
    : inAllForms(prepared, variable, kind, change, claims, options);
}

/** The objective with the entries for all i in the place of one entry, as (Wx)_i: i is no fixed index then. */
function withOutputs(problem: Problem, { part }: Variable): Problem {
  const { objective, outputs, labels } = problem;
  const indices = outputs.filter((i) => dependsOn(objective, i));
  const [i, j] = indices;
  if (part || !isScalar(objective) || !i || indices.length > 2) return problem;
  const place = product(
    unitVector(i.range!, i),
    ...(j ? [transpose(unitVector(j.range!, j))] : []),
  );
  const body = indexSum(i, product(objective, place));
  return {
    ...problem,
    objective: j ? indexSum(j, body) : body,
    labels: new Map([...labels].filter(([, label]) => !indices.includes(label))),
  };
}

/** The gradient whose Jacobian the Hessian is: of Xᵀ(p − y) that is shorter than of what it came from. */
function gradientOf(
  { objective, copies, tidy, lighter }: Prepared,
  { symbol, part }: Variable,
): Expr {
  const copy = copies.get(symbol)!;
  const whole = within(copy, gradientBy(sweep(objective, [copy], tidy), copy));
  const found = tidy.simplify(part ? part.pick(whole) : whole);
  const light = lighter(found);
  return 3 * cost(light) <= 2 * cost(found) ? light : found;
}

/** The change of the gradient, or of the objective where none is given. */
function changeOf(
  { problem, input, objective, copies, tidy }: Prepared,
  { symbol, part }: Variable,
  gradient: Expr | null,
  direction: Expr,
): Change {
  const along = alongPart(copies.get(symbol)!, part, direction);
  const changed = differential(gradient ?? objective, copies.get(symbol)!, along, tidy);
  return {
    output: gradient ?? input,
    original: gradient ?? problem.objective,
    direction,
    expr: tidy.simplify(changed),
  };
}

/** Δ in the set of the variable, under a name that the problem does not use; 1 for a scalar. */
function directionOf(prepared: Prepared, variable: Variable): Expr {
  const { problem } = prepared;
  const { shape } = variable;
  if (isScalar({ shape } as Expr)) return unit;
  const isTaken = (name: string): boolean =>
    problem.symbols.has(name) || problem.dimensions.has(name) || problem.labels.has(name);
  const name = ["Δ", "H", "Ξ", "Ω"].find((letter) => !isTaken(letter)) ?? "Δ_0";
  return sym(name, shape, setOfDirections(prepared, variable));
}

/** What holds of the directions in which a variable moves: those of a part are free. */
function setOfDirections({ copies }: Prepared, { symbol, part }: Variable): Properties {
  const copy = copies.get(symbol)!;
  const structure = part || isScalar(copy) ? null : structureOf(copy.properties);
  return structure ? property[structure] : 0;
}

/** The part of a direction that lies in the set of the variable. */
const inSet = (prepared: Prepared, variable: Variable, direction: Expr): Expr =>
  setOfDirections(prepared, variable) === 0
    ? direction
    : within(prepared.copies.get(variable.symbol)!, direction);

/** The vector of a Hessian–vector product: a name of the problem, or a new one in the set of the variable. */
function vectorNamed(prepared: Prepared, variable: Variable, text: string): Sym {
  const { shape, name } = variable;
  const vector = nameRead(prepared.problem, { role: "hvp", text });
  const found = prepared.problem.symbols.get(vector);
  if (!found) return sym(vector, shape, setOfDirections(prepared, variable));
  if (!sameShape(found.shape, shape))
    throw errors.vectorShape(vector, showShape(found.shape), name, showShape(shape));
  return found;
}

function inAllForms(
  prepared: Prepared,
  variable: Variable,
  kind: Kind,
  change: Change,
  before: readonly Checked[],
  options: DeriveOptions,
): Derivative {
  const { problem, tidy, shown } = prepared;
  const { direction } = change;
  const { layout = "numerator" } = options;
  const laidOut = (e: Expr): Expr => (layout === "numerator" ? e : transpose(e));
  const along = ofAnyDirection(prepared, variable, change);
  const entries = entriesOf(
    along.expr,
    along.direction,
    (n) => lettersFor(problem, variable, n),
    presentingOf(prepared),
  );
  const whole = shown(
    laidOut(
      along.direction.kind === "sym" ? matrixOfMap(along.expr, along.direction, tidy) : along.expr,
    ),
  );
  const labelled = variable.part?.labels ?? [];
  const [matrix] = withNamedParts([whole], namesAround(problem, labelled)) as [Expr];
  const forms: Forms = { matrix, map: shown(change.expr), entries };
  const verification = checked(
    [...before, ...ofChange(prepared, variable, change, { ...forms, matrix: laidOut(matrix) })],
    options,
  );
  const asked = shownForm(options.form, { ...forms, matrix: whole });
  const labels = [...labelled, ...entries.output, ...entries.input];
  const write = writer(
    problem,
    [matrix, forms.map, entries.expr],
    options,
    labels,
    direction.kind === "sym" ? [direction] : [],
  );
  const written = write(matrix);
  const all =
    options.spellings?.length === 0
      ? []
      : [
          ...formsOf(problem, variable, kind, forms, direction, write, tidy),
          ...alternatives(problem, matrix, write, options),
        ];
  return {
    kind,
    hvp: null,
    upstream: null,
    objective: objectiveSymbol(problem),
    variable,
    expr: matrix,
    ...written,
    shape: matrix.shape,
    layout,
    forms: all,
    shown: asked,
    assumptions: [
      ...assumptionsOf(prepared, variable, options, matrix, verification?.notes ?? []),
      ...(asked === "map" && direction.kind === "sym" ? directionTold(direction) : []),
    ],
    verification,
  };
}

/**
 * The change along any direction: that along its part within the set of the variable, so that a Jacobian
 * agrees with the gradient, and a Hessian is symmetric.
 */
function ofAnyDirection(
  prepared: Prepared,
  variable: Variable,
  { expr, direction }: Change,
): Pick<Change, "expr" | "direction"> {
  if (direction.kind !== "sym" || structureOf(direction.properties) === null)
    return { expr, direction };
  const free = sym(direction.name, direction.shape);
  const along = substitution([[direction, inSet(prepared, variable, free)]]);
  return { expr: prepared.tidy.simplify(along(expr)), direction: free };
}

/** Hv: of the variable's shape. */
function alongVector(
  prepared: Prepared,
  variable: Variable,
  change: Change,
  vector: Sym,
  before: readonly Checked[],
  options: DeriveOptions,
): Derivative {
  const { problem } = prepared;
  const expr = prepared.shown(change.expr);
  const verification = checked(
    [...before, changeChecked(prepared, variable, change, expr)],
    options,
  );
  const labels = variable.part?.labels ?? [];
  const write = writer(problem, [expr], options, labels, [vector]);
  return {
    kind: "hessian",
    hvp: vector,
    upstream: null,
    objective: objectiveSymbol(problem),
    variable,
    expr,
    ...write(expr),
    shape: expr.shape,
    layout: "denominator",
    forms: alternatives(problem, expr, write, options),
    shown: "matrix",
    assumptions: [
      ...assumptionsOf(prepared, variable, options, expr, verification?.notes ?? []),
      ...(problem.symbols.get(vector.name) === vector ? [] : directionTold(vector)),
      ...formTold(options, "product"),
    ],
    verification,
  };
}

/** The set that a direction without a declaration is in. */
function directionTold({ name, shape, properties }: Sym): string[] {
  const kind = isScalarShape(shape) ? null : structureOf(properties);
  return kind ? [`${name} is ${kind}, as the variable is`] : [];
}

/** Letters for so many indices that the problem does not use, nor below its names. */
export function lettersFor(problem: Problem, { part }: Variable, count: number): string[] {
  const taken = takenBy(problem);
  for (const label of part?.labels ?? []) taken.add(label.name);
  return lettersOfIndices.filter((letter) => !taken.has(letter)).slice(0, count);
}

function assumptionsOf(
  { problem, input, copies }: Prepared,
  variable: Variable,
  { structured }: DeriveOptions,
  result: Expr,
  notes: readonly string[],
): string[] {
  const copy = copies.get(variable.symbol)!;
  return [
    ...problem.assumptions,
    ...otherwiseAsked(problem, [variable]),
    ...structureTold(copy, setOf(problem, variable.symbol), structured),
    ...conventionsMet(input, [copy]),
    ...teller(problem, [result])(result),
    ...notes,
  ];
}
