/** What `mesh` says. */
import { existsSync } from "node:fs";

/** The labs whose files are in the package. */
export const LABS = ["mutual-tls", "rollout-mtls"] as const;

export const STARTING = "Starting the embedded mesh …\n";
export const ENDED = "The embedded mesh has ended.\n";

/** Lines that can be pasted into another terminal. */
export function reachable(kubeconfig: string, gateway: string | undefined, lab: string | undefined): string {
  const address = gateway === undefined ? [] : [`  export GATEWAY_IP=${gateway}`];
  const files = lab !== undefined && existsSync(lab) ? [`  cd ${quoted(lab)}`] : [];
  return [
    "The embedded mesh runs: a Kubernetes API with Istio, without a cluster. In another terminal:",
    "",
    `  export KUBECONFIG=${quoted(kubeconfig)}`,
    ...address,
    "  export NO_PROXY=127.0.0.0/8,localhost",
    ...files,
    "  kubectl get pods -A",
    "",
    "Ctrl+C ends it, and nothing of it stays.",
    "",
  ].join("\n");
}

export function failedToRun(reason: string): string {
  return `The embedded mesh does not run: ${reason}.`;
}

function quoted(path: string): string {
  return /^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}
