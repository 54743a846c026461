/** @file A result in its three spellings, each read back before it is shown, and what it speaks of. */

import { errors, NablaError } from "../diagnostics/errors.ts";
import type { Expr, Sym } from "../expr/expr.ts";
import { parseIn } from "../parse/index.ts";
import type { Problem } from "../parse/problem.ts";
import type { AppliedNames } from "../print/alphabet.ts";
import { printers, toAscii } from "../print/index.ts";
import { normalKey } from "../simplify/canonical.ts";
import { introducedNames } from "../simplify/name.ts";
import { simplify } from "../simplify/simplify.ts";
import { spellings } from "./options.ts";
import type { DeriveOptions, Spelled, Spelling } from "./options.ts";

/** A name that a result uses and the problem did not define, or a dimension of the problem. */
export interface Where extends Spelled {
  readonly name: string;
}

/** Whether there is something to be said of a name: those of dimensions say enough by themselves. */
export const isWorthSaying = ({ name, ascii }: Where): boolean => name !== ascii;

/** The spellings that are wanted; each constant has its size where a text alone would leave it open. */
function texts(
  problem: Problem,
  e: Expr,
  wanted: readonly Spelling[],
  reserved: readonly string[] = [],
): Spelled {
  const taken = [...problem.symbols.keys(), ...problem.functions.keys()];
  const applied = appliedNames(problem);
  let faults: string[] = [];
  for (const sizes of [false, true]) {
    const options = { sizes, letters: problem.indices, taken, reserved, applied };
    const made = wanted.map((spelling) => [spelling, printers[spelling](e, options)] as const);
    const known = new Map<string, Expr>();
    const isSame = equalTo(e);
    faults = made.flatMap(([, text]) => {
      const read = readAgain(problem, text, e.shape, known);
      if (read && isSame(read)) return [];
      return [
        `the result ${text} is ${read ? `read back as ${toAscii(read, options)}` : "not read back"}`,
      ];
    });
    if (faults.length === 0)
      return { unicode: "", ascii: "", latex: "", ...Object.fromEntries(made) };
  }
  throw new Error(`internal: ${faults[0]}`);
}

/** The names that stand for a formula with its arguments. */
function appliedNames({ names, symbols }: Problem): AppliedNames {
  const found = [...names.formulas].filter(([name]) => symbols.has(name));
  return new Map(
    found.map(([name, args]) => [name, args.split(",").map((arg) => symbols.get(arg) ?? arg)]),
  );
}

/** Whether expressions have the normal form of `e`; each is looked at once. */
function equalTo(e: Expr): (other: Expr) => boolean {
  const known = new Map<Expr, boolean>([[e, true]]);
  let key: Expr | null = null;
  return (other) => {
    let found = known.get(other);
    if (found === undefined) {
      key ??= normalKey(simplify(e));
      known.set(other, (found = normalKey(simplify(other)) === key));
    }
    return found;
  };
}

/** What a text says; null where it is not read. */
function readAgain(
  problem: Problem,
  text: string,
  shape: Expr["shape"],
  known: Map<string, Expr>,
): Expr | null {
  try {
    return parseIn(problem, { role: "answer", text }, shape, known);
  } catch (error) {
    if (!(error instanceof NablaError)) throw error;
    if (error.diagnostic.code === "number-too-long")
      throw errors.notYet(undefined, "a result with numbers of more than 300 digits");
    if (error.diagnostic.code === "too-long")
      throw errors.notYet(undefined, "a result with more signs than are read", {
        hint: "give names to parts of the problem",
      });
    return null;
  }
}

/** A problem in which some more names and indices are known. */
export function withNames(
  problem: Problem,
  parts: Iterable<Sym>,
  labels: readonly Sym[] = [],
): Problem {
  const named = [...parts].map((s) => [s.name, s] as const);
  if (named.length === 0 && labels.length === 0) return problem;
  return {
    ...problem,
    labels: new Map([...problem.labels, ...labels.map((s) => [s.name, s] as const)]),
    symbols: new Map([...problem.symbols, ...named]),
    names: {
      ...problem.names,
      values: new Set([...problem.names.values, ...named.map(([name]) => name)]),
    },
  };
}

const whereDimension = (name: string): Where => ({
  name,
  unicode: name,
  ascii: name,
  latex: name,
});

/** Writes a result; no sum in it binds a letter that is reserved. */
export type Writer = (e: Expr, reserved?: readonly string[]) => Written;

/** A result as texts. */
export interface Written extends Spelled {
  readonly where: readonly Where[];
}

/**
 * Writes results and what they speak of; parts that several share are written once. `labels` are indices
 * and `others` names that the results may hold and the problem does not know.
 */
export function writer(
  problem: Problem,
  results: readonly Expr[],
  { spellings: wanted = spellings }: DeriveOptions,
  labels: readonly Sym[] = [],
  others: readonly Sym[] = [],
): Writer {
  if (wanted.length === 0) return () => ({ unicode: "", ascii: "", latex: "", where: [] });
  const introduced = introducedNames(new Set<Expr>([...problem.symbols.values(), ...others]));
  const names = new Map(results.map((e) => [e, introduced(e)] as const));
  const parts = [...names.values()].flatMap((of) => of.parts);
  const around = withNames(problem, new Set([...others, ...parts]), labels);
  const written = new Map<Sym, Where>();
  const wherePart = (part: Sym): Where => {
    let found = written.get(part);
    if (!found) {
      found = { name: part.name, ...texts(around, part.definition!, wanted) };
      written.set(part, found);
    }
    return found;
  };
  return (e, reserved) => {
    const { parts, dimensions } = names.get(e) ?? introduced(e);
    return {
      ...texts(around, e, wanted, reserved),
      where: [
        ...parts.map(wherePart),
        ...problem.invented.filter((name) => dimensions.has(name)).map(whereDimension),
      ],
    };
  };
}
