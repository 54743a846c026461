/** @file What a fence says, as formulas: declarations, definitions and the objective. */

import { textOf } from "../diagnostics/source.ts";
import { isScalarShape, one, showDimension, showShape } from "../expr/dimension.ts";
import type { Shape } from "../expr/dimension.ts";
import type { Sym } from "../expr/expr.ts";
import { property } from "../expr/properties.ts";
import type { Properties } from "../expr/properties.ts";
import { membersName } from "../ops/indexing.ts";
import type { Problem } from "../parse/problem.ts";
import { splitName } from "../parse/names.ts";
import type { DimensionText, Space, Statement } from "../parse/surface.ts";
import { nameIn, toLatex } from "../print/index.ts";
import { latexShape } from "../print/latex.ts";
import { writtenNumber } from "../report/numbers.ts";
import type { Writing } from "../report/numbers.ts";
import { cellLatex, isRounded, isWholeInLatex } from "../report/table-cells.ts";
import type { Cell } from "../report/tables.ts";
import { equationsOf } from "../steps/cited.ts";
import { namesOf } from "./share.ts";

/** A statement: as a formula where it is one, else as it was typed. */
export type Stated =
  | { readonly kind: "formula"; readonly latex: string }
  | { readonly kind: "text"; readonly text: string };

/** The statements of a fence in the names of its problem. */
export function statedIn(
  problem: Problem,
  own: readonly Statement[],
  rules: readonly string[],
): Stated[] {
  const said = own.flatMap((s): Stated[] => {
    switch (s.kind) {
      case "family":
        return inOne([
          ...s.names.flatMap(({ name }) => declared(problem, name)),
          { kind: "formula", latex: `${s.letter} = 1, \\dots, ${sizeOf(s.count)}` },
        ]);
      case "declaration":
        return inOne(namesOf(s).flatMap((name) => declared(problem, name)));
      case "definition":
        return s.arguments ? [typed(s)] : namesOf(s).flatMap((name) => defined(problem, name));
      case "objective":
        // A name that was defined before says nothing new.
        if (problem.objective.kind === "sym") return [];
        return [
          { kind: "formula", latex: toLatex(problem.objective, { letters: problem.indices }) },
        ];
      case "function":
        return [functionOf(s)];
      case "label":
        return [labelOf(s)];
      case "number":
        return [numberOf(problem, s)];
      case "square":
      case "range":
      case "unsupported":
        return [typed(s)];
      case "given":
        return [givenIn(problem, textOf(s.span))];
      default:
        return s satisfies never;
    }
  });
  return [...said, ...rules.map((text) => givenIn(problem, text))];
}

/** A rule that is given without proof. */
function givenIn({ given }: Problem, text: string): Stated {
  const rule = given.find(({ span }) => textOf(span).trim() === text.trim());
  if (!rule) return asTyped(text);
  const { of, pattern } = rule;
  const head = of === pattern ? "" : `${toLatex(of)} = ${toLatex(pattern)} \\;\\Rightarrow\\; `;
  const equations = equationsOf(rule).map(({ latex }) => latex);
  return { kind: "formula", latex: `\\text{given: } ${head}${equations.join(",\\; ")}` };
}

/** The formulas of one declaration side by side. */
function inOne(all: readonly Stated[]): Stated[] {
  const formulas = all.flatMap((s) => (s.kind === "formula" ? [s.latex] : []));
  return formulas.length === 0 ? [] : [{ kind: "formula", latex: formulas.join(", \\quad ") }];
}

/** The statements of a fence that derives nothing. */
export const statedAlone = (own: readonly Statement[], rules: readonly string[]): Stated[] => [
  ...own.map((s) =>
    s.kind === "function" ? functionOf(s) : s.kind === "label" ? labelOf(s) : typed(s),
  ),
  ...rules.map(asTyped),
];

const asTyped = (text: string): Stated => ({ kind: "text", text });
const typed = (s: Statement): Stated => asTyped(textOf(s.span).trim());

