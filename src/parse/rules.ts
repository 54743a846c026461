/** @file Rules that a problem gives without proof: `given: Z = XY ⇒ ∂L/∂X = (∂L/∂Z)Yᵀ, ∂L/∂Y = Xᵀ∂L/∂Z`. */

import { errors } from "../diagnostics/errors.ts";
import type { Source, Span } from "../diagnostics/source.ts";
import type { Expr, Sym } from "../expr/expr.ts";
import { postorder } from "../expr/walk.ts";

/** A rule of differentiation: what flows to the names that a value is made of. */
export interface GivenRule {
  /** The value: a name, or what is written out, such as K⁻¹. */
  readonly of: Expr;
  /** What it is made of: one operation on names. */
  readonly pattern: Expr;
  /** What flows to a name, in the cotangent of the value. */
  readonly flows: readonly (readonly [to: Sym, flow: Expr])[];
  readonly span: Span;
}

/** A rule with names of its own, as text. */
export interface RuleText {
  readonly head: Source;
  /** Both sides of each equation. */
  readonly equations: readonly (readonly [left: Source, right: Source])[];
  readonly span: Span;
}

const arrow = /⇒|=>|\\(?:Rightarrow|implies)(?![A-Za-z])/u;

/** Takes the rules that have names of their own out of some texts; all else stays where it stood. */
export function rulesApart(sources: readonly Source[]): {
  readonly sources: readonly Source[];
  readonly rules: readonly RuleText[];
} {
  const rules: RuleText[] = [];
  const left = sources.map((source) => {
    let { text } = source;
    for (const match of source.text.matchAll(/(?:^|[;\n])([^\S\n]*given[^\S\n]*:[^;\n]*)/gu)) {
      const statement = match[1]!;
      if (!arrow.test(statement)) continue;
      const start = match.index + match[0].length - statement.length;
      rules.push(ruleText(source, start, start + statement.length));
      text = text.slice(0, start) + blank(statement) + text.slice(start + statement.length);
    }
    return text === source.text ? source : { ...source, text };
  });
  return { sources: left, rules };
}

const blank = (text: string): string => " ".repeat(text.length);

function ruleText(source: Source, start: number, end: number): RuleText {
  const statement = source.text.slice(start, end);
  const colon = statement.indexOf(":") + 1;
  const found = arrow.exec(statement)!;
  // Each text keeps its place, with blanks before it.
  const at = (from: number, to: number): Source => ({
    ...source,
    text: blank(source.text.slice(0, start + from)) + statement.slice(from, to),
  });
  const equations: (readonly [Source, Source])[] = [];
  let from = found.index + found[0].length;
  for (const part of statement.slice(from).split(",")) {
    const sign = part.indexOf("=");
    const span = { source, start: start + from, end: start + from + part.length };
    if (sign < 0) throw errors.ruleWithoutEquation(span);
    equations.push([at(from, from + sign), at(from + sign + 1, from + part.length)]);
    from += part.length + 1;
  }
  return { head: at(colon, found.index), equations, span: { source, start, end } };
}

/** The rule that an equation between cotangents is: ∂L/∂K = −K⁻ᵀ(∂L/∂K⁻¹)K⁻ᵀ is one of K⁻¹. */
export function ruleOfSides(
  sides: readonly (readonly [left: Expr, right: Expr])[],
  span: Span,
): GivenRule {
  const flows = sides.map(([left, right]) => {
    const to = left.kind === "sym" ? left.cotangent?.by : undefined;
    if (to?.kind !== "sym") throw errors.ruleOfNothing(span);
    return [to, right] as const;
  });
  const values = new Set(
    flows.flatMap(([, flow]) =>
      postorder([flow]).flatMap((e) => (e.kind === "sym" && e.cotangent ? [e.cotangent.by] : [])),
    ),
  );
  const [of, ...others] = values;
  if (!of || others.length > 0) throw errors.ruleOfNothing(span);
  const pattern = of.kind === "sym" ? of.definition : of;
  if (
    pattern?.kind !== "apply" ||
    pattern.args.some((arg) => arg.kind !== "sym" && arg.kind !== "num")
  )
    throw errors.ruleOfNothing(span);
  return { of, pattern, flows, span };
}
