/** The commands of the embedded mesh. Loaded by the stub when one of them is used, or where the mesh ran before. */
import { type ExtensionContext, type LogOutputChannel, ProgressLocation, window } from "vscode";
import type { Guard } from "../guard.ts";
import { ranBefore } from "./memory.ts";
import { EmbeddedMesh } from "./running.ts";
import { meshStatus } from "./status.ts";
import { openMeshTerminal } from "./terminal.ts";

export interface EmbeddedFeatures {
  start(): Promise<void>;
  stop(): Promise<void>;
  reset(): Promise<void>;
  openTerminal(): Promise<void>;
  dispose(): Promise<void>;
}

export function startEmbeddedFeatures(
  context: ExtensionContext,
  log: LogOutputChannel,
  guard: Guard,
): EmbeddedFeatures {
  const mesh = new EmbeddedMesh(context, log);
  const status = meshStatus(mesh);
  context.subscriptions.push(status);
  const started = async () =>
    window.withProgress({ location: ProgressLocation.Window, title: "Starting the embedded mesh" }, () => mesh.start());
  const emptied = async () =>
    window.withProgress({ location: ProgressLocation.Window, title: "Resetting the embedded mesh" }, () =>
      mesh.reset(),
    );
  const openTerminal = async () => {
    await started();
    await openMeshTerminal(mesh);
  };
  if (ranBefore(context)) void guard("start the embedded mesh again", started)();
  return {
    async start() {
      if (mesh.state.is === "running") {
        void window.showInformationMessage("The embedded mesh runs already.");
        return;
      }
      await started();
      const open = "Open Mesh Terminal";
      const answer = await window.showInformationMessage(
        "The embedded mesh runs: a Kubernetes API with Istio, without a cluster.",
        open,
      );
      if (answer === open) await openTerminal();
    },
    async stop() {
      if (mesh.state.is === "stopped") return void window.showInformationMessage("The embedded mesh does not run.");
      const detail = "What is in it is kept: the next start goes on with it, at the same addresses.";
      if (await confirmed("Stop the embedded mesh?", detail, "Stop")) await mesh.stop();
    },
    async reset() {
      const detail = "Everything in it is deleted: it is as at its first start again, at the same addresses.";
      if (!(await confirmed("Reset the embedded mesh?", detail, "Reset"))) return;
      await emptied();
      void window.showInformationMessage("The embedded mesh is as at its first start.");
    },
    openTerminal,
    dispose: () => mesh.dispose(),
  };
}

async function confirmed(question: string, detail: string, action: string): Promise<boolean> {
  return (await window.showWarningMessage(question, { modal: true, detail }, action)) === action;
}
