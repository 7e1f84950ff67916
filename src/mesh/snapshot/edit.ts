/**
 * A snapshot after an edit: every list without a change stays the same list, and of the others every namespace without
 * a change keeps its part, so that all that is remembered of these stays known.
 */
import { byAge } from "../age.ts";
import { inNamespace, regroup } from "../by-namespace.ts";
import { meshRoutes } from "../client/mesh-routes.ts";
import { isInjectorMap } from "../membership/injector.ts";
import { workloadsIn } from "../membership/replicas.ts";
import { sameItems } from "../memo.ts";
import type { Mesh } from "../mesh.ts";
import { isMeshMap } from "../mesh-config.ts";
import type { Namespace } from "../resources/core.ts";
import type { Meta } from "../resources/meta.ts";
import { type KnownResource, ofKind, type Resource } from "../resources/resource.ts";

export interface Change {
  readonly gone: readonly Resource[];
  readonly come: readonly Resource[];
}

/** Where a kind is kept. `anew`: it decides about so much that the snapshot is built again. */
const LIST_OF = {
  Namespace: "namespaces",
  Pod: "pods",
  Deployment: "controllers",
  ReplicaSet: "controllers",
  StatefulSet: "controllers",
  DaemonSet: "controllers",
  Job: "controllers",
  CronJob: "controllers",
  Service: "services",
  EndpointSlice: "endpointSlices",
  ConfigMap: "configMaps",
  HTTPRoute: "gatewayRoutes",
  GRPCRoute: "gatewayRoutes",
  TCPRoute: "gatewayRoutes",
  TLSRoute: "gatewayRoutes",
  Ingress: "ingresses",
  PeerAuthentication: "policies",
  AuthorizationPolicy: "authorizationPolicies",
  DestinationRule: "destinationRules",
  VirtualService: "virtualServices",
  Gateway: "gateways",
  Sidecar: "sidecars",
  EnvoyFilter: "envoyFilters",
  ServiceEntry: "serviceEntries",
  WorkloadEntry: "workloadEntries",
  MutatingWebhookConfiguration: "anew",
  ValidatingWebhookConfiguration: "anew",
  APIService: "anew",
  CustomResourceDefinition: "anew",
  BackendTLSPolicy: "anew",
  IngressClass: "anew",
  PodMonitor: "anew",
  ServiceMonitor: "anew",
  Prometheus: "anew",
  PrometheusAgent: "anew",
} as const satisfies Readonly<Record<KnownResource["kind"], keyof Mesh | "anew">>;

type ListName = Exclude<(typeof LIST_OF)[KnownResource["kind"]], "anew" | "namespaces"> | "others";

/** Lists in the order of their manifests; in all others the oldest is first. */
const AS_WRITTEN: ReadonlySet<ListName> = new Set([
  "pods",
  "controllers",
  "endpointSlices",
  "configMaps",
  "gatewayRoutes",
  "ingresses",
  "envoyFilters",
  "others",
]);

/** `all` are the objects after the edit. Undefined where the snapshot is to be built anew. */
export function editMesh(mesh: Mesh, change: Change, all: () => readonly Resource[]): Mesh | undefined {
  const seen = discovered(mesh, change);
  if (seen === undefined || [...seen.gone, ...seen.come].some(isForAll)) return undefined;
  const made = withRoutes(seen);
  const names = new Set([...made.gone, ...made.come].map(({ list }) => list));
  const lists = [...names].flatMap((list) =>
    list === "namespaces" || list === "anew" ? [] : [[list, editedList(mesh, list, made, all)] as const],
  );
  const next: Mesh = {
    ...mesh,
    // A list holds the kinds of its name, which the compiler cannot know of a table.
    ...(Object.fromEntries(lists) as Partial<Mesh>),
    ...(names.has("namespaces") ? { namespaces: editedNamespaces(mesh.namespaces, seen) } : {}),
  };
  return withWorkloads(mesh, next, seen);
}

/**
 * With discoverySelectors, what is seen depends on the labels of namespaces and on which there are: then only policies
 * of namespaces that stay are taken in. None of a hidden one is seen.
 */
function discovered(mesh: Mesh, { gone, come }: Change): Change | undefined {
  if (mesh.config.discoverySelectors.length === 0) return { gone, come };
  const before = new Set(gone.map(({ namespace }) => namespace));
  const simple = [...gone, ...come].every(
    ({ kind, namespace }) => kind === "PeerAuthentication" && before.has(namespace),
  );
  const isSeen = ({ namespace }: Meta) => !mesh.hiddenNamespaces.has(namespace);
  return simple ? { gone: gone.filter(isSeen), come: come.filter(isSeen) } : undefined;
}

