/** What kubectl and a real API server said to each other, replayed on the embedded mesh. */
import assert from "node:assert/strict";
import { replay } from "../transcripts/replay.ts";
import { sceneNames } from "../transcripts/scene.ts";
import { type StartedMesh, startedMesh } from "./mesh.ts";

/** The scenes whose every step is a command of the labs. */
const WHOLE = ["lab-mutual-tls", "lab-rollout-mtls", "mtls-modes"];
const SHARE = 0.8;

describe("recorded conversations of kubectl", () => {
  let mesh: StartedMesh;
  const sum = { passed: 0, steps: 0 };
  before(async () => {
    mesh = await startedMesh(process.env.MTLS_LENS_KUBECTL_RECORDED);
  });
  after(async () => {
    console.log(`      ${sum.passed} of ${sum.steps} recorded steps replay equal`);
    assert.equal(await mesh.stop(), 0);
  });

  for (const name of sceneNames()) {
    it(`replay equal: ${name}`, async function () {
      this.timeout(300_000);
      const { passed, steps, failures } = await replay(name, mesh);
      sum.passed += passed;
      sum.steps += steps;
      if (failures.length > 0) console.log(`      ${name}: ${passed} of ${steps}\n${failures.join("\n")}`);
      assert.ok(passed >= (WHOLE.includes(name) ? steps : Math.ceil(steps * SHARE)), failures.join("\n"));
    });
  }
});
