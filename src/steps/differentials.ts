/** @file The forward pass of differentials: the change of each part for changes of what it is made of. */

import { differential } from "../diff/differential.ts";
import { gradientBy, sweep } from "../diff/sweep.ts";
import { within } from "../derive/gradient.ts";
import { prepare } from "../derive/prepare.ts";
import { differentialSymbol, isApply, isScalar, sym } from "../expr/expr.ts";
import type { Expr, Sym } from "../expr/expr.ts";
import { structureOf, property } from "../expr/properties.ts";
import { argsOf, dependents, postorder, substitution } from "../expr/walk.ts";
import { add, inner, zeroOf } from "../ops/arithmetic.ts";
import { openedOnce } from "../simplify/multiply.ts";
import { mostTerms } from "../simplify/term.ts";
import type { LaidOut } from "./parts.ts";

/** The differential of a part, or of the objective. */
export interface DifferentialStep {
  /** The name; null of the objective. */
  readonly of: Sym | null;
  /** What changes. */
  readonly definition: Expr;
  /** In the differentials of what it is made of. */
  readonly local: Expr;
  /** In that of the variable alone. */
  readonly whole: Expr;
}

/** A forward pass by one variable. */
export interface Forward {
  readonly steps: readonly DifferentialStep[];
  /** Whether an expression of the definitions changes with the variable. */
  readonly moves: (e: Expr) => boolean;
  /** dX of the variable. */
  readonly direction: Sym;
  /** ⟨∂L/∂y, dy⟩ of an objective y that ∂L/∂y is given of. */
  readonly start: Expr | null;
  /** The terms of the differential of the loss as ⟨G, dX⟩, each by its G; none of a map. */
  readonly gradients: readonly Expr[];
  /** The differential of a scalar objective term by term, where it was in brackets. */
  readonly open: Expr | null;
  /** Of a variable that varies within a set: the part of their sum in it. */
  readonly within: Expr | null;
}

/** The differentials of all parts that a variable moves, up to the objective, to which `seed` flows. */
export function forward(
  { problem, parts }: LaidOut,
  variable: Sym,
  seed: Sym | null = null,
): Forward {
  const { objective, free, copies, tidy, shown } = prepare(problem, [variable], {
    isMap: true,
  });
  const copy = copies.get(variable)!;
  const structure = isScalar(copy) ? null : structureOf(copy.properties);
  const direction = differentialSymbol(variable, structure ? property[structure] : 0);
  const names = parts.flatMap(({ expr }) => (expr.kind === "sym" ? [expr] : []));
  const own = new Map<Expr, Sym>([[copy, direction]]);
  for (const name of names) own.set(free(name), differentialSymbol(name));
  // Beside the part that changes the others stand still.
  const still = new Map<Expr, Sym>(
    [...own.keys()].map((name) => [
      name,
      name === copy ? copy : sym((name as Sym).name, name.shape, name.properties),
    ]),
  );
  const stopped = substitution(still);
  const going = substitution([...still].map(([name, leaf]) => [leaf, name] as const));
  const wholes = new Map<Expr, Expr>();
  const changeOf = (definition: Expr): { local: Expr; whole: Expr } => {
    const fixed = stopped(definition);
    const used = new Set(postorder([fixed], argsOf));
    const changes = [...own].flatMap(([name, d]) => {
      const leaf = still.get(name)!;
      return used.has(leaf) ? [differential(fixed, leaf, d, tidy)] : [];
    });
    const sum = changes.length > 1 ? add(...changes) : (changes[0] ?? zeroOf(definition.shape));
    const local = tidy.simplify(going(sum));
    return { local, whole: tidy.simplify(substitution(wholes)(local)) };
  };
  const steps: DifferentialStep[] = [];
  for (const name of names) {
    const freed = free(name);
    if (freed.kind !== "sym" || !freed.definition) continue;
    const { local, whole } = changeOf(tidy.simplify(freed.definition));
    wholes.set(own.get(freed)!, whole);
    steps.push({
      of: name,
      definition: name.definition!,
      local: shown(local),
      whole: shown(whole),
    });
  }
  const { local, whole } = changeOf(objective);
  steps.push({ of: null, definition: problem.objective, local: shown(local), whole: shown(whole) });
  const ofLoss = seed ? tidy.simplify(inner(seed, whole)) : whole;
  const terms = isScalar(ofLoss) ? termsIn(ofLoss, (e) => tidy.simplify(e)) : [];
  const isOpened = terms.length > (isApply(ofLoss, add) ? ofLoss.args.length : 1);
  const found = terms.map((term) => gradientBy(sweep(term, [direction], tidy), direction));
  const sum = found.length > 1 ? add(...found) : (found[0] ?? zeroOf(copy.shape));
  const inSet = structure === null ? null : shown(tidy.simplify(within(copy, tidy.simplify(sum))));
  const apart = terms.map(shown);
  const moving = new Set<Expr>([variable, ...names]);
  const moves = (e: Expr): boolean => dependents(postorder([e], argsOf), moving, argsOf).has(e);
  return {
    steps,
    direction,
    start: seed && inner(seed, differentialSymbol(seed.cotangent!.by as Sym)),
    moves,
    gradients: found.map(shown),
    open: isOpened ? add(...apart) : null,
    within: inSet,
  };
}

/** The terms of a differential with its brackets multiplied out, as far as they are few. */
function termsIn(whole: Expr, simplify: (e: Expr) => Expr): Expr[] {
  const open = [whole];
  const terms: Expr[] = [];
  for (let next = open.shift(); next; next = open.shift()) {
    const parts = openedOnce(next);
    if (parts === null || open.length + terms.length > mostTerms) terms.push(next);
    else open.unshift(...parts.map(simplify));
  }
  return terms;
}
