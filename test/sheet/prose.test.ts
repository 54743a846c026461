/** @file Prose that anyone may have written comes out as text: nothing runs in the page, nothing is read by TeX. */

import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { fromMarkdown } from "mdast-util-from-markdown";
import { frontmatterFromMarkdown } from "mdast-util-frontmatter";
import { gfmFromMarkdown } from "mdast-util-gfm";
import { mathFromMarkdown } from "mdast-util-math";
import { frontmatter } from "micromark-extension-frontmatter";
import { gfm } from "micromark-extension-gfm";
import { math } from "micromark-extension-math";
import { describe, expect, test } from "vitest";
import { NablaError } from "../../src/diagnostics/errors.ts";
import type { Source } from "../../src/diagnostics/source.ts";
import { notesHtml, phraseHtml, proseHtml } from "../../src/sheet/prose-html.ts";
import { phraseTex, proseTex } from "../../src/sheet/prose-tex.ts";
import { referencesOf } from "../../src/sheet/prose.ts";
import type { ProseContext, ProseNode } from "../../src/sheet/prose.ts";

const raw = String.raw;

const parsed = (text: string): ProseNode[] =>
  fromMarkdown(text, {
    extensions: [frontmatter(["yaml"]), gfm(), math({ singleDollarTextMath: true })],
    mdastExtensions: [frontmatterFromMarkdown(["yaml"]), gfmFromMarkdown(), mathFromMarkdown()],
  }).children;
const contextOf = (text: string, more: Partial<ProseContext> = {}): ProseContext => ({
  source: { role: "sheet", text, file: "hw.md" } satisfies Source,
  ...more,
});
const html = (text: string, more?: Partial<ProseContext>): string =>
  proseHtml(parsed(text), contextOf(text, more));
const tex = (text: string, more?: Partial<ProseContext>): string =>
  proseTex(parsed(text), contextOf(text, more));

function told(print: () => string): string {
  try {
    return print();
  } catch (error) {
    if (error instanceof NablaError) return error.render();
    throw error;
  }
}

