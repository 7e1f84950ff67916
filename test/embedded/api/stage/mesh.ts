/** The API and the controllers of a mesh, with a kubelet of the test: no proxies, no applications. */
import { istioWebhook } from "../../../../src/embedded/api/admission/istio-webhook.ts";
import { type Api, startApi } from "../../../../src/embedded/api/api.ts";
import type { ServingCertificate } from "../../../../src/embedded/api/certificate.ts";
import { BUILT_IN } from "../../../../src/embedded/api/kinds/built-in.ts";
import { istioDefinitions } from "../../../../src/embedded/api/kinds/istio.ts";
import type { Kinds } from "../../../../src/embedded/api/kinds/kind.ts";
import { createKinds } from "../../../../src/embedded/api/kinds/registry.ts";
import { createResources, type OwnedResources } from "../../../../src/embedded/api/requests/requests.ts";
import { createStore } from "../../../../src/embedded/api/store/memory.ts";
import type { Store } from "../../../../src/embedded/api/store/store.ts";
import { startControllers } from "../../../../src/embedded/controllers/controllers.ts";
import { eventRecorder } from "../../../../src/embedded/controllers/events.ts";
import { LoopbackEntrances } from "../../../../src/embedded/entrance/entrances.ts";
import { install } from "../../../../src/embedded/installation/install.ts";
import type { Kubelet } from "../../../../src/embedded/kubelet/kubelet.ts";
import type { Network } from "../../../../src/embedded/network/network.ts";
import { createNetwork } from "../../../../src/embedded/network/virtual.ts";

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
