/** Where the ingress gateway can be reached from this machine: what `GATEWAY_IP` is. */
import type { Kinds } from "../api/kinds/kind.ts";
import type { KubernetesObject } from "../api/object.ts";
import type { Resources } from "../api/resources.ts";
import { INGRESS_GATEWAY } from "./ingress-gateway.ts";
import { NAMESPACE } from "./istiod.ts";

const KEY = { namespace: NAMESPACE, name: INGRESS_GATEWAY };

export function gatewayAddress(resources: Resources, kinds: Kinds): string | undefined {
  const kind = kinds.byKind("", "Service");
  const service = kind === undefined ? undefined : resources.find(kind, KEY);
  return service === undefined ? undefined : addressOf(service);
}

/** Tells every address that it gets, until what this answers is called. */
export function watchGateway(resources: Resources, kinds: Kinds, told: (address: string) => void): () => void {
  const kind = kinds.byKind("", "Service");
  let last: string | undefined;
  if (kind === undefined) return () => undefined;
  return resources.watch(kind, (event) => {
    if (event.type === "BOOKMARK" || event.object.metadata.name !== KEY.name) return;
    const address = event.object.metadata.namespace === KEY.namespace ? addressOf(event.object) : undefined;
    if (address !== undefined && address !== last) told(address);
    last = address ?? last;
  });
}

function addressOf({ status }: KubernetesObject): string | undefined {
  const { loadBalancer } = (status ?? {}) as {
    readonly loadBalancer?: { readonly ingress?: readonly { ip: string }[] };
  };
  return loadBalancer?.ingress?.[0]?.ip;
}
