/** @file Definitions and names that hold for each index a Σ counts: f(x_i) = …, f_i(w) = …, x^{(i)}. */

import { errors } from "../diagnostics/errors.ts";
import { boundIn, namesIn } from "./definitions.ts";
import { lettersBelow, memberName, splitIndices } from "./indices.ts";
import { joinName, splitName } from "./names.ts";
import type { Definition, Introduced, Statement, Surface } from "./surface.ts";
import { partsOf, surfacesOf, withSurfaces } from "./parts.ts";

/** The letter or number above a name, in brackets: the i of x^{(i)}; null without one. */
const indexAbove = (name: string): string | null =>
  /\^\{\((\p{L}|\d+)\)\}$/u.exec(name)?.[1] ?? null;

/**
 * Statements in which what is defined for each index counts by it: `f(x_i) = wᵀx_i` is a function, `f_i(w) = …`
 * and `p(y_i) = σ(y_i wᵀx_i)` are components, and the i of x^{(i)} stands below the line. `told` takes what
 * a reader should know of that.
 */
export function countedRead(
  statements: readonly Statement[],
  told: (note: string) => void,
): readonly Statement[] {
  const bound = lettersBound(statements);
  let read = withLettersBelow(statements, bound, told);
  // What one definition becomes may let another count: h(x_i) in that of p(y_i).
  const functions = new Set<string>();
  for (
    let next = nextChange(read, bound, functions);
    next;
    next = nextChange(read, bound, functions)
  ) {
    if (next.isFunction) functions.add(next.name);
    read = applied(read, next);
  }
  return read;
}

/** The first change that is left to make, besides those to `functions`; null where there is none. */
function nextChange(
  statements: readonly Statement[],
  bound: ReadonlySet<string>,
  functions: ReadonlySet<string>,
): Change | null {
  for (const statement of statements) {
    const change = statement.kind === "definition" ? changeOf(statement, bound, statements) : null;
    if (change && !(change.isFunction && functions.has(change.name))) return change;
  }
  return null;
}

/** The letters that a Σ binds or a range counts. */
export function lettersBound(statements: readonly Statement[]): ReadonlySet<string> {
  const found = new Set<string>();
  for (const statement of statements) {
    if (statement.kind === "family" || statement.kind === "range") found.add(statement.letter);
    for (const surface of surfacesOf(statement))
      for (const letter of boundIn(surface)) found.add(letter);
  }
  return found;
}

// ---- x^{(i)} --------------------------------------------------------------------------------------

/** Writes the letters that are counted below the names they stand above of. */
function withLettersBelow(
  statements: readonly Statement[],
  bound: ReadonlySet<string>,
  told: (note: string) => void,
): readonly Statement[] {
  if (bound.size === 0) return statements;
  const names = new Set<string>();
  for (const statement of statements) {
    for (const { name } of introducedBy(statement)) names.add(name);
    for (const surface of surfacesOf(statement))
      for (const name of namesIn(surface)) names.add(name);
  }
  // Beside x^{(i)} the x^{(1)} is one of the same.
  const counted = [...names].filter((name) => bound.has(indexAbove(name) ?? ""));
  const bases = new Set(counted.map((name) => splitName(name).base));
  if (bases.size === 0) return statements;
  const isCounted = (name: string): boolean =>
    indexAbove(name) !== null && bases.has(splitName(name).base);
  const lower = (name: string, span: Surface["span"]): string => {
    if (!isCounted(name)) return name;
    const made = loweredName(name);
    if (made === null || names.has(made))
      throw errors.notYet(span, "an index above a name that has one below", {
        hint: `${splitName(name).base}_${indexAbove(name)} for one of many`,
      });
    told(`${name} is read as ${made}`);
    return made;
  };
  const renamed = (of: Introduced): Introduced => ({ ...of, name: lower(of.name, of.span) });
  return statements.map((statement) =>
    withNames(
      withSurfaces(statement, (e) => {
        if (e.kind !== "name" && e.kind !== "application") return e;
        const name = lower(e.name, e.span);
        return name === e.name ? e : { ...e, name };
      }),
      renamed,
    ),
  );
}

