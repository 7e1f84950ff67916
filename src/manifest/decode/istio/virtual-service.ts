/** Where traffic for a host is sent. */
import type { Destination, Route, RouteMatch, VirtualService } from "../../../mesh/resources/istio.ts";
import type { Meta } from "../../../mesh/resources/meta.ts";
import { defined, entries, type Field, get, integer, isPresent, items, labels, text, texts } from "../field.ts";

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
  const weighted = items(get(route, "route")).map((entry) => decodeDestination(get(entry, "destination"), false));
  const mirrors =
    protocol === "http"
      ? [get(route, "mirror"), ...items(get(route, "mirrors")).map((entry) => get(entry, "destination"))]
      : [];
  return {
    at: route.at,
    protocol,
    matches: items(get(route, "match")).map(decodeMatch),
    forwards: weighted.length > 0 && !ANSWERS.some((key) => isPresent(get(route, key))),
    destinations: defined([...weighted, ...mirrors.map((mirror) => decodeDestination(mirror, true))]),
    ...decodeDelegate(get(route, "delegate")),
  };
}

function decodeDelegate(field: Field): Pick<Route, "delegate"> {
  const name = text(get(field, "name"));
  const namespace = text(get(field, "namespace"));
  return name === undefined ? {} : { delegate: { name, ...(namespace !== undefined && { namespace }) } };
}

/** Fields of an http route that answer or hand on a request without a destination of their own. */
const ANSWERS = ["redirect", "directResponse", "delegate"];

const STATIC_CONDITIONS = [
  "gateways",
  "sourceLabels",
  "sourceNamespace",
  "port",
  "name",
  "statPrefix",
  "ignoreUriCase",
];

function decodeMatch(match: Field): RouteMatch {
  const sourceNamespace = text(get(match, "sourceNamespace"));
  const port = integer(get(match, "port"));
  const sniHosts = texts(get(match, "sniHosts"));
  return {
    gateways: texts(get(match, "gateways")),
    sourceLabels: labels(get(match, "sourceLabels")),
    onRequest: entries(match).some(([key]) => !STATIC_CONDITIONS.includes(key)),
    ...(sniHosts.length > 0 && { sniHosts }),
    ...(sourceNamespace !== undefined && { sourceNamespace }),
    ...(port !== undefined && { port }),
  };
}

function decodeDestination(field: Field, mirror: boolean): Destination | undefined {
  const host = text(get(field, "host"));
  if (host === undefined) return undefined;
  const subset = text(get(field, "subset"));
  const port = integer(get(field, "port", "number"));
  return { at: field.at, host, mirror, ...(subset !== undefined && { subset }), ...(port !== undefined && { port }) };
}
