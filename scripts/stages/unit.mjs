// Everything that needs neither VS Code nor a script of its own: rules, views, vectors, manifests, tidy, bundles.
import { mochaStage } from "./mocha.mjs";

export function unit() {
  return mochaStage("unit", {
    title: "Unit tests",
    // The longest first, so that the other files run beside it.
    spec: ["test/vectors/vectors.test.ts", "test/**/*.test.ts"],
    ignore: ["test/vscode/**", "test/scripts/**"],
    args: ["--parallel", "--jobs", "2"],
  });
}
