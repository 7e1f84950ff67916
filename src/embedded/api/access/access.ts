/** Who a request is from, and what of it concerns users: impersonation, reviews, tokens. */
import { bodyOf } from "../http/body.ts";
import type { Listing } from "../http/list.ts";
import { type Answer, type ApiRequest, ok, type User } from "../http/request.ts";
import { mapOf } from "../json.ts";
import type { Kinds } from "../kinds/kind.ts";
import { notFound } from "../requests/refusals.ts";
import type { Resources } from "../resources.ts";
import { ApiError } from "../status.ts";
import { authorize } from "./authorize.ts";
import { grantsOf, isMaster } from "./rbac.ts";
import { reviewed, reviewsOf } from "./reviews.ts";
import { createTokens } from "./tokens.ts";

export interface Access {
  userOf(token: string): User | undefined;
  /** The request as the one for whom it is made; refused where they may not. */
  admitted(request: ApiRequest): ApiRequest;
  /** The answer, where the request is a question about users. */
  answer(listing: Listing): Answer | undefined;
}

export function createAccess(resources: Resources, kinds: Kinds, now: () => number): Access {
  const grants = grantsOf(resources, kinds);
  const tokens = createTokens(now);
  const reviews = reviewsOf(grants, tokens.userOf);
  return {
    userOf: tokens.userOf,
    admitted(request) {
      const own = { ...request, user: impersonated(request) };
      authorize(grants, own);
      return own;
    },
    answer({ kind, target, request }) {
      const { namespace = "", name, subresource } = target;
      const review = kind.group.endsWith(".k8s.io") ? reviews[kind.plural] : undefined;
      if (review && request.method === "POST") return ok(reviewed(review, request, namespace), 201);
      if (kind.plural !== "serviceaccounts" || subresource !== "token" || name === undefined) return undefined;
      const account = resources.find(kind, { namespace, name });
      if (!account) throw notFound(kind, name);
      const body = bodyOf(request);
      return ok({ ...body, status: tokens.issue(account, mapOf(body.spec)) }, 201);
    },
  };
}

/** Only the owner of the mesh acts for others. */
function impersonated({ user, header }: ApiRequest): User {
  const name = header("impersonate-user");
  const groups = header("impersonate-group")
    .split(",")
    .map((each) => each.trim())
    .filter((each) => each !== "");
  if (name === "" && groups.length === 0) return user;
  if (!isMaster(user)) {
    const text = `users "${name}" is forbidden: User "${user.name}" cannot impersonate resource "users" in API group "" at the cluster scope`;
    throw new ApiError(403, "Forbidden", text, { name, kind: "users" });
  }
  const [, account, namespace = ""] = /^system:(serviceaccount):([^:]+):/.exec(name) ?? [];
  const implied = account === undefined ? [] : ["system:serviceaccounts", `system:serviceaccounts:${namespace}`];
  return { name, groups: [...groups, ...implied, "system:authenticated"] };
}
