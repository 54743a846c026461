/** @file Builders of statements that the grammar calls. */

import { errors } from "../diagnostics/errors.ts";
import { joined, textOf } from "../diagnostics/source.ts";
import { begin, close, listed, next, spanOf } from "./cells.ts";
import type { Cell, Part } from "./cells.ts";
import { mirrorOf } from "./definitions.ts";
import { space } from "./spaces.ts";
import { literal } from "./surface.ts";
import type { DimensionText, Introduced, Space, Statement, Surface, Token } from "./surface.ts";

type D = readonly any[];

const introduced = (token: Token): Introduced => ({ name: token.value, span: token.span });

export const firstName = ([token]: readonly [Token]): Cell<Introduced> =>
  begin(introduced(token), token.span);
export const nextName = ([list, , token]: readonly [
  Cell<Introduced>,
  Token,
  Token,
]): Cell<Introduced> => next(list, introduced(token), token.span);

export const declaration = ([names, , found]: readonly [
  Cell<Introduced>,
  Token,
  Space,
]): Statement => ({
  kind: "declaration",
  names: listed(names),
  space: found,
  span: joined(names.span, found.span),
});

/** The size that a token gives as `letter=size`, or as the size alone. */
const countOf = ({ value, span }: Token): DimensionText => {
  const text = value.slice(value.indexOf("=") + 1);
  return { factors: [/^\d+$/u.test(text) ? Number(text) : text], span };
};

export const family = ([names, , found, each]: readonly [
  Cell<Introduced>,
  Token,
  Space,
  Token,
]): Statement => ({
  kind: "family",
  names: listed(names),
  space: found,
  letter: each.value.split("=")[0]!,
  count: countOf(each),
  span: joined(names.span, each.span),
});

export const label = ([names, , range]: readonly [Cell<Introduced>, Token, Token]): Statement => ({
  kind: "label",
  names: listed(names),
  range: countOf(range),
  span: joined(names.span, range.span),
});

export const range = ([each]: readonly [Token]): Statement => ({
  kind: "range",
  letter: each.value.split("=")[0]!,
  count: countOf(each),
  span: each.span,
});

/** `β > 0`, `K ≻ 0`. */
export function propertyOf([names, sign, part]: readonly [
  Cell<Introduced>,
  Token,
  Part,
]): Statement {
  const right = close(part);
  const span = joined(names.span, right.span);
  const property = { gt: "positive", ge: "nonnegative", succ: "posdef", succeq: "psd" }[sign.type];
  if (property === undefined || !isZero(right)) throw errors.relationIsNoStatement(span);
  return {
    kind: "declaration",
    names: listed(names),
    space: { properties: [{ name: property, span: sign.span }], span: sign.span },
    span,
  };
}

function isZero(e: Surface): boolean {
  return e.kind === "zero" || (e.kind === "number" && e.value.numerator === 0n);
}

export const firstEquation = ([left, , right]: readonly [Part, Token, Part]): Cell<Part> =>
  next(begin(left, spanOf(left)), right, spanOf(right));
export const nextEquation = ([list, , right]: readonly [Cell<Part>, Token, Part]): Cell<Part> =>
  next(list, right, spanOf(right));

export function equation([cells]: readonly [Cell<Part>]): Statement {
  const [left, ...bodies] = listed(cells).map(close);
  if (left?.kind === "name")
    return {
      kind: "definition",
      name: { name: left.name, span: left.span },
      bodies,
      span: cells.span,
    };
  if (left?.kind === "power" && left.body.kind === "name" && literal(left.exponent) === 2n)
    return {
      kind: "square",
      name: { name: left.body.name, span: left.body.span },
      bodies,
      span: cells.span,
    };
  const [body] = bodies;
  // Kᵀ = K says what K = Kᵀ says.
  if (bodies.length === 1 && body?.kind === "name" && mirrorOf(body.name, left!))
    return {
      kind: "definition",
      name: { name: body.name, span: body.span },
      bodies: [left!],
      span: cells.span,
    };
  return {
    kind: "unsupported",
    what: "an equation whose left side is not a name",
    span: left!.span,
  };
}

/** `f(x, y) = a = b`: the head once, a body for each sign. */
interface FormulaCells {
  readonly head: Token;
  readonly names: Cell<Introduced>;
  readonly bodies: Cell<Part>;
}

export const firstFormula = ([head, , names, , , body]: readonly [
  Token,
  Token,
  Cell<Introduced>,
  Token,
  Token,
  Part,
]): FormulaCells => ({ head, names, bodies: begin(body, spanOf(body)) });
export const nextFormula = ([formula, , body]: readonly [
  FormulaCells,
  Token,
  Part,
]): FormulaCells => ({ ...formula, bodies: next(formula.bodies, body, spanOf(body)) });

export const functionDefinition = ([{ head, names, bodies }]: readonly [
  FormulaCells,
]): Statement => ({
  kind: "definition",
  name: introduced(head),
  arguments: listed(names),
  bodies: listed(bodies).map(close),
  span: joined(head.span, bodies.span),
});

export const given = ([word, , left, , right]: readonly [
  Token,
  Token,
  Part,
  Token,
  Part,
]): Statement => ({
  kind: "given",
  left: close(left),
  right: close(right),
  span: joined(word.span, spanOf(right)),
});
export const functionDeclaration = ([names, , inputs, , output]: readonly [
  Cell<Introduced>,
  Token,
  Cell<Space>,
  Token,
  Parameters<typeof space>[0][0],
]): Statement => ({
  kind: "function",
  names: listed(names),
  inputs: listed(inputs),
  output: space([output]),
  span: joined(names.span, output.span),
});

export const objective = ([part]: readonly [Part]): Statement => ({
  kind: "objective",
  body: close(part),
  by: [],
  span: spanOf(part),
});
export const objectiveBy = ([sign, names, , part]: readonly [
  Token,
  Cell<Introduced>,
  Token,
  Part,
]): Statement => ({
  kind: "objective",
  body: close(part),
  by: listed(names),
  span: joined(sign.span, spanOf(part)),
});

/** The variable below ∂: a name, and nothing that is made of names. */
function variable(by: Surface): Introduced {
  if (by.kind !== "name") throw errors.notAVariable(by.span, textOf(by.span));
  return { name: by.name, span: by.span };
}

const byPartial = (sign: Token, by: Surface, part: Part): Statement => ({
  kind: "objective",
  body: close(part),
  by: [variable(by)],
  span: joined(sign.span, spanOf(part)),
});
export const objectiveByPartial = ([sign, , , by, part]: readonly [
  Token,
  Token,
  Token,
  Surface,
  Part,
]): Statement => byPartial(sign, by, part);
export const objectiveByFraction = (d: D): Statement =>
  byPartial(d[0] as Token, d[6] as Surface, d[8] as Part);
