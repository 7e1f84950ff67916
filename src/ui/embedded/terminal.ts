/** A terminal whose kubectl speaks to the embedded mesh. */
import { ThemeIcon, window } from "vscode";
import type { EmbeddedMesh } from "./running.ts";

/** How long the gateway may take to get its address before the terminal opens without it. */
const GATEWAY_MS = 5000;

export async function openMeshTerminal(mesh: EmbeddedMesh): Promise<void> {
  const gateway = await gatewayOf(mesh);
  if (mesh.state.is !== "running") return;
  const { kubeconfig } = mesh.state.access;
  const terminal = window.createTerminal({
    name: "Embedded Mesh",
    iconPath: new ThemeIcon("server-environment"),
    message: "kubectl speaks to the embedded mesh here; $GATEWAY_IP is its ingress gateway.",
    env: {
      KUBECONFIG: kubeconfig,
      NO_PROXY: "127.0.0.0/8,localhost",
      no_proxy: "127.0.0.0/8,localhost",
      ...(gateway === undefined ? {} : { GATEWAY_IP: gateway }),
    },
  });
  terminal.show();
}

function gatewayOf(mesh: EmbeddedMesh): Promise<string | undefined> {
  const known = () => (mesh.state.is === "running" ? mesh.state.access.gateway : undefined);
  return new Promise((resolve) => {
    const answer = () => {
      clearTimeout(timer);
      listening.dispose();
      resolve(known());
    };
    const timer = setTimeout(answer, GATEWAY_MS);
    const listening = mesh.onDidChange(() => known() !== undefined && answer());
    if (known() !== undefined) answer();
  });
}
