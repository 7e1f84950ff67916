/** Whether a patch is for what a call goes through. Where that is not told, it is. */
import type { ConfigPatch, ListenerPatchMatch } from "../resources/envoy-filter.ts";
import { at } from "./message.ts";
import type { ClusterNames, Passage } from "./passage.ts";

/** Ports of the listeners to which iptables brings everything that leaves or enters a pod. */
const VIRTUAL = { SIDECAR_INBOUND: 15006, SIDECAR_OUTBOUND: 15001 } as const;

/** The latter two take what comes through HBONE. */
const INBOUND_LISTENERS: ReadonlySet<string> = new Set(["virtualInbound", "connect_terminate", "main_internal"]);

const CONTEXTS: ReadonlySet<string> = new Set(["SIDECAR_INBOUND", "SIDECAR_OUTBOUND", "GATEWAY"]);

export function touches(patch: ConfigPatch, passage: Passage): boolean {
  const { applyTo, context } = patch;
  if (applyTo === "LISTENER" && adds(patch)) return takesConnections(patch, passage);
  if (CONTEXTS.has(context) && context !== passage.context) return false;
  switch (applyTo) {
    case "LISTENER":
    case "LISTENER_FILTER":
    case "FILTER_CHAIN":
    case "NETWORK_FILTER":
    case "HTTP_FILTER":
      return touchesListener(patch, passage);
    case "ROUTE_CONFIGURATION":
    case "VIRTUAL_HOST":
    case "HTTP_ROUTE":
      return passage.speaks === "http" && touchesRoutes(patch, passage);
    case "CLUSTER":
      if (adds(patch)) return addsCluster(patch, passage);
      return passage.clusters.some((cluster) => touchesCluster(patch, cluster));
    default:
      return true;
  }
}

/** For these kinds inserting is adding. Istio: pilot/pkg/model/envoyfilter.go convertToEnvoyFilterWrapper. */
function adds({ operation = "" }: ConfigPatch): boolean {
  return operation === "ADD" || operation.startsWith("INSERT_");
}

/**
 * A listener is named, and has a port of its own: 15006 for all that enters a pod. In that one and in 15001 a port
 * chooses among the chains, and not at all for listener filters or for a chain that is added.
 * Istio: pilot/pkg/networking/core/envoyfilter/listener_patch.go listenerMatch, filterChainMatch.
 */
function touchesListener(patch: ConfigPatch, passage: Passage): boolean {
  const { applyTo, listener: match } = patch;
  if (passage.context === "GATEWAY" && passage.port === undefined) {
    return applyTo === "NETWORK_FILTER" || applyTo === "HTTP_FILTER";
  }
  if (applyTo === "FILTER_CHAIN" && adds(patch)) {
    return (
      namesListener(match, passage) && !isForOther(at(patch.value, "filter_chain_match", "destination_port"), passage)
    );
  }
  if (!namesListener(match, passage)) return false;
  switch (applyTo) {
    case "LISTENER":
      return isOneOf(match?.port, [
        ...(passage.context === "GATEWAY" ? [] : [VIRTUAL[passage.context]]),
        ...(passage.context === "SIDECAR_INBOUND" ? [] : [passage.port]),
      ]);
    case "LISTENER_FILTER":
      return true;
    default:
      return isOneOf(match?.port, [passage.port]) && isOneOf(match?.destinationPort, [passage.port]);
  }
}

function namesListener(match: ListenerPatchMatch | undefined, { context, port }: Passage): boolean {
  if (match?.name === undefined) return true;
  if (context === "SIDECAR_INBOUND") return INBOUND_LISTENERS.has(match.name);
  if (context === "GATEWAY") return match.name.endsWith(`_${port}`);
  return match.name === "virtualOutbound" || match.name.endsWith(`_${port}`);
}

function isOneOf(wanted: number | undefined, ports: readonly (number | undefined)[]): boolean {
  return wanted === undefined || ports.includes(wanted);
}

function isForOther(written: unknown, { port }: Passage): boolean {
  return typeof written === "number" && written !== port;
}

/** Whatever leaves a pod goes to the listener of its port, in whichever context that was added. */
function takesConnections({ context, value }: ConfigPatch, { context: wanted, port }: Passage): boolean {
  if ((context === "GATEWAY") !== (wanted === "GATEWAY") && context !== "ANY") return false;
  if (wanted === "GATEWAY" && port === undefined) return false;
  const written = at(value, "address", "socket_address", "port_value");
  const taken = wanted === "GATEWAY" ? [port] : [15001, 15006, ...(wanted === "SIDECAR_OUTBOUND" ? [port] : [])];
  return typeof written !== "number" || taken.includes(written);
}

/** A new cluster is nobody's until something leads to it; one of a known name is in the way of the other. */
function addsCluster({ context, value }: ConfigPatch, passage: Passage): boolean {
  if (context === "ANY" && passage.context === "SIDECAR_INBOUND") return false;
  const name = at(value, "name");
  return typeof name !== "string" || passage.clusters.some((cluster) => cluster.name === name);
}

/** A name alone decides; otherwise all that is said must hold. Istio: cluster_patch.go clusterMatch. */
export function touchesCluster({ cluster: match }: ConfigPatch, cluster: ClusterNames): boolean {
  if (match === undefined) return true;
  if (match.name !== undefined) return match.name === cluster.name;
  return (
    (match.subset === undefined || match.subset === cluster.subset) &&
    (match.service === undefined || cluster.hosts.includes(match.service)) &&
    (match.port === undefined || match.port === cluster.port)
  );
}

/**
 * Routes of a sidecar are named by the port that is called; those of a gateway by its own ports.
 * Istio: pilot/pkg/networking/core/envoyfilter/rc_patch.go routeConfigurationMatch, virtualHostMatch.
 */
function touchesRoutes({ route: match }: ConfigPatch, { context, port, names }: Passage): boolean {
  if (match === undefined || context === "GATEWAY") return true;
  if (!isOneOf(match.port, [port])) return false;
  if (match.name !== undefined && !match.name.split(/[:|]/).includes(String(port))) return false;
  const { domain = "*" } = match;
  return domain.startsWith("*") || /^[[\d]/.test(domain) || names.some((name) => domain.split(/[.:]/)[0] === name);
}
