/** What protocol a Service port is, and which family of filter chains that gives. */
import type { ServicePort } from "../resources/core.ts";

/** HTTP ports parse requests, TCP ports do not, AUTO ports sniff the first bytes. */
export type Family = "HTTP" | "TCP" | "AUTO";

const FAMILIES: Readonly<Record<string, Family>> = {
  http: "HTTP",
  http2: "HTTP",
  grpc: "HTTP",
  "grpc-web": "HTTP",
  http_proxy: "HTTP",
  tcp: "TCP",
  https: "TCP",
  tls: "TCP",
  mongo: "TCP",
  redis: "TCP",
  mysql: "TCP",
  "kubernetes.io/h2c": "HTTP",
  "kubernetes.io/ws": "HTTP",
  "kubernetes.io/wss": "TCP",
};

/** Ports whose protocols speak first from the server, so that sniffing would wait for ever. */
const SERVER_FIRST_PORTS = [25, 53, 3306, 27017];

/**
 * appProtocol replaces the name wholly; otherwise the part of the name before the first `-` counts, `grpc-web` before
 * it; otherwise well-known Service ports are TCP, and the rest is sniffed.
 * Istio: pkg/config/kube/conversion.go ConvertProtocol, pilot/pkg/networking/networking.go ModelProtocolToListenerProtocol.
 */
export function familyOf({ port, name, appProtocol }: ServicePort): Family {
  const word = (appProtocol ?? name ?? "").toLowerCase();
  const known = appProtocol === undefined ? FAMILIES[protocolOfName(word)] : FAMILIES[word];
  if (known !== undefined) return known;
  return SERVER_FIRST_PORTS.includes(port) ? "TCP" : "AUTO";
}

/** What a port says of its protocol, known to Istio or not. */
export function protocolWord({ name, appProtocol }: ServicePort): string {
  return appProtocol?.toLowerCase() ?? protocolOfName((name ?? "").toLowerCase());
}

/** HTTPS and TLS ports carry TLS of the application. Istio: pkg/config/protocol IsTLS. */
export function isTls({ name, appProtocol }: ServicePort): boolean {
  const word = (appProtocol ?? name ?? "").toLowerCase();
  return word === "kubernetes.io/wss" || isTlsProtocol(appProtocol === undefined ? protocolOfName(word) : word);
}

export function isTlsProtocol(protocol: string): boolean {
  return ["https", "tls"].includes(protocol.toLowerCase());
}

/** The family of a protocol as Istio's own objects name it: `HTTP`, `GRPC`, `TLS`. Istio: pkg/config/protocol Parse. */
export function familyOfProtocol(protocol: string): Family {
  return FAMILIES[protocol.toLowerCase()] ?? "AUTO";
}

function protocolOfName(name: string): string {
  if (name.startsWith("grpc-web")) return "grpc-web";
  return name.split("-", 1)[0] ?? "";
}
