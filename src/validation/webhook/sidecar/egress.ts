/** Listeners of a Sidecar for what goes out. Istio: validation.go ValidateSidecar. */
import { type Pointer, under } from "../../../mesh/resources/meta.ts";
import { ipFault, isIpAddress, UNIX_PREFIX, unixFault } from "../address.ts";
import { type Finding, type Findings, refused, refuseFault, refuseIf, warned } from "../finding.ts";
import type { Egress, SidecarPort } from "../messages.ts";
import { isDnsLabel, portFault, wildcardDomainFault } from "../names.ts";
import { portFindings } from "./ingress.ts";

/** Ports and sockets are unique; a listener without a port takes all other traffic, and stands last. */
export function egressFindings(listeners: readonly Egress[], at: Pointer, namespace: string): Findings {
  const taken = new Set<number | string>();
  return listeners.flatMap((listener, index) => {
    const pointer = under(at, index);
    const { port, bind = "", hosts = [] } = listener;
    const isLast = index === listeners.length - 1;
    const last = "sidecar: the egress listener with empty port should be the last listener in the list";
    const key = port?.number || bind;
    const isTwice = port !== undefined && taken.has(key);
    if (port !== undefined) taken.add(key);
    const twice =
      typeof key === "number"
        ? "sidecar: ports on IP bound listeners must be unique"
        : "sidecar: unix domain socket values for listeners must be unique";
    return [
      ...refuseIf(port === undefined && !isLast, pointer, last),
      ...(port === undefined ? [] : listenerFindings(listener, port, pointer)),
      ...refuseIf(isTwice, under(pointer, ...(typeof key === "number" ? ["port", "number"] : ["bind"])), twice),
      ...hostsFindings(hosts, under(pointer, "hosts"), namespace),
    ];
  });
}

/** Port 0 is a socket. Istio: validation.go validateSidecarEgressPortBindAndCaptureMode. */
function listenerFindings({ bind = "", captureMode }: Egress, port: SidecarPort, at: Pointer): Findings {
  const { number = 0 } = port;
  const common = portFindings(port, under(at, "port"));
  const bindAt = under(at, "bind");
  if (number !== 0) {
    const range = refuseFault(portFault(number), under(at, "port", "number"));
    return [...common, ...range, ...refuseFault(bind === "" ? undefined : ipFault(bind), bindAt)];
  }
  const isSocket = bind.startsWith(UNIX_PREFIX);
  const needed = "sidecar: ports with 0 value must have a unix domain socket bind address";
  const captures = captureMode !== undefined && captureMode !== "DEFAULT" && captureMode !== "NONE";
  const capture = "sidecar: captureMode must be DEFAULT/NONE for unix domain socket listeners";
  return [
    ...common,
    ...refuseFault(isSocket ? unixFault(bind.slice(UNIX_PREFIX.length)) : needed, bindAt),
    ...refuseIf(captures, under(at, "captureMode"), capture),
  ];
}

function hostsFindings(hosts: readonly string[], at: Pointer, namespace: string): Findings {
  if (hosts.length === 0) return [refused(at, "sidecar: egress listener must contain at least one host")];
  const seen = new Map<string, Set<string>>();
  const findings = hosts.flatMap((host, index) => {
    const pointer = under(at, index);
    return [...duplicateFindings(host, pointer, seen, namespace), ...hostFindings(host, pointer)];
  });
  const takesAll = seen.get("*")?.has("*") === true && seen.size !== 1;
  const all = "`*/*` host select all resources, no other hosts can be added";
  return takesAll ? [...findings, warned(at, all)] : findings;
}

/** A host twice, or beside all hosts of its namespace. Excluded namespaces do not count. */
function duplicateFindings(host: string, at: Pointer, seen: Map<string, Set<string>>, own: string): readonly Finding[] {
  const slash = host.indexOf("/");
  if (slash < 0 || host.startsWith("~")) return [];
  const written = host.slice(0, slash);
  const name = host.slice(slash + 1);
  const namespace = written === "." ? own : written;
  const names = seen.get(namespace) ?? new Set<string>();
  seen.set(namespace, names);
  const isTwice = name === "*" ? names.size > 0 : names.has(name) || names.has("*");
  names.add(name);
  return isTwice ? [warned(at, `duplicated egress host: ${host}`)] : [];
}

/** `namespace/host`; the namespace is `*`, `.` or a name, after `~` when it is left out. */
function hostFindings(host: string, at: Pointer): Findings {
  const slash = host.indexOf("/");
  if (slash < 0) return [refused(at, "host must be of form namespace/dnsName")];
  const namespace = host.slice(0, slash);
  const name = host.slice(slash + 1);
  const plain = namespace.replace(/^~/, "");
  const isNamespace = ["", "*", "."].includes(plain) || isDnsLabel(plain);
  const isEmpty = namespace === "" || name === "";
  return [
    ...refuseIf(isEmpty, at, "config namespace and dnsName in host entry cannot be empty"),
    ...refuseIf(!isNamespace, at, `invalid namespace value ${JSON.stringify(namespace)} in sidecar`),
    ...namePartFindings(name, at),
  ];
}

/** Istiod tells a wrong name twice unless it is an address. validateSidecarOrGatewayHostnamePart. */
function namePartFindings(name: string, at: Pointer): Findings {
  const fault = wildcardDomainFault(name);
  const isPartial = name.includes("*") && name !== "*" && !name.startsWith("*.");
  return [
    ...refuseIf(name !== "*" && !name.includes("."), at, "short names (non FQDN) are not allowed"),
    ...refuseFault(fault, at),
    ...refuseFault(isIpAddress(name) ? undefined : fault, at),
    ...refuseIf(isPartial, at, `partial wildcard ${JSON.stringify(name)} not allowed`),
  ];
}
