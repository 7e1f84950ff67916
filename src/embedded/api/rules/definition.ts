/** What is wrong with CustomResourceDefinitions. Kubernetes: apiextensions-apiserver/pkg/apis/apiextensions/validation. */
import { at, isMap, mapOf, mapsOf, textOf } from "../json.ts";
import type { KubernetesObject } from "../object.ts";
import { type Fault, invalid, required } from "../requests/refusals.ts";

export function definitionFaults(object: KubernetesObject): readonly Fault[] {
  const spec = mapOf(object.spec);
  const names = mapOf(spec.names);
  const versions = mapsOf(spec.versions);
  const { name } = object.metadata;
  const own = `${textOf(names.plural)}.${textOf(spec.group)}`;
  const stored = versions.filter(({ storage }) => storage === true).length;
  return [
    ...(name === own ? [] : [invalid("metadata.name", name, 'must be spec.names.plural+"."+spec.group')]),
    ...(textOf(spec.group) === "" ? [required("spec.group")] : []),
    ...(textOf(names.plural) === "" ? [required("spec.names.plural")] : []),
    ...(textOf(names.kind) === "" ? [required("spec.names.kind")] : []),
    ...(stored === 1
      ? []
      : [invalid("spec.versions", spec.versions, "must have exactly one version marked as storage version")]),
    ...versions.flatMap((version, index) =>
      isMap(at(version, "schema", "openAPIV3Schema"))
        ? []
        : [required(`spec.versions[${index}].schema.openAPIV3Schema`)],
    ),
  ];
}
