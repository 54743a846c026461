/** @file Compiles the grammar to src/parse/grammar.generated.ts, where it is older than its source. */
import { readFileSync, statSync, writeFileSync } from "node:fs";
import nearley from "nearley";
import compile from "nearley/lib/compile.js";
import generate from "nearley/lib/generate.js";
import bootstrapped from "nearley/lib/nearley-language-bootstrapped.js";

const source = new URL("nabla.ne", import.meta.url);
const target = new URL("../src/parse/grammar.generated.ts", import.meta.url);

const modified = (url) => statSync(url, { throwIfNoEntry: false })?.mtimeMs ?? -1;

// The generator writes `import` lines in the middle and leaves types open: not ours to check.
const withCheckedImports = (text) => `// @ts-nocheck\n${text}`;

const newest = Math.max(modified(source), modified(new URL(import.meta.url)));
if (modified(target) < newest) {
  const parser = new nearley.Parser(bootstrapped);
  parser.feed(readFileSync(source, "utf8"));
  writeFileSync(target, withCheckedImports(generate(compile(parser.results[0], {}), "grammar")));
}
