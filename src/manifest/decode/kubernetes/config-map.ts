/** ConfigMaps; those of Istio keep YAML inside their text. */
import type { ConfigMap } from "../../../mesh/resources/core.ts";
import { type Labels, type Meta, under } from "../../../mesh/resources/meta.ts";
import { type Field, get, labels, note } from "../field.ts";
import type { Where } from "../meta.ts";

/** Istio: the ConfigMaps `istio` and `istio-sidecar-injector`, with `-REVISION` behind the name. */
const EMBEDDED = [
  { name: /^istio(?:-|$)/, key: "mesh" },
  { name: /^istio-sidecar-injector(?:-|$)/, key: "config" },
  { name: /^istio-sidecar-injector(?:-|$)/, key: "values" },
];

export function decodeConfigMap(root: Field, meta: Pick<Meta, "name">, where: Where): Omit<ConfigMap, keyof Meta> {
  const data = get(root, "data");
  const texts = labels(data);
  const keys = EMBEDDED.filter(({ name }) => name.test(meta.name)).map(({ key }) => key);
  const embedded = keys.flatMap((key) => embeddedValue(data, texts, key, where));
  return { data: texts, embedded: Object.fromEntries(embedded) };
}

function embeddedValue(data: Field, texts: Labels, key: string, where: Where): readonly (readonly [string, unknown])[] {
  const text = texts[key];
  if (text === undefined) return [];
  const read = where.readYaml(text);
  if (read) return [[key, read.value]];
  note({ ...data, at: under(data.at, key) }, `${key} holds text that cannot be read as YAML`);
  return [];
}
