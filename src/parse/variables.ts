/** @file The variables that are asked for: names of the problem, their entries, rows and members. */

import { errors } from "../diagnostics/errors.ts";
import type { Source, Span } from "../diagnostics/source.ts";
import { suggest } from "../diagnostics/suggest.ts";
import { isScalarShape, one, scalarShape, showDimension } from "../expr/dimension.ts";
import type { Dimension, Shape } from "../expr/dimension.ts";
import { indexSymbol, num, unit } from "../expr/expr.ts";
import type { Expr, Sym } from "../expr/expr.ts";
import { postorder } from "../expr/walk.ts";
import {
  column,
  entryOf,
  member,
  membersName,
  row,
  unitVector,
  withoutMembers,
} from "../ops/indexing.ts";
import { product, transpose } from "../ops/arithmetic.ts";
import { loweredName } from "./counted.ts";
import { letterOfFamily } from "./families.ts";
import { memberName, splitDigits, splitIndices } from "./indices.ts";
import type { IndexText } from "./indices.ts";
import { refuseUnwritable, splitName } from "./names.ts";
import type { Introduced } from "./surface.ts";
import type { Problem } from "./problem.ts";
import { readIn } from "./read.ts";

/** What a derivative is taken by: a name, or a part that indices pick of it. */
export interface Variable {
  /** As it is typed: `W`, `x_j`, `X_{i,:}`. */
  readonly name: string;
  readonly symbol: Sym;
  readonly part: Part | null;
  readonly shape: Shape;
}

/** An entry, a row, a column, or a member of a family. */
export interface Part {
  readonly shape: Shape;
  /** The part of something of the symbol's shape. */
  readonly pick: (whole: Expr) => Expr;
  /** The part as it stands in a problem, where it is one of many; entries and rows stand in a whole. */
  readonly member: ((family: Sym) => Expr) | null;
  /** Something of the symbol's shape that is 0 but for the part. */
  readonly place: (part: Expr) => Expr;
  /** The indices that the problem does not know. */
  readonly labels: readonly Sym[];
}

/** The variable of a name alone. */
export const variableOf = (symbol: Sym): Variable => ({
  name: symbol.name,
  symbol,
  part: null,
  shape: symbol.shape,
});

/** The variables that `--wrt` names, separated by commas; braces keep theirs. */
export function parseVariables(problem: Problem, source: Source): Variable[] {
  const parts = splitAtCommas(source);
  return parts.map((part) => {
    const whole = problem.symbols.get(part.text.trim());
    if (whole && !kinOf(problem, whole)) return variableOf(whole);
    const name = bareName(problem, part);
    const span = wholeOf(source);
    if (name === null) throw errors.notAVariable(span, part.text.trim());
    return variableNamed(problem, { name, span });
  });
}

const wholeOf = (source: Source): Span => ({ source, start: 0, end: source.text.length });

/** The name that a text is; null where it says more. */
function bareName({ names }: Problem, source: Source): string | null {
  const [unparsed, ...others] = readIn(names, source);
  const statement = unparsed?.parse();
  const body = statement?.kind === "objective" ? statement.body : null;
  return others.length === 0 && body?.kind === "name" ? body.name : null;
}

/**
 * The name that an option such as --hvp gives to something that the problem may not know.
 * @throws NablaError for what is no name, has a meaning already, or is one of many that the problem counts.
 */
export function nameRead(problem: Problem, source: Source): string {
  const span = wholeOf(source);
  const name = bareName(problem, source);
  if (name === null) throw errors.notAVector(span, source.text);
  if (problem.symbols.has(name)) return name;
  const { base } = splitName(name);
  const isMember = problem.symbols.has(membersName(base)) || problem.symbols.get(base)?.member;
  if (isMember || constants.has(name)) throw errors.notAVector(span, name);
  refuseUnwritable(name, span);
  return name;
}

/** Names that mean something where nothing declares them. */
const constants: ReadonlySet<string> = new Set(["I", "e", "π"]);

function splitAtCommas(source: Source): Source[] {
  const parts: string[] = [];
  let depth = 0;
  let from = 0;
  for (let i = 0; i <= source.text.length; i++) {
    const c = source.text[i];
    if (c === "{" || c === "(") depth++;
    else if (c === "}" || c === ")") depth--;
    else if (c === undefined || (c === "," && depth === 0)) {
      parts.push(source.text.slice(from, i));
      from = i + 1;
    }
  }
  return parts
    .filter((text) => text.trim() !== "")
    .map((text): Source => ({ role: source.role, text }));
}

/** The variable of that name, or an error that offers a near one. */
export function variableNamed(problem: Problem, { name, span }: Introduced): Variable {
  const whole = problem.symbols.get(name);
  const found = whole
    ? variableOf(whole)
    : (partNamed(problem, name, span) ?? partNamed(problem, loweredName(name) ?? name, span));
  if (found) {
    const kin = kinOf(problem, found.symbol);
    if (kin) throw errors.rowsOrColumns(span, ...kin);
    return found;
  }
  const family = problem.functions.get(splitName(name).base);
  if (family && letterOfFamily(family) !== null)
    throw errors.notYet(span, `a derivative by ${name}, which a formula defines`, {
      hint: "without its formula it can be derived by",
    });
  throw errors.unknownVariable(span, name, nearest(problem, name));
}

