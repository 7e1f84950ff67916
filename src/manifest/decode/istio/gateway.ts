/** What a gateway listens on. */
import type { Gateway, GatewayServer, ServerTlsMode } from "../../../mesh/resources/istio.ts";
import type { Meta } from "../../../mesh/resources/meta.ts";
import { defined, type Field, flag, get, integer, items, labels, optional, text, texts, word } from "../field.ts";

export function decodeGateway(root: Field): Omit<Gateway, keyof Meta> {
  const spec = get(root, "spec");
  return { selector: labels(get(spec, "selector")), servers: defined(items(get(spec, "servers")).map(decodeServer)) };
}

function decodeServer(field: Field): GatewayServer | undefined {
  const port = integer(get(field, "port", "number"));
  if (port === undefined) return undefined;
  const bind = text(get(field, "bind"));
  const tls = optional(get(field, "tls"), decodeTls);
  return {
    at: field.at,
    port,
    portName: text(get(field, "port", "name")) ?? "",
    protocol: text(get(field, "port", "protocol")) ?? "",
    hosts: texts(get(field, "hosts")),
    ...(bind !== undefined && { bind }),
    ...(tls && { tls }),
  };
}

const MODES: readonly ServerTlsMode[] = [
  "PASSTHROUGH",
  "SIMPLE",
  "MUTUAL",
  "AUTO_PASSTHROUGH",
  "ISTIO_MUTUAL",
  "OPTIONAL_MUTUAL",
];

/** Istio API: ServerTLSSettings.mode is PASSTHROUGH where it is not set. */
function decodeTls(field: Field): NonNullable<GatewayServer["tls"]> {
  return {
    mode: word(get(field, "mode"), MODES) ?? "PASSTHROUGH",
    httpsRedirect: flag(get(field, "httpsRedirect")) ?? false,
  };
}
