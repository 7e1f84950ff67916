/** What a user may do, by Roles and their bindings. Kubernetes: plugin/pkg/auth/authorizer/rbac/rbac.go. */
import type { User } from "../http/request.ts";
import { listOf, mapOf, mapsOf, textOf } from "../json.ts";
import type { Kinds } from "../kinds/kind.ts";
import type { JsonMap, KubernetesObject } from "../object.ts";
import type { Resources } from "../resources.ts";

export interface Action {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource?: string;
  readonly name?: string;
  readonly namespace?: string;
}

/** The rules that concern a user in a namespace; without one, those of the whole cluster. */
export interface Grants {
  allows(user: User, action: Action): boolean;
  rules(user: User, namespace: string): readonly JsonMap[];
}

const RBAC = "rbac.authorization.k8s.io";

export function grantsOf(resources: Resources, kinds: Kinds): Grants {
  const list = (plural: string, namespace?: string) => {
    const kind = kinds.byResource(RBAC, plural);
    return kind ? resources.list(kind, namespace) : [];
  };
  const roleRules = (binding: KubernetesObject): readonly JsonMap[] => {
    const { kind, name } = mapOf(binding.roleRef);
    const cluster = kind === "ClusterRole";
    const role = list(cluster ? "clusterroles" : "roles", cluster ? undefined : binding.metadata.namespace).find(
      ({ metadata }) => metadata.name === name,
    );
    return mapsOf(role?.rules);
  };
  const rules = (user: User, namespace: string): readonly JsonMap[] => {
    const bindings = [...list("clusterrolebindings"), ...(namespace === "" ? [] : list("rolebindings", namespace))];
    return bindings.filter((binding) => binds(binding, user)).flatMap(roleRules);
  };
  return {
    rules,
    allows: (user, action) =>
      isMaster(user) || rules(user, action.namespace ?? "").some((rule) => covers(rule, action)),
  };
}

export function isMaster({ groups }: User): boolean {
  return groups.includes("system:masters");
}

function binds({ subjects, metadata }: KubernetesObject, user: User): boolean {
  return mapsOf(subjects).some(({ kind, name, namespace }) => {
    if (kind === "User") return name === user.name;
    if (kind === "Group") return user.groups.includes(textOf(name));
    return user.name === `system:serviceaccount:${textOf(namespace) || metadata.namespace}:${textOf(name)}`;
  });
}

function covers(rule: JsonMap, { verb, group, resource, subresource, name }: Action): boolean {
  const has = (field: string, value: string) => {
    const values = listOf(rule[field]);
    return values.includes("*") || values.includes(value);
  };
  const names = listOf(rule.resourceNames);
  const whole = subresource === undefined ? resource : `${resource}/${subresource}`;
  return (
    has("verbs", verb) &&
    has("apiGroups", group) &&
    has("resources", whole) &&
    (names.length === 0 || names.includes(name ?? ""))
  );
}
