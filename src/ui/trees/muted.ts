/** Rows without effect are grey: the editor colours labels by their resource. */
import { type Disposable, ThemeColor, Uri, window } from "vscode";

const SCHEME = "mtls-lens-muted";

export const MUTED = Uri.from({ scheme: SCHEME, path: "/row" });

export function registerMuted(): Disposable {
  return window.registerFileDecorationProvider({
    provideFileDecoration: ({ scheme }) =>
      scheme === SCHEME ? { color: new ThemeColor("disabledForeground") } : undefined,
  });
}
