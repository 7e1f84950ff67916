/** Names of hosts, labels, ports and addresses as istiod checks them. A sentence is what is wrong; undefined is right. */
import { shown } from "../schema/json.ts";

const LABEL = /^[a-zA-Z0-9](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?$/;
const WILDCARD_LABEL = /^(?:\*|(?:\*|\*-)?[a-zA-Z0-9](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?)$/;

/** Istio: pkg/config/labels/instance.go IsDNS1123Label. */
export function isDnsLabel(text: string): boolean {
  return text.length <= 63 && LABEL.test(text);
}

/** A host, with a wildcard in its first label at most. Istio: agent/validation.go ValidateWildcardDomain. */
export function wildcardDomainFault(domain: string): string | undefined {
  const length = lengthFault(domain);
  if (length !== undefined) return length;
  const dot = domain.indexOf(".");
  const first = dot < 0 ? domain : domain.slice(0, dot);
  if (first.length > 63 || !WILDCARD_LABEL.test(first)) return badLabel(domain, first);
  return dot < 0 ? undefined : labelsFault(domain.slice(dot + 1));
}

/** A host without wildcards. Istio: agent/validation.go ValidateFQDN. */
export function fqdnFault(domain: string): string | undefined {
  return lengthFault(domain) ?? labelsFault(domain);
}

/** Istio: agent/validation.go CheckDNS1123Preconditions. */
function lengthFault(domain: string): string | undefined {
  if (domain.length > 255) return `domain name ${shown(domain)} too long (max 255)`;
  return domain === "" ? "empty domain name not allowed" : undefined;
}

/** The last label is no number, and empty only as in `istio.io.`. Istio: agent/validation.go ValidateDNS1123Labels. */
function labelsFault(domain: string): string | undefined {
  const labels = domain.split(".");
  const top = labels.at(-1) ?? "";
  if (isAtoi(top)) {
    return `domain name ${shown(domain)} invalid (top level domain ${shown(top)} cannot be all-numeric)`;
  }
  const checked = top === "" ? labels.slice(0, -1) : labels;
  const bad = checked.find((label) => !isDnsLabel(label));
  return bad === undefined ? undefined : badLabel(domain, bad);
}

function badLabel(domain: string, label: string): string {
  return `domain name ${shown(domain)} invalid (label ${shown(label)} invalid)`;
}

/** What Go's strconv.Atoi reads. */
export function isAtoi(text: string): boolean {
  return /^[-+]?\d+$/.test(text) && Math.abs(Number(text)) < 2 ** 63;
}

/** Istio: agent/validation.go ValidatePort. */
export function portFault(port: number): string | undefined {
  return port >= 1 && port <= 65535 ? undefined : `port number ${port} must be in the range 1..65535`;
}

/** Istio: validation.go validateSubsetName. */
export function subsetNameFault(name: string): string | undefined {
  if (name === "") return "subset name cannot be empty";
  return isDnsLabel(name) ? undefined : `subset name is invalid: ${name}`;
}

const PROTOCOLS = [
  "tcp",
  "udp",
  "grpc",
  "grpc-web",
  "http",
  "http_proxy",
  "http2",
  "https",
  "tls",
  "mongo",
  "redis",
  "mysql",
];
const HTTP_PROTOCOLS = ["http", "http2", "http_proxy", "grpc", "grpc-web"];

/** An empty protocol is found out by looking at the traffic. Istio: validation.go ValidateProtocol. */
export function protocolFault(protocol: string): string | undefined {
  const known = protocol === "" || PROTOCOLS.includes(protocol.toLowerCase());
  return known ? undefined : `unsupported protocol: ${protocol}`;
}

/** Istio: pkg/config/protocol/instance.go IsHTTP. */
export function isHttp(protocol: string): boolean {
  return HTTP_PROTOCOLS.includes(protocol.toLowerCase());
}

/** Istio: pkg/config/protocol/instance.go IsTLS. */
export function isTls(protocol: string): boolean {
  return ["https", "tls"].includes(protocol.toLowerCase());
}
