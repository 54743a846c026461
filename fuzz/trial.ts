/** @file A random problem: what is derived, by what, in which way; and its text. */

import { Random } from "../src/data/random.ts";
import { multiplied, one } from "../src/expr/dimension.ts";
import type { Expr, Sym } from "../src/expr/expr.ts";
import { isScalar, sym } from "../src/expr/expr.ts";
import { structureOf } from "../src/expr/properties.ts";
import { children, postorder, substitution } from "../src/expr/walk.ts";
import type { DeriveOptions, Kind } from "../src/index.ts";
import { toAscii, toLatex, toUnicode } from "../src/index.ts";
import { normalKey } from "../src/simplify/canonical.ts";
import { Grower, shapes } from "./grow.ts";
import { declarationsFor, m, n } from "./vocabulary.ts";

export interface Trial {
  readonly seed: number;
  /** Definitions stand behind the names in it. */
  readonly objective: Expr;
  /** Whether the objective has a name, L. */
  readonly isNamed: boolean;
  readonly wrt: string;
  readonly kind: Kind;
  readonly hvp: string | null;
  readonly structured: NonNullable<DeriveOptions["structured"]>;
}

/** What `derive` is told. */
export const optionsOf = ({ kind, hvp, structured, seed }: Trial): DeriveOptions => ({
  kind,
  structured,
  seed: (seed % 1000) + 1,
  ...(seed % 4 === 1 ? { forms: "all" as const } : {}),
  ...(hvp !== null && { hvp }),
});

const alphabets = { unicode: toUnicode, ascii: toAscii, latex: toLatex } as const;
export type AlphabetName = keyof typeof alphabets;
export const alphabetNames = Object.keys(alphabets) as AlphabetName[];

/** The names that are defined, those first that others are made of. */
export const definitionsIn = (e: Expr): Sym[] =>
  postorder([e]).filter((s): s is Sym => s.kind === "sym" && s.definition !== null);

/** A problem as its text. */
export function textOf({ objective, isNamed }: Trial, alphabet: AlphabetName): string {
  const taken = postorder([objective]).flatMap((e) => (e.kind === "sym" ? [e.name] : []));
  const print = (e: Expr): string =>
    alphabets[alphabet](e, { sizes: true, taken: [...taken, "L", m.key, n.key] });
  return [
    ...declarationsFor([objective]),
    ...definitionsIn(objective).map((s) => `${print(s)} = ${print(s.definition!)}`),
    `${isNamed ? "L = " : ""}${print(objective)}`,
  ].join("\n");
}

/** Names for parts, by their shape. */
function partNames(e: Expr): readonly string[] {
  if (isScalar(e)) return ["η", "ζ"];
  return e.shape[1] === one || e.shape[0] === one ? ["z", "a"] : ["X", "Y"];
}

/** Names one of the parts of an expression. */
function withDefinition(e: Expr, grower: Grower): Expr {
  const taken = new Set(definitionsIn(e).map((s) => s.name));
  const parts = postorder([e]).filter(
    (part) =>
      part !== e &&
      part.kind === "apply" &&
      part.size > 2 &&
      part.free.length === 0 &&
      variablesIn(part).length > 0,
  );
  if (parts.length === 0) return e;
  const part = grower.pick(parts);
  const name = partNames(part).find((free) => !taken.has(free));
  if (name === undefined) return e;
  return substitution([[part, sym(name, part.shape, 0, part)]])(e);
}

/** What an expression may be derived by: names, defined ones among them. */
export const variablesIn = (e: Expr): Sym[] =>
  postorder([e]).filter((s): s is Sym => s.kind === "sym" && s.role === "value" && s !== e);

/** A part of a name by indices, as it is typed. */
function partOf({ name, shape, member }: Sym, grower: Grower): string {
  if ([...name].length > 1 || (shape[0] === shape[1] && shape[0] === one)) return name;
  if (member) return `${name}_i`;
  if (shape[1] === one || shape[0] === one) return `${name}_${grower.pick(["i", "2"])}`;
  return `${name}_{${grower.pick(["ij", "12", "i,:", ":,j"])}}`;
}

/** The largest expression that is tried, in symbols. */
const largest = 60;

/** Whether what a name is defined as stands beside the name: there it is meant, too. */
const standsElsewhere = (variable: Sym, objective: Expr): boolean =>
  variable.definition !== null &&
  postorder([objective], (e) => (e === variable ? [] : children(e))).some(
    (e) => e !== variable && normalKey(e) === normalKey(variable.definition!),
  );

/** The problem with that number. */
export function trialOf(seed: number): Trial {
  const random = new Random(Math.imul(seed ^ 0x5bd1e995, 0x27d4eb2d) ^ (seed * 2654435761));
  const grower = new Grower(random);
  const chance = (p: number): boolean => random.uniform() < p;
  for (;;) {
    const shape = chance(0.65) ? shapes[0]! : grower.pick(shapes);
    let objective = grower.grow(shape, random.whole(1, 4));
    if (objective.size > largest || objective.kind !== "apply") continue;
    while (chance(0.3)) objective = withDefinition(objective, grower);
    if (objective.kind !== "apply" && objective.kind !== "indexSum") continue;
    const variables = variablesIn(objective);
    if (variables.length === 0) continue;
    const kind: Kind = !isScalar(objective)
      ? "jacobian"
      : grower.pick([
          "gradient",
          "gradient",
          "gradient",
          "gradient",
          "hessian",
          "hessian",
          "jacobian",
        ]);
    const variable = grower.pick(variables);
    const isTooLarge =
      kind !== "gradient" &&
      multiplied(multiplied(...objective.shape), multiplied(...variable.shape)).names.length > 4;
    if (isTooLarge || standsElsewhere(variable, objective)) continue;
    const isPart = chance(0.1);
    const isStructured = structureOf(variable.properties) !== null && !isScalar(variable);
    const several = kind === "gradient" && chance(0.2);
    return {
      seed,
      objective,
      isNamed: chance(0.2),
      wrt: isPart
        ? partOf(variable, grower)
        : several
          ? [...new Set([variable, grower.pick(variables)])].map((v) => v.name).join(", ")
          : variable.name,
      kind,
      hvp: kind === "hessian" && chance(0.4) ? "w" : null,
      structured:
        isStructured && !isPart && chance(0.25)
          ? kind === "gradient"
            ? grower.pick(["free", "cookbook"])
            : "free"
          : "project",
    };
  }
}
