/**
 * The fields of built-in kinds that the embedded mesh reads, after defaults. Aliases, not interfaces, so that they are JSON.
 * Shape: k8s.io/api/core/v1, apps/v1, batch/v1, discovery/v1.
 */
import type { JsonMap, KubernetesObject, ObjectMeta } from "./object.ts";

export type LabelSelector = {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly {
    readonly key: string;
    readonly operator: "In" | "NotIn" | "Exists" | "DoesNotExist";
    readonly values?: readonly string[];
  }[];
};

export type ContainerPort = {
  readonly name?: string;
  readonly containerPort: number;
  readonly protocol?: string;
};

export type ContainerSpec = {
  readonly name: string;
  readonly image: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly env?: readonly JsonMap[];
  readonly ports?: readonly ContainerPort[];
  readonly restartPolicy?: string;
};

export type PodSpec = {
  readonly containers: readonly ContainerSpec[];
  readonly initContainers?: readonly ContainerSpec[];
  readonly nodeName?: string;
  readonly nodeSelector?: Readonly<Record<string, string>>;
  readonly serviceAccountName?: string;
  readonly hostNetwork?: boolean;
  readonly hostname?: string;
  readonly subdomain?: string;
  readonly restartPolicy?: string;
};

export type PodTemplate = {
  readonly metadata?: {
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly finalizers?: readonly string[];
  };
  readonly spec: PodSpec;
};

export type Condition = {
  readonly type: string;
  readonly status: "True" | "False" | "Unknown";
  readonly reason?: string;
  readonly message?: string;
  readonly lastTransitionTime?: string;
  readonly lastUpdateTime?: string;
};

export type Pod = KubernetesObject & {
  readonly spec: PodSpec;
  readonly status?: {
    readonly phase?: string;
    readonly podIP?: string;
    readonly hostIP?: string;
    readonly startTime?: string;
    readonly conditions?: readonly Condition[];
  };
};

export type Replicated = KubernetesObject & {
  readonly metadata: ObjectMeta;
  readonly spec: {
    readonly replicas: number;
    readonly selector: LabelSelector;
    readonly template: PodTemplate;
    readonly minReadySeconds?: number;
  };
};

export type ReplicaSet = Replicated & {
  readonly status?: {
    readonly replicas?: number;
    readonly readyReplicas?: number;
    readonly availableReplicas?: number;
  };
};

export type Deployment = Replicated & {
  readonly spec: {
    readonly paused?: boolean;
    readonly revisionHistoryLimit?: number;
    readonly progressDeadlineSeconds?: number;
    readonly strategy: {
      readonly type: string;
      readonly rollingUpdate?: { readonly maxSurge: number | string; readonly maxUnavailable: number | string };
    };
  };
  readonly status?: { readonly conditions?: readonly Condition[] };
};

export type StatefulSet = Replicated & {
  readonly spec: {
    readonly serviceName?: string;
    readonly podManagementPolicy?: string;
    readonly revisionHistoryLimit?: number;
    readonly updateStrategy: { readonly type: string; readonly rollingUpdate?: { readonly partition?: number } };
    readonly volumeClaimTemplates?: readonly JsonMap[];
  };
  readonly status?: { readonly currentRevision?: string; readonly updateRevision?: string };
};

export type DaemonSet = KubernetesObject & {
  readonly spec: {
    readonly selector: LabelSelector;
    readonly template: PodTemplate;
    readonly updateStrategy: { readonly type: string };
  };
};

export type Job = KubernetesObject & {
  readonly spec: {
    readonly selector: LabelSelector;
    readonly template: PodTemplate;
    readonly parallelism?: number;
    readonly completions?: number;
    readonly backoffLimit?: number;
    readonly suspend?: boolean;
    readonly ttlSecondsAfterFinished?: number;
  };
  readonly status?: JobStatus;
};

export type JobStatus = {
  readonly startTime?: string;
  readonly completionTime?: string;
  readonly conditions?: readonly Condition[];
  readonly active?: number;
  readonly succeeded?: number;
  readonly failed?: number;
  readonly ready?: number;
};

export type CronJob = KubernetesObject & {
  readonly spec: {
    readonly schedule: string;
    readonly timeZone?: string;
    readonly suspend?: boolean;
    readonly concurrencyPolicy?: string;
    readonly successfulJobsHistoryLimit?: number;
    readonly failedJobsHistoryLimit?: number;
    readonly jobTemplate: { readonly metadata?: JsonMap; readonly spec: JsonMap };
  };
  readonly status?: { readonly lastScheduleTime?: string };
};

export type ServicePort = {
  readonly name?: string;
  readonly port: number;
  readonly targetPort?: number | string;
  readonly protocol?: string;
  readonly appProtocol?: string;
  readonly nodePort?: number;
};

export type Service = KubernetesObject & {
  readonly spec: {
    readonly type?: string;
    readonly clusterIP?: string;
    readonly selector?: Readonly<Record<string, string>>;
    readonly ports?: readonly ServicePort[];
    readonly publishNotReadyAddresses?: boolean;
    readonly externalName?: string;
  };
};

export type Node = KubernetesObject & {
  readonly spec?: { readonly unschedulable?: boolean };
};
