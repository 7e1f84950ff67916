/** A pod from a template, and the events that tell of it. Kubernetes: pkg/controller/controller_utils.go RealPodControl. */
import type { Kind } from "../../api/kinds/kind.ts";
import type { KubernetesObject } from "../../api/object.ts";
import type { PodTemplate } from "../../api/shapes.ts";
import { type Cluster, controllerReference, kindOf, remove } from "../cluster.ts";

export interface NewPod {
  /** Its own name, else one is made from the owner's. */
  readonly name?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly spec?: Partial<PodTemplate["spec"]>;
}

export function createPod(
  cluster: Cluster,
  component: string,
  kind: Kind,
  owner: KubernetesObject,
  template: PodTemplate,
  { name, labels, spec }: NewPod = {},
): KubernetesObject {
  const { metadata = {} } = template;
  const prefix = `${owner.metadata.name}-`;
  const pod = cluster.resources.create(kindOf(cluster, "", "Pod"), owner.metadata.namespace, {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      ...(name === undefined ? { generateName: prefix } : { name }),
      ...(metadata.annotations === undefined ? {} : { annotations: metadata.annotations }),
      ...(metadata.finalizers === undefined ? {} : { finalizers: metadata.finalizers }),
      labels: { ...metadata.labels, ...labels },
      ownerReferences: [controllerReference(kind, owner)],
    },
    spec: { ...template.spec, ...spec },
  });
  const message = `Created pod: ${pod.metadata.name}`;
  cluster.events.record(kind, owner, { type: "Normal", reason: "SuccessfulCreate", message, component });
  return pod;
}

export function deletePod(
  cluster: Cluster,
  component: string,
  kind: Kind,
  owner: KubernetesObject,
  pod: KubernetesObject,
): void {
  remove(cluster, kindOf(cluster, "", "Pod"), pod);
  const message = `Deleted pod: ${pod.metadata.name}`;
  cluster.events.record(kind, owner, { type: "Normal", reason: "SuccessfulDelete", message, component });
}
