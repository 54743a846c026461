/** @file Slips of the hand: one change of the text of a right answer, and the kinds of mistake that it may be. */

import type { DiagnosisKind } from "../src/index.ts";
import type { Pick } from "./rewrites.ts";

/** A slip: what it changes in a text, and as what it may be diagnosed. */
interface Slip {
  readonly name: string;
  readonly pattern: RegExp;
  readonly put: (found: RegExpExecArray) => string;
  readonly kinds: readonly DiagnosisKind[];
}

const turned: readonly DiagnosisKind[] = [
  "transpose",
  "shape",
  "symmetric-assumption",
  "layout",
  "order",
];
const counted: readonly DiagnosisKind[] = ["factor", "sign"];
const chain: readonly DiagnosisKind[] = [
  "missing-chain-term",
  "shape",
  "factor",
  "missing-term",
  "missing-path",
  "extra-term",
];

const slips: readonly Slip[] = [
  { name: "a transpose lost", pattern: /ᵀ/gu, put: () => "", kinds: turned },
  {
    name: "a transpose too much",
    pattern: /(?<![∂∇_{}\p{L}])\p{Lu}(?![ᵀ⁻\p{L}₀-₉_(′])/gu,
    put: ([text]) => `${text}ᵀ`,
    kinds: turned,
  },
  { name: "K⁻ᵀ for K⁻¹", pattern: /⁻¹/gu, put: () => "⁻ᵀ", kinds: turned },
  { name: "K⁻¹ for K⁻ᵀ", pattern: /⁻ᵀ/gu, put: () => "⁻¹", kinds: turned },
  {
    name: "an inverse lost",
    pattern: /⁻¹/gu,
    put: () => "",
    kinds: ["other", "missing-chain-term", "factor", "order", "shape"],
  },
  {
    name: "− for +",
    pattern: / \+ /gu,
    put: () => " − ",
    kinds: ["sign", "missing-path", "factor"],
  },
  {
    name: "+ for −",
    pattern: / − /gu,
    put: () => " + ",
    kinds: ["sign", "missing-path", "factor"],
  },
  { name: "the first sign", pattern: /^−/gu, put: () => "", kinds: ["sign", "factor"] },
  { name: "a sign too much", pattern: /^(?=[^−])/gu, put: () => "−", kinds: ["sign", "factor"] },
  { name: "½ lost", pattern: /½/gu, put: () => "", kinds: counted },
  { name: "2 lost", pattern: /(?<![\p{L}^_\d.])2(?=[\p{L}(])/gu, put: () => "", kinds: counted },
  { name: "3 for 2", pattern: /(?<![\p{L}^_\d.])2(?=[\p{L}(])/gu, put: () => "3", kinds: counted },
  {
    name: "matrix product for ⊙",
    pattern: / ⊙ /gu,
    put: () => " ",
    kinds: ["elementwise-vs-matrix", "shape"],
  },
  {
    name: "factors in the wrong order",
    pattern: /(?<![\p{L}_∂∇])(\p{Lu}[ᵀ⁻¹]*)(\p{L}ᵀ?)(?![₀-₉_(′\p{M}])/gu,
    put: ([, a, b]) => b! + a!,
    kinds: ["order", "shape", "transpose", "symmetric-assumption"],
  },
  {
    name: "a factor lost",
    pattern: /(?<=[\p{L})ᵀ¹])(?<![∂∇_])\p{L}(?:ᵀ|⁻¹)?(?=$|[ )\p{L}])/gu,
    put: () => "",
    kinds: chain,
  },
  {
    name: "a first factor lost",
    pattern: /(?<=^|[ (])\p{L}(?:ᵀ|⁻¹)?(?=[\p{L}(])/gu,
    put: () => "",
    kinds: chain,
  },
  {
    name: "a term lost",
    pattern: / [+−] [^+−()]+$/gu,
    put: () => "",
    kinds: ["missing-term", "missing-path", "symmetric-assumption", "factor", "shape"],
  },
  {
    name: "a term too much",
    pattern: /$/gu,
    put: ({ input }) => ` + ${/^−?([^+−]+)/u.exec(input)?.[1] ?? ""}`,
    kinds: ["extra-term", "factor", "missing-path"],
  },
  {
    name: "a square lost",
    pattern: /²/gu,
    put: () => "",
    kinds: ["other", "factor", "missing-chain-term"],
  },
  {
    name: "a function for its derivative",
    pattern: /(\p{Ll})′\(/gu,
    put: ([, f]) => `${f}(`,
    kinds: ["missing-chain-term", "other"],
  },
];

/** A wrong answer made from a right one. */
export interface Slipped {
  readonly text: string;
  readonly name: string;
  readonly kinds: readonly DiagnosisKind[];
}

/** A text with one slip in it; null where none was found to make. */
export function slipped(text: string, pick: Pick): Slipped | null {
  for (let round = 0; round < 30; round++) {
    const { name, pattern, put, kinds } = slips[pick(slips.length)]!;
    const found = [...text.matchAll(pattern)] as RegExpExecArray[];
    if (found.length === 0) continue;
    const at = found[pick(found.length)]!;
    const made = text.slice(0, at.index) + put(at) + text.slice(at.index + at[0].length);
    if (made.trim() !== text && made.trim() !== "") return { text: made.trim(), name, kinds };
  }
  return null;
}
