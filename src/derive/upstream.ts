/** @file Gradients in terms of a cotangent that is given: ∂L/∂z stands for what flows to z. */

import { errors } from "../diagnostics/errors.ts";
import { suggest } from "../diagnostics/suggest.ts";
import { cotangentSymbol, isScalar, sym } from "../expr/expr.ts";
import type { Expr, Sym } from "../expr/expr.ts";
import { contains, substitution } from "../expr/walk.ts";
import type { SweepOptions } from "../diff/sweep.ts";
import { add, inner } from "../ops/arithmetic.ts";
import { splitName } from "../parse/names.ts";
import { objectiveSymbol } from "../parse/problem.ts";
import type { Problem } from "../parse/problem.ts";
import { folder, throughDefinitions } from "../simplify/fold.ts";
import type { Checked } from "./check.ts";
import { prepare } from "./prepare.ts";
import type { Prepared } from "./prepare.ts";

/** A sweep that begins with, or takes in, a given cotangent. */
interface Upstream {
  /** Where the sweep begins. */
  readonly root: Expr;
  readonly options: SweepOptions;
  /** The symbol of the cotangent. */
  readonly cotangent: Sym;
  /** What is said where nothing flows from there to a variable. */
  readonly told: (copy: Sym) => readonly string[];
  /** A scalar with the same derivative by what `moved` gives for the variables, for the check. */
  readonly objective: Expr;
}

/** What is moved in the check in the place of a variable, which itself stands still. */
export const moved = (variable: Sym): Sym =>
  sym(`\u0000${variable.name}`, variable.shape, variable.properties, null, variable.member);

/** The sweep for a given cotangent of the name `text`. */
export function upstreamOf(
  { problem, input, objective, free, copies }: Prepared,
  text: string,
): Upstream {
  const node = problem.symbols.get(text);
  if (!node) {
    const { base } = splitName(text);
    const near = problem.symbols.has(base) ? base : suggest(text, problem.symbols.keys());
    throw errors.unknownUpstream(text, near);
  }
  const cotangent = cotangentSymbol(cotangentLetter(problem, node), node);
  const varied = free(node);
  const told = (copy: Sym): string[] =>
    contains(varied, copy)
      ? []
      : [`${text} is not made of ${copy.name}: what flows to it is not in this gradient`];
  const moving = substitution([...copies.values()].map((copy) => [copy, moved(copy)] as const));
  const isObjective = node.name === problem.objectiveName || node === problem.objective;
  const isInside = isScalar(objective) && contains(objective, varied);
  if (!isInside && !isObjective && isScalar(objective)) throw errors.idleUpstream(text);
  if (!isInside) {
    const root = node.name === problem.objectiveName ? objective : varied;
    return {
      root,
      options: { seed: cotangent },
      cotangent,
      told,
      objective: moving(inner(cotangent, root === objective ? input : root)),
    };
  }
  // Beside the paths through the node there may be others: on them it is held fixed.
  const still = sym("\u0000still", varied.shape);
  const defined = (varied as Sym).definition === null ? [] : [varied as Sym];
  const named = throughDefinitions(input, folder(defined, asItIs), new Set([varied])).expr;
  const typed = contains(named, varied) ? named : objective;
  const others = substitution([[still, varied]])(moving(substitution([[varied, still]])(typed)));
  return {
    root: objective,
    options: { given: new Map([[varied, () => cotangent]]) },
    cotangent,
    told,
    objective: add(inner(cotangent, moving(varied)), others),
  };
}

const asItIs = (e: Expr): Expr => e;

/** Names that a problem gives to cotangents, as g = ∂L/∂p: they stand for what flows there. */
export class NamedCotangents {
  /** For the sweep: the name in the place of the flow. */
  readonly given = new Map<Expr, (flow: Expr) => Expr>();
  private readonly meanings: (readonly [Sym, Sym])[] = [];
  /** What they stand for, each a gradient by its name. */
  private readonly gradients: (readonly [of: Sym, gradient: Expr])[] = [];

  constructor({ problem, free, copies, shown }: Prepared) {
    for (const name of problem.symbols.values()) {
      const { definition } = name;
      const of = definition?.kind === "sym" ? definition.cotangent : null;
      if (
        of?.by.kind !== "sym" ||
        of.of !== (objectiveSymbol(problem)?.name ?? "L") ||
        copies.has(of.by)
      )
        continue;
      const { by } = of;
      this.given.set(free(by), (flow) => {
        const meaning = this.explained(shown(flow));
        this.meanings.push([name, sym(name.name, by.shape, 0, meaning)]);
        this.gradients.push([by, meaning]);
        return name;
      });
    }
  }

  /** What is claimed of the names: a gradient may be right with a wrong one, beside a Jacobian without full rank. */
  checks(problem: Problem): Checked[] {
    return this.gradients.map(([by, gradient]) => {
      const { input, copies } = prepare(problem, [by], { isFree: true });
      return {
        objective: input,
        original: problem.objective,
        claims: [{ variable: copies.get(by)!, at: by, gradient }],
      };
    });
  }

  /** A result in which each name is defined by what it stands for. */
  explained(e: Expr): Expr {
    return this.meanings.length === 0 ? e : substitution(this.meanings)(e);
  }
}

/** L of ∂L/∂z: the name of the objective, or that of the function that it is a value of. */
export function cotangentLetter({ objective, objectiveName }: Problem, node: Sym): string {
  const isOutput = objectiveName === node.name || !isScalar(objective);
  if (isOutput) return "L";
  if (objectiveName !== null) return objectiveName;
  const notation = objective.kind === "apply" ? objective.op.notation : null;
  return notation?.kind === "function" ? notation.name : "L";
}
