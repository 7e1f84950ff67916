/** Whether AuthorizationPolicies let a request or connection in. Istio: pilot/pkg/security/authz/builder, Envoy's RBAC filters. */
import type { AuthorizationRule, AuthorizationRules, Condition } from "../config.ts";

/** The value of an attribute; undefined where the request has none, as plaintext has no principal. */
export type Attribute = (key: string) => string | undefined;

export interface Verdict {
  readonly allowed: boolean;
  /** `ns[…]-policy[…]-rule[…]`, or `none`. */
  readonly matched: string;
  readonly audited: boolean;
}

/** DENY before ALLOW; with an ALLOW policy at all, one of them must match. CUSTOM needs a provider and is not asked. AUDIT only marks. */
export function authorize(policies: readonly AuthorizationRules[], attribute: Attribute): Verdict {
  const audited = policies.some((policy) => policy.action === "AUDIT" && matching(policy, attribute) !== undefined);
  for (const policy of policies) {
    const rule = policy.action === "DENY" ? matching(policy, attribute) : undefined;
    if (rule !== undefined) return { allowed: false, matched: nameOf(policy, rule), audited };
  }
  const allowing = policies.filter(({ action }) => action === "ALLOW");
  if (allowing.length === 0) return { allowed: true, matched: "none", audited };
  for (const policy of allowing) {
    const rule = matching(policy, attribute);
    if (rule !== undefined) return { allowed: true, matched: nameOf(policy, rule), audited };
  }
  return { allowed: false, matched: "none", audited };
}

function matching({ rules }: AuthorizationRules, attribute: Attribute): number | undefined {
  const index = rules.findIndex((rule) => holds(rule, attribute));
  return index < 0 ? undefined : index;
}

function nameOf({ namespace, name }: AuthorizationRules, rule: number): string {
  return `ns[${namespace}]-policy[${name}]-rule[${rule}]`;
}

function holds({ from, to, when }: AuthorizationRule, attribute: Attribute): boolean {
  const all = (conditions: readonly Condition[]) => conditions.every((condition) => fulfilled(condition, attribute));
  const some = (alternatives: readonly (readonly Condition[])[]) => alternatives.length === 0 || alternatives.some(all);
  return some(from) && some(to) && all(when);
}

function fulfilled({ key, values, notValues }: Condition, attribute: Attribute): boolean {
  const value = attribute(key);
  const fits = (pattern: string) => value !== undefined && matches(key, pattern, value);
  return (values.length === 0 || values.some(fits)) && !notValues.some(fits);
}

function matches(key: string, pattern: string, value: string): boolean {
  if (key === "source.ip" || key === "remote.ip" || key === "destination.ip") return inRange(pattern, value);
  if (pattern === "*") return value !== "";
  if (pattern.startsWith("*")) return value.endsWith(pattern.slice(1));
  if (pattern.endsWith("*")) return value.startsWith(pattern.slice(0, -1));
  const folded = key === "request.host";
  return folded ? pattern.toLowerCase() === value.toLowerCase() : pattern === value;
}

/** An address, or a range as `10.0.0.0/8`. */
function inRange(range: string, ip: string): boolean {
  const [base = "", length = "32"] = range.split("/");
  const bits = 32 - Number(length);
  return Math.floor(numberOf(base) / 2 ** bits) === Math.floor(numberOf(ip) / 2 ** bits);
}

function numberOf(ip: string): number {
  return ip.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
}
