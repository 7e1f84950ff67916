// Everything that runs inside a real VS Code: the suites on the sources, and the packaged extension.

import { SUITES } from "../../test/vscode/suites.mjs";
import { chooseVSCode } from "../toolchain/vscode.mjs";
import { vscodeSuite } from "./vscode-suites.mjs";

export async function insideVSCode() {
  const vscode = await chooseVSCode();
  const sum = { passed: 0, failed: 0 };
  for (const suite of SUITES) {
    const { passed, failed } = await vscodeSuite(vscode, suite);
    sum.passed += passed;
    sum.failed += failed;
  }
  return sum;
}
