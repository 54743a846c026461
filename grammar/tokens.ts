/** @file Every operator with all its spellings, and the lexer that knows them. */

import moo from "moo";

/** The signs of the language by name; a spelling is a character sequence or a LaTeX command. */
export const spellings = {
  plus: ["+"],
  minus: ["-", "−", "–", "—"],
  star: ["*", "·", "⋅", "∙", "∗", "\\cdot", "\\ast"],
  bullet: ["•", "\\bullet"],
  slash: ["/", "÷", "\\div"],
  odot: ["⊙", ".*", "∘", "\\odot", "\\circ"],
  oslash: ["⊘", "./", "\\oslash"],
  otimes: ["⊗", "\\otimes"],
  times: ["×", "\\times"],
  dotCaret: [".^"],
  caret: ["^"],
  underscore: ["_"],
  comma: [","],
  semicolon: [";"],
  define: [":=", "≔", "≡", "≜", "\\coloneqq", "\\triangleq", "\\equiv", "\\defeq"],
  colon: [":", "\\colon"],
  mapsto: ["↦", "|->", "\\mapsto"],
  to: ["→", "->", "\\to", "\\rightarrow"],
  element: ["∈", "\\in"],
  le: ["≤", "<=", "\\le", "\\leq", "\\leqslant"],
  ge: ["≥", ">=", "\\ge", "\\geq", "\\geqslant"],
  ne: ["≠", "!=", "\\ne", "\\neq"],
  lt: ["<", "\\lt"],
  gt: [">", "\\gt"],
  succ: ["≻", "\\succ"],
  succeq: ["⪰", "≽", "\\succeq", "\\succcurlyeq"],
  equals: ["=", "=="],
  openParen: ["(", "\\lparen"],
  closeParen: [")", "\\rparen"],
  openBracket: ["[", "\\lbrack"],
  closeBracket: ["]", "\\rbrack"],
  openBrace: ["{"],
  closeBrace: ["}"],
  openSet: ["\\{", "\\lbrace"],
  closeSet: ["\\}", "\\rbrace"],
  openAngle: ["⟨", "〈", "\\langle"],
  closeAngle: ["⟩", "〉", "\\rangle"],
  norm: ["‖", "∥", "||", "\\|", "\\Vert", "\\parallel"],
  openNorm: ["\\lVert"],
  closeNorm: ["\\rVert"],
  bar: ["|", "∣", "❘", "\\vert", "\\mid"],
  openBar: ["\\lvert"],
  closeBar: ["\\rvert"],
  top: ["⊤", "⊺", "\\top", "\\intercal"],
  dagger: ["†", "\\dagger"],
  asterisk: ["⋆", "\\star"],
  prime: ["'", "’", "‘", "ʹ", "′", "\\prime"],
  doublePrime: ["''", "″"],
  triplePrime: ["'''", "‴"],
  sum: ["∑", "\\sum"],
  partial: ["∂", "\\partial"],
  nabla: ["∇", "\\nabla"],
  root: ["√"],
  ones: ["𝟏", "𝟙"],
  reals: ["ℝ", "\\R", "\\reals"],
  symmetricMatrices: ["𝕊"],
  infinity: ["∞", "\\infty"],
  dots: ["..", "...", "…", "⋯", "\\ldots", "\\dots", "\\cdots", "\\dotsc", "\\dotsb", "\\vdots"],
  half: ["½"],
  third: ["⅓"],
  quarter: ["¼"],
  threeQuarters: ["¾"],
  fraction: ["\\frac", "\\tfrac", "\\dfrac", "\\cfrac"],
  squareRoot: ["\\sqrt"],
} as const satisfies Record<string, readonly string[]>;

export type Sign = keyof typeof spellings;

