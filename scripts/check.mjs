// npm run check: types, lint rules and format of everything.
import { entry } from "./process/entry.mjs";
import { check } from "./stages/check.mjs";

await entry(import.meta.url, async () => ((await check()).failed === 0 ? 0 : 1));