/** In a paragraph of HTML, and as LaTeX. */
const inParagraphs: readonly (readonly [typed: string, markup: string, latex: string])[] = [
  // Raw HTML is text, and comments are nothing.
  [
    "<script>alert(1)</script>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    raw`\textless{}script\textgreater{}alert(1)\textless{}/script\textgreater{}`,
  ],
  [
    'a <img src=x onerror="alert(1)"> b',
    "a &lt;img src=x onerror=&quot;alert(1)&quot;&gt; b",
    raw`a \textless{}img src=x onerror="alert(1)"\textgreater{} b`,
  ],
  [
    "<div onclick=alert(1)>*x*</div>",
    "&lt;div onclick=alert(1)&gt;*x*&lt;/div&gt;",
    raw`\textless{}div onclick=alert(1)\textgreater{}*x*\textless{}/div\textgreater{}`,
  ],
  ["a <!-- b --> c <!-- d", "a  c &lt;!-- d", raw`a  c \textless{}!-- d`],
  ["<?php 1 ?>", "&lt;?php 1 ?&gt;", raw`\textless{}?php 1 ?\textgreater{}`],
  // Links lead to the web, to a mail box, or within the document.
  ...[
    "javascript:alert(1)",
    "JaVaScRiPt:alert%281%29",
    "<java\tscript:alert(1)>",
    "java&#x73;cript:alert(1)",
    "java&Tab;script:alert(1)",
    "java&NewLine;script:alert(1)",
    "&#1;javascript:alert(1)",
    "<  javascript:alert(1)>",
    "javascript&colon;alert(1)",
    "vbscript:msgbox",
    "data:text/html;base64,PHN2Zz4=",
    "file:///etc/passwd",
    "blob:x",
    "//evil.org",
    "/\\evil.org",
    "http:evil",
    "http:///evil",
    "<http://a b>",
    "http://a&#8206;b",
    "page.html",
    "",
  ].map((url) => [`[x](${url})`, "x", "x"] as const),
  ["[x][j]\n\n[j]: javascript:alert(1) 'x'", "x", "x"],
  ["<javascript:alert(1)>", "javascript:alert(1)", "javascript:alert(1)"],
  [
    "[x](HTTPS://A.org/?a=1&b=\"2\"'3'#c_d%20~e^%)",
    "<a href=\"HTTPS://A.org/?a=1&amp;b=&quot;2&quot;'3'#c_d%20~e^%\">x</a>",
    raw`\href{HTTPS://A.org/?a=1\&b=\%222\%22'3'\#c\_d\%20\%7Ee\%5E\%25}{x}`,
  ],
  [
    raw`[x](http://a.org/\}{\\input{y}é "t\" onclick=\"alert(1)")`,
    raw`<a href="http://a.org/}{\input{y}é" title="t&quot; onclick=&quot;alert(1)">x</a>`,
    raw`\href{http://a.org/\%7D\%7B\%5Cinput\%7By\%7D\%C3\%A9}{x}`,
  ],
  [
    '<http://a.org/x/"onclick=alert(1)>',
    '<a href="http://a.org/x/&quot;onclick=alert(1)">http://a.org/x/&quot;onclick=alert(1)</a>',
    raw`\href{http://a.org/x/\%22onclick=alert(1)}{http://a.org/\allowbreak{}x/\allowbreak{}"onclick=alert(1)}`,
  ],
  [
    "me@x.org, www.x.org/_y",
    '<a href="mailto:me@x.org">me@x.org</a>, <a href="http://www.x.org/_y">www.x.org/_y</a>',
    raw`\href{mailto:me@x.org}{me@x.org}, \href{http://www.x.org/\_y}{www.x.org/\allowbreak{}\_y}`,
  ],
  ['[x](#a"b)', '<a href="#a&quot;b">x</a>', "x"],
  // Pictures lie beside the document or below it.
  ...[
    "javascript:alert(1)",
    "data:image/svg+xml,x",
    "http://a.org/x.png",
    "//a.org/x.png",
    "../x.png",
    "a/../../x.png",
    "%2e%2e/x.png",
    "%252e%252e/x.png",
    "..%5Cx.png",
    "/etc/passwd",
    "%2Fetc/passwd",
    "C:/x.png",
    "a%00b.png",
    "a%zz.png",
    "a}b.png",
    raw`\\input{a}.png`,
    "a/",
    "",
  ].map((url) => [`![x](<${url}>)`, "x", "x"] as const),
  [
    raw`![x" onerror="alert(1)](a_b/c.png "t\" onload=\"x")`,
    '<img src="a_b/c.png" alt="x&quot; onerror=&quot;alert(1)" title="t&quot; onload=&quot;x" loading="lazy">',
    raw`\IfFileExists{a_b/c.png}{\includegraphics[width=0.8\linewidth,height=0.4\textheight,keepaspectratio]{a_b/c.png}}{x" onerror="alert(1)}`,
  ],
  ["![x](é.png)", '<img src="%C3%A9.png" alt="x" loading="lazy">', "x"],
  ["![x](a.svg)", '<img src="a.svg" alt="x" loading="lazy">', "x"],
  ["![%][p]\n\n[p]: a.tex", '<img src="a.tex" alt="%" loading="lazy">', raw`\%`],
  // Signs of TeX are text.
  [raw`\input{/etc/passwd}`, raw`\input{/etc/passwd}`, raw`\textbackslash{}input\{/etc/passwd\}`],
  [raw`\write18{ls}`, raw`\write18{ls}`, raw`\textbackslash{}write18\{ls\}`],
  [
    raw`\href{javascript:alert(1)}{x}`,
    raw`\href{javascript:alert(1)}{x}`,
    raw`\textbackslash{}href\{javascript:alert(1)\}\{x\}`,
  ],
  ["^^5cinput{x}", "^^5cinput{x}", raw`\textasciicircum{}\textasciicircum{}5cinput\{x\}`],
  [
    raw`a % \\ & # ~ _ { } \$ ^ | < > " ' [q]`,
    raw`a % \ &amp; # ~ _ { } $ ^ | &lt; &gt; &quot; ' [q]`,
    raw`a \% \textbackslash{} \& \# \textasciitilde{} \_ \{ \} \$ \textasciicircum{} \textbar{} \textless{} \textgreater{} " ' {[}q]`,
  ],
  ["&#10;&#10;\\\\par&#13;%x", "\n\n\\par\r%x", raw`\textbackslash{}par` + "\n" + raw`\%x`],
  [
    "`\\end{verbatim} -- ''q'' \"q\" `",
    "<code>\\end{verbatim} -- ''q'' &quot;q&quot; </code>",
    raw`\texttt{\textbackslash{}end\{verbatim\}\ -{}-\ \textquotesingle{}\textquotesingle{}q\textquotesingle{}\textquotesingle{}\ "q"\ }`,
  ],
  [
    "a\\\n[b]\\\n*c",
    "a<br>\n[b]<br>\n*c",
    "a\\leavevmode\\newline\n{[}b]\\leavevmode\\newline\n*c",
  ],
  ["***a***", "<em><strong>a</strong></em>", raw`\emph{\textbf{a}}`],
  [
    "~~a b~~",
    "<del>a b</del>",
    raw`\leavevmode{\ooalign{a\crcr\leaders\hrule height.65ex depth-.55ex\hfill\cr}} \leavevmode{\ooalign{b\crcr\leaders\hrule height.65ex depth-.55ex\hfill\cr}}`,
  ],
  ["[^nope]", "[^nope]", raw`{[}\textasciicircum{}nope]`],
  // Signs that pdflatex has no letter for.
  [
    "“q” — ∇ₓf = 2Aᵀx⁻¹ ½ ‖x‖² 𝐱 ŷ x̂ → Ω … a&nbsp;b&shy;c&#8203;d",
    "“q” — ∇ₓf = 2Aᵀx⁻¹ ½ ‖x‖² 𝐱 ŷ x̂ → Ω … a\u00a0b\u00adc\u200bd",
    raw`“q” — $\nabla_{x}$f = 2A$^{\top}$x$^{-1}$ $\tfrac{1}{2}$ $\|$x$\|^{2}$ $\mathbf{x}$ ŷ \^{x} $\rightarrow$ $\Omega$ … a~b\-c\hspace{0pt}d`,
  ],
  ["🙂 漢 a\u0338", "🙂 漢 a\u0338", "{[}U+1F642] {[}U+6F22] {[}U+0061]{[}U+0338]"],
];

