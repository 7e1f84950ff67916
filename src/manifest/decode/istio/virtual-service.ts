/** Where traffic for a host is sent. */
import type { Destination, Route, VirtualService } from "../../../mesh/resources/istio.ts";
import type { Meta } from "../../../mesh/resources/meta.ts";
import { defined, type Field, get, integer, items, text, texts } from "../field.ts";

export function decodeVirtualService(root: Field): Omit<VirtualService, keyof Meta> {
  const spec = get(root, "spec");
  return {
    hosts: texts(get(spec, "hosts")),
    gateways: texts(get(spec, "gateways")),
    routes: (["http", "tcp", "tls"] as const).flatMap((protocol) =>
      items(get(spec, protocol)).map((route) => decodeRoute(route, protocol)),
    ),
    exportTo: texts(get(spec, "exportTo")),
  };
}

function decodeRoute(route: Field, protocol: Route["protocol"]): Route {
  const weighted = items(get(route, "route")).map((entry) => get(entry, "destination"));
  const mirrors =
    protocol === "http"
      ? [get(route, "mirror"), ...items(get(route, "mirrors")).map((entry) => get(entry, "destination"))]
      : [];
  return { at: route.at, protocol, destinations: defined([...weighted, ...mirrors].map(decodeDestination)) };
}

function decodeDestination(field: Field): Destination | undefined {
  const host = text(get(field, "host"));
  if (host === undefined) return undefined;
  const subset = text(get(field, "subset"));
  const port = integer(get(field, "port", "number"));
  return { at: field.at, host, ...(subset !== undefined && { subset }), ...(port !== undefined && { port }) };
}
