/** An embedded mesh: its parts put together, and the objects that a new cluster has. */

import { istioWebhook } from "./api/admission/istio-webhook.ts";
import { type Api, startApi } from "./api/api.ts";
import type { ServingCertificate } from "./api/certificate.ts";
import { BUILT_IN } from "./api/kinds/built-in.ts";
import { istioDefinitions } from "./api/kinds/istio.ts";
import type { Kinds } from "./api/kinds/kind.ts";
import { createKinds } from "./api/kinds/registry.ts";
import { createResources, type OwnedResources } from "./api/requests/requests.ts";
import { createStore } from "./api/store/memory.ts";
import type { Store } from "./api/store/store.ts";
import { startControllers } from "./controllers/controllers.ts";
import { eventRecorder } from "./controllers/events.ts";
import { LoopbackEntrances } from "./entrance/entrances.ts";
import { install } from "./installation/install.ts";
import type { Kubelet } from "./kubelet/kubelet.ts";
import type { Network } from "./network/network.ts";
import { createNetwork } from "./network/virtual.ts";

export interface MeshOptions {
  readonly token: string;
  readonly tls: ServingCertificate;
  /** PEM of the CA of workloads. */
  readonly root: string;
  readonly kubelet: Kubelet;
  readonly port?: number;
  /** Told what went wrong where nobody waits for an answer. */
  failed(error: Error): void;
}

export interface Mesh {
  readonly api: Api;
  readonly store: Store;
  readonly kinds: Kinds;
  readonly resources: OwnedResources;
  readonly network: Network;
  close(): Promise<void>;
}

export async function startMesh({ token, tls, root, kubelet, port, failed }: MeshOptions): Promise<Mesh> {
  const store = createStore();
  const kinds = createKinds(BUILT_IN);
  const resources = createResources({ store, kinds, validators: [istioWebhook] });
  const network = createNetwork();
  const entrances = new LoopbackEntrances(network, {});
  const definitions = kinds.byResource("apiextensions.k8s.io", "customresourcedefinitions");
  for (const each of istioDefinitions()) if (definitions) resources.create(definitions, undefined, each);
  install(resources, kinds, root);
  const cluster = { resources, kinds, events: eventRecorder(resources, kinds), failed };
  const stop = startControllers(cluster, { roots: { kubernetes: tls.ca, istio: root }, network, entrances });
  const api = await startApi({ store, kinds, resources, kubelet, token, tls, ...(port === undefined ? {} : { port }) });
  return {
    api,
    store,
    kinds,
    resources,
    network,
    async close() {
      await api.close();
      stop();
      await entrances.closeAll();
      await network.close();
      resources.close();
    },
  };
}
