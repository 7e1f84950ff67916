/** The body of a request as JSON, whatever its form; what cannot be read is a 400 or 415. */
import { fromProtobuf, isProtobuf } from "../decoding/protobuf.ts";
import { isMap } from "../json.ts";
import type { JsonMap } from "../object.ts";
import { badRequest } from "../requests/refusals.ts";
import { ApiError } from "../status.ts";
import type { ApiRequest } from "./request.ts";

const DEEPEST = 200;

export function mediaType(request: ApiRequest): string {
  return (request.header("content-type").split(";")[0] ?? "").trim().toLowerCase();
}

/** An object; an absent body is an empty one where `optional`. */
export function bodyOf(request: ApiRequest, optional = false): JsonMap {
  if (request.body.length === 0 && optional) return {};
  if (mediaType(request) === "application/vnd.kubernetes.protobuf" || isProtobuf(request.body)) {
    if (!isProtobuf(request.body))
      throw badRequest("provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]");
    return fromProtobuf(request.body);
  }
  const value = jsonOf(request.body);
  if (!isMap(value)) throw badRequest("couldn't get version/kind; json parse error: the body is no JSON object");
  return value;
}

/** JSON, or Go's complaint about it. */
export function jsonOf(body: Buffer): unknown {
  const text = body.toString();
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw badRequest(complaint(text));
  }
  if (depthOf(value, 0) > DEEPEST) throw badRequest("the body of the request is nested too deeply");
  return value;
}

function depthOf(value: unknown, depth: number): number {
  if (typeof value !== "object" || value === null || depth > DEEPEST) return depth;
  return Object.values(value).reduce<number>((deepest, each) => Math.max(deepest, depthOf(each, depth + 1)), depth);
}

/** Go: encoding/json scanner.go, for the place where it is usually wrong: a key. */
function complaint(text: string): string {
  if (text.trim() === "") return "unexpected end of JSON input";
  const key = /[{,]\s*([^\s"}])/.exec(text);
  if (key) return `invalid character '${key[1]}' looking for beginning of object key string`;
  const first = text.trim()[0] ?? "";
  return /[[{"\d\-tfn]/.test(first)
    ? "unexpected end of JSON input"
    : `invalid character '${first}' looking for beginning of value`;
}

/** 415 of a patch whose type the kind does not take; clients add what they tried. */
export function unsupportedPatch(accepted: readonly string[]): ApiError {
  const text = `the body of the request was in an unknown format - accepted media types include: ${accepted.join(", ")}`;
  return new ApiError(415, "UnsupportedMediaType", text);
}
