/** @file Answers in prose: what begins with “**Answer.**” belongs to the solution. */

import type { Content, Root } from "./markdown.ts";

/**
 * The blocks of answers in prose: a paragraph that begins with **Answer.** or **Solution.**, and what follows
 * it up to the next heading or fence.
 */
export function proseAnswers({ children }: Root): readonly (readonly Content[])[] {
  const answers: Content[][] = [];
  let open: Content[] | null = null;
  for (const node of children) {
    if (node.type === "heading" || isFence(node)) open = null;
    else if (beginsAnswer(node)) answers.push((open = [node]));
    else open?.push(node);
  }
  return answers;
}

const isFence = (node: Content): boolean =>
  node.type === "code" && /^\{?\.?(?:nabla|answer)\b/iu.test(node.lang ?? "");

function beginsAnswer(node: Content): boolean {
  const [first] = node.type === "paragraph" ? node.children : [];
  const [text] = first?.type === "strong" ? first.children : [];
  return text?.type === "text" && /^(?:Answer|Solution)[.:]$/u.test(text.value.trim());
}
