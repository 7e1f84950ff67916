import assert from "node:assert/strict";
import { once } from "node:events";
import { createSecureContext, createServer as createTlsServer, connect as dialTls, type TLSSocket } from "node:tls";
import { afterEach, beforeEach, describe, it } from "mocha";
import type { GatewayServer, Identity, VirtualHost } from "../../../src/embedded/dataplane/config.ts";
import { cluster, identityOf, inbound, NAKED, type Pod, Pods, virtualHost } from "./pods.ts";

const GATEWAY = "10.66.1.30";
const POD = { ip: "10.66.1.21", port: 80 };
const HOST = "httpbin.default.svc.cluster.local";
const workload = { namespace: "default", name: "httpbin", account: "httpbin", app: "httpbin", version: "v1" };
const at = (port: number) => ({ ip: GATEWAY, port });

describe("a gateway", () => {
  let pods: Pods;
  let gateway: Pod;
  let httpbin: Pod;
  let own: Identity;
  const target = cluster(HOST, 8000, [{ ...POD, tlsMode: "istio", workload }]);
  const host = (...domains: readonly string[]): VirtualHost => ({ ...virtualHost(HOST, target.name), domains });

  beforeEach(async () => {
    pods = new Pods();
    own = await identityOf("default", "web");
    await pods.serve(POD);
    const strict = [{ port: 80, family: "http", tls: "mtls-only", service: HOST, servicePort: 8000 }] as const;
    httpbin = await pods.withProxy("httpbin", POD.ip, inbound(strict));
    gateway = await pods.withProxy("gateway", GATEWAY, { type: "router" }, "everything");
  });
  afterEach(() => pods.close());

  async function serve(...servers: readonly GatewayServer[]) {
    gateway.configure({
      servers,
      outbound: { clusters: { [target.name]: target }, http: {}, tcp: {}, otherwise: "blackhole" },
    });
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  const http = (port: number, ...virtualHosts: readonly VirtualHost[]): GatewayServer => ({
    port,
    protocol: "http",
    virtualHosts,
  });
  const https = (
    port: number,
    tls: Partial<NonNullable<GatewayServer["tls"]>>,
    ...hosts: readonly string[]
  ): GatewayServer => ({
    port,
    protocol: "https",
    tls: { mode: "simple", hosts, certificate: own.certificate, key: own.key, ...tls },
    virtualHosts: [host(...hosts)],
  });
  const secure = (port: number, servername: string, client?: Identity): TLSSocket =>
    dialTls({
      socket: pods.network.dial(NAKED, at(port)),
      servername,
      rejectUnauthorized: false,
      secureContext: createSecureContext(client ? { cert: client.certificate, key: client.key } : {}),
    });
  const codeOf = (asked: Promise<unknown>) => asked.then(String, (error: NodeJS.ErrnoException) => error.code);

  it("leads a host to its Service by mutual TLS, and says where the request came from", async () => {
    await serve(http(8080, host("httpbin.example.com")));
    const answer = await pods.get(NAKED, at(8080), {
      host: "httpbin.example.com",
      "x-forwarded-client-cert": "forged",
    });
    assert.equal(answer.status, 200);
    assert.equal(answer.headers.server, "istio-envoy");
    const { headers } = JSON.parse(answer.body);
    assert.equal(headers["x-forwarded-for"], NAKED);
    assert.match(
      headers["x-forwarded-client-cert"],
      /^By=[^;]*httpbin;.*;URI=spiffe:\/\/cluster.local\/ns\/default\/sa\/gateway$/,
    );
    assert.match(httpbin.proxy.prometheus(), /source_workload="gateway".*connection_security_policy="mutual_tls"/);
  });

  const hosts: readonly [readonly string[], string, number][] = [
    [["*"], "anything", 200],
    [["*"], "127.0.0.1:8080", 200],
    [["*.example.com"], "a.example.com", 200],
    [["*.example.com"], "example.org", 404],
    [["a.example.com"], "a.example.com:8080", 200],
    [[], "a.example.com", 404],
  ];
  for (const [names, asked, status] of hosts) {
    it(`with hosts [${names}] answers ${asked} with ${status}`, async () => {
      await serve(http(8080, ...(names.length > 0 ? [host(...names)] : [])));
      assert.equal((await pods.get(NAKED, at(8080), { host: asked })).status, status);
      if (status === 404) assert.match(gateway.log.at(-1) ?? "", / 404 NR route_not_found /);
    });
  }

  it("joins the hosts of two servers on one port", async () => {
    await serve(http(8080, host("a.com")), http(8080, host("b.com")));
    assert.equal((await pods.get(NAKED, at(8080), { host: "a.com" })).status, 200);
    assert.equal((await pods.get(NAKED, at(8080), { host: "b.com" })).status, 200);
  });

  it("opens and closes ports as it is configured, and keeps those that stay", async () => {
    await serve(http(8080, host("*")));
    await serve(http(8080, host("*")), http(8081, host("*")));
    assert.equal((await pods.get(NAKED, at(8081))).status, 200);
    await serve(http(8080, host("*")));
    assert.equal(await codeOf(pods.get(NAKED, at(8081))), "ECONNREFUSED");
    assert.equal((await pods.get(NAKED, at(8080))).status, 200);
  });

  it("ends TLS, and chooses the server by the name that the client asks for", async () => {
    await serve(https(8443, {}, "a.example.com"), https(8443, {}, "*.example.org"));
    const answer = await pods.ask(secure(8443, "a.example.com"), { host: "a.example.com" });
    assert.equal(JSON.parse(answer.body).headers["x-forwarded-proto"], "https");
    assert.equal((await pods.ask(secure(8443, "b.example.org"), { host: "b.example.org" })).status, 200);
    assert.equal(
      (await pods.ask(secure(8443, "b.example.org"), { host: "a.example.com" })).status,
      404,
      "another's host",
    );
    assert.equal(await codeOf(pods.ask(secure(8443, "c.example.net"), {})), "ECONNRESET");
    assert.match(gateway.log.at(-1) ?? "", /NR filter_chain_not_found/);
    assert.equal(await codeOf(pods.get(NAKED, at(8443))), "ECONNRESET", "plaintext");
  });

  it("resets TLS where its certificate is not there", async () => {
    const { certificate: _, key: __, ...bare } = https(8443, {}, "a.example.com").tls ?? { mode: "simple", hosts: [] };
    await serve({ port: 8443, protocol: "https", tls: bare, virtualHosts: [host("*")] });
    assert.equal(await codeOf(pods.ask(secure(8443, "a.example.com"), {})), "ECONNRESET");
  });

  const clients: readonly ["mutual" | "istio-mutual", boolean, string][] = [
    ["mutual", true, "200"],
    ["mutual", false, "refused"],
    ["istio-mutual", true, "200"],
    ["istio-mutual", false, "refused"],
  ];
  for (const [mode, shows, expected] of clients) {
    it(`${mode}: a client ${shows ? "with" : "without"} a certificate gets ${expected}`, async () => {
      await serve(https(8443, { mode, roots: own.roots }, "*"));
      const asked = pods.ask(secure(8443, "x.example.com", shows ? own : undefined), { host: "x" });
      const said = await asked.then(
        ({ status }) => String(status),
        () => "refused",
      );
      assert.equal(said, expected);
    });
  }

  it("passes TLS through by its name", async () => {
    const server = createTlsServer({ cert: own.certificate, key: own.key }, (socket) => socket.end("inner"));
    await pods.serveTcp({ ip: "10.66.1.40", port: 443 }, ({ socket }) => server.emit("connection", socket));
    const inner = { ...cluster("inner", 443, [{ ip: "10.66.1.40", port: 443 }]), name: "inner" };
    gateway.configure({
      servers: [
        {
          port: 8443,
          protocol: "tls",
          tls: { mode: "passthrough", hosts: ["inner.example.com"] },
          virtualHosts: [],
          tcp: { weighted: [{ cluster: "inner", weight: 1 }], sniff: false },
        },
      ],
      outbound: { clusters: { inner }, http: {}, tcp: {}, otherwise: "blackhole" },
    });
    await new Promise((resolve) => setTimeout(resolve, 10));
    const socket = secure(8443, "inner.example.com");
    assert.equal(String((await once(socket, "data"))[0]), "inner");
    socket.destroy();
  });
});
