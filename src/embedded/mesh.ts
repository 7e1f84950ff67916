/** An embedded mesh: its parts put together, and the objects that a new cluster has. */
import { type Api, startApi } from "./api/api.ts";
import type { ServingCertificate } from "./api/certificate.ts";
import { BUILT_IN } from "./api/kinds/built-in.ts";
import { istioDefinitions } from "./api/kinds/istio.ts";
import { createKinds } from "./api/kinds/registry.ts";
import { createResources, type OwnedResources } from "./api/requests/requests.ts";
import { createStore } from "./api/store/memory.ts";
import type { Store } from "./api/store/store.ts";
import type { Kubelet } from "./kubelet/kubelet.ts";

export interface MeshOptions {
  readonly token: string;
  readonly tls: ServingCertificate;
  readonly kubelet: Kubelet;
  readonly port?: number;
}

export interface Mesh {
  readonly api: Api;
  readonly store: Store;
  readonly resources: OwnedResources;
  close(): Promise<void>;
}

const NAMESPACES = ["default", "kube-node-lease", "kube-public", "kube-system", "istio-system"];

export async function startMesh({ token, tls, kubelet, port }: MeshOptions): Promise<Mesh> {
  const store = createStore();
  const kinds = createKinds(BUILT_IN);
  const resources = createResources({ store, kinds });
  const create = (group: string, plural: string, object: object) => {
    const kind = kinds.byResource(group, plural);
    if (kind) resources.create(kind, undefined, { ...object });
  };
  for (const name of NAMESPACES) create("", "namespaces", { apiVersion: "v1", kind: "Namespace", metadata: { name } });
  for (const definition of istioDefinitions()) create("apiextensions.k8s.io", "customresourcedefinitions", definition);
  const api = await startApi({ store, kinds, resources, kubelet, token, tls, ...(port === undefined ? {} : { port }) });
  return {
    api,
    store,
    resources,
    async close() {
      await api.close();
      resources.close();
    },
  };
}
