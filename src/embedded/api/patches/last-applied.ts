/**
 * The annotation of `kubectl apply` follows what kubectl applies on the server, as long as it is there.
 * Kubernetes: apimachinery/pkg/util/managedfields/internal/lastappliedupdater.go.
 */
import { isList, isMap } from "../json.ts";
import type { Json, KubernetesObject } from "../object.ts";

const LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

export function withLastApplied(object: KubernetesObject, manager: string): KubernetesObject {
  const annotations = object.metadata.annotations ?? {};
  if (manager !== "kubectl" || annotations[LAST_APPLIED] === undefined) return object;
  const { [LAST_APPLIED]: _, ...others } = annotations;
  const { managedFields: __, ...meta } = object.metadata;
  const plain = { ...object, metadata: { ...meta, annotations: others } };
  const text = `${JSON.stringify(sorted(plain))}\n`;
  return { ...object, metadata: { ...object.metadata, annotations: { ...others, [LAST_APPLIED]: text } } };
}

function sorted(value: Json): Json {
  if (isList(value)) return value.map(sorted);
  if (!isMap(value)) return value;
  const entries = Object.entries(value).flatMap(([name, entry]): readonly (readonly [string, Json])[] =>
    entry === undefined ? [] : [[name, sorted(entry)]],
  );
  return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
