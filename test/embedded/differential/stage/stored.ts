/** Objects in a store of their own, as an etcd is restored: nothing is defaulted or refused, ages are as they are given. */
import { BUILT_IN } from "../../../../src/embedded/api/kinds/built-in.ts";
import { kindOf } from "../../../../src/embedded/api/kinds/crd.ts";
import { istioDefinitions } from "../../../../src/embedded/api/kinds/istio.ts";
import type { Kinds } from "../../../../src/embedded/api/kinds/kind.ts";
import { createKinds } from "../../../../src/embedded/api/kinds/registry.ts";
import type { KubernetesObject } from "../../../../src/embedded/api/object.ts";
import { createResources, type OwnedResources } from "../../../../src/embedded/api/requests/requests.ts";
import { createStore } from "../../../../src/embedded/api/store/memory.ts";

const kinds = createKinds(BUILT_IN);
for (const definition of istioDefinitions()) kinds.define(kindOf(definition as KubernetesObject));

export function stored(objects: readonly KubernetesObject[]): {
  readonly resources: OwnedResources;
  readonly kinds: Kinds;
} {
  const store = createStore();
  for (const object of objects) {
    const [group = ""] = object.apiVersion.includes("/") ? object.apiVersion.split("/") : [];
    const kind = kinds.byKind(group, object.kind);
    if (kind === undefined) throw new Error(`${object.apiVersion} ${object.kind} is not served`);
    const { namespace, name } = object.metadata;
    store.put(kind, { ...object, metadata: { ...object.metadata, uid: `${object.kind}/${namespace}/${name}` } });
  }
  return { resources: createResources({ store, kinds }), kinds };
}
