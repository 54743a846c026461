/** @file What may be wrong with an answer as a whole. */

import { sameShape } from "../expr/dimension.ts";
import type { Dimension } from "../expr/dimension.ts";
import { dimensionSymbol, isScalar, isSquare, num, unit } from "../expr/expr.ts";
import type { Expr, Sym } from "../expr/expr.ts";
import { has, property, restricting, structureOf } from "../expr/properties.ts";
import type { Rational } from "../expr/rational.ts";
import { isEqual, isNegative, negated as opposite, over, rational } from "../expr/rational.ts";
import { postorder } from "../expr/walk.ts";
import { realArithmetic } from "../numeric/mathjs.ts";
import { hadamard, identity, product, scale, transposed } from "../ops/arithmetic.ts";
import { power } from "../ops/elementwise.ts";
import { commutation } from "../ops/kronecker.ts";
import { sizeOf, squaredNorm } from "../ops/reduce.ts";
import { simplify } from "../simplify/simplify.ts";
import type { Prose } from "../steps/index.ts";
import type { Case, Finding, Hypothesis } from "./case.ts";
import { scaledDraft, turnedDraft } from "./changes.ts";
import { draftOfExpr, exprOf, leaf, productDraftOf } from "./draft.ts";
import type { Draft } from "./draft.ts";
import { Target } from "./numbers.ts";
import type { Subject } from "./subject.ts";
import { causes, isOne, say, times } from "./wording.ts";

const half = rational(1, 2);
const two = rational(2);
const minus = rational(-1);

/** Nothing where something is to be. */
export const byNothing: Hypothesis = (found) => {
  const { target, draft } = found;
  if (!found.isNothing) return [];
  return [
    {
      ...say.missingTerm(found.shown(simplify(target.expr))),
      span: draft.span,
      repair: leaf(simplify(target.expr)),
    },
  ];
};

/** One factor for all. */
export const byFactor: Hypothesis = (found) => {
  const { target, expr, draft } = found;
  const c = target.factor(expr);
  if (c === null || isOne(c)) return [];
  const repair = scaledDraft(draft, over(rational(1), c));
  const said = isEqual(c, minus) ? say.sign() : say.factor(c, causeOf(found, c));
  return [{ ...said, span: draft.span, repair }];
};

/** Why an answer may be c times what it should be. */
function causeOf({ subject, ways }: Case, c: Rational): Prose | null {
  const [only] = ways;
  if (only && ways.length === 1 && only.names.length > 1) {
    const share = rational(1, only.names.length);
    if (isEqual(c, share))
      return causes.entersOften(subject.variable.name, times(only.names.length), only.names);
  }
  const nodes = postorder([subject.problem.objective]);
  const holds = (value: Rational): boolean =>
    nodes.some((e) => e.kind === "num" && isEqual(abs(e.value), value));
  if (isEqual(abs(c), two) && holds(half)) return causes.lossHalf;
  const isSquared = nodes.some(
    (e) => e.kind === "apply" && (e.op === squaredNorm || (e.op === power && e.args[1] === num(2))),
  );
  if (isEqual(abs(c), half) && isSquared) return causes.squareTwo;
  return null;
}

const abs = (c: Rational): Rational => (isNegative(c) ? opposite(c) : c);

/** The transpose, of the whole. */
export const byTranspose: Hypothesis = ({ target, expr, draft, subject, answer }) => {
  if (isScalar(expr) || answer.truth !== subject.truth) return [];
  const turned = transposed(expr);
  const c = target.factor(turned);
  if (c === null) return [];
  const { expected, variable } = subject;
  const other = isOne(c)
    ? []
    : [
        {
          ...(isEqual(c, minus) ? say.sign() : say.factor(c, null)),
          span: draft.span,
          repair: null,
        },
      ];
  const repair = scaledDraft(turnedDraft(draft), over(rational(1), c));
  const here = { span: draft.span, repair };
  if (expected.kind === "gradient") {
    const said = isSquare(expr)
      ? say.transposedSquare()
      : say.transposed(expected.shape, variable.name, expr.shape);
    const layout = isSquare(expr) ? [] : [{ ...say.numeratorLayout(variable.name), ...here }];
    return [
      { ...said, ...here },
      ...other,
      ...layout,
      ...ifSymmetric(draft, expr, target, subject),
    ];
  }
  return [
    { ...say.otherLayout(expected.layout === "numerator" ? "output" : "input"), ...here },
    { ...say.transposedSquare(), ...here },
    ...other,
  ];
};

