/** The tables of Services, their endpoints and Ingresses. Kubernetes: pkg/printers/internalversion/printers.go. */
import { at, listOf, mapOf, mapsOf, textOf } from "../../json.ts";
import type { JsonMap, KubernetesObject } from "../../object.ts";
import type { PrinterColumn } from "../kind.ts";
import { AGE, NAME, pairs, selector, text, wide } from "./column.ts";

export const SERVICE: readonly PrinterColumn[] = [
  NAME,
  text("Type", ({ spec }) => textOf(mapOf(spec).type)),
  text("Cluster-IP", ({ spec }) => textOf(listOf(mapOf(spec).clusterIPs)[0] ?? mapOf(spec).clusterIP) || "<none>"),
  text("External-IP", externalIp),
  text("Port(s)", ({ spec }) => servicePorts(mapsOf(mapOf(spec).ports))),
  AGE,
  wide("Selector", ({ spec }) => pairs(mapOf(spec).selector)),
];

function externalIp(service: KubernetesObject): string {
  const { type, externalName, externalIPs } = mapOf(service.spec);
  const ips = listOf(externalIPs).map(String);
  if (type === "ExternalName") return textOf(externalName);
  if (type !== "LoadBalancer") return ips.join(",") || "<none>";
  const ingress = mapsOf(at(service, "status", "loadBalancer", "ingress"));
  const given = ingress.map(({ ip, hostname }) => textOf(ip) || textOf(hostname));
  return [...given, ...ips].join(",") || "<pending>";
}

function servicePorts(ports: readonly JsonMap[]): string {
  const each = ports.map(({ port, nodePort, protocol }) =>
    nodePort === undefined ? `${port}/${protocol}` : `${port}:${nodePort}/${protocol}`,
  );
  return each.join(",") || "<none>";
}

export const ENDPOINTS: readonly PrinterColumn[] = [NAME, text("Endpoints", endpoints), AGE];

function endpoints({ subsets }: KubernetesObject): string {
  const all = mapsOf(subsets).flatMap(({ addresses, ports }) => {
    const ips = mapsOf(addresses).map(({ ip }) => textOf(ip));
    return mapsOf(ports).length === 0 ? ips : mapsOf(ports).flatMap(({ port }) => ips.map((ip) => `${ip}:${port}`));
  });
  if (all.length === 0) return "<none>";
  return all.length > 3 ? `${all.slice(0, 3).join(",")} + ${all.length - 3} more...` : all.join(",");
}

export const ENDPOINT_SLICE: readonly PrinterColumn[] = [
  NAME,
  text("AddressType", ({ addressType }) => textOf(addressType)),
  text("Ports", ({ ports }) => some(mapsOf(ports).map(({ port, name }) => String(port ?? name ?? "*")))),
  text("Endpoints", (slice) => some(mapsOf(slice.endpoints).flatMap(({ addresses }) => listOf(addresses).map(String)))),
  AGE,
];

/** Three of them, and how many more. */
function some(values: readonly string[]): string {
  if (values.length === 0) return "<unset>";
  return values.length > 3 ? `${values.slice(0, 3).join(",")} + ${values.length - 3} more...` : values.join(",");
}

export const INGRESS: readonly PrinterColumn[] = [
  NAME,
  text("Class", ({ spec }) => textOf(mapOf(spec).ingressClassName) || "<none>"),
  text(
    "Hosts",
    ({ spec }) =>
      mapsOf(mapOf(spec).rules)
        .map(({ host }) => textOf(host) || "*")
        .join(",") || "*",
  ),
  text("Address", (ingress) =>
    mapsOf(at(ingress, "status", "loadBalancer", "ingress"))
      .map(({ ip, hostname }) => textOf(ip) || textOf(hostname))
      .join(","),
  ),
  text("Ports", ({ spec }) => (mapsOf(mapOf(spec).tls).length > 0 ? "80, 443" : "80")),
  AGE,
];

export const NETWORK_POLICY: readonly PrinterColumn[] = [
  NAME,
  text("Pod-Selector", ({ spec }) => selector(mapOf(spec).podSelector)),
  AGE,
];
