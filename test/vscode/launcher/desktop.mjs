// Starts the desktop VS Code for @vscode/test-electron as a process group that ends with the tests. Its one change to the
// arguments: test-electron always turns workspace trust off, and a suite about untrusted folders needs it on.
import { run } from "../../../scripts/process/group.mjs";
import { lead } from "../../../scripts/process/lead.mjs";

await lead(async ([program, ...args]) => {
  const wanted = process.env.MTLS_LENS_UNTRUSTED ? args.filter((arg) => arg !== "--disable-workspace-trust") : args;
  const { code } = await run(program, wanted, { stdio: "inherit" });
  return code ?? 1;
});