/** What a command does that is not an operator. */
export const commands = {
  /** Blank. */
  blank: [
    "\\,",
    "\\;",
    "\\:",
    "\\!",
    "\\ ",
    "\\quad",
    "\\qquad",
    "\\thinspace",
    "\\medspace",
    "\\displaystyle",
    "\\textstyle",
    "\\scriptstyle",
    "\\scriptscriptstyle",
    "\\limits",
    "\\nolimits",
    "\\left",
    "\\right",
    "\\middle",
    "\\big",
    "\\Big",
    "\\bigg",
    "\\Bigg",
    "\\bigl",
    "\\bigr",
    "\\bigm",
    "\\Bigl",
    "\\Bigr",
    "\\Bigm",
    "\\biggl",
    "\\biggr",
    "\\biggm",
    "\\Biggl",
    "\\Biggr",
    "\\Biggm",
    "\\nonumber",
    "\\notag",
    "\\hfill",
    "\\/",
    "\\strut",
    "\\mathstrut",
  ],
  /** Wraps a formula and says nothing of it. */
  wrapper: ["\\(", "\\)", "\\[", "\\]"],
  /** Changes the look of what follows. */
  style: [
    "\\mathbf",
    "\\bm",
    "\\boldsymbol",
    "\\mathcal",
    "\\mathrm",
    "\\mathsf",
    "\\mathit",
    "\\vec",
    "\\underline",
    "\\mathbb",
    "\\mathbbm",
    "\\mathfrak",
    "\\mathscr",
    "\\text",
    "\\textbf",
    "\\textrm",
    "\\textnormal",
    "\\textit",
    "\\textsf",
    "\\mathtt",
    "\\mathnormal",
    "\\operatorname",
    "\\operatorname*",
    "\\pmb",
    "\\bf",
    "\\rm",
    "\\it",
    "\\cal",
    "\\sf",
    "\\mathop",
    "\\mbox",
  ],
  /** Makes another name of a letter. */
  accent: [
    "\\hat",
    "\\bar",
    "\\tilde",
    "\\widehat",
    "\\widetilde",
    "\\overline",
    "\\dot",
    "\\ddot",
    "\\check",
    "\\breve",
  ],
  /** Takes a group that is not read. */
  ignoredGroup: [
    "\\label",
    "\\tag",
    "\\tag*",
    "\\begin",
    "\\end",
    "\\vspace",
    "\\phantom",
    "\\hphantom",
    "\\vphantom",
    "\\hspace",
    "\\ref",
    "\\eqref",
  ],
  /** A frame around a group, which says nothing of it. */
  framed: ["\\boxed", "\\fbox"],
  /** Takes two groups, the first to be set below the second. */
  below: ["\\underset"],
  /** Brackets whose content is a group. */
  group: ["\\norm", "\\abs", "\\norm*", "\\abs*"],
} as const satisfies Record<string, readonly string[]>;

/** The combining mark of an accent command. */
export const accentMarks: Readonly<Record<string, string>> = {
  "\\hat": "\u0302",
  "\\widehat": "\u0302",
  "\\bar": "\u0304",
  "\\overline": "\u0304",
  "\\tilde": "\u0303",
  "\\widetilde": "\u0303",
  "\\dot": "\u0307",
  "\\ddot": "\u0308",
  "\\check": "\u030c",
  "\\breve": "\u0306",
};

/** Greek letters by the word that spells them, in ASCII (`alpha`) and LaTeX (`\alpha`) alike. */
export const greek: Readonly<Record<string, string>> = {
  alpha: "α",
  beta: "β",
  gamma: "γ",
  delta: "δ",
  epsilon: "ε",
  varepsilon: "ε",
  zeta: "ζ",
  eta: "η",
  theta: "θ",
  vartheta: "θ",
  iota: "ι",
  kappa: "κ",
  lambda: "λ",
  mu: "μ",
  nu: "ν",
  xi: "ξ",
  omicron: "ο",
  pi: "π",
  rho: "ρ",
  varrho: "ρ",
  sigma: "σ",
  varsigma: "ς",
  tau: "τ",
  upsilon: "υ",
  phi: "φ",
  varphi: "φ",
  chi: "χ",
  psi: "ψ",
  omega: "ω",
  Gamma: "Γ",
  Delta: "Δ",
  Theta: "Θ",
  Lambda: "Λ",
  Xi: "Ξ",
  Pi: "Π",
  Sigma: "Σ",
  Upsilon: "Υ",
  Phi: "Φ",
  Psi: "Ψ",
  Omega: "Ω",
};

/** The word that spells a Greek letter. */
export const greekWord: ReadonlyMap<string, string> = new Map(
  Object.entries(greek)
    .toReversed()
    .map(([word, letter]) => [letter, word]),
);

