/** Whether a request is allowed, and the refusal. Kubernetes: apiserver/pkg/endpoints/request/requestinfo.go. */
import { type ApiRequest, isSet, type Target, targetOf } from "../http/request.ts";
import { resourceName } from "../kinds/kind.ts";
import { ApiError } from "../status.ts";
import type { Action, Grants } from "./rbac.ts";

const VERBS: Readonly<Record<string, string>> = { POST: "create", PUT: "update", PATCH: "patch", DELETE: "delete" };
/** Every user may ask what there is, and what it may do itself. */
const OPEN = /^\/(api|apis|openapi|version|healthz|livez|readyz)?(\/|$)/;
const OWN = ["selfsubjectaccessreviews", "selfsubjectrulesreviews", "selfsubjectreviews"];

export function authorize(grants: Grants, request: ApiRequest): void {
  const target = targetOf(request.segments);
  if (!target) {
    if (grants.allows(request.user, NOTHING) || OPEN.test(request.path)) return;
    const text = `forbidden: User ${JSON.stringify(request.user.name)} cannot ${request.method.toLowerCase()} path ${JSON.stringify(request.path)}`;
    throw new ApiError(403, "Forbidden", text, {});
  }
  if (OWN.includes(target.plural)) return;
  const action = actionOf(request, target);
  if (!grants.allows(request.user, action)) throw refusal(request.user.name, action);
}

const NOTHING: Action = { verb: "", group: "", resource: "" };

function actionOf(request: ApiRequest, target: Target): Action {
  const { group, plural, namespace, name, subresource } = target;
  const own = plural === "namespaces" && name !== undefined ? name : namespace;
  return {
    verb: verbOf(request, name),
    group,
    resource: plural,
    ...(subresource === undefined ? {} : { subresource }),
    ...(name === undefined ? {} : { name }),
    ...(own === undefined ? {} : { namespace: own }),
  };
}

function verbOf({ method, query }: ApiRequest, name: string | undefined): string {
  if (method === "GET" || method === "HEAD") {
    if (isSet(query, "watch")) return "watch";
    return name === undefined ? "list" : "get";
  }
  if (method === "DELETE" && name === undefined) return "deletecollection";
  return VERBS[method] ?? method.toLowerCase();
}

/** Kubernetes: apiserver/pkg/endpoints/handlers/responsewriters/errors.go Forbidden. */
function refusal(user: string, { verb, group, resource, subresource, name, namespace }: Action): ApiError {
  const whole = subresource === undefined ? resource : `${resource}/${subresource}`;
  const where = namespace === undefined ? "at the cluster scope" : `in the namespace ${JSON.stringify(namespace)}`;
  const what = resourceName({ plural: resource, group });
  const about = name === undefined || name === "" ? what : `${what} ${JSON.stringify(name)}`;
  const text = `${about} is forbidden: User ${JSON.stringify(user)} cannot ${verb} resource ${JSON.stringify(whole)} in API group ${JSON.stringify(group)} ${where}`;
  return new ApiError(403, "Forbidden", text, {
    ...(name ? { name } : {}),
    ...(group === "" ? {} : { group }),
    kind: resource,
  });
}
