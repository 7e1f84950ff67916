/** Callers that an AuthorizationPolicy allows by name: its author expects their calls. */
import { inNamespace } from "../by-namespace.ts";
import { hasLabels } from "../labels.ts";
import { remembered, rememberedFrom } from "../memo.ts";
import type { Mesh } from "../mesh.ts";
import type { AuthorizationPolicy, AuthorizationSource } from "../resources/istio.ts";
import { type Pointer, under } from "../resources/meta.ts";
import { servicesOf } from "../server/ports.ts";
import { familyOf, isTls } from "../server/protocol.ts";
import { isGatewayPod, type Workload } from "../workload.ts";
import type { Call } from "./call.ts";

/** A service account that a source names, and where. */
interface Named {
  readonly pointer: Pointer;
  readonly namespace: string;
  readonly account: string;
}

export function callsFromAuthorization(mesh: Mesh): readonly Call[] {
  return mesh.authorizationPolicies
    .filter(({ action, hasTargetRefs }) => action === "ALLOW" && !hasTargetRefs)
    .flatMap((policy) => {
      const callers = callersNamed(policy);
      const workloads = [policy, ...callers].map(({ namespace }) => inNamespace(mesh.workloads, namespace));
      const ofServers = [
        inNamespace(mesh.services, policy.namespace),
        inNamespace(mesh.endpointSlices, policy.namespace),
      ];
      return known(policy, [...workloads, ...ofServers], () => {
        const servers = inNamespace(mesh.workloads, policy.namespace).filter((workload) => selected(policy, workload));
        return callers.flatMap((caller) => servers.flatMap((server) => allowedCalls(mesh, policy, caller, server)));
      });
    });
}

const known = rememberedFrom<AuthorizationPolicy, readonly Call[]>();

const callersNamed = remembered(({ rules, namespace }: AuthorizationPolicy) =>
  rules.flatMap(({ from }) => from).flatMap((source) => namedBy(source, namespace)),
);

/** `<trust domain>/ns/<namespace>/sa/<account>`, or `<namespace>/<account>` of the field for accounts. */
function namedBy(source: AuthorizationSource, own: string): readonly Named[] {
  const byPrincipal = source.principals.values.flatMap((principal, index): Named[] => {
    const [, namespace, account] = /\/ns\/([^/*]+)\/sa\/([^/*]+)$/.exec(principal) ?? [];
    if (namespace === undefined || account === undefined) return [];
    return [{ pointer: under(source.at, "principals", index), namespace, account }];
  });
  const byAccount = source.serviceAccounts.values.map((text, index): Named => {
    const [first = "", second] = text.split("/");
    const pointer = under(source.at, "serviceAccounts", index);
    return second === undefined
      ? { pointer, namespace: own, account: first }
      : { pointer, namespace: first, account: second };
  });
  return [...byPrincipal, ...byAccount];
}

/** A gateway opens ports of many kinds: who is let in there says nothing of what is called, and by which protocol. */
function selected({ namespace, selector }: AuthorizationPolicy, workload: Workload): boolean {
  const isGateway = workload.replicas.some(isGatewayPod);
  return workload.namespace === namespace && !isGateway && hasLabels(workload.template.labels, selector ?? {});
}

function allowedCalls(mesh: Mesh, policy: AuthorizationPolicy, named: Named, server: Workload): readonly Call[] {
  const [replica] = server.replicas;
  const callers = inNamespace(mesh.workloads, named.namespace).filter(
    (workload) => workload !== server && workload.template.spec.serviceAccount === named.account,
  );
  const services = replica === undefined ? [] : servicesOf(mesh, replica);
  return callers.flatMap((workload) =>
    services.flatMap((service) =>
      service.ports
        .filter(({ protocol }) => protocol !== "UDP")
        .map((port): Call => {
          const place = { object: policy, pointer: named.pointer };
          return {
            caller: { type: "workload", name: workload.name, workload },
            target: { type: "service", service, port },
            speaks: isTls(port) ? "tls" : familyOf(port) === "TCP" ? "tcp" : "http",
            phase: "run",
            evidence: [{ place, what: `AuthorizationPolicy ${policy.name}`, confidence: "likely" }],
          };
        }),
    ),
  );
}
