// Mocha's reporter for every run, in the extension host too: one line for each outer `describe`, failures in full at the end,
// and the sums in a file once all has settled. A test left out at run time counts as failed: nothing is skipped silently.
const { writeFileSync } = require("node:fs");
const { relative } = require("node:path");
const { reporters, Runner } = require("mocha");

const events = Runner.constants;

module.exports = class Tally extends reporters.Base {
  constructor(runner, options) {
    super(runner, options);
    const sums = { passed: 0, failed: 0 };
    let before = sums;
    let from = 0;
    runner.on(events.EVENT_TEST_PASS, () => {
      sums.passed += 1;
    });
    runner.on(events.EVENT_TEST_FAIL, () => {
      sums.failed += 1;
    });
    runner.on(events.EVENT_TEST_PENDING, (test) => {
      sums.failed += 1;
      console.log(`  ✘ left out: ${test.fullTitle()}`);
    });
    runner.on(events.EVENT_SUITE_BEGIN, ({ parent }) => {
      if (!parent?.root) return;
      before = { ...sums };
      from = performance.now();
    });
    runner.on(events.EVENT_SUITE_END, ({ parent, title, file }) => {
      if (!parent?.root) return;
      const failed = sums.failed - before.failed;
      const counts = `${sums.passed - before.passed} passed${failed ? `, ${failed} failed` : ""}`;
      const where = file ? ` (${relative(process.cwd(), file)})` : "";
      console.log(`  ${failed ? "✘" : "✔"} ${title}${where}: ${counts}, ${Math.round(performance.now() - from)} ms`);
    });
    runner.once(events.EVENT_RUN_END, () => {
      this.epilogue();
      if (process.env.MTLS_LENS_TALLY) writeFileSync(process.env.MTLS_LENS_TALLY, JSON.stringify(sums));
    });
  }
};
