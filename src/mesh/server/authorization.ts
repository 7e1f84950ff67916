/** Whether AuthorizationPolicies refuse a connection, as far as it shows on the connection itself. */
import { inNamespace } from "../by-namespace.ts";
import { hasLabels } from "../labels.ts";
import type { Mesh } from "../mesh.ts";
import type { AuthorizationPolicy, AuthorizationRule, AuthorizationSource, Patterns } from "../resources/istio.ts";
import type { Replica } from "../workload.ts";

/** A connection at its server. Without mutual TLS the caller has no identity. */
export interface Connection {
  readonly identity?: { readonly namespace: string; readonly account: string } | "not-known";
  readonly port: number;
}

export function refusedBy(mesh: Mesh, server: Replica, connection: Connection): AuthorizationPolicy | undefined {
  return refusal(mesh, policiesFor(mesh, server), connection);
}

/**
 * A policy that denies and matches refuses; where policies allow, one of them must match. What depends on the request –
 * paths, headers, tokens, addresses – is taken as fulfilled: the mode of mutual TLS does not change it.
 * Istio: pilot/pkg/security/authz/builder/builder.go; API: security/v1beta1 authorization_policy.proto.
 */
export function refusal(
  mesh: Mesh,
  policies: readonly AuthorizationPolicy[],
  connection: Connection,
): AuthorizationPolicy | undefined {
  const matches = (policy: AuthorizationPolicy) =>
    policy.rules.some((rule) => ruleMatches(mesh, policy, rule, connection));
  const denying = policies.find((policy) => policy.action === "DENY" && deniesSurely(policy) && matches(policy));
  if (denying !== undefined) return denying;
  const allowing = policies.filter(({ action }) => action === "ALLOW");
  return allowing.length === 0 || allowing.some(matches) ? undefined : allowing[0];
}

/** Of the root namespace for all, of the pod's namespace for those that they select or name; dry runs do nothing. */
function policiesFor(mesh: Mesh, server: Replica): readonly AuthorizationPolicy[] {
  const namespaces = new Set([mesh.config.rootNamespace, server.namespace]);
  return [...namespaces]
    .flatMap((each) => inNamespace(mesh.authorizationPolicies, each))
    .filter((policy) => policy.annotations["istio.io/dry-run"] !== "true" && attaches(policy, server));
}

/**
 * By labels; with targetRefs only to the gateway of that name in the namespace of the policy.
 * Istio: pilot/pkg/model/policyattachment.go ShouldAttachPolicy.
 */
export function attaches(policy: AuthorizationPolicy, { namespace, labels }: Replica): boolean {
  if (!policy.hasTargetRefs) return hasLabels(labels, policy.selector ?? {});
  const gateway = labels["gateway.networking.k8s.io/gateway-name"];
  const named = policy.targets.some(({ kind, name }) => kind === "Gateway" && name === gateway);
  return named && policy.namespace === namespace;
}

/** A rule that also asks something of the request denies only some requests of a connection. */
function deniesSurely({ rules }: AuthorizationPolicy): boolean {
  return rules.some(
    ({ from, to, when }) =>
      !when && from.every(({ onRequest }) => !onRequest) && to.every(({ onRequest }) => !onRequest),
  );
}

/** Some source, some operation; a list that is not there matches everything. */
function ruleMatches(
  mesh: Mesh,
  policy: AuthorizationPolicy,
  { from, to }: AuthorizationRule,
  connection: Connection,
): boolean {
  const source = from.length === 0 || from.some((each) => sourceMatches(mesh, policy, each, connection));
  return source && (to.length === 0 || to.some(({ ports }) => inPatterns(ports, String(connection.port))));
}

/** All fields that are there must match. An identity that is not known is taken to match. */
function sourceMatches(
  mesh: Mesh,
  policy: AuthorizationPolicy,
  { principals, namespaces, serviceAccounts }: AuthorizationSource,
  { identity }: Connection,
): boolean {
  if (identity === "not-known") return true;
  const own = (account: string) => (account.includes("/") ? account : `${policy.namespace}/${account}`);
  const accounts = { values: serviceAccounts.values.map(own), notValues: serviceAccounts.notValues.map(own) };
  const { namespace, account } = identity ?? {};
  return (
    inPatterns(principals, identity && `${mesh.config.trustDomain}/ns/${namespace}/sa/${account}`) &&
    inPatterns(namespaces, namespace) &&
    inPatterns(accounts, identity && `${namespace}/${account}`)
  );
}

/** Nothing matches a wanted value where there is none, not even `*`; and nothing unwanted matches it. */
function inPatterns({ values, notValues }: Patterns, value: string | undefined): boolean {
  const wanted = values.length === 0 || (value !== undefined && values.some((pattern) => fits(pattern, value)));
  return wanted && !(value !== undefined && notValues.some((pattern) => fits(pattern, value)));
}

/** Exact, `prefix*`, `*suffix`, or `*` for anything that is there. */
function fits(pattern: string, value: string): boolean {
  if (pattern === "*") return value !== "";
  if (pattern.startsWith("*")) return value.endsWith(pattern.slice(1));
  if (pattern.endsWith("*")) return value.startsWith(pattern.slice(0, -1));
  return pattern === value;
}
