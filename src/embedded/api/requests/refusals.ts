/** Refusals in the API server's words. Kubernetes: apimachinery/pkg/api/errors/errors.go. */
import { type Kind, resourceName } from "../kinds/kind.ts";
import { ApiError, type StatusCause, type StatusDetails } from "../status.ts";

/** What a field is refused for. Kubernetes: apimachinery/pkg/util/validation/field/errors.go. */
export interface Fault {
  readonly reason:
    | "FieldValueRequired"
    | "FieldValueInvalid"
    | "FieldValueNotSupported"
    | "FieldValueForbidden"
    | "FieldValueDuplicate"
    | "FieldValueTypeInvalid"
    | "FieldValueTooMany";
  readonly field: string;
  /** Without the field: `Required value: …`. */
  readonly message: string;
}

export function required(field: string, detail = ""): Fault {
  return { reason: "FieldValueRequired", field, message: `Required value${detail === "" ? "" : `: ${detail}`}` };
}

export function invalid(field: string, value: unknown, detail: string): Fault {
  return { reason: "FieldValueInvalid", field, message: `Invalid value: ${JSON.stringify(value)}: ${detail}` };
}

export function unsupported(field: string, value: unknown, supported: readonly string[]): Fault {
  const values = supported.map((each) => JSON.stringify(each)).join(", ");
  return {
    reason: "FieldValueNotSupported",
    field,
    message: `Unsupported value: ${JSON.stringify(value)}: supported values: ${values}`,
  };
}

export function forbiddenField(field: string, detail: string): Fault {
  return { reason: "FieldValueForbidden", field, message: `Forbidden: ${detail}` };
}

export function duplicate(field: string, value: unknown): Fault {
  return { reason: "FieldValueDuplicate", field, message: `Duplicate value: ${JSON.stringify(value)}` };
}

function details({ plural, group }: Kind, name: string): StatusDetails {
  return { ...(name === "" ? {} : { name }), ...(group === "" ? {} : { group }), kind: plural };
}

export function notFound(kind: Kind, name: string): ApiError {
  return new ApiError(404, "NotFound", `${resourceName(kind)} "${name}" not found`, details(kind, name));
}

export function alreadyExists(kind: Kind, name: string, leaving = false): ApiError {
  const text = `${resourceName(kind)} "${name}" already exists`;
  return new ApiError(409, "AlreadyExists", leaving ? `object is being deleted: ${text}` : text, details(kind, name));
}

export function conflict(kind: Kind, name: string, why: string): ApiError {
  const text = `Operation cannot be fulfilled on ${resourceName(kind)} "${name}": ${why}`;
  return new ApiError(409, "Conflict", text, details(kind, name));
}

export function modified(kind: Kind, name: string): ApiError {
  return conflict(
    kind,
    name,
    "the object has been modified; please apply your changes to the latest version and try again",
  );
}

export function forbidden(kind: Kind, name: string, why: string, causes?: readonly StatusCause[]): ApiError {
  const text = `${resourceName(kind)}${name === "" ? "" : ` "${name}"`} is forbidden: ${why}`;
  return new ApiError(403, "Forbidden", text, { ...details(kind, name), ...(causes ? { causes } : {}) });
}

export function badRequest(message: string): ApiError {
  return new ApiError(400, "BadRequest", message);
}

/** 404 of a path that nothing serves: plain text, from which clients make their own words. */
export function nothingThere(): ApiError {
  return new ApiError(404, "", "404 page not found");
}

/** 422; `kind` is empty where the request itself is meant. */
export function invalidObject(kind: Pick<Kind, "kind" | "group">, name: string, faults: readonly Fault[]): ApiError {
  const causes = faults.map(({ reason, field, message }) => ({ reason, message, field }));
  const each = faults.map(({ field, message }) => `${field}: ${message}`);
  const body = each.length === 1 ? each[0] : `[${each.join(", ")}]`;
  const who = kind.group === "" ? kind.kind : `${kind.kind}.${kind.group}`;
  return new ApiError(422, "Invalid", `${who} "${name}" is invalid: ${body}`, {
    name,
    ...(kind.group === "" ? {} : { group: kind.group }),
    ...(kind.kind === "" ? {} : { kind: kind.kind }),
    causes,
  });
}
