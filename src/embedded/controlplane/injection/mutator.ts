/** The injector's webhook: asked for every pod that is created, it adds the sidecar where Istio's would. */

import type { InjectionContext } from "../../../mesh/membership/predicted.ts";
import { predictedMembership } from "../../../mesh/membership/predicted.ts";
import type { ConfigMap, MutatingWebhookConfiguration, Namespace } from "../../../mesh/resources/core.ts";
import type { Kinds } from "../../api/kinds/kind.ts";
import type { Mutator, Resources } from "../../api/resources.ts";
import type { Pod } from "../../api/shapes.ts";
import { decode, objectsOf } from "../objects.ts";
import { withGatewayProxy } from "./gateway.ts";
import { withSidecar } from "./sidecar.ts";

/** Without a configuration of webhooks nobody asks an injector: the mesh is not installed. */
export function injector(resources: () => Resources, kinds: Kinds): Mutator {
  return ({ object, operation, kind }) => {
    if (kind.kind !== "Pod" || kind.group !== "" || operation !== "CREATE") return object;
    const pod = object as Pod;
    const context = contextFor(resources(), kinds, pod.metadata.namespace ?? "default");
    if (context.webhooks.length === 0) return object;
    const proxy = proxyFor(context, pod);
    if (proxy === undefined) return object;
    return proxy === "gateway" ? withGatewayProxy(pod) : withSidecar(pod);
  };
}

function contextFor(resources: Resources, kinds: Kinds, name: string): InjectionContext {
  const of = (group: string, kind: string, namespace?: string) => objectsOf(resources, kinds, group, kind, namespace);
  const namespaces = of("", "Namespace").filter((namespace) => namespace.name === name) as readonly Namespace[];
  return {
    namespaces: new Map(namespaces.map((namespace) => [namespace.name, namespace])),
    statedLabels: new Map(),
    webhooks: of(
      "admissionregistration.k8s.io",
      "MutatingWebhookConfiguration",
    ) as readonly MutatingWebhookConfiguration[],
    configMaps: of("", "ConfigMap", "istio-system") as readonly ConfigMap[],
  };
}

/** Which proxy the injector adds. One that stands in the pod already, image and all, is left alone. */
function proxyFor(context: InjectionContext, pod: Pod): "sidecar" | "gateway" | undefined {
  const resource = decode(pod);
  if (resource?.kind !== "Pod" || resource.form !== "known") return undefined;
  const { template } = resource;
  const membership = predictedMembership(context, { object: resource, template });
  if (!membership.known || membership.reason.code !== "webhook") return undefined;
  return membership.proxy === "gateway" ? "gateway" : "sidecar";
}
