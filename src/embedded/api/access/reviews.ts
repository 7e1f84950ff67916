/** Questions about users that are asked by creating an object: may I, who am I, whose is this token. */
import { bodyOf } from "../http/body.ts";
import type { ApiRequest, User } from "../http/request.ts";
import { listOf, mapOf, textOf } from "../json.ts";
import type { JsonMap } from "../object.ts";
import { type Action, type Grants, isMaster } from "./rbac.ts";

type Review = (spec: JsonMap, request: ApiRequest, namespace: string) => JsonMap;

/** The answers to reviews, by the plural of their kind. */
export function reviewsOf(
  grants: Grants,
  userOf: (token: string) => User | undefined,
): Readonly<Record<string, Review>> {
  const own: Review = (spec, { user }) => verdict(grants, user, spec);
  const others: Review = (spec) =>
    verdict(grants, { name: textOf(spec.user), groups: listOf(spec.groups).map(textOf) }, spec);
  return {
    selfsubjectaccessreviews: own,
    subjectaccessreviews: others,
    localsubjectaccessreviews: others,
    selfsubjectreviews: (_spec, { user }) => ({ userInfo: { username: user.name, groups: user.groups } }),
    selfsubjectrulesreviews: (spec, { user }) => rules(grants, user, textOf(spec.namespace)),
    tokenreviews: (spec) => {
      const user = userOf(textOf(spec.token));
      return user
        ? { authenticated: true, user: { username: user.name, groups: user.groups } }
        : { authenticated: false, error: "the token is not valid" };
    },
  };
}

/** The review with its answer. */
export function reviewed(review: Review, request: ApiRequest, namespace: string): JsonMap {
  const { status: _, ...body } = bodyOf(request);
  return {
    ...body,
    metadata: { creationTimestamp: null, ...mapOf(body.metadata) },
    status: review(mapOf(body.spec), request, namespace),
  };
}

function verdict(grants: Grants, user: User, { resourceAttributes, nonResourceAttributes }: JsonMap): JsonMap {
  const { verb, group, resource, subresource, name, namespace } = mapOf(resourceAttributes);
  if (nonResourceAttributes !== undefined) return { allowed: isMaster(user) };
  const action: Action = {
    verb: textOf(verb),
    group: textOf(group),
    resource: textOf(resource),
    ...(textOf(subresource) === "" ? {} : { subresource: textOf(subresource) }),
    ...(textOf(name) === "" ? {} : { name: textOf(name) }),
    ...(textOf(namespace) === "" ? {} : { namespace: textOf(namespace) }),
  };
  return { allowed: grants.allows(user, action) };
}

/** What everybody may do. Kubernetes: the ClusterRoles system:basic-user and system:discovery. */
const EVERYBODY: readonly JsonMap[] = [
  {
    verbs: ["create"],
    apiGroups: ["authorization.k8s.io"],
    resources: ["selfsubjectaccessreviews", "selfsubjectrulesreviews"],
  },
  { verbs: ["create"], apiGroups: ["authentication.k8s.io"], resources: ["selfsubjectreviews"] },
];
const PATHS = [
  "/api",
  "/api/*",
  "/apis",
  "/apis/*",
  "/healthz",
  "/livez",
  "/openapi",
  "/openapi/*",
  "/readyz",
  "/version",
];
const EVERYTHING: JsonMap = { verbs: ["*"], apiGroups: ["*"], resources: ["*"] };

function rules(grants: Grants, user: User, namespace: string): JsonMap {
  const granted = grants.rules(user, namespace);
  const all = isMaster(user) ? [EVERYTHING, ...granted] : granted;
  return {
    incomplete: false,
    nonResourceRules: [
      { verbs: ["get"], nonResourceURLs: PATHS },
      ...(isMaster(user) ? [{ verbs: ["*"], nonResourceURLs: ["*"] }] : []),
    ],
    resourceRules: [...all, ...EVERYBODY],
  };
}
