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
import type { Surface } from "../surface.ts";
import { builtFrom } from "../symbols.ts";
import type { Formula } from "../symbols.ts";
import type { Inference, Of, Typed } from "../infer.ts";
import { splitName } from "../names.ts";
import { indexedNameForm } from "./indexed.ts";
import { scalarTerm, solved } from "../unify.ts";
import type { ShapeTerm, Term } from "../unify.ts";

export function nameForm(inference: Inference, e: Of<"name">): Typed {
  const { name, span } = e;
  const bound = inference.bound.get(name);
  // The index as a number: Σᵢ i·xᵢ.
  if (bound) return { shape: scalarTerm, span, build: bound.build };
  const local = inference.locals.get(name);
  if (local) return { ...local, span };
  if (inference.scope.isLabel(name))
    return { shape: scalarTerm, span, build: inference.scope.label(name, span).build };
  const formula = inference.scope.isKnown(name) ? null : inference.scope.functionNamed(name);
  if (formula?.kind === "formula") return ownArguments(inference, e, formula);
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
    if (!inference.scope.isSibling(name)) {
      const part = indexedNameForm(inference, e);
      if (part) return part;
    }
  }
  const symbol = inference.scope.symbol(name, span);
  return { shape: symbol.shape, span, build: () => builtFrom(symbol) };
}

/** `L(W)` of a function that is defined as L(W) = …. */
function ownArguments(inference: Inference, e: Of<"name">, { name, parameters }: Formula): Typed {
  if (!/[)\]}]$/u.test(textOf(e.span))) throw errors.functionWithoutBrackets(e.span, name);
  const args = parameters.map((p): Surface => ({ kind: "name", name: p, span: e.span }));
  return inference.visit({ kind: "application", name, derivative: "", args, span: e.span });
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
