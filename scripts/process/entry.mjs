// What every script of package.json does first: the packages are there, and the work goes on under Node 24.
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { installPackages } from "../toolchain/packages.mjs";
import { node24 } from "../toolchain/project.mjs";
import { Failure } from "./failure.mjs";
import { codeOf, lead, SIGNALS } from "./lead.mjs";

/** Runs `main(args)` of the script at `url`; what it returns is the exit code. */
export async function entry(url, main) {
  await lead(async (args) => {
    const changed = await installPackages();
    if (!changed && process.versions.node.startsWith("24.")) return main(args);
    return again(fileURLToPath(url), args);
  });
}

/** The same script once more under Node 24, with the same arguments and streams. Signals are passed on to it. */
function again(script, args) {
  const child = spawn(node24, [script, ...args], { stdio: "inherit" });
  for (const signal of SIGNALS) {
    process.removeAllListeners(signal);
    process.on(signal, () => child.kill(/** @type {NodeJS.Signals} */ (signal)));
  }
  return new Promise((resolve, reject) => {
    child.once("error", ({ message }) =>
      reject(new Failure(`Cannot start Node 24 at ${node24}: ${message}. Remove node_modules and call again.`)),
    );
    child.once("exit", (code, signal) => resolve(code ?? codeOf(signal)));
  });
}
