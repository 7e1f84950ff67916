/** What the stub holds of the embedded mesh: its commands, which load the rest when they are used. */
import { type ExtensionContext, type LogOutputChannel, window, workspace } from "vscode";
import { registerCommand } from "../commands.ts";
import type { CommandId } from "../contributions.ts";
import type { Guard } from "../guard.ts";
import type { EmbeddedFeatures, startEmbeddedFeatures } from "./features.ts";
import { ranBefore } from "./memory.ts";

let features: EmbeddedFeatures | undefined;

export function registerEmbedded(context: ExtensionContext, log: LogOutputChannel, guard: Guard): void {
  const loaded = (): EmbeddedFeatures => {
    if (features !== undefined) return features;
    const bundle: { startEmbeddedFeatures: typeof startEmbeddedFeatures } = require("./embedded.cjs");
    features = bundle.startEmbeddedFeatures(context, log, guard);
    return features;
  };
  // The palette greys them out where the workspace is not trusted; links and keys do not.
  const register = (id: CommandId, run: (features: EmbeddedFeatures) => Promise<void>) =>
    registerCommand(guard, id, () => {
      if (workspace.isTrusted) return run(loaded());
      return void window.showWarningMessage("The embedded mesh opens ports, so it runs in trusted workspaces only.");
    });
  context.subscriptions.push(
    register("mtlsLens.startEmbeddedMesh", (mesh) => mesh.start()),
    register("mtlsLens.stopEmbeddedMesh", (mesh) => mesh.stop()),
    register("mtlsLens.resetEmbeddedMesh", (mesh) => mesh.reset()),
    register("mtlsLens.openMeshTerminal", (mesh) => mesh.openTerminal()),
  );
  if (ranBefore(context)) loaded();
}

/** VS Code waits for it when the window closes: what is to be kept is written, and the mesh ends. */
export async function endEmbedded(): Promise<void> {
  await features?.dispose();
}
