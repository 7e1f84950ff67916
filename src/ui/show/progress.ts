/** How far the reading of the workspace is, in the status bar, once it takes longer than a moment. */
import { ProgressLocation, window } from "vscode";
import type { FromAnalysis } from "../../protocol/analysis.ts";

const A_MOMENT_MS = 1000;

interface Shown {
  says(text: string): void;
  end(): void;
}

export function progressBar(): (progress: FromAnalysis["progress"]) => void {
  let since: number | undefined;
  let shown: Shown | undefined;
  return ({ read, total }) => {
    since ??= Date.now();
    if (shown === undefined && read < total && Date.now() - since > A_MOMENT_MS) shown = show();
    shown?.says(`${read} of ${total} manifests`);
    if (read < total) return;
    shown?.end();
    shown = undefined;
    since = undefined;
  };
}

function show(): Shown {
  let end: () => void = () => undefined;
  const over = new Promise<void>((resolve) => {
    end = resolve;
  });
  let latest = "";
  let report: (message: string) => void = () => undefined;
  // The editor calls back later: what was said until then is said at that time.
  void window.withProgress({ location: ProgressLocation.Window, title: "mTLS Lens reads" }, (bar) => {
    report = (message) => bar.report({ message });
    report(latest);
    return over;
  });
  return {
    says(text) {
      latest = text;
      report(text);
    },
    end,
  };
}
