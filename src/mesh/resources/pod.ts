/** Pods, the templates that make them, and the controllers that hold the templates. */
import type { Labels, Meta, Pointer } from "./meta.ts";

export interface ContainerPort {
  readonly name?: string;
  readonly port: number;
  /** Upper case as Kubernetes writes it; `TCP` where the manifest is silent. */
  readonly protocol: string;
}

export interface EnvVar {
  /** Pointer of the list item, from the root of the object. */
  readonly at: Pointer;
  readonly name: string;
  readonly value?: string;
  readonly configMapKey?: { readonly name: string; readonly key: string };
}

/** What the kubelet asks of a container: whether it is well, or to do something as it starts and ends. */
export interface Probe {
  readonly at: Pointer;
  readonly kind: "liveness probe" | "readiness probe" | "startup probe" | "postStart hook" | "preStop hook";
  readonly handler: "http" | "tcp" | "grpc" | "exec";
  readonly port?: number | string;
  readonly scheme?: string;
}

export interface Container {
  /** Pointer of the list item, from the root of the object. */
  readonly at: Pointer;
  readonly name: string;
  readonly image: string;
  readonly command: readonly string[];
  readonly args: readonly string[];
  readonly env: readonly EnvVar[];
  /** Names of the ConfigMaps in `envFrom`. */
  readonly envFrom: readonly string[];
  readonly ports: readonly ContainerPort[];
  readonly probes: readonly Probe[];
  readonly hooks: readonly Probe[];
  /** Only on init containers; `Always` makes a native sidecar. */
  readonly restartPolicy?: string;
}

export interface PodSpec {
  readonly containers: readonly Container[];
  readonly initContainers: readonly Container[];
  readonly hostNetwork: boolean;
  readonly serviceAccount: string;
  /** Names of the ConfigMaps mounted as volumes (projected ones too). */
  readonly configMapVolumes: readonly string[];
}

/** What a new pod would be made of. For a Pod it is the pod itself. */
export interface PodTemplate {
  /** Pointer of the template (the object that has `metadata` and `spec`) from the root of the object. */
  readonly at: Pointer;
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly spec: PodSpec;
}

export interface Pod extends Meta {
  readonly kind: "Pod";
  readonly template: PodTemplate;
  /** Present when a server wrote the object: then the pod is observed, not planned. */
  readonly status?: PodStatus;
}

export interface PodStatus {
  readonly phase: string;
  readonly ip?: string;
  readonly ready: boolean;
  /** As kubectl's READY column counts them, native sidecars included. */
  readonly containers: { readonly ready: number; readonly total: number };
}

export type ControllerKind = "Deployment" | "ReplicaSet" | "StatefulSet" | "DaemonSet" | "Job" | "CronJob";

export interface Controller extends Meta {
  readonly kind: ControllerKind;
  readonly template: PodTemplate;
  /** matchLabels of `spec.selector`; absent on Jobs and CronJobs, which select by generated labels. */
  readonly selector?: Labels;
  /** Of a StatefulSet: the Service below which its pods have names. */
  readonly serviceName?: string;
}

/** Sidecars are ordinary containers or native ones: init containers that keep running. */
export function runningContainers(spec: PodSpec): readonly Container[] {
  return [...spec.initContainers.filter((container) => container.restartPolicy === "Always"), ...spec.containers];
}