/** x_i of x^{(i)}; null where nothing stands above so, or something below, too. */
export function loweredName(name: string): string | null {
  const { base, subscript } = splitName(name);
  const index = indexAbove(name);
  return index === null || subscript !== null ? null : joinName(base, index);
}

/** The names that a statement gives a meaning. */
export function introducedBy(statement: Statement): readonly Introduced[] {
  switch (statement.kind) {
    case "definition":
      return [statement.name, ...(statement.arguments ?? [])];
    case "declaration":
    case "family":
      return statement.names;
    case "objective":
      return statement.by;
    default:
      return [];
  }
}

function withNames(statement: Statement, renamed: (of: Introduced) => Introduced): Statement {
  switch (statement.kind) {
    case "definition": {
      const { arguments: args } = statement;
      const name = renamed(statement.name);
      return { ...statement, name, ...(args && { arguments: args.map(renamed) }) };
    }
    case "declaration":
    case "family":
      return { ...statement, names: statement.names.map(renamed) };
    case "objective":
      return { ...statement, by: statement.by.map(renamed) };
    default:
      return statement;
  }
}

// ---- f(x_i) = …, f_i(w) = … -------------------------------------------------------------------------

/** What becomes of a definition, and of the places that speak of it. */
interface Change {
  readonly name: string;
  readonly isFunction: boolean;
  /** The definition as it now stands, changed. */
  readonly becomes: (definition: Definition) => Definition;
  /** What stands where the name stood alone, or with these arguments. */
  readonly used: (span: Surface["span"], args: readonly Surface[] | null) => Surface;
}

/** A definition with arguments, some of which count by the letters. */
interface Counted {
  readonly definition: Definition;
  readonly args: readonly Introduced[];
  /** Those of its name, then those of its arguments. */
  readonly letters: readonly string[];
  readonly ofArguments: readonly string[];
}

/** What becomes of a definition with arguments that counts; null where it stays. */
function changeOf(
  definition: Definition,
  bound: ReadonlySet<string>,
  statements: readonly Statement[],
): Change | null {
  const { name: head, arguments: args, bodies } = definition;
  if (!args) return null;
  const isBound = (letter: string): boolean => bound.has(letter);
  const ofHead = lettersBelow(head.name).filter(
    (letter) => isBound(letter) || isBesideOthers(head.name, statements),
  );
  // f(x_i) counts by i where f(x_1) is spoken of as well.
  const ofArguments = [...new Set(args.flatMap((arg) => lettersBelow(arg.name)))].filter(
    (letter) => isBound(letter) || isAppliedElsewhere(definition, statements),
  );
  if (ofArguments.length === 0) return ofHead.length > 0 ? asFamily(definition) : null;
  const letters = [...new Set([...ofHead, ...ofArguments])];
  const own = new Set(args.map((arg) => arg.name));
  const isCounted = (of: string): boolean =>
    [of, ...lettersBelow(of)].some((l) => letters.includes(l));
  const isOfArguments = bodies.every((body) =>
    [...namesIn(body)].every((of) => own.has(of) || !isCounted(of)),
  );
  const counted: Counted = { definition, args, letters, ofArguments };
  return ofHead.length === 0 && isOfArguments && !isTable(counted, statements)
    ? asFunction(counted)
    : asComponents(counted);
}

/** Whether f_j or f_1 is spoken of beside a definition of f_i. */
function isBesideOthers(name: string, statements: readonly Statement[]): boolean {
  const { base } = splitName(name);
  const defined = new Set(statements.flatMap(introducedBy).map((of) => of.name));
  return statements.flatMap(surfacesOf).some((surface) =>
    [...namesIn(surface)].some((other) => {
      const of = splitName(other);
      const isIndexed = of.base === base && of.subscript !== null && splitIndices(of.subscript);
      return isIndexed && !defined.has(other);
    }),
  );
}

/** Whether a function is applied to other arguments than its own. */
const isAppliedElsewhere = (
  { name: { name } }: Definition,
  statements: readonly Statement[],
): boolean =>
  statements
    .flatMap(surfacesOf)
    .some((surface) => partsOf(surface).some((e) => e.kind === "application" && e.name === name));

