/** The Kubernetes API of the embedded mesh: what stands behind its address. */
import type { Kubelet } from "../kubelet/kubelet.ts";
import { createAccess } from "./access/access.ts";
import type { ServingCertificate } from "./certificate.ts";
import { route } from "./http/route.ts";
import { listen, sameSecret } from "./http/server.ts";
import type { Kinds } from "./kinds/kind.ts";
import type { Resources } from "./resources.ts";
import type { Store } from "./store/store.ts";
import { upgradePod } from "./streams/upgrade.ts";

export interface ApiOptions {
  readonly store: Store;
  readonly kinds: Kinds;
  readonly resources: Resources;
  readonly kubelet: Kubelet;
  /** The bearer token of the owner of the mesh, who may do everything. */
  readonly token: string;
  readonly tls: ServingCertificate;
  /** Absent: any free one. */
  readonly port?: number;
}

export interface Api {
  readonly url: string;
  readonly port: number;
  /** PEM, for a kubeconfig. */
  readonly ca: string;
  close(): Promise<void>;
}

const OWNER = { name: "kubernetes-admin", groups: ["system:masters", "system:authenticated"] };

export async function startApi(options: ApiOptions): Promise<Api> {
  const { store, kinds, resources, kubelet, token, tls, port } = options;
  const access = createAccess(resources, kinds, Date.now);
  const serving = { store, kinds, resources, access, now: Date.now };
  const server = await listen({
    tls,
    ...(port === undefined ? {} : { port }),
    authenticate: (given) => (sameSecret(given, token) ? OWNER : access.userOf(given)),
    answer: (request, warnings) => route(serving, kubelet, access.admitted(request), warnings),
    upgrade: (request, incoming, socket, head) =>
      upgradePod(serving, kubelet, access.admitted(request), incoming, socket, head),
  });
  return { url: `https://127.0.0.1:${server.port}`, port: server.port, ca: tls.ca, close: server.close };
}