describe("in a paragraph", () => {
  test.each(inParagraphs)("%j", (typed, markup, latex) => {
    expect(html(typed)).toBe(`<p>${markup}</p>`);
    expect(tex(typed)).toBe(latex);
  });
});

const code = (...lines: string[]): string =>
  [
    raw`\par\smallskip{\ttfamily\raggedright\setlength{\parindent}{0pt}\setlength{\parskip}{0pt}\setlength{\leftskip}{1em}`,
    ...lines.map((line) => raw`${line}\par`),
    raw`}\smallskip`,
  ].join("\n");
const tight = raw`\setlength{\itemsep}{0pt}\setlength{\parskip}{0pt}`;

/** Blocks as HTML and as LaTeX. */
const blocks: readonly (readonly [typed: string, markup: string, latex: string])[] = [
  ["<!-- <script>alert(1)</script> -->", "", ""],
  ["---\ntitle: x\n---\na", "<p>a</p>", "a"],
  [
    "```tex\n\\end{verbatim}\\input{x}\n*\t[y]\n\n---\n```",
    '<pre><code class="language-tex">\\end{verbatim}\\input{x}\n*\t[y]\n\n---\n</code></pre>',
    code(
      raw`\textbackslash{}end\{verbatim\}\textbackslash{}input\{x\}`,
      raw`*\ \ \ \ {[}y]`,
      raw`\strut`,
      "-{}-{}-",
    ),
  ],
  [
    '```"><script> x\n1 < 2 % 3\n```',
    "<pre><code>1 &lt; 2 % 3\n</code></pre>",
    code(raw`1\ \textless{}\ 2\ \%\ 3`),
  ],
  [
    raw`# a \\ b % <c>` + "\n\n" + raw`## a \\ b % <c>`,
    raw`<h1 id="a--b-">a \ b % &lt;c&gt;</h1>` +
      "\n" +
      raw`<h2 id="a--b--1">a \ b % &lt;c&gt;</h2>`,
    raw`\section*{a \textbackslash{} b \% \textless{}c\textgreater{}}` +
      "\n\n" +
      raw`\subsection*{a \textbackslash{} b \% \textless{}c\textgreater{}}`,
  ],
  [
    "[up](#ü-top) [no](#none)\n\n# Ü top",
    '<p><a href="#ü-top">up</a> <a href="#none">no</a></p>\n<h1 id="ü-top">Ü top</h1>',
    raw`\hyperlink{.fc-top}{up} no` + "\n\n" + raw`\section*{\hypertarget{.fc-top}{}Ü top}`,
  ],
  [
    "- [a]\n- # %\n- * c",
    '<ul>\n<li>[a]</li>\n<li><h1 id="section">%</h1></li>\n<li><ul>\n<li>c</li>\n</ul></li>\n</ul>',
    raw`\begin{itemize}${tight}` +
      "\n\\item {[}a]\n\\item \\textbf{\\%}\n\\item " +
      raw`\begin{itemize}${tight}` +
      "\n\\item c\n\\end{itemize}\n\\end{itemize}",
  ],
  [
    "7. [x] a\n8. b\n\n   c",
    '<ol start="7">\n<li class="task"><input type="checkbox" disabled aria-label="done" checked> <p>a</p></li>\n<li><p>b</p>\n<p>c</p></li>\n</ol>',
    "\\begin{enumerate}\n\\item[$\\boxtimes$] a\n\\item[8.] b\n\nc\n\\end{enumerate}",
  ],
  [
    "> a\n\n***",
    "<blockquote>\n<p>a</p>\n</blockquote>\n<hr>",
    "\\begin{quote}\na\n\\end{quote}\n\n\\par\\noindent\\rule{\\linewidth}{0.4pt}\\par",
  ],
  [
    "| a | <b> |\n|---|:-:|\n| \\[x\\] | `\\|` | c |\n| \\* |\n",
    '<table>\n<thead>\n<tr><th scope="col">a</th><th scope="col" style="text-align:center">&lt;b&gt;</th></tr>\n</thead>\n<tbody>\n<tr><td>[x]</td><td style="text-align:center"><code>|</code></td></tr>\n<tr><td>*</td></tr>\n</tbody>\n</table>',
    "\\begin{center}\n\\begin{tabular}{lc}\na & \\textless{}b\\textgreater{} \\\\\n\\hline\n{[}x] & \\texttt{\\textbar{}} \\\\\n{}* \\\\\n\\end{tabular}\n\\end{center}",
  ],
  [
    "x[^1] y[^b]\n\n[^1]: \\input{x} [^b]\n[^b]: [^1]\n[^c]: unused",
    '<p>x<sup><a href="#note:1" id="note:1:1" aria-label="note 1">1</a></sup> y<sup><a href="#note:2" id="note:2:1" aria-label="note 2">2</a></sup></p>\n<section class="notes" aria-label="Notes">\n<ol>\n<li id="note:1">\n<p>\\input{x} <sup><a href="#note:2" id="note:2:2" aria-label="note 2">2</a></sup></p>\n<a href="#note:1:1" aria-label="back to the text">↩</a> <a href="#note:1:2" aria-label="back to the text">↩</a>\n</li>\n<li id="note:2">\n<p><sup><a href="#note:1" id="note:1:2" aria-label="note 1">1</a></sup></p>\n<a href="#note:2:1" aria-label="back to the text">↩</a> <a href="#note:2:2" aria-label="back to the text">↩</a>\n</li>\n</ol>\n</section>',
    "x\\footnotemark[1] y\\footnotemark[2]\n\\footnotetext[1]{\\textbackslash{}input\\{x\\} \\footnotemark[2]}\n\\footnotetext[2]{\\footnotemark[1]}",
  ],
];