/** The other order of stacking, of a Jacobian or Hessian of matrices. */
export const byStacking: Hypothesis = ({ target, expr, draft, subject, answer }) => {
  const { expected, problem, variable } = subject;
  if (expected.kind === "gradient" || expected.kind === "stationary" || expected.hvp) return [];
  if (answer.truth !== subject.truth) return [];
  const output = expected.kind === "hessian" ? variable.shape : problem.objective.shape;
  const sides =
    expected.layout === "numerator" ? [output, variable.shape] : [variable.shape, output];
  const [left, right] = sides.map(([m, n]) =>
    isMany(m) && isMany(n) ? commutation(sizeOf(m), sizeOf(n)) : null,
  );
  const options: [string, Expr][] = [];
  const fits = (a: Expr, b: Expr): boolean => a.shape[1] === b.shape[0];
  // vec(Yᵀ) = K vec(Y): rows stacked by rows are Kᵀ times what vec has.
  if (left && fits(transposed(left), expr))
    options.push(["the output", product(transposed(left), expr)]);
  if (right && fits(expr, right)) options.push(["the variable", product(expr, right)]);
  if (left && right && fits(transposed(left), expr) && fits(expr, right))
    options.push(["both", product(transposed(left), expr, right)]);
  const met = options.find(([, candidate]) => target.isMetBy(candidate));
  return met ? [{ ...say.stackedByRows(met[0]), span: draft.span, repair: null }] : [];
};

const isMany = (d: Dimension): boolean => d !== unit.shape[0];

/** Right if a matrix were symmetric that is not said to be. */
export const bySymmetry: Hypothesis = ({ draft, expr, target, subject }) => [
  ...ifFree(draft, expr, target, subject),
  ...ifSymmetric(draft, expr, target, subject),
];

function ifSymmetric(draft: Draft, expr: Expr, target: Target, subject: Subject): Finding[] {
  const m = realArithmetic;
  const matrices = matricesIn(subject, [expr, target.expr]).filter(
    (s) => !has(s.properties, property.symmetric) && !has(s.properties, property.skew),
  );
  const isRightWith = (set: readonly Sym[]): boolean => {
    const probes = target.probes.map((probe) =>
      probe.with(
        set.map((s) => {
          const x = probe.drawn(s);
          return [s, m.scale(0.5, m.add(x, m.transpose(x)))] as const;
        }),
      ),
    );
    return new Target(target.expr, probes).isMetBy(expr);
  };
  const found = matrices.find((s) => isRightWith([s]));
  const repair = draftOfExpr(target.expr);
  return found ? [{ ...say.onlyIfSymmetric(found.name), span: draft.span, repair }] : [];
}

/** Right if a symmetric variable were varied otherwise. */
function ifFree(draft: Draft, expr: Expr, target: Target, subject: Subject): Finding[] {
  const { variable, expected } = subject;
  const set = structureOf(variable.symbol.properties & restricting);
  if (set === null || expected.kind !== "gradient" || isScalar(variable.symbol)) return [];
  const meets = (truth: Expr): boolean => new Target(truth, target.probes).isMetBy(expr);
  const said = meets(subject.variedAs("free"))
    ? say.onlyIfFree(variable.name, set)
    : meets(subject.variedAs("cookbook"))
      ? say.inCookbook(variable.name)
      : null;
  return said ? [{ ...said, span: draft.span, repair: draftOfExpr(target.expr) }] : [];
}

/** The square matrices that expressions are made of and that are drawn. */
const matricesIn = (subject: Subject, roots: readonly Expr[]): Sym[] =>
  postorder([...roots, subject.problem.objective]).filter(
    (s): s is Sym =>
      s.kind === "sym" &&
      s.role === "value" &&
      subject.problem.symbols.get(s.name) === s &&
      s.definition === null &&
      s.cotangent === null &&
      isSquare(s) &&
      !isScalar(s),
  );

/** Right if two matrices commuted. */
export const byCommuting: Hypothesis = ({ draft, expr, target, subject }) => {
  const m = realArithmetic;
  const matrices = matricesIn(subject, [expr, target.expr]).slice(0, 5);
  for (const [i, a] of matrices.entries())
    for (const b of matrices.slice(i + 1)) {
      if (a.shape[0] !== b.shape[0]) continue;
      const probes = target.probes.map((probe) => {
        const x = probe.drawn(a);
        // A polynomial of a matrix commutes with it.
        const y = m.add(m.scale(0.7, x), m.scale(0.4, m.multiply(x, x)));
        return probe.with([[b, y]]);
      });
      if (new Target(target.expr, probes).isMetBy(expr))
        return [{ ...say.onlyIfCommuting(a.name, b.name), span: draft.span, repair: null }];
    }
  return [];
};

