/**
 * Which connections of a pod its proxy gets: what `istio-init` would have written into the pod's iptables.
 * Istio: tools/istio-iptables/pkg/capture/run.go; annotations traffic.sidecar.istio.io/*.
 */
import { BlockList } from "node:net";
import type { Pod } from "./spec.ts";

export interface Captures {
  inbound(port: number): boolean;
  outbound(ip: string, port: number): boolean;
}

/** The agent's own ports. */
const NEVER = [15020, 15021, 15090];

export function capturesOf({ metadata: { annotations = {} } }: Pod): Captures {
  const given = (name: string) => annotations[`traffic.sidecar.istio.io/${name}`];
  if (annotations["sidecar.istio.io/interceptionMode"] === "NONE")
    return { inbound: () => false, outbound: () => false };
  const includeIn = ports(given("includeInboundPorts") ?? "*");
  const excludeIn = ports(given("excludeInboundPorts") ?? "");
  const includeOut = ports(given("includeOutboundPorts") ?? "");
  const excludeOut = ports(given("excludeOutboundPorts") ?? "");
  const includeRanges = ranges(given("includeOutboundIPRanges") ?? "*");
  const excludeRanges = ranges(given("excludeOutboundIPRanges") ?? "");
  return {
    inbound: (port) =>
      !NEVER.includes(port) &&
      includeIn(port) &&
      (!excludeIn(port) || given("includeInboundPorts")?.includes("*") === false),
    outbound: (ip, port) => !excludeOut(port) && !excludeRanges(ip) && (includeOut(port) || includeRanges(ip)),
  };
}

function ports(list: string): (port: number) => boolean {
  const all = items(list);
  return (port) => all.includes("*") || all.includes(String(port));
}

function ranges(list: string): (ip: string) => boolean {
  const all = items(list);
  const block = new BlockList();
  for (const item of all.filter((each) => each !== "*")) {
    const [network = "", length] = item.split("/");
    block.addSubnet(network, length === undefined ? 32 : Number(length));
  }
  return (ip) => all.includes("*") || block.check(ip);
}

function items(list: string): readonly string[] {
  return list
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "");
}
