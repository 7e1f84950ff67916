// What every script of package.json does first: the packages are there, and the work goes on under Node 24.
import { spawn } from "node:child_process";
import { constants } from "node:os";
import { fileURLToPath } from "node:url";
import { installPackages } from "../toolchain/packages.mjs";
import { node24 } from "../toolchain/project.mjs";
import { Failure } from "./failure.mjs";
import { stopAllGroups } from "./group.mjs";
import { endWithParent } from "./parent.mjs";
import { say } from "./progress.mjs";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"];

/** Runs `main(args)` of the script at `url`; what it returns is the exit code. */
export async function entry(url, main) {
  endWithParent(() => process.exit(1));
  try {
    if ((await installPackages()) || !process.versions.node.startsWith("24.")) {
      process.exit(await again(fileURLToPath(url)));
    }
    for (const signal of SIGNALS) process.on(signal, () => void end(128 + constants.signals[signal]));
    process.exitCode = (await main(process.argv.slice(2))) ?? 0;
  } catch (error) {
    say(error instanceof Failure ? error.message : error.stack);
    process.exitCode = 1;
  }
  await end(process.exitCode);
}

async function end(code) {
  await stopAllGroups();
  process.exit(code);
}

/** The same script once more under Node 24, with the same arguments and streams. Signals are passed on to it. */
function again(script) {
  const child = spawn(node24, [script, ...process.argv.slice(2)], { stdio: "inherit" });
  for (const signal of SIGNALS) process.on(signal, () => child.kill(signal));
  return new Promise((resolve) => {
    child.once("error", (error) => {
      say(`Cannot start Node 24 at ${node24}: ${error.message}. Remove node_modules and call again.`);
      resolve(1);
    });
    child.once("exit", (code, signal) => resolve(code ?? 128 + constants.signals[signal]));
  });
}
