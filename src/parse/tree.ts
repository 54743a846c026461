/** @file Builders of expressions that the grammar calls: tokens and parts in, surface tree out. */

import { errors } from "../diagnostics/errors.ts";
import { joined } from "../diagnostics/source.ts";
import type { Span } from "../diagnostics/source.ts";
import { num } from "../expr/expr.ts";
import { traceNames } from "../ops/functions.ts";
import { rationalFromDecimal } from "../expr/rational.ts";
import { begin, close, listed, next, spanOf } from "./cells.ts";
import type { Cell, Open, Part, SignedPart } from "./cells.ts";
import { boundsOf } from "./indices.ts";
import type { Factor, Relation, Surface, Token } from "./surface.ts";

type D = readonly any[];

export const second = (d: D): unknown => d[1];
export const unsigned = (d: D): Part => d[1];

// ---- atoms ------------------------------------------------------------------------------------

export const number = ([token]: readonly [Token]): Surface => ({
  kind: "number",
  value: token.value.includes("/") ? fractionValue(token.value) : rationalFromDecimal(token.value),
  span: token.span,
});

function fractionValue(text: string): ReturnType<typeof rationalFromDecimal> {
  const [over, under] = text.split("/");
  return { numerator: BigInt(over!), denominator: BigInt(under!) };
}

export const name = ([token]: readonly [Token]): Surface => ({
  kind: "name",
  name: token.value,
  span: token.span,
});

export const ones = ([token]: readonly [Token]): Surface => ({
  kind: "ones",
  size: token.value || undefined,
  span: token.span,
});

export const zero = ([token]: readonly [Token]): Surface => ({
  kind: "zero",
  size: token.value || undefined,
  span: token.span,
});

export const grouped = ([open, body, end]: readonly [Token, Part, Token]): Surface => ({
  kind: "group",
  body: close(body),
  brace: open.type === "openBrace",
  span: joined(open.span, end.span),
});

const wrapped =
  (kind: "norm" | "bars") =>
  ([open, body, end]: readonly [Token, Part, Token]): Surface => ({
    kind,
    body: close(body),
    span: joined(open.span, end.span),
  });
export const norm = wrapped("norm");
export const bars = wrapped("bars");

export const inner = ([open, left, , right, end]: readonly [
  Token,
  Part,
  Token,
  Part,
  Token,
]): Surface => ({
  kind: "inner",
  left: close(left),
  right: close(right),
  span: joined(open.span, end.span),
});

export const root = ([sign, body]: readonly [Token, Part]): Surface => ({
  kind: "root",
  body: close(body),
  span: joined(sign.span, spanOf(body)),
});

export const fraction = ([sign, over, under]: readonly [Token, Part, Part]): Surface => {
  const span = joined(sign.span, spanOf(under));
  const braced = (part: Part): Surface => {
    const body = close(part);
    return body.kind === "group" ? body : { kind: "group", body, brace: true, span: body.span };
  };
  const quotient: Surface = {
    kind: "product",
    factors: [
      { divides: false, factor: braced(over) },
      { divides: true, factor: braced(under) },
    ],
    span,
  };
  return { kind: "group", body: quotient, brace: false, span };
};

const relations: Readonly<Record<string, Relation>> = {
  lt: "<",
  gt: ">",
  le: "≤",
  ge: "≥",
  ne: "≠",
  equals: "=",
};

const comparison = (left: Part, sign: Token, right: Part, span: Span): Surface => ({
  kind: "indicator",
  left: close(left),
  relation: relations[sign.type]!,
  right: close(right),
  span,
});
export const indicator = ([open, left, sign, right, end]: readonly [
  Token,
  Part,
  Token,
  Part,
  Token,
]): Surface => comparison(left, sign, right, joined(open.span, end.span));
export const namedIndicator = ([mark, , left, sign, right, end]: readonly [
  Token,
  Token,
  Part,
  Token,
  Part,
  Token,
]): Surface => comparison(left, sign, right, joined(mark.span, end.span));

// ---- calls ------------------------------------------------------------------------------------

export const firstArgument = ([part]: readonly [Part]): Cell<Surface> =>
  begin(close(part), spanOf(part));
export const nextArgument = ([list, , part]: readonly [
  Cell<Surface>,
  Token,
  Part,
]): Cell<Surface> => next(list, close(part), spanOf(part));

