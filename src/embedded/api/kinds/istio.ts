/** Istio's CustomResourceDefinitions as `istioctl install` applies them. */
import { listOf, mapOf, mapsOf, textOf } from "../json.ts";
import type { JsonMap } from "../object.ts";
import { istio } from "../schemas/istio.generated.ts";

export function istioDefinitions(): readonly JsonMap[] {
  const { crds, schemas } = mapOf(istio);
  return mapsOf(crds).map((crd) => definition(crd, listOf(schemas)));
}

function definition(
  { name, labels, annotations, group, names, scope, versions }: JsonMap,
  schemas: readonly unknown[],
): JsonMap {
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: textOf(name), ...(labels ? { labels } : {}), ...(annotations ? { annotations } : {}) },
    spec: {
      group: textOf(group),
      names: mapOf(names),
      scope: textOf(scope),
      versions: mapsOf(versions).map(({ schema, ...version }) => ({
        ...version,
        schema: { openAPIV3Schema: mapOf(schemas[Number(schema)]) },
      })),
    },
  };
}
