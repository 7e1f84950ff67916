/** Which columns the table of a built-in kind has; kinds that are not named show name and age. */
import type { PrinterColumn } from "../kind.ts";
import * as cluster from "./cluster.ts";
import { AGE, NAME } from "./column.ts";
import * as network from "./network.ts";
import { POD } from "./pod.ts";
import * as workloads from "./workloads.ts";

const COLUMNS: Readonly<Record<string, readonly PrinterColumn[]>> = {
  ConfigMap: cluster.CONFIG_MAP,
  Endpoints: network.ENDPOINTS,
  Event: cluster.EVENT,
  Namespace: cluster.NAMESPACE,
  Node: cluster.NODE,
  Pod: POD,
  ReplicationController: workloads.REPLICA_SET,
  ResourceQuota: cluster.QUOTA,
  Secret: cluster.SECRET,
  ServiceAccount: cluster.SERVICE_ACCOUNT,
  Service: network.SERVICE,
  DaemonSet: workloads.DAEMON_SET,
  Deployment: workloads.DEPLOYMENT,
  ReplicaSet: workloads.REPLICA_SET,
  StatefulSet: workloads.STATEFUL_SET,
  HorizontalPodAutoscaler: workloads.AUTOSCALER,
  CronJob: workloads.CRON_JOB,
  Job: workloads.JOB,
  Ingress: network.INGRESS,
  NetworkPolicy: network.NETWORK_POLICY,
  PodDisruptionBudget: workloads.DISRUPTION_BUDGET,
  ClusterRoleBinding: cluster.ROLE_BINDING,
  ClusterRole: cluster.ROLE,
  RoleBinding: cluster.ROLE_BINDING,
  Role: cluster.ROLE,
  MutatingWebhookConfiguration: cluster.WEBHOOKS,
  ValidatingWebhookConfiguration: cluster.WEBHOOKS,
  CustomResourceDefinition: cluster.ROLE,
  Lease: cluster.LEASE,
  EndpointSlice: network.ENDPOINT_SLICE,
};

export function columnsOf(kind: string): readonly PrinterColumn[] {
  return COLUMNS[kind] ?? [NAME, AGE];
}
