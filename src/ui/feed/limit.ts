/** How many files are read. Where there are more, a person is told that verdicts do not know of the others. */
import { commands, type Uri, window, workspace } from "vscode";
import type { SettingId } from "../contributions.ts";

const SETTING: SettingId = "mtlsLens.maxFiles";
const DEFAULT = 20_000;

/** The first by path, so that the same ones are left out each time. */
export function withinLimit(found: readonly Uri[]): readonly Uri[] {
  const set = workspace.getConfiguration().get<unknown>(SETTING);
  const most = typeof set === "number" && set >= 1 ? Math.floor(set) : DEFAULT;
  if (found.length <= most) return found;
  void tell(most, found.length);
  return found.toSorted((a, b) => (a.path < b.path ? -1 : 1)).slice(0, most);
}

async function tell(most: number, found: number): Promise<void> {
  const openSettings = "Open Settings";
  const says = `mTLS Lens reads the first ${most} of ${found} manifests, by path. Verdicts know nothing of the others: raise ${SETTING} and reload the window.`;
  if ((await window.showWarningMessage(says, openSettings)) !== openSettings) return;
  await commands.executeCommand("workbench.action.openSettings", SETTING);
}