/**
 * A matrix W and the family of vectors w_i, of which one is a variable, where both stand in the objective and
 * neither is declared: most mean the rows of W, or its columns.
 */
function kinOf(
  { objective, symbols, declared }: Problem,
  { name }: Sym,
): [matrix: string, family: string] | null {
  const base = withoutMembers(name);
  if ([...base].length > 1) return null;
  const [small, capital] = [base.toLowerCase(), base.toUpperCase()];
  const family = symbols.get(membersName(small)) ?? symbols.get(small);
  const matrix = symbols.get(capital);
  if (!family?.member || isScalarShape(family.member) || !matrix || family === matrix) return null;
  if (declared.has(family.name) || declared.has(matrix.name)) return null;
  const stands = new Set(postorder([objective]));
  return stands.has(family) && stands.has(matrix) ? [matrix.name, small] : null;
}

/** The name that may be meant; of a family one of its members. */
function nearest({ symbols, indices }: Problem, name: string): string | null {
  const found =
    suggest(name, symbols.keys()) ??
    [...symbols.keys()].find((known) => known.toLowerCase() === name.toLowerCase());
  const symbol = found === undefined ? undefined : symbols.get(found);
  if (!symbol?.member) return found ?? null;
  const [letter = "i"] = indices.get(symbol.shape[1]) ?? [];
  return memberName(withoutMembers(symbol.name), [letter]);
}

/** `x_j`, `X_{23}`, `X_{i,:}` of a name of the problem; null where it has no such part. */
function partNamed(problem: Problem, name: string, span: Span): Variable | null {
  const { base, subscript } = splitName(name);
  const symbol = problem.symbols.get(membersName(base)) ?? problem.symbols.get(base);
  const texts = subscript === null ? null : splitIndices(subscript);
  if (!symbol || texts === null) return null;
  const part = symbol.member
    ? memberPart(problem, symbol, symbol.member, texts, span)
    : partOf(problem, symbol, texts, span);
  return { name, symbol, part, shape: part.shape };
}

/** The index of a text; a letter that the problem does not know is a label of its own. */
function indexOf(
  problem: Problem,
  text: IndexText,
  size: Dimension,
  span: Span,
): { index: Expr; labels: Sym[] } {
  if (/^\d+$/u.test(text)) {
    if (size.names.length === 0 && Number(text) > size.coefficient)
      throw errors.indexTooLarge(span, text, showDimension(size));
    return { index: num(Number(text)), labels: [] };
  }
  const known = problem.labels.get(text);
  if (known && known.range !== size)
    throw errors.otherRange(span, text, showDimension(known.range!), showDimension(size));
  if (known) return { index: known, labels: [] };
  if (problem.symbols.has(text)) throw errors.valueAsIndex(span, text);
  const label = indexSymbol(text, size);
  return { index: label, labels: [label] };
}

function memberPart(
  problem: Problem,
  symbol: Sym,
  shape: Shape,
  texts: readonly IndexText[],
  span: Span,
): Part {
  const [text, ...others] = texts;
  if (others.length > 0 || text === ":" || text === undefined)
    throw errors.wrongIndices(span, symbol.name, texts.length);
  const { index, labels } = indexOf(problem, text, symbol.shape[1], span);
  return {
    shape,
    pick: (whole) => column(whole, index),
    member: (family) => member(family, index),
    place: (d) => product(d, transpose(unitVector(symbol.shape[1], index))),
    labels,
  };
}

function partOf(problem: Problem, symbol: Sym, texts: readonly IndexText[], span: Span): Part {
  const [rows, columns] = symbol.shape;
  const isVector = rows === one || columns === one;
  const [first, second] =
    (texts.length === 1 && !isVector ? splitDigits(texts[0]!) : null) ?? texts;
  const count = second === undefined ? 1 : 2;
  if ((count === 1) !== isVector || (rows === one && columns === one))
    throw errors.wrongIndices(
      span,
      symbol.name,
      count,
      isVector ? undefined : `${symbol.name}_{${first},:} for a row`,
    );
  const at = (text: IndexText | undefined, size: Dimension): ReturnType<typeof indexOf> | null =>
    text === undefined || text === ":" ? null : indexOf(problem, text, size, span);
  const [i, j] = isVector
    ? rows === one
      ? [null, at(first, columns)]
      : [at(first, rows), null]
    : [at(first, rows), at(second, columns)];
  const left = i ? [unitVector(rows, i.index)] : [];
  const right = j ? [transpose(unitVector(columns, j.index))] : [];
  return {
    shape: isVector || (i && j) ? scalarShape : i ? [one, columns] : [rows, one],
    pick: (whole) =>
      isVector || (i && j)
        ? entryOf(whole, i?.index ?? unit, j?.index ?? unit)
        : i
          ? row(whole, i.index)
          : column(whole, j!.index),
    member: null,
    place: (d) => product(...left, d, ...right),
    labels: [...(i?.labels ?? []), ...(j?.labels ?? [])],
  };
}
