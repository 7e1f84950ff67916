/** The pod and container that a stream is for, or the refusal that the API server answers. */

import type { PodRef } from "../../kubelet/kubelet.ts";
import type { Listing } from "../http/list.ts";
import type { Serving } from "../http/resource.ts";
import { mapOf, mapsOf, textOf } from "../json.ts";
import type { KubernetesObject } from "../object.ts";
import { badRequest, notFound } from "../requests/refusals.ts";

export interface Streamed {
  readonly pod: KubernetesObject;
  readonly ref: PodRef;
}

export function podOf(
  { resources }: Pick<Serving, "resources">,
  { kind, target }: Pick<Listing, "kind" | "target">,
  name = target.name,
): Streamed {
  const { namespace = "" } = target;
  const pod = resources.find(kind, { namespace, name: name ?? "" });
  if (!pod) throw notFound(kind, name ?? "");
  return { pod, ref: { namespace, name: pod.metadata.name } };
}

export function isOnNode({ spec }: KubernetesObject): boolean {
  return textOf(mapOf(spec).nodeName) !== "";
}

/** Kubernetes: pkg/registry/core/pod/strategy.go streamLocation, LogLocation. */
export function containerOf({ metadata, spec }: KubernetesObject, asked: string): string {
  const named = (field: string) => mapsOf(mapOf(spec)[field]).map(({ name }) => textOf(name));
  const [containers, init, ephemeral] = [named("containers"), named("initContainers"), named("ephemeralContainers")];
  if (asked !== "") {
    if ([...containers, ...init, ...ephemeral].includes(asked)) return asked;
    throw badRequest(`container ${asked} is not valid for pod ${metadata.name}`);
  }
  const preferred = metadata.annotations?.["kubectl.kubernetes.io/default-container"];
  if (preferred !== undefined && containers.includes(preferred)) return preferred;
  const [only, ...others] = containers;
  if (only !== undefined && others.length === 0) return only;
  const also = init.length === 0 ? "" : ` or one of the init containers: [${init.join(" ")}]`;
  throw badRequest(
    `a container name must be specified for pod ${metadata.name}, choose one of: [${containers.join(" ")}]${also}`,
  );
}
