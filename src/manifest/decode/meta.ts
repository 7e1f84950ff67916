/** What every object says about itself: its kind, name, namespace, labels and owners. */
import type { Meta, NamespaceOrigin, Source } from "../../mesh/resources/meta.ts";
import { unreadFault } from "./fault.ts";
import { defined, type Field, get, isPresent, items, labels, optional, text } from "./field.ts";

/** Where an object was read, and the namespace that it has when it names none. */
export interface Where {
  readonly source: Source;
  readonly namespace: { readonly name: string; readonly from: Exclude<NamespaceOrigin, "manifest" | "cluster-scoped"> };
  /** Istio keeps YAML inside text. Undefined for text that cannot be read. */
  readonly readYaml: (text: string) => { readonly value: unknown } | undefined;
}

const CLUSTER_SCOPED = new Set([
  ...["Namespace", "Node", "PersistentVolume", "ClusterRole", "ClusterRoleBinding", "CustomResourceDefinition"],
  ...["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration", "MutatingAdmissionPolicy", "APIService"],
  ...["ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding", "MutatingAdmissionPolicyBinding"],
  ...["StorageClass", "CSIDriver", "CSINode", "VolumeAttachment", "VolumeAttributesClass", "IngressClass"],
  ...["PriorityClass", "RuntimeClass", "GatewayClass", "CertificateSigningRequest", "ClusterTrustBundle"],
  ...["FlowSchema", "PriorityLevelConfiguration", "ClusterIssuer", "DeviceClass", "ServiceCIDR", "IPAddress"],
]);

/** Everything but the gaps, which grow until the whole object is read. Undefined without a name. */
export function decodeMeta(
  root: Field,
  apiVersion: string,
  kind: string,
  where: Where,
): Omit<Meta, "gaps" | "unknownFields"> | undefined {
  const metadata = get(root, "metadata");
  const name = shownText(get(metadata, "name")) ?? text(get(metadata, "generateName"));
  if (!name) return undefined;
  const created = text(get(metadata, "creationTimestamp"));
  return {
    apiVersion,
    kind,
    name,
    ...namespaceOf(metadata, kind, where),
    labels: labels(get(metadata, "labels")),
    annotations: labels(get(metadata, "annotations")),
    ...(created !== undefined && { created }),
    owners: defined(items(get(metadata, "ownerReferences")).map(decodeOwner)),
    source: where.source,
  };
}

function namespaceOf(metadata: Field, kind: string, where: Where): Pick<Meta, "namespace" | "namespaceFrom"> {
  if (CLUSTER_SCOPED.has(kind)) return { namespace: "", namespaceFrom: "cluster-scoped" };
  const written = shownText(get(metadata, "namespace"));
  if (written) return { namespace: written, namespaceFrom: "manifest" };
  return { namespace: where.namespace.name, namespaceFrom: where.namespace.from };
}

/** A name that a template makes is shown as it is written, and is a gap all the same. */
function shownText(field: Field): string | undefined {
  return isPresent(field) ? text(field) : unreadFault(field.value)?.text;
}

function decodeOwner(field: Field): Meta["owners"][number] | undefined {
  const kind = text(get(field, "kind"));
  const name = text(get(field, "name"));
  return kind !== undefined && name !== undefined ? { kind, name } : undefined;
}

/** A selector that is absent and one that is there and empty mean different things to Istio. */
export function matchLabels(selector: Field, key: "matchLabels" | "labels"): Meta["labels"] | undefined {
  return optional(selector, (field) => labels(get(field, key)));
}
