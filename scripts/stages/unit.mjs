// Everything that needs neither VS Code nor a script of its own: rules, views, vectors, manifests, tidy, bundles.
import { mochaStage } from "./mocha.mjs";

export function unit() {
  return mochaStage("unit", { spec: ["test/**/*.test.ts"], ignore: ["test/vscode/**", "test/scripts/**"] });
}
