/** Who may call a workload, as far as it shows on a connection; what depends on the request is only marked. */
import type {
  AuthorizationPolicy,
  AuthorizationRule,
  AuthorizationSource,
  Patterns,
} from "../../../mesh/resources/istio.ts";
import type { Meta } from "../../../mesh/resources/meta.ts";
import { entries, type Field, get, isPresent, items, text, texts } from "../field.ts";
import { matchLabels } from "../meta.ts";

/** Istio API: the action is ALLOW where it is not set. */
export function decodeAuthorizationPolicy(root: Field): Omit<AuthorizationPolicy, keyof Meta> {
  const spec = get(root, "spec");
  const selector = matchLabels(get(spec, "selector"), "matchLabels");
  const listed = items(get(spec, "targetRefs"));
  const refs = listed.length === 0 && isPresent(get(spec, "targetRef")) ? [get(spec, "targetRef")] : listed;
  return {
    ...(selector && { selector }),
    hasTargetRefs: refs.length > 0,
    targets: refs.map((ref) => ({ kind: text(get(ref, "kind")) ?? "", name: text(get(ref, "name")) ?? "" })),
    action: text(get(spec, "action")) ?? "ALLOW",
    rules: items(get(spec, "rules")).map(decodeRule),
  };
}

function decodeRule(rule: Field): AuthorizationRule {
  return {
    from: items(get(rule, "from")).map((from) => decodeSource(get(from, "source"))),
    to: items(get(rule, "to")).map((to) => {
      const operation = get(to, "operation");
      return { ports: patterns(operation, "ports", "notPorts"), onRequest: says(operation, ["ports", "notPorts"]) };
    }),
    when: items(get(rule, "when")).length > 0,
  };
}

const IDENTITY = [
  "principals",
  "notPrincipals",
  "namespaces",
  "notNamespaces",
  "serviceAccounts",
  "notServiceAccounts",
];

function decodeSource(source: Field): AuthorizationSource {
  return {
    at: source.at,
    principals: patterns(source, "principals", "notPrincipals"),
    namespaces: patterns(source, "namespaces", "notNamespaces"),
    serviceAccounts: patterns(source, "serviceAccounts", "notServiceAccounts"),
    onRequest: says(source, IDENTITY),
  };
}

function patterns(field: Field, values: string, notValues: string): Patterns {
  return { values: texts(get(field, values)), notValues: texts(get(field, notValues)) };
}

/** Has fields beside these. */
function says(field: Field, known: readonly string[]): boolean {
  return entries(field).some(([key]) => !known.includes(key));
}
