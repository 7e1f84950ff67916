// npm run watch: the bundles of dist/, built again on every change until the script is ended.
import { entry } from "./process/entry.mjs";

await entry(import.meta.url, async () => {
  const { watchBundles } = await import("./build/bundles.mjs");
  await watchBundles();
  await new Promise(() => setInterval(() => {}, 60_000));
});
