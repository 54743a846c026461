/** @file The words that an answer in prose begins with: “Answer.”, “Solution (b):”, “Model solution to exercise 2:”. */

const kind =
  "(?:(?:model|sample|example|expected|suggested|reference|official|correct|full|worked|possible)\\s+)?";
const noun = "(?:answers?|solutions?)";
const what =
  "(?:\\s+(?:key|sketch|outline)|\\s+(?:to|of|for)(?:\\s+the)?(?:\\s+(?:exercise|problem|question|part|task|item)s?)?)?";
const which =
  "(?:\\s*\\((?:[\\w.]{1,6}|sketch|[\\d.,]+\\s*(?:points?|pts?\\.?))\\)|\\s+(?:\\d+(?:\\.\\d+)*[a-z]?|[a-z]|[ivx]+)\\b)*";
const label = `${kind}(?:${noun}${what}${which}|ans|soln?)`;
/** What a line begins with before its words: signs, and the number of an item. */
const lead = "[^\\p{L}\\p{N}(]*(?:\\(?[\\w.]{1,6}[.)]\\s+|\\d[\\d.]*\\s+)?[^\\p{L}\\p{N}(]*";
const end = "(?:\\s*[:：]|\\s*\\.(?=[\\s*_~<]|$)|\\s+[—–-]{1,3}(?=\\s|$))";

const opening = new RegExp(`^${lead}${label}${end}`, "iu");
const whole = new RegExp(`^${lead}${kind}${noun}${what}${which}\\s*[.:：]?\\s*$`, "iu");
const closing = new RegExp(`(?:[:：]\\s*|\\s[—–-]{1,3}\\s+|\\(\\s*)${kind}${noun}\\s*\\)?$`, "iu");
const near = new RegExp("\\b(?:answers?|solutions?)\\b", "iu");

/** Only the first words of a text are looked at. */
const longest = 120;

/** Whether a text begins with a label and what ends it: “Answer: 2x”. */
export const beginsWithLabel = (text: string): boolean => opening.test(text.slice(0, longest));

/** Whether a text is a label and nothing else: “Answer”, “Solution (b).” */
export const isLabel = (text: string): boolean => text.length <= longest && whole.test(text);

/** Whether a heading says that what stands below it is an answer: “Solution”, “Exercise 2: solution”. */
export function isAnswerHeading(text: string): boolean {
  const heading = text.replace(/\s*\([^()]*(?:points?|pts?\.?)\s*\)\s*$/iu, "");
  return isLabel(heading) || beginsWithLabel(heading) || closing.test(heading.slice(-longest));
}

/** Whether a text that is no label has the words of one. */
export const isAlmostLabel = (text: string): boolean => near.test(text.slice(0, longest));
