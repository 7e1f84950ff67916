/** Who decides, at a mode or at a workload's name. */
import { type Disposable, Hover, languages, MarkdownString } from "vscode";
import type { AnalysisWorker } from "../analysis-worker.ts";
import type { Guard } from "../guard.ts";
import { manifestSelector } from "../manifests.ts";
import { cancellable } from "./cancel.ts";
import { fromPosition, toRange } from "./places.ts";

export function registerHovers(guard: Guard, analysis: AnalysisWorker): Disposable {
  return languages.registerHoverProvider(manifestSelector(), {
    provideHover: guard("show who decides", async (document, position, token) => {
      const ask = { uri: document.uri.toString(), position: fromPosition(position) };
      const hover = await cancellable(token, (signal) => analysis.ask("hover", ask, signal));
      return hover && new Hover(new MarkdownString(hover.markdown), toRange(hover.range));
    }),
  });
}
