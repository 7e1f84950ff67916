/** The tables of what is no workload and no network. Kubernetes: pkg/printers/internalversion/printers.go. */
import { at, listOf, mapOf, mapsOf, textOf } from "../../json.ts";
import type { JsonMap, KubernetesObject } from "../../object.ts";
import type { PrinterColumn } from "../kind.ts";
import { AGE, age, CREATED_AT, column, count, duration, NAME, text, wide } from "./column.ts";

const keys = (...maps: readonly unknown[]) =>
  maps.reduce<number>((sum, map) => sum + Object.keys(mapOf(map)).length, 0);

export const CONFIG_MAP: readonly PrinterColumn[] = [
  NAME,
  count("Data", ({ data, binaryData }) => keys(data, binaryData)),
  AGE,
];

export const SECRET: readonly PrinterColumn[] = [
  NAME,
  text("Type", ({ type }) => textOf(type)),
  count("Data", ({ data }) => keys(data)),
  AGE,
];

export const SERVICE_ACCOUNT: readonly PrinterColumn[] = [
  NAME,
  count("Secrets", ({ secrets }) => listOf(secrets).length),
  AGE,
];

export const NAMESPACE: readonly PrinterColumn[] = [
  NAME,
  text("Status", (object) => textOf(at(object, "status", "phase"))),
  AGE,
];

const info = (node: KubernetesObject, field: string) => textOf(at(node, "status", "nodeInfo", field)) || "<unknown>";
const address = (node: KubernetesObject, wanted: string) =>
  textOf(mapsOf(at(node, "status", "addresses")).find(({ type }) => type === wanted)?.address) || "<none>";

export const NODE: readonly PrinterColumn[] = [
  NAME,
  text("Status", nodeStatus),
  text("Roles", nodeRoles),
  AGE,
  text("Version", (node) => textOf(at(node, "status", "nodeInfo", "kubeletVersion"))),
  wide("Internal-IP", (node) => address(node, "InternalIP")),
  wide("External-IP", (node) => address(node, "ExternalIP")),
  wide("OS-Image", (node) => info(node, "osImage")),
  wide("Kernel-Version", (node) => info(node, "kernelVersion")),
  wide("Container-Runtime", (node) => info(node, "containerRuntimeVersion")),
];

function nodeStatus(node: KubernetesObject): string {
  const ready = mapsOf(at(node, "status", "conditions")).find(({ type }) => type === "Ready");
  const words = [ready === undefined ? "Unknown" : ready.status === "True" ? "Ready" : "NotReady"];
  if (at(node, "spec", "unschedulable") === true) words.push("SchedulingDisabled");
  return words.join(",");
}

function nodeRoles({ metadata }: KubernetesObject): string {
  const prefix = "node-role.kubernetes.io/";
  const roles = Object.keys(metadata.labels ?? {}).filter((key) => key.startsWith(prefix));
  return (
    roles
      .map((key) => key.slice(prefix.length))
      .sort()
      .join(",") || "<none>"
  );
}

export const ROLE: readonly PrinterColumn[] = [NAME, CREATED_AT];

const subjects = ({ subjects: all }: KubernetesObject, kind: string, name: (each: JsonMap) => string) =>
  mapsOf(all)
    .filter((each) => each.kind === kind)
    .map(name)
    .join(", ");

export const ROLE_BINDING: readonly PrinterColumn[] = [
  NAME,
  text("Role", ({ roleRef }) => `${mapOf(roleRef).kind}/${mapOf(roleRef).name}`),
  AGE,
  wide("Users", (object) => subjects(object, "User", ({ name }) => textOf(name))),
  wide("Groups", (object) => subjects(object, "Group", ({ name }) => textOf(name))),
  wide("ServiceAccounts", (object) =>
    subjects(object, "ServiceAccount", ({ name, namespace }) =>
      namespace === undefined ? textOf(name) : `${namespace}/${name}`,
    ),
  ),
];

export const WEBHOOKS: readonly PrinterColumn[] = [
  NAME,
  count("Webhooks", ({ webhooks }) => listOf(webhooks).length),
  AGE,
];

export const EVENT: readonly PrinterColumn[] = [
  text("Last Seen", (event, now) => lastSeen(event, now)),
  text("Type", ({ type }) => textOf(type)),
  text("Reason", ({ reason }) => textOf(reason)),
  text("Object", ({ involvedObject }) => {
    const { kind, name } = mapOf(involvedObject);
    return `${textOf(kind).toLowerCase()}/${textOf(name)}`;
  }),
  wide("Subobject", ({ involvedObject }) => textOf(mapOf(involvedObject).fieldPath)),
  wide("Source", ({ source, reportingComponent }) => sourceOf(mapOf(source), textOf(reportingComponent))),
  text("Message", ({ message }) => textOf(message).trim()),
  wide("First Seen", ({ firstTimestamp, eventTime }, now) => age(firstTimestamp ?? eventTime, now)),
  column("Count", "integer", ({ count: times }) => Number(times ?? 1), { wide: true }),
  { ...NAME, priority: 1 },
];

function lastSeen({ lastTimestamp, firstTimestamp, eventTime, series }: KubernetesObject, now: number): string {
  const times = Number(mapOf(series).count ?? 0);
  const first = textOf(firstTimestamp ?? eventTime);
  const last = textOf(mapOf(series).lastObservedTime ?? lastTimestamp ?? eventTime);
  if (times > 1) return `${age(last, now)} (x${times} over ${duration(now - Date.parse(first))})`;
  return age(last || first, now);
}

function sourceOf({ component, host }: JsonMap, reporting: string): string {
  const name = textOf(component) || reporting;
  return textOf(host) === "" ? name : `${name}, ${textOf(host)}`;
}

export const QUOTA: readonly PrinterColumn[] = [
  NAME,
  text("Request", (object) => quotas(object, (name) => !name.startsWith("limits."))),
  text("Limit", (object) => quotas(object, (name) => name.startsWith("limits."))),
  AGE,
];

function quotas(quota: KubernetesObject, fits: (name: string) => boolean): string {
  const hard = mapOf(at(quota, "status", "hard") ?? at(quota, "spec", "hard"));
  const used = mapOf(at(quota, "status", "used"));
  const names = Object.keys(hard).filter(fits).sort();
  return names.map((name) => `${name}: ${used[name] ?? 0}/${hard[name]}`).join(", ");
}

export const LEASE: readonly PrinterColumn[] = [
  NAME,
  text("Holder", (object) => textOf(at(object, "spec", "holderIdentity"))),
  AGE,
];
