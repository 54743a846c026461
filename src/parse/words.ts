/** @file Words and letters: names, functions, products of single letters. */

import { greek } from "../../grammar/tokens.ts";
import { errors } from "../diagnostics/errors.ts";
import { suggest } from "../diagnostics/suggest.ts";
import { functionNames, isFunctionName, traceNames } from "../ops/functions.ts";
import {
  jacobianOf,
  memberOfFormula,
  readApplication,
  readFormula,
  readJacobian,
  readMember,
  readNabla,
} from "./applications.ts";
import type { Cursor } from "./cursor.ts";
import { propertyWords } from "./heads.ts";
import type { Piece } from "./latex.ts";
import { binary, closing, opening } from "./pieces.ts";
import { baseName, lettersOf, matching, subscriptAt, withIndices } from "./names.ts";
import type { FoundName } from "./names.ts";
import { isExtremum } from "./openings.ts";
import { isIndicator, readOnes, readSum, readVariables } from "./signs.ts";

export function readWord(c: Cursor, piece: Piece): void {
  const { text } = piece;
  const next = c.pieces[c.at + 1];
  // Words with digits that are functions: norm1, norm2.
  if (
    next?.type === "number" &&
    next.start === piece.end &&
    isFunctionName(text + next.text) &&
    !c.names.values.has(text)
  ) {
    readFunction(c, piece, text + next.text, c.at + 2);
    return;
  }
  if ((text === "eye" || text === "ones") && !c.names.values.has(text) && readSized(c, piece))
    return;
  if (text === "ones" && !c.names.values.has(text)) return readOnes(c, piece);
  // I(z > 0) is an indicator, and no matrix times anything.
  const isCalled = text === "I" && next?.type === "openParen" && !c.names.values.has(text);
  if (isCalled && isIndicator(c, c.at + 1)) return readOnes(c, piece);
  if (
    text === "vector" &&
    c.followedBy(["openParen", "number", "closeParen"]) &&
    c.pieces[c.at + 2]!.text === "1"
  ) {
    c.token("ones", piece, "", c.pieces[c.at + 3]);
    c.at += 4;
    return;
  }
  if (text === "sum" && !piece.upright && next?.type === "underscore")
    return readSum(c, piece, piece);
  if (c.tokens.length === 0 && isExtremum(piece) && subscriptAt(c.statement, c.at + 1, -1))
    return readVariables(c, piece);
  if (differentialQuotient(c, piece)) return;
  const declared = withIndices(c.statement, c.at, text);
  if (readFunctionOfProblem(c, piece, withIndices(c.statement, c.at, baseName(text)))) return;
  if (text === "nabla" && !c.names.values.has(text)) return readNabla(c, piece);
  if (c.names.values.has(declared.name) || c.names.values.has(text)) {
    c.name(declared.name, piece, c.pieces[declared.next - 1]!);
    c.at = declared.next;
    return;
  }
  if (Object.hasOwn(greek, text)) return greekWord(c, piece);
  if (isFunctionName(text)) return readFunction(c, piece, text, c.at + 1);
  if (text === "O" && next?.type === "openParen" && c.tokens.at(-1)?.type === "plus")
    throw errors.notInLanguage(c.span(piece), "O(…), the order of a rest, is not in the language");
  if (/^subject(?:to)?$/u.test(text))
    throw errors.notInLanguage(
      c.span(piece),
      "constraints are not in the language: the gradient is that of the objective alone",
    );
  if (piece.upright) {
    const known = [...functionNames(), ...c.names.values];
    throw errors.unknownWord(c.span(piece), text, suggest(text, known));
  }
  readLetters(c, piece);
}

/** A function that the problem declares or defines, or a Jacobian of one; false where the name is none. */
function readFunctionOfProblem(c: Cursor, piece: Piece, { name, next }: FoundName): boolean {
  const isOfLanguage = c.names.formulas.has(name) && isFunctionName(name);
  // swish(k) = … says what swish is: swish(z) stays the function of the language.
  const opens = (at: number): boolean => c.pieces[at]?.type.startsWith("open") === true;
  if (isOfLanguage && (opens(next) || opens(c.pastExponent(next))))
    readFunction(c, piece, name, next);
  else if (c.names.functions.has(name)) readApplication(c, piece, name, next);
  else if (c.names.formulas.has(name)) readFormula(c, piece, name, next);
  else if (memberOfFormula(c, name)) readMember(c, piece, name, next);
  else {
    const of = jacobianOf(c, name);
    if (of === null) return false;
    readJacobian(c, piece, of, next);
  }
  return true;
}

