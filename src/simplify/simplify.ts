/** @file Rewrites an expression to its normal form: rules, products and sums, from the leaves up. */

import { apply, indexSymbol, isApply } from "../expr/expr.ts";
import { opened, withIndex } from "../expr/binding.ts";
import type { Apply, Expr, IndexSum, Sym } from "../expr/expr.ts";
import type { OpFields } from "../expr/op.ts";
import { has, property } from "../expr/properties.ts";
import { argsOf, postorder, withArgs } from "../expr/walk.ts";
import { add, hadamard, matmul, scale, trace, transpose } from "../ops/arithmetic.ts";
import { blockInner, blockSum, mat, vec } from "../ops/kronecker.ts";
import { definitePower } from "../ops/matrix.ts";
import { diagonalMatrix, diagonalVector } from "../ops/structure.ts";
import { normalKey, signedKey } from "./canonical.ts";
import { simplifyHadamard } from "./hadamard.ts";
import { simplifyIndexSum } from "./indexed.ts";
import { lighter, simplifyMatmul } from "./matmul.ts";
import { rulesFor } from "./rules/index.ts";
import { simplifyScale } from "./scale.ts";
import { simplifySum } from "./sum.ts";

/** Operations that are linear in their first argument. */
const linear: ReadonlySet<OpFields> = new Set<OpFields>([
  transpose,
  trace,
  diagonalVector,
  diagonalMatrix,
  blockInner,
  blockSum,
  vec,
  mat,
]);

/**
 * Simplifies with memory: equal parts are worked on once. Brackets that the problem wrote (`keep`)
 * stay closed; sums that the calculus made are multiplied out, so that every path has its term.
 */
export class Simplifier {
  private readonly memory = new Map<Expr, Expr>();
  private readonly kept = new Set<Expr>();
  private readonly closedSums = new Set<Expr>();

  /** Simplifies a part of the problem and keeps its brackets. */
  keep(e: Expr): Expr {
    const known = this.whole.get(e);
    if (known) return known;
    const forward = new Simplifier();
    forward.closed = true;
    forward.orientations = this.orientations;
    const result = forward.simplify(e);
    this.keepSums(result);
    for (const [from, to] of forward.memory) this.memory.set(from, to);
    this.whole.set(e, result).set(result, result);
    return result;
  }

  /** Sums within a Σ are kept for its terms as well. */
  private keepSums(e: Expr): void {
    for (const node of postorder([e], argsOf))
      if (isApply(node, add)) this.kept.add(indexForm(node));
      else if (node.kind === "indexSum") this.keepSums(opened(node).body);
  }

  /** What was kept as a whole is as simple as it gets. */
  private readonly whole = new Map<Expr, Expr>();
  private closed = false;
  private orientations = new Map<Expr, Expr>();

  /** Keeps a sum that a rule gave as one bracket in products. */
  close(sum: Expr): void {
    this.closedSums.add(this.simplify(sum));
  }

  /** Whether a sum is one that the problem wrote, of these indices or of others. */
  keeps(sum: Expr): boolean {
    return this.kept.has(indexForm(sum));
  }

  private readonly opens = (sum: Expr): boolean =>
    !this.closed && !this.keeps(sum) && !this.closedSums.has(sum);

  /** Inner products in the orientation that the problem wrote: wᵀr is not turned to rᵀw. */
  private readonly oriented = (inner: Expr): Expr => {
    const key = normalKey(inner);
    let found = this.orientations.get(key);
    if (!found) this.orientations.set(key, (found = this.closed ? inner : this.lightest(inner)));
    return found;
  };

  /** What is remembered must stay as it is: the factors that were turned are simplified. */
  private lightest(inner: Expr): Expr {
    const turned = lighter(inner);
    if (turned === inner || turned.kind !== "apply") return inner;
    return apply(
      turned.op,
      turned.args.map((arg) => this.simplify(arg)),
    );
  }

  /** The normal form of an expression; definitions stay names. */
  simplify(e: Expr): Expr {
    const known = this.memory.get(e);
    if (known) return known;
    for (const node of postorder([e], (n) => (this.memory.has(n) ? [] : argsOf(n))))
      this.node(node, 0);
    return this.memory.get(e)!;
  }

