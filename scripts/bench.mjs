// npm run bench -- PART…: measures the goals of speed, ours and the peer's in turn. Parts: keystroke, index, edit, check, vscode.
import { entry } from "./process/entry.mjs";
import { run } from "./process/group.mjs";
import { at, node24 } from "./toolchain/project.mjs";

/** The part that needs a window; all others run in Node. */
const WINDOW = "vscode";

await entry(import.meta.url, async (args) => {
  const { buildBundles } = await import("./build/bundles.mjs");
  await buildBundles();
  const parts = args.filter((part) => part !== WINDOW);
  const options = ["--expose-gc", "--max-old-space-size=8000"];
  const inNode = async () => run(node24, [...options, at("test/bench/main.ts"), ...parts], { stdio: "inherit" });
  const { code } = parts.length > 0 || args.length === 0 ? await inNode() : { code: 0 };
  if (args.length > 0 && !args.includes(WINDOW)) return code ?? 1;
  const { benchWindow } = await import("./stages/bench-window.mjs");
  // Goals that are missed outside of the window are no reason to leave it out.
  const inWindow = await benchWindow();
  return code === 0 ? inWindow : (code ?? 1);
});
