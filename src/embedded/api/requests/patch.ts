/** Patching an object: the patch is applied to it in the version that the request speaks. */
import type { Operation } from "fast-json-patch";
import jsonPatch from "fast-json-patch";
import { decodeBody, inVersion } from "../decoding/body.ts";
import { typeFault } from "../decoding/go-fault.ts";
import { isMap, textOf } from "../json.ts";
import type { Kind } from "../kinds/kind.ts";
import type { JsonMap, KubernetesObject } from "../object.ts";
import { applied } from "../patches/apply.ts";
import { goMap } from "../patches/go-map.ts";
import { withLastApplied } from "../patches/last-applied.ts";
import { mergePatched } from "../patches/merge.ts";
import { strategicPatched } from "../patches/strategic.ts";
import type { Patch, WriteOptions } from "../resources.ts";
import { definitionName, schemaOf } from "../schemas/schema.ts";
import { ApiError } from "../status.ts";
import type { Key } from "../store/store.ts";
import type { Context } from "./context.ts";
import { storeNew } from "./create.ts";
import { badRequest, invalid, invalidObject, notFound } from "./refusals.ts";
import { storeChanged } from "./update.ts";

export function patchObject(
  context: Context,
  kind: Kind,
  key: Key,
  patch: Patch,
  options: WriteOptions,
): KubernetesObject {
  const before = context.store.get(kind, key);
  if (patch.type === "apply") return applyObject(context, kind, key, patch, before, options);
  if (!before) throw notFound(kind, key.name);
  const version = options.version ?? kind.storageVersion;
  const current = inVersion(kind, version, before);
  const changed = patched(kind, version, current, patch);
  if (patch.type === "strategic" || patch.type === "merge") checkTypes(kind, version, changed, patch.body);
  const decoded = decodeBody(kind, changed, options);
  checkName(decoded, before);
  // A patch that names no resourceVersion is one of whatever is there.
  return storeChanged(context, kind, before, decoded, options);
}

function patched(
  kind: Kind,
  version: string,
  current: KubernetesObject,
  patch: Exclude<Patch, { type: "apply" }>,
): JsonMap {
  if (patch.type === "merge") return mergePatched(current, patch.body);
  if (patch.type === "strategic") return strategicPatched(schemaOf(kind, version), current, patch.body);
  if (!Array.isArray(patch.body)) {
    throw badRequest(
      "error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp",
    );
  }
  try {
    const { newDocument } = jsonPatch.applyPatch<JsonMap>(
      structuredClone(current) as JsonMap,
      patch.body as Operation[],
      true,
      false,
    );
    if (isMap(newDocument)) return newDocument;
  } catch {
    throw refusedPatch();
  }
  throw refusedPatch();
}

/** Kubernetes says no more than this: apiserver/pkg/endpoints/handlers/patch.go applyJSPatch. */
function refusedPatch(): ApiError {
  return new ApiError(422, "Invalid", "the server rejected our request due to an error in our request", {});
}

function checkTypes(kind: Kind, version: string, changed: JsonMap, patch: JsonMap): void {
  if (kind.origin === "crd") return;
  const name = definitionName(kind.group, version, kind.kind);
  const fault = name === undefined ? undefined : typeFault(name, changed);
  if (fault === undefined) return;
  const { field, reason } = invalid("patch", "", "");
  const message = `Invalid value: ${JSON.stringify(goMap(patch))}: unrecognized type: ${fault.wanted}`;
  throw invalidObject({ kind: "", group: "" }, "", [{ field, reason, message }]);
}

function checkName(decoded: KubernetesObject, before: KubernetesObject): void {
  const name = textOf(decoded.metadata.name);
  if (name !== before.metadata.name) {
    throw badRequest(`the name of the object (${name}) does not match the name on the URL (${before.metadata.name})`);
  }
}

function applyObject(
  context: Context,
  kind: Kind,
  { namespace, name }: Key,
  patch: Extract<Patch, { type: "apply" }>,
  before: KubernetesObject | undefined,
  options: WriteOptions,
): KubernetesObject {
  const manager = options.fieldManager ?? "";
  if (manager === "") {
    throw new ApiError(
      422,
      "Invalid",
      'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
    );
  }
  const version = options.version ?? kind.storageVersion;
  const config = decodeBody(
    kind,
    { ...patch.body, metadata: { ...(isMap(patch.body.metadata) ? patch.body.metadata : {}), name } },
    options,
  );
  const live = before && inVersion(kind, version, before);
  const whole = applied(kind, version, live, config, {
    manager,
    force: patch.force,
    now: context.now(),
    ...(options.subresource ? { subresource: options.subresource } : {}),
  });
  const merged = withLastApplied(whole, manager);
  return before
    ? storeChanged(context, kind, before, merged, options, true)
    : storeNew(context, kind, namespace, merged, options, true);
}