/** The derivative by something else. */
export const byOthers: Hypothesis = (found) => {
  const { draft, expr, target, subject } = found;
  // Of derivatives that are equal the one that is typed is meant.
  const typed = expr.kind === "sym" ? expr.cotangent?.by : undefined;
  const others = subject.others.toSorted((a, b) => Number(b.by === typed) - Number(a.by === typed));
  for (const { by, expr: other, isOnTheWay } of others) {
    const met = new Target(other, target.probes);
    if (!met.isMetBy(expr) || isZero(met)) continue;
    const said = isOnTheWay
      ? say.stoppedAt(found.shown(subject.cotangent(by)), by.name, subject.variable.name)
      : say.byOther(by.name, subject.variable.name);
    return [{ ...said, span: draft.span, repair: null }];
  }
  return [];
};

/** A link of the chain alone: ∂p/∂z for ∂L/∂z, the gradient for the Hessian. */
export const byLink: Hypothesis = ({ draft, expr, target, subject }) => {
  // What has the shape of the result is looked at otherwise.
  if (isScalar(expr) || sameShape(expr.shape, target.expr.shape)) return [];
  const { variable, expected } = subject;
  for (const { by, expr: link } of subject.links) {
    const met = new Target(link, target.probes);
    if (!met.isMetBy(expr) || isZero(met)) continue;
    const said =
      expected.kind === "hessian"
        ? say.gradientForHessian(variable.name)
        : say.linkAlone(by.name, variable.name);
    return [{ ...said, span: draft.span, repair: null }];
  }
  return [];
};

const isZero = (target: Target): boolean =>
  target.probes.every((probe) => (probe.entries(target.expr) ?? []).every((x) => x === 0));

/** A product with the factors of its coefficients among its own: (1/n)x is x/n. */
function flat(draft: Draft): Draft & { kind: "product" } {
  const whole = productDraftOf(draft);
  const pairs = whole.parts.flatMap((part, k) => {
    const over = whole.divides[k]!;
    if (part.kind !== "product" || over) return [{ part, over }];
    return part.parts.map((inner, i) => ({ part: inner, over: part.divides[i]! }));
  });
  return {
    ...whole,
    parts: pairs.map(({ part }) => part),
    divides: pairs.map(({ over }) => over),
  };
}

/** A scalar of the problem, or a size, that is lost or too much. */
export const bySymbol: Hypothesis = (found) => {
  const { target, expr, draft, subject } = found;
  const sizes = [...subject.problem.dimensions].map((name) => dimensionSymbol(name));
  const scalars = [...subject.problem.symbols.values()].filter(
    (s) => isScalar(s) && s !== subject.variable.symbol,
  );
  for (const s of [...scalars, ...sizes])
    for (const exponent of [1, -1]) {
      const c = target.factor(scale(power(s, num(exponent)), expr));
      if (c === null) continue;
      const isSize = s.role === "dimension";
      const isLost = exponent === 1 || isSize;
      const factor = isLost && exponent === -1 ? power(s, num(-1)) : s;
      const typed = flat(draft);
      const there = typed.parts.findIndex(
        (part, k) => exprOf(part) === s && typed.divides[k] === (exponent === 1),
      );
      const said =
        there >= 0 && exponent === 1
          ? say.extraDivisor(found.shown(s))
          : say.symbolFactor(found.shown(factor), isLost && there < 0, isSize);
      const rest: Draft & { kind: "product" } =
        there >= 0
          ? {
              ...typed,
              parts: typed.parts.toSpliced(there, 1),
              divides: typed.divides.toSpliced(there, 1),
            }
          : exponent === 1
            ? { ...typed, parts: [leaf(s), ...typed.parts], divides: [false, ...typed.divides] }
            : { ...typed, parts: [...typed.parts, leaf(s)], divides: [...typed.divides, true] };
      const mended = scaledDraft(rest, c);
      const other = isOne(c)
        ? []
        : [{ ...say.factor(over(rational(1), c), null), span: draft.span, repair: mended }];
      return [{ ...said, span: draft.span, repair: mended }, ...other];
    }
  return [];
};

/** The diagonal of the result alone. */
export const byDiagonal: Hypothesis = ({ target, expr, draft }) => {
  const { expr: truth } = target;
  if (!isSquare(truth) || isScalar(truth)) return [];
  const diagonal = hadamard(truth, identity(truth.shape[0]));
  if (!new Target(diagonal, target.probes).isMetBy(expr)) return [];
  return [{ ...say.onlyDiagonal(), span: draft.span, repair: draftOfExpr(truth) }];
};