/** Whether it is k(x_i, x_j) and nothing else: the matrix K_{ij} has more to say than a function. */
function isTable(
  { definition, args, letters }: Counted,
  statements: readonly Statement[],
): boolean {
  const { name } = definition.name;
  return (
    letters.length === 2 &&
    args.every((arg) => lettersBelow(arg.name).length > 0) &&
    !statements.some((s) => s !== definition && introducedBy(s).some((of) => of.name === name)) &&
    statements
      .flatMap(surfacesOf)
      .every((surface) =>
        partsOf(surface).every(
          (e) =>
            e.kind !== "application" ||
            e.name !== name ||
            (e.derivative === "" && indicesOf(args, e.args, letters) !== null),
        ),
      )
  );
}

const withoutArguments = ({ kind, name, bodies, span }: Definition): Definition => ({
  kind,
  name,
  bodies,
  span,
});

const appliedElsewhere = (name: string): string =>
  `${name}, which is defined for each index, with other arguments than its own`;

/** f_i(w) = …: what it is of is said by its formula. */
function asFamily(definition: Definition): Change {
  const { name } = definition.name;
  const used: Change["used"] = (span, args) => {
    if (args) throw errors.notYet(span, appliedElsewhere(name));
    return { kind: "name", name, span };
  };
  return { name, isFunction: false, becomes: withoutArguments, used };
}

/** f(x_i) = wᵀx_i, a function of x_i. */
function asFunction({ definition, args }: Counted): Change {
  const { name } = definition.name;
  const used: Change["used"] = (span, given) => ({
    kind: "application",
    name,
    derivative: "",
    args: given ?? args.map((arg): Surface => ({ kind: "name", name: arg.name, span })),
    span,
  });
  return { name, isFunction: true, becomes: (of) => of, used };
}

/** p(y_i) = σ(y_i wᵀx_i), p_k(x_i) = …: one for each i, for each k and i. */
function asComponents({ definition, args, letters, ofArguments }: Counted): Change {
  const { name, span: at } = definition.name;
  const { base, subscript } = splitName(name);
  const ofName = letters.slice(0, letters.length - ofArguments.length);
  const isWhole = subscript === null || splitIndices(subscript)?.length === ofName.length;
  if (!isWhole || letters.length > 2) throw errors.notYet(at, appliedElsewhere(name));
  const component = (indices: readonly string[]): string =>
    memberName(base, [...ofName, ...indices]);
  const used: Change["used"] = (span, given) => {
    const indices = given ? indicesOf(args, given, ofArguments) : ofArguments;
    if (indices === null) throw errors.notYet(span, appliedElsewhere(name));
    return { kind: "name", name: component(indices), span };
  };
  const head = { name: component(ofArguments), span: at };
  const becomes: Change["becomes"] = (of) => ({ ...withoutArguments(of), name: head });
  return { name, isFunction: false, becomes, used };
}

/** For which indices the arguments are those of the definition; null where they are other things. */
function indicesOf(
  args: readonly Introduced[],
  given: readonly Surface[],
  letters: readonly string[],
): readonly string[] | null {
  const found = new Map<string, string>();
  if (args.length !== given.length) return null;
  for (const [at, { name }] of args.entries()) {
    const other = given[at]!;
    if (other.kind !== "name") return null;
    const [mine, theirs] = [splitName(name), splitName(other.name)];
    const [from, to] = [mine, theirs].map((s) => (s.subscript ? splitIndices(s.subscript) : []));
    if (mine.base !== theirs.base || !from || !to || from.length !== to.length) return null;
    for (const [i, letter] of from.entries()) {
      if ((found.get(letter) ?? to[i]) !== to[i]) return null;
      found.set(letter, to[i]!);
    }
  }
  return letters.map((letter) => found.get(letter)!);
}

function applied(statements: readonly Statement[], change: Change): readonly Statement[] {
  const { name, becomes, used } = change;
  return statements.map((statement) => {
    const isOf =
      statement.kind === "definition" && statement.arguments && statement.name.name === name;
    if (isOf) return becomes(statement);
    return withSurfaces(statement, (e) => {
      if (e.kind === "name" && e.name === name) return used(e.span, null);
      const isApplied = e.kind === "application" && e.name === name && e.derivative === "";
      return isApplied ? used(e.span, e.args) : e;
    });
  });
}
