// The scripts themselves: whether they start, say what they must, and leave nothing behind.
import { mochaStage } from "./mocha.mjs";

export function lifecycle() {
  return mochaStage("scripts", {
    title: "Tests of the scripts",
    spec: ["test/scripts/**/*.test.ts"],
    timeout: 300_000,
  });
}
