/** What the API server fills into objects of built-in kinds. Kubernetes: pkg/apis/<group>/<version>/defaults.go. */

import { isMap, listOf, mapOf, textOf } from "../json.ts";
import type { Kind } from "../kinds/kind.ts";
import type { Json, JsonMap, KubernetesObject } from "../object.ts";
import type { Context } from "../requests/context.ts";
import { timestamp } from "../timestamp.ts";
import { filled } from "./fill.ts";
import { podDefaults, podSpec } from "./pod.ts";
import { schemaDefaults } from "./schema-defaults.ts";
import { serviceDefaults } from "./service.ts";
import { cronJobDefaults, deploymentDefaults, jobDefaults, replicaDefaults, statefulSetDefaults } from "./workloads.ts";

type Defaults = (object: KubernetesObject, before: KubernetesObject | undefined, context: Context) => KubernetesObject;

const DEFAULTS: Readonly<Record<string, Defaults>> = {
  Pod: podDefaults,
  Service: serviceDefaults,
  Deployment: deploymentDefaults,
  ReplicaSet: replicaDefaults,
  StatefulSet: statefulSetDefaults,
  DaemonSet: daemonSetDefaults,
  Job: jobDefaults,
  CronJob: cronJobDefaults,
  Secret: secretDefaults,
  Namespace: namespaceDefaults,
  Endpoints: endpointsDefaults,
  CustomResourceDefinition: definitionDefaults,
  RoleBinding: bindingDefaults,
  ClusterRoleBinding: bindingDefaults,
  HorizontalPodAutoscaler: (object) => withSpec(object, (spec) => filled(spec, { minReplicas: 1 })),
  MutatingWebhookConfiguration: webhookDefaults,
  ValidatingWebhookConfiguration: webhookDefaults,
};

export function defaulted(
  context: Context,
  kind: Kind,
  object: KubernetesObject,
  before?: KubernetesObject,
): KubernetesObject {
  if (kind.origin === "crd") return schemaDefaults(kind, object);
  return DEFAULTS[kind.kind]?.(object, before, context) ?? object;
}

function withSpec(object: KubernetesObject, change: (spec: JsonMap) => JsonMap): KubernetesObject {
  return { ...object, spec: change(mapOf(object.spec)) };
}

function daemonSetDefaults(object: KubernetesObject): KubernetesObject {
  return withSpec(object, (spec) => ({
    ...filled(spec, { revisionHistoryLimit: 10 }),
    updateStrategy: filled(mapOf(spec.updateStrategy), {
      type: "RollingUpdate",
      rollingUpdate: { maxSurge: 0, maxUnavailable: 1 },
    }),
    template: { ...mapOf(spec.template), spec: podSpec(mapOf(mapOf(spec.template).spec), "Always") },
  }));
}

/** `stringData` is written into `data` and never read. */
function secretDefaults({ stringData, ...object }: KubernetesObject): KubernetesObject {
  const texts = Object.entries(mapOf(stringData)).map(
    ([key, value]) => [key, Buffer.from(textOf(value)).toString("base64")] as const,
  );
  const data = { ...mapOf(object.data), ...Object.fromEntries(texts) };
  return {
    ...(object as KubernetesObject),
    ...(Object.keys(data).length === 0 ? {} : { data }),
    type: object.type ?? "Opaque",
  };
}

function namespaceDefaults(object: KubernetesObject): KubernetesObject {
  const labels = { ...object.metadata.labels, "kubernetes.io/metadata.name": object.metadata.name };
  return { ...object, metadata: { ...object.metadata, labels } };
}

function endpointsDefaults(object: KubernetesObject): KubernetesObject {
  if (!Array.isArray(object.subsets)) return object;
  const subsets = listOf(object.subsets).map((subset) => ({
    ...mapOf(subset),
    ...(mapOf(subset).ports === undefined
      ? {}
      : { ports: listOf(mapOf(subset).ports).map((port) => filled(mapOf(port), { protocol: "TCP" })) }),
  }));
  return { ...object, subsets };
}

function bindingDefaults(object: KubernetesObject): KubernetesObject {
  const group = "rbac.authorization.k8s.io";
  const subjects = listOf(object.subjects).map((subject): Json => {
    const own = mapOf(subject);
    return own.kind === "ServiceAccount" ? own : filled(own, { apiGroup: group });
  });
  return {
    ...object,
    roleRef: filled(mapOf(object.roleRef), { apiGroup: group }),
    ...(object.subjects === undefined ? {} : { subjects }),
  };
}

function definitionDefaults(
  object: KubernetesObject,
  before: KubernetesObject | undefined,
  { now }: Context,
): KubernetesObject {
  const spec = mapOf(object.spec);
  const names = mapOf(spec.names);
  const kind = textOf(names.kind);
  const whole = filled(names, { singular: kind.toLowerCase(), listKind: `${kind}List` });
  const time = timestamp(now());
  const condition = (type: string, reason: string, message: string): JsonMap => ({
    lastTransitionTime: time,
    message,
    reason,
    status: "True",
    type,
  });
  const stored = listOf(spec.versions)
    .map(mapOf)
    .filter(({ storage }) => storage === true)
    .map(({ name }) => textOf(name));
  const status =
    isMap(before?.status) && listOf(mapOf(before.status).conditions).length > 0
      ? mapOf(object.status ?? before.status)
      : {
          acceptedNames: whole,
          conditions: [
            condition("NamesAccepted", "NoConflicts", "no conflicts found"),
            condition("Established", "InitialNamesAccepted", "the initial names have been accepted"),
          ],
          storedVersions: stored,
        };
  return { ...object, spec: { ...filled(spec, { conversion: { strategy: "None" } }), names: whole }, status };
}

function webhookDefaults(object: KubernetesObject): KubernetesObject {
  if (!Array.isArray(object.webhooks)) return object;
  const mutating = object.kind === "MutatingWebhookConfiguration";
  const webhooks = listOf(object.webhooks).map((webhook) => ({
    ...filled(mapOf(webhook), {
      failurePolicy: "Fail",
      matchPolicy: "Equivalent",
      namespaceSelector: {},
      objectSelector: {},
      timeoutSeconds: 10,
      ...(mutating ? { reinvocationPolicy: "Never" } : {}),
    }),
    rules: listOf(mapOf(webhook).rules).map((rule) => filled(mapOf(rule), { scope: "*" })),
  }));
  return { ...object, webhooks };
}
