/** A Gateway of the Gateway API as a waypoint: whom its HBONE listener takes, and whether it is there. */
import type { WaypointListener } from "../../../mesh/resources/waypoint.ts";
import { type Field, get, integer, isPresent, items, optional, text } from "../field.ts";
import { decodeSelector } from "./webhook.ts";

/** Istio: pilot/pkg/serviceregistry/ambient/waypoints.go makeAllowedRoutes, makeWaypointSelector. */
export function decodeWaypoint(root: Field): WaypointListener {
  const hbone = items(get(root, "spec", "listeners")).find(
    (listener) => text(get(listener, "protocol")) === "HBONE" && integer(get(listener, "port")) === 15008,
  );
  const namespaces = hbone && get(hbone, "allowedRoutes", "namespaces");
  const status = optional(get(root, "status"), (each) => items(get(each, "addresses")).length > 0);
  return {
    from: (namespaces && text(get(namespaces, "from"))) ?? "Same",
    selector:
      namespaces && isPresent(get(namespaces, "selector"))
        ? decodeSelector(get(namespaces, "selector"))
        : { matchLabels: {}, matchExpressions: [] },
    ...(status !== undefined && { hasAddress: status }),
  };
}
