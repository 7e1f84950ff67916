/** Ingresses of Istio's class, as the Gateways that Istio makes of them. */
import type { Mesh } from "../../mesh.ts";
import type { GatewayServer } from "../../resources/istio.ts";
import type { Labels, Meta } from "../../resources/meta.ts";
import type { Ingress } from "../../resources/routes.ts";

export interface IngressGateway extends Meta {
  readonly selector: Labels;
  readonly servers: readonly GatewayServer[];
  readonly listener?: undefined;
  readonly ingress: Ingress;
}

/** Who serves Ingresses where MeshConfig does not say. */
const SELECTOR: Labels = { istio: "ingressgateway" };

/**
 * Plaintext HTTP on port 80 for all hosts, and HTTPS on 443 for those that have a secret. As old as can be.
 * Istio: pilot/pkg/config/kube/ingress/gateways.go convertIngressV1alpha3.
 */
export function ingressGateways(ingresses: Mesh["ingresses"]): readonly IngressGateway[] {
  return ingresses
    .filter(({ className }) => className === "istio")
    .map((ingress) => ({ ...ingress, created: "", selector: SELECTOR, servers: serversOf(ingress), ingress }));
}

function serversOf({ name, namespace, secrets }: Ingress): readonly GatewayServer[] {
  const own = `${name}-${namespace}`;
  const https = secrets.map(
    ({ at, hosts }): GatewayServer => ({
      at,
      port: 443,
      portName: `https-443-ingress-${own}-${at}`,
      protocol: "HTTPS",
      hosts: hosts.length === 0 ? ["*"] : hosts,
      tls: { mode: "SIMPLE", httpsRedirect: false },
    }),
  );
  return [...https, { at: "/spec", port: 80, portName: `http-80-ingress-${own}`, protocol: "HTTP", hosts: ["*"] }];
}
