/** @file How a step changes variables: formulas of the language, of a variable, its gradient, and what is kept of both. */

import { errors } from "../diagnostics/errors.ts";
import type { Expr, Sym } from "../expr/expr.ts";
import { half, isScalar, sym } from "../expr/expr.ts";
import { scalarShape } from "../expr/dimension.ts";
import { postorder, substitution } from "../expr/walk.ts";
import { add, onesOf } from "../ops/arithmetic.ts";
import { power } from "../ops/elementwise.ts";
import { squaredNorm } from "../ops/reduce.ts";
import { parseProblem } from "../parse/index.ts";

/** A rule by which variables change. */
export interface UpdateRule {
  /**
   * Statements, each `NAME_{new} = …`, the last of them `W_{new}`: of the variable W, its gradient G, ones J of
   * its shape, of states of its shape, and of scalars.
   */
  readonly formulas: string;
  /** What stands for G in the formulas, of G, W, J, constants, and r, the norm of all gradients together; without it G. */
  readonly gradient?: string;
  /** What is kept for each variable, by its name in the formulas, and what its entries are at first. */
  readonly states: Readonly<Record<string, number>>;
  /** Scalars that change with every step, and what they are at first. */
  readonly scalars: Readonly<Record<string, number>>;
  /** Scalars that stay what they are set to. */
  readonly constants: Readonly<Record<string, number>>;
}

/** A symbol that holds numbers between steps, or is set once, and what it is at first. */
export interface Kept {
  readonly symbol: Sym;
  readonly first: number;
}

/** The updates of variables as expressions. */
export interface Updates {
  readonly updates: ReadonlyMap<Sym, Expr>;
  readonly kept: readonly Kept[];
}

/** The norm of all gradients together in the formulas of a rule. */
const norm = "r";

/** What a scalar of a rule is called where the problem has names of its own. */
export const nameIn = (taken: { readonly has: (name: string) => boolean }, name: string): string =>
  taken.has(name) ? `${name} of the update` : name;

const normOf = (gradients: readonly Expr[]): Expr =>
  power(add(...gradients.map((g) => squaredNorm(g))), half);

/** Names that stand for matrices in every rule. */
const fixed = ["W", "G", "J"] as const;

/** The names of a rule, what changes defined by its formulas. */
export function symbolsOf(rule: UpdateRule): ReadonlyMap<string, Sym> {
  const { formulas, gradient = "G", states, scalars, constants } = rule;
  const own = { ...states, ...scalars, ...constants };
  if ([...fixed, norm].some((name) => Object.hasOwn(own, name)))
    throw errors.badOption("update", `names other than ${[...fixed, norm].join(", ")}`);
  const matrices = [...fixed, ...Object.keys(states)].join(", ");
  const numbers = [norm, ...Object.keys(scalars), ...Object.keys(constants)].join(", ");
  const text = `${matrices}: n×m; ${numbers}: scalar; G_{new} = ${gradient}; ${formulas}`;
  return parseProblem([{ role: 0, text }], "any").symbols;
}

/** Puts variables and their gradients into a rule; a scalar of it that is `taken` by the problem gets another name. */
export function updatesOf(
  rule: UpdateRule,
  gradients: ReadonlyMap<Sym, Expr>,
  taken: { readonly has: (name: string) => boolean },
): Updates {
  const { states, scalars, constants } = rule;
  const symbols = symbolsOf(rule);
  const matrices = new Set([...fixed, ...Object.keys(states)]);
  const named = (name: string): Sym => {
    const symbol = symbols.get(name);
    if (!symbol) throw errors.badOption("update", `formulas with ${name}`);
    return symbol;
  };
  // What a name is defined by stands in its place.
  const opened = substitution([], (_name, definition) => definition);
  const after = (name: string): Expr => {
    const e = opened(named(`${name}_{new}`));
    for (const part of postorder([e]))
      if (
        part.kind === "sym" &&
        part.role === "value" &&
        !isScalar(part) &&
        !matrices.has(part.name)
      )
        throw errors.badOption(
          "update",
          `formulas of ${[...matrices].join(", ")}, and not of ${part.name}`,
        );
    return e;
  };

  const updates = new Map<Sym, Expr>();
  const kept: Kept[] = [];
  const common = new Map<Expr, Expr>();
  for (const [name, first] of Object.entries({ ...scalars, ...constants })) {
    const symbol = sym(nameIn(taken, name), scalarShape);
    common.set(named(name), symbol);
    kept.push({ symbol, first });
  }
  common.set(named(norm), normOf([...gradients.values()]));
  for (const name of Object.keys(scalars))
    updates.set(common.get(named(name)) as Sym, substitution(common)(after(name)));
  for (const [variable, gradient] of gradients) {
    const parts = new Map(common);
    parts.set(named("W"), variable);
    parts.set(named("J"), onesOf(variable.shape));
    parts.set(named("G"), gradient);
    parts.set(named("G"), substitution(parts)(after("G")));
    const kinds = new Map<string, Sym>();
    for (const [name, first] of Object.entries(states)) {
      const symbol = sym(`${name} of ${variable.name}`, variable.shape, 0, null, variable.member);
      kinds.set(name, symbol);
      parts.set(named(name), symbol);
      kept.push({ symbol, first });
    }
    const put = substitution(parts);
    for (const [name, symbol] of kinds) updates.set(symbol, put(after(name)));
    updates.set(variable, put(after("W")));
  }
  return { updates, kept };
}

/** W − ηG. */
export const gradientDescent = (rate: number): UpdateRule => ({
  formulas: "W_{new} = W − ηG",
  states: {},
  scalars: {},
  constants: { η: rate },
});

/** Adam (Kingma & Ba 2015), with p = β₁ᵗ and q = β₂ᵗ. */
export const adam = (rate = 0.001, first = 0.9, second = 0.999, least = 1e-8): UpdateRule => ({
  formulas: `
    p_{new} = β_1 p; q_{new} = β_2 q
    M_{new} = β_1 M + (1 − β_1) G
    V_{new} = β_2 V + (1 − β_2) G ⊙ G
    W_{new} = W − η/(1 − p_{new}) M_{new} ⊘ (V_{new}.^(1/2)/√(1 − q_{new}) + ε J)`,
  states: { M: 0, V: 0 },
  scalars: { p: 1, q: 1 },
  constants: { η: rate, β_1: first, β_2: second, ε: least },
});