describe("blocks", () => {
  test.each(blocks)("%j", (typed, markup, latex) => {
    expect(html(typed)).toBe(markup);
    expect(tex(typed)).toBe(latex);
  });

  test("lists that LaTeX cannot nest are paragraphs", () => {
    expect(tex("- - > - 1. - a")).toContain("\\item \\par\\noindent 1. \\par\\noindent -- a\n");
  });

  test("what stands in the place of a block is asked for first, and printed as it is", () => {
    const replace = (node: ProseNode): string | null =>
      node.type === "code" ? `<${node.lang}>` : node.type === "thematicBreak" ? "" : null;
    const typed = "a\n\n```nabla\nx\n```\n\n- b\n\n  ```answer\n  ```\n\n***";
    expect(html(typed, { replace })).toBe(
      "<p>a</p>\n<nabla>\n<ul>\n<li><p>b</p>\n<answer></li>\n</ul>",
    );
    expect(tex(typed, { replace })).toBe(
      "a\n\n<nabla>\n\n\\begin{itemize}\n\\item b\n\n<answer>\n\\end{itemize}",
    );
  });

  test("the levels of headings are shifted, and end at the last", () => {
    expect(html("# a\n###### b", { headingOffset: 1 })).toBe(
      '<h2 id="a">a</h2>\n<h6 id="b">b</h6>',
    );
    expect(tex("# a\n###### b", { headingOffset: 1 })).toBe("\\subsection*{a}\n\n\\paragraph*{b}");
  });

  test("a part of a document knows the references of the whole", () => {
    const typed = "# a\n\n[x][y] [^n]\n\n# a\n\n[y]: http://x.y\n[^n]: b";
    const nodes = parsed(typed);
    const context = { ...contextOf(typed), references: referencesOf(nodes) };
    expect(proseHtml(nodes.slice(1, 3), context)).toBe(
      '<p><a href="http://x.y">x</a> <sup><a href="#note:1" id="note:1:1" aria-label="note 1">1</a></sup></p>\n<h1 id="a-1">a</h1>',
    );
    expect(notesHtml(context)).toContain('<li id="note:1">\n<p>b</p>');
    const [heading] = nodes;
    if (heading?.type !== "heading") throw new Error("no heading");
    expect(phraseHtml(heading.children, context)).toBe("a");
    expect(phraseTex(heading.children, context)).toBe("a");
  });

  test("a kind of node that is not known is a bug of ours", () => {
    const unknown = { type: "mdxJsxFlowElement", children: [] } as unknown as ProseNode;
    const inside = { type: "paragraph", children: [unknown] } as unknown as ProseNode;
    for (const print of [proseHtml, proseTex])
      for (const node of [unknown, inside])
        expect(() => print([node], contextOf(""))).toThrow("internal: mdxJsxFlowElement");
  });
});