function calling(
  callee: Token,
  args: readonly Surface[],
  end: Span,
  bare: boolean,
  exponent?: Part,
): Surface {
  const [word = "", subscript] = callee.value.split("_");
  return {
    kind: "call",
    name: word,
    nameSpan: callee.span,
    args,
    exponent: exponent && close(exponent),
    bare,
    subscript,
    span: joined(callee.span, end),
  };
}
export const bracketed = ([open, list, end]: readonly [
  Token,
  Cell<Surface>,
  Token,
]): Cell<Surface> => ({
  ...list,
  span: joined(open.span, end.span),
});
export const call = ([callee, args]: readonly [Token, Cell<Surface>]): Surface =>
  calling(callee, listed(args), args.span, false);
export const powerCall = ([callee, exponent, args]: readonly [
  Token,
  Part,
  Cell<Surface>,
]): Surface => calling(callee, listed(args), args.span, false, exponent);
export const bareCall = ([callee, part]: readonly [Token, Part]): Surface =>
  calling(callee, [close(part)], spanOf(part), true);
export const barePowerCall = ([callee, exponent, part]: readonly [Token, Part, Part]): Surface =>
  calling(callee, [close(part)], spanOf(part), true, exponent);

// ---- powers -----------------------------------------------------------------------------------

export const transposed = ([body, mark]: readonly [Surface, Token]): Surface => ({
  kind: "transpose",
  body,
  span: joined(body.span, mark.span),
});

export const inverseTransposed = ([body, mark]: readonly [Surface, Token]): Surface => {
  const span = joined(body.span, mark.span);
  return {
    kind: "transpose",
    body: {
      kind: "power",
      body,
      exponent: { kind: "negate", body: oneAt(mark.span), span: mark.span },
      span,
    },
    span,
  };
};

const oneAt = (span: Span): Surface => ({ kind: "number", value: num(1).value, span });

export const pseudoinverse = ([body, mark]: readonly [Surface, Token]): Surface => ({
  kind: "pseudoinverse",
  body,
  span: joined(body.span, mark.span),
});

export const raised = ([body, exponent]: readonly [Surface, Part]): Surface => ({
  kind: "power",
  body,
  exponent: close(exponent),
  span: joined(body.span, spanOf(exponent)),
});

export const raisedEntrywise = ([body, , exponent]: readonly [Surface, Token, Part]): Surface => ({
  kind: "elementwise-power",
  body,
  exponent: close(exponent),
  span: joined(body.span, spanOf(exponent)),
});

export const subscripted = ([body, mark]: readonly [Surface, Token]): Surface => ({
  kind: "subscript",
  body,
  index: { text: mark.value, span: mark.span },
  span: joined(body.span, mark.span),
});

// ---- products and sums --------------------------------------------------------------------------

export const negated = ([sign, body]: readonly [Token, Part]): Surface => ({
  kind: "negate",
  body: close(body),
  span: joined(sign.span, spanOf(body)),
});

const factorOf = (divides: boolean, part: Part): Factor => ({ divides, factor: close(part) });

export const firstFactorOfProduct = ([part]: readonly [Part]): Open => ({
  open: "product",
  cell: begin(factorOf(false, part), spanOf(part)),
});
export const juxtaposed = ([list, part]: readonly [Open, Part]): Open => ({
  open: "product",
  cell: next(list.cell as Cell<Factor>, factorOf(false, part), spanOf(part)),
});
export const multiplied = ([list, sign, part]: readonly [Open, Token, Part]): Open => {
  refuseAfterBare(list, sign, part);
  return {
    open: "product",
    cell: next(
      list.cell as Cell<Factor>,
      { ...factorOf(sign.type === "slash", part), dotted: /^(?:[·⋅∙]|\\cdot)$/u.test(sign.text) },
      spanOf(part),
    ),
  };
};

/** `log x/y`, `log x · y`: as unclear as `log x y`; after a bracket or bars it is clear. */
function refuseAfterBare(list: Open, sign: Token, part: Part): void {
  const last = (list.cell as Cell<Factor>).item.factor;
  if (last.kind !== "call" || !last.bare || traceNames.has(last.name)) return;
  const [argument] = last.args;
  const isClosed = (e: Surface): boolean => ["bars", "norm", "call"].includes(e.kind);
  // log|A|/n is clear, log|A|/|B| is not.
  const divides = sign.type === "slash" && isClosed(close(part));
  if (isClosed(argument!) && !divides) return;
  throw errors.bareArgument(last.span, [last.name], argument!.span, spanOf(part), sign.text);
}

