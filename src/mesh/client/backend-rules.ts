/** BackendTLSPolicies of the Gateway API, as the DestinationRules that Istio makes of them. */
import { remembered } from "../memo.ts";
import type { Mesh } from "../mesh.ts";
import { hostOf } from "../registry/host.ts";
import type { Service } from "../resources/core.ts";
import type { ClientTls, DestinationRule, ServiceEntry, TrafficPolicy } from "../resources/istio.ts";
import type { BackendTlsPolicy } from "../resources/routes.ts";

export function backendRules({
  backendPolicies,
  services,
  serviceEntries,
  configMaps,
}: Mesh): Mesh["destinationRules"] {
  if (backendPolicies.length === 0) return NONE;
  return made(backendPolicies)(services)(serviceEntries)(configMaps);
}

const NONE: Mesh["destinationRules"] = [];

const made = remembered((policies: Mesh["backendPolicies"]) =>
  remembered((services: Mesh["services"]) =>
    remembered((entries: Mesh["serviceEntries"]) =>
      remembered((configMaps: Mesh["configMaps"]) => rulesOf(policies, [...services, ...entries], configMaps)),
    ),
  ),
);

/** One target of one policy. */
interface Attached {
  readonly policy: BackendTlsPolicy;
  readonly target: Service | ServiceEntry;
  readonly section?: string;
}

const IGNORED = "istio.io/ignore-policy-attachment";

/**
 * One rule for each host of what policies of its namespace attach to. Of several policies for one target, or one port
 * of it, the oldest counts. The rule is for all clients, as rules without `exportTo` are.
 * Istio: pilot/pkg/config/kube/gateway/backend_policies.go DestinationRuleCollection, btlsIsConflicted.
 */
function rulesOf(
  policies: Mesh["backendPolicies"],
  known: readonly (Service | ServiceEntry)[],
  configMaps: Mesh["configMaps"],
): readonly DestinationRule[] {
  const counted = policies.filter(({ annotations }) => annotations[IGNORED]?.toLowerCase() !== "true");
  const attached = counted.flatMap((policy) => attachedBy(policy, known));
  return [...Map.groupBy(attached, ({ target }) => target)].flatMap(([target, all]) => {
    const trafficPolicy = policyOf(target, all, configMaps);
    const byAge = all.map(({ policy }) => policy);
    return hostsOf(target).flatMap((host) => ruleFor(host, byAge, trafficPolicy));
  });
}

/** A section that the target does not have makes the policy be for nothing of it. */
function attachedBy(policy: BackendTlsPolicy, known: readonly (Service | ServiceEntry)[]): readonly Attached[] {
  return policy.targets.flatMap(({ kind, name, section }): Attached[] => {
    const target = known.find(
      (each) => each.kind === kind && each.name === name && each.namespace === policy.namespace,
    );
    if (target === undefined) return [];
    if (section === undefined) return [{ policy, target }];
    return portNamed(target, section) === undefined ? [] : [{ policy, target, section }];
  });
}

function hostsOf(target: Service | ServiceEntry): readonly string[] {
  return target.kind === "Service" ? [hostOf(target)] : target.hosts;
}

function portNamed(target: Service | ServiceEntry, name: string): number | undefined {
  return target.kind === "Service"
    ? target.ports.find((port) => port.name === name)?.port
    : target.ports.find((port) => port.name === name)?.number;
}

function policyOf(
  target: Service | ServiceEntry,
  all: readonly Attached[],
  configMaps: Mesh["configMaps"],
): TrafficPolicy {
  const whole = all.find(({ section }) => section === undefined);
  const sections = new Map(
    all.toReversed().flatMap((each) => (each.section === undefined ? [] : [[each.section, each]])),
  );
  const ports = [...sections].flatMap(([section, { policy }]) => {
    const port = portNamed(target, section);
    return port === undefined ? [] : [{ port, tls: tlsOf(policy, configMaps), hasLoadBalancer: false }];
  });
  return {
    ports,
    hasLoadBalancer: false,
    ...(whole === undefined ? {} : { tls: tlsOf(whole.policy, configMaps) }),
  };
}

/** Sidecars are given no TLS for a secret that is not theirs; gateways wait for it for ever. */
export const INVALID = "invalid://";

/**
 * The certificates of the system, or those of a ConfigMap. Where they cannot be read, the secret of a name that is never
 * there is asked for. Istio: getBackendTLSCredentialName.
 */
function tlsOf(policy: BackendTlsPolicy, configMaps: Mesh["configMaps"]): ClientTls {
  const { authority, namespace, name, hostname } = policy;
  const found = authorityOf(policy, configMaps);
  const own = authority === undefined ? undefined : `configmap://${namespace}/${authority.name}`;
  const credentialName = found === "invalid" ? INVALID : own;
  const untold = `whether ConfigMap ${namespace}/${authority?.name} of BackendTLSPolicy ${namespace}/${name} holds certificates is not in these files`;
  return {
    at: "/spec/validation",
    by: policy,
    mode: "SIMPLE",
    ...(credentialName === undefined ? {} : { credentialName }),
    ...(hostname === undefined ? {} : { sni: hostname }),
    ...(found === "not-in-view" ? { untold } : {}),
  };
}

/** Only a ConfigMap with a certificate under one of two keys will do. */
function authorityOf(
  { authority, namespace }: BackendTlsPolicy,
  configMaps: Mesh["configMaps"],
): "valid" | "invalid" | "not-in-view" {
  if (authority === undefined) return "valid";
  if (authority.kind !== "ConfigMap") return "invalid";
  const found = configMaps.find((each) => each.name === authority.name && each.namespace === namespace);
  if (found === undefined || found.gaps.length > 0) return "not-in-view";
  return ["cacert", "ca.crt"].some((key) => (found.data[key] ?? "") !== "") ? "valid" : "invalid";
}

function ruleFor(host: string, policies: readonly BackendTlsPolicy[], trafficPolicy: TrafficPolicy): DestinationRule[] {
  const [first] = policies;
  const own = { kind: "DestinationRule", madeFrom: policies, host, trafficPolicy, subsets: [], exportTo: [] } as const;
  return first === undefined ? [] : [{ ...first, ...own }];
}
