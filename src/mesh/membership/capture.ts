/** Which connections pass a pod's proxy: annotations take ports and addresses out of the redirection. */
import type { Labels } from "../resources/meta.ts";

/** Ports of the proxy itself: statistics, health. */
const NEVER_CAPTURED = [15021, 15090];

/** The agent answers there for probes and metrics unless it is told otherwise. */
export const AGENT_PORT = 15020;

/** Where the agent answers for probes and metrics. Istio: injection-template.yaml, excludeInboundPort. */
export function agentPort(annotations: Labels): number {
  return Number(annotations["status.sidecar.istio.io/port"] ?? AGENT_PORT);
}

export function isProxysOwn(port: number): boolean {
  return port === AGENT_PORT || NEVER_CAPTURED.includes(port);
}

/**
 * All ports but the proxy's own are redirected to it. `includeInboundPorts` limits that to a list, and only where it
 * does not, `excludeInboundPorts` takes ports out. With interception mode NONE nothing is redirected.
 * Istio: tools/istio-iptables/pkg/capture/run.go handleInboundPortsInclude.
 */
export function capturesInbound(annotations: Labels, port: number): boolean {
  if (annotations["sidecar.istio.io/interceptionMode"] === "NONE" || NEVER_CAPTURED.includes(port)) return false;
  if (port === agentPort(annotations)) return false;
  const included = annotations["traffic.sidecar.istio.io/includeInboundPorts"] ?? "*";
  if (included !== "*") return ports(included).includes(port);
  return !ports(annotations["traffic.sidecar.istio.io/excludeInboundPorts"] ?? "").includes(port);
}

/** Where a call goes, as the kernel of the caller sees it. */
export interface Target {
  readonly port: number;
  /** Absent where it is not known. */
  readonly ip?: string;
}

/**
 * All destinations are redirected to the proxy, but excluded ports and address ranges; `includeOutboundPorts` wins over
 * the ranges, and `includeOutboundIPRanges` limits the rest. `unknown` where a range decides and the address is not known.
 * Istio: tools/istio-iptables/pkg/capture/run.go handleOutboundIncludeRules.
 */
export function capturesOutbound(annotations: Labels, { port, ip }: Target): boolean | "unknown" {
  const read = (name: string) => annotations[`traffic.sidecar.istio.io/${name}`];
  if (annotations["sidecar.istio.io/interceptionMode"] === "NONE") return false;
  if (ports(read("excludeOutboundPorts") ?? "").includes(port)) return false;
  if (ports(read("includeOutboundPorts") ?? "").includes(port)) return true;
  const excluded = inRanges(read("excludeOutboundIPRanges") ?? "", ip);
  if (excluded !== false) return excluded === "unknown" ? "unknown" : false;
  return inRanges(read("includeOutboundIPRanges") ?? "*", ip);
}

function ports(list: string): readonly number[] {
  return words(list).map(Number);
}

function inRanges(list: string, ip: string | undefined): boolean | "unknown" {
  const ranges = words(list);
  if (ranges.includes("*")) return true;
  if (ranges.length === 0) return false;
  return ip === undefined ? "unknown" : ranges.some((range) => inRange(ip, range));
}

/** IPv4 `address/bits`. Anything else matches only itself. */
function inRange(ip: string, range: string): boolean {
  const [base = "", bits = "32"] = range.split("/");
  const [a, b] = [addressNumber(ip), addressNumber(base)];
  if (a === undefined || b === undefined) return ip === base;
  const size = 2 ** (32 - Number(bits));
  return Math.floor(a / size) === Math.floor(b / size);
}

function addressNumber(ip: string): number | undefined {
  const parts = ip.split(".").map(Number);
  if (parts.length !== 4 || parts.some((part) => !Number.isInteger(part) || part < 0 || part > 255)) return undefined;
  return parts.reduce((sum, part) => sum * 256 + part, 0);
}

function words(list: string): readonly string[] {
  return list
    .split(",")
    .map((word) => word.trim())
    .filter((word) => word !== "");
}
