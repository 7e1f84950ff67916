/** Every file of test/manifests shows exactly the lenses and problems that are written into it. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { annotationsOf, readAnnotated, writeAnnotated } from "./annotations.ts";
import { inputsOf, splitFiles } from "./workspace.ts";

const FOLDER = new URL("../manifests/", import.meta.url);
const UPDATE = process.env.UPDATE_GOLDEN === "1";

describe("annotated manifests", () => {
  const names = readdirSync(FOLDER).filter((name) => name.endsWith(".yaml"));

  it("are found in their folder", () => {
    assert.notEqual(names.length, 0);
  });

  for (const lab of ["mutual-tls", "rollout-mtls"]) {
    it(`of lab ${lab} are its files`, () => {
      const workspace = new URL(`../../media/labs/${lab}/workspace/`, import.meta.url);
      const files = readdirSync(workspace, { recursive: true, encoding: "utf8" }).filter((file) =>
        file.endsWith(".yaml"),
      );
      const written = files.map((file) => [file, readFileSync(new URL(file, workspace), "utf8")]);
      const name = `lab-${lab}.yaml`;
      const annotated = Object.entries(splitFiles(readFileSync(new URL(name, FOLDER), "utf8"), name));
      assert.deepEqual(
        Object.fromEntries(annotated.map(([file, text]) => [file, readAnnotated(text).text])),
        Object.fromEntries(written),
      );
    });
  }

  for (const name of names) {
    it(`${name.replace(".yaml", "").replaceAll("-", " ")}`, () => {
      const path = new URL(name, FOLDER);
      const fixture = readFileSync(path, "utf8");
      const annotated = Object.entries(splitFiles(fixture, name)).map(([file, text]) => ({
        file,
        ...readAnnotated(text),
      }));
      const inputs = inputsOf(Object.fromEntries(annotated.map(({ file, text }) => [file, text])));
      const shown = annotated.map(({ file, text }) => {
        const input = inputs.get(file);
        return { file, text, annotations: input === undefined ? [] : annotationsOf(input) };
      });
      if (UPDATE) {
        const parts = shown.map(({ file, text, annotations }) => {
          const head = file === name ? "" : `#- ${file}\n`;
          return head + writeAnnotated(text, annotations);
        });
        writeFileSync(path, parts.join(""));
      }
      const written = UPDATE ? shown : annotated;
      assert.deepEqual(
        Object.fromEntries(shown.map(({ file, annotations }) => [file, annotations])),
        Object.fromEntries(written.map(({ file, annotations }) => [file, annotations])),
      );
    });
  }
});
