/** @file The names that random problems are made of, of every property, and their declarations. */

import type { Dimension, Shape } from "../src/expr/dimension.ts";
import { dimension, one } from "../src/expr/dimension.ts";
import type { Expr, Sym } from "../src/expr/expr.ts";
import { indexSymbol, sym } from "../src/expr/expr.ts";
import { property } from "../src/expr/properties.ts";
import type { PropertyName } from "../src/expr/properties.ts";
import { postorder } from "../src/expr/walk.ts";
import { familyShape } from "../src/ops/indexing.ts";

export const [m, n] = [dimension("m"), dimension("n")];

/** `names : rows×columns properties`. */
const table: readonly (readonly [string, Shape, string])[] = [
  ["A B W_{out}", [m, n], ""],
  ["C", [n, m], ""],
  ["M N", [n, n], ""],
  ["P", [m, m], ""],
  ["S", [n, n], "symmetric"],
  ["W", [n, n], "skew"],
  ["K", [n, n], "posdef"],
  ["R", [n, n], "psd"],
  ["D", [n, n], "diagonal"],
  ["Q", [n, n], "orthogonal"],
  ["V", [n, n], "invertible"],
  ["Z", [m, m], "symmetric"],
  ["Λ", [m, m], "diagonal positive"],
  ["G", [m, m], "posdef"],
  ["F", [m, n], "positive"],
  ["U", [m, n], "nonnegative"],
  ["J", [m, n], "signs"],
  ["H", [m, n], "onehot"],
  ["E", [n, n], "integer"],
  ["x y x_1", [n, one], ""],
  ["u v b_{in}", [m, one], ""],
  ["p", [n, one], "positive"],
  ["q", [n, one], "nonnegative"],
  ["s", [n, one], "signs"],
  ["t", [n, one], "onehot"],
  ["r", [m, one], "integer"],
  ["α c θ_2", [one, one], ""],
  ["β", [one, one], "positive"],
  ["γ", [one, one], "nonnegative"],
  ["κ", [one, one], "integer"],
];

const declaredAs = new Map<Sym, string>();

/** The names of values. */
export const names: readonly Sym[] = table.flatMap(([text, shape, properties]) => {
  const set = properties
    .split(" ")
    .filter((name) => name !== "")
    .reduce((all, name) => all | property[name as PropertyName], 0);
  const space =
    shape[1] === one
      ? shape[0] === one
        ? "scalar"
        : shape[0].key
      : shape.map((d) => d.key).join("×");
  return text.split(" ").map((name) => {
    const made = sym(name, shape, set);
    declaredAs.set(made, `${name}: ${space}${properties === "" ? "" : ` ${properties}`}`);
    return made;
  });
});

const family = (name: string, of: Shape, count: Dimension): Sym => {
  const made = sym(name, familyShape(of, count), 0, null, of);
  declaredAs.set(made, `${name}_i: ${of[0].key} for i = 1..${count.key}`);
  return made;
};

/** Families of columns: h₁ … hₘ of length n, o₁ … oₙ of length m. */
export const families: readonly Sym[] = [family("h", [n, one], m), family("o", [m, one], n)];

const label = (name: string, range: Dimension): Sym => {
  const made = indexSymbol(name, range);
  declaredAs.set(made, `${name}: index 1..${range.key}`);
  return made;
};

/** Indices that no sum binds. */
export const labels: readonly Sym[] = [label("l", n), label("d", m)];

/** Functions of which only the spaces are known, by what their operations are called. */
const functions: readonly (readonly [RegExp, string])[] = [
  [/^entrywise f /u, "f: ℝ→ℝ"],
  [/^(?:field|gradient|hessian) φ /u, "φ: ℝ^n→ℝ"],
  [/^(?:field|gradient|hessian) ψ /u, "ψ: ℝ^n×ℝ^m→ℝ"],
  [/^(?:vector|jacobian) g /u, "g: ℝ^n→ℝ^m"],
];

/** A declaration of each name and function that some expressions speak of, definitions included. */
export function declarationsFor(roots: readonly Expr[]): string[] {
  const found = new Set<string>();
  for (const e of postorder(roots)) {
    for (const index of e.free) if (declaredAs.has(index)) found.add(declaredAs.get(index)!);
    const text = e.kind === "sym" ? declaredAs.get(e) : undefined;
    if (text !== undefined) found.add(text);
    if (e.kind === "apply")
      for (const [pattern, declaration] of functions)
        if (pattern.test(e.op.opName)) found.add(declaration);
  }
  // A letter is a size only where something of that size is declared.
  const sizes = postorder(roots).filter((e) => e.kind === "sym" && e.role === "dimension");
  if (sizes.length > 0) found.add(declaredAs.get(names[0]!)!);
  return [...found];
}
