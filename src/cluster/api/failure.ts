/** What went wrong between us and a cluster's API, in one sentence; and what kind of answer asks for what reaction. */
import type { FailureCode } from "../../protocol/cluster.ts";

export class ApiFailure extends Error {
  readonly code: FailureCode;
  /** Milliseconds that the server asks us to wait. */
  readonly wait: number | undefined;

  constructor(code: FailureCode, says: string, wait?: number) {
    super(says);
    this.code = code;
    this.wait = wait;
  }
}

interface Status {
  readonly message?: unknown;
  readonly reason?: unknown;
  readonly code?: unknown;
  readonly details?: { readonly retryAfterSeconds?: unknown; readonly causes?: unknown };
}

/** However long a server asks to be left alone: a person who waits is not served by more. */
const LONGEST_WAIT = 120_000;

/** A refusal of the API: a status of HTTP, and a Status in the body or in a watch's ERROR event. */
export function refusal(
  asked: string,
  status: number,
  body: unknown,
  retryAfter?: string,
  now = Date.now(),
): ApiFailure {
  const told = statusOf(body);
  const message = typeof told.message === "string" ? told.message.slice(0, 500) : `HTTP ${status}`;
  const says = `${asked}: ${message}`;
  if (isGone(status, told)) return new ApiFailure("gone", says);
  const wait = waitOf(told.details?.retryAfterSeconds ?? retryAfter, now);
  switch (status) {
    case 401:
      return new ApiFailure("unauthorized", `${asked}: the server does not accept the credentials (401).`);
    case 403:
      return new ApiFailure("forbidden", says);
    case 404:
    case 405:
      return new ApiFailure("absent", says);
    case 413:
      return new ApiFailure("too-large", says);
    case 429:
    case 503:
      return new ApiFailure("busy", says, wait);
    default:
      return new ApiFailure("server", says, wait);
  }
}

/** 410, or a version that this server has not reached yet: another replica, or one restored from a backup. */
function isGone(status: number, { reason, details }: Status): boolean {
  if (status === 410 || reason === "Expired" || reason === "Gone") return true;
  const causes = Array.isArray(details?.causes) ? details.causes : [];
  return causes.some((cause: { readonly reason?: unknown } | null) => cause?.reason === "ResourceVersionTooLarge");
}

function waitOf(value: unknown, now: number): number | undefined {
  if (value === undefined || value === null || value === "") return undefined;
  const seconds = Number(value);
  const wait = Number.isNaN(seconds) ? Date.parse(String(value)) - now : seconds * 1000;
  return Number.isNaN(wait) ? undefined : Math.min(Math.max(wait, 0), LONGEST_WAIT);
}

function statusOf(body: unknown): Status {
  return typeof body === "object" && body !== null ? (body as Status) : {};
}

const SILENT = new Set(["UND_ERR_HEADERS_TIMEOUT", "UND_ERR_BODY_TIMEOUT", "ETIMEDOUT", "TimeoutError"]);

/** What a request threw. */
export function failureOf(asked: string, error: unknown): ApiFailure {
  if (error instanceof ApiFailure) return error;
  const { code, name, message } = innermost(error);
  if (SILENT.has(code) || SILENT.has(name)) return new ApiFailure("silent", `${asked}: the server stopped answering.`);
  return new ApiFailure("unreachable", `${asked}: ${message || code || name}`);
}

function innermost(error: unknown): { readonly code: string; readonly name: string; readonly message: string } {
  if (!(error instanceof Error)) return { code: "", name: "", message: String(error) };
  const [first] = error instanceof AggregateError ? error.errors : [];
  const inner: unknown = first ?? error.cause;
  if (inner instanceof Error) return innermost(inner);
  const code: unknown = "code" in error ? error.code : "";
  return { code: typeof code === "string" ? code : "", name: error.name, message: error.message };
}
