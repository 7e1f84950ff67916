/** MTLS035: a rule names a secret that sidecars never get, so that they send plaintext. */
import { inNamespace } from "../../by-namespace.ts";
import { callIndex } from "../../callers/call-index.ts";
import { clusterFor } from "../../client/cluster.ts";
import { clusterPolicy } from "../../client/traffic-policy.ts";
import type { Mesh } from "../../mesh.ts";
import { fromService } from "../../registry/service.ts";
import type { ClientTls, DestinationRule } from "../../resources/istio.ts";
import { under } from "../../resources/meta.ts";
import { ofKind } from "../../resources/resource.ts";
import { allHaveProxy, type Workload } from "../../workload.ts";
import type { Check, Marked } from "../finding.ts";

export interface UnreadSecret extends Marked {
  readonly code: "MTLS035";
  readonly rule: DestinationRule;
  readonly tls: ClientTls;
  /** A workload with a sidecar that the rule is for. */
  readonly caller: Workload;
}

export const unreadSecret: Check<UnreadSecret> = {
  code: "MTLS035",
  says: "A DestinationRule without workloadSelector names a secret, which sidecars do not get, so they send plaintext.",
  severity: "warning",
  check: ({ mesh, objects }) =>
    ofKind(objects, "DestinationRule")
      .filter(({ workloadSelector }) => workloadSelector === undefined)
      .flatMap((rule) =>
        secretsOf(rule).flatMap((tls): readonly UnreadSecret[] => {
          const caller = knownCaller(mesh, rule, tls) ?? onlySidecars(mesh, rule);
          if (caller === undefined) return [];
          const at = { object: rule, pointer: under(tls.at, "credentialName") };
          return [{ code: "MTLS035", at, part: "value", rule, tls, caller }];
        }),
      ),
};

function secretsOf({ trafficPolicy }: DestinationRule): readonly ClientTls[] {
  const all = [trafficPolicy?.tls, ...(trafficPolicy?.ports ?? []).map(({ tls }) => tls)];
  return all.flatMap((tls) => {
    if (tls === undefined || tls.mode === "DISABLE" || tls.mode === "ISTIO_MUTUAL") return [];
    const secret = tls.credentialName ?? "";
    return secret === "" || secret.startsWith("configmap://") ? [] : [tls];
  });
}

/** Gateways get the secret: only a call of a sidecar is certain to go without. */
function knownCaller(mesh: Mesh, rule: DestinationRule, tls: ClientTls): Workload | undefined {
  for (const { caller, target } of callIndex(mesh).calls) {
    if (target.type !== "service" || caller.type !== "workload" || !allHaveProxy(caller.workload, "sidecar")) continue;
    const { service, port } = target;
    const registered = fromService(service);
    const registeredPort = registered.ports.find((each) => each.port === port.port);
    if (registeredPort === undefined) continue;
    const { namespace, template } = caller.workload;
    const pod = { proxy: "sidecar", namespace, labels: template.labels } as const;
    const cluster = clusterFor(mesh, pod, registered, registeredPort);
    const followed = cluster?.rule?.rules.includes(rule) === true;
    if (followed && clusterPolicy(cluster.rule, port.port, undefined).tls === tls) return caller.workload;
  }
  return undefined;
}

/** A rule that only its own namespace sees, where no gateway is. */
function onlySidecars(mesh: Mesh, { exportTo, namespace }: DestinationRule): Workload | undefined {
  if (exportTo.length === 0 || !exportTo.every((each) => each === "." || each === namespace)) return undefined;
  const there = inNamespace(mesh.workloads, namespace);
  return there.every((workload) => allHaveProxy(workload, "sidecar")) ? there[0] : undefined;
}
