/** @file Text that anyone may have typed as pdflatex takes it: each character by itself, a command, or its number. */

import { greekWord, subscripts, superscripts } from "../../grammar/tokens.ts";

/** A mathematical sign, then the command that it stands for or what is typed for it in a formula. */
const written = `
  −- ×times ·cdot ⋅cdot ∙cdot ÷div ±pm ∓mp ∗ast ⋆star ∘circ •bullet ⊙odot ⊗otimes ⊕oplus ⊖ominus ⊘oslash
  ≤le ≥ge ⩽leqslant ⩾geqslant ≠ne ≈approx ≃simeq ≅cong ≡equiv ∼sim ∝propto ≪ll ≫gg ≔:= ≜triangleq
  ≺prec ≻succ ⪯preceq ⪰succeq ≼preccurlyeq ≽succcurlyeq ∈in ∉notin ∋ni ⊂subset ⊃supset ⊆subseteq
  ⊇supseteq ⊊subsetneq ∪cup ∩cap ∖setminus ∅varnothing ∀forall ∃exists ∄nexists ¬neg ∧wedge ∨vee ⊢vdash
  ⊨models ⊥perp ⟂perp ⊤top ⊺intercal ∥parallel ‖\\| ∣mid ∇nabla ∂partial ∞infty ∑sum ∏prod ∫int ∮oint
  √surd ℓell ℏhbar ℜRe ℑIm ℵaleph ′' ″'' ‴''' ←leftarrow →rightarrow ↔leftrightarrow ⇐Leftarrow
  ⇒Rightarrow ⇔Leftrightarrow ↑uparrow ↓downarrow ↦mapsto ↪hookrightarrow ⟵longleftarrow ⟶longrightarrow
  ⟹Longrightarrow ⟺Longleftrightarrow ⟨langle ⟩rangle 〈langle 〉rangle ⌊lfloor ⌋rfloor ⌈lceil ⌉rceil
  …ldots ⋯cdots ⋮vdots ⋱ddots ∠angle †dagger ‡ddagger □square ■blacksquare △triangle ◇Diamond ∴therefore
  ∵because ✓checkmark ∕/ ɛvarepsilon ϵepsilon ϑvartheta ϕphi ϱvarrho ϖvarpi µmu`;

/** A letter of another alphabet, and how the letter is dressed. */
const dressed = `ℝmathbb{R} ℕmathbb{N} ℤmathbb{Z} ℚmathbb{Q} ℂmathbb{C} ℙmathbb{P} ℍmathbb{H} 𝟙mathbf{1} ℒmathcal{L}
  ℋmathcal{H} ℱmathcal{F} ℰmathcal{E} ℬmathcal{B} ℐmathcal{I} ℳmathcal{M} ℛmathcal{R} ½tfrac{1}{2}
  ⅓tfrac{1}{3} ⅔tfrac{2}{3} ¼tfrac{1}{4} ¾tfrac{3}{4}`;

const signs = new Map<string, string>([
  // A letter that looks Latin has no command.
  ...[...greekWord].map(
    ([letter, word]) => [letter, word === "omicron" ? "o" : `\\${word}`] as const,
  ),
  ...entries(written),
  ...entries(dressed),
]);

function entries(table: string): (readonly [string, string])[] {
  return table
    .trim()
    .split(/\s+/u)
    .map((entry) => {
      const [sign = ""] = entry;
      const told = entry.slice(sign.length);
      return [sign, /^[A-Za-z]/u.test(told) ? `\\${told}` : told];
    });
}

/** How the letters from U+1D400 on are dressed, alphabet by alphabet. */
const alphabets =
  "mathbf mathit bm mathcal mathcal mathfrak mathbb mathfrak mathsf mathsf mathsf mathsf mathtt";

/** What stands for one character in a formula; null where nothing does. */
export function signCommand(character: string): string | null {
  const known = signs.get(character);
  if (known !== undefined) return known;
  const plain = character.normalize("NFKC");
  const code = character.codePointAt(0)!;
  if (code >= 0x1d7ce && code <= 0x1d7d7) return `\\mathbf{${plain}}`;
  if (code < 0x1d400 || !/^[A-Za-z]$/u.test(plain)) return null;
  const alphabet = alphabets.split(" ")[Math.floor((code - 0x1d400) / 52)]!;
  // Script and blackboard letters are capitals only.
  return /mathcal|mathbb/u.test(alphabet) && plain > "Z" ? null : `\\${alphabet}{${plain}}`;
}

const scriptClass = (table: Readonly<Record<string, string>>): string =>
  `[${Object.keys(table).join("")}]+`;
/** Characters that stand above the line, and such below it. */
export const scripts = {
  above: scriptClass(superscripts),
  below: scriptClass(subscripts),
} as const;

/** A run of characters above or below the line; null where it is none. */
export function scriptCommand(run: string): string | null {
  const [first = ""] = run;
  const table = first in superscripts ? superscripts : first in subscripts ? subscripts : null;
  if (!table) return null;
  const inside = [...run].map((character) => {
    const plain = table[character]!;
    return plain === "T" ? "\\top" : (signs.get(plain) ?? plain);
  });
  return `${table === superscripts ? "^" : "_"}{${joined(inside)}}`;
}

/** Pieces of a formula side by side: a command does not run into a letter. */
export const joined = (pieces: readonly string[]): string =>
  pieces.reduce((text, piece) => text + between(text, piece) + piece, "");

