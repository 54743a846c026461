/** @file Words with formulas in them as they are typed on any keyboard. */

import { spellings, subscripts, superscripts } from "../../grammar/tokens.ts";
import { asciiName } from "../print/ascii.ts";
import { scripts } from "./characters.ts";

const isPlain = (spelling: string): boolean => /^[ -[\]-~]+$/u.test(spelling);

/** Signs of the language that have a spelling in ASCII, then others: what is neither a letter nor a script. */
const typed = new Map([
  ...Object.values(spellings).flatMap((all: readonly string[]) => {
    const plain = all.find(isPlain);
    const others = all.filter((spelling) => !isPlain(spelling));
    return plain === undefined ? [] : others.map((sign) => [sign, plain] as const);
  }),
  ...Object.entries({
    "×": "x",
    "≈": "~",
    "½": "1/2",
    "⅓": "1/3",
    "¼": "1/4",
    "¾": "3/4",
    "√": "sqrt ",
    "∞": "inf",
    "∂": "d",
    "∇": "nabla ",
    "⊗": "(x)",
    "𝟏": "ones",
    ℝ: "R",
    "∈": "in",
    "…": "...",
    "“": '"',
    "”": '"',
  }),
]);

const scriptRun = new RegExp(`${scripts.above}|${scripts.below}|\\p{L}\\p{M}|[^ -~\n]`, "gu");

/** Words with formulas in them, in ASCII. */
export const asciiText = (text: string): string =>
  text.replaceAll(scriptRun, (part) => {
    const [first = ""] = part;
    const isAbove = first in superscripts;
    if (!isAbove && !(first in subscripts)) return typed.get(part) ?? asciiName(part);
    const table = isAbove ? superscripts : subscripts;
    const plain = [...part].map((character) => asciiName(table[character]!)).join("");
    return (isAbove ? "^" : "_") + (/^(?:-?\d+|.)$/u.test(plain) ? plain : `{${plain}}`);
  });
