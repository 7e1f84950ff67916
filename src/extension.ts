/** The stub that every YAML workspace pays for: it loads the features once an open document concerns mutual TLS. */
import { type ExtensionContext, type TextDocument, window, workspace } from "vscode";
import { registerCommand } from "./ui/commands.ts";
import { DisposableList } from "./ui/dispose.ts";
import { registerEmbedded } from "./ui/embedded/register.ts";
import type { startFeatures } from "./ui/features.ts";
import { guardWith, reportTo } from "./ui/guard.ts";
import { isManifest } from "./ui/manifests.ts";
import { relevance } from "./ui/relevance.ts";
import { workspaceSpeaksOfIstio } from "./ui/speaks-of-istio.ts";
import { registerLazyTrees } from "./ui/trees/lazy.ts";

export { endEmbedded as deactivate } from "./ui/embedded/register.ts";

/** For tests: what activation has cost so far, and when the views are those of everything said before. */
export interface Api {
  state(): "idle" | "running";
  settled(): Promise<void>;
  /** The trees, once the analysis runs. */
  trees(): ReturnType<typeof startFeatures>["trees"] | undefined;
}

export function activate(context: ExtensionContext): Api {
  const log = window.createOutputChannel("mTLS Lens", { log: true });
  const report = reportTo(log);
  const guard = guardWith(report);
  const listening = new DisposableList();
  const showLog = registerCommand(guard, "mtlsLens.showLog", () => log.show());
  context.subscriptions.push(log, listening, showLog);
  registerEmbedded(context, log, guard);

  let running: ReturnType<typeof startFeatures> | undefined;
  let askedWorkspace: Promise<boolean> | undefined;
  const lookAt = guard("look at a document", async (document: TextDocument) => {
    if (running !== undefined || !isManifest(document)) return;
    const found = relevance(document.getText());
    if (found === "workload") askedWorkspace ??= workspaceSpeaksOfIstio();
    if (found === "istio" || (found === "workload" && (await askedWorkspace))) start();
  });

  function start(): void {
    if (running !== undefined) return;
    listening.dispose();
    const features: { startFeatures: typeof startFeatures } = require("./features.cjs");
    running = features.startFeatures(context, log, report);
  }

  let looked: Promise<unknown> = Promise.resolve();
  const alsoLooked = (at: Promise<unknown>) => {
    looked = Promise.all([looked, at]);
  };
  listening.add(registerLazyTrees(guard, start, alsoLooked));
  const look = (document: TextDocument) => alsoLooked(lookAt(document));
  listening.add(workspace.onDidOpenTextDocument(look));
  listening.add(workspace.onDidChangeTextDocument(({ document }) => look(document)));
  workspace.textDocuments.forEach(look);
  return {
    state: () => (running === undefined ? "idle" : "running"),
    trees: () => running?.trees,
    settled: async () => {
      await looked;
      await running?.settled();
    },
  };
}