/** MATLAB's `eye(n)` and `ones(n, 1)`. */
function readSized(c: Cursor, piece: Piece): boolean {
  const types =
    piece.text === "eye"
      ? ["openParen", "word", "closeParen"]
      : ["openParen", "word", "comma", "number", "closeParen"];
  const [size, columns] = [c.pieces[c.at + 2], c.pieces[c.at + 4]];
  if (!c.followedBy(types) || lettersOf(size!.text).length !== 1) return false;
  if (piece.text === "ones" && columns!.text !== "1") return false;
  const end = c.pieces[c.at + types.length];
  if (piece.text === "eye") c.token("name", piece, `I_${size!.text}`, end);
  else c.token("ones", piece, size!.text, end);
  c.at += types.length + 1;
  return true;
}

/** A run of letters that is no name: single letters side by side. */
function readLetters(c: Cursor, piece: Piece): void {
  const letters = lettersOf(piece.text);
  if (letters.length > 1) refuseWord(c, piece);
  const dressed = piece.end - piece.start !== piece.text.length;
  for (const [i, letter] of letters.entries()) {
    const start = dressed ? piece.start : piece.start + i;
    const end = dressed || i === letters.length - 1 ? piece.end : start + letter.length;
    const part: Piece = { ...piece, text: letter, start, end };
    if (i === letters.length - 1) {
      if (readFunctionOfProblem(c, part, withIndices(c.statement, c.at, letter))) return;
      const found = withIndices(c.statement, c.at, letter, !c.isFractionPart());
      c.styled(found.name, part, part);
      c.tokens.push({
        type: "name",
        value: found.name,
        text: letter,
        span: c.span(part, c.pieces[found.next - 1]),
        offset: start,
      });
      c.at = found.next;
    } else if (c.names.functions.has(letter))
      throw errors.functionWithoutBrackets(c.span(part), letter);
    else c.name(letter, part, part);
  }
}

/** Three or more lower-case letters, or a function's name run together with its argument. */
function refuseWord(c: Cursor, piece: Piece): void {
  const { text } = piece;
  const before = c.tokens.at(-1);
  const name = before?.type === "name" ? before.value : null;
  // PD in tr(PD), and where P and D are names, is their product.
  const isProduct =
    /^\p{Lu}+$/u.test(text) &&
    ((before && name === null) || lettersOf(text).every((l) => c.names.values.has(l)));
  if ((propertyWords.has(text) || text === "scalar") && !isProduct) {
    throw errors.propertyNeedsColon(c.span(piece), text, name);
  }
  const plain = text.toLowerCase();
  const called = ["openParen", "openBracket"].includes(c.pieces[c.at + 1]?.type ?? "");
  // Of LN(x) and ERf(x) the letters may all be names of the problem.
  const isKnown = lettersOf(text).every((l) => c.names.values.has(l) || c.names.functions.has(l));
  if (called && plain !== text && isFunctionName(plain) && !isKnown)
    throw errors.unknownWord(c.span(piece), text, plain);
  // Crf(y) is C·r·f(y) where f is a function.
  const isApplied = c.names.functions.has(lettersOf(text).at(-1)!);
  if (called && /^\p{Lu}\p{Ll}{2,}$/u.test(text) && !isProduct && !isApplied)
    throw errors.unknownWord(c.span(piece), text, null, true);
  // Xdiag(w) is X diag(w).
  const tail = /^(\p{Lu}+)(\p{Ll}{2,})$/u.exec(text);
  if (called && tail && isFunctionName(tail[2]!))
    throw errors.unknownWord(c.span(piece), text, `${tail[1]} ${tail[2]}`);
  const run =
    /^(tr|det|log|ln|exp|diag|tanh|logdet|norm|sin|cos|sum|softmax|relu|inv)([A-Z].*)$/u.exec(text);
  if (run) throw errors.unknownWord(c.span(piece), text, `${run[1]}(${run[2]})`);
  if (/^[a-z]{3,}$/u.test(text) || (text.length > 3 && /[a-z]{3,}/u.test(text))) {
    const known = [...functionNames(), ...Object.keys(greek), ...c.names.values];
    throw errors.unknownWord(c.span(piece), text, suggest(text, known), called);
  }
}

function greekWord(c: Cursor, piece: Piece): void {
  letterNamed(c, piece, greek[piece.text]!);
}

export function readLetter(c: Cursor, piece: Piece): void {
  letterNamed(c, piece, piece.text);
}