/** What has to stand between two pieces of a formula. */
export const between = (before: string, after: string): string =>
  /^[A-Za-z]/u.test(after) && /\\[A-Za-z]+$/u.test(before) ? " " : "";

/** What the letters of an accent are typed with, in text and in formulas. */
const accents: Readonly<Record<string, readonly [inText: string, inFormula: string]>> = {
  "\u0300": ["`", "grave"],
  "\u0301": ["'", "acute"],
  "\u0302": ["^", "hat"],
  "\u0303": ["~", "tilde"],
  "\u0304": ["=", "bar"],
  "\u0306": ["u", "breve"],
  "\u0307": [".", "dot"],
  "\u0308": ['"', "ddot"],
  "\u030a": ["r", "mathring"],
  "\u030b": ["H", ""],
  "\u030c": ["v", "check"],
  "\u0323": ["d", ""],
  "\u0327": ["c", ""],
  "\u0328": ["k", ""],
  "\u0331": ["b", ""],
};

/** A letter with one accent in a formula, ŷ as \hat{y}; null where it is none. */
export function accentCommand(letter: string): string | null {
  const [base = "", mark = "", ...more] = letter.normalize("NFD");
  const command = accents[mark]?.[1];
  const inside = /^[A-Za-z]$/u.test(base) ? base : signs.get(base);
  return command && inside && more.length === 0 ? `\\${command}{${inside}}` : null;
}

const native =
  /^[\u00c0-\u0107\u010a-\u0125\u0128-\u0137\u0139-\u013e\u0141-\u0148\u014a-\u0165\u0168-\u017e¡¿«»“”‘’‚„‹›–—…§¶©®™°€£¥¢†‡•ªº]$/u;

/** Whether a character beyond ASCII stands for itself, with the fonts of T1 and TS1: Latin letters and marks. */
export const isNative = (character: string): boolean => native.test(character);

const named: Readonly<Record<string, string>> = {
  "\\": "\\textbackslash{}",
  "~": "\\textasciitilde{}",
  "^": "\\textasciicircum{}",
  "<": "\\textless{}",
  ">": "\\textgreater{}",
  "|": "\\textbar{}",
  // After \item and \\ it would begin an option.
  "[": "{[}",
  "\u00a0": "~",
  "\u00ad": "\\-",
  "\u200b": "\\hspace{0pt}",
};

const inFormulas = `(?:[${[...signs.keys()].join("")}]|${scripts.above}|${scripts.below})+`;
const piece = new RegExp(`${inFormulas}|\\p{L}\\p{M}+|[^]`, "gu");

/** A text in a paragraph; a line end stays one, and runs of blanks are one blank. */
export const texText = (text: string): string =>
  text
    .normalize("NFC")
    .replaceAll(/[ \t\n\v\f\r\u0085\u2028\u2029]+/gu, (run) => (/[^ \t]/u.test(run) ? "\n" : " "))
    .replaceAll(piece, texPiece);

/** A text in typewriter letters, character by character: no ligatures, blanks as they are. */
export const texCode = (text: string): string =>
  text
    .normalize("NFC")
    .replaceAll(piece, (part) => texOfCode[part] ?? texPiece(part))
    .replaceAll(/[-,](?=[-,])/gu, "$&{}");

const texOfCode: Readonly<Record<string, string>> = {
  "'": "\\textquotesingle{}",
  "`": "\\textasciigrave{}",
  " ": "\\ ",
  "\n": "\\ ",
  "\t": "\\ \\ \\ \\ ",
};

function texPiece(part: string): string {
  if (isNative(part) || /^[A-Za-z0-9 \n]$/u.test(part)) return part;
  const name = named[part];
  if (name !== undefined) return name;
  if (/^[#$%&_{}]$/u.test(part)) return `\\${part}`;
  if (/^[\x21-\x7e]$/u.test(part)) return part;
  return formulaIn(part) ?? accented(part) ?? unknown(part);
}

const scriptOrSign = new RegExp(`${scripts.above}|${scripts.below}|[^]`, "gu");

/** Mathematical signs in a text; null where there are others. */
function formulaIn(part: string): string | null {
  const pieces = part.match(scriptOrSign) ?? [];
  const commands = pieces.map((each) => scriptCommand(each) ?? signCommand(each));
  return commands.includes(null) ? null : `$${joined(commands as string[])}$`;
}

/** A letter under accents that no font has as one; null where it is none. */
function accented(part: string): string | null {
  const [base = "", ...marks] = part.normalize("NFD");
  if (!/^[A-Za-z]$/u.test(base) || marks.length === 0) return null;
  const commands = marks.map((mark) => accents[mark]?.[0]);
  if (commands.includes(undefined)) return null;
  return commands.reduce<string>((inside, command) => `\\${command}{${inside}}`, base);
}

/** The characters of a text that are printed as their numbers. */
export const unprintable = (text: string): string[] =>
  [...text.normalize("NFC").matchAll(piece)].flatMap(([part]) =>
    texPiece(part).startsWith("{[}U+") ? [...part].slice(0, 1) : [],
  );

/** Blanks of other widths; the number of anything else that is seen. */
const unknown = (part: string): string =>
  [...part]
    .map((character) => {
      if (/^\p{Zs}$/u.test(character)) return "\\,";
      if (/^\p{Default_Ignorable_Code_Point}$/u.test(character)) return "";
      const number = character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0");
      return `{[}U+${number}]`;
    })
    .join("");
