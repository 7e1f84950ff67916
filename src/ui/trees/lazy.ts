/** The views before anything is analysed. Opening one looks whether the workspace speaks of Istio, as a workload does. */
import { Disposable, TreeItem, window } from "vscode";
import { setContext } from "../commands.ts";
import { VIEWS } from "../contributions.ts";
import type { Guard } from "../guard.ts";
import { workspaceSpeaksOfIstio } from "../speaks-of-istio.ts";

/** `looked` hears of every look that is under way. `start` ends these views, where there is something to show. */
export function registerLazyTrees(guard: Guard, start: () => void, looked: (at: Promise<unknown>) => void): Disposable {
  const look = guard("look at the workspace", async () => {
    if (await workspaceSpeaksOfIstio()) start();
    else void setContext("setContext", "mtlsLens.files", "none");
  });
  const provider = {
    getTreeItem: (label: string) => new TreeItem(label),
    async getChildren(): Promise<string[]> {
      const at = look();
      looked(at);
      await at;
      return [];
    },
  };
  return Disposable.from(...Object.values(VIEWS).map((id) => window.registerTreeDataProvider(id, provider)));
}
