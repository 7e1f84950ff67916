/** The mesh as istiod sees it: the live objects, without the plans of controllers. */
import { buildMesh } from "../../mesh/build.ts";
import type { Mesh } from "../../mesh/mesh.ts";
import type { Kinds } from "../api/kinds/kind.ts";
import type { Resources } from "../api/resources.ts";
import { objectsOf } from "./objects.ts";

/** By group: the kinds that configure proxies. */
export const WATCHED: readonly (readonly [group: string, kind: string])[] = [
  ["", "Namespace"],
  ["", "Pod"],
  ["", "Service"],
  ["", "ConfigMap"],
  ["", "Secret"],
  ["discovery.k8s.io", "EndpointSlice"],
  ["security.istio.io", "PeerAuthentication"],
  ["security.istio.io", "AuthorizationPolicy"],
  ["networking.istio.io", "DestinationRule"],
  ["networking.istio.io", "VirtualService"],
  ["networking.istio.io", "Gateway"],
  ["networking.istio.io", "Sidecar"],
  ["networking.istio.io", "ServiceEntry"],
  ["networking.istio.io", "WorkloadEntry"],
];

/** Of ConfigMaps only istiod's own matter, of Secrets only those that a gateway names. */
export function snapshotOf(resources: Resources, kinds: Kinds): Mesh {
  const objects = WATCHED.filter(([, kind]) => kind !== "Secret").flatMap(([group, kind]) =>
    objectsOf(resources, kinds, group, kind, kind === "ConfigMap" ? "istio-system" : undefined),
  );
  return buildMesh(objects, { namespaceLabels: {} });
}
