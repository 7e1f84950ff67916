// Mocha's reporter for every run, in parallel and in the extension host too: at the end a line for each file, the failures in
// full, and the sums in a file. A test that was left out at run time counts as failed: nothing is skipped silently.
const { writeFileSync } = require("node:fs");
const { relative } = require("node:path");
const { reporters, Runner } = require("mocha");

const events = Runner.constants;

module.exports = class Tally extends reporters.Base {
  constructor(runner, options) {
    super(runner, options);
    const sums = { passed: 0, failed: 0 };
    const files = new Map();
    const count = (test, outcome) => {
      const file = test.file ?? test.parent?.file ?? "";
      const line = files.get(file) ?? { passed: 0, failed: 0, time: 0 };
      line[outcome] += 1;
      line.time += test.duration ?? 0;
      files.set(file, line);
      sums[outcome] += 1;
      if (test.duration > 2000) console.log(`  … ${test.title}: ${outcome} in ${Math.round(test.duration / 1000)} s`);
    };
    runner.on(events.EVENT_TEST_PASS, (test) => count(test, "passed"));
    runner.on(events.EVENT_TEST_FAIL, (test) => count(test, "failed"));
    runner.on(events.EVENT_TEST_PENDING, (test) => {
      count(test, "failed");
      console.log(`  ✘ left out: ${test.title}`);
    });
    runner.once(events.EVENT_RUN_END, () => {
      for (const [file, line] of files) show(file, line);
      this.epilogue();
      if (process.env.MTLS_LENS_TALLY) writeFileSync(process.env.MTLS_LENS_TALLY, JSON.stringify(sums));
    });
  }
};

function show(file, { passed, failed, time }) {
  const counts = `${passed} passed${failed ? `, ${failed} failed` : ""}`;
  console.log(`  ${failed ? "✘" : "✔"} ${relative(process.cwd(), file)}  ${counts}  ${time} ms`);
}
