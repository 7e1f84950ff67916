import assert from "node:assert/strict";
import { once } from "node:events";
import { connect as connectHttp2, createServer as createHttp2Server } from "node:http2";
import { text } from "node:stream/consumers";
import { createServer as createTlsServer, type Server as TlsServer } from "node:tls";
import { afterEach, beforeEach, describe, it } from "mocha";
import { createAuthority } from "../../../src/embedded/certificates/authority.ts";
import type { Cluster } from "../../../src/embedded/dataplane/config.ts";
import { cluster, identityOf, inbound, type Pod, type Pods, virtualHost } from "./pods.ts";
import { CALLER, clusters, HOST, plain, type Shop, served, startShop, V1, V2, VIP, v1 } from "./shop.ts";

describe("a caller's sidecar, of connections,", () => {
  let shop: Shop;
  let pods: Pods;
  let caller: Pod;
  const routes: Shop["routes"] = (...told) => shop.routes(...told);
  const call: Shop["call"] = (...asked) => shop.call(...asked);
  beforeEach(async () => {
    shop = await startShop();
    ({ pods, caller } = shop);
  });
  afterEach(() => pods.close());
  it("passes a WebSocket", async () => {
    await pods.serveTcp({ ...V1, port: 8085 }, ({ socket }) => {
      socket.once("data", (head) => {
        assert.match(String(head), /upgrade: websocket/i);
        socket.write("HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\n\r\n");
        socket.on("data", (chunk) => socket.write(`echo ${chunk}`));
      });
    });
    routes([served], { clusters: { v1: plain("v1", [{ ...V1, port: 8085 }]) } });
    const socket = pods.network.dial(CALLER, VIP);
    socket.write("GET /ws HTTP/1.1\r\nhost: shop\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\r\n");
    assert.match(String((await once(socket, "data"))[0]), /^HTTP\/1.1 101/);
    socket.write("frame");
    assert.equal(String((await once(socket, "data"))[0]), "echo frame");
    socket.destroy();
  });

  it("passes HTTP/2 to the Service that was dialled, by mTLS", async () => {
    const app = createHttp2Server((request, response) => response.end(`${request.httpVersion} ${request.url}`));
    const POD = { ip: "10.66.3.2", port: 9000 };
    await pods.serveTcp(POD, ({ socket }) => app.emit("connection", socket));
    await pods.withProxy("grpc", POD.ip, inbound([{ port: 9000, family: "http", tls: "mtls-only" }]));
    const target = cluster(HOST, 80, [{ ...POD, tlsMode: "istio" }]);
    routes([{ matches: [], action: clusters(target.name) }], { clusters: { [target.name]: target } }, [HOST, VIP.ip]);
    const session = connectHttp2("http://shop", { createConnection: () => pods.network.dial(CALLER, VIP) });
    const stream = session.request({ ":path": "/hello" });
    assert.equal(await text(stream), "2.0 /hello");
    session.destroy();
  });

  describe("with TCP", () => {
    const DB = { ip: "10.67.0.10", port: 5432 };
    const POD = { ip: "10.66.3.1", port: 5432 };
    let db: Pod;
    beforeEach(async () => {
      await pods.serveTcp(POD, ({ socket }) => {
        socket.on("data", (chunk) => socket.write(`db ${chunk}`)).on("end", () => socket.end());
      });
      db = await pods.withProxy(
        "db",
        POD.ip,
        inbound([{ port: 5432, family: "tcp", tls: "mtls-only", service: "db.default.svc.cluster.local" }]),
      );
      const workload = { namespace: "default", name: "db", account: "db", app: "db", version: "v1" };
      const target = cluster("db.default.svc.cluster.local", 5432, [{ ...POD, tlsMode: "istio", workload }]);
      routes([], {
        clusters: { [target.name]: target },
        tcp: { [`${DB.ip}:${DB.port}`]: { weighted: [{ cluster: target.name, weight: 1 }], sniff: false } },
      });
    });

    it("goes to a STRICT server by mTLS, and both count the connection", async () => {
      const socket = pods.network.dial(CALLER, DB);
      socket.write("select");
      assert.equal(String((await once(socket, "data"))[0]), "db select");
      socket.end();
      await once(socket, "close");
      await new Promise((resolve) => setTimeout(resolve, 20));
      const opened =
        /istio_tcp_connections_opened_total\{reporter="destination",source_workload="caller".*source_principal="spiffe:\/\/cluster.local\/ns\/default\/sa\/caller".*connection_security_policy="mutual_tls"\} 1/;
      assert.match(db.proxy.prometheus(), opened);
      assert.match(db.proxy.prometheus(), /istio_tcp_connections_closed_total\{.*\} 1/);
      assert.match(db.proxy.prometheus(), /istio_tcp_received_bytes_total\{.*\} 6/);
      assert.match(
        caller.proxy.prometheus(),
        /istio_tcp_connections_opened_total\{reporter="source".*destination_workload="db"/,
      );
      assert.match(caller.log.at(-1) ?? "", /"- - -" 0 - - - "-" 6 9 \d+ - .* outbound\|5432\|\|db/);
    });

    it("goes to the black hole under REGISTRY_ONLY, and the log says so", async () => {
      routes([], { otherwise: "blackhole" });
      const socket = pods.network.dial(CALLER, { ip: DB.ip, port: 1 });
      assert.equal(await text(socket), "");
      assert.match(caller.log.at(-1) ?? "", /"- - -" 0 UH .* BlackHoleCluster /);
    });

    it("where HTTP is found in it, goes by the routes of the address and not by the Host header", async () => {
      const found = { name: HOST, domains: ["*"], routes: [served] };
      const weighted = [{ cluster: "v2", weight: 1 }];
      routes([], {
        tcp: { [`${DB.ip}:${DB.port}`]: { weighted, sniff: true, http: [found] } },
        otherwise: "blackhole",
      });
      const answer = await pods.get(CALLER, DB, { host: "10.66.3.1:5432" });
      assert.equal(answer.headers["x-served-by"], "v1");
    });

    it("lets each side end on its own, through both sidecars", async () => {
      const at = { ip: POD.ip, port: 5433 };
      const got = new Promise<string>((resolve) => {
        void pods.serveTcp(at, ({ socket }) => {
          socket.end("greeting");
          text(socket).then(resolve);
        });
      });
      db.configure(inbound([{ port: 5433, family: "tcp", tls: "mtls-only" }]));
      const target = cluster("db", 5433, [{ ...at, tlsMode: "istio" }]);
      const route = { weighted: [{ cluster: target.name, weight: 1 }], sniff: false };
      routes([], { clusters: { [target.name]: target }, tcp: { [`${DB.ip}:${DB.port}`]: route } });
      const socket = pods.network.dial(CALLER, DB, { allowHalfOpen: true });
      assert.equal(await text(socket), "greeting");
      socket.end("late");
      assert.equal(await got, "late");
    });

    it("closes the connection at its first byte where a policy denies it", async () => {
      const rules = [{ from: [[{ key: "source.principal", values: ["*"], notValues: [] }]], to: [], when: [] }];
      const deny = { name: "d", namespace: "default", action: "DENY", rules } as const;
      db.configure(inbound([{ port: 5432, family: "tcp", tls: "mtls-only" }], { authorization: [deny] }));
      const socket = pods.network.dial(CALLER, DB);
      socket.write("select");
      assert.equal(await text(socket), "");
    });

    it("sees the connection end where the server refuses plaintext", async () => {
      const direct = pods.network.dial(CALLER, POD);
      direct.write("select");
      await assert.rejects(once(direct, "data"), { code: "ECONNRESET" });
    });
  });

  describe("with TLS that a DestinationRule asks for", () => {
    let server: TlsServer;
    let asked: string[];
    beforeEach(async () => {
      const identity = await identityOf("default", "legacy");
      asked = [];
      server = createTlsServer({ cert: identity.certificate, key: identity.key }, (socket) => {
        asked.push(String(socket.servername));
        socket.once("data", () =>
          socket.end("HTTP/1.1 200 OK\r\ncontent-length: 6\r\nconnection: close\r\n\r\nsecure"),
        );
      });
      await pods.serveTcp({ ...V1, port: 8443 }, ({ socket }) => server.emit("connection", socket));
    });

    it("SIMPLE speaks TLS to the application, with the name that it is told", async () => {
      const simple = plain("v1", [{ ...V1, port: 8443 }], { tls: { mode: "simple", sni: "legacy.example.com" } });
      routes([served], { clusters: { v1: simple } });
      assert.equal((await call()).body, "secure");
      assert.deepEqual(asked, ["legacy.example.com"]);
    });

    it("with roots that do not fit, it refuses the server", async () => {
      const roots = (await createAuthority()).root;
      const simple = plain("v1", [{ ...V1, port: 8443 }], {
        tls: { mode: "simple", sni: "legacy.example.com", roots },
      });
      routes([served], { clusters: { v1: simple } });
      assert.equal((await call()).status, 503);
      assert.match(caller.log.at(-1) ?? "", /CERTIFICATE_VERIFY_FAILED/);
    });
  });

  it("keeps connections to what stays when it is configured anew, and drops those to what changed", async () => {
    routes([served]);
    await call();
    const opened = () => caller.proxy.stats().match(/cluster.v1;.upstream_cx_total: (\d+)/)?.[1];
    caller.configure({ statsPrefixes: ["cluster.v"] });
    const again = (more: Partial<Cluster>) => routes([served], { clusters: { v1: { ...v1, ...more } } });
    again({ endpoints: [V1, V2] });
    await call();
    assert.equal(opened(), "1");
    await call();
    again({ connectTimeout: 9_000 });
    await call();
    assert.equal(opened(), "3", "one for the second endpoint, one after the change");
  });

  it("sends HTTP of a headless Service where it was dialled", async () => {
    const headless: Cluster = { ...plain("headless", [V1, V2]), discovery: "original-dst" };
    caller.configure({
      outbound: {
        clusters: { headless },
        http: { 8080: [virtualHost("shop", "headless")] },
        tcp: {},
        otherwise: "passthrough",
      },
    });
    assert.equal((await pods.get(CALLER, V2, { host: "shop" })).headers["x-served-by"], "v2");
  });
});
