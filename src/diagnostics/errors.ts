/** @file Every error that a user can meet, one function each: the wording lives here. */

import { frame, visible } from "./frame.ts";
import { suggest } from "./suggest.ts";
import type { Span } from "./source.ts";
import { lineOf, placeOf, textOf } from "./source.ts";

/** What is told of a mistake. */
export interface Diagnostic {
  readonly code: string;
  readonly message: string;
  readonly span?: Span | undefined;
  readonly notes: readonly string[];
  /** Something that can be typed. */
  readonly hint?: string | undefined;
}

/** 2: not understood · 3: understood, but not derived or not verified · 4: the environment lacks something. */
export type ExitCode = 2 | 3 | 4;

/** A mistake of the user, or a limit of nabla: never a bug of ours. */
export class NablaError extends Error {
  readonly diagnostic: Diagnostic;
  readonly exit: ExitCode;
  constructor(diagnostic: Diagnostic, exit: ExitCode = 2) {
    super(diagnostic.message);
    this.name = "NablaError";
    this.diagnostic = diagnostic;
    this.exit = exit;
  }

  /** The same with one more note. */
  noting(note: string): NablaError {
    const { notes } = this.diagnostic;
    return new NablaError({ ...this.diagnostic, notes: [...notes, note] }, this.exit);
  }

  /** The error as the terminal shows it. */
  render(): string {
    return rendered("error", this.diagnostic);
  }
}

/** A diagnostic as the terminal shows it. */
export function rendered(
  level: "error" | "warning",
  { code, message, span, notes, hint }: Diagnostic,
): string {
  const place = span && placeOf(span);
  return [
    `${level}[${code}]: ${visible(message)}`,
    ...(place ? [`  at ${visible(place)}`] : []),
    ...(span ? [frame(span)] : []),
    ...notes.map((note) => `  note: ${visible(note)}`),
    ...(hint === undefined ? [] : [`  hint: ${visible(hint)}`]),
  ].join("\n");
}

interface Extra {
  readonly span?: Span;
  readonly notes?: readonly string[];
  readonly hint?: string | undefined;
  readonly exit?: ExitCode;
}

const error = (code: string, message: string, extra: Extra = {}): NablaError =>
  new NablaError(
    { code, message, span: extra.span, notes: extra.notes ?? [], hint: extra.hint },
    extra.exit,
  );

const quoted = (text: string): string => `“${text}”`;
const didYouMean = (word: string | null): string | undefined =>
  word === null ? undefined : `did you mean ${word}?`;
/** What is known of names among which one is not. */
const among = (name: string, known: readonly string[]): Extra => ({
  notes: known.length > 0 ? [`there are ${known.join(", ")}`] : [],
  hint: didYouMean(suggest(name, known)),
});
const oneOf = (words: readonly string[]): string =>
  [words.slice(0, -1).join(", "), words.at(-1)].filter(Boolean).join(" or ");
/** The text of a sub-expression, cut where it is long. */
export const excerpt = (span: Span): string => {
  const text = textOf(span).replace(/\s+/gu, " ");
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
};

const leftDivision = "for the solution of A x = b write inv(A)*b";

