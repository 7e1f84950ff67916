/** A gateway that leaves its proxy to the injector: template `gateway`. Istio: files/gateway-injection-template.yaml. */
import type { JsonMap } from "../../api/object.ts";
import type { Pod } from "../../api/shapes.ts";
import { ownerName } from "./owner.ts";
import { mergedAnnotations, proxyContainer, proxyVolumes } from "./proxy-container.ts";

export function withGatewayProxy(pod: Pod): Pod {
  const made = proxyContainer(pod, "router", {});
  const volumes = [...proxyVolumes(), ...(((pod.spec as JsonMap).volumes as readonly JsonMap[] | undefined) ?? [])];
  const labels = pod.metadata.labels ?? {};
  return {
    ...pod,
    metadata: {
      ...pod.metadata,
      labels: {
        "service.istio.io/canonical-name": labels.app ?? ownerName(pod),
        "service.istio.io/canonical-revision": labels.version ?? "latest",
        ...labels,
      },
      annotations: mergedAnnotations(pod, [], [], volumes),
    },
    spec: {
      ...pod.spec,
      containers: pod.spec.containers.map((container) =>
        container.name === "istio-proxy" ? { ...made, ...container, image: made.image } : container,
      ),
      ...{ volumes },
    },
  };
}
