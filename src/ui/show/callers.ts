/** The list that a click on a lens opens: who calls, how, with what outcome. Picking a row goes to its evidence. */
import { type Disposable, type QuickPickItem, ThemeColor, ThemeIcon, window } from "vscode";
import type { CallerRow } from "../../view/lens.ts";
import { registerCommand } from "../commands.ts";
import type { Guard } from "../guard.ts";
import { toLocation } from "./places.ts";

const ICONS: Readonly<Record<CallerRow["outcome"], ThemeIcon>> = {
  works: new ThemeIcon("pass", new ThemeColor("testing.iconPassed")),
  breaks: new ThemeIcon("error", new ThemeColor("testing.iconFailed")),
  unknown: new ThemeIcon("question", new ThemeColor("descriptionForeground")),
};

export function registerCallers(guard: Guard): Disposable {
  return registerCommand(guard, "mtlsLens.showCallers", async ({ title, rows }) => {
    const picked = await window.showQuickPick(rows.map(toItem), {
      title,
      placeHolder: "Pick a caller to go to its evidence",
      matchOnDescription: true,
      matchOnDetail: true,
    });
    if (picked?.row.location === undefined) return;
    const { uri, range } = toLocation(picked.row.location);
    await window.showTextDocument(uri, { selection: range });
  });
}

function toItem(row: CallerRow): QuickPickItem & { readonly row: CallerRow } {
  const { label, description, detail, outcome } = row;
  return { label, description, detail, iconPath: ICONS[outcome], row };
}
