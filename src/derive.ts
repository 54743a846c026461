/** @file The pipeline: a problem and its variables in, verified gradients out. */

import { gradientBy, sweep } from "./diff/sweep.ts";
import { errors, NablaError } from "./diagnostics/errors.ts";
import type { Shape } from "./expr/dimension.ts";
import type { Expr, Sym } from "./expr/expr.ts";
import { half, isScalar, sym } from "./expr/expr.ts";
import { closed, structureOf, whileVaried } from "./expr/properties.ts";
import { children, postorder, substitution } from "./expr/walk.ts";
import { moderateNumbers } from "./numeric/moderate.ts";
import type { Verification } from "./numeric/verify.ts";
import { add, hadamard, identity, negate, scale, transpose } from "./ops/arithmetic.ts";
import type { Problem } from "./parse/problem.ts";
import { cost } from "./simplify/cost.ts";
import { folder } from "./simplify/fold.ts";
import { multipliedOut } from "./simplify/multiply.ts";
import { presenter } from "./simplify/present.ts";
import { Simplifier } from "./simplify/simplify.ts";
import { withNamedParts } from "./simplify/name.ts";
import { unwritten, writer } from "./written.ts";
import type { Where } from "./written.ts";

/** The oracle, which takes as long to load as all the rest: once, and where it is asked for. */
let verifier: Promise<typeof import("./numeric/verify.ts")> | undefined;

/** How to derive. */
export interface DeriveOptions {
  /** The seed of the random draws of the check; the same seed gives the same draws. */
  readonly seed?: number;
  /** Whether the result is checked; true unless said otherwise. */
  readonly verify?: boolean;
  /** Whether the texts of the result are made; true unless said otherwise. */
  readonly print?: boolean;
}

/** The gradient by one variable: it has the variable's shape. */
export interface Gradient {
  /** The name of the objective, where it has one. */
  readonly objective: Sym | null;
  readonly variable: Sym;
  readonly expr: Expr;
  readonly unicode: string;
  readonly ascii: string;
  readonly latex: string;
  readonly shape: Shape;
  readonly where: readonly Where[];
  /** What was taken for granted of shapes, and the conventions that were met. */
  readonly assumptions: readonly string[];
  /** null where the check was not asked for. */
  readonly verification: Verification | null;
}

/**
 * The gradients of a problem's objective by some variables, in one sweep. A result that does not pass
 * the independent check is an error (exit 3) and is not returned.
 */
export async function gradients(
  problem: Problem,
  asked: readonly Sym[],
  options: DeriveOptions = {},
): Promise<Gradient[]> {
  if (options.verify !== false) await checkEquations(problem, options.seed ?? 1);
  const variables = [...new Set(asked)];
  // By a defined name what it is made of is held fixed; by the others it moves with them.
  const groups = [
    variables.filter((v) => v.definition === null),
    ...variables.filter((v) => v.definition !== null).map((v) => [v]),
  ];
  const found: Gradient[] = [];
  for (const group of groups)
    if (group.length > 0) found.push(...(await sweptTogether(problem, group, options)));
  return variables.map((v) => found.find((g) => g.variable === v)!);
}

/** Refuses a problem whose chains `a = b = c` do not hold. */
async function checkEquations(
  { equations }: Pick<Problem, "equations">,
  seed: number,
): Promise<void> {
  if (equations.length === 0) return;
  const { compared } = await import("./numeric/equations.ts");
  for (const { left, right, spans } of equations) {
    const result = compared(left, right, seed);
    if (result === "unequal") throw errors.unequalSides(spans);
    if (result === "nowhere") throw errors.sidesNotCompared(spans);
  }
}

/** The gradients by variables of which none is made of another, in one sweep. */
async function sweptTogether(
  problem: Problem,
  variables: readonly Sym[],
  options: DeriveOptions,
): Promise<Gradient[]> {
  const derived = derive(problem, variables);
  const verification =
    options.verify === false ? null : await checked(problem, variables, derived, options);
  const told = [...problem.assumptions, ...otherwiseAsked(problem, variables)];
  const shown = options.print === false ? unwritten : writer(problem, derived.results);
  return variables.map((variable, i): Gradient => {
    const expr = derived.results[i]!;
    const copy = derived.copies.get(variable)!;
    return {
      objective: problem.symbols.get(problem.objectiveName ?? "") ?? null,
      variable,
      expr,
      ...shown(expr),
      shape: expr.shape,
      assumptions: [
        ...told,
        ...structureTold(copy),
        ...(derived.isReached(copy)
          ? []
          : [`the objective does not depend on ${variable.name}: the gradient is 0`]),
        ...derived.conventions,
        ...toldWith(expr),
        ...(verification?.notes ?? []),
      ],
      verification,
    };
  });
}

/** What a sweep found, in the problem's own names. */
interface Derived {
  /** The objective by the copies of the variables. */
  readonly input: Expr;
  readonly copies: ReadonlyMap<Sym, Sym>;
  /** The gradient by each variable. */
  readonly results: readonly Expr[];
  readonly conventions: readonly string[];
  readonly isReached: (copy: Sym) => boolean;
}

