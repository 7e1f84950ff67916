/** The embedded mesh: its parts put together, started and ended. */
import { randomBytes } from "node:crypto";
import { type Api, startApi } from "./api/api.ts";
import { type ServingCertificate, servingCertificate } from "./api/certificate.ts";
import { writeKubeconfig } from "./api/kubeconfig.ts";
import { BUILT_IN } from "./api/kinds/built-in.ts";
import { istioDefinitions } from "./api/kinds/istio.ts";
import type { Kinds } from "./api/kinds/kind.ts";
import { createKinds } from "./api/kinds/registry.ts";
import { createResources, type OwnedResources } from "./api/requests/requests.ts";
import { createStore } from "./api/store/memory.ts";
import type { Store } from "./api/store/store.ts";
import { createAuthority } from "./certificates/authority.ts";
import { createIdentities } from "./certificates/identities.ts";
import { startControllers } from "./controllers/controllers.ts";
import { eventRecorder } from "./controllers/events.ts";
import { injector } from "./controlplane/injection/mutator.ts";
import { startControlPlane } from "./controlplane/push.ts";
import { LoopbackEntrances, type Taken } from "./entrance/entrances.ts";
import { INGRESS_GATEWAY } from "./installation/ingress-gateway.ts";
import { install } from "./installation/install.ts";
import { startKubelet } from "./kubelet/node.ts";
import { createNetwork } from "./network/virtual.ts";
import { lockFolder } from "./state/lock.ts";
import { readState, type State, writeState } from "./state/state.ts";

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
