/** The status item of the embedded mesh: there as long as the mesh runs, with a click for what can be done. */
import { Disposable, MarkdownString, StatusBarAlignment, window } from "vscode";
import type { CommandId } from "../contributions.ts";
import type { EmbeddedMesh, MeshState } from "./running.ts";

const OPEN: CommandId = "mtlsLens.openMeshTerminal";

export function meshStatus(mesh: EmbeddedMesh): Disposable {
  const item = window.createStatusBarItem("mtlsLens.embeddedMesh", StatusBarAlignment.Left);
  item.name = "mTLS Lens Embedded Mesh";
  item.command = OPEN;
  const show = (state: MeshState) => {
    if (state.is === "stopped") return item.hide();
    item.text = state.is === "starting" ? "$(loading~spin) embedded mesh" : "$(server-environment) embedded mesh";
    item.tooltip = state.is === "starting" ? "The embedded mesh starts." : tooltip(state);
    item.accessibilityInformation = { label: `mTLS Lens: the embedded mesh is ${state.is}. Open a mesh terminal.` };
    item.show();
  };
  show(mesh.state);
  const listening = mesh.onDidChange(show);
  return Disposable.from(item, listening);
}

function tooltip({ access: { url, gateway } }: Extract<MeshState, { is: "running" }>): MarkdownString {
  const ingress = gateway === undefined ? "" : `\n- ingress gateway: \`http://${gateway}\``;
  const commands: readonly (readonly [string, CommandId])[] = [
    ["Open Mesh Terminal", OPEN],
    ["Stop", "mtlsLens.stopEmbeddedMesh"],
    ["Reset", "mtlsLens.resetEmbeddedMesh"],
  ];
  const links = commands.map(([title, id]) => `[${title}](command:${id})`).join(" · ");
  const text = new MarkdownString(`**Embedded mesh** (no cluster)\n- Kubernetes API: \`${url}\`${ingress}\n\n${links}`);
  text.isTrusted = { enabledCommands: commands.map(([, id]) => id) };
  return text;
}