/** What an injector or the whole mesh reads decides about everything. */
function isForAll(object: Resource): boolean {
  if (object.form === "other") return false;
  return object.kind === "ConfigMap" ? isInjectorMap(object) || isMeshMap(object) : LIST_OF[object.kind] === "anew";
}

type Listed = { readonly list: ListName | "namespaces" | "anew"; readonly object: Meta };

interface ListedChange {
  readonly gone: readonly Listed[];
  readonly come: readonly Listed[];
}

/** Routes of the Gateway API are kept as they are, and as the VirtualServices that they make. */
function withRoutes({ gone, come }: Change): ListedChange {
  const listed = (objects: readonly Resource[]): readonly Listed[] => [
    ...objects.map((object) => ({ list: listOf(object), object })),
    ...meshRoutes(ofKind(objects, "HTTPRoute", "GRPCRoute", "TCPRoute", "TLSRoute")).map(
      (object) => ({ list: "virtualServices", object }) as const,
    ),
  ];
  return { gone: listed(gone), come: listed(come) };
}

function listOf(object: Resource): Listed["list"] {
  return object.form === "other" ? "others" : LIST_OF[object.kind];
}

function editedList(mesh: Mesh, list: ListName, change: ListedChange, all: () => readonly Resource[]): readonly Meta[] {
  const ofList = (objects: readonly Listed[]) => objects.flatMap((each) => (each.list === list ? [each.object] : []));
  const [gone, come] = [ofList(change.gone), ofList(change.come)];
  const before: readonly Meta[] = mesh[list];
  const namespaces = new Set([...gone, ...come].map(({ namespace }) => namespace));
  const after = AS_WRITTEN.has(list)
    ? (replaced(before, gone, come) ?? all().filter((object) => listOf(object) === list))
    : exchanged(before, gone, come);
  const groups = [...namespaces].map((name) => [name, after.filter(({ namespace }) => namespace === name)] as const);
  regroup(after, before, new Map(groups));
  return after;
}

/** Each by the one that stands in its place; undefined where an object has moved, or is new, or is gone. */
function replaced(before: readonly Meta[], gone: readonly Meta[], come: readonly Meta[]): readonly Meta[] | undefined {
  const isInPlace = (object: Meta, index: number) => {
    const { kind, namespace, name, source } = object;
    const next = come[index];
    return (
      next?.kind === kind &&
      next.namespace === namespace &&
      next.name === name &&
      next.source.uri === source.uri &&
      next.source.document === source.document &&
      next.source.pointer === source.pointer
    );
  };
  if (gone.length !== come.length || !gone.every(isInPlace)) return undefined;
  const after = [...before];
  gone.forEach((object, index) => {
    const next = come[index];
    if (next !== undefined) after[before.indexOf(object)] = next;
  });
  return after;
}

/** Invariant: the list is in the order of age. */
function exchanged(before: readonly Meta[], gone: readonly Meta[], come: readonly Meta[]): readonly Meta[] {
  const left = before.filter((object) => !gone.includes(object));
  for (const object of come) left.splice(rankOf(left, object), 0, object);
  return left;
}

/** Before the first that is younger. */
function rankOf(objects: readonly Meta[], object: Meta): number {
  let low = 0;
  let high = objects.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const other = objects[middle];
    if (other !== undefined && byAge(other, object) <= 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

function editedNamespaces(before: Mesh["namespaces"], { gone, come }: Change): Mesh["namespaces"] {
  const after = new Map<string, Namespace>(before);
  for (const { name } of ofKind(gone, "Namespace")) after.delete(name);
  for (const namespace of ofKind(come, "Namespace")) after.set(namespace.name, namespace);
  return after;
}

/** The workloads of a namespace are made again where one of its controllers or pods, or the namespace itself, is another. */
function withWorkloads(before: Mesh, after: Mesh, { gone, come }: Change): Mesh {
  const deciding = [...gone, ...come].flatMap((object) => {
    const list = listOf(object);
    if (list === "namespaces") return [object.name];
    return list === "controllers" || list === "pods" ? [object.namespace] : [];
  });
  let { workloads } = before;
  for (const namespace of new Set(deciding)) {
    const known = inNamespace(workloads, namespace);
    const now = workloadsIn(after, inNamespace(after.controllers, namespace), inNamespace(after.pods, namespace));
    if (sameItems(known, now)) continue;
    const next = [...workloads];
    const first = workloads.findIndex((workload) => workload.namespace >= namespace);
    next.splice(first < 0 ? workloads.length : first, known.length, ...now);
    regroup(next, workloads, new Map([[namespace, now]]));
    workloads = next;
  }
  return { ...after, workloads };
}
