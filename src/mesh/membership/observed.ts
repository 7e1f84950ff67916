/** Membership of a pod that a server has written: its containers are the truth, whatever labels say. */
import { unknown } from "../answer.ts";
import { gapsAt, missingFrom } from "../gaps.ts";
import type { Gap, Labels, Meta } from "../resources/meta.ts";
import { type Container, type Pod, type PodTemplate, runningContainers } from "../resources/pod.ts";
import type { Membership } from "./membership.ts";

const PROXY_CONTAINER = "istio-proxy";

/**
 * A container `istio-proxy`, or an init container of that name that keeps running, is the proxy.
 * One whose arguments start with `proxy router` is a gateway. Ambient capture is an annotation.
 * Istio: pkg/kube/inject/app_probe.go FindSidecar, pilot/pkg/model/context.go NodeType.
 */
export function observedMembership(pod: Pod): Membership {
  const { template } = pod;
  const gaps = decidingGaps(pod);
  if (gaps.length > 0) return unknown(...missingFrom(pod, gaps));
  const clientsBelieve = believed(template.labels);
  const container = findProxy(template);
  if (container !== undefined) return withProxy("observed", pod, template, container);
  const captured = template.annotations["ambient.istio.io/redirection"] === "enabled";
  return {
    known: true,
    proxy: captured ? "ztunnel" : "none",
    basis: "observed",
    reason: { code: captured ? "redirection-annotation" : "no-proxy-container" },
    place: { object: pod, pointer: "" },
    clientsBelieve,
  };
}

/** What could not be read of its labels and annotations, and of what tells which containers it has and what they are. */
function decidingGaps(pod: Pod): readonly Gap[] {
  const ofContainers = gapsAt(pod, "/spec/containers", "/spec/initContainers").filter(({ pointer }) =>
    DECIDES.test(pointer),
  );
  return [...gapsAt(pod, "/metadata/labels", "/metadata/annotations"), ...ofContainers];
}

const DECIDES = /^(\/spec(\/(initContainers|containers)(\/\d+(\/(name|restartPolicy|args(\/\d+)?))?)?)?)?$/;

/** istiod tells clients to use mutual TLS by this label alone. Istio: pilot/pkg/model/service.go GetTLSModeFromEndpointLabels. */
export function believed(labels: Labels): boolean {
  return labels["security.istio.io/tlsMode"] === "istio";
}

export function findProxy({ spec }: PodTemplate): Container | undefined {
  return runningContainers(spec).find(({ name }) => name === PROXY_CONTAINER);
}

/** Membership by a container that is there. */
export function withProxy(
  basis: "observed" | "predicted",
  object: Meta,
  { labels, annotations, spec }: PodTemplate,
  container: Container,
): Membership {
  const native = spec.initContainers.includes(container);
  return {
    known: true,
    proxy: isRouter(container, labels, annotations) ? "gateway" : "sidecar",
    basis,
    reason: { code: "proxy-container", container: container.name, native },
    place: { object, pointer: container.at },
    clientsBelieve: believed(labels),
  };
}

/** Managed gateways may carry their role in labels only. Istio: pkg/kube/inject templates, `gateway.istio.io/managed`. */
function isRouter({ args }: Container, labels: Labels, annotations: Labels): boolean {
  const asRouter = args[0] === "proxy" && args[1] === "router";
  return (
    asRouter ||
    Object.hasOwn(labels, "gateway.networking.k8s.io/gateway-name") ||
    annotations["inject.istio.io/templates"] === "gateway"
  );
}
