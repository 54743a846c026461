/** @file Time that tests are held to. */

/** The processor time of this process in ms: what else runs on a machine takes none of it. */
export function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
