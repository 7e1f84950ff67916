/**
 * A refusal, as the API server words it: a Status with code and reason. Thrown inside `api`, `controllers` and `kubelet`, and
 * sent by the HTTP server as it is.
 * Shape: k8s.io/apimachinery/pkg/apis/meta/v1/types.go Status, pkg/api/errors/errors.go.
 */
import type { JsonMap } from "./object.ts";

export type StatusReason =
  | ""
  | "AlreadyExists"
  | "BadRequest"
  | "Conflict"
  | "Expired"
  | "Forbidden"
  | "Gone"
  | "InternalError"
  | "Invalid"
  | "MethodNotAllowed"
  | "NotAcceptable"
  | "NotFound"
  | "RequestEntityTooLarge"
  | "ServiceUnavailable"
  | "Timeout"
  | "Unauthorized"
  | "UnsupportedMediaType";

export interface StatusCause extends JsonMap {
  readonly reason?: string;
  readonly message?: string;
  readonly field?: string;
}

export interface StatusDetails extends JsonMap {
  readonly name?: string;
  readonly group?: string;
  readonly kind?: string;
  readonly uid?: string;
  readonly causes?: readonly StatusCause[];
  readonly retryAfterSeconds?: number;
}

export class ApiError extends Error {
  readonly code: number;
  readonly reason: StatusReason;
  readonly details: StatusDetails | undefined;

  constructor(code: number, reason: StatusReason, message: string, details?: StatusDetails) {
    super(message);
    this.code = code;
    this.reason = reason;
    this.details = details;
  }

  status(): JsonMap {
    return {
      kind: "Status",
      apiVersion: "v1",
      metadata: {},
      status: "Failure",
      message: this.message,
      ...(this.reason === "" ? {} : { reason: this.reason }),
      ...(this.details === undefined ? {} : { details: this.details }),
      code: this.code,
    };
  }
}
