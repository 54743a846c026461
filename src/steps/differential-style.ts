/** @file The style of differentials: the change of each part, and the derivative read off the last one. */

import { readsAs, spelled } from "../derive/options.ts";
import type { Derivative, Spelled } from "../derive/options.ts";
import { multiplied, one, scalarShape, showShape } from "../expr/dimension.ts";
import type { Shape } from "../expr/dimension.ts";
import {
  cotangentSymbol,
  differentialSymbol,
  isApply,
  isColumn,
  isScalar,
  sym,
  unit,
} from "../expr/expr.ts";
import type { Expr, Sym } from "../expr/expr.ts";
import { argsOf, contains, postorder } from "../expr/walk.ts";
import { hadamard, inner, matmul, scale, total, trace } from "../ops/arithmetic.ts";
import { entryOf } from "../ops/indexing.ts";
import { diagonalMatrix } from "../ops/structure.ts";
import { normalKey } from "../simplify/canonical.ts";
import { withinLine } from "./cotangent-style.ts";
import { componentOf } from "./components.ts";
import { endings } from "./endings.ts";
import type { Forward } from "./differentials.ts";
import type { IndexLetters, Indices } from "./letters.ts";
import { isBrief } from "./parts.ts";
import { joined, printed } from "./printed.ts";
import { equalToTranspose } from "./reasons.ts";
import { flowShown, movedIn, ruleNames } from "./rules.ts";
import { prose } from "./solution.ts";
import type { Line, Prose, Section } from "./solution.ts";
import { TermNames } from "./terms.ts";

/** d of a name. */
const d = (of: Spelled): Spelled => ({
  unicode: `d${of.unicode}`,
  ascii: `d${of.ascii}`,
  latex: `\\mathrm{d}${of.latex}`,
});

/** Lines that say something else than the one before. */
const withoutRepeats = (lines: readonly Line[], before: Spelled): Line[] =>
  lines.filter(({ right }, i) => !readsAs(right[0]!, lines[i - 1]?.right[0] ?? before));

/** What a pass by one variable may be told besides. */
interface OfPass {
  /** Whether there is one for each of several variables. */
  readonly isOneOfSeveral?: boolean;
  readonly terms?: TermNames;
  /** The letters of indices, where it is told entry by entry. */
  readonly letters?: IndexLetters | null;
}

/** The differentials of the parts, and that of the objective. */
export function differentialSection(
  { steps, moves, direction, letters: indices }: Forward,
  loss: Sym,
  {
    isOneOfSeveral = false,
    terms = new TermNames([], [], [], indices),
    letters = null,
  }: OfPass = {},
): Section {
  const variable = printed(direction.differential!);
  const indicesOf = (e: Expr): Indices => letters?.of(e) ?? [unit, unit];
  const changeOf = (name: Sym, at: Indices): Spelled =>
    printed(letters ? entryOf(differentialSymbol(name), ...at) : differentialSymbol(name));
  const shown = (e: Expr, at: Indices): Spelled =>
    letters ? printed(componentOf(e, ...at), letters.options) : terms.differential(e);
  const named = letters ? "Differentials, entry by entry" : "Differentials";
  return {
    title: isOneOfSeveral ? [`${named}, as `, variable, " changes"] : [named],
    lead: [],
    lines: steps.map(({ of, definition, local, whole, symmetric, byName }): Line => {
      const isTold = of === null || isBrief(whole);
      const sides = [local, ...(isTold ? [whole] : []), ...(byName ? [byName] : [])];
      const distinct = sides.filter(
        (side, i) => i === 0 || normalKey(side) !== normalKey(sides[i - 1]!),
      );
      const isNamed = byName !== null && distinct.at(-1) === byName && byName !== whole;
      const name: Prose = isNamed ? ["; ", joined(printed(definition), printed(loss))] : [];
      const at = indicesOf(definition);
      return {
        left: changeOf(of ?? loss, at),
        right: distinct.map((e) => shown(e, at)),
        shape: showShape(definition.shape),
        reason: prose(
          ruleNames(movedIn(definition, moves, terms.isTold)).join(", "),
          ...symmetric.flatMap((s): Prose => [" (", equalToTranspose(s), ")"]),
          ...name,
        ),
        part: of ? printed(of).ascii : null,
      };
    }),
  };
}

