/** Commands behind `&`: they run beside the shell, `wait` and `kill` reach them by number, and they end with it. */
import { TERMINATED } from "./program.ts";
import type { Shell } from "./shell.ts";
import { subshell } from "./shell.ts";

const FIRST = 8;

export function inBackground(shell: Shell, run: (copy: Shell) => Promise<number>): number {
  const stop = new AbortController();
  const copy = subshell(shell, AbortSignal.any([shell.signal, stop.signal]));
  const number = Math.max(FIRST, ...[...shell.jobs.keys()].map((taken) => taken + 1));
  shell.jobs.set(number, {
    stop,
    done: run(copy)
      .catch(() => TERMINATED)
      .then((code) => (stop.signal.aborted ? TERMINATED : code)),
  });
  shell.lastJob = number;
  return 0;
}

export async function waitFor(shell: Shell, numbers: readonly number[]): Promise<number> {
  let status = 0;
  for (const number of numbers.length > 0 ? numbers : [...shell.jobs.keys()]) {
    const job = shell.jobs.get(number);
    status = job === undefined ? 127 : await job.done;
    shell.jobs.delete(number);
  }
  return numbers.length > 0 ? status : 0;
}

/** The shell ends: what it left in the background ends too. */
export async function endJobs(shell: Shell): Promise<void> {
  for (const { stop } of shell.jobs.values()) stop.abort();
  await Promise.all([...shell.jobs.values()].map(({ done }) => done));
}
