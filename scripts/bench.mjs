// npm run bench -- PART…: measures the goals of speed, ours and the peer's in turn. Parts: keystroke, index, edit, check, proxies, embedded.
import { entry } from "./process/entry.mjs";
import { run } from "./process/group.mjs";
import { at, node24 } from "./toolchain/project.mjs";

await entry(import.meta.url, async (args) => {
  const { buildBundles } = await import("./build/bundles.mjs");
  await buildBundles({ names: ["cli", "analysis.worker", "embedded.worker"] });
  const { kubectl } = await import("./toolchain/kubectl.mjs");
  const program = args.length === 0 || args.includes("embedded") ? await kubectl() : undefined;
  const env = { ...process.env, ...(program === undefined ? {} : { MTLS_LENS_KUBECTL: program }) };
  const options = ["--expose-gc", "--max-old-space-size=8000"];
  const { code } = await run(node24, [...options, at("test/bench/main.ts"), ...args], { env, stdio: "inherit" });
  return code ?? 1;
});
