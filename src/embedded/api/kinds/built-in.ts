/** The kinds that Kubernetes itself serves, as data: names, verbs, subresources. Order: as discovery lists them. */
import { columnsOf } from "./columns/columns.ts";
import type { Kind, Subresource, Verb } from "./kind.ts";

const ALL: readonly Verb[] = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];
const READ_WRITE: readonly Verb[] = ["get", "patch", "update"];
const STATUS: Subresource = { name: "status", verbs: READ_WRITE };
const SCALE: Subresource = { name: "scale", kind: "Scale", group: "autoscaling", version: "v1", verbs: READ_WRITE };
const PROXY_VERBS: readonly Verb[] = ["create", "delete", "get", "patch", "update"];

const POD: readonly Subresource[] = [
  { name: "attach", kind: "PodAttachOptions", verbs: ["create", "get"] },
  { name: "binding", kind: "Binding", verbs: ["create"] },
  { name: "ephemeralcontainers", verbs: READ_WRITE },
  { name: "eviction", kind: "Eviction", group: "policy", version: "v1", verbs: ["create"] },
  { name: "exec", kind: "PodExecOptions", verbs: ["create", "get"] },
  { name: "log", verbs: ["get"] },
  { name: "portforward", kind: "PodPortForwardOptions", verbs: ["create", "get"] },
  { name: "proxy", kind: "PodProxyOptions", verbs: PROXY_VERBS },
  STATUS,
];
const SERVICE: readonly Subresource[] = [{ name: "proxy", kind: "ServiceProxyOptions", verbs: PROXY_VERBS }, STATUS];
const ACCOUNT: readonly Subresource[] = [
  { name: "token", kind: "TokenRequest", group: "authentication.k8s.io", version: "v1", verbs: ["create"] },
];

interface Names {
  readonly short?: readonly string[];
  readonly all?: boolean;
  readonly cluster?: boolean;
  readonly verbs?: readonly Verb[];
  readonly sub?: readonly Subresource[];
}

function kind(group: string, version: string, name: string, plural: string, names: Names = {}): Kind {
  return {
    group,
    kind: name,
    listKind: `${name}List`,
    plural,
    singular: name.toLowerCase(),
    shortNames: names.short ?? [],
    categories: names.all === true ? ["all"] : [],
    namespaced: names.cluster !== true,
    verbs: names.verbs ?? ALL,
    subresources: names.sub ?? [],
    versions: [{ name: version, served: true, columns: columnsOf(name) }],
    storageVersion: version,
    origin: "built-in",
  };
}

/** Also served in an older version, for clients that fall back to it. */
function withOlder(version: string, newer: Kind): Kind {
  return { ...newer, versions: [...newer.versions, ...newer.versions.map((each) => ({ ...each, name: version }))] };
}

const CREATE: Names = { cluster: true, verbs: ["create"] };
const RBAC = "rbac.authorization.k8s.io";
const ADMISSION = "admissionregistration.k8s.io";

