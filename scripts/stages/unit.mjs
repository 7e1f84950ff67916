// Everything that needs neither VS Code nor a script of its own: rules, views, vectors, manifests, tidy, bundles.
import { globSync } from "node:fs";
import { root } from "../toolchain/project.mjs";
import { mochaStage } from "./mocha.mjs";

/** Takes longest, so it starts first and the other files run beside it. Mocha runs a file twice that it is told twice. */
const FIRST = "test/vectors/vectors.test.ts";
const ELSEWHERE = /^test\/(vscode|scripts)\//;

export function unit() {
  const files = globSync("test/**/*.test.ts", { cwd: root })
    .map((file) => file.replaceAll("\\", "/"))
    .filter((file) => !ELSEWHERE.test(file));
  return mochaStage("unit", {
    title: "Unit tests",
    spec: [...new Set([FIRST, ...files.toSorted()])],
    args: ["--parallel", "--jobs", "2"],
  });
}
