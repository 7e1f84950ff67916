/** What a context of the kubeconfig leads to: its cluster and its user, or why it leads nowhere. */
import type { Cluster, User } from "@kubernetes/client-node";
import { ApiFailure } from "../api/failure.ts";
import type { Kubeconfig } from "./kubeconfig.ts";

export interface Access {
  readonly context: string;
  readonly namespace: string;
  readonly cluster: Cluster;
  readonly user: User;
  /** Of the user: what consent to its program is remembered by. */
  readonly file: string;
}

/** Entries of a kubeconfig that made older clients run programs. Kubernetes took them out in 1.26. */
const REMOVED_PROVIDERS = ["azure", "gcp", "exec"];

export function accessOf(kubeconfig: Kubeconfig, name: string): Access {
  const context = kubeconfig.contexts.find((each) => each.name === name);
  if (context === undefined) {
    const [problem] = kubeconfig.problems;
    throw missing(problem?.says ?? `No kubeconfig has a context "${name}". Choose another one.`);
  }
  const cluster = kubeconfig.clusters.find((each) => each.name === context.cluster);
  if (cluster === undefined) {
    throw missing(`Context ${name} names the cluster "${context.cluster}", which ${context.file} does not have.`);
  }
  const user = kubeconfig.users.find((each) => each.name === context.user);
  if (user === undefined && context.user !== undefined) {
    throw missing(`Context ${name} names the user "${context.user}", which ${context.file} does not have.`);
  }
  const { file, ...known } = user ?? { name: "", file: context.file };
  refuseRemoved(known, file);
  refusePlaintext(cluster);
  return { context: name, namespace: context.namespace ?? "default", cluster, user: known, file };
}

function refuseRemoved(user: User, file: string): void {
  const { name = "", config } = (user.authProvider ?? {}) as { readonly name?: string; readonly config?: unknown };
  const runs = typeof config === "object" && config !== null && "exec" in config;
  if (!REMOVED_PROVIDERS.includes(name) && !runs) return;
  const says = `User ${user.name} in ${file} uses the auth-provider "${name}", which Kubernetes removed in 1.26.`;
  throw missing(`${says} Use an exec plugin instead, as kubectl does.`);
}

/** Credentials are not sent in plaintext over a network; `kubectl proxy` on this machine is no network. */
function refusePlaintext({ server }: Cluster): void {
  if (!server.startsWith("http:")) return;
  const { hostname } = new URL(server);
  if (hostname === "localhost" || hostname === "[::1]" || /^127\./.test(hostname)) return;
  throw missing(`${server} is plain HTTP: credentials would cross the network unencrypted. Use an https server.`);
}

function missing(says: string): ApiFailure {
  return new ApiFailure("kubeconfig", says);
}
