/** What keeps the answer of a gateway from being known: objects read in part, and what could open ports besides. */
import type { Missing } from "../../answer.ts";
import { gapsAt, missingFrom } from "../../gaps.ts";
import { remembered } from "../../memo.ts";
import type { Mesh } from "../../mesh.ts";
import { gatewayRef } from "../../registry/gateway-name.ts";
import type { Meta } from "../../resources/meta.ts";
import { type AnyGateway, gatewaysOf, type Listening, serversAt } from "../../server/gateway/servers.ts";
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
    ...listenersInPart(mesh.others).filter(({ namespace }) => namespace === replica.namespace),
  ];
  const parts = [...new Set<Meta>([...gateways, ...unclear, ...routesInPart(mesh, gateways)])].flatMap((object) =>
    missingFrom(object, gapsAt(object, "/spec", "/metadata")),
  );
  if (parts.length > 0) return parts;
  const servers = serversAt(mesh, replica, port);
  const bound = servers.find(({ server }) => server.bind !== undefined && server.bind !== "0.0.0.0");
  if (bound !== undefined) return [missing(`whether the pod has the address that ${titleOf(bound.gateway)} binds to`)];
  if (servers.length > 0) return selectsRoutes(servers);
  return whatElseListens(mesh, arrived, gateways);
}

/** Gateways of the Gateway API of which a listener can be missing. */
const listenersInPart = remembered((others: Mesh["others"]) =>
  others.filter((each) => each.listeners !== undefined && gapsAt(each, "/spec").length > 0),
);

/** Where no server stands, another container can listen, or an object that is in no file can open the port. */
function whatElseListens(mesh: Mesh, arrived: Arrived, gateways: readonly AnyGateway[]): readonly Missing[] {
  const { replica } = arrived;
  if (gateways.length === 0) return [missing(`no Gateway in these files is for ${nameOf(arrived)}`)];
  if (replica.spec.containers.some(({ name }) => name !== "istio-proxy")) {
    return [missing(`whether another container of ${nameOf(arrived)} listens on port ${arrived.port} is not known`)];
  }
  const sets = mesh.others.find(({ kind }) => kind === "ListenerSet" || kind === "XListenerSet");
  const joined = gateways.some(({ listener }) => listener !== undefined) ? sets : undefined;
  return joined === undefined ? [] : [missing(`${titleOf(joined)} adds listeners that are not evaluated`)];
}

/** Labels of namespaces choose the routes of some listeners. */
function selectsRoutes(servers: readonly Listening[]): readonly Missing[] {
  const selecting = servers.find(({ gateway }) => gateway.listener?.routesFrom === "Selector");
  return selecting === undefined
    ? []
    : [missing(`which namespaces give routes to ${titleOf(selecting.gateway)} is not evaluated`)];
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
