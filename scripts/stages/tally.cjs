// Mocha's reporter for every run, in the extension host too: one line for each file, failures in full at the end, and the
// sums in a file once all has settled. A test that was left out at run time counts as failed: nothing is skipped silently.
const { writeFileSync } = require("node:fs");
const { relative } = require("node:path");
const { reporters, Runner } = require("mocha");

const events = Runner.constants;

module.exports = class Tally extends reporters.Base {
  constructor(runner, options) {
    super(runner, options);
    const file = process.env.MTLS_LENS_TALLY;
    const sums = { passed: 0, failed: 0 };
    let current;
    const line = (path) => {
      if (current?.path === path) return current;
      if (current) show(current);
      current = { path, passed: 0, failed: 0, from: performance.now() };
      return current;
    };
    const count = (test, outcome) => {
      sums[outcome] += 1;
      line(test.file ?? test.parent?.file ?? "")[outcome] += 1;
    };
    runner.on(events.EVENT_TEST_PASS, (test) => count(test, "passed"));
    runner.on(events.EVENT_TEST_FAIL, (test) => count(test, "failed"));
    runner.on(events.EVENT_TEST_PENDING, (test) => {
      count(test, "failed");
      console.log(`left out: ${test.fullTitle()}`);
    });
    runner.once(events.EVENT_RUN_END, () => {
      if (current) show(current);
      this.epilogue();
      if (file) writeFileSync(file, JSON.stringify(sums));
    });
  }
};

function show({ path, passed, failed, from }) {
  const name = relative(process.cwd(), path);
  const time = Math.round(performance.now() - from);
  console.log(
    `  ${failed === 0 ? "✔" : "✘"} ${name}  ${passed} passed${failed ? `, ${failed} failed` : ""}  ${time} ms`,
  );
}
