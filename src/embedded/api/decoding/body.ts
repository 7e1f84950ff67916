/** A body as the kind that it is sent to: its version and kind checked, unknown fields refused, warned of, or dropped. */
import { isMap, mapOf, textOf } from "../json.ts";
import { apiVersionOf, type Kind } from "../kinds/kind.ts";
import type { JsonMap, KubernetesObject, UntrustedObject } from "../object.ts";
import { badRequest } from "../requests/refusals.ts";
import type { FieldValidation, WriteOptions } from "../resources.ts";
import { definitionName, schemaOf } from "../schemas/schema.ts";
import { typeFault } from "./go-fault.ts";
import { decoded } from "./strict.ts";

/** The object with the fields that the kind has; its metadata are not yet whole. */
export function decodeBody(kind: Kind, body: UntrustedObject, options: WriteOptions): KubernetesObject {
  const version = versionOf(kind, body, options);
  const said = `${kind.kind} in version "${version}" cannot be handled as a ${kind.kind}: `;
  const fault = goFault(kind, version, body);
  if (fault !== undefined) throw badRequest(`${said}${fault}`);
  const { object, unknown } = decoded(schemaOf(kind, version), body);
  const all = [
    ...unknown.map((path) => `unknown field "${path}"`),
    ...(options.repeated ?? []).map((path) => `duplicate field "${path}"`),
  ];
  complain(said, all, options.fieldValidation ?? "Warn", options);
  return headed(kind, version, object);
}

function complain(said: string, all: readonly string[], how: FieldValidation, options: WriteOptions): void {
  if (how === "Strict" && all.length > 0) throw badRequest(`${said}strict decoding error: ${all.join(", ")}`);
  if (how === "Warn") for (const text of all) options.warn?.(text);
}

function goFault(kind: Kind, version: string, body: JsonMap): string | undefined {
  const name = kind.origin === "built-in" ? definitionName(kind.group, version, kind.kind) : undefined;
  return name === undefined ? undefined : typeFault(name, body)?.says;
}

/** The version that the body speaks. */
export function versionOf(kind: Kind, body: UntrustedObject, options: WriteOptions): string {
  const asked = options.version;
  const apiVersion = textOf(body.apiVersion);
  if (apiVersion === "" && asked !== undefined) return asked;
  const version = apiVersion.split("/").at(-1) ?? "";
  const wanted = apiVersionOf(kind.group, asked ?? version);
  if (apiVersion !== wanted || !kind.versions.some(({ name, served }) => served && name === version)) {
    throw badRequest(`the API version in the data (${apiVersion}) does not match the expected API version (${wanted})`);
  }
  if (textOf(body.kind) !== kind.kind) {
    throw badRequest(`${textOf(body.kind)} in version "${version}" cannot be handled as a ${kind.kind}`);
  }
  return version;
}

export function headed(kind: Kind, version: string, object: JsonMap): KubernetesObject {
  const { apiVersion: _, kind: __, metadata, ...body } = object;
  const apiVersion = apiVersionOf(kind.group, version);
  const meta = isMap(metadata) ? mapOf(metadata) : {};
  // Whole once the request has filled it in.
  return { apiVersion, kind: kind.kind, metadata: meta as KubernetesObject["metadata"], ...body };
}

/** Conversion between versions of a kind changes `apiVersion` only. */
export function inVersion(kind: Kind, version: string, object: KubernetesObject): KubernetesObject {
  const apiVersion = apiVersionOf(kind.group, version);
  return object.apiVersion === apiVersion ? object : { ...object, apiVersion };
}
