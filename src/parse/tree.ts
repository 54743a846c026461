/** @file Builders that the grammar calls: tokens and parts in, surface tree out. */

import { errors } from "../diagnostics/errors.ts";
import type { Span } from "../diagnostics/source.ts";
import { joined } from "../diagnostics/source.ts";
import { num } from "../expr/expr.ts";
import { rationalFromDecimal } from "../expr/rational.ts";
import type {
  DimensionText,
  Factor,
  Introduced,
  Relation,
  Signed,
  Space,
  Statement,
  Surface,
  Token,
} from "./surface.ts";

// A list grows at its end by one cell: a left-recursive rule completes at every prefix, and copying
// an array there would make reading quadratic. `listed` opens the list once, when it is whole.
interface Cell<T> {
  readonly before: Cell<T> | null;
  readonly item: T;
  readonly span: Span;
}

const begin = <T>(item: T, span: Span): Cell<T> => ({ before: null, item, span });
const next = <T>(before: Cell<T>, item: T, span: Span): Cell<T> => ({
  before,
  item,
  span: joined(before.span, span),
});

function listed<T>(cell: Cell<T>): T[] {
  const items: T[] = [];
  for (let at: Cell<T> | null = cell; at; at = at.before) items.push(at.item);
  return items.toReversed();
}

/** A list that may be asked for its surface: what the grammar passes where it does not look. */
type Part = Surface | Open;
type Open =
  | { readonly open: "sum"; readonly cell: Cell<Signed> }
  | { readonly open: "product"; readonly cell: Cell<Factor> }
  | { readonly open: "hadamard"; readonly cell: Cell<Factor>; readonly dotted: boolean }
  | { readonly open: "kronecker"; readonly cell: Cell<Surface> };

const spanOf = (part: Part): Span => ("open" in part ? part.cell.span : part.span);

/** The surface of a part, closing its list. */
export function close(part: Part): Surface {
  if (!("open" in part)) return part;
  const { span, before, item } = part.cell;
  if (before === null) {
    // A list of one is that one, where nothing stands before it.
    if (part.open === "sum") return (item as Signed).term;
    if (part.open === "product") return (item as Factor).factor;
  }
  switch (part.open) {
    case "sum":
      return { kind: "sum", terms: listed(part.cell), span };
    case "product":
      return { kind: "product", factors: listed(part.cell), span };
    case "hadamard":
      return { kind: "hadamard", factors: listed(part.cell), dotted: part.dotted, span };
    case "kronecker":
      return { kind: "kronecker", factors: listed(part.cell), span };
    default:
      return part satisfies never;
  }
}

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
    return { kind: "group", body, brace: true, span: body.span };
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
export const multiplied = ([list, sign, part]: readonly [Open, Token, Part]): Open => ({
  open: "product",
  cell: next(list.cell as Cell<Factor>, factorOf(sign.type === "slash", part), spanOf(part)),
});

/** `log x y`: which argument is meant is not for us to guess. */
export function secondFactor([list, part]: readonly [Open, Part]): never {
  const last = (list.cell as Cell<Factor>).item.factor;
  if (last.kind !== "call") throw new Error("internal: a tail that ends in no function");
  throw errors.bareArgument(last.span, last.name, last.args[0]!.span, spanOf(part));
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
  cell: begin({ negative: false, term: close(part) }, spanOf(part)),
});
export const nextTerm = ([list, sign, part]: readonly [Open, Token, Part]): Open => ({
  open: "sum",
  cell: next(
    list.cell as Cell<Signed>,
    { negative: sign.type === "minus", term: close(part) },
    spanOf(part),
  ),
});

export const indexedSum = ([sign, body]: readonly [Token, Part]): Surface => ({
  kind: "indexed-sum",
  body: close(body),
  span: joined(sign.span, spanOf(body)),
});
export const chainedIndexedSum = ([chain, sign, body]: readonly [Open, Token, Part]): Surface => ({
  kind: "indexed-sum",
  body: close(body),
  span: joined(chain.cell.span, joined(sign.span, spanOf(body))),
});
export const chainedIndexedSumAfterStar = ([chain, , sign, body]: readonly [
  Open,
  Token,
  Token,
  Part,
]): Surface => chainedIndexedSum([chain, sign, body]);

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
export const derivativeCall = ([sign, args]: readonly [Token, Cell<Surface>]): Surface => ({
  kind: "derivative",
  name: sign.value.replaceAll("'", ""),
  order: sign.value.length - sign.value.replaceAll("'", "").length,
  span: joined(sign.span, args.span),
});

// ---- spaces -------------------------------------------------------------------------------------

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
export const spaceOfTraits = ([traits]: readonly [Cell<Trait>]): Space => ({
  properties: listed(traits),
  span: traits.span,
});

// ---- statements ---------------------------------------------------------------------------------

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
