/** What the stub holds of the embedded mesh: its commands, which load the rest when they are used. */
import type { ExtensionContext, LogOutputChannel } from "vscode";
import { registerCommand } from "../commands.ts";
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
  context.subscriptions.push(
    registerCommand(guard, "mtlsLens.startEmbeddedMesh", () => loaded().start()),
    registerCommand(guard, "mtlsLens.stopEmbeddedMesh", () => loaded().stop()),
    registerCommand(guard, "mtlsLens.resetEmbeddedMesh", () => loaded().reset()),
    registerCommand(guard, "mtlsLens.openMeshTerminal", () => loaded().openTerminal()),
  );
  if (ranBefore(context)) loaded();
}

/** VS Code waits for it when the window closes: what is to be kept is written, and the mesh ends. */
export async function endEmbedded(): Promise<void> {
  await features?.dispose();
}