  private node(e: Expr, depth: number): Expr {
    const known = this.memory.get(e);
    if (known) return known;
    const result = isComposed(e) ? this.composed(e, depth) : e;
    this.memory.set(e, result);
    this.memory.set(result, result);
    return result;
  }

  private composed(e: Apply | IndexSum, depth: number): Expr {
    if (depth > 200) throw new Error("internal: a simplification that does not end");
    const rebuilt = withArgs(
      e,
      argsOf(e).map((arg) => this.argument(e, arg)),
    );
    if (rebuilt !== e) {
      const known = this.memory.get(rebuilt);
      if (known) return known;
    }
    const next = isComposed(rebuilt) ? this.step(rebuilt) : null;
    if (next === null || next === rebuilt) return rebuilt;
    return isComposed(next) ? this.again(next, depth + 1) : next;
  }

  /** A power needs what is semidefinite by its form: (A + B)ᵀ(A + B) stays closed there. */
  private argument(of: Apply | IndexSum, arg: Expr): Expr {
    const simple = this.simplify(arg);
    const { psd } = property;
    const isLost =
      isApply(of, definitePower) && has(arg.properties, psd) && !has(simple.properties, psd);
    if (!isLost) return simple;
    const shut = new Simplifier();
    shut.closed = true;
    const other = shut.simplify(arg);
    return has(other.properties, psd) ? other : arg;
  }

  /** Simplifies what a rule gave: its parts first. */
  private again(e: Apply | IndexSum, depth: number): Expr {
    for (const node of postorder([e], (n) => (this.memory.has(n) ? [] : argsOf(n))))
      this.node(node, depth);
    return this.memory.get(e)!;
  }

  /** One rewriting at the head, or null. */
  private step(e: Apply | IndexSum): Expr | null {
    if (e.kind === "indexSum")
      return simplifyIndexSum(e, { opens: this.opens, simplify: (part) => this.simplify(part) });
    if (e.op === add) return simplifySum(e.args, signedKey);
    if (e.op === scale) return simplifyScale(e.args, this.opens);
    if (e.op === matmul) return simplifyMatmul(e.args, this.opens, this.oriented, afresh);
    if (e.op === hadamard) return simplifyHadamard(e.args, this.opens);
    for (const rule of rulesFor.get(e.op) ?? []) {
      const found = rule.rewrite(e, ...e.args);
      if (found && found !== e) return found;
    }
    return linear.has(e.op) ? this.opened(e) : null;
  }

  /** (A + B)ᵀ, tr(A + B) … are opened where the sum is not one that the problem wrote. */
  private opened(e: Apply): Expr | null {
    const [sum, ...rest] = e.args;
    if (!isApply(sum!, add) || !this.opens(sum)) return null;
    return add(...sum.args.map((term) => apply(e.op, [term, ...rest])));
  }
}

const indexForms = new WeakMap<Expr, Expr>();

/** One expression for all that differ by the names of their free indices: xᵢ − xⱼ and xₖ − xᵢ. */
function indexForm(e: Expr): Expr {
  let found = indexForms.get(e);
  if (!found) indexForms.set(e, (found = renumbered(e)));
  return found;
}

/** The free indices named by the order in which they stand. */
function renumbered(e: Expr): Expr {
  const indices = postorder([e], (n) => (n.free.length > 0 ? argsOf(n) : [])).filter(
    (n): n is Sym => n.kind === "sym" && e.free.includes(n),
  );
  return indices.reduce(
    (of: Expr, index, i) => withIndex(of, index, indexSymbol(`?${i}`, index.range!)),
    e,
  );
}

const isComposed = (e: Expr): e is Apply | IndexSum =>
  e.kind === "indexSum" || (e.kind === "apply" && e.args.length > 0);

/** The normal form of an expression of which no bracket is kept. */
const afresh = (e: Expr): Expr => new Simplifier().simplify(e);

/** The normal form of one expression. */
export const simplify = (e: Expr): Expr => new Simplifier().keep(e);
