/** The CEL rules of Istio's CRDs, each as a function. The generated schemas name them by their text. */
import { nanoseconds } from "./duration.ts";
import { entryOf, isMap, type JsonMap } from "./json.ts";

/** That a rule does not hold: which entry breaks it, and the error if CEL could not evaluate it. */
export interface Failure {
  readonly key?: string;
  readonly error?: string;
}

/** Asked only about values that the structure of the schema allows. */
export type Rule = (self: unknown) => Failure | undefined;

export const RULES: Readonly<Record<string, Rule>> = {
  "self.all(key, 0 < int(key) && int(key) <= 65535)": keysArePorts,
  "self.all(key, key.size() != 0)": (self) => failingKey(self, (key) => key !== ""),
  'self.all(key, !key.contains("*"))': (self) => failingKey(self, (key) => !key.includes("*")),
  '!self.contains("*")': hasNoWildcard,
  "duration(self) >= duration('1ms')": isMillisecondOrMore,
  "has(self.portLevelMtls) ? (((has(self.selector) && has(self.selector.matchLabels)) ? self.selector.matchLabels : {}).size() > 0) : true":
    portsNeedSelector,
  "(has(self.tlsCertificates) ? 1 : 0) + (has(self.credentialNames) ? 1 : 0) <= 1": notBoth(
    "tlsCertificates",
    "credentialNames",
  ),
  "(has(self.credentialName) ? 1 : 0) + (has(self.credentialNames) ? 1 : 0) <= 1": notBoth(
    "credentialName",
    "credentialNames",
  ),
  "(has(self.credentialNames) ? 1 : 0) + (has(self.tlsCertificates) ? 1 : 0) <= 1": notBoth(
    "credentialNames",
    "tlsCertificates",
  ),
};

/**
 * A key is a port number from 1 to 65535; one that is out of range counts before one that is no number, since
 * `false && error` is false in CEL. Istio: security/v1beta1/peer_authentication.proto port_level_mtls.
 */
function keysArePorts(self: unknown): Failure | undefined {
  const outside = failingKey(self, (key) => {
    const port = celInteger(key);
    return port === undefined || (port > 0 && port <= 65535);
  });
  const unread = failingKey(self, (key) => celInteger(key) !== undefined);
  return outside ?? (unread && { ...unread, error: "type conversion error from 'string' to 'int'" });
}

/** CEL's `int()` of a text: decimal, with a sign, 64 bits. */
function celInteger(text: string): number | undefined {
  if (!/^[-+]?\d+$/.test(text)) return undefined;
  const value = Number(text);
  return Math.abs(value) <= 2 ** 63 ? value : undefined;
}

/** Labels of a selector are compared whole. Istio: type/v1beta1/selector.proto match_labels. */
function hasNoWildcard(self: unknown): Failure | undefined {
  return typeof self === "string" && self.includes("*") ? {} : undefined;
}

/** Istio: networking/v1alpha3/destination_rule.proto, and istio.io/api's schema of google.protobuf.Duration. */
function isMillisecondOrMore(self: unknown): Failure | undefined {
  const time = nanoseconds(String(self));
  if (time === undefined) return { error: "type conversion error from 'string' to 'google.protobuf.Duration'" };
  return time >= 1e6 ? undefined : {};
}

/** Modes of single ports are for workloads, so they need labels to select by. Istio: peer_authentication.proto. */
function portsNeedSelector(self: unknown): Failure | undefined {
  if (!isMap(self) || !Object.hasOwn(self, "portLevelMtls")) return undefined;
  const selector = entryOf(self, "selector");
  const labels = isMap(selector) ? entryOf(selector, "matchLabels") : undefined;
  return isMap(labels) && Object.keys(labels).length > 0 ? undefined : { key: "portLevelMtls" };
}

/** Two ways to name certificates exclude each other. Istio: networking/v1alpha3/gateway.proto ServerTLSSettings. */
function notBoth(one: string, other: string): Rule {
  return (self) => {
    const has = (name: string) => isMap(self) && Object.hasOwn(self, name);
    return has(one) && has(other) ? { key: other } : undefined;
  };
}

function failingKey(self: unknown, holds: (key: string) => boolean): Failure | undefined {
  const key = Object.keys(self as JsonMap).find((each) => !holds(each));
  return key === undefined ? undefined : { key };
}
