/** Opens the page of a finding, which comes with the extension: nothing is fetched. */
import { commands, type Disposable, Uri } from "vscode";
import { registerCommand } from "../commands.ts";
import type { Guard } from "../guard.ts";

export function registerExplanations(guard: Guard, extension: Uri): Disposable {
  return registerCommand(guard, "mtlsLens.explain", async (code) => {
    // The code comes out of a link: only a code may become part of a path.
    if (!/^MTLS\d+$/.test(code)) return;
    await commands.executeCommand("markdown.showPreview", Uri.joinPath(extension, "media", "findings", `${code}.md`));
  });
}