function declared(problem: Problem, name: string): Stated[] {
  const { symbols, declared: known } = problem;
  const symbol = symbols.get(name) ?? familyOf(problem, name);
  if (!symbol || symbol.definition) return [];
  const told = toldOf(known.get(symbol.name) ?? 0);
  const isMember = symbol.name !== name;
  const shape = symbol.member ?? (isMember ? ([one, one] as const) : symbol.shape);
  const written = isMember ? nameIn.latex(name, !isScalarShape(shape)) : toLatex(symbol);
  const space = `${written} \\in ${spaceOf(shape)}`;
  return [
    {
      kind: "formula",
      latex: told.length === 0 ? space : `${space} \\text{ ${told.join(", ")}}`,
    },
  ];
}

/** The family of which a name with an index is one member. */
function familyOf({ symbols }: Problem, name: string): Sym | undefined {
  const { base, subscript } = splitName(name);
  if (subscript === null) return undefined;
  return symbols.get(membersName(base)) ?? symbols.get(base);
}

/** A size as it was typed. */
const sizeOf = ({ factors }: DimensionText): string =>
  factors
    .map((factor) => (typeof factor === "number" ? factor : nameIn.latex(factor, false)))
    .join(" ");

function defined({ symbols, indices }: Problem, name: string): Stated[] {
  const symbol = symbols.get(name);
  if (!symbol?.definition) return [];
  const latex = `${toLatex(symbol)} = ${toLatex(symbol.definition, { letters: indices })}`;
  return [{ kind: "formula", latex }];
}

/** Numbers that are given: decimals where they end, else fractions. */
const givenNumbers: Writing = { digits: null, fractions: false };

/** `W = [1 2; 3 4]`, as it was typed where its entries are too many or too long. */
function numberOf({ symbols }: Problem, s: Statement & { kind: "number" }): Stated {
  const { name } = s.name;
  const symbol = symbols.get(name);
  const written = symbol ? toLatex(symbol) : nameIn.latex(name, false);
  // A column may be typed as a row.
  const isRow = symbol?.shape[1] === one && s.entries.length === 1;
  const entries = isRow ? s.entries[0]!.map((x) => [x]) : s.entries;
  const rows = entries.map((row) => row.map((x) => writtenNumber(x, givenNumbers)));
  const cell: Cell = { kind: "grid", rows };
  const isWhole = isWholeInLatex(cell) && !isRounded(rows);
  return isWhole ? { kind: "formula", latex: `${written} = ${cellLatex(cell)}` } : typed(s);
}

/** `f: ℝ^d×ℝ^p→ℝ`, which says nothing of its arguments but their shapes. */
function functionOf(s: Statement & { kind: "function" }): Stated {
  const spaces = [...s.inputs, s.output].map(({ shape }) => shape && spaceTyped(shape));
  const output = spaces.pop();
  if (output === undefined || spaces.includes(undefined)) return typed(s);
  const names = s.names.map(({ name }) => nameIn.latex(name, false));
  return {
    kind: "formula",
    latex: `${names.join(", ")} \\colon ${spaces.join(" \\times ")} \\to ${output}`,
  };
}

/** `y: index 1..C`. */
const labelOf = ({ names, range }: Statement & { kind: "label" }): Stated => ({
  kind: "formula",
  latex: `${names.map(({ name }) => nameIn.latex(name, false)).join(", ")} \\in \\{1, \\dots, ${sizeOf(range)}\\}`,
});

const scalars = "\\mathbb{R}";

function spaceTyped(shape: NonNullable<Space["shape"]>): string {
  const [rows = "1", columns = "1"] = shape.map(sizeOf);
  if (rows === "1" && columns === "1") return scalars;
  return `\\mathbb{R}^{${columns === "1" ? rows : `${rows} \\times ${columns}`}}`;
}

function spaceOf(shape: Shape): string {
  if (isScalarShape(shape)) return scalars;
  return `\\mathbb{R}^{${latexShape(shape[1] === one ? showDimension(shape[0]) : showShape(shape))}}`;
}

const toldOf = (set: Properties): string[] =>
  Object.entries(property).flatMap(([name, bit]) =>
    (set & bit) === bit && told.has(name) ? [name] : [],
  );
/** What a declaration says by itself, and not by what it says besides. */
const told = new Set([
  "symmetric",
  "skew",
  "posdef",
  "diagonal",
  "orthogonal",
  "positive",
  "onehot",
]);
