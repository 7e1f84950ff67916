/** Services and their endpoints. */
import type { Endpoint, EndpointSlice, Service, ServicePort } from "../../../mesh/resources/core.ts";
import type { Labels, Meta } from "../../../mesh/resources/meta.ts";
import { defined, type Field, flag, get, integer, items, labels, text, textOrInteger, texts } from "../field.ts";

export function decodeService(root: Field): Omit<Service, keyof Meta> {
  const spec = get(root, "spec");
  const clusterIP = text(get(spec, "clusterIP"));
  const externalName = text(get(spec, "externalName"));
  return {
    type: text(get(spec, "type")) ?? "ClusterIP",
    ...(clusterIP !== undefined && { clusterIP }),
    selector: labels(get(spec, "selector")),
    ports: defined(items(get(spec, "ports")).map(decodePort)),
    ...(externalName !== undefined && { externalName }),
  };
}

function decodePort(field: Field): ServicePort | undefined {
  const port = integer(get(field, "port"));
  if (port === undefined) return undefined;
  const name = text(get(field, "name"));
  const appProtocol = text(get(field, "appProtocol"));
  const nodePort = integer(get(field, "nodePort"));
  return {
    at: field.at,
    ...(name !== undefined && { name }),
    port,
    // The API server stores the port itself for a target port of 0 or "".
    targetPort: textOrInteger(get(field, "targetPort")) || port,
    protocol: text(get(field, "protocol")) ?? "TCP",
    ...(appProtocol !== undefined && { appProtocol }),
    ...(nodePort !== undefined && { nodePort }),
  };
}

export function decodeEndpointSlice(root: Field, meta: { readonly labels: Labels }): Omit<EndpointSlice, keyof Meta> {
  return {
    service: meta.labels["kubernetes.io/service-name"] ?? "",
    endpoints: items(get(root, "endpoints")).map(decodeEndpoint),
    ports: defined(items(get(root, "ports")).map(decodeSlicePort)),
  };
}

/** Kubernetes: an endpoint without a ready condition counts as ready. */
function decodeEndpoint(field: Field): Endpoint {
  const target = get(field, "targetRef");
  const name = text(get(target, "kind")) === "Pod" ? text(get(target, "name")) : undefined;
  return {
    addresses: texts(get(field, "addresses")),
    ready: flag(get(field, "conditions", "ready")) ?? true,
    ...(name !== undefined && { pod: { namespace: text(get(target, "namespace")) ?? "", name } }),
  };
}

function decodeSlicePort(field: Field): EndpointSlice["ports"][number] | undefined {
  const port = integer(get(field, "port"));
  if (port === undefined) return undefined;
  return { name: text(get(field, "name")) ?? "", port, protocol: text(get(field, "protocol")) ?? "TCP" };
}
