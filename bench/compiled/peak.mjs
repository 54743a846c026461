/** @file The most multiply-adds that this machine takes, where there is a C compiler: contestants like the others. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Contestant } from "./contestant.mjs";

const source = fileURLToPath(new URL("peak.c", import.meta.url));
const flags = ["-O3", "-march=native", "-ffp-contract=fast", "-pthread"];

const output = (command, args) => {
  const { status, stdout } = spawnSync(command, args, { encoding: "utf8" });
  return status === 0 ? stdout : null;
};

/** What the C compiler calls itself; null where there is none. */
export const compiler = output("cc", ["--version"])?.split("\n", 1)[0] ?? null;

/** On one thread and on as many as are asked for, these with operands that are read, too; none without a compiler. */
export function peaks(folder, precision, threads) {
  const program = join(folder, "peak");
  if (output("cc", [...flags, "-o", program, source]) === null) return [];
  const kinds = [
    ...[...new Set([1, Number(threads)])].map((count) => [count, "registers"]),
    [threads, "read"],
  ];
  return kinds.map(
    ([count, from]) =>
      () =>
        new Contestant("peak", program, [String(count), precision, from]),
  );
}
