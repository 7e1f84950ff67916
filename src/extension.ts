/** The stub that every YAML workspace pays for: it loads the features once an open document concerns mutual TLS. */
import { type ExtensionContext, window } from "vscode";
import { registerCommand } from "./ui/commands.ts";
import { DisposableList } from "./ui/dispose.ts";
import { registerEmbedded } from "./ui/embedded/register.ts";
import type { startFeatures } from "./ui/features.ts";
import { guardWith, reportTo } from "./ui/guard.ts";
import { lookForManifests } from "./ui/looking.ts";
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
  for (const each of lookForManifests(guard, start, alsoLooked)) listening.add(each);
  return {
    state: () => (running === undefined ? "idle" : "running"),
    trees: () => running?.trees,
    settled: async () => {
      await looked;
      await running?.settled();
    },
  };
}
