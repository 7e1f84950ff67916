/** What a gateway's pod is told to listen on: servers of Gateways, and the VirtualServices that are bound to them. */
import assert from "node:assert/strict";
import type { GatewayServer } from "../../../src/embedded/dataplane/config.ts";
import { CART, configOf } from "./shop.ts";

const gateway = (servers: string, name = "public", selector = "ingress") => `
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: ${name}, namespace: edge }
spec: { selector: { istio: ${selector} }, servers: [${servers}] }
`;
const virtualService = (hosts: string, more = "", gateways = "[edge/public]") => `
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: cart, namespace: shop }
spec: { hosts: [${hosts}], gateways: ${gateways}, ${more === "" ? "http: [{ route: [{ destination: { host: cart } }] }]" : more} }
`;
const HTTP = "port: { number: 80, name: http, protocol: HTTP }";
const server = (hosts: string, more = HTTP) => `{ ${more}, hosts: [${hosts}] }`;
const tls = (mode: string, hosts: string, protocol = "HTTPS") =>
  server(hosts, `port: { number: 443, name: tls, protocol: ${protocol} }, tls: { mode: ${mode} }`);

const serversOf = (...yaml: readonly string[]) => configOf("edge/ingress", yaml.join("\n")).servers;
const domainsOf = (servers: readonly GatewayServer[]) =>
  servers.flatMap(({ virtualHosts }) => virtualHosts.flatMap(({ domains }) => domains));

describe("servers of a gateway", () => {
  it("listens where the port of its Service leads, and goes to the destination", () => {
    const [one, ...more] = serversOf(gateway(server('"*"')), virtualService("cart.example"));
    assert.deepEqual(more, []);
    assert.equal(one?.port, 8080);
    assert.equal(one?.protocol, "http");
    const [host] = one?.virtualHosts ?? [];
    assert.deepEqual(host?.domains, ["cart.example"]);
    assert.deepEqual(host?.routes[0]?.action, { type: "clusters", weighted: [{ cluster: CART, weight: 100 }] });
  });

  it("a destination without a port takes the only one of its Service", () => {
    const http = "http: [{ route: [{ destination: { host: stock } }] }]";
    const [one] = serversOf(gateway(server('"*"')), virtualService("cart.example", http));
    const weighted = [{ cluster: "outbound|9000||stock.shop.svc.cluster.local", weight: 100 }];
    assert.deepEqual(one?.virtualHosts[0]?.routes[0]?.action, { type: "clusters", weighted });
  });

  it("Gateways that select other pods say nothing", () => {
    assert.deepEqual(serversOf(gateway(server('"*"'), "public", "egress"), virtualService("cart.example")), []);
  });

  it("plain servers of one port are one listener", () => {
    const servers = serversOf(gateway(server("a.example")), gateway(server("b.example"), "second"));
    assert.deepEqual(
      servers.map(({ port }) => port),
      [8080],
    );
  });

  const HOSTS: readonly (readonly [server: string, wanted: string, served: readonly string[]])[] = [
    ['"*.example"', "cart.example", ["cart.example"]],
    ["cart.example", '"*.example"', ["cart.example"]],
    ["shop/cart.example", "cart.example", ["cart.example"]],
    ["other/cart.example", "cart.example", []],
    ["./cart.example", "cart.example", []],
    ["other.example", "cart.example", []],
  ];
  for (const [hosts, wanted, served] of HOSTS) {
    it(`of ${wanted} a server for ${hosts} serves ${served.join() || "nothing"}`, () => {
      assert.deepEqual(domainsOf(serversOf(gateway(server(hosts)), virtualService(wanted))), served);
    });
  }

  it("a VirtualService that names another Gateway is not served", () => {
    assert.deepEqual(domainsOf(serversOf(gateway(server('"*"')), virtualService("a.example", "", "[edge/other]"))), []);
  });

  it("httpsRedirect answers instead of the routes", () => {
    const [one] = serversOf(
      gateway(server('"*"', `${HTTP}, tls: { httpsRedirect: true }`)),
      virtualService("a.example"),
    );
    assert.deepEqual(one?.virtualHosts[0]?.routes[0]?.action, { type: "redirect", code: 301, scheme: "https" });
  });

  it("TLS that ends here has the certificate of its Secret", () => {
    const secret = `
---
apiVersion: v1
kind: Secret
metadata: { name: own, namespace: edge }
data: { tls.crt: ${btoa("certificate")}, tls.key: ${btoa("key")} }
`;
    const [one] = serversOf(
      gateway(tls("SIMPLE, credentialName: own", "a.example")),
      virtualService("a.example"),
      secret,
    );
    assert.equal(one?.protocol, "https");
    assert.deepEqual(one?.tls, { mode: "simple", hosts: ["a.example"], certificate: "certificate", key: "key" });
  });

  it("TLS that passes through goes to the route for its name", () => {
    const route = "tls: [{ match: [{ sniHosts: [a.example] }], route: [{ destination: { host: cart } }] }]";
    const [one] = serversOf(gateway(tls("PASSTHROUGH", "a.example", "TLS")), virtualService("a.example", route));
    assert.equal(one?.protocol, "tls");
    assert.deepEqual(one?.tcp, { weighted: [{ cluster: CART, weight: 1 }], sniff: false });
  });
});

describe("statistics beside the default ones", () => {
  it("are those that the pod's annotations name", () => {
    const annotated = `
---
apiVersion: v1
kind: Pod
metadata:
  name: counted
  namespace: shop
  annotations:
    sidecar.istio.io/statsInclusionPrefixes: "tls_inspector, listener.0.0.0.0_15006"
    proxy.istio.io/config: |
      proxyStatsMatcher: { inclusionPrefixes: [cluster.outbound] }
spec: { containers: [{ name: istio-proxy }] }
status: { phase: Running, podIP: 10.1.0.9 }
`;
    const prefixes = ["tls_inspector", "listener.0.0.0.0_15006", "cluster.outbound"];
    assert.deepEqual(configOf("shop/counted", annotated).statsPrefixes, prefixes);
    assert.deepEqual(configOf("shop/web", "").statsPrefixes, []);
  });
});
