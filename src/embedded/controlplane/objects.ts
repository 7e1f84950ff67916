/** Stored objects as the rules know them. An object is decoded once: a change is a new object. */
import { decodeResource } from "../../manifest/decode/decode.ts";
import { readYaml } from "../../manifest/document.ts";
import type { Resource } from "../../mesh/resources/resource.ts";
import type { Kinds } from "../api/kinds/kind.ts";
import type { KubernetesObject } from "../api/object.ts";
import type { Resources } from "../api/resources.ts";

/** Objects of a server stand in no file. */
const LIVE = {
  source: { uri: "", document: 0, pointer: "" },
  namespace: { name: "default", from: "assumed" },
  readYaml,
} as const;

const decoded = new WeakMap<KubernetesObject, Resource | undefined>();

/** Of a kind that is not served: none. */
export function objectsOf(
  resources: Resources,
  kinds: Kinds,
  group: string,
  kind: string,
  namespace?: string,
): readonly Resource[] {
  const found = kinds.byKind(group, kind);
  if (found === undefined) return [];
  return resources.list(found, namespace).flatMap((object) => {
    const resource = decode(object);
    return resource === undefined ? [] : [resource];
  });
}

export function decode(object: KubernetesObject): Resource | undefined {
  if (decoded.has(object)) return decoded.get(object);
  const resource = decodeResource(object, LIVE);
  decoded.set(object, resource);
  return resource;
}
