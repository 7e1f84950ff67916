// npm run bench -- PART…: measures the goals of speed, ours and the peer's in turn. Parts: keystroke, index, edit, check, proxies, embedded, vscode.
import { entry } from "./process/entry.mjs";
import { run } from "./process/group.mjs";
import { kubectl } from "./toolchain/kubectl.mjs";
import { at, node24 } from "./toolchain/project.mjs";

/** The part that needs a window; all others run in Node. */
const WINDOW = "vscode";
const OPTIONS = ["--expose-gc", "--max-old-space-size=8000"];

await entry(import.meta.url, async (args) => {
  const { buildBundles } = await import("./build/bundles.mjs");
  await buildBundles();
  const parts = args.filter((part) => part !== WINDOW);
  const inNode = async () => run(node24, [...OPTIONS, at("test/bench/main.ts"), ...parts], await spoken(args));
  const { code } = parts.length > 0 || args.length === 0 ? await inNode() : { code: 0 };
  if (args.length > 0 && !args.includes(WINDOW)) return code ?? 1;
  const { benchWindow } = await import("./stages/bench-window.mjs");
  // Goals that are missed outside of the window are no reason to leave it out.
  const inWindow = await benchWindow();
  return code === 0 ? inWindow : (code ?? 1);
});

/**
 * Rows of the embedded mesh that a person sees through kubectl need one.
 * @returns {Promise<import("node:child_process").SpawnOptions>}
 */
async function spoken(args) {
  const program = args.length === 0 || args.includes("embedded") ? await kubectl() : undefined;
  const env = { ...process.env, ...(program === undefined ? {} : { MTLS_LENS_KUBECTL: program }) };
  return { env, stdio: "inherit" };
}
