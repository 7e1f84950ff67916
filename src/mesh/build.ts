/** Builds the snapshot that the rules read from a list of objects. */
import { byAge } from "./age.ts";
import { meshRoutes } from "./client/mesh-routes.ts";
import { DEFAULT_REVISION, discovers } from "./control-plane.ts";
import { type InjectionContext, namespaceLabels } from "./membership/predicted.ts";
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
  const pods = ofKind(resources, "Pod");
  const config = meshConfig(configMaps);
  const hidden = hiddenNamespaces(resources, config, membershipContext);
  const discovered = resources.filter(({ namespace }) => !hidden.has(namespace));
  const gatewayRoutes = ofKind(discovered, "HTTPRoute", "GRPCRoute", "TCPRoute", "TLSRoute");
  return {
    ...membershipContext,
    config,
    revision: DEFAULT_REVISION,
    hiddenNamespaces: hidden,
    revisionTags: revisionTags(webhooks),
    controllers,
    pods,
    workloads: workloadsOf(membershipContext, controllers, pods),
    services: ofKind(resources, "Service").toSorted(byAge),
    endpointSlices: ofKind(resources, "EndpointSlice"),
    policies: ofKind(discovered, "PeerAuthentication").toSorted(byAge),
    gatewayRoutes,
    ingresses: ofKind(resources, "Ingress"),
    ingressClasses: ofKind(resources, "IngressClass"),
    apiServerCalls: [
      ...webhooks,
      ...ofKind(resources, "ValidatingWebhookConfiguration", "APIService", "CustomResourceDefinition"),
    ],
    monitors: ofKind(resources, "ServiceMonitor", "PodMonitor"),
    prometheuses: ofKind(resources, "Prometheus", "PrometheusAgent"),
    authorizationPolicies: ofKind(discovered, "AuthorizationPolicy").toSorted(byAge),
    destinationRules: ofKind(discovered, "DestinationRule").toSorted(byAge),
    backendPolicies: ofKind(discovered, "BackendTLSPolicy").toSorted(byAge),
    virtualServices: [...ofKind(discovered, "VirtualService"), ...meshRoutes(gatewayRoutes)].toSorted(byAge),
    gateways: ofKind(discovered, "Gateway").toSorted(byAge),
    sidecars: ofKind(discovered, "Sidecar").toSorted(byAge),
    envoyFilters: ofKind(discovered, "EnvoyFilter"),
    serviceEntries: ofKind(discovered, "ServiceEntry").toSorted(byAge),
    workloadEntries: ofKind(discovered, "WorkloadEntry").toSorted(byAge),
    others: resources.filter((resource): resource is OtherResource => resource.form === "other"),
  };
}

function hiddenNamespaces(
  resources: readonly Resource[],
  { discoverySelectors }: Mesh["config"],
  context: InjectionContext,
): ReadonlySet<string> {
  if (discoverySelectors.length === 0) return new Set();
  const labelsOf = (namespace: string) => namespaceLabels(context, namespace);
  const all = new Set(resources.map(({ namespace }) => namespace));
  return new Set([...all].filter((namespace) => !discovers(discoverySelectors, labelsOf, namespace)));
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
