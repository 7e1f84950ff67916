// Loaded into the extension host by VS Code: runs the bundled test files of one suite with mocha.
const Mocha = require("mocha");

exports.run = async () => {
  const { files, reporter } = JSON.parse(process.env.MTLS_LENS_SUITE);
  const mocha = new Mocha({ ui: "bdd", color: false, timeout: 20_000, reporter });
  for (const file of files) mocha.addFile(file);
  const failures = await new Promise((resolve) => {
    mocha.run(resolve);
  });
  if (failures > 0) throw new Error(`${failures} tests failed.`);
};
