/** The answer of a route that redirects. */
import type { HttpAction } from "../config.ts";
import type { Reply } from "../http/replies.ts";

type Redirect = Extract<HttpAction, { readonly type: "redirect" }>;

/** Scheme, authority and path are replaced where the route says so; the rest of the URL stays. */
export function redirect({ authority, uri, code, ...to }: Redirect, scheme: string, host: string, path: string): Reply {
  const location = `${to.scheme ?? scheme}://${authority ?? host}${uri ?? path}`;
  return { code, headers: ["location", location], details: "direct_response" };
}
