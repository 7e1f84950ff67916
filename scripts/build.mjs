// npm run build: the bundles of dist/.
import { entry } from "./process/entry.mjs";

await entry(import.meta.url, async () => {
  const { buildBundles } = await import("./build/bundles.mjs");
  await buildBundles();
});
