/** What is wrong with the metadata of an object. Kubernetes: apimachinery/pkg/api/validation/objectmeta.go. */
import { listOf, mapOf, textOf } from "../json.ts";
import { type Kind, resourceName } from "../kinds/kind.ts";
import type { KubernetesObject } from "../object.ts";
import { type Fault, forbiddenField, invalid, required } from "../requests/refusals.ts";
import { type FormatName, formatFaults, qualifiedFaults } from "./formats.ts";

const NAME_FORMATS: Readonly<Record<string, FormatName | "path">> = {
  namespaces: "label",
  services: "dns1035",
  "roles.rbac.authorization.k8s.io": "path",
  "rolebindings.rbac.authorization.k8s.io": "path",
  "clusterroles.rbac.authorization.k8s.io": "path",
  "clusterrolebindings.rbac.authorization.k8s.io": "path",
};
const LARGEST_ANNOTATIONS = 256 * 1024;

export function metadataFaults(
  kind: Kind,
  object: KubernetesObject,
  before: KubernetesObject | undefined,
): readonly Fault[] {
  return [
    ...(before ? [] : nameFaults(kind, textOf(object.metadata.name))),
    ...labelFaults(object),
    ...annotationFaults(object),
    ...ownerFaults(object),
    ...finalizerFaults(object, before),
  ];
}

function nameFaults(kind: Kind, name: string): readonly Fault[] {
  if (name === "") return [required("metadata.name", "name or generateName is required")];
  const format = NAME_FORMATS[resourceName(kind)] ?? "subdomain";
  const wrong = format === "path" ? pathFaults(name) : formatFaults(format, name);
  return wrong.map((says) => invalid("metadata.name", name, says));
}

function pathFaults(name: string): readonly string[] {
  if (name === "." || name === "..") return [`may not be '${name}'`];
  return ["/", "%"].filter((each) => name.includes(each)).map((each) => `may not contain '${each}'`);
}

export function labelFaults(object: KubernetesObject, field = "metadata.labels"): readonly Fault[] {
  return Object.entries(mapOf(object.metadata.labels)).flatMap(([key, value]) => [
    ...qualifiedFaults(key).map((says) => invalid(field, key, says)),
    ...formatFaults("labelValue", String(value)).map((says) => invalid(field, value, says)),
  ]);
}

function annotationFaults({ metadata }: KubernetesObject): readonly Fault[] {
  const entries = Object.entries(mapOf(metadata.annotations));
  const size = entries.reduce((sum, [key, value]) => sum + key.length + String(value).length, 0);
  const keys = entries.flatMap(([key]) =>
    qualifiedFaults(key.toLowerCase()).map((says) => invalid("metadata.annotations", key, says)),
  );
  const tooLong: Fault = {
    reason: "FieldValueTooMany",
    field: "metadata.annotations",
    message: `Too long: may not be more than ${LARGEST_ANNOTATIONS} bytes`,
  };
  return size > LARGEST_ANNOTATIONS ? [...keys, tooLong] : keys;
}

function ownerFaults({ metadata }: KubernetesObject): readonly Fault[] {
  const field = "metadata.ownerReferences";
  return listOf(metadata.ownerReferences).flatMap((reference) => {
    const { apiVersion, kind, name, uid } = mapOf(reference);
    const empty = Object.entries({ apiVersion, kind, name, uid }).filter(([, value]) => textOf(value) === "");
    return empty.map(([each]) => invalid(`${field}.${each}`, "", "must not be empty"));
  });
}

function finalizerFaults({ metadata }: KubernetesObject, before: KubernetesObject | undefined): readonly Fault[] {
  if (before?.metadata.deletionTimestamp === undefined) return [];
  const old = before.metadata.finalizers ?? [];
  const added = (metadata.finalizers ?? []).filter((each) => !old.includes(each));
  if (added.length === 0) return [];
  const list = added.map((each) => JSON.stringify(each)).join(", ");
  const why = `no new finalizers can be added if the object is being deleted, found new finalizers []string{${list}}`;
  return [forbiddenField("metadata.finalizers", why)];
}
