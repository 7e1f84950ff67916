/** Builds the snapshot that the rules read from a list of objects. */
import { byAge } from "./age.ts";
import { workloadsOf } from "./membership/replicas.ts";
import type { Mesh } from "./mesh.ts";
import { meshConfig } from "./mesh-config.ts";
import type { MutatingWebhookConfiguration } from "./resources/core.ts";
import type { Labels } from "./resources/meta.ts";
import { type OtherResource, ofKind, type Resource } from "./resources/resource.ts";

/** What a person states about the cluster where objects do not tell. */
export interface Stated {
  /** Labels by namespace. The Namespace object wins where there is one. */
  readonly namespaceLabels: Readonly<Record<string, Labels>>;
}

/** Invariant: the order of `resources` does not matter, but for objects of the same kind, namespace and name. */
export function buildMesh(resources: readonly Resource[], stated: Stated): Mesh {
  const webhooks = ofKind(resources, "MutatingWebhookConfiguration");
  const configMaps = ofKind(resources, "ConfigMap");
  const membershipContext = {
    namespaces: new Map(ofKind(resources, "Namespace").map((namespace) => [namespace.name, namespace])),
    statedLabels: new Map(Object.entries(stated.namespaceLabels)),
    webhooks,
    configMaps,
  };
  const controllers = ofKind(resources, "Deployment", "ReplicaSet", "StatefulSet", "DaemonSet", "Job", "CronJob");
  return {
    ...membershipContext,
    config: meshConfig(configMaps),
    revisionTags: revisionTags(webhooks),
    workloads: workloadsOf(membershipContext, controllers, ofKind(resources, "Pod")),
    services: ofKind(resources, "Service").toSorted(byAge),
    endpointSlices: ofKind(resources, "EndpointSlice"),
    policies: ofKind(resources, "PeerAuthentication").toSorted(byAge),
    gatewayRoutes: ofKind(resources, "HTTPRoute", "GRPCRoute", "TCPRoute", "TLSRoute"),
    ingresses: ofKind(resources, "Ingress"),
    apiServerCalls: [
      ...webhooks,
      ...ofKind(resources, "ValidatingWebhookConfiguration", "APIService", "CustomResourceDefinition"),
    ],
    authorizationPolicies: ofKind(resources, "AuthorizationPolicy").toSorted(byAge),
    destinationRules: ofKind(resources, "DestinationRule").toSorted(byAge),
    virtualServices: ofKind(resources, "VirtualService").toSorted(byAge),
    gateways: ofKind(resources, "Gateway").toSorted(byAge),
    sidecars: ofKind(resources, "Sidecar").toSorted(byAge),
    serviceEntries: ofKind(resources, "ServiceEntry").toSorted(byAge),
    workloadEntries: ofKind(resources, "WorkloadEntry").toSorted(byAge),
    others: resources.filter((resource): resource is OtherResource => resource.form === "other"),
  };
}

/** A tag is a second name of a revision: webhooks labelled with both. Istio: revision-tags-mwc.yaml. */
function revisionTags(webhooks: readonly MutatingWebhookConfiguration[]): ReadonlyMap<string, string> {
  return new Map(
    webhooks.flatMap(({ labels }) => {
      const tag = labels["istio.io/tag"];
      const revision = labels["istio.io/rev"];
      return tag === undefined || revision === undefined ? [] : [[tag, revision]];
    }),
  );
}
