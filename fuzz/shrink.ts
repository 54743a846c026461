/** @file The smallest problem near one that fails which fails in the same way. */

import { sameShape } from "../src/expr/dimension.ts";
import type { Expr } from "../src/expr/expr.ts";
import { isScalar } from "../src/expr/expr.ts";
import { children, postorder, substitution } from "../src/expr/walk.ts";
import { onesOf } from "../src/ops/arithmetic.ts";
import type { Verdict } from "./checks.ts";
import { verdictOf } from "./checks.ts";
import type { Trial } from "./trial.ts";
import { definitionsIn, variablesIn } from "./trial.ts";
import { names } from "./vocabulary.ts";

/** How long a problem is made smaller, in milliseconds. */
const patience = 15_000;

/** A smaller problem with the same failure; the problem itself where there is none. */
export function shrunk(trial: Trial, verdict: Verdict): readonly [Trial, Verdict] {
  const until = performance.now() + patience;
  let [best, found] = [trial, verdict];
  for (let isSmaller = true; isSmaller; ) {
    isSmaller = false;
    for (const smaller of candidates(best)) {
      if (!isProblem(smaller)) continue;
      if (performance.now() > until) return [best, found];
      const again = verdictOf(smaller);
      if (again.outcome !== "failed" || again.code !== found.code) continue;
      [best, found, isSmaller] = [smaller, again, true];
      break;
    }
  }
  return [best, found];
}

/** The number of symbols with those of the definitions. */
const weight = (e: Expr): number =>
  definitionsIn(e).reduce((sum, s) => sum + s.definition!.size, e.size);

function* candidates(trial: Trial): Generator<Trial> {
  const { objective } = trial;
  if (trial.isNamed) yield { ...trial, isNamed: false };
  const nodes = postorder([objective]).toReversed();
  const isFit = (e: Expr): boolean => (trial.kind === "jacobian" ? true : isScalar(e));
  for (const node of nodes.toReversed())
    if (
      node !== objective &&
      node.kind !== "sym" &&
      node.kind !== "num" &&
      isFit(node) &&
      isClosed(node)
    )
      yield { ...trial, objective: node };
  for (const name of definitionsIn(objective))
    yield { ...trial, objective: substitution([[name, name.definition!]])(objective) };
  for (const node of nodes) {
    if (children(node).length === 0) continue;
    const inside = postorder([node])
      .filter(
        (e) =>
          e !== node &&
          sameShape(e.shape, node.shape) &&
          e.free.every((i) => node.free.includes(i)),
      )
      .toSorted((a, b) => a.size - b.size);
    const leaves = names.filter(
      (s) => sameShape(s.shape, node.shape) && s.properties === freeOf(s),
    );
    for (const other of [...leaves.slice(0, 2), onesOf(node.shape), ...inside]) {
      if (node === objective && (other.kind === "sym" || other.kind === "num")) continue;
      const smaller = substitution([[node, other]])(objective);
      if (weight(smaller) < weight(objective)) yield { ...trial, objective: smaller };
    }
  }
}

/** Whether it holds what it is derived by, and each definition a name. */
const isProblem = ({ objective, wrt }: Trial): boolean =>
  definitionsIn(objective).every((s) => variablesIn(s.definition!).length > 0) &&
  wrt.split(", ").every((by) => variablesIn(objective).some((s) => by.startsWith(s.name)));

/** The properties of a name of which nothing is declared. */
const freeOf = (s: Expr): number => (isScalar(s) ? s.properties : 0);

/** Whether it speaks of no index that a sum around it binds. */
const isClosed = (e: Expr): boolean => e.free.every((index) => !index.name.startsWith("#"));
