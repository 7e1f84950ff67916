/** What a cluster with Istio holds from the start. Objects that are there already stay as they are. */
import type { Kinds } from "../api/kinds/kind.ts";
import type { JsonMap } from "../api/object.ts";
import type { Resources } from "../api/resources.ts";
import { clusterObjects } from "./cluster.ts";
import { ingressGateway } from "./ingress-gateway.ts";
import { istiod } from "./istiod.ts";
import { webhooks } from "./webhooks.ts";

interface Manifest extends JsonMap {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

/** `root` is the certificate of the CA of workloads, PEM. */
export function install(resources: Resources, kinds: Kinds, root: string): void {
  for (const object of [
    ...clusterObjects(),
    ...istiod(),
    ...ingressGateway(),
    ...webhooks(root),
  ] as unknown as readonly Manifest[]) {
    const [group = "", version] = object.apiVersion.includes("/")
      ? object.apiVersion.split("/")
      : ["", object.apiVersion];
    const kind = kinds.byKind(group, object.kind);
    if (kind === undefined) throw new Error(`${object.kind} of ${object.apiVersion} is not served`);
    const { name, namespace } = object.metadata;
    const key = namespace === undefined ? { name } : { namespace, name };
    if (resources.find(kind, key) !== undefined) continue;
    resources.create(kind, namespace, object, version === undefined ? {} : { version });
    if (object.status !== undefined)
      resources.update(kind, key, { ...resources.get(kind, key), status: object.status }, { subresource: "status" });
  }
}
