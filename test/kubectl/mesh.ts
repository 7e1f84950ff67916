/** The embedded mesh as a person starts it: the program in a process of its own, ended by a signal. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { at, node24 } from "../../scripts/toolchain/project.mjs";
import type { Tools } from "../transcripts/stage.ts";

export interface StartedMesh extends Tools {
  stop(): Promise<number | null>;
}

/** `kubectl` is what the stage of the tests has found. */
export async function startedMesh(kubectl = process.env.MTLS_LENS_KUBECTL ?? "kubectl"): Promise<StartedMesh> {
  const folder = mkdtempSync(join(tmpdir(), "mesh-"));
  const kubeconfig = join(folder, "kubeconfig");
  const program = spawn(node24, [at("dist/cli.cjs"), "mesh", "--kubeconfig", kubeconfig]);
  let said = "";
  for (const stream of [program.stdout, program.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
  }
  const ended = once(program, "exit").then(([code]) => code as number | null);
  const announced = new Promise<void>((resolve) => {
    program.stdout.on("data", () => said.includes("Ctrl+C ends it") && resolve());
  });
  const early = await Promise.race([announced, ended]);
  if (early !== undefined) throw new Error(`the embedded mesh ended with ${early}:\n${said}`);
  return {
    kubeconfig,
    kubectl,
    async stop() {
      program.kill("SIGINT");
      const code = await ended;
      rmSync(folder, { recursive: true, force: true });
      return code;
    },
  };
}
