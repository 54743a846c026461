/** @file PDF files: by a LaTeX engine where there is one, else by a browser that prints the page. */

import { spawnSync } from "node:child_process";
import { accessSync, constants, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { errors } from "../diagnostics/errors.ts";

/** LaTeX engines, the one that is asked first first: none of them runs commands of the document. */
const engines = [
  {
    name: "pdflatex",
    runs: 2,
    args: (file: string) => [
      "-no-shell-escape",
      "-interaction=nonstopmode",
      "-halt-on-error",
      "-file-line-error",
      file,
    ],
  },
  { name: "tectonic", runs: 1, args: (file: string) => ["--untrusted", file] },
] as const;

const browsers = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"] as const;

/** What a PDF can be made with. */
export type Printer = { readonly kind: "latex" | "browser"; readonly path: string };

/** The program that makes PDF files here; null where there is none. */
export function printerHere(): Printer | null {
  for (const { name } of engines) {
    const path = onPath(name);
    if (path) return { kind: "latex", path };
  }
  for (const name of browsers) {
    const path = onPath(name);
    if (path) return { kind: "browser", path };
  }
  return null;
}

function onPath(name: string): string | null {
  for (const folder of (process.env["PATH"] ?? "").split(delimiter)) {
    const path = join(folder, name);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // It stands elsewhere, or nowhere.
    }
  }
  return null;
}

/** How long a program may take. */
const patience = 120_000;

/**
 * A PDF of a document in LaTeX.
 * @throws NablaError (exit 4) where the engine fails or lacks a package.
 */
export function printLatex(path: string, tex: string): Buffer {
  const engine = engines.find(({ name }) => path.endsWith(name))!;
  return inFolder((folder) => {
    writeFileSync(join(folder, "sheet.tex"), tex);
    for (let run = 0; run < engine.runs; run++) {
      const { status, stdout } = spawnSync(path, engine.args("sheet.tex"), {
        cwd: folder,
        encoding: "utf8",
        timeout: patience,
        // Nothing is read or written beside the document.
        env: { ...process.env, openin_any: "p", openout_any: "p", TEXMFOUTPUT: folder },
      });
      if (status !== 0) throw errors.cannotPrint(engine.name, reasonIn(stdout ?? ""));
    }
    return readFileSync(join(folder, "sheet.pdf"));
  });
}

/** The line of a log that says what is wrong. */
function reasonIn(log: string): string {
  const line = /^(?:.*:\d+: |! )(.*)$/mu.exec(log)?.[1] ?? "it stopped without a reason";
  const missing = /File `([^']*)' not found/u.exec(log)?.[1];
  return missing === undefined ? line : `it lacks ${missing}`;
}

/**
 * A PDF of a page.
 * @throws NablaError (exit 4) where the browser fails.
 */
export function printPage(path: string, html: string): Buffer {
  return inFolder((folder) => {
    writeFileSync(join(folder, "sheet.html"), html);
    const out = join(folder, "sheet.pdf");
    const { status } = spawnSync(
      path,
      [
        "--headless",
        // As root the browser has no sandbox of its own.
        ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
        "--disable-gpu",
        "--disable-background-networking",
        "--no-pdf-header-footer",
        `--user-data-dir=${join(folder, "profile")}`,
        `--print-to-pdf=${out}`,
        `file://${join(folder, "sheet.html")}`,
      ],
      { timeout: patience, stdio: "ignore" },
    );
    if (status !== 0) throw errors.cannotPrint(path, "the browser stopped");
    return readFileSync(out);
  });
}

function inFolder<T>(act: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), "nabla-sheet-"));
  try {
    return act(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
