/** `npm run -s transcripts -- KUBECONFIG KUBECTL [SCENE…]`: each step that went otherwise, a line per scene, the sum. */
import { replay } from "./replay.ts";
import { sceneNames } from "./scene.ts";

const [kubeconfig = "", kubectl = "", ...wanted] = process.argv.slice(2);
const sum = { passed: 0, failed: 0 };
for (const name of wanted.length > 0 ? wanted : sceneNames()) {
  const { passed, steps, failures } = await replay(name, { kubeconfig, kubectl });
  for (const failure of failures) console.log(failure);
  console.log(`${name}: ${passed} of ${steps}`);
  sum.passed += passed;
  sum.failed += steps - passed;
}
console.log(`\n${sum.passed} passed, ${sum.failed} failed`);
process.exitCode = sum.failed > 0 ? 1 : 0;