function letterNamed(c: Cursor, piece: Piece, letter: string): void {
  const next = c.pieces[c.at + 1];
  if (readFunctionOfProblem(c, piece, withIndices(c.statement, c.at, letter))) return;
  const called = next?.type === "openParen" || next?.type === "openBracket";
  if (letter === "σ" && !c.names.values.has("σ")) {
    // In an answer all names are known: σ²(z) is no variance times z.
    const isPower = c.isAnswer && c.pieces[c.pastExponent(c.at + 1)]?.type === "openParen";
    if (called || isPower) return readFunction(c, piece, "sigmoid", c.at + 1);
    if (next?.type === "prime" && readSlope(c, piece, "sigmoid", c.at + 1)) return;
    if (next?.type === "prime" || next?.type === "doublePrime") refuseFunctional(c, piece);
  }
  const indexed = withIndices(c.statement, c.at, letter).name;
  if (letter === "Σ" && isSum(c, indexed)) return readSum(c, piece, piece);
  const found = withIndices(c.statement, c.at, letter, !c.isFractionPart());
  c.name(found.name, piece, c.pieces[found.next - 1]!);
  c.at = found.next;
}

/** Whether Σ is a sum, and no name; `indexed` is the name with what stands below it. */
function isSum(c: Cursor, indexed: string): boolean {
  if (c.names.values.has(indexed)) return hasLimit(c);
  if (!c.names.values.has("Σ")) return bindsIndex(c) || isBareSum(c);
  // Of a matrix Σ there is no Σ_n.
  const below = subscriptAt(c.statement, c.at + 1, -1)?.text ?? "";
  return hasLimit(c) || (/^\p{L}$/u.test(below) && c.isIndex(below) && bindsIndex(c));
}

/** Whether the subscript that follows binds an index: `_{i=1}`, `_i`, `_{j≠y}`, `_{ij}`. */
function bindsIndex(c: Cursor): boolean {
  const found = subscriptAt(c.statement, c.at + 1, -1);
  if (found === null) return false;
  if (/[=≠,<>≤≥]/u.test(found.text)) return true;
  if (!/^[a-zA-Z]{1,2}$/u.test(found.text)) return false;
  // Σ_i −p_i log p_i, but Σ_k − S.
  if (c.pieces[found.next]?.type === "minus" && !c.operandBefore())
    return indicesIn(c, found.next + 1).includes(found.text);
  if (endsOperand(c, found.next)) return false;
  // Σ_{ij} is an entry of Σ but before what is indexed by i and j.
  if (found.text.length === 2) return [...found.text].every((letter) => c.isIndex(letter));
  // wᵀΣ_w w: within a product, with a letter that is no index of anything else.
  return !c.operandBefore() || c.isIndex(found.text);
}

/** Whether a sum without its index follows, as in Σ(y_i − a)²: of a matrix Σ there would be a term before. */
function isBareSum(c: Cursor): boolean {
  if (c.operandBefore() || c.pieces[c.at + 1]?.type !== "openParen") return false;
  const letters = indicesIn(c, c.at + 1);
  return letters.length > 0 && !letters.some((letter) => c.names.values.has(letter));
}

/** The single letters that stand below names from `start` to the end of a bracket or of all. */
function indicesIn(c: Cursor, start: number): readonly string[] {
  const found: string[] = [];
  let depth = 0;
  for (let i = start; i < c.pieces.length; i++) {
    const { type } = c.pieces[i]!;
    if (opening.has(type)) depth++;
    else if (closing.has(type) && --depth < 0) break;
    const text = subscriptAt(c.statement, i, -1)?.text ?? "";
    if (/^\p{L}{1,2}$/u.test(text)) found.push(...text);
  }
  return found;
}

/** Whether `_{i=1}` follows, which names nothing. */
const hasLimit = (c: Cursor): boolean =>
  subscriptAt(c.statement, c.at + 1, -1)?.text.includes("=") === true;

/** Whether what stands at `i` can only follow an operand: Σ_k⁻¹, |Σ_k|, Σ_k + …. */
function endsOperand(c: Cursor, i: number): boolean {
  const next = c.pieces[i];
  if (next === undefined || closing.has(next.type)) return true;
  if (next.type === "bar" || next.type === "norm") return c.bars.length > 0;
  if (next.type === "superscript") return /[⁻ᵀ]/u.test(next.text);
  if (next.type === "caret") {
    const above = c.pieces[i + 1]?.type === "openBrace" ? c.pieces[i + 2] : c.pieces[i + 1];
    return above?.text === "T" || ["minus", "top", "prime"].includes(above?.type ?? "");
  }
  return afterOperand.has(next.type);
}

const afterOperand: ReadonlySet<string> = new Set([...binary, "comma", "equals", "prime"]);

