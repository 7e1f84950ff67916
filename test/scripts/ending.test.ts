/** Whether the scripts that take long end with the npm that called them, and with them all that they have started. */
import { root } from "../../scripts/toolchain/project.mjs";
import { type Called, callNpm, endHard, nothingRuns, untilAtWork } from "./called.ts";

const LONG: Readonly<Record<string, (called: Called) => boolean>> = {
  watch: ({ output }) => output.stderr.includes("dist/extension.cjs built"),
  "test:vscode": ({ running }) => ["server-main", "chrom"].every((name) => running().some((of) => of.includes(name))),
};

for (const [script, busy] of Object.entries(LONG)) {
  describe(`npm run ${script}`, () => {
    let called: Called;
    afterEach(() => endHard(called));

    for (const signal of ["SIGTERM", "SIGKILL"] as const) {
      it(`leaves nothing behind when npm gets ${signal}`, async () => {
        called = callNpm(["run", script], root, { DISPLAY: "", WAYLAND_DISPLAY: "" });
        await untilAtWork(called, `npm run ${script} at work`, () => (busy(called) ? true : undefined));
        called.npm.kill(signal);
        await nothingRuns(called);
      });
    }
  });
}
