// npm test: everything there is to test, or one part of it (unit, rules, cli, kubectl, vscode, scripts). The last line counts it all.
import { entry } from "./process/entry.mjs";
import { elapsed, say } from "./process/progress.mjs";

const PARTS = {
  build: async () => {
    await (await import("./build/bundles.mjs")).buildBundles();
    return { passed: 0, failed: 0 };
  },
  check: async () => (await import("./stages/check.mjs")).check(),
  unit: async () => (await import("./stages/unit.mjs")).unit(),
  rules: async () => (await import("./stages/unit.mjs")).rules(),
  cli: async () => (await import("./stages/unit.mjs")).program(),
  kubectl: async () => (await import("./stages/kubectl.mjs")).withKubectl(),
  vscode: async () => (await import("./stages/vscode.mjs")).insideVSCode(),
  scripts: async () => (await import("./stages/lifecycle.mjs")).lifecycle(),
};

await entry(import.meta.url, async ([part]) => {
  const parts = part === undefined ? Object.keys(PARTS) : [...new Set(["build", part])];
  if (part !== undefined && !(part in PARTS)) {
    say(`There is no part "${part}" of the tests. Name one of: ${Object.keys(PARTS).join(", ")}; or none for all.`);
    return 1;
  }
  const sum = { passed: 0, failed: 0, skipped: [] };
  for (const name of parts) {
    say(`\n— ${name} (after ${elapsed()})`);
    const { passed, failed, skipped = [] } = await tally(PARTS[name]);
    sum.passed += passed;
    sum.failed += failed;
    sum.skipped.push(...skipped);
  }
  for (const file of sum.skipped) console.log(`skipped: ${file}`);
  const skipped = sum.skipped.length > 0 ? `, ${sum.skipped.length} skipped` : "";
  console.log(`\n${sum.passed} passed, ${sum.failed} failed${skipped}`);
  const isWhole = sum.skipped.length === 0 || process.env.MTLS_LENS_ALL === undefined;
  return sum.failed === 0 && sum.passed > 0 && isWhole ? 0 : 1;
});

/** A part that cannot run counts as one failure and says why; the others still run. */
async function tally(part) {
  try {
    return await part();
  } catch (error) {
    say(error.message);
    return { passed: 0, failed: 1 };
  }
}