export const BUILT_IN: readonly Kind[] = [
  kind("", "v1", "Binding", "bindings", { verbs: ["create"] }),
  kind("", "v1", "ConfigMap", "configmaps", { short: ["cm"] }),
  kind("", "v1", "Endpoints", "endpoints", { short: ["ep"] }),
  kind("", "v1", "Event", "events", { short: ["ev"] }),
  kind("", "v1", "LimitRange", "limitranges", { short: ["limits"] }),
  kind("", "v1", "Namespace", "namespaces", {
    short: ["ns"],
    cluster: true,
    verbs: ["create", "delete", "get", "list", "patch", "update", "watch"],
    sub: [{ name: "finalize", verbs: ["update"] }, STATUS],
  }),
  kind("", "v1", "Node", "nodes", { short: ["no"], cluster: true, sub: [STATUS] }),
  kind("", "v1", "PersistentVolumeClaim", "persistentvolumeclaims", { short: ["pvc"], sub: [STATUS] }),
  kind("", "v1", "PersistentVolume", "persistentvolumes", { short: ["pv"], cluster: true, sub: [STATUS] }),
  kind("", "v1", "Pod", "pods", { short: ["po"], all: true, sub: POD }),
  kind("", "v1", "PodTemplate", "podtemplates"),
  kind("", "v1", "ReplicationController", "replicationcontrollers", {
    short: ["rc"],
    all: true,
    sub: [SCALE, STATUS],
  }),
  kind("", "v1", "ResourceQuota", "resourcequotas", { short: ["quota"], sub: [STATUS] }),
  kind("", "v1", "Secret", "secrets"),
  kind("", "v1", "ServiceAccount", "serviceaccounts", { short: ["sa"], sub: ACCOUNT }),
  kind("", "v1", "Service", "services", { short: ["svc"], all: true, sub: SERVICE }),
  kind("apps", "v1", "ControllerRevision", "controllerrevisions"),
  kind("apps", "v1", "DaemonSet", "daemonsets", { short: ["ds"], all: true, sub: [STATUS] }),
  kind("apps", "v1", "Deployment", "deployments", { short: ["deploy"], all: true, sub: [SCALE, STATUS] }),
  kind("apps", "v1", "ReplicaSet", "replicasets", { short: ["rs"], all: true, sub: [SCALE, STATUS] }),
  kind("apps", "v1", "StatefulSet", "statefulsets", { short: ["sts"], all: true, sub: [SCALE, STATUS] }),
  kind("events.k8s.io", "v1", "Event", "events", { short: ["ev"] }),
  kind("authentication.k8s.io", "v1", "SelfSubjectReview", "selfsubjectreviews", CREATE),
  kind("authentication.k8s.io", "v1", "TokenReview", "tokenreviews", CREATE),
  kind("authorization.k8s.io", "v1", "LocalSubjectAccessReview", "localsubjectaccessreviews", { verbs: ["create"] }),
  kind("authorization.k8s.io", "v1", "SelfSubjectAccessReview", "selfsubjectaccessreviews", CREATE),
  kind("authorization.k8s.io", "v1", "SelfSubjectRulesReview", "selfsubjectrulesreviews", CREATE),
  kind("authorization.k8s.io", "v1", "SubjectAccessReview", "subjectaccessreviews", CREATE),
  withOlder(
    "v1",
    kind("autoscaling", "v2", "HorizontalPodAutoscaler", "horizontalpodautoscalers", {
      short: ["hpa"],
      all: true,
      sub: [STATUS],
    }),
  ),
  kind("batch", "v1", "CronJob", "cronjobs", { short: ["cj"], all: true, sub: [STATUS] }),
  kind("batch", "v1", "Job", "jobs", { all: true, sub: [STATUS] }),
  kind("networking.k8s.io", "v1", "IngressClass", "ingressclasses", { cluster: true }),
  kind("networking.k8s.io", "v1", "Ingress", "ingresses", { short: ["ing"], sub: [STATUS] }),
  kind("networking.k8s.io", "v1", "NetworkPolicy", "networkpolicies", { short: ["netpol"] }),
  kind("policy", "v1", "PodDisruptionBudget", "poddisruptionbudgets", { short: ["pdb"], sub: [STATUS] }),
  kind(RBAC, "v1", "ClusterRoleBinding", "clusterrolebindings", { cluster: true }),
  kind(RBAC, "v1", "ClusterRole", "clusterroles", { cluster: true }),
  kind(RBAC, "v1", "RoleBinding", "rolebindings"),
  kind(RBAC, "v1", "Role", "roles"),
  kind("storage.k8s.io", "v1", "StorageClass", "storageclasses", { short: ["sc"], cluster: true }),
  kind(ADMISSION, "v1", "MutatingWebhookConfiguration", "mutatingwebhookconfigurations", { cluster: true }),
  kind(ADMISSION, "v1", "ValidatingWebhookConfiguration", "validatingwebhookconfigurations", { cluster: true }),
  kind("apiextensions.k8s.io", "v1", "CustomResourceDefinition", "customresourcedefinitions", {
    short: ["crd", "crds"],
    cluster: true,
    sub: [STATUS],
  }),
  kind("scheduling.k8s.io", "v1", "PriorityClass", "priorityclasses", { short: ["pc"], cluster: true }),
  kind("coordination.k8s.io", "v1", "Lease", "leases"),
  kind("discovery.k8s.io", "v1", "EndpointSlice", "endpointslices"),
];
