/** What is called: a port of a Service, or pods at their own addresses, where nothing of a Service applies. */
import type { Service, ServicePort } from "../resources/core.ts";
import { refKey } from "../resources/meta.ts";
import type { Replica, Workload } from "../workload.ts";

export interface ServiceTarget {
  readonly type: "service";
  readonly service: Service;
  readonly port: ServicePort;
  readonly subset?: string;
}

/** Some pods of one workload. Their addresses are known where a server wrote them. */
export interface PodsTarget {
  readonly type: "pods";
  readonly workload: Workload;
  readonly replicas: readonly Replica[];
  /** Port in the pod. */
  readonly port: number;
}

export type Target = ServiceTarget | PodsTarget;

/** One string per target of a snapshot. */
export function targetKey(target: Target): string {
  const name =
    target.type === "service"
      ? `${target.service.namespace}/${target.service.name}`
      : `pods of ${refKey(target.workload)}`;
  return `${name}:${calledPort(target)}`;
}

/** The port that the caller connects to: the Service's, or the pod's. */
export function calledPort(target: Target): number {
  return target.type === "service" ? target.port.port : target.port;
}

/** The namespace whose policies count for what is called. */
export function targetNamespace(target: Target): string {
  return target.type === "service" ? target.service.namespace : target.workload.namespace;
}
