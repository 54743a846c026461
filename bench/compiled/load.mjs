/**
 * @file What else the machine did: its processor time less that of the processes measured, from /proc where there is one.
 */
import { readFileSync } from "node:fs";

/** Clock ticks a second, which Linux counts in. */
const ticks = 100;

/** How long all processors were busy, other machines on the same hardware included, in seconds. */
function busy() {
  const [line] = readFileSync("/proc/stat", "utf8").split("\n", 1);
  const [user, nice, system, , , irq, softirq, steal] = line.split(/\s+/u).slice(1).map(Number);
  return (user + nice + system + irq + softirq + steal) / ticks;
}

/** How long a process ran and those that it has waited for, in seconds. */
function spentBy(pid) {
  const text = readFileSync(`/proc/${pid}/stat`, "utf8");
  // Its name, in brackets, may hold anything.
  const fields = text.slice(text.lastIndexOf(")")).split(" ").slice(12, 16);
  return fields.reduce((sum, x) => sum + Number(x), 0) / ticks;
}

const foreign = (pids) => [process.pid, ...pids].reduce((rest, pid) => rest - spentBy(pid), busy());

/** Whether it can be told at all. */
export const isLoadKnown = (() => {
  try {
    return Number.isFinite(foreign([]));
  } catch {
    return false;
  }
})();

/**
 * From now on, how long processes other than these and this one ran, in seconds, and whether that is too long: a tenth
 * of the time, and more than three ticks, which is what the counting itself is off by.
 */
export function watch(pids) {
  if (!isLoadKnown) return () => ({ foreign: null, isLoaded: false });
  const start = performance.now();
  const before = foreign(pids);
  return () => {
    const spent = Math.max(0, foreign(pids) - before);
    const limit = Math.max(3 / ticks, (performance.now() - start) / 1e4);
    return { foreign: spent, isLoaded: spent > limit };
  };
}

export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Waits until nothing else runs, or for as many seconds. */
export async function quiet(most) {
  if (!isLoadKnown) return;
  const end = performance.now() + most * 1e3;
  while (performance.now() < end) {
    const load = watch([]);
    await pause(400);
    if (!load().isLoaded) return;
  }
}
