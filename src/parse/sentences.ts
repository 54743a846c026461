/** @file Builders of statements that the grammar calls. */

import { errors } from "../diagnostics/errors.ts";
import { joined } from "../diagnostics/source.ts";
import { begin, close, listed, next, spanOf } from "./cells.ts";
import type { Cell, Part } from "./cells.ts";
import type { Introduced, Space, Statement, Surface, Token } from "./surface.ts";

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

export const firstEquation = ([left, , right]: readonly [Part, Token, Part]): Cell<Surface> =>
  next(begin(close(left), spanOf(left)), close(right), spanOf(right));
export const nextEquation = ([list, , right]: readonly [
  Cell<Surface>,
  Token,
  Part,
]): Cell<Surface> => next(list, close(right), spanOf(right));

export function equation([cells]: readonly [Cell<Surface>]): Statement {
  const [left, ...bodies] = listed(cells);
  if (left?.kind === "name")
    return {
      kind: "definition",
      name: { name: left.name, span: left.span },
      bodies,
      span: cells.span,
    };
  return {
    kind: "unsupported",
    what: "an equation whose left side is not a name",
    span: left!.span,
  };
}

export const functionDefinition = ([head, , names, , , body]: readonly [
  Token,
  Token,
  Cell<Introduced>,
  Token,
  Token,
  Part,
]): Statement => ({
  kind: "definition",
  name: introduced(head),
  arguments: listed(names),
  bodies: [close(body)],
  span: joined(head.span, spanOf(body)),
});

export const given = ([word]: readonly [Token]): Statement => ({
  kind: "unsupported",
  what: "a rule given without proof",
  span: word.span,
});
export const functionDeclaration = ([token]: readonly [Token]): Statement => ({
  kind: "unsupported",
  what: token.value,
  span: token.span,
});

export const objective = ([part]: readonly [Part]): Statement => ({
  kind: "objective",
  body: close(part),
  span: spanOf(part),
});
export const objectiveBy = ([sign, part]: readonly [Token, Part]): Statement => ({
  kind: "objective",
  body: close(part),
  by: { kind: "name", name: sign.value, span: sign.span },
  span: joined(sign.span, spanOf(part)),
});
export const objectiveByPartial = ([sign, , , by, part]: readonly [
  Token,
  Token,
  Token,
  Surface,
  Part,
]): Statement => ({
  kind: "objective",
  body: close(part),
  by,
  span: joined(sign.span, spanOf(part)),
});
export const objectiveByFraction = (d: D): Statement => ({
  kind: "objective",
  body: close(d[8] as Part),
  by: d[6] as Surface,
  span: joined((d[0] as Token).span, spanOf(d[8] as Part)),
});
