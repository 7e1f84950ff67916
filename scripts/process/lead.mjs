// Leads a script's processes: runs its work, and ends them all when it is done, interrupted, or its own parent is gone.
import { constants } from "node:os";
import { Failure } from "./failure.mjs";
import { stopAllGroups } from "./group.mjs";
import { endWithParent } from "./parent.mjs";
import { say } from "./progress.mjs";

export const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"];

export const codeOf = (signal) => 128 + constants.signals[signal];

/** Runs `main(args)`; what it returns is the exit code. Ends the process. */
export async function lead(main) {
  endWithParent(() => process.exit(1));
  for (const signal of SIGNALS) process.on(signal, () => void end(codeOf(signal)));
  try {
    await end((await main(process.argv.slice(2))) ?? 0);
  } catch (error) {
    say(error instanceof Failure ? error.message : error.stack);
    await end(1);
  }
}

async function end(code) {
  await stopAllGroups();
  process.exit(code);
}
