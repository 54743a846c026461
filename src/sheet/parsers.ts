/** @file The libraries that read Markdown, as GitHub does, and YAML: loaded where a sheet is built, and nowhere else. */

export { fromMarkdown } from "mdast-util-from-markdown";
export { frontmatterFromMarkdown } from "mdast-util-frontmatter";
export { gfmFromMarkdown } from "mdast-util-gfm";
export { mathFromMarkdown } from "mdast-util-math";
export { frontmatter } from "micromark-extension-frontmatter";
export { gfm } from "micromark-extension-gfm";
export { math } from "micromark-extension-math";
export { isMap, isScalar, parseDocument } from "yaml";
