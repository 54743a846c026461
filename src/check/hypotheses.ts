/** @file What may be wrong with an answer as a whole or with its terms: each supposed, and confirmed by numbers. */

import type { Span } from "../diagnostics/source.ts";
import type { Dimension } from "../expr/dimension.ts";
import { dimensionSymbol, isScalar, isSquare, num, unit } from "../expr/expr.ts";
import type { Expr, Sym } from "../expr/expr.ts";
import { has, property, restricting, structureOf } from "../expr/properties.ts";
import type { Rational } from "../expr/rational.ts";
import {
  isEqual,
  isNegative,
  negated as opposite,
  over,
  rational,
  toNumber,
} from "../expr/rational.ts";
import { postorder } from "../expr/walk.ts";
import { realArithmetic } from "../numeric/mathjs.ts";
import { hadamard, identity, product, scale, total, transposed } from "../ops/arithmetic.ts";
import { power } from "../ops/elementwise.ts";
import { commutation } from "../ops/kronecker.ts";
import { sizeOf, squaredNorm } from "../ops/reduce.ts";
import { expanded } from "../simplify/alternatives.ts";
import { isShort } from "../simplify/name.ts";
import { simplify } from "../simplify/simplify.ts";
import type { Answer } from "./answer.ts";
import {
  draftOfExpr,
  exprOf,
  flipped,
  leaf,
  partsOf,
  productDraftOf,
  sumDraft,
  turnedDraft,
} from "./draft.ts";
import type { Draft } from "./draft.ts";
import { Target } from "./numbers.ts";
import type { Subject } from "./subject.ts";
import type { Said } from "./wording.ts";
import type { Prose } from "../steps/index.ts";
import { spelledBy } from "../derive/options.ts";
import type { Spelled } from "../derive/options.ts";
import { causes, isOne, quoted, say, shower } from "./wording.ts";
import type { Way } from "./ways.ts";
import { waysOf } from "./ways.ts";

/** A mistake that numbers confirm. */
export interface Finding extends Said {
  /** The part of the answer that it is about. */
  readonly span: Span | null;
  /** The answer without this mistake, where that is all there is; null where it is to be searched for. */
  readonly repair: Draft | null;
}

/** An answer that reads well and is not equal to the result. */
export class Case {
  readonly subject: Subject;
  readonly answer: Answer;
  readonly draft: Draft;
  readonly expr: Expr;
  readonly target: Target;
  constructor(subject: Subject, answer: Answer, draft: Draft, expr: Expr, target: Target) {
    this.subject = subject;
    this.answer = answer;
    this.draft = draft;
    this.expr = expr;
    this.target = target;
  }

  private showing: ((e: Expr) => Spelled) | null = null;
  /** An expression as it is written in messages. */
  shown(e: Expr): Spelled {
    return (this.showing ??= shower(this.subject.problem))(e);
  }

  /** A term of the answer as it was typed. */
  quoted(term: Draft): string | Spelled {
    const e = exprOf(term);
    return quoted(term.span, e && this.shown(e));
  }

  private waysKnown: readonly Way[] | null = null;
  /** The ways that the gradient comes by; empty where there are none to be told. */
  get ways(): readonly Way[] {
    const { routes } = this.subject;
    const isWhole = this.answer.truth === this.subject.truth;
    return (this.waysKnown ??=
      routes && isWhole ? waysOf(routes, this.target, this.subject.problem) : []);
  }

  /** The terms of the answer. */
  get terms(): readonly Draft[] {
    return this.draft.kind === "sum" ? this.draft.parts : [this.draft];
  }
}

const half = rational(1, 2);
const two = rational(2);
const minus = rational(-1);

/** The first hypothesis that holds, with what follows from it; empty where none does. */
export const supposed = (found: Case): Finding[] =>
  firstOf(
    found.terms.length > mostTerms ? hypotheses.filter((h) => !ofTerms.has(h)) : hypotheses,
    found,
  );

/** Of more terms nobody asks which is wrong. */
const mostTerms = 60;

/** What may be said where no edit mends an answer: terms to be left out, and others to be put in. */
export const supposedAtLast = (found: Case): Finding[] =>
  found.terms.length > mostTerms ? [] : firstOf([byExchange], found);

function firstOf(all: readonly Hypothesis[], found: Case): Finding[] {
  for (const hypothesis of all) {
    const findings = hypothesis(found);
    if (findings.length > 0) return findings;
  }
  return [];
}

type Hypothesis = (found: Case) => Finding[];

