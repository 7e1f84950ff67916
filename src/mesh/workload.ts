/**
 * A workload is what people name: a Deployment, another controller, or a bare Pod. Its replicas are the pods as the
 * rules see them: the observed ones where there are any, otherwise the one pod that its template would make.
 */
import type { Membership, Proxy as ProxyKind } from "./membership/membership.ts";
import type { Labels, ResourceRef } from "./resources/meta.ts";
import type { Controller, Pod, PodSpec, PodTemplate } from "./resources/pod.ts";

export interface Workload extends ResourceRef {
  /** The manifest. Absent when only observed pods tell of the workload. */
  readonly object?: Controller | Pod;
  readonly template: PodTemplate;
  readonly replicas: readonly Replica[];
  /** What a pod created now would get; differs from the replicas after a label change. */
  readonly afterRestart: Membership;
}

export interface Replica {
  /** Name of the observed pod. Absent for a predicted one. */
  readonly pod?: Pod;
  readonly namespace: string;
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly spec: PodSpec;
  readonly ip?: string;
  readonly membership: Membership;
}

/** All of its pods are Istio proxies that take their listeners from Gateways. */
export function isGateway({ replicas }: Workload): boolean {
  return replicas.every(isGatewayPod);
}

export function isGatewayPod(replica: Replica): boolean {
  return hasProxy(replica, "gateway");
}

/** Known to have this proxy, or to have none. */
export function hasProxy({ membership }: Pick<Replica, "membership">, proxy: ProxyKind): boolean {
  return membership.known && membership.proxy === proxy;
}

export function allHaveProxy({ replicas }: Workload, proxy: ProxyKind): boolean {
  return replicas.every((replica) => hasProxy(replica, proxy));
}