/** The gradient read off: under the trace each term is ⟨G, dX⟩. */
export function gradientReadOff(
  { steps, gradients, direction, start, open, within, letters }: Forward,
  letter: string,
  found: readonly Derivative[],
): Section {
  const variable = direction.differential!;
  const loss = printed(sym(letter, scalarShape));
  const hasEqual = new Set(gradients.map(normalKey)).size < gradients.length;
  const whole = total(gradients);
  const sum = hasEqual ? flowShown(whole) : whole;
  const apart = gradients.map((g) => inner(g, direction));
  const together = inner(sum, direction);
  const text = (e: Expr): Spelled => printed(e, { letters });
  const line = (of: Expr, ...reason: Prose): Line => ({
    left: d(loss),
    right: [text(of)],
    shape: "1×1",
    reason,
    part: null,
  });
  const turned = prose(
    "as an inner product with ",
    printed(direction),
    ...identitiesFor(open ?? steps.at(-1)!.whole, direction),
  );
  const reached: Line[] = [
    {
      left: printed(cotangentSymbol(letter, variable)),
      right: [text(sum)],
      shape: showShape(direction.shape),
      reason: ["what stands beside the differential"],
      part: printed(variable).ascii,
    },
    ...(within === null ? [] : [withinLine(variable, letter, text(within))]),
  ];
  return {
    title: ["Reading off the gradient"],
    lead: [],
    lines: [
      ...(start ? [line(start, "what flows in, beside what it flows to")] : []),
      ...(open ? [line(open, "multiplied out")] : []),
      ...withoutRepeats(
        [
          ...(isScalar(direction) ? [] : [line(total(apart), ...turned)]),
          ...(apart.length > 1 || isScalar(direction)
            ? [line(together, "one factor before the differential")]
            : []),
        ],
        text(open ?? steps.at(-1)!.whole),
      ),
      ...reached.slice(0, -1),
      ...endings(reached.at(-1)!, found, variable, letter),
    ],
  };
}

/** The Jacobian read off: dy = J dx, of matrices as stacked columns. */
export function jacobianReadOff(
  { steps, direction, letters }: Forward,
  { expr, forms }: Derivative,
  loss: Spelled,
  what = "Jacobian",
): Section {
  const { definition } = steps.at(-1)!;
  const areColumns = isColumn(definition) && isColumn(direction);
  const left = areColumns ? d(loss) : wrapped(d(loss));
  const right = isScalar(direction) ? scale(direction, expr) : null;
  const dx = printed(direction);
  const by = areColumns ? dx : wrapped(dx);
  const turnsEntrywise =
    areColumns && postorder([expr], argsOf).some((e) => isApply(e, diagonalMatrix));
  const shown = right ? printed(right, { letters }) : besides(printed(expr, { letters }), by);
  return {
    title: [`Reading off the ${what}`],
    lead: [],
    lines: [
      {
        left,
        right: [shown],
        shape:
          areColumns || right
            ? showShape(definition.shape)
            : showShape(stackedShape(definition.shape)),
        reason: prose(
          ...(turnsEntrywise ? [diagonalOf, ", "] : []),
          ...(areColumns || right
            ? [`what stands ${right ? "beside" : "before"} `]
            : [stackedProduct, ", what stands before vec "]),
          dx,
          ` is the ${what}`,
        ),
        part: null,
      },
      ...entryLines(forms, loss, ["entry by entry"]),
    ],
  };
}

/** The Jacobian read off entry by entry, and its entries together. */
export function entriesReadOff(
  { steps, direction }: Forward,
  { expr, forms }: Derivative,
  loss: Sym,
  what = "Jacobian",
): Section {
  const variable = direction.differential!;
  const dx = printed(direction);
  const { definition } = steps.at(-1)!;
  const together: Line = {
    left: printed(cotangentSymbol(loss.name, variable)),
    right: [printed(expr)],
    shape: showShape(expr.shape),
    reason: ["the entries together"],
    part: null,
  };
  const areColumns = isColumn(definition) && isColumn(direction);
  return {
    title: [`Reading off the ${what}`],
    lead: [],
    lines: [
      ...entryLines(forms, printed(loss), ["what stands before an entry of ", dx]),
      ...(areColumns || isScalar(direction) ? [together] : []),
    ],
  };
}

/** The entries of a derivative, and their cases. */
const entryLines = (forms: Derivative["forms"], loss: Spelled, reason: Prose): Line[] =>
  forms
    .filter(({ name }) => name === "index" || name === "cases")
    .map((form) => ({
      left: form.of ?? loss,
      right: [spelled(form)],
      shape: null,
      reason: form.name === "index" ? reason : ["by cases"],
      part: null,
    }));