/** Nothing where something is to be. */
const byNothing: Hypothesis = (found) => {
  const { expr, target, draft } = found;
  if (expr !== num(0)) return [];
  return [
    {
      ...say.missingTerm(found.shown(simplify(target.expr))),
      span: draft.span,
      repair: leaf(simplify(target.expr)),
    },
  ];
};

/** One factor for all. */
const byFactor: Hypothesis = (found) => {
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
const times = (count: number): string => (count === 2 ? "twice" : `${count} times`);

/** The transpose, of the whole. */
const byTranspose: Hypothesis = ({ target, expr, draft, subject, answer }) => {
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
const byStacking: Hypothesis = ({ target, expr, draft, subject, answer }) => {
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
const bySymmetry: Hypothesis = ({ draft, expr, target, subject }) => [
  ...ifSymmetric(draft, expr, target, subject),
  ...ifFree(draft, expr, subject),
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
  return found ? [{ ...say.onlyIfSymmetric(found.name), span: draft.span, repair: null }] : [];
}

/** Right if a symmetric variable were varied entry by entry. */
function ifFree(draft: Draft, expr: Expr, subject: Subject): Finding[] {
  const { variable, expected } = subject;
  const set = structureOf(variable.symbol.properties & restricting);
  if (set === null || expected.kind !== "gradient" || isScalar(variable.symbol)) return [];
  const free = subject.unrestricted;
  if (!free || !new Target(free, subject.probes).isMetBy(expr)) return [];
  return [{ ...say.onlyIfFree(variable.name, set), span: draft.span, repair: null }];
}

/** The square matrices that expressions are made of and that are drawn. */
const matricesIn = (subject: Subject, roots: readonly Expr[]): Sym[] =>
  postorder([...roots, subject.problem.objective]).filter(
    (s): s is Sym =>
      s.kind === "sym" &&
      s.role === "value" &&
      s.definition === null &&
      s.cotangent === null &&
      isSquare(s) &&
      !isScalar(s),
  );

/** Right if two matrices commuted. */
const byCommuting: Hypothesis = ({ draft, expr, target, subject }) => {
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
const byOthers: Hypothesis = (found) => {
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

const isZero = (target: Target): boolean =>
  target.probes.every((probe) => (probe.entries(target.expr) ?? []).every((x) => x === 0));

// ---- terms ------------------------------------------------------------------------------------------

/** The terms of the answer, each times a number. */
const byOwnTerms: Hypothesis = (found) => {
  const { target, terms, draft } = found;
  if (terms.length < 2) return [];
  const exprs = terms.map((term) => exprOf(term)!);
  const c = target.combination(target.expr, exprs);
  if (c === null) return [];
  const repair = weighted(terms, c, draft.span);
  return terms.flatMap((term, k): Finding[] => {
    const weight = c[k]!;
    if (isOne(weight)) return [];
    const text = found.quoted(term);
    const said =
      weight.numerator === 0n
        ? say.extraTerm(text)
        : isEqual(weight, minus)
          ? say.signOfTerm(text)
          : say.factorOfTerm(
              text,
              over(rational(1), weight),
              causeOfTerm(found, exprs[k]!, weight),
            );
    return [{ ...said, span: term.span, repair }];
  });
};

/** Why a term may be a part of what it should be. */
function causeOfTerm({ ways, target, subject }: Case, term: Expr, weight: Rational): Prose | null {
  const way = ways.find(({ each, names }) => {
    const c = names.length > 1 ? target.factor(term, each) : null;
    return c !== null && isOne(c) && isEqual(weight, rational(names.length));
  });
  if (!way) return null;
  return causes.entersOften(subject.variable.name, times(way.names.length), way.names);
}

/** What comes by each path, times a number: some may be missing. */
const byWays: Hypothesis = (found) => {
  const { target, ways, expr, draft } = found;
  if (ways.length < 2) return [];
  const c = target.combination(
    expr,
    ways.map((way) => way.expr),
  );
  if (c === null) return [];
  const missing = ways.filter((_, k) => c[k]!.numerator === 0n);
  const doubled = ways.filter((_, k) => toNumber(c[k]!) > 1);
  const wrong = ways.flatMap((way, k) =>
    c[k]!.numerator === 0n || isOne(c[k]!) ? [] : [{ way, c: c[k]! }],
  );
  const repairs = target.expr;
  if (missing.length > 0 && doubled.length === 1 && wrong.length === 1) {
    const [{ c: count }] = wrong as [(typeof wrong)[0]];
    const all = found.shown(target.expr);
    const said = say.pathForAnother(
      namesOf(missing),
      namesIn(doubled[0]!),
      times(toNumber(count)),
      all,
    );
    return [{ ...said, span: draft.span, repair: leaf(repairs, draft.span) }];
  }
  const repair =
    wrong.length === 0
      ? withTerms(
          draft,
          missing.map((way) => way.expr),
        )
      : leaf(repairs, draft.span);
  return [
    ...missingFindings(found, missing, repair),
    ...wrong.flatMap(({ way, c: weight }): Finding[] => [
      {
        ...(isEqual(weight, minus)
          ? say.signOfWay(namesIn(way))
          : say.factorOfWay(namesIn(way), weight, causeOfWay(found, way, weight))),
        span: draft.span,
        repair,
      },
    ]),
  ];
};

/** `Wᵀ`, `X, Xᵀ in logdet(K)`. */
const namesOf = (ways: readonly Way[]): Spelled[] => ways.flatMap(namesIn);
const namesIn = ({ names, through }: Way): Spelled[] =>
  names.map((name, k) =>
    through !== null && through.unicode !== name.unicode && k === names.length - 1
      ? spelledBy((spelling) =>
          spelling === "latex"
            ? `${name.latex} \\text{ in } ${through.latex}`
            : `${name[spelling]} in ${through[spelling]}`,
        )
      : name,
  );

function causeOfWay({ subject }: Case, { names }: Way, weight: Rational): Prose | null {
  if (names.length < 2 || !isEqual(weight, rational(1, names.length))) return null;
  return causes.entersOften(subject.variable.name, times(names.length), names);
}

/** Ways that are missing: all that come from a part of the loss are a term of it. */
function missingFindings(found: Case, missing: readonly Way[], repair: Draft): Finding[] {
  const { ways, draft } = found;
  const isIn = (way: Way, summand: Spelled | null): boolean =>
    way.summand?.unicode === summand?.unicode;
  const firsts = missing.filter((way, i) => missing.findIndex((w) => isIn(w, way.summand)) === i);
  return firsts.flatMap(({ summand }): Finding[] => {
    const here = missing.filter((way) => isIn(way, summand));
    const isWhole =
      summand !== null &&
      ways.every((way) => !isIn(way, summand) || here.includes(way)) &&
      ways.some((way) => !isIn(way, summand));
    const sum = found.shown(total(here.map((way) => way.expr)));
    const said = isWhole ? say.missingSummand(summand, sum) : say.missingPaths(namesOf(here), sum);
    return [{ ...said, span: draft.span, repair }];
  });
}

/** A path or a term of the result that is missing beside the terms of the answer. */
const byMissing: Hypothesis = (found) => withMissing(found, false);

/** A path or a term of the result in the place of one of the answer. */
const byExchange: Hypothesis = (found) => withMissing(found, true);

function withMissing(found: Case, mayLeaveOut: boolean): Finding[] {
  const { target, terms, ways, draft } = found;
  const exprs = terms.map((term) => exprOf(term)!);
  const wanted: { readonly expr: Expr; readonly way: Way | null }[] = [
    ...(ways.length > 1 ? ways.map((way) => ({ expr: way.expr, way })) : []),
    ...ways.flatMap((way) => (way.names.length > 1 ? [{ expr: way.each, way }] : [])),
    ...termsOf(target.expr).map((expr) => ({ expr, way: null })),
  ];
  let best: { readonly changes: number; readonly findings: Finding[] } | null = null;
  for (const { expr: missing, way } of wanted) {
    const c = target.combination(target.expr, [...exprs, missing]);
    const last = c?.at(-1);
    if (!c || !last || last.numerator === 0n || !isOne(last)) continue;
    if (!mayLeaveOut && c.some((weight) => weight.numerator === 0n)) continue;
    const changes = c.filter((weight) => !isOne(weight)).length;
    if (best && best.changes <= changes) continue;
    const kept = weighted(terms, c.slice(0, -1), draft.span);
    const repair = withTerms(kept, [missing]);
    const own = terms.flatMap((term, k): Finding[] => {
      const weight = c[k]!;
      if (isOne(weight)) return [];
      const text = found.quoted(term);
      const said =
        weight.numerator === 0n
          ? say.extraTerm(text)
          : isEqual(weight, minus)
            ? say.signOfTerm(text)
            : say.factorOfTerm(text, over(rational(1), weight), null);
      return [{ ...said, span: term.span, repair }];
    });
    const text = found.shown(missing);
    const lost: Finding[] = way
      ? missingFindings(found, [way], repair)
      : [{ ...say.missingTerm(text), span: draft.span, repair }];
    best = { changes, findings: [...lost, ...own] };
  }
  // An answer all of whose terms are to go says nothing.
  return best && best.changes < Math.max(2, terms.length) ? best.findings : [];
}

/** The terms of a result as it stands and multiplied out. */
function termsOf(e: Expr): Expr[] {
  const top = draftOfExpr(e);
  const all = new Set<Expr>();
  const put = (draft: Draft): void => {
    if (draft.kind === "sum") for (const part of partsOf(draft)) all.add(exprOf(part)!);
  };
  put(top);
  if (isShort(e)) {
    put(draftOfExpr(expanded(e)));
    // β(diag(y) − yyᵀ): a bracket in a product.
    if (top.kind === "product")
      for (const [k, part] of top.parts.entries()) {
        if (part.kind !== "sum") continue;
        for (const term of part.parts) {
          const made = exprOf({ ...top, parts: top.parts.map((p, i) => (i === k ? term : p)) });
          if (made) all.add(made);
        }
      }
  }
  return [...all];
}

/** Some terms with weights: what has weight 0 is left out. */
function weighted(terms: readonly Draft[], c: readonly Rational[], span: Span | null): Draft {
  const kept = terms.flatMap((term, k) =>
    c[k]!.numerator === 0n ? [] : [isOne(c[k]!) ? term : scaledDraft(term, c[k]!)],
  );
  return kept.length === 0 ? leaf(num(0), span) : sumDraft(kept, span);
}

/** A draft with more terms. */
function withTerms(draft: Draft, more: readonly Expr[]): Draft {
  const isNothing = draft.kind === "leaf" && draft.expr === num(0);
  const own = isNothing ? [] : draft.kind === "sum" ? draft.parts : [draft];
  return sumDraft(
    [
      ...own,
      ...more.flatMap((e) => {
        const d = draftOfExpr(e);
        return d.kind === "sum" ? d.parts : [d];
      }),
    ],
    draft.span,
  );
}

/** A draft times a number, which goes into each term and into the number that stands there. */
export function scaledDraft(draft: Draft, c: Rational): Draft {
  if (isEqual(c, minus) && draft.kind !== "sum") return flipped(draft);
  if (draft.kind === "sum")
    return { ...draft, parts: draft.parts.map((part) => scaledDraft(part, c)) };
  const { parts, divides, span } = productDraftOf(draft);
  const made: Draft = {
    kind: "product",
    parts: [leaf(num(c)), ...parts],
    divides: [false, ...divides],
    span,
  };
  const expr = exprOf(made);
  return expr ? leaf(expr, span) : made;
}

// ---- factors that are names -------------------------------------------------------------------------

/** A scalar of the problem, or a size, that is lost or too much. */
const bySymbol: Hypothesis = (found) => {
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
      const said = say.symbolFactor(found.shown(factor), isLost, isSize);
      const product = productDraftOf(draft);
      const mended: Draft = {
        kind: "product",
        parts: [
          leaf(num(c)),
          ...(exponent === 1 ? [leaf(s)] : []),
          ...product.parts,
          ...(exponent === 1 ? [] : [leaf(s)]),
        ],
        divides: [
          false,
          ...(exponent === 1 ? [false] : []),
          ...product.divides,
          ...(exponent === 1 ? [] : [true]),
        ],
        span: draft.span,
      };
      const other = isOne(c)
        ? []
        : [{ ...say.factor(over(rational(1), c), null), span: draft.span, repair: mended }];
      return [{ ...said, span: draft.span, repair: mended }, ...other];
    }
  return [];
};

/** The diagonal of the result alone. */
const byDiagonal: Hypothesis = ({ target, expr, draft }) => {
  const { expr: truth } = target;
  if (!isSquare(truth) || isScalar(truth)) return [];
  const diagonal = hadamard(truth, identity(truth.shape[0]));
  if (!new Target(diagonal, target.probes).isMetBy(expr)) return [];
  return [{ ...say.onlyDiagonal(), span: draft.span, repair: null }];
};

/** Those that look at the terms of the answer one by one. */
const ofTerms: ReadonlySet<Hypothesis> = new Set([byOwnTerms, byWays, byMissing]);

const hypotheses: readonly Hypothesis[] = [
  byNothing,
  byFactor,
  byTranspose,
  byStacking,
  bySymmetry,
  byCommuting,
  byOthers,
  byDiagonal,
  byOwnTerms,
  byWays,
  byMissing,
  bySymbol,
];
