/** @file Builders of the spaces that declarations name: dimensions, sets, properties. */

import { errors } from "../diagnostics/errors.ts";
import { joined } from "../diagnostics/source.ts";
import type { Span } from "../diagnostics/source.ts";
import { begin, listed, next } from "./cells.ts";
import type { Cell } from "./cells.ts";
import type { DimensionText, Space, Token } from "./surface.ts";

type Trait = Space["properties"][number];

const factorText = (token: Token): string | number =>
  token.type === "number" ? wholeNumber(token) : token.value;

function wholeNumber(token: Token): number {
  const value = Number(token.value);
  if (!Number.isSafeInteger(value) || value < 1) throw errors.notADimension(token.span);
  return value;
}

export const firstFactor = ([token]: readonly [Token]): DimensionText => ({
  factors: [factorText(token)],
  span: token.span,
});
export const nextFactor = ([list, token]: readonly [DimensionText, Token]): DimensionText => ({
  factors: [...list.factors, factorText(token)],
  span: joined(list.span, token.span),
});
export const nextFactorAfterStar = ([list, , token]: readonly [
  DimensionText,
  Token,
  Token,
]): DimensionText => nextFactor([list, token]);

interface Extent {
  readonly shape: readonly [DimensionText, DimensionText];
  readonly properties: readonly Trait[];
  readonly span: Span;
}

const oneDimension = (span: Span): DimensionText => ({ factors: [1], span });
const extent = (rows: DimensionText, columns: DimensionText): Extent => ({
  shape: [rows, columns],
  properties: [],
  span: joined(rows.span, columns.span),
});

export const column = ([part]: readonly [DimensionText | Token]): Extent => {
  const rows = "factors" in part ? part : firstFactor([part]);
  return extent(rows, oneDimension(rows.span));
};
export const matrix = ([rows, , columns]: readonly [DimensionText, Token, DimensionText]): Extent =>
  extent(rows, columns);
export const scalar = ([token]: readonly [Token]): Extent =>
  extent(oneDimension(token.span), oneDimension(token.span));
export const columnInBraces = ([, rows]: readonly [Token, DimensionText]): Extent =>
  extent(rows, oneDimension(rows.span));
export const matrixInBraces = ([, rows, , columns]: readonly [
  Token,
  DimensionText,
  Token,
  DimensionText,
]): Extent => extent(rows, columns);

/** ℝ^d × ℝ^p: the spaces of several arguments. */
export const firstField = ([field]: readonly [Extent]): Cell<Space> =>
  begin(space([field]), field.span);
export const nextField = ([list, , field]: readonly [Cell<Space>, Token, Extent]): Cell<Space> =>
  next(list, space([field]), field.span);

/** ℝ₊ and 𝕊₊₊: what the sign under a set says of its members. */
function sorted(set: Token, sort: Token | null): Trait[] {
  const strict = sort !== null && ["++", ">"].includes(sort.value);
  if (set.type === "symmetricMatrices") {
    const property = sort === null ? "symmetric" : strict ? "posdef" : "psd";
    return [{ name: property, span: set.span }];
  }
  return sort === null ? [] : [{ name: strict ? "positive" : "nonnegative", span: set.span }];
}

const inSet = (set: Token, size: Extent | null, sort: Token | null): Extent => {
  const found = size ?? scalar([set]);
  const [rows, columns] = found.shape;
  const square = set.type === "symmetricMatrices" && columns.factors[0] === 1;
  return {
    shape: square ? [rows, rows] : [rows, columns],
    properties: sorted(set, sort),
    span: joined(set.span, found.span),
  };
};
export const setScalar = ([set]: readonly [Token]): Extent => inSet(set, null, null);
export const setSized = ([set, , size]: readonly [Token, Token, Extent]): Extent =>
  inSet(set, size, null);
export const setSorted = ([set, , sort]: readonly [Token, Token, Token]): Extent =>
  inSet(set, null, sort);
export const setSizedSorted = ([set, , size, , sort]: readonly [
  Token,
  Token,
  Extent,
  Token,
  Token,
]): Extent => inSet(set, size, sort);
export const setSortedSized = ([set, , sort, , size]: readonly [
  Token,
  Token,
  Token,
  Token,
  Extent,
]): Extent => inSet(set, size, sort);
export const doublePlus = ([first]: readonly [Token]): Token => ({ ...first, value: "++" });
export const relationSort = ([, sign]: readonly [Token, Token]): Token => ({
  ...sign,
  value: sign.type === "gt" ? ">" : "+",
});

const trait = (token: Token): Trait => ({ name: token.value, span: token.span });
export const firstTrait = ([token]: readonly [Token]): Cell<Trait> =>
  begin(trait(token), token.span);
export const nextTrait = ([list, token]: readonly [Cell<Trait>, Token]): Cell<Trait> =>
  next(list, trait(token), token.span);
export const nextTraitAfterComma = ([list, , token]: readonly [
  Cell<Trait>,
  Token,
  Token,
]): Cell<Trait> => nextTrait([list, token]);

export const space = ([found, traits]: readonly [Extent, Cell<Trait>?]): Space => ({
  shape: found.shape,
  properties: [...found.properties, ...(traits ? listed(traits) : [])],
  span: traits ? joined(found.span, traits.span) : found.span,
});
export const spaceAfterComma = ([found, , traits]: readonly [Extent, Token, Cell<Trait>]): Space =>
  space([found, traits]);
export const traitsFirst = ([traits, found]: readonly [Cell<Trait>, Extent]): Space =>
  space([found, traits]);
export const spaceOfTraits = ([traits]: readonly [Cell<Trait>]): Space => ({
  properties: listed(traits),
  span: traits.span,
});
