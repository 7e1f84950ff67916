/** Cells of tables, as Kubernetes' printers write them. Kubernetes: pkg/printers/internalversion/printers.go. */
import { mapOf, textOf } from "../../json.ts";
import type { Json, KubernetesObject } from "../../object.ts";
import type { PrinterColumn } from "../kind.ts";

export type Cell = string | number | boolean | null;

export function column(
  name: string,
  type: PrinterColumn["type"],
  cell: (object: KubernetesObject, now: number) => Cell,
  more: { readonly format?: string; readonly wide?: boolean } = {},
): PrinterColumn {
  return { name, type, format: more.format ?? "", description: "", priority: more.wide === true ? 1 : 0, cell };
}

export function text(name: string, cell: (object: KubernetesObject, now: number) => Cell): PrinterColumn {
  return column(name, "string", cell);
}

export function wide(name: string, cell: (object: KubernetesObject, now: number) => Cell): PrinterColumn {
  return column(name, "string", cell, { wide: true });
}

export function count(name: string, cell: (object: KubernetesObject) => Json | undefined): PrinterColumn {
  return column(name, "integer", (object) => Number(cell(object) ?? 0));
}

export const NAME: PrinterColumn = column("Name", "string", ({ metadata }) => metadata.name, { format: "name" });
export const AGE: PrinterColumn = text("Age", ({ metadata }, now) => age(metadata.creationTimestamp, now));
export const CREATED_AT: PrinterColumn = column("Created At", "date", ({ metadata }) => metadata.creationTimestamp);

export function age(since: Json | undefined, now: number): string {
  return typeof since === "string" && since !== "" ? duration(now - Date.parse(since)) : "<unknown>";
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Kubernetes: apimachinery/pkg/util/duration/duration.go HumanDuration. */
export function duration(ms: number): string {
  if (ms < -SECOND) return "<invalid>";
  if (ms < 2 * MINUTE) return `${Math.max(0, Math.floor(ms / SECOND))}s`;
  if (ms < 10 * MINUTE) return pair(ms, MINUTE, "m", SECOND, "s");
  if (ms < 3 * HOUR) return `${Math.floor(ms / MINUTE)}m`;
  if (ms < 8 * HOUR) return pair(ms, HOUR, "h", MINUTE, "m");
  if (ms < 2 * DAY) return `${Math.floor(ms / HOUR)}h`;
  if (ms < 8 * DAY) return pair(ms, DAY, "d", HOUR, "h");
  if (ms < 2 * 365 * DAY) return `${Math.floor(ms / DAY)}d`;
  return ms < 8 * 365 * DAY ? pair(ms, 365 * DAY, "y", DAY, "d") : `${Math.floor(ms / (365 * DAY))}y`;
}

function pair(ms: number, big: number, bigName: string, small: number, smallName: string): string {
  const rest = Math.floor((ms % big) / small);
  return `${Math.floor(ms / big)}${bigName}${rest === 0 ? "" : `${rest}${smallName}`}`;
}

/** `a=b,c=d`, sorted by key. */
export function pairs(map: Json | undefined): string {
  const entries = Object.entries(mapOf(map)).sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.length === 0 ? "<none>" : entries.map(([key, value]) => `${key}=${value}`).join(",");
}

/** A LabelSelector in the notation of `kubectl get -l`. Kubernetes: metav1.FormatLabelSelector. */
export function selector(value: Json | undefined): string {
  const { matchLabels, matchExpressions } = mapOf(value);
  const labels = Object.entries(mapOf(matchLabels)).map(([key, each]) => [key, `${key}=${each}`] as const);
  const expressions = (Array.isArray(matchExpressions) ? matchExpressions : []).map((each) => {
    const { key, operator, values } = mapOf(each);
    return [textOf(key), expression(textOf(key), textOf(operator), Array.isArray(values) ? values : [])] as const;
  });
  const all = [...labels, ...expressions].sort(([a], [b]) => (a < b ? -1 : 1));
  return all.length === 0 ? "<none>" : all.map(([, each]) => each).join(",");
}

function expression(key: string, operator: string, values: readonly unknown[]): string {
  if (operator === "Exists") return key;
  if (operator === "DoesNotExist") return `!${key}`;
  return `${key} ${operator === "In" ? "in" : "notin"} (${values.join(",")})`;
}

/** The containers, images and selector of a workload, with `-o wide`. */
export const TEMPLATE: readonly PrinterColumn[] = [
  wide("Containers", (object) =>
    templateContainers(object)
      .map(({ name }) => name)
      .join(","),
  ),
  wide("Images", (object) =>
    templateContainers(object)
      .map(({ image }) => image)
      .join(","),
  ),
  wide("Selector", ({ spec }) => selector(mapOf(spec).selector)),
];

function templateContainers({ spec }: KubernetesObject) {
  const { containers } = mapOf(mapOf(mapOf(spec).template).spec);
  return (Array.isArray(containers) ? containers : []).map(mapOf);
}
