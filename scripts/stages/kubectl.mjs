// What speaks to the embedded mesh with kubectl: both labs, and what a real API server was heard to say.
import { globSync } from "node:fs";
import { say } from "../process/progress.mjs";
import { kubectl, RECORDED } from "../toolchain/kubectl.mjs";
import { root } from "../toolchain/project.mjs";
import { mochaStage } from "./mocha.mjs";

/** Without a kubectl the tests are left out, by name; whoever must have them all asks for MTLS_LENS_ALL. */
export async function withKubectl() {
  const spec = globSync("test/kubectl/*.test.ts", { cwd: root }).map((file) => file.replaceAll("\\", "/"));
  const [any, recorded] = [await kubectl(), await kubectl(RECORDED)];
  if (any === undefined || recorded === undefined) {
    say(`There is no kubectl 1.${RECORDED}, and no Go to build it: install either to run ${spec.join(", ")}.`);
    return { passed: 0, failed: 0, skipped: spec };
  }
  process.env.MTLS_LENS_KUBECTL = any;
  process.env.MTLS_LENS_KUBECTL_RECORDED = recorded;
  return mochaStage("kubectl", { title: "Tests with kubectl", spec: spec.toSorted(), timeout: 60_000 });
}
