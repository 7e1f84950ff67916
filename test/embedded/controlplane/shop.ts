/** A caller, a gateway and a shop of two versions; what is added to them, and how the control plane then configures a pod. */
import { proxyConfigs } from "../../../src/embedded/controlplane/proxy-config.ts";
import { snapshotOf } from "../../../src/embedded/controlplane/snapshot.ts";
import type { HttpRoute, ProxyConfig } from "../../../src/embedded/dataplane/config.ts";
import { objectsIn } from "../differential/stage/objects.ts";
import { stored } from "../differential/stage/stored.ts";

const pod = (namespace: string, name: string, ip: string, labels: string, more = "args: [proxy, sidecar]") => `
---
apiVersion: v1
kind: Pod
metadata: { name: ${name}, namespace: ${namespace}, labels: { ${labels} } }
spec: { serviceAccountName: ${name}, containers: [{ name: app }, { name: istio-proxy, ${more} }] }
status: { phase: Running, podIP: ${ip} }
`;

const service = (namespace: string, name: string, ip: string, ports: string) => `
---
apiVersion: v1
kind: Service
metadata: { name: ${name}, namespace: ${namespace} }
spec: { clusterIP: ${ip}, selector: { app: ${name} }, ports: [${ports}] }
`;

const MESH =
  ["istio-system", "shop", "edge"]
    .map((name) => `\n---\napiVersion: v1\nkind: Namespace\nmetadata: { name: ${name} }\n`)
    .join("") +
  pod("shop", "web", "10.1.0.1", "app: web, tier: front") +
  pod("shop", "cart-v1", "10.1.0.2", "app: cart, version: v1, security.istio.io/tlsMode: istio") +
  pod("shop", "cart-v2", "10.1.0.3", "app: cart, version: v2, security.istio.io/tlsMode: istio") +
  pod("edge", "ingress", "10.1.0.4", "app: ingress, istio: ingress", "args: [proxy, router]") +
  service("shop", "cart", "10.96.0.1", "{ name: http, port: 80, targetPort: 8080 }") +
  service("shop", "stock", "10.96.0.2", "{ name: http, port: 9000, targetPort: 8080 }") +
  service(
    "edge",
    "ingress",
    "10.96.0.3",
    "{ name: http, port: 80, targetPort: 8080 }, { name: https, port: 443, targetPort: 8443 }",
  );

/** With objects added, that of a pod. */
export function configOf(name: string, added: string): ProxyConfig {
  const { resources, kinds } = stored(objectsIn(`${MESH}\n---\n${added}`));
  const mesh = snapshotOf(resources, kinds);
  const configFor = proxyConfigs(mesh, { resources, kinds });
  for (const workload of mesh.workloads) {
    for (const replica of workload.replicas) {
      const found = `${replica.namespace}/${replica.pod?.name}` === name ? configFor(workload, replica) : undefined;
      if (found !== undefined) return found;
    }
  }
  throw new Error(`${name} has no proxy`);
}

export const CART = "outbound|80||cart.shop.svc.cluster.local";

/** How the caller goes to the cart, with a VirtualService whose http section is given. */
export function routesToCart(http: string): readonly HttpRoute[] {
  const virtualService = `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: cart, namespace: shop }
spec: { hosts: [cart], http: ${http} }
`;
  const hosts = configOf("shop/web", virtualService).outbound.http["80"] ?? [];
  return hosts.find(({ domains }) => domains.includes("cart"))?.routes ?? [];
}
