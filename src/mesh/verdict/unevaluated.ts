/**
 * Objects that touch a call and that are not evaluated: no rule is written for their kind yet, or they could only be
 * read in part. They make the call unknown, never works.
 */
import type { Missing } from "../answer.ts";
import type { CallingPod } from "../client/departure.ts";
import { gapsAt, missingFrom } from "../gaps.ts";
import type { Mesh } from "../mesh.ts";
import { type PodInView, unreadPorts } from "../registry/endpoints.ts";
import { fullHost, hostOf, overlaps } from "../registry/host.ts";
import { servicesNamed } from "../registry/service.ts";
import type { Service } from "../resources/core.ts";
import type { Labels, Meta } from "../resources/meta.ts";
import { servicesOf } from "../server/ports.ts";
import type { Replica } from "../workload.ts";

interface PodLike {
  readonly namespace: string;
  readonly labels: Labels;
}

/** What changes where a call goes and how a proxied caller sends it. */
export function untoldAtCaller(mesh: Mesh, pod: CallingPod, service: Service): readonly Missing[] {
  const always = partlyRead([service]);
  if (pod.proxy === "none" || pod.proxy === "ztunnel") return always;
  const filters = mesh.others.filter((other) => other.kind === "EnvoyFilter" && reaches(mesh, other, pod));
  const policies = mesh.others.filter(
    (other) => other.kind === "BackendTLSPolicy" && other.namespace === service.namespace,
  );
  return [...always, ...[...filters, ...policies].map(notYet), ...partlyRead(shaping(mesh, pod, service))];
}

/** Rules that speak for the call, where a route leads it too, or that would if their host could be read. */
function shaping(mesh: Mesh, pod: CallingPod, service: Service): readonly Meta[] {
  const overlapping = (hosts: readonly string[], namespace: string, wanted: readonly string[]) =>
    hosts.some((host) => wanted.some((each) => overlaps(fullHost(host, namespace), each)));
  const forHost = (object: Meta, hosts: readonly string[], wanted: readonly string[]) =>
    gapsAt(object, "/spec/host", "/spec/hosts").length > 0 || overlapping(hosts, object.namespace, wanted);
  const routes = mesh.virtualServices.filter((each) => forHost(each, each.hosts, [hostOf(service)]));
  const led = routes.flatMap((route) =>
    route.routes.flatMap(({ destinations }) => destinations.map(({ host }) => fullHost(host, route.namespace))),
  );
  const ends = [hostOf(service), ...led];
  const owners = led.flatMap((host) => servicesNamed(mesh, host));
  const near = [pod.namespace, service.namespace, mesh.config.rootNamespace, ...owners.map((each) => each.namespace)];
  return [
    ...mesh.destinationRules.filter((rule) => near.includes(rule.namespace) && forHost(rule, [rule.host], ends)),
    ...routes,
    ...mesh.serviceEntries.filter((entry) => forHost(entry, entry.hosts, ends)),
    ...owners.map(({ object }) => object),
    ...mesh.sidecars.filter((sidecar) => reaches(mesh, sidecar, pod)),
  ];
}

function partlyRead(objects: readonly Meta[]): readonly Missing[] {
  return objects.flatMap((object) => missingFrom(object, gapsAt(object, "/spec", "/metadata")));
}

/** What changes how a server's sidecar accepts. */
export function untoldAtServer(mesh: Mesh, { workload, replica }: PodInView): readonly Missing[] {
  if (!hasSidecar(replica)) return [];
  const filters = mesh.others.filter((other) => other.kind === "EnvoyFilter" && reaches(mesh, other, replica));
  const sidecars = mesh.sidecars.filter((sidecar) => reaches(mesh, sidecar, replica));
  const services = servicesOf(mesh, replica);
  const object = replica.pod ?? workload.object;
  const named = services.some(({ ports }) => ports.some(({ targetPort }) => typeof targetPort === "string"));
  const ports = named && object !== undefined ? missingFrom(object, unreadPorts(object)) : [];
  return [...filters.map(notYet), ...partlyRead([...sidecars, ...services]), ...ports];
}

function hasSidecar({ membership }: Replica): boolean {
  return membership.known && membership.proxy === "sidecar";
}

function reaches(mesh: Mesh, { namespace }: Meta, pod: PodLike): boolean {
  return namespace === pod.namespace || namespace === mesh.config.rootNamespace;
}

function notYet(object: Meta): Missing {
  return {
    code: "kind-not-evaluated",
    says: `${object.kind} ${object.namespace}/${object.name} is not evaluated yet`,
    place: { object, pointer: "" },
  };
}
