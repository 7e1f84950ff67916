/** MTLS030: an AuthorizationPolicy lets callers in by identity, and a caller arrives without any. */

import type { PortModeAnswer } from "../../answer.ts";
import { inNamespace } from "../../by-namespace.ts";
import { gapsAt } from "../../gaps.ts";
import { capturesInbound } from "../../membership/capture.ts";
import type { Mesh } from "../../mesh.ts";
import type { AuthorizationPolicy } from "../../resources/istio.ts";
import { type Pointer, under } from "../../resources/meta.ts";
import { ofKind } from "../../resources/resource.ts";
import { refusedBy } from "../../server/authorization.ts";
import { modeOf } from "../../server/mode.ts";
import { inboundPorts } from "../../server/ports.ts";
import { arrivalsAt } from "../../verdict/at-workload.ts";
import type { Arrival } from "../../verdict/verdict.ts";
import { allHaveProxy, hasProxy, type Replica, type Workload } from "../../workload.ts";
import type { Check, Marked } from "../finding.ts";

export interface IdentityInClear extends Marked {
  readonly code: "MTLS030";
  readonly policy: AuthorizationPolicy;
  readonly workload: Workload;
  readonly port: number;
  readonly mode: PortModeAnswer;
  /** The caller without a sidecar; absent where DISABLE leaves all callers without an identity. */
  readonly arrival?: Arrival;
}

export const identityInClear: Check<IdentityInClear> = {
  code: "MTLS030",
  says: "An AuthorizationPolicy asks for the identity of callers on a port that takes plaintext, which has none.",
  severity: "warning",
  check: ({ mesh, objects }) =>
    ofKind(objects, "AuthorizationPolicy").flatMap((policy) => {
      const pointer = namingIdentity(policy);
      if (pointer === undefined) return [];
      const at = { object: policy, pointer };
      return workloadsUnder(mesh, policy)
        .flatMap((workload) => refusals(mesh, policy, workload))
        .map((each): IdentityInClear => ({ code: "MTLS030", at, part: "key", policy, ...each }));
    }),
};

/** In the root namespace a policy is for the whole mesh. */
function workloadsUnder(mesh: Mesh, { namespace }: AuthorizationPolicy): readonly Workload[] {
  return namespace === mesh.config.rootNamespace ? mesh.workloads : inNamespace(mesh.workloads, namespace);
}

/** The first field of an identity that lets somebody in. */
function namingIdentity({ action, rules }: AuthorizationPolicy): Pointer | undefined {
  if (action !== "ALLOW") return undefined;
  const fields = ["principals", "namespaces", "serviceAccounts"] as const;
  return rules
    .flatMap(({ from }) => from)
    .flatMap((source) =>
      fields.filter((name) => source[name].values.length > 0).map((name) => under(source.at, name)),
    )[0];
}

type Refusal = Pick<IdentityInClear, "workload" | "port" | "mode" | "arrival">;

function refusals(mesh: Mesh, policy: AuthorizationPolicy, workload: Workload): readonly Refusal[] {
  if (isPartlyRead(mesh, workload.namespace)) return [];
  const replica = workload.replicas.find((each) => hasProxy(each, "sidecar"));
  if (replica === undefined) return [];
  return inboundPorts(mesh, workload).flatMap(({ port }): readonly Refusal[] => {
    const mode = modeOf(mesh, replica, port);
    if (!mode.known || !capturesInbound(replica.annotations, port)) return [];
    if (!asksForIdentity(mesh, policy, replica, port)) return [];
    if (mode.mode === "DISABLE") return [{ workload, port, mode }];
    if (mode.mode === "STRICT") return [];
    return arrivalsAt(mesh, workload)
      .filter((arrival) => arrival.port === port && isRefusedInClear(arrival))
      .map((arrival) => ({ workload, port, mode, arrival }));
  });
}

/** A rule that could not be read can let in whom the others do not. */
function isPartlyRead(mesh: Mesh, namespace: string): boolean {
  return [namespace, mesh.config.rootNamespace]
    .flatMap((each) => inNamespace(mesh.authorizationPolicies, each))
    .some((policy) => gapsAt(policy, "/spec", "/metadata").length > 0);
}

/** It refuses whoever has no identity, and somebody with one would get in. */
function asksForIdentity(mesh: Mesh, policy: AuthorizationPolicy, replica: Replica, port: number): boolean {
  return (
    refusedBy(mesh, replica, { port }) === policy &&
    refusedBy(mesh, replica, { port, identity: "not-known" }) === undefined
  );
}

function isRefusedInClear({ verdict, call: { caller } }: Arrival): boolean {
  if (verdict.outcome !== "breaks" || verdict.reason !== "authorization-refused") return false;
  if (caller.type !== "workload") return caller.type === "outside" && caller.proxy === "none";
  return allHaveProxy(caller.workload, "none");
}