/** `dL/dz`: read as ∂L/∂z where L is a name of the problem, or d is none. */
function differentialQuotient(c: Cursor, piece: Piece): boolean {
  const { names } = c;
  const of = differentialAt(c, c.at);
  if (of === null || c.pieces[of.next]?.type !== "slash") return false;
  const by = differentialAt(c, of.next + 1);
  if (by === null) return false;
  const isName =
    names.values.has(of.name) || names.functions.has(of.name) || names.formulas.has(of.name);
  if (!isName && names.values.has("d")) return false;
  const [slash, below] = [c.pieces[of.next]!, c.pieces[of.next + 1]!];
  c.token("partial", piece);
  c.name(of.name, piece, c.pieces[of.next - 1]!);
  c.token("slash", slash);
  c.token("partial", below);
  c.name(by.name, below, c.pieces[by.next - 1]!);
  c.at = by.next;
  return true;
}

/** The name after a d that touches it: one letter, a Greek one, or a name of the problem. */
function differentialAt(c: Cursor, at: number): FoundName | null {
  const piece = c.pieces[at];
  if (piece?.type !== "word" || !piece.text.startsWith("d") || c.names.values.has(piece.text))
    return null;
  const rest = piece.text.slice(1);
  const after = c.pieces[at + 1];
  if (rest === "")
    return after?.type === "letter" && after.start === piece.end
      ? withIndices(c.statement, at + 1, after.text)
      : null;
  const isOne = rest.length === 1 || Object.hasOwn(greek, rest) || c.names.values.has(rest);
  return isOne ? withIndices(c.statement, at, baseName(rest)) : null;
}

/** `f'(x)` and `f^2(x)` of a function are no products. */
function refuseFunctional(c: Cursor, piece: Piece): void {
  let at = c.at + 1;
  while (["prime", "doublePrime"].includes(c.pieces[at]?.type ?? "")) at++;
  at = c.pastExponent(at);
  if (at === c.at + 1 || c.pieces[at]?.type !== "openParen") return;
  throw errors.notYet(
    c.span(piece, c.pieces[matching(c.statement, at)]),
    "a derivative or a power of a function",
  );
}

/** `log_2` and `log10`, `log1p`: log is natural. */
function refuseBase(
  c: Cursor,
  piece: Piece,
  next: number,
  subscript: { text: string; next: number } | null,
): void {
  const digits = c.pieces[next];
  const touches = digits?.type === "number" && digits.start === c.pieces[next - 1]!.end;
  const base = subscript?.text ?? (touches ? digits.text : null);
  if (base === null) return;
  throw errors.notInLanguage(
    c.span(piece, c.pieces[(subscript?.next ?? next + 1) - 1]),
    "log is the natural logarithm",
    subscript === null && base === "1" ? "log(1 + …)" : `log(…)/log(${base})`,
  );
}

/** `tanh′(x)`: the derivative of a function of each entry; false where it is none. */
function readSlope(c: Cursor, piece: Piece, word: string, next: number): boolean {
  const derivative = `${word}'`;
  const bracket = c.pieces[next + 1]?.type ?? "";
  if (!isFunctionName(derivative) || !brackets.has(bracket)) return false;
  c.token("callee", piece, derivative, c.pieces[next]);
  c.at = next + 1;
  return true;
}

/** What a function is called with. */
const brackets: ReadonlySet<string> = new Set(["openParen", "openBracket", "openBrace", "openSet"]);

/** A function of the language: with brackets it calls, without it takes what follows. */
function readFunction(c: Cursor, piece: Piece, word: string, next: number): void {
  if (c.pieces[next]?.type === "prime" && readSlope(c, piece, word, next)) return;
  if (/^(?:prime|doublePrime)$/u.test(c.pieces[next]?.type ?? "")) refuseFunctional(c, piece);
  const subscript = ["underscore", "subscript"].includes(c.pieces[next]?.type ?? "")
    ? subscriptAt(c.statement, next, -1)
    : null;
  let at = subscript?.next ?? next;
  const value = subscript ? `${word}_${subscript.text}` : word;
  if (word === "log") refuseBase(c, piece, next, subscript);
  const exponentAt = at;
  at = c.pastExponent(at);
  if (exponentAt !== at && /[-⁻]/u.test(c.textBetween(exponentAt, at)))
    throw errors.negativePowerOfFunction(c.span(piece, c.pieces[at - 1]), word);
  const bracket = c.pieces[at]?.type;
  const calls = brackets.has(bracket ?? "");
  c.token(
    calls ? "callee" : traceNames.has(word) ? "prefixTrace" : "prefix",
    piece,
    value,
    c.pieces[(subscript?.next ?? next) - 1],
  );
  c.at = subscript?.next ?? next;
}
