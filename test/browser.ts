/** @file The browser in which pages are looked at, where there is one. */

import { readdirSync } from "node:fs";
import { chromium } from "playwright-core";
import type { Browser } from "playwright-core";

/** Chromium; undefined where there is none, which is said. */
export const executablePath = ["/usr/bin/chromium", "/usr/bin/google-chrome"].find((path) =>
  readdirSync("/usr/bin").includes(path.slice("/usr/bin/".length)),
);
if (!executablePath) process.stderr.write("no Chromium: what needs one is not tested\n");

/** Starts it. */
export const launched = (): Promise<Browser> =>
  chromium.launch({
    executablePath: executablePath!,
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
  });
