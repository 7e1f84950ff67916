/** Listeners of a Sidecar for what comes in. Istio: validation.go ValidateSidecar. */
import { type Pointer, under } from "../../../mesh/resources/meta.ts";
import { ipFault, splitHostPort, UNIX_PREFIX, unixFault } from "../address.ts";
import { type Findings, refused, refuseFault, refuseIf, warnIf } from "../finding.ts";
import type { Ingress, SidecarPort } from "../messages.ts";
import { isAtoi, isDnsLabel, isHttp, isTls, portFault, protocolFault } from "../names.ts";
import { connectionPoolFindings } from "../traffic/connection-pool.ts";
import { serverTlsFindings } from "./server-tls.ts";

export function ingressFindings(listeners: readonly Ingress[], at: Pointer): Findings {
  const ports = new Set<number>();
  return listeners.flatMap((listener, index) => {
    const pointer = under(at, index);
    const { port } = listener;
    if (port === undefined) return [refused(pointer, "sidecar: port is required for ingress listeners")];
    const number = port.number ?? 0;
    const isTwice = ports.has(number);
    ports.add(number);
    return listenerFindings(listener, port, pointer, isTwice);
  });
}

function listenerFindings(listener: Ingress, port: SidecarPort, at: Pointer, isTwice: boolean): Findings {
  const { bind = "", defaultEndpoint = "", tls, connectionPool } = listener;
  const { number = 0, name = "", protocol = "" } = port;
  const portAt = under(at, "port");
  const isHttpOnly = connectionPool?.http !== undefined && !isHttp(protocol);
  const onlyTcp = `sidecar: HTTP connection pool settings are configured for port ${number} ("${name}") but its protocol is not HTTP (${protocol}); only TCP settings will apply`;
  return [
    ...portFindings(port, portAt),
    ...refuseFault(portFault(number), under(portAt, "number")),
    ...refuseFault(bind === "" ? undefined : ipFault(bind), under(at, "bind")),
    ...refuseIf(isTwice, under(portAt, "number"), "sidecar: ports on IP bound listeners must be unique"),
    ...endpointFindings(defaultEndpoint, under(at, "defaultEndpoint")),
    ...(tls === undefined ? [] : tlsFindings(tls, protocol, under(at, "tls"))),
    ...connectionPoolFindings(connectionPool, under(at, "connectionPool")),
    ...warnIf(isHttpOnly, under(at, "connectionPool", "http"), onlyTcp),
  ];
}

/** What ports of both directions are checked for. */
export function portFindings({ name = "", protocol = "", targetPort = 0 }: SidecarPort, at: Pointer): Findings {
  return [
    ...refuseIf(targetPort > 0, under(at, "targetPort"), "targetPort has no impact on Sidecars"),
    ...refuseIf(name !== "" && !isDnsLabel(name), under(at, "name"), `invalid port name: ${name}`),
    ...refuseFault(protocolFault(protocol), under(at, "protocol")),
  ];
}

const HOSTS = ["", "127.0.0.1", "0.0.0.0", "::1", "::"];
const FORM =
  "sidecar: defaultEndpoint must be of form 127.0.0.1:<port>,0.0.0.0:<port>,[::1]:port,[::]:port,unix://filepath or unset";

/** Traffic is handed to the own pod: a loopback or its own address with a port, or a socket. */
function endpointFindings(endpoint: string, at: Pointer): Findings {
  if (endpoint === "") return [];
  if (endpoint.startsWith(UNIX_PREFIX)) return refuseFault(unixFault(endpoint.slice(UNIX_PREFIX.length)), at);
  const { host, port, fault } = splitHostPort(endpoint);
  const notNumber = `sidecar: defaultEndpoint port (${port}) is not a number: strconv.Atoi: parsing "${port}": invalid syntax`;
  return [
    ...refuseFault(fault, at),
    ...refuseIf(!HOSTS.includes(host), at, FORM),
    ...refuseFault(isAtoi(port) ? portFault(Number(port)) : notNumber, at),
  ];
}

/** A sidecar ends TLS with files of its own, for ports whose protocol is TLS. */
function tlsFindings(tls: NonNullable<Ingress["tls"]>, protocol: string, at: Pointer): Findings {
  const unsupported = (has: boolean, field: string, says: string) =>
    refuseIf(has, under(at, field), `sidecar: ${says}`);
  const isMeshMode = tls.mode === "ISTIO_MUTUAL" || tls.mode === "AUTO_PASSTHROUGH";
  const mode = `configuration is invalid: cannot set mode to ${tls.mode} in sidecar ingress tls`;
  return [
    ...unsupported(Boolean(tls.subjectAltNames), "subjectAltNames", "subjectAltNames is not supported in ingress tls"),
    ...unsupported(tls.httpsRedirect === true, "httpsRedirect", "httpsRedirect is not supported"),
    ...unsupported(Boolean(tls.credentialName), "credentialName", "credentialName is not currently supported"),
    ...unsupported(Boolean(tls.credentialNames), "credentialNames", "credentialNames is not currently supported"),
    ...unsupported(Boolean(tls.tlsCertificates), "tlsCertificates", "tls_certificates is not currently supported"),
    ...refuseIf(isMeshMode, under(at, "mode"), mode),
    ...refuseIf(!isTls(protocol), at, "server cannot have TLS settings for non HTTPS/TLS ports"),
    ...serverTlsFindings(tls, at),
  ];
}
