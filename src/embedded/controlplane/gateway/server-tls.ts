/** How a server of a Gateway ends TLS. Istio: pilot/pkg/networking/core/gateway.go buildGatewayListenerTLSContext. */
import type { GatewayServer } from "../../dataplane/config.ts";

export interface WrittenServer {
  readonly port: { readonly number: number; readonly protocol: string };
  readonly hosts?: readonly string[];
  readonly tls?: { readonly mode?: string; readonly credentialName?: string; readonly httpsRedirect?: boolean };
}

/** Certificate, key and roots of a Secret in the gateway's namespace. */
export type CertificateReader = (
  namespace: string,
  name: string,
) => { readonly certificate?: string; readonly key?: string; readonly roots?: string };

const MODES: Readonly<Record<string, NonNullable<GatewayServer["tls"]>["mode"]>> = {
  SIMPLE: "simple",
  MUTUAL: "mutual",
  OPTIONAL_MUTUAL: "simple",
  ISTIO_MUTUAL: "istio-mutual",
  PASSTHROUGH: "passthrough",
  AUTO_PASSTHROUGH: "passthrough",
};

/** Without a mode TLS is SIMPLE; a plain HTTP server has none, whatever it says of redirects. */
export function tlsOf(
  { port, hosts = [], tls }: WrittenServer,
  namespace: string,
  certificates: CertificateReader,
): GatewayServer["tls"] {
  if (
    tls === undefined ||
    (["HTTP", "HTTP2", "GRPC", "TCP"].includes(port.protocol.toUpperCase()) && tls.mode === undefined)
  ) {
    return undefined;
  }
  const names = hosts.map((host) => host.split("/").at(-1) ?? host);
  const secret = tls.credentialName === undefined ? {} : certificates(namespace, tls.credentialName);
  return { mode: MODES[tls.mode ?? "SIMPLE"] ?? "simple", hosts: names, ...secret };
}
