// npm run package: mtls-lens-<version>.vsix, built now.
import { entry } from "./process/entry.mjs";

await entry(import.meta.url, async () => {
  const { packageExtension } = await import("./build/vsix.mjs");
  console.log(await packageExtension());
});
