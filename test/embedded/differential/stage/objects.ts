/** Objects as YAML gives them, applied and deleted as an API server does it, their ages kept. */
import { parseAllDocuments } from "yaml";
import { mapOf } from "../../../../src/embedded/api/json.ts";
import type { KubernetesObject } from "../../../../src/embedded/api/object.ts";

export function objectsIn(yaml: string): readonly KubernetesObject[] {
  return parseAllDocuments(yaml).flatMap((document) => (document.toJS() as KubernetesObject | null) ?? []);
}

export type Objects = ReadonlyMap<string, KubernetesObject>;

/** `PeerAuthentication shop/default`. */
const nameOf = ({ kind, metadata: { namespace, name } }: KubernetesObject) => `${kind} ${namespace ?? ""}/${name}`;

/** Applied objects keep the time of their creation; new ones get the given one. */
export function applied(objects: Objects, yaml: string, now: string): Objects {
  const result = new Map(objects);
  for (const object of objectsIn(yaml)) {
    const before = objects.get(nameOf(object));
    const creationTimestamp = before?.metadata.creationTimestamp ?? object.metadata.creationTimestamp ?? now;
    const metadata = { ...object.metadata, creationTimestamp };
    const address = object.kind === "Service" ? addressOf(before ?? object, result.size) : {};
    const spec = object.spec === undefined ? {} : { spec: { ...address, ...mapOf(object.spec) } };
    result.set(nameOf(object), { ...object, metadata, ...spec });
  }
  return result;
}

/** A Service keeps its address, and gets one where it has none. */
function addressOf({ spec }: KubernetesObject, number: number): { readonly clusterIP?: string } {
  const { type, clusterIP = `10.96.1.${number}` } = mapOf(spec);
  return type === "ExternalName" ? {} : { clusterIP: String(clusterIP) };
}

export function deleted(objects: Objects, name: string): Objects {
  if (!objects.has(name)) throw new Error(`there is no ${name} to delete`);
  return new Map([...objects].filter(([each]) => each !== name));
}
