/** What a workload's proxy listens on and knows about. */
import type { Sidecar, SidecarListener } from "../../../mesh/resources/istio.ts";
import type { Meta } from "../../../mesh/resources/meta.ts";
import { type Field, get, integer, isPresent, items, noteUnknownFields, text, texts } from "../field.ts";
import { matchLabels } from "../meta.ts";

const FIELDS = ["workloadSelector", "ingress", "egress", "inboundConnectionPool", "outboundTrafficPolicy"];

export function decodeSidecar(root: Field): Omit<Sidecar, keyof Meta> {
  const spec = get(root, "spec");
  noteUnknownFields(spec, FIELDS);
  const workloadSelector = matchLabels(get(spec, "workloadSelector"), "labels");
  const policy = get(spec, "outboundTrafficPolicy");
  // Istio API: OutboundTrafficPolicy.mode is REGISTRY_ONLY where the policy is there and its mode is not set.
  const outboundTrafficPolicy = isPresent(policy) ? (text(get(policy, "mode")) ?? "REGISTRY_ONLY") : undefined;
  const ingress = items(get(spec, "ingress")).map(decodeListener);
  const egress = items(get(spec, "egress")).map(decodeListener);
  return {
    ...(workloadSelector && { workloadSelector }),
    // An empty list is the same as none: it is gone once the object has passed through protobuf.
    hasIngress: ingress.length > 0,
    ingress,
    hasEgress: egress.length > 0,
    egress,
    ...(outboundTrafficPolicy !== undefined && { outboundTrafficPolicy }),
  };
}

function decodeListener(field: Field): SidecarListener {
  const port = integer(get(field, "port", "number"));
  const words = {
    protocol: text(get(field, "port", "protocol")),
    name: text(get(field, "port", "name")),
    defaultEndpoint: text(get(field, "defaultEndpoint")),
    captureMode: text(get(field, "captureMode")),
  };
  const written = Object.fromEntries(Object.entries(words).filter(([, word]) => word !== undefined));
  return { at: field.at, ...(port !== undefined && { port }), ...written, hosts: texts(get(field, "hosts")) };
}
