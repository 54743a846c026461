/** @file Long formulas in LaTeX, broken before the signs of their terms. */

/** How many letters wide a formula may be; what is narrower is never broken. */
const mostWide = 52;
/** The room that a sign between two terms takes, in letters, and that of what stands above or below the line. */
const signWidth = 2.3;
const raisedWidth = 0.7;

const tokens = /\\[A-Za-z]+|\\.|[\s\S]/gu;
const styles =
  /^\\(?:left|right|mathbf|boldsymbol|mathrm|mathit|mathsf|operatorname|text|displaystyle|,|;|!)$/u;
const signs = /^(?:[+\-=<>]|\\(?:odot|oslash|otimes|cdot|times|to|mapsto|le|ge|neq|circ|approx))$/u;

/** About how wide a formula is, in letters. */
function widthOf(latex: string): number {
  const parts = latex.match(tokens) ?? [];
  let at = 0;
  /** The width of the next group or sign. */
  const next = (): number => {
    while (parts[at]?.trim() === "") at++;
    const part = parts[at++];
    if (part === undefined || part === "}" || part === "&") return 0;
    if (part === "{") return group();
    if (part === "\\frac") return Math.max(next(), next());
    if (part === "^" || part === "_") return raisedWidth * next();
    if (styles.test(part)) return 0;
    return signs.test(part) ? signWidth : 1;
  };
  const group = (): number => {
    let width = 0;
    while (at < parts.length && parts[at] !== "}") width += next();
    at++;
    return width;
  };
  let width = 0;
  while (at < parts.length) width += next();
  return width;
}

/** The terms of a sum, each but the first with its sign. */
function termsOf(latex: string): string[] {
  const terms: string[] = [];
  let depth = 0;
  /** Bars that were opened; they close as they open. */
  const bars = new Set<string>();
  let term = "";
  let last = "";
  for (const [part] of latex.matchAll(tokens)) {
    if (part === "|" || part === "\\|") {
      if (!bars.delete(part)) bars.add(part);
    } else if (/^(?:[{([]|\\(?:left|begin|lVert|langle|lvert|\{))$/u.test(part)) depth++;
    else if (/^(?:[})\]]|\\(?:right|end|rVert|rangle|rvert|\}))$/u.test(part)) depth--;
    else if ((part === "+" || part === "-") && depth === 0 && bars.size === 0 && last === " ") {
      terms.push(term.trimEnd());
      term = "";
    }
    term += part;
    last = part;
  }
  return [...terms, term].filter((text) => text !== "");
}

/** The lines of the right side of an equation: one where it is short or no sum, else as many terms in each as it has room for. */
export function linesOf(latex: string): string[] {
  if (widthOf(latex) <= mostWide) return [latex];
  const lines: string[] = [];
  for (const term of termsOf(latex)) {
    const longer = lines.length === 0 ? term : `${lines.at(-1)!} ${term}`;
    if (lines.length > 0 && widthOf(longer) <= mostWide) lines[lines.length - 1] = longer;
    else lines.push(term);
  }
  return lines;
}

/** An equation that stands by itself, in as many lines as it needs. */
export function brokenEquation(latex: string): string {
  const [first = "", ...others] = linesOf(latex);
  if (others.length === 0) return first;
  const lines = [`&${first}`, ...others.map((line) => `&\\quad {}${line}`)];
  return `\\begin{aligned}\n${lines.join(" \\\\\n")}\n\\end{aligned}`;
}
