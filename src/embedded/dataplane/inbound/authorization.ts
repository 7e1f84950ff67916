/** Whether AuthorizationPolicies let a request or connection in. Istio: pilot/pkg/security/authz, Envoy's RBAC filters. */
import type { AuthorizationRule, AuthorizationRules, Condition } from "../config.ts";

/** The value of an attribute; undefined where there is none, as plaintext has no principal. */
export type Attribute = (key: string) => string | undefined;

export interface Verdict {
  readonly allowed: boolean;
  /** `ns[…]-policy[…]-rule[…]`, or `none`. */
  readonly matched: string;
}

/** DENY before ALLOW; with an ALLOW policy at all, one of them must match. CUSTOM needs a provider and AUDIT a log: neither decides. */
export function authorize(
  policies: readonly AuthorizationRules[],
  attribute: Attribute,
  protocol: "http" | "tcp",
): Verdict {
  const first = (action: AuthorizationRules["action"]) => {
    for (const policy of policies) {
      if (policy.action !== action) continue;
      const rule = policy.rules.findIndex((one) => holds(one, attribute, protocol, action));
      if (rule >= 0) return `ns[${policy.namespace}]-policy[${policy.name}]-rule[${rule}]`;
    }
    return undefined;
  };
  const denied = first("DENY");
  if (denied !== undefined) return { allowed: false, matched: denied };
  if (!policies.some(({ action }) => action === "ALLOW")) return { allowed: true, matched: "none" };
  const allowed = first("ALLOW");
  return { allowed: allowed !== undefined, matched: allowed ?? "none" };
}

/**
 * All parts hold, and in a part one of its alternatives. On a TCP port a rule that asks for HTTP allows nothing, and denies
 * without regard to what it asks of HTTP. Istio: pilot/pkg/security/authz/model/model.go checkError.
 */
function holds(
  { from, to, when }: AuthorizationRule,
  attribute: Attribute,
  protocol: "http" | "tcp",
  action: AuthorizationRules["action"],
): boolean {
  const onlyHttp = ({ key }: Condition) => protocol === "tcp" && key.startsWith("request.");
  if (action === "ALLOW" && [...from, ...to, when].some((part) => part.some(onlyHttp))) return false;
  const all = (conditions: readonly Condition[]) =>
    conditions.every((condition) => onlyHttp(condition) || fulfilled(condition, attribute));
  const some = (alternatives: readonly (readonly Condition[])[]) => alternatives.length === 0 || alternatives.some(all);
  return some(from) && some(to) && all(when);
}

function fulfilled({ key, values, notValues }: Condition, attribute: Attribute): boolean {
  const value = attribute(key);
  const fits = (pattern: string) => value !== undefined && matches(key, pattern, value);
  return (values.length === 0 || values.some(fits)) && !notValues.some(fits);
}

const ADDRESSES = ["source.ip", "remote.ip", "destination.ip"];

function matches(key: string, pattern: string, value: string): boolean {
  if (ADDRESSES.includes(key)) return inRange(pattern, value);
  if (key === "request.host") return fitsText(pattern.toLowerCase(), value.toLowerCase());
  if (key === "request.path" && /\{\*\*?\}/.test(pattern)) return templateOf(pattern).test(value);
  return fitsText(pattern, value);
}

/** Exact, `prefix*`, `*suffix`, or `*` for anything that is there. */
function fitsText(pattern: string, value: string): boolean {
  if (pattern === "*") return value !== "";
  if (pattern.startsWith("*")) return value.endsWith(pattern.slice(1));
  if (pattern.endsWith("*")) return value.startsWith(pattern.slice(0, -1));
  return pattern === value;
}

/** `{*}` is one part of a path, `{**}` any number of them. */
function templateOf(pattern: string): RegExp {
  const parts = pattern.split(/(\{\*\*?\})/).map((part) => {
    if (part === "{*}") return "[^/]+";
    return part === "{**}" ? ".*" : part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  });
  return new RegExp(`^${parts.join("")}$`);
}

/** An address, or a range as `10.0.0.0/8`. */
function inRange(range: string, ip: string): boolean {
  const [base = "", length = "32"] = range.split("/");
  const size = 2 ** (32 - Number(length));
  return Math.floor(numberOf(base) / size) === Math.floor(numberOf(ip) / size);
}

function numberOf(ip: string): number {
  return ip.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
}
