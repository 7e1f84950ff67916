/** Files that try to choke the analysis change nothing for the others. */
import assert from "node:assert/strict";
import { lenses, open, remove, writeFile } from "../window.ts";

const OTHERS = ["strict-mtls.yaml", "customers-v1.yaml", "web-frontend.yaml"];

const HOSTILE: Readonly<Record<string, string>> = {
  "20,000 keys in one map": `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: hostile }\ndata:\n${Array.from(
    { length: 20_000 },
    (_, index) => `  key${index}: "value"\n`,
  ).join("")}`,
  "an unclosed quote": 'apiVersion: v1\nkind: Service\nmetadata: { name: "hostile }\nspec: {}\n',
  "3,000 levels": `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: hostile }\ndata: ${"[".repeat(3000)}${"]".repeat(3000)}\n`,
};

async function allLenses(): Promise<readonly (readonly string[])[]> {
  const all: (readonly string[])[] = [];
  for (const path of OTHERS) all.push(await lenses(path));
  return all;
}

describe("a hostile file", () => {
  for (const [name, text] of Object.entries(HOSTILE)) {
    it(`with ${name} leaves the lenses of all other files as they were`, async () => {
      const before = await allLenses();
      await writeFile("hostile.yaml", text);
      await open("hostile.yaml");
      assert.deepEqual(await allLenses(), before);
      await remove("hostile.yaml");
    });
  }
});
