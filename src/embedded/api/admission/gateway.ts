/** What istiod refuses of a Gateway. Istio: pkg/config/validation/validation.go validateServer. */
import { isHttp, isTls, portFault, protocolFault, wildcardDomainFault } from "../../../validation/webhook/names.ts";
import { isMap, listOf, mapOf, mapsOf, textOf } from "../json.ts";
import type { JsonMap } from "../object.ts";

export function gatewayFaults(spec: JsonMap): readonly string[] {
  const servers = mapsOf(spec.servers);
  const ports = servers.map(({ port }) => mapOf(port).name);
  return [
    ...(servers.length === 0 ? ["gateway must have at least one server"] : []),
    ...servers.flatMap(serverFaults),
    ...ports
      .filter((name, index) => name !== undefined && ports.indexOf(name) < index)
      .map((name) => `port names in servers must be unique: duplicate name ${name}`),
  ];
}

function serverFaults(server: JsonMap): readonly string[] {
  const hosts = listOf(server.hosts).map(textOf);
  const port = portFaults(server.port);
  return [
    ...(hosts.length === 0 ? ["server config must contain at least one host"] : hosts.flatMap(hostFaults)),
    ...port,
    ...(port.length === 0 ? tlsFaults(textOf(mapOf(server.port).protocol), server.tls) : []),
  ];
}

/** Istio: agent/validation.go ValidateNamespaceSlashWildcardHostname, for gateways. */
function hostFaults(text: string): readonly string[] {
  const parts = text.split("/");
  const host = parts.at(-1) ?? "";
  if (parts.length > 2) return [`config namespace/dnsName in host ${JSON.stringify(text)} is invalid`];
  const short = host !== "*" && !host.includes(".") ? ["short names (non FQDN) are not allowed"] : [];
  return [...short, ...[host === "*" ? undefined : wildcardDomainFault(host)].filter((each) => each !== undefined)];
}

function portFaults(value: unknown): readonly string[] {
  if (!isMap(value)) return ["port is required"];
  const { number, protocol, name } = value;
  const unsupported = `invalid protocol ${JSON.stringify(textOf(protocol))}, supported protocols are HTTP, HTTP2, GRPC, GRPC-WEB, MONGO, REDIS, MYSQL, TCP`;
  return [
    ...(protocolFault(textOf(protocol)) === undefined ? [] : [unsupported]),
    ...[portFault(Number(number ?? 0))].filter((each) => each !== undefined),
    ...(textOf(name) === ""
      ? [`port name must be set: number:${number} protocol:${JSON.stringify(textOf(protocol))}`]
      : []),
  ];
}

function tlsFaults(protocol: string, tls: unknown): readonly string[] {
  if (isTls(protocol)) return isMap(tls) ? [] : ["server must have TLS settings for HTTPS/TLS protocols"];
  if (!isMap(tls)) return [];
  if (!isHttp(protocol)) return ["server cannot have TLS settings for non HTTPS/TLS ports"];
  const redirectOnly = tls.mode === undefined || tls.mode === "PASSTHROUGH" || tls.mode === "AUTO_PASSTHROUGH";
  return redirectOnly ? [] : ["server cannot have TLS settings for plain text HTTP ports"];
}