describe("formulas in prose", () => {
  const latexOf = (markup: string): string =>
    /<annotation encoding="application\/x-tex">(.*?)<\/annotation>/u.exec(markup)![1]!;

  test.each([
    ["$x²$", "x^{2}", "$x^{2}$"],
    ["$`x`$", "x", "$x$"],
    ["a $$x$$", "x", "a $x$"],
    ["$$x$$", "x", "\\[\nx\n\\]"],
    ["$$\nx\n$$", "x", "\\[\nx\n\\]"],
    ["```math\nx\n```", "x", "\\[\nx\n\\]"],
    ["$\\text{<b>}$", "\\text{&lt;b&gt;}", "$\\text{<b>}$"],
  ])("%j", (typed, latex, printed) => {
    expect(latexOf(html(typed))).toBe(latex);
    expect(html(typed).includes("katex-display")).toBe(printed.startsWith("\\["));
    expect(tex(typed)).toBe(printed);
  });

  test.each([
    [
      "> a\n> $x + \\input{/etc/passwd}$",
      "error[formula]: \\input is not among the commands of a formula in a sheet\n  at hw.md:2:8\n  2 | > $x + \\input{/etc/passwd}$\n    |        ^^^^^^\n  hint: did you mean \\int?",
    ],
    [
      "$$ x\n$$",
      "error[formula]: what stands beside $$ is no part of the formula\n  at hw.md:1:1\n  1 | $$ x\n    | ^^^^\n  hint: begin the formula on the next line, or end it with $$ on this one",
    ],
    [
      "$$\n\n$$",
      "error[formula]: there is no formula between the dollars\n  at hw.md:1:1\n  1 | $$\n    | ^^",
    ],
  ])("%j is refused at its place", (typed, message) => {
    expect(told(() => html(typed))).toBe(message);
    expect(told(() => tex(typed))).toBe(message);
  });
});

/** What a browser would show of markup. */
const shown = (markup: string): string =>
  markup
    .replaceAll(/<[^>]*>/gu, "")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&amp;", "&");

const anyText = fc.string({
  unit: fc.constantFrom(
    ..."abc <>&\"'\\{}$%#_^~|[]*`-,;:=/?!\n\t",
    ..."é—“”α∇ᵀ²₁½≤→🙂漢",
    "\u0302",
    "\u200b",
    "&lt;",
    "\\input",
    "</p>",
    "^^5c",
    "]]>",
    "-->",
  ),
  maxLength: 40,
});
/** Signs of all of Unicode, halves of them among these. */
const anySigns = fc
  .array(fc.integer({ min: 0, max: 0x10ffff }), { maxLength: 20 })
  .map((codes) => String.fromCodePoint(...codes));