/** `log x y`: which argument is meant is not for us to guess. */
export function secondFactor([list, part]: readonly [Open, Part]): never {
  const last = (list.cell as Cell<Factor>).item.factor;
  if (last.kind !== "call") throw new Error("internal: a tail that ends in no function");
  const names = [last.name];
  let [argument] = last.args;
  while (argument!.kind === "call" && argument!.bare) {
    names.push(argument!.name);
    [argument] = argument!.args;
  }
  throw errors.bareArgument(last.span, names, argument!.span, spanOf(part));
}

export const hadamard = ([list, sign, part]: readonly [Part, Token, Part]): Open => {
  const before: Cell<Factor> =
    "open" in list && list.open === "hadamard"
      ? list.cell
      : begin(factorOf(false, list), spanOf(list));
  const dotted =
    sign.text.startsWith(".") || ("open" in list && list.open === "hadamard" && list.dotted);
  const item = factorOf(sign.type === "oslash", part);
  return { open: "hadamard", cell: next(before, item, spanOf(part)), dotted };
};

export const kronecker = ([list, , part]: readonly [Part, Token, Part]): Open => ({
  open: "kronecker",
  cell: next(
    "open" in list && list.open === "kronecker" ? list.cell : begin(close(list), spanOf(list)),
    close(part),
    spanOf(part),
  ),
});

export const firstTerm = ([part]: readonly [Part]): Open => ({
  open: "sum",
  cell: begin({ negative: false, term: part }, spanOf(part)),
});
export const nextTerm = ([list, sign, part]: readonly [Open, Token, Part]): Open => ({
  open: "sum",
  cell: next(
    list.cell as Cell<SignedPart>,
    { negative: sign.type === "minus", term: part },
    spanOf(part),
  ),
});

export const indexedSum = ([sign, body]: readonly [Token, Part]): Surface => {
  if (/[<>≤≥]/u.test(sign.value))
    throw errors.notInLanguage(
      sign.span,
      "bounds are i = 1 … n, a bare index, or j ≠ y: no other conditions",
    );
  const [below = "", above = ""] = sign.value.split("^");
  const bounds = boundsOf(below, above);
  if (!bounds) throw errors.badBounds(sign.span);
  return { kind: "indexed-sum", bounds, body: close(body), span: joined(sign.span, spanOf(body)) };
};
export const chainedIndexedSum = ([chain, sign, body]: readonly [Open, Token, Part]): Open =>
  juxtaposed([chain, indexedSum([sign, body])]);
export const chainedIndexedSumAfterStar = ([chain, , sign, body]: readonly [
  Open,
  Token,
  Token,
  Part,
]): Open => chainedIndexedSum([chain, sign, body]);

/** `a/Σ_i x_i`: below the line stands the sum with the whole of its body. */
export const dividedByIndexedSum = ([chain, slash, sign, body]: readonly [
  Open,
  Token,
  Token,
  Part,
]): Open => multiplied([chain, slash, indexedSum([sign, body])]);
export const chainedBareCall = ([chain, callee, part]: readonly [Open, Token, Part]): Open =>
  juxtaposed([chain, bareCall([callee, part])]);
export const chainedBareCallAfterStar = ([chain, , callee, part]: readonly [
  Open,
  Token,
  Token,
  Part,
]): Open => chainedBareCall([chain, callee, part]);

// ---- derivatives as symbols ---------------------------------------------------------------------

export const cotangent = ([sign, of, , , by]: readonly [
  Token,
  Token,
  Token,
  Token,
  Surface,
]): Surface => ({
  kind: "cotangent",
  of: of.value,
  by,
  span: joined(sign.span, by.span),
});
export const cotangentFraction = (d: D): Surface => ({
  kind: "cotangent",
  of: (d[3] as Token).value,
  by: d[7] as Surface,
  span: joined((d[0] as Token).span, (d[8] as Token).span),
});
export const nablaOf = ([sign, of]: readonly [Token, Token]): Surface => ({
  kind: "cotangent",
  of: of.value,
  by: { kind: "name", name: sign.value, span: sign.span },
  span: joined(sign.span, of.span),
});
export const derivativeCall = ([callee, args]: readonly [Token, Cell<Surface>]): Surface => {
  const [name = "", derivative = ""] = callee.value.split("|");
  return {
    kind: "application",
    name,
    derivative,
    args: listed(args),
    span: joined(callee.span, args.span),
  };
};
