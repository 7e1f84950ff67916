/**
 * What a caller with a sidecar would see of a Service: a pod of which nothing is known but its namespace and labels.
 * Empty where something that is not known has a say, so that a check built on it stays silent.
 */
import { compareText } from "../age.ts";
import type { Mesh } from "../mesh.ts";
import type { ServiceEndpoint } from "../registry/endpoints.ts";
import { hostOf } from "../registry/host.ts";
import { fromService } from "../registry/service.ts";
import type { Service, ServicePort } from "../resources/core.ts";
import { type Labels, refKey } from "../resources/meta.ts";
import { type Outcome, outcomes } from "../verdict/outcome.ts";
import { untoldAtCaller, untoldAtServer } from "../verdict/partly-read.ts";
import type { Workload } from "../workload.ts";

/** A call that arrives at a pod in view. */
export interface Seen extends Outcome {
  readonly endpoint: ServiceEndpoint & { readonly at: NonNullable<ServiceEndpoint["at"]> };
}

export interface MeshedCaller {
  readonly namespace: string;
  readonly labels: Labels;
}

/** The caller is of the Service's namespace where nothing else is said. */
export function seenOf(
  mesh: Mesh,
  service: Service,
  port: ServicePort,
  caller: MeshedCaller = { namespace: service.namespace, labels: {} },
): readonly Seen[] {
  const pod = { proxy: "sidecar", annotations: {}, ...caller } as const;
  if (untoldAtCaller(mesh, pod, service).length > 0) return [];
  const family = fromService(service).ports.find((each) => each.port === port.port)?.family;
  if (family === undefined) return [];
  return outcomes(mesh, pod, { host: hostOf(service), port: port.port }, family === "TCP" ? "tcp" : "http").flatMap(
    ({ endpoint, ...outcome }) => {
      const at = endpoint?.at;
      if (endpoint === undefined || at === undefined || untoldAtServer(mesh, at).length > 0) return [];
      return [{ ...outcome, endpoint: { ...endpoint, at } }];
    },
  );
}

/** The call ends where the server's proxy refuses plaintext. */
export function refusedAsPlaintext({ code, sends }: Outcome): boolean {
  return sends?.tls === "none" && (code === "broken-no-filter-chain" || code === "broken-policy-denied");
}

/** The call ends where mutual TLS is not understood. */
export function failsAsMtls({ code, sends }: Outcome): boolean {
  return (
    sends?.tls === "istio-mutual" &&
    ["broken-tls-to-naked", "broken-tls-to-app", "broken-protocol-error", "broken-no-filter-chain"].includes(code)
  );
}

/** Where a call arrives: a port in the pods of a workload. */
export interface End {
  readonly workload: Workload;
  readonly port: number;
}

/** Each once, by name and port. */
export function endsOf(calls: readonly Seen[]): readonly End[] {
  const ends = calls.map(({ endpoint: { at, port } }): End => ({ workload: at.workload, port }));
  const byName = new Map(ends.map((end) => [`${refKey(end.workload)}:${String(end.port).padStart(5)}`, end]));
  return [...byName].toSorted(([a], [b]) => compareText(a, b)).map(([, end]) => end);
}