/** What stands above or below the line in one character. */
export const superscripts: Readonly<Record<string, string>> = {
  "⁰": "0",
  "¹": "1",
  "²": "2",
  "³": "3",
  "⁴": "4",
  "⁵": "5",
  "⁶": "6",
  "⁷": "7",
  "⁸": "8",
  "⁹": "9",
  "⁺": "+",
  "⁻": "-",
  ᵀ: "T",
  ᵗ: "t",
  ⁿ: "n",
  ᵏ: "k",
  ᵐ: "m",
  ᵖ: "p",
  ⁱ: "i",
  ʲ: "j",
  ᵃ: "a",
  ᵇ: "b",
  ᵈ: "d",
  ˣ: "x",
  ʸ: "y",
  ᶻ: "z",
};
export const subscripts: Readonly<Record<string, string>> = {
  "₀": "0",
  "₁": "1",
  "₂": "2",
  "₃": "3",
  "₄": "4",
  "₅": "5",
  "₆": "6",
  "₇": "7",
  "₈": "8",
  "₉": "9",
  ₐ: "a",
  ₑ: "e",
  ₕ: "h",
  ᵢ: "i",
  ⱼ: "j",
  ₖ: "k",
  ₗ: "l",
  ₘ: "m",
  ₙ: "n",
  ₒ: "o",
  ₚ: "p",
  ᵣ: "r",
  ₛ: "s",
  ₜ: "t",
  ᵤ: "u",
  ᵥ: "v",
  ₓ: "x",
  ᵦ: "β",
  ᵧ: "γ",
  ᵨ: "ρ",
  ᵩ: "φ",
  ᵪ: "χ",
  "₊": "+",
  "₋": "-",
};

/** Signs from another plane are folded to these before lexing, since a `u` class must not be astral. */
export const foldedOnes = "\uE001";
export const foldedSymmetricMatrices = "\uE002";

const escape = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/gu, "\\$&");

const signOfCharacters: (readonly [string, Sign])[] = [];
const signOfCommand = new Map<string, Sign>();
for (const [name, all] of Object.entries(spellings) as [Sign, readonly string[]][])
  for (const spelling of all)
    if (spelling.startsWith("\\") && spelling.length > 1) signOfCommand.set(spelling, name);
    else if (spelling === "𝟏") signOfCharacters.push([foldedOnes, name]);
    else if (spelling === "𝕊") signOfCharacters.push([foldedSymmetricMatrices, name]);
    else if (spelling !== "𝟙") signOfCharacters.push([spelling, name]);
// Longest first: `||` before `|`, `:=` before `:`.
signOfCharacters.sort((a, b) => b[0].length - a[0].length);
const characterSigns = new Map(signOfCharacters);

const commandKinds = new Map<string, keyof typeof commands>();
for (const [kind, all] of Object.entries(commands) as [keyof typeof commands, readonly string[]][])
  for (const command of all) commandKinds.set(command, kind);

const classOf = (keys: readonly string[]): string => `[${keys.map(escape).join("")}]+`;

const lexer = moo.compile({
  blank: /[ \t~]+/u,
  newline: { match: /\n/u, lineBreaks: true },
  comment: /[#%][^\n]*/u,
  wrapper: /\${1,2}/u,
  ampersand: /&/u,
  lineBreak: /\\\\\*?(?:\[[^\]\n]*\])?/u,
  command: /\\(?:[A-Za-z]+\*?|[^A-Za-z\n])/u,
  // A dot goes with digits only where no operator begins with it (`2.*x`, `1..n`).
  number: /(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?/u,
  word: /[A-Za-z]+(?:\p{M}+)?/u,
  letter: /[\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u024F\u0370-\u03FF\u1E00-\u1EFFℓ]\p{M}*/u,
  superscript: new RegExp(classOf(Object.keys(superscripts)), "u"),
  subscript: new RegExp(classOf(Object.keys(subscripts)), "u"),
  sign: new RegExp(signOfCharacters.map(([text]) => escape(text)).join("|"), "u"),
  period: /\./u,
});

/** A piece of text as the lexer cuts it. */
export interface RawToken {
  readonly type:
    | "blank"
    | "newline"
    | "lineBreak"
    | "wrapper"
    | "ampersand"
    | "command"
    | "number"
    | "word"
    | "letter"
    | "superscript"
    | "subscript"
    | "period"
    | keyof typeof commands
    | Sign;
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** Cuts a folded text; what is no token ends the list with `stoppedAt`. */
export function lex(text: string): { tokens: RawToken[]; stoppedAt: number | null } {
  lexer.reset(text);
  const tokens: RawToken[] = [];
  let at = 0;
  try {
    for (const token of lexer) {
      const end = token.offset + token.text.length;
      at = end;
      if (token.type === "comment") continue;
      const type =
        token.type === "sign"
          ? characterSigns.get(token.text)
          : token.type === "command"
            ? (signOfCommand.get(token.text) ?? commandKinds.get(token.text) ?? "command")
            : token.type;
      tokens.push({ type: type as RawToken["type"], text: token.text, start: token.offset, end });
    }
  } catch {
    return { tokens, stoppedAt: at };
  }
  return { tokens, stoppedAt: null };
}

/** The command that spells a sign, for error messages and suggestions. */
export const knownCommands: readonly string[] = [
  ...signOfCommand.keys(),
  ...commandKinds.keys(),
  ...Object.keys(greek).map((word) => `\\${word}`),
];
