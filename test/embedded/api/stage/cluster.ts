/** Resources without a server: what requests do to objects. */
import { BUILT_IN } from "../../../../src/embedded/api/kinds/built-in.ts";
import { istioDefinitions } from "../../../../src/embedded/api/kinds/istio.ts";
import type { Kind } from "../../../../src/embedded/api/kinds/kind.ts";
import { createKinds } from "../../../../src/embedded/api/kinds/registry.ts";
import type { JsonMap, KubernetesObject } from "../../../../src/embedded/api/object.ts";
import { createResources } from "../../../../src/embedded/api/requests/requests.ts";
import type { WriteOptions } from "../../../../src/embedded/api/resources.ts";
import { ApiError } from "../../../../src/embedded/api/status.ts";
import { createStore } from "../../../../src/embedded/api/store/memory.ts";

export function testCluster() {
  const store = createStore();
  const kinds = createKinds(BUILT_IN);
  const resources = createResources({ store, kinds });
  const kind = (group: string, plural: string): Kind => {
    const found = kinds.byResource(group, plural);
    if (!found) throw new Error(`no kind ${plural} of ${group}`);
    return found;
  };
  const definitions = kind("apiextensions.k8s.io", "customresourcedefinitions");
  for (const definition of istioDefinitions()) resources.create(definitions, undefined, definition);
  resources.create(kind("", "namespaces"), undefined, {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name: "here" },
  });
  const maps = kind("", "configmaps");
  const map = (name: string, more: JsonMap = {}, metadata: JsonMap = {}, options?: WriteOptions): KubernetesObject =>
    resources.create(
      maps,
      "here",
      { apiVersion: "v1", kind: "ConfigMap", metadata: { name, ...metadata }, ...more },
      options,
    );
  return { store, kinds, resources, kind, maps, map, close: () => resources.close() };
}

export type TestCluster = ReturnType<typeof testCluster>;

/** The refusal of what must be refused, as code and message. */
export function refusalOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof ApiError) return `${error.code} ${error.message}`;
    throw error;
  }
  return "not refused";
}

/** Once what follows a write has happened. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 5));
}
