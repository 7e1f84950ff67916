/** The embedded mesh: its parts put together, started and ended. */
import { randomBytes } from "node:crypto";
import { istioWebhook } from "./api/admission/istio-webhook.ts";
import { type Api, startApi } from "./api/api.ts";
import { endsSoon, servingCertificate } from "./api/certificate.ts";
import { BUILT_IN } from "./api/kinds/built-in.ts";
import { istioDefinitions } from "./api/kinds/istio.ts";
import type { Kinds } from "./api/kinds/kind.ts";
import { createKinds } from "./api/kinds/registry.ts";
import { writeKubeconfig } from "./api/kubeconfig.ts";
import { createResources, type OwnedResources } from "./api/requests/requests.ts";
import { createStore } from "./api/store/memory.ts";
import type { Store } from "./api/store/store.ts";
import { createAuthority } from "./certificates/authority.ts";
import { createIdentities } from "./certificates/identities.ts";
import { startControllers } from "./controllers/controllers.ts";
import { eventRecorder } from "./controllers/events.ts";
import type { ControlPlane } from "./controlplane/control-plane.ts";
import { injector } from "./controlplane/injection/mutator.ts";
import { startControlPlane } from "./controlplane/push.ts";
import type { ProxyOptions, Proxy as RunningProxy } from "./dataplane/proxy.ts";
import { startProxy } from "./dataplane/start.ts";
import { LoopbackEntrances } from "./entrance/entrances.ts";
import { gatewayAddress, watchGateway } from "./installation/gateway-address.ts";
import { install } from "./installation/install.ts";
import type { Kubelet, PodRef } from "./kubelet/kubelet.ts";
import { startKubelet } from "./kubelet/node.ts";
import type { Network } from "./network/network.ts";
import { createNetwork } from "./network/virtual.ts";
import { keepState } from "./state/keeper.ts";
import { lockKubeconfig } from "./state/lock.ts";
import { readState, type State } from "./state/state.ts";

export interface MeshOptions {
  /** Where state is kept; absent: nothing is. */
  readonly folder?: string;
  readonly kubeconfig: string;
  /** Of a mesh before this one, to be taken again. */
  readonly addresses?: Addresses;
  gatewayIs(address: string): void;
  failed(error: Error): void;
}

export type Addresses = Pick<State, "token" | "tls" | "port" | "entrances">;

export interface RunningMesh {
  access(): { readonly url: string; readonly kubeconfig: string; readonly gateway?: string };
  addresses(): Addresses;
  readonly resources: OwnedResources;
  readonly kinds: Kinds;
  close(): Promise<void>;
}

interface Parts extends Addresses {
  readonly store: Store;
  readonly kinds: Kinds;
  readonly resources: OwnedResources;
}

export async function startMesh(options: MeshOptions): Promise<RunningMesh> {
  const lock = await lockKubeconfig(options.kubeconfig);
  try {
    const before = options.folder === undefined ? undefined : await readState(options.folder);
    return await run(options, before, lock.release);
  } catch (error) {
    lock.release();
    throw error;
  }
}

async function run(options: MeshOptions, before: State | undefined, ended: () => void): Promise<RunningMesh> {
  const { failed, folder } = options;
  const addresses = await addressesOf(before ?? options.addresses);
  const { store, kinds, resources } = objects(before);
  const network = createNetwork();
  const authority = await createAuthority();
  const renewed = () => controlPlane.push();
  const identities = createIdentities(authority, renewed);
  const entrances = new LoopbackEntrances(network, addresses.entrances);
  const controlPlane = startControlPlane({ resources, kinds, identity: identities.of, failed });
  const cluster = { resources, kinds, events: eventRecorder(resources, kinds), failed };
  const kubelet = startKubelet({ cluster, network, startProxy: proxies(network, controlPlane) });
  install(resources, kinds, authority.root);
  const roots = { kubernetes: addresses.tls.ca, istio: authority.root };
  const stopControllers = startControllers(cluster, { roots, network, entrances });
  const api = await listen({ ...addresses, store, kinds, resources }, kubelet);
  await writeKubeconfig(options.kubeconfig, { url: api.url, ca: api.ca, token: addresses.token });
  const stopTelling = watchGateway(resources, kinds, options.gatewayIs);
  const now = (): Addresses => ({ ...addresses, port: api.port, entrances: entrances.taken() });
  const keeper = folder === undefined ? undefined : keepState(folder, store, now, failed);
  return {
    resources,
    kinds,
    addresses: now,
    access: () => ({
      url: api.url,
      kubeconfig: options.kubeconfig,
      ...optional("gateway", gatewayAddress(resources, kinds)),
    }),
    async close() {
      stopTelling();
      await api.close();
      stopControllers();
      controlPlane.close();
      await keeper?.close();
      await kubelet.close();
      await entrances.closeAll();
      identities.close();
      await network.close();
      resources.close();
      ended();
    },
  };
}

/** The store with what it held before, and the kinds that are served from the start. */
function objects(before: State | undefined): Pick<Parts, "store" | "kinds" | "resources"> {
  const store = createStore();
  if (before !== undefined) store.load(before.dump);
  const kinds = createKinds(BUILT_IN);
  const parts: { resources?: OwnedResources } = {};
  const own = () => {
    if (parts.resources === undefined) throw new Error("the API was asked before it was there");
    return parts.resources;
  };
  const resources = createResources({ store, kinds, mutators: [injector(own, kinds)], validators: [istioWebhook] });
  parts.resources = resources;
  const definitions = kinds.byKind("apiextensions.k8s.io", "CustomResourceDefinition");
  for (const definition of istioDefinitions()) {
    const { name } = definition.metadata as { readonly name: string };
    if (definitions !== undefined && resources.find(definitions, { name }) === undefined) {
      resources.create(definitions, undefined, definition);
    }
  }
  return { store, kinds, resources };
}

/** A proxy listens to the control plane for as long as it runs. */
function proxies(network: Network, controlPlane: ControlPlane) {
  return async (pod: PodRef, options: ProxyOptions): Promise<RunningProxy> => {
    const proxy = await startProxy(network, options);
    const detach = controlPlane.attach(pod, proxy);
    return {
      ...proxy,
      async close() {
        detach();
        await proxy.close();
      },
    };
  };
}

/** At the port that terminals know, or where somebody else has taken it, at any. */
async function listen({ store, kinds, resources, token, tls, port }: Parts, kubelet: Kubelet): Promise<Api> {
  const options = { store, kinds, resources, kubelet, token, tls };
  if (port === 0) return startApi(options);
  return startApi({ ...options, port }).catch(() => startApi(options));
}

/** Those from before, with a certificate that lasts, or new ones. */
async function addressesOf(known: Addresses | undefined): Promise<Addresses> {
  if (known !== undefined) return endsSoon(known.tls) ? { ...known, tls: await servingCertificate() } : known;
  return { token: randomBytes(32).toString("hex"), tls: await servingCertificate(), port: 0, entrances: {} };
}

function optional<Name extends string>(name: Name, value: string | undefined): { readonly [name in Name]?: string } {
  return value === undefined ? {} : ({ [name]: value } as { readonly [name in Name]: string });
}
