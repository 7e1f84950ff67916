/** Objects that touch a call and could only be read in part: they make it unknown, never works. */

import type { Missing } from "../answer.ts";
import type { CallingPod } from "../client/departure.ts";
import { routesByHost } from "../client/routes-by-host.ts";
import { gapsAt, missingFrom } from "../gaps.ts";
import { remembered } from "../memo.ts";
import type { Mesh } from "../mesh.ts";
import { type PodInView, unreadPorts } from "../registry/endpoints.ts";
import { fullHost, hostOf, overlaps } from "../registry/host.ts";
import { servicesNamed } from "../registry/service.ts";
import type { Service } from "../resources/core.ts";
import type { Labels, Meta } from "../resources/meta.ts";
import { attaches } from "../server/authorization.ts";
import { servicesOf } from "../server/ports.ts";
import type { Replica } from "../workload.ts";

interface PodLike {
  readonly namespace: string;
  readonly labels: Labels;
}

/** What changes where a call goes and how a proxied caller sends it. No rule speaks for the address of a pod. */
export function untoldAtCaller(mesh: Mesh, pod: CallingPod, service: Service | undefined): readonly Missing[] {
  const always = service === undefined ? [] : partlyRead([service]);
  if (pod.proxy === "none" || pod.proxy === "ztunnel") return always;
  if (service === undefined) return partlyRead(limiting(mesh, pod));
  return [...always, ...partlyRead(shaping(mesh, pod, service))];
}

/** Objects of a list that could only be read in part: almost always none, whatever the size of the mesh. */
function inPart<Object extends Meta>(objects: readonly Object[]): readonly Object[] {
  const partial = unreadOf(objects);
  return partial.size === 0 ? [] : objects.filter((object) => partial.has(object));
}

const unreadOf = remembered(
  (objects: readonly Meta[]) => new Set(objects.filter((object) => gapsAt(object, "/spec", "/metadata").length > 0)),
);

/**
 * Rules that could only be read in part and speak for the call, or for where a route leads it, or that would if their
 * host could be read.
 */
function shaping(mesh: Mesh, pod: CallingPod, service: Service): readonly Meta[] {
  const overlapping = (hosts: readonly string[], namespace: string, wanted: readonly string[]) =>
    hosts.some((host) => wanted.some((each) => overlaps(fullHost(host, namespace), each)));
  const forHost = (object: Meta, hosts: readonly string[], wanted: readonly string[]) =>
    gapsAt(object, "/spec/host", "/spec/hosts").length > 0 || overlapping(hosts, object.namespace, wanted);
  const { exact, others } = routesByHost(mesh.virtualServices);
  const routes = [
    ...(exact.get(hostOf(service)) ?? []),
    ...others.filter((each) => forHost(each, each.hosts, [hostOf(service)])),
  ];
  const led = routes.flatMap((route) =>
    route.routes.flatMap(({ destinations }) => destinations.map(({ host }) => fullHost(host, route.namespace))),
  );
  const ends = [hostOf(service), ...led];
  const owners = led.flatMap((host) => servicesNamed(mesh, host));
  const owning = [service.namespace, ...owners.map((each) => each.namespace)];
  const near = [pod.namespace, mesh.config.rootNamespace, ...owning];
  return [
    ...inPart(mesh.destinationRules).filter(
      (rule) => near.includes(rule.namespace) && forHost(rule, [rule.host], ends),
    ),
    ...inPart(mesh.backendPolicies).filter(({ namespace }) => owning.includes(namespace)),
    ...routes,
    ...inPart(mesh.serviceEntries).filter((entry) => forHost(entry, entry.hosts, ends)),
    ...owners.map(({ object }) => object),
    ...limiting(mesh, pod),
  ];
}

/** Sidecar resources that tell what the pod's proxy knows, and of which not all is known. */
function limiting(mesh: Mesh, pod: PodLike): readonly Meta[] {
  return inPart(mesh.sidecars).filter((sidecar) => reaches(mesh, sidecar, pod));
}

function partlyRead(objects: readonly Meta[]): readonly Missing[] {
  return objects.flatMap((object) => missingFrom(object, gapsAt(object, "/spec", "/metadata")));
}

/** What changes how a server's proxy accepts. */
export function untoldAtServer(mesh: Mesh, { workload, replica }: PodInView): readonly Missing[] {
  if (!hasListeners(replica)) return [];
  const services = servicesOf(mesh, replica);
  const object = replica.pod ?? workload.object;
  const named = services.some(({ ports }) => ports.some(({ targetPort }) => typeof targetPort === "string"));
  const ports = named && object !== undefined ? missingFrom(object, unreadPorts(object)) : [];
  return [...partlyRead([...limiting(mesh, replica), ...services]), ...ports];
}

/** Who else may be let in, or kept out, where a policy about that could only be read in part. */
export function untoldRefusals(mesh: Mesh, replica: Replica): readonly Missing[] {
  const policies = inPart(mesh.authorizationPolicies).filter(
    (policy) =>
      reaches(mesh, policy, replica) &&
      (gapsAt(policy, "/spec/selector", "/spec/targetRef", "/spec/targetRefs").length > 0 || attaches(policy, replica)),
  );
  return partlyRead(policies);
}

function hasListeners({ membership }: Replica): boolean {
  return membership.known && (membership.proxy === "sidecar" || membership.proxy === "gateway");
}

function reaches(mesh: Mesh, { namespace }: Meta, pod: PodLike): boolean {
  return namespace === pod.namespace || namespace === mesh.config.rootNamespace;
}
