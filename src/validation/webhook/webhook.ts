/** What istiod's validating webhook says of an object. Istio: pkg/webhooks/validation/server, pkg/config/validation. */
import { type Pointer, under } from "../../mesh/resources/meta.ts";
import type { Refusal } from "../refusal.ts";
import { goType, isMap, type JsonMap } from "../schema/json.ts";
import { schemaAt } from "../schema/nulls.ts";
import type { Kind } from "../schema/schema.ts";
import { decode } from "./decode.ts";
import type { Findings } from "./finding.ts";

/** The checks of a kind, on its decoded `spec` and the namespace of the object. */
export type Checks = (spec: never, namespace: string) => Findings;

export function webhookRefusals(
  object: JsonMap,
  { schema }: Kind,
  checks: Checks,
  namespace: string,
): readonly Refusal[] {
  const unread = metadataRefusals(object);
  if (unread.length > 0) return unread.slice(0, 1);
  const spec = schemaAt(schema, "spec");
  const decoded = spec === undefined ? { value: {} } : decode(spec, object.spec ?? null, "/spec");
  if (!("value" in decoded)) {
    return [decodingRefusal(decoded.pointer, `error decoding configuration: ${decoded.says}`)];
  }
  const banned = annotationRefusals(object);
  if (banned.length > 0) return banned;
  // The schema of the kind makes the decoded value what the checks of the kind take.
  return checks(decoded.value as never, namespaceOf(object) ?? namespace).map((finding) => ({
    by: "webhook",
    reason: "check",
    ...finding,
  }));
}

function namespaceOf({ metadata }: JsonMap): string | undefined {
  const { namespace } = isMap(metadata) ? metadata : { namespace: undefined };
  return typeof namespace === "string" && namespace !== "" ? namespace : undefined;
}

function decodingRefusal(pointer: Pointer, says: string): Refusal {
  return { by: "webhook", severity: "refused", reason: "decoding", pointer, says };
}

/** Labels and annotations are text. */
function metadataRefusals({ metadata }: JsonMap): readonly Refusal[] {
  if (!isMap(metadata)) return [];
  return ["labels", "annotations"].flatMap((field) => textRefusals(metadata[field], field));
}

function textRefusals(map: unknown, field: string): readonly Refusal[] {
  if (map === undefined || map === null) return [];
  const says = (value: unknown, type: string) =>
    `cannot decode configuration: json: cannot unmarshal ${goType(value)} into Go struct field ObjectMeta.metadata.${field} of type ${type}`;
  const at = under("/metadata", field);
  if (!isMap(map)) return [decodingRefusal(at, says(map, "map[string]string"))];
  return Object.entries(map)
    .filter(([, value]) => typeof value !== "string" && value !== null)
    .map(([key, value]) => decodingRefusal(under(at, key), says(value, "string")));
}

const FOR_ISTIO = ["internal.istio.io/parent-namespace", "internal.istio.io/parents"];

/** Some annotations are not for people; the first one is told alone. Istio: validation.go validateMetadata. */
function annotationRefusals({ metadata }: JsonMap): readonly Refusal[] {
  const { name, namespace, annotations }: JsonMap = isMap(metadata) ? metadata : {};
  if (!isMap(annotations)) return [];
  const dryRun = `${namespace ?? ""}/${name ?? ""} has unsupported annotation istio.io/dry-run, please remove the annotation`;
  const always = "internal.istio.io/webhook-always-reject";
  const banned: readonly (readonly [string, string])[] = [
    ["istio.io/dry-run", dryRun],
    [always, `"${always}" annotation found, rejecting`],
    ...FOR_ISTIO.map((key) => [key, `"${key}" annotation found, this may not be set by users`] as const),
  ];
  const found = banned.find(([key]) => Object.hasOwn(annotations, key));
  if (found === undefined) return [];
  const pointer = under("/metadata/annotations", found[0]);
  return [{ by: "webhook", severity: "refused", reason: "check", pointer, says: found[1] }];
}
