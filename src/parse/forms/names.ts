/** @file Names, dimensions in expressions, and the constants I, 𝟏 and 0. */

import { errors } from "../../diagnostics/errors.ts";
import { textOf } from "../../diagnostics/source.ts";
import type { Span } from "../../diagnostics/source.ts";
import { dimension, multiplied, one } from "../../expr/dimension.ts";
import type { Dimension } from "../../expr/dimension.ts";
import { dimensionSymbol, unit } from "../../expr/expr.ts";
import type { Expr } from "../../expr/expr.ts";
import { identity, onesOf, pi, scale, zeroOf } from "../../ops/arithmetic.ts";
import { isSize } from "../definitions.ts";
import type { SymbolEntry } from "../symbols.ts";
import type { Inference, Of, Typed } from "../infer.ts";
import { splitName } from "../names.ts";
import { scalarTerm, solved } from "../unify.ts";
import type { ShapeTerm, Term } from "../unify.ts";

export function nameForm(inference: Inference, e: Of<"name">): Typed {
  const { name, span } = e;
  if (!inference.scope.isKnown(name)) {
    const { base, subscript } = splitName(name);
    if (base === "I" && !inference.scope.isKnown("I")) return identityForm(inference, e, subscript);
    if (base === "𝟏")
      return onesForm(inference, { kind: "ones", size: subscript ?? undefined, span });
    if (name === "π") return { shape: scalarTerm, span, build: () => pi };
    if (inference.scope.isDimension(name)) {
      // A capital is a matrix to most readers.
      if (/^\p{Lu}/u.test(name)) inference.notes.add(`${name} is the dimension, a number`);
      return { shape: scalarTerm, span, build: () => dimensionSymbol(name) };
    }
    const product = dimensionProduct(inference, name);
    if (product) return { shape: scalarTerm, span, build: product };
    if (
      base === "e" &&
      subscript !== null &&
      !inference.scope.isKnown("e") &&
      /^[a-z0-9]$/u.test(subscript)
    )
      throw errors.notYet(span, "a basis vector");
    const isName = inference.scope.isSibling(name);
    if (subscript !== null && !isName && isIndex(inference, base, subscript))
      throw entryError(span, subscript, base);
  }
  const symbol = inference.scope.symbol(name, span);
  return { shape: symbol.shape, span, build: () => built(symbol) };
}

/** What is said of an index: some never will be read, the others not yet. */
export const entryError = (span: Span, index: string, of?: string): Error =>
  /[+−-]/u.test(index)
    ? errors.notInLanguage(span, "an index is a letter or a number: no sums of them")
    : errors.notYet(span, "an entry, row or column", {
        hint:
          of === undefined || index.length > 1
            ? undefined
            : `declare it, if it is a name of its own:  ${of}_${index}: ${/^\p{Lu}/u.test(of) ? "m×n" : "n"}`,
      });

/** Whether a subscript picks an entry of `base` and is no part of a name. */
function isIndex(inference: Inference, base: string, subscript: string): boolean {
  // Entries are counted from 1: x_0 is a name of its own.
  if (subscript === "0") return false;
  if (/[+:=<>≠-]/u.test(subscript)) return true;
  const indices =
    /^(?:[a-z]|\d+)(?:,(?:[a-z]|\d+))?$/u.test(subscript) || /^[ijkl]{2}$/u.test(subscript);
  return (
    indices &&
    (inference.scope.isKnown(base) ||
      inference.scope.isBase(base) ||
      /^[ijkl]{2}$/u.test(subscript) ||
      subscript.includes(","))
  );
}

function dimensionProduct(inference: Inference, name: string): (() => Expr) | null {
  const letters = [...name];
  if (letters.length < 2 || !letters.every((letter) => inference.scope.isDimension(letter)))
    return null;
  return () => scale(...letters.map(dimensionSymbol));
}

/** The dimension of that name, or of a product of letters. */
export function sizeNamed(inference: Inference, text: string, span: Span): Dimension {
  if (/^\d+$/u.test(text)) return dimension(Number(text));
  if (inference.scope.isDimension(text)) return dimension(text);
  const letters = [...text];
  if (letters.every((letter) => inference.scope.isDimension(letter)))
    return letters.map((l) => dimension(l)).reduce(multiplied);
  if (isSize(text) && inference.scope.addDimension(text)) return dimension(text);
  throw errors.unknownVariable(span, text, null);
}

function identityForm(inference: Inference, e: Of<"name">, size: string | null): Typed {
  const n: Term = size === null ? inference.solver.unknown() : sizeNamed(inference, size, e.span);
  const shape: ShapeTerm = [n, n];
  if (size === null) inference.solver.markMany(n, "");
  inference.unsized.push({ shape, span: e.span, what: "I" });
  return {
    shape,
    span: e.span,
    build: () => {
      const [rows] = solved(shape)!;
      return rows === one ? unit : identity(rows);
    },
  };
}

export function onesForm(inference: Inference, e: Of<"ones">): Typed {
  const n: Term =
    e.size === undefined ? inference.solver.unknown() : sizeNamed(inference, e.size, e.span);
  if (/^1+$/u.test(textOf(e.span)))
    inference.notes.add("1 beside a transpose is the all-ones vector");
  const shape: ShapeTerm = [n, one];
  if (e.size === undefined) inference.solver.markMany(n, "");
  inference.unsized.push({ shape, span: e.span, what: "𝟏" });
  return { shape, span: e.span, build: () => onesOf(solved(shape)!) };
}

export function zeroForm(inference: Inference, e: Of<"zero">): Typed {
  let shape = inference.solver.shape();
  if (e.size !== undefined) {
    const [rows = "", columns = "1"] = e.size.split(/×|\\times|x/u);
    shape = [sizeNamed(inference, rows, e.span), sizeNamed(inference, columns, e.span)];
  }
  inference.unsized.push({ shape, span: e.span, what: "0" });
  return { shape, span: e.span, build: () => zeroOf(solved(shape)!) };
}

function built(symbol: SymbolEntry): Expr {
  if (!symbol.expr) throw new Error(`internal: ${symbol.name} is used before it is built`);
  return symbol.expr;
}
