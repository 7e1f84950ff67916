/** Both trees as text, of the labs and of the small meshes beside this file. `UPDATE_GOLDEN=1` writes them anew. */
import assert from "node:assert/strict";
import { existsSync, globSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { locationOf, type TreeInput, type TreeNode } from "../../../src/view/trees/node.ts";
import { treeOf } from "../../../src/view/trees/trees.ts";
import { fileLine } from "../../../src/view/words/call.ts";
import { type Texts, wholeOf } from "../workspace.ts";

const root = join(import.meta.dirname, "../../..");
const golden = join(import.meta.dirname, "golden");

function folder(path: string): Texts {
  const names = globSync("**/*.yaml", { cwd: join(root, path) });
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(root, path, name), "utf8")]));
}

const meshes = globSync("meshes/*.yaml", { cwd: import.meta.dirname }).map((path) => ({
  name: basename(path, ".yaml"),
  texts: { [basename(path)]: readFileSync(join(import.meta.dirname, path), "utf8") },
}));
const cases: readonly { readonly name: string; readonly texts: Texts }[] = [
  { name: "lab-mutual-tls", texts: folder("media/labs/mutual-tls/workspace") },
  { name: "lab-rollout-mtls", texts: folder("media/labs/rollout-mtls/workspace") },
  ...meshes,
];

/** `(icon) label | description → where a click leads, where the mode is set`; a row without effect is in brackets. */
function drawn(input: TreeInput, nodes: readonly TreeNode[], indent = "  "): readonly string[] {
  return nodes.flatMap((node) => {
    const { label, description, icon, muted } = node.row();
    const places = (["manifest", "decider"] as const).flatMap((target) => {
      const location = locationOf(input.locate, node.place(target));
      return location === undefined ? [] : [fileLine(location)];
    });
    const text = `(${icon}) ${label} | ${description}`;
    const line = `${indent}${muted ? `[${text}]` : text}${places.length === 0 ? "" : ` → ${places.join(", ")}`}`;
    return [line, ...drawn(input, node.children(), `${indent}  `)];
  });
}

describe("the trees", () => {
  it("have meshes to show", () => assert.ok(meshes.length > 0));

  for (const { name, texts } of cases) {
    it(`of ${name} are as drawn`, () => {
      const input = wholeOf(texts);
      const text = (["mesh", "policies"] as const)
        .flatMap((tree) => [tree, ...drawn(input, treeOf(input, tree))])
        .concat("")
        .join("\n");
      const file = join(golden, `${name}.txt`);
      if (process.env.UPDATE_GOLDEN === "1") writeFileSync(file, text);
      assert.ok(existsSync(file), `${file} is missing: UPDATE_GOLDEN=1 writes it`);
      assert.equal(text, readFileSync(file, "utf8"));
    });
  }
});
