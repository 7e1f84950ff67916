/** The fields of a pod that the kubelet reads beyond those of `api/shapes`. */
import type { KubernetesObject } from "../../api/object.ts";
import type { Pod as ApiPod, PodSpec as ApiPodSpec, ContainerSpec } from "../../api/shapes.ts";

export type KeyReference = { readonly name: string; readonly key?: string; readonly optional?: boolean };

export type EnvironmentVariable = {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: {
    readonly fieldRef?: { readonly fieldPath: string };
    readonly configMapKeyRef?: KeyReference;
    readonly secretKeyRef?: KeyReference;
  };
};

export type Probe = {
  readonly httpGet?: {
    readonly path?: string;
    readonly port: number | string;
    readonly scheme?: string;
    readonly httpHeaders?: readonly { readonly name: string; readonly value: string }[];
  };
  readonly tcpSocket?: { readonly port: number | string };
  readonly grpc?: { readonly port: number };
  readonly exec?: { readonly command: readonly string[] };
  readonly initialDelaySeconds?: number;
  readonly periodSeconds?: number;
  readonly timeoutSeconds?: number;
  readonly successThreshold?: number;
  readonly failureThreshold?: number;
};

export type Container = Omit<ContainerSpec, "env"> & {
  readonly env?: readonly EnvironmentVariable[];
  readonly envFrom?: readonly {
    readonly prefix?: string;
    readonly configMapRef?: KeyReference;
    readonly secretRef?: KeyReference;
  }[];
  readonly volumeMounts?: readonly { readonly name: string; readonly mountPath: string; readonly subPath?: string }[];
  readonly imagePullPolicy?: string;
  readonly startupProbe?: Probe;
  readonly readinessProbe?: Probe;
  readonly livenessProbe?: Probe;
};

type Item = { readonly key: string; readonly path: string };
type DownwardItem = { readonly path: string; readonly fieldRef?: { readonly fieldPath: string } };

export type VolumeSource = {
  readonly configMap?: { readonly name: string; readonly items?: readonly Item[]; readonly optional?: boolean };
  readonly secret?: {
    readonly secretName?: string;
    readonly name?: string;
    readonly items?: readonly Item[];
    readonly optional?: boolean;
  };
  readonly downwardAPI?: { readonly items?: readonly DownwardItem[] };
};
export type Volume = VolumeSource & {
  readonly name: string;
  readonly projected?: { readonly sources?: readonly VolumeSource[] };
};

export type PodSpec = Omit<ApiPodSpec, "containers" | "initContainers"> & {
  readonly containers: readonly Container[];
  readonly initContainers?: readonly Container[];
  readonly volumes?: readonly Volume[];
  readonly hostAliases?: readonly { readonly ip: string; readonly hostnames?: readonly string[] }[];
  readonly terminationGracePeriodSeconds?: number;
};

export type Pod = KubernetesObject & { readonly spec: PodSpec; readonly status?: NonNullable<ApiPod["status"]> };

/** A native sidecar: an init container that runs as long as the pod. */
export function isSidecar({ restartPolicy }: Container): boolean {
  return restartPolicy === "Always";
}