function derive(problem: Problem, variables: readonly Sym[]): Derived {
  const copies = freed(problem, variables);
  const free = substitution(copies);
  const tidy = new Simplifier();
  const definitions = [...problem.symbols.values()]
    .filter(
      (s) => s.definition !== null && s.name !== problem.objectiveName && !variables.includes(s),
    )
    .map((s) => free(s) as Sym);
  const fold = folder(definitions, (e) => tidy.keep(e));
  const input = free(problem.objective);
  const objective = fold(tidy.keep(input));
  tidy.keep(objective);
  const bare = variables.map((v) => copies.get(v)!);
  const swept = sweep(objective, bare, tidy);
  const present = presenter((sum) => tidy.keeps(sum));
  // Back in the problem's own names: what is known of them holds at the point of the derivative.
  const back = substitution([
    ...variables.map((v) => [copies.get(v)!, v] as const),
    ...definitions.map((s) => [s, problem.symbols.get(s.name)!] as const),
  ]);
  const lighter = (gradient: Expr): Expr => {
    const shown = fold(present(gradient));
    const open = multipliedOut(gradient, (e) => tidy.simplify(e));
    if (open === null) return shown;
    const other = fold(present(open));
    // The problem's own brackets stay unless a third of the symbols goes with them.
    const cancels = 3 * other.size <= 2 * shown.size && cost(other) < cost(shown);
    return cancels ? other : shown;
  };
  const whole = bare.map((variable) => {
    const shown = lighter(tidy.simplify(within(variable, gradientBy(swept, variable))));
    const named = back(shown);
    return named === shown ? shown : present(tidy.simplify(named));
  });
  return {
    input,
    copies,
    results: withNamedParts(
      whole,
      new Set([...problem.symbols.keys(), ...problem.dimensions, ...problem.functions.keys()]),
    ),
    conventions: conventionsMet(input, bare),
    isReached: (copy) => swept.cotangents.has(copy),
  };
}

/** Compares the results with numbers; one that does not pass is an error. */
async function checked(
  problem: Problem,
  variables: readonly Sym[],
  { input, copies, results }: Derived,
  options: DeriveOptions,
): Promise<Verification> {
  const { verify } = await (verifier ??= import("./numeric/verify.ts"));
  const claims = variables.map((at, i) => ({
    variable: copies.get(at)!,
    at,
    gradient: results[i]!,
  }));
  const verification = verify(input, claims, options.seed ?? 1, problem.objective);
  if (verification.draws === 0) throw errors.noPoint(verification.obstacles);
  if (!verification.ok)
    throw verification.failures.length > 0
      ? errors.notVerified(verification.failures)
      : errors.noPoint(verification.obstacles);
  await verifyModerately(problem, variables, options);
  return verification;
}

/**
 * Next to a very large coefficient the other terms are too small to be checked: the same problem with
 * moderate numbers must verify, too. Where no point is found for it, the first check has to do.
 */
async function verifyModerately(
  problem: Problem,
  variables: readonly Sym[],
  options: DeriveOptions,
): Promise<void> {
  const moderate = moderateNumbers([problem.objective]);
  if (moderate.size === 0) return;
  const moderated = substitution(moderate);
  const twin: Problem = {
    ...problem,
    objective: moderated(problem.objective),
    symbols: new Map([...problem.symbols].map(([name, s]) => [name, moderated(s) as Sym])),
  };
  const varied = variables.map((v) => twin.symbols.get(v.name)!);
  try {
    await gradients(twin, varied, { ...options, print: false });
  } catch (error) {
    if (!(error instanceof NablaError) || error.diagnostic.code !== "no-point") throw error;
  }
}

/**
 * A copy of each variable that is varied: what it is defined by is held fixed, and of its properties only
 * those hold that restrict it.
 */
function freed(problem: Problem, variables: readonly Sym[]): Map<Sym, Sym> {
  return new Map(
    variables.map((variable) => {
      const declared = problem.declared.get(variable.name) ?? variable.properties;
      const properties = whileVaried(closed(declared, isScalar(variable)));
      return [variable, sym(variable.name, variable.shape, properties, null, variable.member)];
    }),
  );
}

/** The part of a gradient that lies in the set its variable was declared to be in. */
function within(variable: Sym, gradient: Expr): Expr {
  if (isScalar(variable)) return gradient;
  switch (structureOf(variable.properties)) {
    case "diagonal":
      return hadamard(gradient, identity(variable.shape[0]));
    case "symmetric":
      return scale(half, add(gradient, transpose(gradient)));
    case "skew":
      return scale(half, add(gradient, negate(transpose(gradient))));
    default:
      return gradient;
  }
}

function structureTold(variable: Sym): string[] {
  const kind = isScalar(variable) ? null : structureOf(variable.properties);
  return kind
    ? [`${variable.name} is ${kind}: the gradient is taken within the ${kind} matrices`]
    : [];
}

/** The conventions at kinks that lie on the way to a variable. */
function conventionsMet(objective: Expr, variables: readonly Sym[]): string[] {
  const wanted = new Set<Expr>(variables);
  const below = (e: Expr): readonly Expr[] => (wanted.has(e) ? [] : children(e));
  const reaches = new Set<Expr>();
  const told = new Set<string>();
  for (const node of postorder([objective], below)) {
    if (wanted.has(node) || below(node).some((child) => reaches.has(child))) reaches.add(node);
    if (node.kind === "apply" && reaches.has(node) && node.op.smooth) told.add(node.op.smooth.text);
  }
  return [...told];
}

/** What is said of the operations that a result holds. */
const toldWith = (result: Expr): string[] => [
  ...new Set(
    postorder([result]).flatMap((e) => (e.kind === "apply" && e.op.told ? [e.op.told] : [])),
  ),
];

/** `∇_W` in the text and `--wrt x` beside it: the latter holds, and that is told. */
function otherwiseAsked(problem: Problem, variables: readonly Sym[]): string[] {
  const named = problem.by.map(({ name }) => name);
  const asked = variables.map((v) => v.name);
  if (named.length === 0 || named.toSorted().join() === asked.toSorted().join()) return [];
  return [`the text names ${named.join(", ")}, and ${asked.join(", ")} is asked for`];
}
