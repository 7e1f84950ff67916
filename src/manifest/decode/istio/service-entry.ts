/** Hosts and workloads that a person adds to the registry. */
import type { ServiceEntry, WorkloadAddress, WorkloadEntry } from "../../../mesh/resources/istio.ts";
import type { Meta } from "../../../mesh/resources/meta.ts";
import { defined, entries, type Field, get, integer, items, labels, text, texts } from "../field.ts";
import { matchLabels } from "../meta.ts";

/** Istio API: location and resolution are enums whose zero values are MESH_EXTERNAL and NONE. */
export function decodeServiceEntry(root: Field): Omit<ServiceEntry, keyof Meta> {
  const spec = get(root, "spec");
  const workloadSelector = matchLabels(get(spec, "workloadSelector"), "labels");
  return {
    hosts: texts(get(spec, "hosts")),
    addresses: texts(get(spec, "addresses")),
    ports: defined(items(get(spec, "ports")).map(decodePort)),
    location: text(get(spec, "location")) ?? "MESH_EXTERNAL",
    resolution: text(get(spec, "resolution")) ?? "NONE",
    endpoints: items(get(spec, "endpoints")).map(decodeAddress),
    ...(workloadSelector && { workloadSelector }),
    exportTo: texts(get(spec, "exportTo")),
  };
}

export function decodeWorkloadEntry(root: Field): Omit<WorkloadEntry, keyof Meta> {
  return { workload: decodeAddress(get(root, "spec")) };
}

function decodePort(field: Field): ServiceEntry["ports"][number] | undefined {
  const number = integer(get(field, "number"));
  if (number === undefined) return undefined;
  const targetPort = integer(get(field, "targetPort"));
  return {
    number,
    name: text(get(field, "name")) ?? "",
    protocol: text(get(field, "protocol")) ?? "",
    ...(targetPort !== undefined && { targetPort }),
  };
}

function decodeAddress(field: Field): WorkloadAddress {
  const address = text(get(field, "address"));
  const serviceAccount = text(get(field, "serviceAccount"));
  const ports = entries(get(field, "ports")).map(([name, port]) => [name, integer(port)] as const);
  return {
    ...(address !== undefined && { address }),
    ports: Object.fromEntries(ports.filter((entry): entry is [string, number] => entry[1] !== undefined)),
    labels: labels(get(field, "labels")),
    ...(serviceAccount !== undefined && { serviceAccount }),
  };
}