/** a ⊙ b = diag(a)b */
const diagonalOf: Spelled = {
  unicode: "a ⊙ b = diag(a)b",
  ascii: "a .* b = diag(a)*b",
  latex: "\\mathbf{a} \\odot \\mathbf{b} = \\mathrm{diag}(\\mathbf{a}) \\mathbf{b}",
};

/** By what a differential becomes inner products with that of the variable. */
function identitiesFor(change: Expr, direction: Sym): Prose {
  const moved = postorder([change], argsOf).filter((e) => contains(e, direction));
  const has = (op: typeof trace): boolean => moved.some((e) => isApply(e, op));
  const isProduct = moved.some((e) => isApply(e, matmul) && isScalar(e));
  const used = isColumn(direction)
    ? has(hadamard)
      ? [entriesMoved]
      : []
    : [
        ...(isProduct ? [scalarAsTrace] : []),
        ...(has(trace) || isProduct ? [tracesTurned] : []),
        ...(has(hadamard) ? [entriesMovedInTraces] : []),
      ];
  return used.flatMap((identity, k): Prose => [k === 0 ? ": " : ", ", identity]);
}

/** aᵀ(b ⊙ c) = (a ⊙ b)ᵀc */
const entriesMoved: Spelled = {
  unicode: "aᵀ(b ⊙ c) = (a ⊙ b)ᵀc",
  ascii: "a^T*(b .* c) = (a .* b)^T*c",
  latex:
    "\\mathbf{a}^\\top (\\mathbf{b} \\odot \\mathbf{c}) = (\\mathbf{a} \\odot \\mathbf{b})^\\top \\mathbf{c}",
};

/** tr(Aᵀ(B ⊙ C)) = tr((A ⊙ B)ᵀC) */
const entriesMovedInTraces: Spelled = {
  unicode: "tr(Aᵀ(B ⊙ C)) = tr((A ⊙ B)ᵀC)",
  ascii: "tr(A^T*(B .* C)) = tr((A .* B)^T*C)",
  latex:
    "\\mathrm{tr}(\\mathbf{A}^\\top (\\mathbf{B} \\odot \\mathbf{C})) = \\mathrm{tr}((\\mathbf{A} \\odot \\mathbf{B})^\\top \\mathbf{C})",
};

/** aᵀb = tr(baᵀ) */
const scalarAsTrace: Spelled = {
  unicode: "aᵀb = tr(baᵀ)",
  ascii: "a^T*b = tr(b*a^T)",
  latex: "\\mathbf{a}^\\top \\mathbf{b} = \\mathrm{tr}(\\mathbf{b} \\mathbf{a}^\\top)",
};

/** tr(AB) = tr(BA), tr(Aᵀ) = tr(A) */
const tracesTurned: Spelled = {
  unicode: "tr(AB) = tr(BA), tr(Aᵀ) = tr(A)",
  ascii: "tr(A*B) = tr(B*A), tr(A^T) = tr(A)",
  latex:
    "\\mathrm{tr}(\\mathbf{A}\\mathbf{B}) = \\mathrm{tr}(\\mathbf{B}\\mathbf{A}),\\ \\mathrm{tr}(\\mathbf{A}^\\top) = \\mathrm{tr}(\\mathbf{A})",
};

/** vec(AXB) = (Bᵀ ⊗ A) vec(X) */
const stackedProduct: Spelled = {
  unicode: "vec(AXB) = (Bᵀ ⊗ A) vec(X)",
  ascii: "vec(A*X*B) = kron(B^T, A)*vec(X)",
  latex:
    "\\mathrm{vec}(\\mathbf{A}\\mathbf{X}\\mathbf{B}) = (\\mathbf{B}^\\top \\otimes \\mathbf{A})\\,\\mathrm{vec}(\\mathbf{X})",
};

const stackedShape = ([rows, columns]: Shape): Shape => [multiplied(rows, columns), one];

const wrapped = (e: Spelled): Spelled => ({
  unicode: `vec(${e.unicode})`,
  ascii: `vec(${e.ascii})`,
  latex: `\\operatorname{vec}(${e.latex})`,
});

/** J dx, with brackets around a sum. */
function besides(j: Spelled, dx: Spelled): Spelled {
  return {
    unicode: `(${j.unicode}) ${dx.unicode}`,
    ascii: `(${j.ascii})*${dx.ascii}`,
    latex: `\\left(${j.latex}\\right) ${dx.latex}`,
  };
}
