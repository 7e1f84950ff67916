/** What the empty views offer: a policy to begin with, and the command that shows what runs. */
import { Disposable, env, window, workspace } from "vscode";
import { FIRST_POLICY, OBSERVE, OBSERVE_COPIED } from "../../view/words/next-steps.ts";
import { registerCommand } from "../commands.ts";
import type { Guard } from "../guard.ts";

export function registerNextSteps(guard: Guard): Disposable {
  return Disposable.from(
    registerCommand(guard, "mtlsLens.newPolicy", async () => {
      await window.showTextDocument(await workspace.openTextDocument({ language: "yaml", content: FIRST_POLICY }));
    }),
    registerCommand(guard, "mtlsLens.copyObserve", async () => {
      await env.clipboard.writeText(OBSERVE);
      void window.showInformationMessage(OBSERVE_COPIED);
    }),
  );
}