const bare = contextOf("");

test("whatever a text is, the page shows it and nothing else", () => {
  fc.assert(
    fc.property(fc.oneof(anyText, anySigns), (value) => {
      const nodes = [
        { type: "paragraph", children: [{ type: "text", value }] },
        { type: "paragraph", children: [{ type: "inlineCode", value }] },
        { type: "code", lang: value, value },
        { type: "html", value: `x${value.replaceAll("<!-", "")}` },
      ] as unknown as ProseNode[];
      const [text, inline, block, other] = nodes.map((node) => proseHtml([node], bare));
      if (value.trim() !== "") expect(shown(text!)).toBe(value);
      expect(shown(inline!)).toBe(value);
      expect(shown(block!)).toBe(`${value}\n`);
      expect(shown(other!)).toBe(`x${value.replaceAll("<!-", "")}`.trim());
    }),
    { seed: 1, numRuns: 500 },
  );
});

const known =
  /^<\/?(?:p|h[1-6]|em|strong|del|code|pre|a|ul|ol|li|blockquote|table|thead|tbody|tr|th|td|hr|br|sup|section|img|input)(?: (?:(?:id|title|alt|class|start|aria-label)="[^"<>]*"|href="(?:https?:\/\/|mailto:|#)[^"<>]*"|src="(?!\/)[\w%.()/-]*"|scope="col"|style="text-align:(?:left|right|center)"|type="checkbox"|disabled|checked|loading="lazy"))*>$/iu;

test("whatever is typed, the page has no tag or attribute but those of prose", () => {
  const fragments = [...inParagraphs, ...blocks].flatMap(([typed]) =>
    typed.split(/\b/u).concat(typed),
  );
  const documents = fc
    .array(fc.oneof(fc.constantFrom(...fragments), anyText), { maxLength: 8 })
    .map((parts) => parts.join("").replaceAll("$", ""));
  fc.assert(
    fc.property(documents, (typed) => {
      const tags = html(typed).match(/<[^>]*>/gu) ?? [];
      expect(tags.filter((tag) => !known.test(tag))).toEqual([]);
    }),
    { seed: 2, numRuns: 400 },
  );
});

const engine = "pdflatex";
const hasLatex = spawnSync(engine, ["--version"]).status === 0;
// oxlint-disable-next-line no-console
if (!hasLatex) console.log("pdflatex is not on PATH: no LaTeX is compiled here");

const preamble = raw`\documentclass{article}
\usepackage[T1]{fontenc}
\IfFileExists{lmodern.sty}{\usepackage{lmodern}}{}
\usepackage{amsmath,amssymb,bm,graphicx}
\usepackage[hidelinks]{hyperref}`;

/** The errors of a document, and the files that were read and written beside it. */
function compiled(body: string, folder: string): { errors: string[]; files: string[] } {
  const document = `${preamble}\n\\begin{document}\n${body}\n\\typeout{the end}\\end{document}\n`;
  writeFileSync(join(folder, "sheet.tex"), document);
  const { stdout } = spawnSync(
    engine,
    ["-interaction=nonstopmode", "-draftmode", "-recorder", "sheet.tex"],
    { cwd: folder, encoding: "latin1", maxBuffer: 1e8 },
  );
  const record = readFileSync(join(folder, "sheet.fls"), "utf8");
  const files = [...record.matchAll(/^(?:INPUT|OUTPUT) (.*)$/gmu)]
    .map(([, file]) => file!)
    .filter((file) => !/\/tex(?:mf|live)|^\/(?:usr|etc|var)\/.*(?:texmf|texlive)/u.test(file));
  const ended = stdout.includes("\nthe end\n");
  return {
    errors: [...(stdout.match(/^! .*$/gmu) ?? []), ...(ended ? [] : ["no end"])],
    files: [...new Set(files)],
  };
}

describe.skipIf(!hasLatex)("pdflatex", () => {
  test("takes what is hostile as text: no error, no file read, nothing written or run", () => {
    const folder = mkdtempSync(join(tmpdir(), "nabla-prose-"));
    try {
      const canary = join(folder, "canary.tex");
      writeFileSync(canary, raw`\immediate\write18{touch ran}\typeout{canary read}`);
      const attacks = [
        raw`\input{canary}`,
        raw`\input canary `,
        raw`\\input{canary}`,
        raw`^^5cinput{canary}`,
        raw`^^5c^^69nput canary`,
        raw`\@@input canary`,
        raw`\include{canary}`,
        raw`\write18{touch ran}`,
        raw`\immediate\openout1=written \immediate\write1{x}`,
        raw`\openin1=canary \read1 to\x \x`,
        raw`\catcode37=0 %input canary`,
        raw`\csname input\endcsname canary`,
        raw`\end{document}`,
        raw`%\iffalse`,
        "a &#92;input{canary} &bsol;input{canary} &#13;&#10;&#13;&#10;&#92;par",
        "![x](canary.tex) ![y](canary) ![z](canary.png)",
        "[x](http://a/\\}\\input{canary}) <http://a/}\\input{canary}>",
        "`\\input{canary}`  `` ` } \\input{canary} ``",
        "```tex\n}\\input{canary}\n\\end{verbatim}\\input{canary}\n```",
        "# \\input{canary} } \\\\ %\n\n## } [^a]\n\n[^a]: }\\input{canary}\n\n    ```\n    }\n    ```",
        "| \\input{canary} & \\\\ | } |\n|---|---|\n| *[x]* & | \\hline |\n| [a] | * |",
        "- [ ] } [x] \\item\n- - - - - - - - - - deep\n- > > > > > > > > quoted\n- $$x$$",
        "~~\\input{canary} } `}` $\\begin{matrix} a & b \\end{matrix}$ a\\\nb~~",
        `${"*a **b ".repeat(40)}c${"** *".repeat(40)}`,
        "> <!-- only a comment -->\n\n<!-- a -->\\\nb",
        ...[...inParagraphs, ...blocks].map(([typed]) => typed),
      ];
      const body = attacks.map((typed) => tex(typed)).join("\n\n");
      // What is read would be seen.
      expect(compiled(raw`\input{canary}`, folder).files).toContain("./canary.tex");
      rmSync(join(folder, "ran"), { force: true });
      const { errors, files } = compiled(body, folder);
      expect(errors).toEqual([]);
      const own = /^(?:\.\/)?sheet\.(?:tex|aux|log|out|pdf)$/u;
      expect(files.filter((file) => !own.test(file))).toEqual([]);
      expect(
        ["ran", "written", "written.tex"].filter((name) => existsSync(join(folder, name))),
      ).toEqual([]);
      expect(readFileSync(join(folder, "sheet.log"), "latin1")).not.toContain("canary read");
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test("takes 200 random texts in every place of a document", () => {
    const folder = mkdtempSync(join(tmpdir(), "nabla-prose-"));
    const texts = fc.sample(fc.oneof(anyText, anySigns), {
      seed: 3,
      numRuns: 200,
    });
    const places = [
      "paragraph",
      "heading",
      "emphasis",
      "delete",
      "inlineCode",
      "code",
      "table",
      "list",
      "link",
    ];
    const nodes = texts.map((value, i) => nodeOf(places[i % places.length]!, value));
    try {
      expect(compiled(proseTex(nodes, bare), folder).errors).toEqual([]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

/** A text in a place of a document. */
function nodeOf(place: string, value: string): ProseNode {
  const text = { type: "text", value };
  const paragraph = (child: unknown): unknown => ({ type: "paragraph", children: [child] });
  const row = { type: "tableRow", children: [{ type: "tableCell", children: [text] }] };
  const made: Record<string, unknown> = {
    paragraph: paragraph(text),
    heading: { type: "heading", depth: 1, children: [text] },
    inlineCode: paragraph({ type: "inlineCode", value }),
    code: { type: "code", value },
    table: { type: "table", align: [null], children: [row, row] },
    list: { type: "list", children: [{ type: "listItem", children: [paragraph(text)] }] },
    link: paragraph({
      type: "link",
      url: `http://x.y/${value.replaceAll(/[\s\p{C}]/gu, "")}`,
      children: [text],
    }),
  };
  return (made[place] ?? paragraph({ type: place, children: [text] })) as ProseNode;
}
