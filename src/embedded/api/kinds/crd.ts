/** The kind that a CustomResourceDefinition defines. */
import { at, isMap, listOf, mapOf, mapsOf, textOf } from "../json.ts";
import type { Json, JsonMap, KubernetesObject } from "../object.ts";
import { AGE, type Cell, column, duration, NAME } from "./columns/column.ts";
import { valuesAt } from "./json-path.ts";
import type { Kind, PrinterColumn, Subresource, Verb, Version } from "./kind.ts";

const VERBS: readonly Verb[] = ["delete", "deletecollection", "get", "list", "patch", "create", "update", "watch"];
const READ_WRITE: readonly Verb[] = ["get", "patch", "update"];

export function kindOf(crd: KubernetesObject): Kind {
  const spec = mapOf(crd.spec);
  const names = mapOf(spec.names);
  const versions = mapsOf(spec.versions);
  const kind = textOf(names.kind);
  const stored = versions.find(({ storage }) => storage === true) ?? versions[0];
  return {
    group: textOf(spec.group),
    kind,
    listKind: textOf(names.listKind) || `${kind}List`,
    plural: textOf(names.plural),
    singular: textOf(names.singular) || kind.toLowerCase(),
    shortNames: listOf(names.shortNames).map(textOf),
    categories: listOf(names.categories).map(textOf),
    namespaced: spec.scope === "Namespaced",
    verbs: VERBS,
    subresources: subresourcesOf(versions),
    versions: versions.map(versionOf).sort(byPreference),
    storageVersion: textOf(stored?.name),
    origin: "crd",
  };
}

function subresourcesOf(versions: readonly JsonMap[]): readonly Subresource[] {
  const has = (name: string) => versions.some(({ subresources }) => isMap(mapOf(subresources)[name]));
  const scale: Subresource = { name: "scale", kind: "Scale", group: "autoscaling", version: "v1", verbs: READ_WRITE };
  return [...(has("status") ? [{ name: "status", verbs: READ_WRITE }] : []), ...(has("scale") ? [scale] : [])];
}

function versionOf(version: JsonMap): Version {
  const schema = at(version, "schema", "openAPIV3Schema");
  const extra = mapsOf(version.additionalPrinterColumns);
  return {
    name: textOf(version.name),
    served: version.served === true,
    columns: [NAME, ...(extra.length === 0 ? [AGE] : extra.map(columnOf))],
    ...(isMap(schema) ? { schema: withMeta(schema) } : {}),
  };
}

const META: JsonMap = { $ref: "apimachinery.pkg.apis.meta.v1.ObjectMeta" };

function withMeta(schema: JsonMap): JsonMap {
  const text: JsonMap = { type: "string" };
  return { ...schema, properties: { apiVersion: text, kind: text, ...mapOf(schema.properties), metadata: META } };
}

function columnOf({ name, type, jsonPath, priority, format, description }: JsonMap): PrinterColumn {
  const path = textOf(jsonPath);
  const own = textOf(type) as PrinterColumn["type"];
  const shown = column(textOf(name), own, (object, now) => cellOf(valuesAt(object, path), own, now));
  return { ...shown, format: textOf(format), description: textOf(description), priority: Number(priority ?? 0) };
}

/** Kubernetes: apiextensions-apiserver/pkg/registry/customresource/tableconvertor/tableconvertor.go. */
function cellOf(values: readonly Json[], type: PrinterColumn["type"], now: number): Cell {
  const [first, ...more] = values;
  if (first === undefined || first === null) return null;
  if (type === "date") return typeof first === "string" ? duration(now - Date.parse(first)) : null;
  if (type === "string") return more.length > 0 ? values.map(shown).join(",") : shown(first);
  return typeof first === "number" || typeof first === "boolean" ? first : null;
}

function shown(value: Json): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** Kubernetes: apimachinery/pkg/version/helpers.go CompareKubeAwareVersionStrings: v2, v1, v1beta2, v1beta1, v1alpha1. */
function byPreference(a: Version, b: Version): number {
  const rank = ({ name }: Version) => {
    const [, major = "0", stage = "", minor = "0"] = /^v(\d+)(?:(alpha|beta)(\d+))?$/.exec(name) ?? [];
    const level = stage === "" ? 3 : stage === "beta" ? 2 : 1;
    return level * 1e6 + Number(major) * 1e3 + Number(minor);
  };
  return rank(b) - rank(a);
}
