/** Both labs with their own commands, on the embedded mesh. */
import assert from "node:assert/strict";
import { Stage } from "../transcripts/stage.ts";
import { readLab, unseen } from "./lab.ts";
import { type StartedMesh, startedMesh } from "./mesh.ts";

for (const name of ["mutual-tls", "rollout-mtls"]) {
  const { title, files, steps } = readLab(name);
  describe(`the lab ${name}`, () => {
    let mesh: StartedMesh;
    let stage: Stage;
    let failed = false;
    before(async () => {
      mesh = await startedMesh();
      stage = await Stage.open({ name, title, folder: files, namespace: "default", steps: [] }, mesh);
    });
    after(async () => {
      await stage.close();
      assert.equal(await mesh.stop(), 0);
    });

    steps.forEach((step, index) => {
      it(`${index + 1}: ${step.why ?? step.run.split("\n")[0]}`, async () => {
        assert.ok(!failed, "a step before it failed");
        failed = true;
        const wrong = await stage.until(step.run, step.by ?? 0, (outcome) => unseen(step, outcome));
        assert.deepEqual(wrong, []);
        failed = false;
      });
    });
  });
}
