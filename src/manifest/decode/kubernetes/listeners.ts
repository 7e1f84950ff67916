/** What a Gateway of the Gateway API listens on, by itself and by the ListenerSets that join it. */
import type { ServerTlsMode } from "../../../mesh/resources/istio.ts";
import type { OtherResource } from "../../../mesh/resources/resource.ts";
import type { ClientValidation, GatewayListener, NamespaceChoice } from "../../../mesh/resources/routes.ts";
import { defined, type Field, get, integer, isPresent, items, optional, text } from "../field.ts";
import { decodeSelector } from "./webhook.ts";

type GatewayFields = Pick<
  OtherResource,
  "className" | "listeners" | "hostAddresses" | "listenersFrom" | "validation" | "joins"
>;

export function decodeGatewayListeners(root: Field): GatewayFields {
  const spec = get(root, "spec");
  const className = text(get(spec, "gatewayClassName"));
  const hosts = items(get(spec, "addresses")).filter((address) => text(get(address, "type")) === "Hostname");
  return {
    ...(className !== undefined && { className }),
    listeners: defined(items(get(spec, "listeners")).map(decodeListener)),
    listenersFrom: decodeChoice(get(spec, "allowedListeners", "namespaces"), "None"),
    validation: clientValidation(get(spec, "tls", "frontend")),
    hostAddresses: defined(hosts.map((address) => text(get(address, "value")))),
  };
}

export function decodeListenerSet(root: Field, { namespace }: { readonly namespace: string }): GatewayFields {
  const parent = get(root, "spec", "parentRef");
  const name = text(get(parent, "name"));
  const isGateway = (text(get(parent, "kind")) ?? "Gateway") === "Gateway";
  return {
    listeners: defined(items(get(root, "spec", "listeners")).map(decodeListener)),
    ...(name !== undefined && isGateway && { joins: { namespace: text(get(parent, "namespace")) ?? namespace, name } }),
  };
}

/** Whose objects may join, or as it is where nothing is said. */
function decodeChoice(field: Field, otherwise: string): NamespaceChoice {
  return { from: text(get(field, "from")) ?? otherwise, selector: decodeSelector(get(field, "selector")) };
}

/** Ports that a ListenerSet need not write. Istio: gatewaycommon/gateway_utils.go ListenerEntryPortNumber. */
const USUAL_PORTS: Readonly<Record<string, number>> = { HTTP: 80, HTTPS: 443 };

function decodeListener(field: Field): GatewayListener | undefined {
  const name = text(get(field, "name"));
  const protocol = text(get(field, "protocol")) ?? "";
  const port = integer(get(field, "port")) ?? USUAL_PORTS[protocol];
  if (name === undefined || port === undefined) return undefined;
  const hostname = text(get(field, "hostname"));
  const tls = optional(get(field, "tls"), tlsOf);
  return {
    at: field.at,
    name,
    port,
    protocol,
    routes: decodeChoice(get(field, "allowedRoutes", "namespaces"), "Same"),
    ...(hostname !== undefined && { hostname }),
    ...(tls && { tls }),
  };
}

function tlsOf(field: Field): { readonly mode?: ServerTlsMode } {
  const mode = tlsMode(field);
  return mode === undefined ? {} : { mode };
}

/** Option that asks more of clients than the Gateway API can say. */
const TERMINATE_MODE = "gateway.istio.io/tls-terminate-mode";

/** Istio: pilot/pkg/config/kube/gateway/conversion.go buildTLS. */
function tlsMode(field: Field): ServerTlsMode | undefined {
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
      return undefined;
  }
}

function clientValidation(frontend: Field): ClientValidation {
  return {
    default: validation(get(frontend, "default", "validation")),
    ports: items(get(frontend, "perPort")).map((each) => ({
      port: integer(get(each, "port")) ?? 0,
      mode: validation(get(each, "tls", "validation")),
    })),
  };
}

/** Whether clients are asked for a certificate. */
function validation(field: Field): ServerTlsMode {
  if (!isPresent(field)) return "SIMPLE";
  return text(get(field, "mode")) === "AllowInsecureFallback" ? "OPTIONAL_MUTUAL" : "MUTUAL";
}
