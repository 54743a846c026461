/** @file Errors of statements: what names are, what indices count, and what defines what. */

import type { Span } from "../source.ts";
import { error, excerpt, quoted } from "../wording.ts";

export const ofStatements = {
  notAName: (span: Span) => error("not-a-name", "only names can be declared", { span }),
  notADimension: (span: Span) =>
    error("not-a-dimension", "a dimension is a name or a whole number from 1", { span }),
  numberTooLong: (span: Span) =>
    error("number-too-long", "this number has more than 300 digits", { span }),
  numberBeyondFloats: (span: Span) =>
    error(
      "number-too-long",
      "this number is longer, or its exponent larger, than that of a float",
      {
        span,
      },
    ),
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
  indexBeyond: (index: string, part: string, size: string) =>
    error("index-too-large", `the index ${index} of ${part} is more than ${size}`),
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
  rowsOrColumns: (span: Span, matrix: string, family: string) =>
    error("no-reading", `whether the ${family}_i are parts of ${matrix} is not said`, {
      span,
      hint: `${matrix}_{i,:} is its row, ${matrix}_{:,i} its column;  ${family}_i: d for i = 1..n  keeps them apart`,
    }),
  otherRange: (span: Span, index: string, range: string, size: string) =>
    error("no-reading", `${index} counts up to ${range} in the problem, and up to ${size} here`, {
      span,
      hint: "another letter",
    }),
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
} as const;