export const errors = {
  // ---- characters and words -------------------------------------------------------------------
  tooLong: (span: Span, limit: number) =>
    error("too-long", `the text is longer than ${limit} characters`, { span }),
  longStatement: (span: Span, limit: number) =>
    error("too-long", `a statement of more than ${limit} signs and names is not read`, { span }),
  manyStatements: (span: Span, limit: number) =>
    error("too-long", `a problem of more than ${limit} statements is not read`, { span }),
  tooDeep: (span: Span, limit: number) =>
    error("too-deep", `brackets are nested more than ${limit} deep`, { span }),
  hiddenCharacter: (span: Span) =>
    error("hidden-character", "a control character that reverses the direction of text", {
      span,
      hint: "remove it: what is shown is not what is read",
    }),
  lookAlike: (span: Span, character: string, latin: string) =>
    error("look-alike", `${quoted(character)} only looks like the Latin letter ${latin}`, {
      span,
      hint: `type the Latin letter ${latin}`,
    }),
  unknownCharacter: (span: Span, character: string) =>
    error("unknown-character", `${describe(character)} is not in the language`, {
      span,
      hint: character === "@" ? "write a product as A*B" : undefined,
    }),
  unknownCommand: (span: Span, command: string, close: string | null) =>
    error("unknown-command", `${command} is not a command that nabla reads`, {
      span,
      hint: didYouMean(close) ?? (command.length === 2 ? leftDivision : undefined),
    }),
  leftDivision: (span: Span) =>
    error("not-in-language", "\\ is no operator of the language", { span, hint: leftDivision }),
  unknownWord: (span: Span, word: string, close: string | null, isCalled = false) =>
    error("unknown-word", `${quoted(word)} is neither a function nor a name of the problem`, {
      span,
      notes: ["a run of letters is one name only where it is declared or defined"],
      hint:
        didYouMean(close) ??
        (isCalled
          ? `declare the function, ${word}: ℝ→ℝ, or define it, ${word}(t) = …`
          : `write a product as ${[...word].join("*")}, or declare ${word}`),
    }),
  propertyNeedsColon: (span: Span, word: string, name: string | null) =>
    error("property", `${quoted(word)} is a property, and stands after a colon`, {
      span,
      hint: name === null ? `A: n×n ${word}` : `${name}: ${word}`,
    }),
  unknownProperty: (span: Span, word: string, close: string | null) =>
    error("unknown-property", `${quoted(word)} is not a property`, {
      span,
      hint: didYouMean(close) ?? "x: n  for a vector, W: m×n  for a matrix, α: scalar",
    }),
  accentNeedsLetter: (span: Span) =>
    error("accent", "an accent stands over a single letter", { span }),
  notInLanguage: (span: Span, reason: string, hint?: string) =>
    error("not-in-language", reason, { span, hint }),
  notYet: (span: Span | undefined, what: string, more: Pick<Extra, "notes" | "hint"> = {}) =>
    error("not-yet", `nabla does not do this yet: ${what}`, {
      ...more,
      ...(span && { span }),
      exit: 3,
    }),

  // ---- structure --------------------------------------------------------------------------------
  derivativeHasEnded: (span: Span) =>
    error("derivative-has-ended", "a derivative that is written out stands for the whole problem", {
      span,
      hint: "write the objective alone, or ∂/∂x before all of it; ∂²/∂x² is --kind hessian",
    }),
  lineBegins: (span: Span, sign: string, end: string) =>
    error("line-begins-with-sign", `a line cannot begin with “${sign}”`, {
      span,
      hint: `end the line before with ${sign}${end}, and this one goes on with it`,
    }),
  unclosed: (span: Span, bracket: string) =>
    error("unclosed", `${quoted(bracket)} is never closed`, { span }),
  endsTooSoon: (span: Span) =>
    error("ends-too-soon", "the text ends where more is expected", { span }),
  unexpected: (span: Span, text: string, expected: string) =>
    error("unexpected", `${quoted(text)} does not fit here`, {
      span,
      notes: expected ? [expected] : [],
    }),
  undeclaredFunction: (span: Span, name: string) =>
    error("unexpected", `${quoted(",")} does not fit here: ${name} is not declared a function`, {
      span,
      hint: `${name}: ℝ^d×ℝ^p→ℝ  declares one of two arguments`,
    }),
  emptyProblem: () =>
    error("empty", "there is no expression", { hint: 'nabla derive "‖Ax − b‖²" --wrt x' }),
  answerToSeveral: (names: readonly string[]) =>
    error(
      "several-variables",
      `an answer is by one variable, and ${names.join(", ")} are asked for`,
      {
        hint: `--wrt ${names[0]}`,
      },
    ),
  notNumbers: (span: Span) =>
    error("not-numbers", "a value is a number or a list of them", {
      span,
      hint: "f = −3,  z = (0, 3, 1),  W = [1 2; 3 4]",
    }),
  numbersMissing: (names: readonly string[]) =>
    error("numbers-missing", `there are no numbers for ${names.join(", ")}`, {
      hint: `${names[0]} = …  among the statements, as in  x = 2,  b = (1, 0),  W = [1 2; 3 4]`,
    }),
  sizesMissing: (names: readonly string[]) =>
    error("sizes-missing", `there is no size for ${names.join(", ")}`, {
      hint: `--sizes "${names.map((name) => `${name}=100`).join(", ")}"  or  sizes: { ${names.map((name) => `${name}: 100`).join(", ")} }`,
    }),
  badSize: (name: string, value: unknown) =>
    error("bad-size", `the size of ${name} is a whole number from 1 on, and not ${String(value)}`),
  unknownSize: (name: string, known: readonly string[]) =>
    error("unknown-size", `no dimension is called ${name}`, among(name, known)),
  notSizes: (text: string) =>
    error("bad-size", `${quoted(text)} is no name with a whole number from 1 on`, {
      hint: '--sizes "m=256, n=1024"',
    }),
  unknownInput: (name: string, known: readonly string[]) =>
    error("unknown-name", `${name} is nothing that can be given or taken`, among(name, known)),
  inputsMissing: (names: readonly string[]) =>
    error("numbers-missing", `there are no numbers for ${names.join(", ")}`, {
      hint: `set("${names[0]}", [ … ])`,
    }),
  wrongLength: (name: string, shape: string, expected: number, found: number) =>
    error(
      "wrong-length",
      `${name} is ${shape}: ${expected} ${expected === 1 ? "number" : "numbers"}, row by row, and not ${found}`,
    ),
  notFinite: (name: string, place: string, value: unknown) =>
    error("not-finite", `${name} has ${String(value)} ${place}`),
  labelOutOfRange: (name: string, place: string, value: unknown, least: number, most: number) =>
    error(
      "label-out-of-range",
      `${name} has ${String(value)} ${place}: a label is a whole number from ${least} to ${most}`,
    ),
  notOneHot: (name: string) =>
    error("not-one-hot", `${name} cannot be given by labels: it is not declared onehot`, {
      hint: `${name}: N×C onehot`,
    }),
  tooMuchMemory: (bytes: number, limit: number) =>
    error(
      "too-large",
      `the program needs ${Math.ceil(bytes / 2 ** 20)} MiB of memory, and ${Math.floor(limit / 2 ** 20)} are allowed`,
      { exit: 3 },
    ),
  disposed: () => error("disposed", "this program was disposed of"),
  noNumbers: (name: string) =>
    error("no-numbers", `there are no numbers for ${name}, of which only the name is known`, {
      exit: 3,
      hint: "a function with a formula has values:  f(x) = tanh(x)",
    }),
  noValue: (lack: string) =>
    error("no-value", `there is no value at these numbers: it needs ${lack}`, { exit: 3 }),
  noValueOf: (part: string | null, lack: string) =>
    error(
      "no-value",
      `there is no value at these numbers: ${part === null ? "it" : part} needs ${lack}`,
      { exit: 3 },
    ),
  notComparedInFloats: (part: string, lack: string) =>
    error(
      "not-compared",
      `${part} cannot be compared with its value in floats, which needs ${lack}`,
      {
        notes: ["fractions have a value at these numbers, and rounding takes it away"],
        exit: 3,
      },
    ),
  noFormula: (name: string) =>
    error(
      "no-value",
      `there are no numbers for ${name}: of this function only the spaces are known`,
      {
        hint: `its formula in the place of the declaration, as in  ${name}(t) = t²`,
      },
    ),
  numbersMisfit: (
    span: Span | null,
    name: string,
    shape: string,
    numbers: string,
    notes: readonly string[],
  ) =>
    error("numbers-misfit", `${name} is ${shape}, and its numbers are ${numbers}`, {
      ...(span && { span }),
      notes,
    }),
  numbersTwice: (span: Span | null, name: string) =>
    error("two-meanings", `numbers are given for ${name} twice`, { ...(span && { span }) }),
  numbersOfDefined: (span: Span | null, name: string) =>
    error("two-meanings", `numbers are given for ${name}, which the problem defines`, {
      ...(span && { span }),
    }),
  numbersRefute: (name: string, property: string) =>
    error("numbers-refute", `${name} is declared ${property}, and its numbers are not`),
  notASize: (span: Span | null, name: string) =>
    error("not-a-size", `the number of ${name} is no size that the others leave to it`, {
      ...(span && { span }),
      notes: [
        "sizes and indices are whole numbers from 1, and an index is no larger than its size",
      ],
    }),
  unknownName: (span: Span | null, name: string, near: string | null) =>
    error("unknown-name", `numbers are given for ${name}, which is no name of the problem`, {
      ...(span && { span }),
      hint: didYouMean(near),
    }),
  noName: (text: string) =>
    error("no-name", `${quoted(text)} is no name that numbers can be given for`, {
      hint: "W, x_1, W_{out}, alpha",
    }),
  samplesDiffer: (span: Span | null, name: string, count: number, other: string, first: number) =>
    error(
      "samples-differ",
      `there are ${count} samples of ${name}, and ${first} of ${other}`,
      span ? { span } : {},
    ),
  manySamples: (count: number, limit: number) =>
    error("too-long", `${count} samples are given, and at most ${limit} are gone through`),
  noSamples: () =>
    error("no-samples", "there are no samples after each of which the weights could change", {
      notes: ["the objective is no sum over an index, and no samples stand beside it"],
      hint: "--samples FILE, or --update batch",
    }),
  needsDescent: (option: string) =>
    error("bad-option", `${option} stands beside --descend`, {
      hint: "--descend W --rate 0.1 --iterations 3",
    }),
  needsBackward: () =>
    error("bad-option", "--forward gives values alone, and gradients are asked for beside it"),
  needsCompiled: (option: string, value: string) =>
    error("bad-option", `${option} stands beside --backend or --plan`, {
      hint: `--backend auto ${option} ${value}`,
    }),
  notBesideCompiled: (option: string, beside: string, hint: string) =>
    error("bad-option", `${option} says nothing beside ${beside}`, { hint }),
  planFormat: (format: string) =>
    error("bad-option", `a plan is shown as text or as JSON, and not as ${format}`, {
      hint: "--format json",
    }),
  noRate: () => error("bad-option", "--descend needs the step: --rate", { hint: "--rate 0.1" }),
  noWeight: (name: string) => error("no-weight", `${name} is no name that numbers are given for`),
  noDescent: (reason: string) => error("no-descent", `there is no gradient to go down: ${reason}`),
  descentDiverged: (name: string, iteration: number) =>
    error(
      "diverged",
      `in iteration ${iteration} the numbers of ${name} are too large for a float`,
      { hint: "a smaller --rate", exit: 3 },
    ),
  badData: (place: string, reason: string, hint?: string) =>
    error("bad-data", `${place}: ${reason}`, { hint }),
  fileNeedsName: (path: string) =>
    error("bad-option", `${path} holds one array, and no name`, { hint: `X=${path}` }),
  notNumbersOrFile: (text: string) =>
    error(
      "bad-option",
      `${quoted(text)} is neither NAME=NUMBERS nor a file that ends in .json, .csv or .npy`,
      { hint: "x=2,  W=[1 2; 3 4],  X=data.npy,  numbers.json" },
    ),
  damagedFile: (path: string, offset: number, found: string, expected: string) =>
    error("damaged-file", `${path} is damaged: at offset ${offset} stands ${found}`, {
      notes: [`expected: ${expected}`],
    }),
  noAnswer: () =>
    error("empty", "there is no answer to be checked", {
      hint: 'nabla check "xᵀAx" --wrt x --answer "2Ax"',
    }),
  emptyAnswer: (span: Span) =>
    error("empty", "there is no answer", { span, hint: '--answer "2Ax"' }),
  twoAnswers: (span: Span) =>
    error("two-answers", "this is a second answer", {
      span,
      hint: "lines that lead to an answer are checked with --derivation",
    }),
  redefined: (span: Span, name: string, isDefined: boolean) =>
    error(
      "redefined",
      isDefined ? `${name} is defined already` : `${name} has its meaning in the problem`,
      { span, hint: `leave the line out, or take another name for it` },
    ),
  cycleInAnswer: (span: Span, names: readonly string[]) =>
    error("cycle", `${names.join(", ")} are defined by one another`, { span }),
  answerByOther: (span: Span, said: string, asked: string) =>
    error(
      "other-variable",
      `this is said to be the derivative by ${said}, and ${asked} is asked for`,
      {
        span,
        hint: `--wrt ${said}`,
      },
    ),
  answerOfOtherName: (span: Span, name: string) =>
    error(
      "other-variable",
      `this is said to be a derivative of ${name}, which is not what is derived`,
      {
        span,
        hint: "lines that lead to an answer are checked with --derivation",
      },
    ),
  notOfLoss: (symbol: string, of: string, loss: string) =>
    error(
      "other-variable",
      `${symbol} is a derivative of ${of}, and in an answer only those of ${loss} stand as symbols`,
      {
        hint: "write it out",
      },
    ),
  answerIsHessian: (span: Span, isAsked: boolean) =>
    error("other-kind", `this is said to be a ${isAsked ? "first" : "second"} derivative`, {
      span,
      hint: isAsked ? "∇² for the Hessian, which is asked for" : "--kind hessian",
    }),
  circularAnswer: (symbol: string) =>
    error("circular", `${symbol} is what is asked for, and no answer to it`, {
      hint: "write it out",
    }),
  equationForPoint: (span: Span, name: string) =>
    error("equation-for-point", `this is an equation, and a stationary point is what ${name} is`, {
      span,
      hint: `${name} = …;  equations on the way are checked with --derivation`,
    }),
  noPartOfLoss: (span: Span | null, part: string) =>
    error("no-part", `${part} is no part of what is derived`, {
      ...(span && { span }),
      hint: "a part is written as it stands in the problem",
    }),
  otherEntry: (span: Span) =>
    error("other-entry", "this is said to be of some entries, and all are asked for", {
      span,
      hint: "∂y_i/∂x_j = … with an index for each side, or ∂y/∂x = … for all",
    }),
  answerIsDerivative: (span: Span, name: string) =>
    error("other-kind", "this says what a derivative is, and the stationary point is asked for", {
      span,
      hint: `${name} = …`,
    }),
  unreadLeft: (span: Span) =>
    error("unread-left", "what this answer is said to be of cannot be read", {
      span,
      hint: "∇_x f = …, ∂f/∂x = …, or the answer alone",
    }),
  answerIsStationary: (span: Span, name: string) =>
    error("other-kind", `this says what ${name} is, and a derivative by it is asked for`, {
      span,
      hint: "--kind stationary",
    }),
  numbersAlone: (span: Span, missing: readonly string[]) =>
    error(
      "numbers-alone",
      `numbers are compared with numbers, and the problem gives none for ${missing.join(", ")}`,
      { span },
    ),
  manySides: (span: Span, limit: number) =>
    error("too-long", `an equation of more than ${limit} sides is not read`, { span }),
  noExpression: (span: Span) =>
    error("no-expression", "an expression is expected here", {
      span,
      hint: "an answer declares nothing: its own names are defined, as in  P = Wx; …",
    }),
  mapOfNothing: (span: Span) =>
    error("map-of-nothing", "the arrow of a linear map stands between a name and its image", {
      span,
      hint: "Δ ↦ AΔB",
    }),
  badCase: (span: Span) =>
    error("bad-case", "cases are told by two indices, each case once", {
      span,
      hint: "i = j: β y_i (1 − y_i); i ≠ j: −β y_i y_j",
    }),
  longSubscript: (span: Span, text: string) =>
    error("long-subscript", "a subscript without braces is one letter or a run of digits", {
      span,
      hint: `_{${text}}`,
    }),
  longExponent: (span: Span, text: string) =>
    error("long-exponent", "an exponent without braces is one name or one number", {
      span,
      hint: /^[tH][A-Za-z]/u.test(text)
        ? `^T ${text.slice(1)} for the transpose, ^{${text}} for a power`
        : `^{${text}} for all of it, ^${text[0]} ${text.slice(1)} for the first letter`,
    }),
  badExponent: (span: Span) => error("bad-exponent", "this exponent cannot be read", { span }),
  badSubscript: (span: Span) => error("bad-subscript", "this subscript cannot be read", { span }),
  otherNorm: (span: Span, kind: string) =>
    error("bad-norm", `the norm ‖·‖_${kind} is not in the language`, {
      span,
      hint: /^\d/u.test(kind)
        ? "‖·‖_1, ‖·‖_2, ‖·‖_F, ‖·‖_∞ and ‖·‖_* are"
        : `√(vᵀ${kind}v) for the norm of v that a matrix ${kind} gives`,
    }),
  badNorm: (span: Span, text: string) =>
    error("bad-norm", `${text} names no norm`, {
      span,
      hint: "norm(x, 1), norm(x, 2), norm(X, 'fro')",
    }),
  stackedPowers: (span: Span, base: string) =>
    error("stacked-powers", "a power of a power has two readings", {
      span,
      hint: `(${base})^… or ${base.replace(/\^.*$/u, "")}^{…^…}`,
    }),
  powerOfBraces: (span: Span, body: string, exponent: string) =>
    error(
      "power-of-braces",
      "braces are not printed, so that the exponent seems to belong to the last factor only",
      {
        span,
        hint: `(${body})${exponent}`,
      },
    ),
  doubleTranspose: (span: Span) =>
    error("double-transpose", "″ derives a declared function, and stands after none here", {
      span,
    }),
  nothingToTranspose: (span: Span, hint?: string) =>
    error("nothing-to-transpose", "there is nothing before this sign to transpose", { span, hint }),
  timesIsForShapes: (span: Span) =>
    error("times", "× stands between dimensions only", {
      span,
      hint: "a product is written AB, A*B or A·B; entry by entry A ⊙ B",
    }),
  numberAfterBracket: (span: Span, text: string, isNorm: boolean) =>
    error("number-after-bracket", `what the ${text} right after a bracket means is not clear`, {
      span,
      hint: `${isNorm ? `_${text} for the kind of norm, ` : ""}^${text} for a power, ·${text} for a factor`,
    }),
  twoNumbers: (span: Span) =>
    error("two-numbers", "two numbers side by side", { span, hint: "write a product as 2*3" }),
  bareArgument: (
    span: Span,
    names: readonly string[],
    argument: Span,
    next: Span,
    between = " ",
  ) => {
    const call = (inside: string): string =>
      `${names.join("(")}(${inside}${")".repeat(names.length)}`;
    const [first, second] = [excerpt(argument), excerpt(next)];
    return error("bare-argument", `where the argument of ${names.at(-1)} ends is not clear`, {
      span,
      notes: ["without brackets the argument is one factor"],
      hint: `${call(first)}${between}${second}  or  ${call(first + between + second)}`,
    });
  },
  negativePowerOfFunction: (span: Span, name: string) =>
    error("function-inverse", `${name}⁻¹ has two readings`, {
      span,
      hint: `1/${name}(…) for the reciprocal`,
    }),
  functionWithoutBrackets: (span: Span, name: string) =>
    error("function-without-brackets", `${name} is a function, and stands without an argument`, {
      span,
      hint: `${name}(…)`,
    }),
  nablaOfNothing: (span: Span, isSecond: boolean) =>
    error("nabla-of-nothing", "∇ has no variable below it, and no declared function after it", {
      span,
      hint: isSecond
        ? "the objective alone with --kind hessian, or ∇²C(x) of  C: ℝ^n→ℝ"
        : "∇_x f, or ∇C(x) of  C: ℝ^n→ℝ",
    }),
  otherDerivative: (span: Span, name: string, right: string) =>
    error("other-derivative", `${name} has no such derivative`, { span, hint: right }),
  argumentCount: (span: Span, name: string, expected: number, given: number) =>
    error(
      "argument-count",
      `${name} takes ${expected === 1 ? "one argument" : `${expected} arguments`}, and ${given} ${given === 1 ? "is" : "are"} given`,
      { span },
    ),
  notAnArgument: (span: Span, by: string, name: string) =>
    error("not-an-argument", `${by} does not tell one argument of ${name}`, {
      span,
      hint: `∇_1 ${name} by the first`,
    }),
  rootOfPower: (span: Span) =>
    error("root-of-power", "how far the root reaches is not clear", { span, hint: "√(…)" }),
  relationIsNoStatement: (span: Span) =>
    error(
      "relation",
      "a relation is a statement only as name > 0, name ≥ 0, name ≻ 0 or name ⪰ 0",
      { span },
    ),

  // ---- statements ---------------------------------------------------------------------------------
  notAName: (span: Span) => error("not-a-name", "only names can be declared", { span }),
  notADimension: (span: Span) =>
    error("not-a-dimension", "a dimension is a name or a whole number from 1", { span }),
  numberTooLong: (span: Span) =>
    error("number-too-long", "this number has more than 300 digits", { span }),
  contradiction: (span: Span, name: string, first: string, second: string) =>
    error("contradiction", `${name} cannot be ${first} and ${second}`, { span }),
  raggedRows: (span: Span) => error("ragged-rows", "the rows are not of one length", { span }),
  notANumber: (span: Span) =>
    error("not-a-number", "a number is expected, such as 2, −0.5 or 1/3", { span }),
  nameIsFunction: (span: Span, name: string) =>
    error("name-is-function", `${name} is a function of the language and cannot be a name`, {
      span,
    }),
  twoMeanings: (span: Span, name: string, first: string) =>
    error("two-meanings", `${name} already has a meaning: ${first}`, { span }),
  cycle: (span: Span, names: readonly string[]) =>
    error("cycle", `${names[0]} is defined by itself: ${[...names, names[0]].join(" → ")}`, {
      span,
    }),
  badBounds: (span: Span) =>
    error("bad-bounds", "these bounds of a sum are not understood", {
      span,
      notes: ["counting starts at 1, and what is left out is one index"],
      hint: "Σ_{i=1}^n, Σ_i, Σ_{i,j} or Σ_{j≠y}",
    }),
  badRange: (span: Span) =>
    error("bad-range", "this range of an index is not understood", {
      span,
      hint: "x_i: d for i = 1..n, or  y: index 1..C",
    }),
  badIndex: (span: Span, text: string, hint?: string) =>
    error("bad-index", `${quoted(text)} is no index: one or two letters or numbers, or “:”`, {
      span,
      hint,
    }),
  wrongIndices: (span: Span, what: string, count: number, hint?: string) =>
    error(
      "wrong-indices",
      `${what} cannot be taken with ${count === 1 ? "one index" : `${count} indices`}`,
      { span, hint },
    ),
  noClosedRoot: (name: string, reason: string) =>
    error(
      "no-closed-form",
      `no closed form is known here for the stationary point by ${name}: ${reason}`,
      { exit: 3 },
    ),
  nowhereStationary: (name: string) =>
    error("nowhere-stationary", `the gradient by ${name} does not depend on ${name}`, {
      notes: [
        "the objective is linear in it, and has no stationary point unless the gradient is 0",
      ],
      exit: 3,
    }),
  unknownUpstream: (name: string, near: string | null) =>
    error("unknown-upstream", `--upstream ${name}: the problem has no such name`, {
      hint: didYouMean(near),
    }),
  idleUpstream: (name: string) =>
    error("idle-upstream", `--upstream ${name}: the objective does not depend on ${name}`, {
      hint: `without it the gradient is that of the objective`,
    }),
  kindNeedsScalar: (kind: string, shape: string) =>
    error("kind-needs-scalar", `a ${kind} is that of a scalar, and the objective is ${shape}`, {
      hint: "--kind jacobian",
    }),
  graphNeedsScalar: (shape: string) =>
    error(
      "graph-needs-scalar",
      `what flows back comes from a scalar, and the objective is ${shape}`,
      {
        hint: "the graph alone: without --backward and --paths; in a sheet graph=true",
      },
    ),
  pathOfPart: (name: string, whole: string) =>
    error("path-of-part", `paths lead from names, and ${name} is a part of ${whole}`, {
      hint: `--paths ${whole}`,
    }),
  vectorShape: (name: string, shape: string, variable: string, wanted: string) =>
    error(
      "vector-shape",
      `${name} is ${shape}; a Hessian by ${variable} is multiplied by what is ${wanted}`,
    ),
  familyLetter: (span: Span, name: string, letter: string) =>
    error("family-letter", `${name} is not indexed by ${letter}`, {
      span,
      hint: `x_${letter}: d for ${letter} = 1..n`,
    }),
  valueAsIndex: (span: Span, letter: string) =>
    error("value-as-index", `${letter} is a value of the problem, and stands as an index`, {
      span,
      hint: `another letter, or declare  ${letter}: index 1..n`,
    }),
  indexTooLarge: (span: Span, index: string, size: string) =>
    error("index-too-large", `the index ${index} is more than ${size}`, { span }),
  indexTwice: (span: Span, letter: string) =>
    error("index-twice", `${letter} counts in a sum around this one already`, {
      span,
      hint: "another letter for the inner sum, or brackets around the first: (Σ_i a_i)/(Σ_i b_i)",
    }),
  indexCountsNothing: (span: Span, letter: string) =>
    error(
      "index-counts-nothing",
      `up to what ${letter} counts is not said, and nothing is indexed by it`,
      {
        span,
        hint: `Σ_{${letter}=1}^n`,
      },
    ),
  fixedIndex: (span: Span, name: string, letter: string, parameters: readonly string[]) =>
    error(
      "no-reading",
      `${name} is defined with one fixed ${letter}, and ${letter} is counted here`,
      {
        span,
        hint:
          parameters.length > 0
            ? `what ${letter} counts among its arguments: ${name}(${parameters.join(", ")}, …)`
            : name.includes("_")
              ? undefined
              : `${name}_${letter} = … to define one for each ${letter}`,
      },
    ),
  twoObjectives: (span: Span, first: string) =>
    error("two-objectives", "a problem has one bare expression, and this is the second", {
      span,
      notes: [`the first is ${first}`],
      hint: "give one of them a name: f = …",
    }),
  twoStyles: (span: Span, name: string, styles: readonly [string, string]) =>
    error("two-styles", `${name} stands in two alphabets: ${styles[0]} and ${styles[1]}`, {
      span,
      hint: `give one of them another name, such as ${name}_1`,
    }),
  // ---- shapes -------------------------------------------------------------------------------------
  shapesDiffer: (span: Span, message: string, notes: readonly string[], hint?: string) =>
    error("shapes-differ", message, { span, notes, hint }),
  noReading: (span: Span, message: string, notes: readonly string[], hint?: string) =>
    error("no-reading", message, { span, notes, hint }),
  notScalar: (span: Span, shape: string, notes: readonly string[], hint?: string) =>
    error("not-scalar", `a gradient is that of a scalar, and this is ${shape}`, {
      span,
      notes,
      hint,
    }),
  unlikelyMatrix: (span: Span, name: string, shape: string) =>
    error("declare", `${name} would have to be a matrix (${shape}), and is a small letter`, {
      span,
      hint: /^.1$/u.test(textOf(span))
        ? `${textOf(span)[0]} 𝟏 for a product with ones, or declare  ${name}: ${shape}`
        : `declare it, if it is one:  ${name}: ${shape}`,
    }),
  sizeUnknown: (span: Span, what: string, hint: string) =>
    error("size-unknown", `the size of ${what} does not follow from its place`, { span, hint }),
  // ---- asking -------------------------------------------------------------------------------------
  cannotRead: (path: string, reason: string) =>
    error("cannot-read", `${path} cannot be read: ${reason}`, { exit: 4 }),
  cannotWrite: (path: string, reason: string) =>
    error("cannot-write", `${path} cannot be written: ${reason}`, { exit: 4 }),
  badOption: (option: string, expected: string) =>
    error("bad-option", `${option} takes ${expected}`),
  notBesideLines: (what: string) =>
    error("bad-option", `${what} says nothing beside --jsonl`, {
      hint: "each line of the input says what it asks",
    }),
  badRequest: (reason: string) =>
    error("bad-request", reason, {
      hint: '{"id": 1, "statements": [], "expr": "tr X", "wrt": "X"}',
    }),
  unknownKind: (kind: string) =>
    error("unknown-kind", `${quoted(kind)} is not a kind of derivative`, {
      hint: "gradient, jacobian, hessian or stationary",
    }),

  // ---- rules that are given -----------------------------------------------------------------------
  ruleWithoutEquation: (span: Span) =>
    error("given-rule", `${quoted(excerpt(span).trim())} is no equation`, {
      span,
      hint: "given: Z = XY ⇒ ∂L/∂X = (∂L/∂Z)Yᵀ, ∂L/∂Y = Xᵀ∂L/∂Z",
    }),
  ruleOfNothing: (span: Span) =>
    error(
      "given-rule",
      "a rule says what flows to the names of one operation, given what flows to its value",
      {
        span,
        hint: "given: Z = XY ⇒ ∂L/∂X = (∂L/∂Z)Yᵀ, ∂L/∂Y = Xᵀ∂L/∂Z",
      },
    ),
  ruleIsWrong: (span: Span, found: string) =>
    error("given-rule", "the rule that is given does not hold", {
      span,
      notes: [`what holds is ${found}`],
      exit: 3,
    }),

  // ---- sheets -------------------------------------------------------------------------------------
  frontMatter: (span: Span, reason: string, hint?: string) =>
    error("front-matter", `the front matter cannot be read: ${reason}`, { span, hint }),
  unknownOption: (span: Span, what: string, known: readonly string[], close: string | null) =>
    error("unknown-option", `${quoted(excerpt(span))} is not ${what}`, {
      span,
      hint: didYouMean(close) ?? known.join(", "),
    }),
  badValue: (
    span: Span,
    option: string,
    expected: string | readonly string[],
    close: string | null = null,
  ) =>
    error(
      "bad-option",
      `${option} takes ${typeof expected === "string" ? expected : oneOf(expected)}`,
      {
        span,
        hint: didYouMean(close),
      },
    ),
  notAnOption: (span: Span, form: string) =>
    error("not-an-option", `${quoted(excerpt(span))} is not an option with its value`, {
      span,
      hint: form,
    }),
  givenTwice: (span: Span, name: string, first: Span) =>
    error("given-twice", `${name} is given twice`, {
      span,
      notes: [`it is first given in line ${lineOf(first.source, first.start)}`],
    }),
  lateOption: (span: Span) =>
    error("late-option", "options stand before everything else in a fence", {
      span,
      hint: "move the line to the top of the fence",
    }),
  enclosedFence: (span: Span, what: string, within: string) =>
    error("enclosed-fence", `${what} in ${within} is not read`, {
      span,
      hint: "move it out, or into a list",
    }),
  noPrinter: () =>
    error("no-printer", "there is neither a LaTeX engine nor a browser to make a PDF with", {
      hint: "install pdflatex (Debian: texlive-latex-recommended texlive-pictures) or chromium, or write -o SHEET.html",
      exit: 4,
    }),
  cannotPrint: (program: string, reason: string) =>
    error("cannot-print", `${program} cannot make the PDF: ${reason}`, { exit: 4 }),
  answerAlone: (span: Span) =>
    error("answer-alone", "there is no derivation before this answer", {
      span,
      hint: "put a ```nabla fence with wrt=… above it, in the same problem",
    }),
  answerOfOther: (span: Span, names: readonly string[]) =>
    error("answer-alone", "the derivation before this answer is by other variables", {
      span,
      hint: names.map((name) => `wrt=${name}`).join(" or "),
    }),
  sheetTooDeep: (span: Span) =>
    error("too-deep", "quotations, lists or emphasis are nested too deep to be read", { span }),
  wideTable: (span: Span, limit: number) =>
    error("wide-table", `LaTeX prints no table of more than ${limit} columns`, {
      span,
      hint: "a page shows it: -o SHEET.html",
    }),
  notText: (span: Span) =>
    error("not-text", "this is a binary file, or holds a NUL character", {
      span,
      hint: "save it as text in UTF-8",
    }),
  emptySheet: (span: Span) =>
    error("empty-sheet", "there is nothing in the file", {
      span,
      hint: "## Problem 1, and below it a ```nabla fence with wrt=…",
    }),
  sheetTooCostly: (span: Span) =>
    error(
      "too-long",
      "too many marks of emphasis, brackets, underlines or lines without a blank line",
      {
        span,
        hint: "put blank lines between paragraphs, or split the file",
      },
    ),
  manyFences: (span: Span, limit: number) =>
    error("too-long", `a sheet of more than ${limit} fences is not built`, {
      span,
      hint: "split the file",
    }),
  emptyFormula: (span: Span) =>
    error("formula", "there is no formula between the dollars", { span }),
  formulaOnFence: (span: Span) =>
    error("formula", "what stands beside $$ is no part of the formula", {
      span,
      hint: "begin the formula on the next line, or end it with $$ on this one",
    }),
  formulaCommand: (span: Span, command: string, close: string | null) =>
    error("formula", `${command} is not among the commands of a formula in a sheet`, {
      span,
      hint: didYouMean(close),
    }),
  formulaEnvironment: (span: Span, name: string, known: string) =>
    error("formula", `${quoted(name)} is not among the environments of a formula in a sheet`, {
      span,
      hint: known,
    }),
  formulaSign: (span: Span, sign: string, hint?: string) =>
    error("formula", `${describe(sign)} cannot stand here in a formula`, { span, hint }),
  formulaArgument: (span: Span, command: string) =>
    error("formula", `what ${command} applies to stands in braces`, {
      span,
      hint: `${command}{…}`,
    }),
  formulaBracket: (span: Span, command: string) =>
    error("formula", `${command} stands before a bracket`, { span, hint: `${command}(` }),
  formulaOpen: (span: Span, opening: string, wanted: string) =>
    error("formula", `${quoted(opening)} has no ${wanted} that fits`, { span }),
  formulaColumns: (span: Span, name: string, limit: number) =>
    error(
      "formula",
      `a row of ${name} has ${limit === 1 ? "one column" : `${limit} columns`} at most`,
      { span },
    ),
  formulaInBold: (span: Span, text: string) =>
    error("formula", `${quoted(text)} cannot stand in what \\bm makes bold`, {
      span,
      hint: "\\bm takes letters with their accents and indices: \\bm{\\hat x}_i",
    }),
  formulaDeep: (span: Span, command: string, limit: number) =>
    error("formula", `${command} is nested more than ${limit} deep`, { span }),
  formulaRefused: (span: Span, reason: string) =>
    error("formula", `the formula cannot be printed: ${reason}`, { span }),

  // ---- deriving -----------------------------------------------------------------------------------
  noVariable: () =>
    error("no-variable", "by which variable?", { hint: "--wrt W, or a leading ∇_W" }),
  unknownVariable: (span: Span, name: string, close: string | null) =>
    error("unknown-variable", `${name} is not a name of the problem`, {
      span,
      hint: didYouMean(close),
    }),
  rowsOrColumns: (span: Span, matrix: string, family: string) =>
    error("no-reading", `whether the ${family}_i are parts of ${matrix} is not said`, {
      span,
      hint: `${matrix}_{i,:} is its row, ${matrix}_{:,i} its column;  ${family}_i: d for i = 1..n  keeps them apart`,
    }),
  notAVariable: (span: Span, text: string) =>
    error("not-a-variable", `${quoted(text)} is not a variable`, {
      span,
      hint: "--wrt takes names: --wrt W,b",
    }),
  otherRange: (span: Span, index: string, range: string, size: string) =>
    error("no-reading", `${index} counts up to ${range} in the problem, and up to ${size} here`, {
      span,
      hint: "another letter",
    }),
  notAVector: (span: Span, text: string) =>
    error("not-a-variable", `${quoted(text)} is not a name of its own`, {
      span,
      hint: "--hvp takes a name that the problem knows as a vector, or does not know: --hvp v",
    }),
  noRule: (op: string) => error("no-rule", `no derivative is known for ${op} here`, { exit: 3 }),
  noClosedForm: (what: string, needs: string, hint?: string) =>
    error("no-closed-form", `the derivative of ${what} has no closed form: it needs ${needs}`, {
      hint,
      exit: 3,
    }),
  unequalSides: (sides: readonly [Span, Span]) =>
    error("unequal-sides", `“${excerpt(sides[0])}” and “${excerpt(sides[1])}” are not equal`, {
      span: sides[1],
      notes: ["the first defines, and numbers put into both give different values"],
      hint: "correct one of them, or leave it out",
    }),
  sidesNotCompared: (sides: readonly [Span, Span]) =>
    error(
      "sides-not-compared",
      `no point was found at which “${excerpt(sides[0])}” and “${excerpt(sides[1])}” could be compared`,
      { span: sides[1], hint: "declare what the names are (positive, posdef, …)", exit: 3 },
    ),
  noNotation: (what: string, reason: string) =>
    error("no-notation", `the derivative of ${what} is not written: ${reason}`, { exit: 3 }),
  noPoint: (reasons: readonly string[]) =>
    error("no-point", "no point was found at which the result could be checked", {
      notes: reasons,
      hint: "declare what the names are (positive, posdef, …), or use --no-verify",
      exit: 3,
    }),
  notCompared: () =>
    error("no-point", "no point was found at which the answer could be compared with the result", {
      hint: "declare what the names are: positive, posdef, …",
      exit: 3,
    }),
  notVerified: (lines: readonly string[]) =>
    error(
      "not-verified",
      "the result did not pass its check and is not shown: this is a bug in nabla",
      {
        notes: lines,
        hint: "please report the problem with these numbers",
        exit: 3,
      },
    ),
  compiledDiffers: (name: string, where: string, found: string, size: number) =>
    error(
      "compiled-differs",
      `the compiled value of ${name} is not the oracle's and is not shown: this is a bug in nabla`,
      {
        notes: [`${where} gives ${found}: a relative error of ${size.toExponential(0)}`],
        hint: "please report the problem with these numbers; without --backend the oracle's are shown",
        exit: 3,
      },
    ),
  roundedAway: (name: string, where: string, found: string, isShort: boolean) =>
    error(
      "rounded-away",
      `rounding leaves too few digits of ${name} at these numbers, and it is not shown`,
      {
        notes: [`${where} gives ${found}, and rounding alone moves it as far`],
        hint: isShort ? "--dtype float64" : "without --backend numbers stay exact where they can",
        exit: 3,
      },
    ),
} as const;

/** What a user should know of, though the work is done. */
export const warnings = {
  unprintable: (span: Span, letter: string, others: number): Diagnostic => ({
    code: "unprintable",
    message: `pdflatex has no letter for ${describe(letter)}: its number is printed`,
    span,
    notes: others === 0 ? [] : [`so ${others === 1 ? "is one" : `are ${others}`} more`],
    hint: "a page shows it: -o SHEET.html, which a browser prints",
  }),
  almostAnswer: (span: Span): Diagnostic => ({
    code: "almost-answer",
    message: "this may be an answer, and stands in the copy for students",
    span,
    notes: [],
    hint: "begin it with **Answer.** to have it left out",
  }),
} as const;

/** A character by its looks or its number. */
function describe(character: string): string {
  const code = character.codePointAt(0)!;
  const number = `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
  if (code >= 0xd800 && code <= 0xdfff) return `half of a surrogate pair (${number})`;
  if (code < 0x20 || (code >= 0x7f && code < 0xa0)) return `a control character (${number})`;
  return `${quoted(character)} (${number})`;
}
