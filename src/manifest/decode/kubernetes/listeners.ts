/** What a Gateway of the Gateway API listens on. */
import type { ServerTlsMode } from "../../../mesh/resources/istio.ts";
import type { OtherResource } from "../../../mesh/resources/resource.ts";
import type { GatewayListener } from "../../../mesh/resources/routes.ts";
import { defined, type Field, get, integer, isPresent, items, optional, text } from "../field.ts";

export function decodeListeners(root: Field): Pick<OtherResource, "className" | "listeners" | "hostAddresses"> {
  const spec = get(root, "spec");
  const className = text(get(spec, "gatewayClassName"));
  const addresses = items(get(spec, "addresses"));
  const hosts = addresses.filter((address) => text(get(address, "type")) === "Hostname");
  const frontend = get(spec, "tls", "frontend");
  const perPort = items(get(frontend, "perPort"));
  const asked = (port: number) => {
    const own = perPort.find((each) => integer(get(each, "port")) === port);
    return validation(own === undefined ? get(frontend, "default", "validation") : get(own, "tls", "validation"));
  };
  return {
    ...(className !== undefined && { className }),
    listeners: defined(items(get(spec, "listeners")).map((listener) => decodeListener(listener, asked))),
    hostAddresses: defined(hosts.map((address) => text(get(address, "value")))),
  };
}

function decodeListener(field: Field, asked: (port: number) => ServerTlsMode): GatewayListener | undefined {
  const name = text(get(field, "name"));
  const port = integer(get(field, "port"));
  if (name === undefined || port === undefined) return undefined;
  const hostname = text(get(field, "hostname"));
  const tls = optional(get(field, "tls"), (each) => ({ mode: tlsMode(each, asked(port)) }));
  return {
    at: field.at,
    name,
    port,
    protocol: text(get(field, "protocol")) ?? "",
    routesFrom: text(get(field, "allowedRoutes", "namespaces", "from")) ?? "Same",
    ...(hostname !== undefined && { hostname }),
    ...(tls && { tls }),
  };
}

/** Option that asks more of clients than the Gateway API can say. */
const TERMINATE_MODE = "gateway.istio.io/tls-terminate-mode";

/** Istio: pilot/pkg/config/kube/gateway/conversion.go buildTLS. */
function tlsMode(field: Field, asked: ServerTlsMode): ServerTlsMode {
  const options = get(field, "options");
  if (text(get(field, "mode")) === "Passthrough") {
    return text(get(options, "gateway.istio.io/listener-protocol")) === "auto-passthrough"
      ? "AUTO_PASSTHROUGH"
      : "PASSTHROUGH";
  }
  switch (text(get(options, TERMINATE_MODE))) {
    case "MUTUAL":
      return "MUTUAL";
    case "OPTIONAL_MUTUAL":
      return "OPTIONAL_MUTUAL";
    case "ISTIO_MUTUAL":
      return "ISTIO_MUTUAL";
    default:
      return asked;
  }
}

/** Whether the Gateway itself asks clients for a certificate, at all of its ports. */
function validation(field: Field): ServerTlsMode {
  if (!isPresent(field)) return "SIMPLE";
  return text(get(field, "mode")) === "AllowInsecureFallback" ? "OPTIONAL_MUTUAL" : "MUTUAL";
}
