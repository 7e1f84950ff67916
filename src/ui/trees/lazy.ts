/** The views before anything is analysed. Opening one looks whether the workspace speaks of Istio, as a workload does. */
import { Disposable, TreeItem, window } from "vscode";
import { setContext } from "../commands.ts";
import { VIEWS } from "../contributions.ts";

/** `look` starts the analysis where there is something to show, and these views with it end. */
export function registerLazyTrees(look: () => Promise<"started" | "nothing" | undefined>): Disposable {
  const provider = {
    getTreeItem: (label: string) => new TreeItem(label),
    async getChildren(): Promise<string[]> {
      if ((await look()) === "nothing") void setContext("setContext", "mtlsLens.files", "none");
      return [];
    },
  };
  return Disposable.from(...Object.values(VIEWS).map((id) => window.registerTreeDataProvider(id, provider)));
}
