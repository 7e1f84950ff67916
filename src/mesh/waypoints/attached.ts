/** Which waypoint stands before a Service or a pod. */
import type { Missing } from "../answer.ts";
import { gapsAt, missingFrom } from "../gaps.ts";
import { namespaceLabels } from "../membership/predicted.ts";
import { remembered } from "../memo.ts";
import type { Mesh } from "../mesh.ts";
import { takesFrom } from "../registry/chosen-namespaces.ts";
import type { Service } from "../resources/core.ts";
import { type Labels, type Meta, under } from "../resources/meta.ts";
import type { OtherResource } from "../resources/resource.ts";
import type { Replica } from "../workload.ts";

export interface Waypoint {
  readonly gateway: OtherResource;
  readonly namespace: string;
  readonly name: string;
}

export type Attached =
  | { readonly by: "nobody" }
  | { readonly by: "waypoint"; readonly waypoint: Waypoint }
  | { readonly by: "unknown"; readonly missing: readonly Missing[] };

const NOBODY: Attached = { by: "nobody" };
const USE = "istio.io/use-waypoint";
const INGRESS = "istio.io/ingress-use-waypoint";
const MANAGED = "gateway.istio.io/managed";
const GATEWAY_NAME = "gateway.networking.k8s.io/gateway-name";
const WAYPOINT_CLASS = "istio-waypoint";

/**
 * Waypoints and east-west gateways have none themselves, and nobody stands before the pods of a headless Service, which
 * has no address of its own. Istio: pilot/pkg/serviceregistry/ambient/waypoints.go fetchWaypointForService.
 */
export function waypointOfService(mesh: Mesh, service: Service): Attached {
  const managed = service.labels[MANAGED];
  if (managed === "istio.io-mesh-controller" || managed === "istio.io-eastwest-controller") return NOBODY;
  return attached(mesh, service, service, ["service", "all"]);
}

/** Istio: pilot/pkg/serviceregistry/ambient/workloads.go computeWaypoint, waypoints.go fetchWaypointForWorkload. */
export function waypointOfPod(mesh: Mesh, replica: Replica): Attached {
  if (replica.labels[GATEWAY_NAME] !== undefined) return NOBODY;
  return attached(mesh, replica, undefined, ["workload", "all"]);
}

/**
 * Gateways go through a waypoint only to a Service that asks for it, by its own label or by that of its namespace.
 * Istio: pilot/pkg/serviceregistry/ambient/services.go ingressUseWaypointFromLabels, endpoint_builder.go findServiceWaypoint.
 */
export function waypointOfGateways(mesh: Mesh, service: Service): Attached {
  const own = service.labels[INGRESS];
  const unread = own === undefined ? unreadLabels(mesh, service.namespace, [INGRESS]) : [];
  if (unread.length > 0) return { by: "unknown", missing: unread };
  const value = own ?? namespaceLabels(mesh, service.namespace)?.[INGRESS];
  return value?.toLowerCase() === "true" ? waypointOfService(mesh, service) : NOBODY;
}

/**
 * The label of the object itself, else that of its namespace; `none` opts out. A waypoint that is not ready, does not
 * take the namespace or is for another kind of traffic is as good as none.
 * Istio: pilot/pkg/serviceregistry/ambient/waypoints.go fetchWaypointForTarget, GetUseWaypoint.
 */
function attached(
  mesh: Mesh,
  subject: { readonly namespace: string; readonly labels: Labels },
  object: Meta | undefined,
  traffic: readonly string[],
): Attached {
  const { namespace } = subject;
  const own = Object.hasOwn(subject.labels, USE);
  const inherited = namespaceLabels(mesh, namespace);
  if (!own && inherited === undefined) return unknown(`the labels of namespace ${namespace} are not in these files`);
  const unread = own ? [] : unreadLabels(mesh, namespace, [USE, `${USE}-namespace`]);
  if (unread.length > 0) return { by: "unknown", missing: unread };
  const labels = own ? subject.labels : (inherited ?? {});
  const name = labels[USE];
  if (name === undefined || name === "none") return NOBODY;
  if (labels["istio.io/use-waypoint-canary"] !== undefined && object !== undefined) {
    return unknown(`${object.kind} ${namespace}/${object.name} spreads its calls over two waypoints`, object);
  }
  const place = labels[`${USE}-namespace`] ?? namespace;
  const gateway = gateways(mesh.others).get(`${place}/${name}`);
  if (gateway === undefined) return unknown(`waypoint ${place}/${name} is not in these files`);
  return takes(mesh, gateway, namespace, traffic);
}

/** Some waypoint is in view: it can be in another namespace than both ends of a call. */
export const hasWaypoints = remembered((others: Mesh["others"]) =>
  others.some(({ kind, className }) => kind === "Gateway" && className === WAYPOINT_CLASS),
);

function unreadLabels(mesh: Mesh, name: string, wanted: readonly string[]): readonly Missing[] {
  const namespace = mesh.namespaces.get(name);
  if (namespace === undefined) return [];
  return missingFrom(namespace, gapsAt(namespace, ...wanted.map((label) => under("/metadata/labels", label))));
}

const gateways = remembered(
  (others: Mesh["others"]) =>
    new Map(
      others
        .filter(({ kind, group }) => kind === "Gateway" && group === "gateway.networking.k8s.io")
        .map((gateway) => [`${gateway.namespace}/${gateway.name}`, gateway]),
    ),
);

const SAME = { from: "Same", selector: { matchLabels: {}, matchExpressions: [] } };

/** Whom it takes. Istio: pilot/pkg/serviceregistry/ambient/waypoints.go AllowsAttachmentFromNamespace. */
function takes(mesh: Mesh, gateway: OtherResource, namespace: string, traffic: readonly string[]): Attached {
  const unread = gapsAt(gateway, "/spec", "/metadata");
  if (unread.length > 0) return { by: "unknown", missing: missingFrom(gateway, unread) };
  const { className, asWaypoint, annotations } = gateway;
  if (asWaypoint?.hasAddress === false) return NOBODY;
  const admits = takesFrom(mesh, asWaypoint ?? SAME, gateway.namespace, namespace);
  if (!admits.known) return { by: "unknown", missing: admits.missing };
  const type = trafficType(mesh, gateway);
  if (!admits.takes || (type !== undefined && !traffic.includes(type))) return NOBODY;
  if (className !== WAYPOINT_CLASS || annotations["ambient.istio.io/waypoint-inbound-binding"] !== undefined) {
    return unknown(`Gateway ${gateway.namespace}/${gateway.name} is a waypoint of somebody else's`, gateway);
  }
  return { by: "waypoint", waypoint: { gateway, namespace: gateway.namespace, name: gateway.name } };
}

/** Its own label, else that of its class, which Istio's own has not, else Services. Istio: waypoints.go gatewayToWaypointTransform. */
function trafficType(mesh: Mesh, gateway: OtherResource): string | undefined {
  const label = "istio.io/waypoint-for";
  const ofClass = mesh.others.find(({ kind, name }) => kind === "GatewayClass" && name === gateway.className);
  const silent = ofClass === undefined && gateway.className !== WAYPOINT_CLASS ? undefined : "service";
  return gateway.labels[label] ?? ofClass?.labels[label] ?? silent;
}

function unknown(says: string, object?: Meta): Attached {
  const place = object === undefined ? {} : { place: { object, pointer: "" } };
  return { by: "unknown", missing: [{ code: "undetermined", says, ...place }] };
}
