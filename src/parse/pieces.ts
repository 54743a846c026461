/** @file What pieces are brackets, and which relate two sides. */

export const opening = new Set([
  "openParen",
  "openBracket",
  "openBrace",
  "openSet",
  "openAngle",
  "openNorm",
  "openBar",
]);
export const closing = new Set([
  "closeParen",
  "closeBracket",
  "closeBrace",
  "closeSet",
  "closeAngle",
  "closeNorm",
  "closeBar",
]);
export const relations = new Set(["lt", "gt", "le", "ge", "ne", "equals"]);
