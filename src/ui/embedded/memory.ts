/** Whether the embedded mesh ran when the window was last open: then it goes on. */
import { type ExtensionContext, workspace } from "vscode";

const RAN = "mtlsLens.embeddedMeshRan";

/** Never in a workspace that is not trusted any more. */
export function ranBefore({ workspaceState }: ExtensionContext): boolean {
  return workspace.isTrusted && workspaceState.get<boolean>(RAN) === true;
}

export function rememberRunning({ workspaceState }: ExtensionContext, runs: boolean): Thenable<void> {
  return workspaceState.update(RAN, runs ? true : undefined);
}
