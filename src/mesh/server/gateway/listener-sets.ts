/** ListenerSets: listeners that others add to a Gateway of the Gateway API, as far as it takes them. */
import { byCreation, compareText } from "../../age.ts";
import type { Mesh } from "../../mesh.ts";
import { takesFrom } from "../../registry/chosen-namespaces.ts";
import type { Meta } from "../../resources/meta.ts";
import type { OtherResource } from "../../resources/resource.ts";
import type { GatewayListener } from "../../resources/routes.ts";

type Namespaces = Pick<Mesh, "namespaces" | "statedLabels">;

const NOBODY = { from: "None", selector: { matchLabels: {}, matchExpressions: [] } };

/**
 * Those that name the Gateway and are of a namespace that it takes, the oldest first.
 * Istio: gateway_collection.go ListenerSetCollection, gatewaycommon/listener_conflict.go orderedMergedListeners.
 */
export function joiningSets(mesh: Namespaces & Pick<Mesh, "others">, gateway: OtherResource): readonly OtherResource[] {
  const path = ({ namespace, name }: Meta) => `${namespace}/${name}`;
  return setsFor(mesh.others, gateway)
    .filter(({ kind }) => kind === "ListenerSet")
    .filter((set) => {
      const answer = isTaken(mesh, gateway, set);
      return answer.known && answer.takes;
    })
    .toSorted((a, b) => byCreation(a, b) || compareText(path(a), path(b)));
}

/** Those that name the Gateway, whether it takes them or not. */
export function setsFor(others: Mesh["others"], { namespace, name }: Meta): readonly OtherResource[] {
  return others.filter(({ joins }) => joins?.namespace === namespace && joins.name === name);
}

export function isTaken(mesh: Namespaces, gateway: OtherResource, set: Meta): ReturnType<typeof takesFrom> {
  return takesFrom(mesh, gateway.listenersFrom ?? NOBODY, gateway.namespace, set.namespace);
}

/** Istio forgets whether a Gateway or a ListenerSet has the listener. Istio: recordListenerConflict. */
export function listenerKey({ namespace, name }: Meta, listener: GatewayListener): string {
  return `${namespace}/${name}/${listener.name}`;
}

/**
 * Listeners that are in the way of an earlier one that stands.
 * Istio: gatewaycommon/listener_conflict.go ComputeGatewayListenerConflicts.
 */
export function conflicting(owners: readonly OtherResource[]): ReadonlySet<string> {
  const standing: GatewayListener[] = [];
  const lost = new Set<string>();
  for (const owner of owners) {
    for (const listener of owner.listeners ?? []) {
      if (standing.every((earlier) => areDistinct(earlier, listener))) standing.push(listener);
      else lost.add(listenerKey(owner, listener));
    }
  }
  return lost;
}

const WITH_HOSTNAME = ["HTTP", "HTTPS", "TLS"];
const WITHOUT_HOSTNAME = ["TCP", "UDP"];

/** At one port, those that can be told apart by hostname. Istio: listenersDistinct. */
function areDistinct(a: GatewayListener, b: GatewayListener): boolean {
  if (a.port !== b.port) return true;
  const known = [a, b].map(({ protocol }) => [...WITH_HOSTNAME, ...WITHOUT_HOSTNAME].includes(protocol));
  if (known.includes(false)) return a.protocol !== b.protocol;
  const named = [a, b].every(({ protocol }) => WITH_HOSTNAME.includes(protocol));
  return named && hostnameOf(a) !== hostnameOf(b);
}

function hostnameOf({ hostname = "" }: GatewayListener): string {
  return hostname === "" ? "*" : hostname;
}
