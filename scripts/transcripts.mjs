// npm run -s transcripts [-- SCENE…]: replays recorded conversations of kubectl on an embedded mesh of its own.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { entry } from "./process/entry.mjs";
import { Failure } from "./process/failure.mjs";
import { removedAtEnd, run } from "./process/group.mjs";
import { kubectl, RECORDED } from "./toolchain/kubectl.mjs";
import { at, node24, root } from "./toolchain/project.mjs";

await entry(import.meta.url, async (scenes) => {
  const { buildBundles } = await import("./build/bundles.mjs");
  await buildBundles({ names: ["cli", "embedded.worker"] });
  const program = await kubectl(RECORDED);
  if (program === undefined)
    throw new Failure(`There is no kubectl 1.${RECORDED}, and no Go to build it: install either.`);
  const folder = mkdtempSync(join(tmpdir(), "transcripts-"));
  removedAtEnd(folder);
  const kubeconfig = join(folder, "kubeconfig");
  const mesh = spawn(node24, [at("dist/cli.cjs"), "mesh", "--kubeconfig", kubeconfig]);
  const ended = once(mesh, "exit");
  await Promise.race([once(mesh.stdout, "data"), ended]);
  const { code } = await run(node24, [at("test/transcripts/main.ts"), kubeconfig, program, ...scenes], { cwd: root });
  mesh.kill("SIGINT");
  await ended;
  return code ?? 1;
});
