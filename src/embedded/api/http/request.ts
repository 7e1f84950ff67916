/** A request as the API understands it: who asks for what, in which form the answer is wanted. */

export interface User {
  readonly name: string;
  readonly groups: readonly string[];
}

export interface ApiRequest {
  readonly method: string;
  /** Decoded, without the empty ones. */
  readonly segments: readonly string[];
  readonly path: string;
  readonly query: URLSearchParams;
  header(name: string): string;
  readonly body: Buffer;
  readonly user: User;
  /** Aborted when the client is gone. */
  readonly signal: AbortSignal;
}

/** The resource that a path names. */
export interface Target {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly subresource?: string;
  /** What follows a subresource: the path of a proxy. */
  readonly rest: readonly string[];
}

/** `/api/v1/…` or `/apis/<group>/<version>/…`; undefined for other paths. */
export function targetOf(segments: readonly string[]): Target | undefined {
  const [root, ...others] = segments;
  const core = root === "api";
  if (!core && root !== "apis") return undefined;
  const [group = "", version = "", ...path] = core ? ["", ...others] : others;
  if (version === "" || path.length === 0) return undefined;
  const head = { group, version };
  const [first = "", second, third, ...more] = path;
  const namespaced =
    first === "namespaces" && second !== undefined && third !== undefined && !ON_NAMESPACE.includes(third);
  if (!namespaced) return { ...head, plural: first, ...namedBy(second, third), rest: more };
  const [name, subresource, ...rest] = more;
  return { ...head, plural: third, namespace: second, ...namedBy(name, subresource), rest };
}

const ON_NAMESPACE = ["status", "finalize"];

function namedBy(name: string | undefined, subresource: string | undefined) {
  return { ...(name === undefined ? {} : { name }), ...(subresource === undefined ? {} : { subresource }) };
}

export interface Form {
  readonly as: "object" | "table" | "metadata";
}

/** The first form that the client accepts and the server has. */
export function formOf(accept: string): Form {
  for (const each of accept.split(",")) {
    const [type = "", ...parameters] = each.split(";").map((part) => part.trim());
    const as = parameters.find((part) => part.startsWith("as="))?.slice(3);
    if (type !== "application/json" && type !== "*/*" && type !== "application/*") continue;
    if (as === "Table") return { as: "table" };
    if (as === "PartialObjectMetadata" || as === "PartialObjectMetadataList") return { as: "metadata" };
    return { as: "object" };
  }
  return { as: "object" };
}

export function isSet(query: URLSearchParams, name: string): boolean {
  const value = query.get(name);
  return value === "" || value === "1" || value === "true";
}

/** What an answer is: JSON, text, or a stream that the handler writes itself. */
export type Answer =
  | { readonly status: number; readonly json: unknown; readonly type?: string }
  | { readonly status: number; readonly text: string; readonly type?: string }
  | { readonly status: number; readonly bytes: Buffer; readonly type: string }
  | {
      readonly status: number;
      readonly stream: AsyncIterable<string | Buffer>;
      readonly type: string;
      readonly headers?: Readonly<Record<string, string>>;
    };

export function ok(json: unknown, status = 200): Answer {
  return { status, json };
}
