/** What keeps the answer of a gateway from being known: objects read in part, and what could open ports besides. */
import type { Missing } from "../../answer.ts";
import { gapsAt, missingFrom } from "../../gaps.ts";
import { hasLabels } from "../../labels.ts";
import { remembered } from "../../memo.ts";
import type { Mesh } from "../../mesh.ts";
import { takesFrom } from "../../registry/chosen-namespaces.ts";
import { gatewayRef } from "../../registry/gateway-name.ts";
import { hostOf } from "../../registry/host.ts";
import type { Meta } from "../../resources/meta.ts";
import { routesNaming } from "../../server/gateway/bound-routes.ts";
import { isServed, unclearIngresses } from "../../server/gateway/ingress-gateways.ts";
import { isTaken, setsFor } from "../../server/gateway/listener-sets.ts";
import { servicesOf as gatewayServices, opensListeners } from "../../server/gateway/listeners.ts";
import {
  type AnyGateway,
  gatewaysOf,
  isHttp,
  type Listening,
  openedPorts,
  serversAt,
} from "../../server/gateway/servers.ts";
import { servicesOf } from "../../server/ports.ts";
import type { Replica, Workload } from "../../workload.ts";

export interface Arrived {
  readonly workload: Workload;
  readonly replica: Replica;
  readonly port: number;
}

export function untoldAtGateway(mesh: Mesh, arrived: Arrived): readonly Missing[] {
  const { replica, port } = arrived;
  const gateways = gatewaysOf(mesh, replica);
  const unclear = [
    ...mesh.gateways.filter((gateway) => gapsAt(gateway, "/spec/selector").length > 0),
    ...listenersInPart(mesh.others).filter(
      ({ kind, namespace, joins }) =>
        (kind !== "Gateway" && joins === undefined) || (joins?.namespace ?? namespace) === replica.namespace,
    ),
  ];
  const parts = [...new Set<Meta>([...gateways, ...unclear, ...routesInPart(mesh, gateways)])].flatMap((object) =>
    missingFrom(object, gapsAt(object, "/spec", "/metadata")),
  );
  if (parts.length > 0) return parts;
  const servers = serversAt(mesh, replica, port);
  const unclearServers = [...unclearSets(mesh, replica), ...untoldIngresses(mesh, arrived, servers)];
  if (unclearServers.length > 0) return unclearServers;
  const bound = servers.find(({ server }) => server.bind !== undefined && server.bind !== "0.0.0.0");
  if (bound !== undefined) return [missing(`whether the pod has the address that ${titleOf(bound.gateway)} binds to`)];
  if (servers.length > 0) return untoldRoutes(mesh, servers);
  return whatElseListens(arrived, gateways);
}

/** Gateways of the Gateway API of which a listener can be missing. */
const listenersInPart = remembered((others: Mesh["others"]) =>
  others.filter((each) => each.listeners !== undefined && gapsAt(each, "/spec").length > 0),
);

/** Where no server stands, another container can listen, or an object that is in no file can open the port. */
function whatElseListens(arrived: Arrived, gateways: readonly AnyGateway[]): readonly Missing[] {
  const { replica } = arrived;
  if (gateways.length === 0) return [missing(`no Gateway in these files is for ${nameOf(arrived)}`)];
  if (replica.spec.containers.some(({ name }) => name !== "istio-proxy")) {
    return [missing(`whether another container of ${nameOf(arrived)} listens on port ${arrived.port} is not known`)];
  }
  return [];
}

/** ListenerSets of Gateways for the pod, where it is not known whether these take them. Only some versions of Istio read the older kind. */
function unclearSets(mesh: Mesh, replica: Replica): readonly Missing[] {
  const services = new Set(servicesOf(mesh, replica).map(hostOf));
  return mesh.others
    .filter((gateway) => gateway.namespace === replica.namespace && opensListeners(gateway))
    .filter((gateway) => gatewayServices(gateway).some((host) => services.has(host)))
    .flatMap((gateway) =>
      setsFor(mesh.others, gateway).flatMap((set) => {
        if (set.kind !== "ListenerSet") return [missing(`whether this version of Istio reads ${titleOf(set)}`)];
        const answer = isTaken(mesh, gateway, set);
        return answer.known ? [] : answer.missing;
      }),
    );
}

/** What an Ingress opens changes nothing where all is plaintext HTTP already. */
function untoldIngresses(mesh: Mesh, { replica, port }: Arrived, servers: readonly Listening[]): readonly Missing[] {
  if (servers.length > 0 && servers.every(({ server }) => isHttp(server))) return [];
  return unclearIngresses(mesh)
    .filter(({ selector }) => hasLabels(replica.labels, selector))
    .filter((gateway) =>
      gateway.servers.some((server) => openedPorts(mesh, replica, gateway, server.port).includes(port)),
    )
    .flatMap(({ ingress }) => {
      const answer = isServed(mesh, ingress);
      return answer.known ? [] : answer.missing.map(({ says }) => missing(`whose ${titleOf(ingress)} is: ${says}`));
    });
}

/** Labels of namespaces choose the routes of some listeners. */
function untoldRoutes(mesh: Mesh, servers: readonly Listening[]): readonly Missing[] {
  return servers.flatMap(({ gateway }) => {
    if (gateway.listener === undefined) return [];
    const { routes } = gateway.listener;
    return routesNaming(mesh, gateway).flatMap(({ namespace }) => {
      const answer = takesFrom(mesh, routes, gateway.namespace, namespace);
      return answer.known ? [] : answer.missing;
    });
  });
}

/** Routes that could only be read in part and lead on from one of the gateways, or would if it could be read. */
function routesInPart(mesh: Mesh, gateways: readonly AnyGateway[]): readonly Meta[] {
  const names = (ref: { readonly namespace: string; readonly name: string }) =>
    gateways.some(({ namespace, name }) => namespace === ref.namespace && name === ref.name);
  const isPart = (object: Meta) => gapsAt(object, "/spec", "/metadata").length > 0;
  return [
    ...mesh.virtualServices.filter(
      (each) =>
        isPart(each) &&
        (gapsAt(each, "/spec/gateways").length > 0 ||
          each.gateways.some((written) => names(gatewayRef(written, each.namespace)))),
    ),
    ...mesh.gatewayRoutes.filter(
      (each) => isPart(each) && (gapsAt(each, "/spec/parentRefs").length > 0 || each.parents.some(names)),
    ),
  ];
}

export function missing(says: string): Missing {
  return { code: "undetermined", says };
}

export function titleOf(gateway: Meta | undefined): string {
  return gateway === undefined ? "the gateway" : `${gateway.kind} ${gateway.namespace}/${gateway.name}`;
}

export function nameOf({ workload }: Arrived): string {
  return `${workload.kind} ${workload.namespace}/${workload.name}`;
}
