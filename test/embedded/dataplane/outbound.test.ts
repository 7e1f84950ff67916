import assert from "node:assert/strict";
import { once } from "node:events";
import { connect as connectHttp2, createServer as createHttp2Server } from "node:http2";
import { text } from "node:stream/consumers";
import { createServer as createTlsServer, type Server as TlsServer } from "node:tls";
import { afterEach, beforeEach, describe, it } from "mocha";
import type { Cluster, Endpoint, HttpRoute, Outbound, VirtualHost } from "../../../src/embedded/dataplane/config.ts";
import { cluster, type Handler, identityOf, inbound, type Pod, Pods, virtualHost } from "./pods.ts";

const CALLER = "10.66.1.20";
const VIP = { ip: "10.67.0.9", port: 80 };
const HOST = "shop.default.svc.cluster.local";
const V1 = { ip: "10.66.2.1", port: 8080 };
const V2 = { ip: "10.66.2.2", port: 8080 };

const named =
  (name: string): Handler =>
  (request, response) => {
    response.setHeader("x-served-by", name);
    response.end(`${name} ${request.method} ${request.headers.host} ${request.url}`);
  };

describe("a caller's sidecar", () => {
  let pods: Pods;
  let caller: Pod;

  const plain = (name: string, endpoints: readonly Endpoint[], more: Partial<Cluster> = {}): Cluster => ({
    ...cluster(HOST, 80, endpoints),
    name,
    tls: { mode: "none" },
    ...more,
  });
  const v1 = plain("v1", [V1]);
  const v2 = plain("v2", [V2]);
  const to = (name: string, weight = 1) => ({ cluster: name, weight });
  const clusters = (...names: readonly string[]) =>
    ({ type: "clusters", weighted: names.map((name) => to(name)) }) as const;
  const match = (more: Partial<HttpRoute["matches"][number]>) => ({
    headers: {},
    withoutHeaders: {},
    query: {},
    ...more,
  });

  function routes(list: readonly HttpRoute[], more: Partial<Outbound> = {}, domains = [HOST, "shop"]) {
    const host: VirtualHost = { name: HOST, domains, routes: list };
    caller.configure({
      outbound: { clusters: { v1, v2 }, http: { 80: [host] }, tcp: {}, otherwise: "passthrough", ...more },
    });
  }
  const call = (path = "/", headers: Record<string, string> = {}, method = "GET", body?: string) =>
    pods.get(CALLER, VIP, { host: "shop", ...headers }, path, method, body);

  beforeEach(async () => {
    pods = new Pods();
    caller = await pods.withProxy("caller", CALLER);
    await pods.serve(V1, named("v1"));
    await pods.serve(V2, named("v2"));
    pods.network.route(VIP, [V1]);
  });
  afterEach(() => pods.close());

  const either: readonly HttpRoute[] = [
    { matches: [match({ path: { type: "prefix", value: "/v2" } })], action: clusters("v2") },
    { matches: [match({ path: { type: "exact", value: "/exact" } })], action: clusters("v2") },
    { matches: [match({ path: { type: "regex", value: "/r[0-9]+" } })], action: clusters("v2") },
    { matches: [match({ headers: { "X-User": { type: "exact", value: "jason" } } })], action: clusters("v2") },
    { matches: [match({ headers: { "x-any": { type: "present", value: "" } } })], action: clusters("v2") },
    { matches: [match({ method: { type: "exact", value: "DELETE" } })], action: clusters("v2") },
    { matches: [match({ query: { version: { type: "exact", value: "two" } } })], action: clusters("v2") },
    {
      matches: [
        match({ path: { type: "prefix", value: "/not" }, withoutHeaders: { "x-old": { type: "present", value: "" } } }),
      ],
      action: clusters("v2"),
    },
    { matches: [], action: clusters("v1") },
  ];
  const matching: readonly [string, string, Record<string, string>, string, string][] = [
    ["nothing else", "/", {}, "GET", "v1"],
    ["a prefix", "/v2/x", {}, "GET", "v2"],
    ["an exact path, the query left out", "/exact?a=1", {}, "GET", "v2"],
    ["no more than the exact path", "/exact/1", {}, "GET", "v1"],
    ["a whole regular expression", "/r12", {}, "GET", "v2"],
    ["no part of one", "/r12/x", {}, "GET", "v1"],
    ["a header, whatever its case", "/", { "x-user": "jason" }, "GET", "v2"],
    ["no other value of it", "/", { "x-user": "jane" }, "GET", "v1"],
    ["a header that is present", "/", { "x-any": "1" }, "GET", "v2"],
    ["a method", "/", {}, "DELETE", "v2"],
    ["a query parameter", "/?version=two", {}, "GET", "v2"],
    ["a header that is absent", "/not", {}, "GET", "v2"],
    ["not where it is present", "/not", { "x-old": "1" }, "GET", "v1"],
  ];
  for (const [what, path, headers, method, expected] of matching) {
    it(`routes by ${what}`, async () => {
      routes(either);
      assert.equal((await call(path, headers, method)).headers["x-served-by"], expected);
    });
  }

  const domains: readonly [string, readonly string[], string, number][] = [
    ["the exact host", ["shop"], "shop", 200],
    ["the host with a port", ["shop"], "shop:80", 200],
    ["any case", ["shop"], "SHOP", 200],
    ["a suffix", ["*.example.com"], "a.b.example.com", 200],
    ["no bare suffix", ["*.example.com"], "example.com", 502],
    ["anything", ["*"], "else", 200],
    ["not another host", ["shop"], "shopping", 502],
  ];
  for (const [what, names, host, status] of domains) {
    it(`serves ${what}: ${names} for ${host} is ${status}`, async () => {
      routes([{ matches: [], action: clusters("v1") }], { otherwise: "blackhole" }, [...names]);
      assert.equal((await call("/", { host })).status, status);
    });
  }

  it("splits by weight", async () => {
    routes([{ matches: [], action: { type: "clusters", weighted: [to("v1", 0), to("v2", 100)] } }]);
    for (let turn = 0; turn < 10; turn++) assert.equal((await call()).headers["x-served-by"], "v2");
  });

  it("takes endpoints in turn", async () => {
    routes([{ matches: [], action: clusters("both") }], { clusters: { both: plain("both", [V1, V2]) } });
    const served = [];
    for (let turn = 0; turn < 4; turn++) served.push((await call()).headers["x-served-by"]);
    assert.deepEqual(served, ["v1", "v2", "v1", "v2"]);
  });

  const served = { matches: [], action: clusters("v1") };
  const answers: readonly [string, readonly HttpRoute[], Partial<Outbound>, number, RegExp, RegExp][] = [
    ["no route", [], {}, 404, /^$/, / 404 NR route_not_found /],
    ["no cluster", [{ matches: [], action: clusters("none") }], {}, 503, /^$/, / 503 NC cluster_not_found /],
    [
      "no endpoint",
      [served],
      { clusters: { v1: plain("v1", []) } },
      503,
      /^no healthy upstream$/,
      / 503 UH no_healthy_upstream /,
    ],
    [
      "an endpoint that refuses",
      [served],
      { clusters: { v1: plain("v1", [{ ...V1, port: 1 }]) } },
      503,
      /^upstream connect error or disconnect\/reset before headers. retried and the latest reset reason: remote connection failure$/,
      / 503 UF,URX upstream_reset_before_response_started\{remote_connection_failure\|delayed_connect_error:_Connection_refused\} - "delayed_connect_error:_Connection_refused" /,
    ],
    [
      "an endpoint that refuses, without retries",
      [{ ...served, retries: { attempts: 0, on: "" } }],
      { clusters: { v1: plain("v1", [{ ...V1, port: 1 }]) } },
      503,
      /before headers. reset reason: remote connection failure$/,
      / 503 UF upstream_reset/,
    ],
    [
      "a direct response",
      [{ matches: [], action: { type: "direct", status: 418, body: "teapot" } }],
      {},
      418,
      /^teapot$/,
      / 418 - direct_response /,
    ],
    [
      "an injected abort",
      [{ ...served, fault: { abort: { status: 555, percent: 100 } } }],
      {},
      555,
      /^fault filter abort$/,
      / 555 FI fault_filter_abort /,
    ],
  ];
  for (const [what, list, more, status, body, line] of answers) {
    it(`answers ${what} with ${status}, in Envoy's words`, async () => {
      routes(list, more);
      const answer = await call();
      assert.equal(answer.status, status);
      assert.match(answer.body, body);
      assert.equal(answer.headers.server, "envoy");
      assert.match(caller.log.at(-1) ?? "", line);
    });
  }

  it("redirects", async () => {
    routes([{ matches: [], action: { type: "redirect", authority: "other", uri: "/new", code: 301 } }]);
    const answer = await call("/old?x=1");
    assert.equal(answer.status, 301);
    assert.equal(answer.headers.location, "http://other/new");
  });

  it("rewrites the prefix and the host", async () => {
    const matches = [match({ path: { type: "prefix", value: "/api" } })];
    routes([{ matches, action: clusters("v1"), rewrite: { uri: "/v9", authority: "inner" } }]);
    assert.equal((await call("/api/users?id=1")).body, "v1 GET inner /v9/users?id=1");
  });

  it("changes headers on the way there and back", async () => {
    const change = { set: { "X-Set": "set" }, add: {}, remove: ["x-gone"] };
    await pods.serve({ ...V1, port: 8081 });
    routes(
      [
        {
          matches: [],
          action: clusters("echo"),
          requestHeaders: change,
          responseHeaders: { set: { "x-back": "1" }, add: {}, remove: ["content-type"] },
        },
      ],
      { clusters: { echo: plain("echo", [{ ...V1, port: 8081 }]) } },
    );
    const answer = await call("/", { "x-gone": "1" });
    const { headers } = JSON.parse(answer.body);
    assert.deepEqual([headers["x-set"], headers["x-gone"]], ["set", undefined]);
    assert.deepEqual([answer.headers["x-back"], answer.headers["content-type"]], ["1", undefined]);
  });

  it("passes bodies both ways, with and without a length", async () => {
    await pods.serve({ ...V1, port: 8081 });
    routes([{ matches: [], action: clusters("echo") }], { clusters: { echo: plain("echo", [{ ...V1, port: 8081 }]) } });
    const body = "x".repeat(300_000);
    const chunked = await call("/", { "transfer-encoding": "chunked" }, "POST", body);
    assert.equal(JSON.parse(chunked.body).body.length, body.length);
    const sized = await call("/", { "content-length": String(body.length) }, "PUT", body);
    assert.equal(JSON.parse(sized.body).body.length, body.length);
    assert.equal(JSON.parse((await call("/", { "content-length": "0" }, "POST")).body).body, "");
  });

  it("gives up after the timeout", async () => {
    await pods.serve({ ...V1, port: 8082 }, () => {});
    routes([{ ...served, timeout: 50 }], { clusters: { v1: plain("v1", [{ ...V1, port: 8082 }]) } });
    const answer = await call();
    assert.deepEqual([answer.status, answer.body], [504, "upstream request timeout"]);
    assert.match(caller.log.at(-1) ?? "", / 504 UT response_timeout /);
  });

  it("retries where the route says so, on another endpoint", async () => {
    await pods.serve({ ...V1, port: 8083 }, (_, response) => void response.writeHead(503).end("down"));
    const both = plain("v1", [{ ...V1, port: 8083 }, V2]);
    routes([{ ...served, retries: { attempts: 2, on: "5xx" } }], { clusters: { v1: both } });
    for (let turn = 0; turn < 4; turn++) assert.equal((await call()).headers["x-served-by"], "v2");
  });

  it("leaves a 503 of the application alone without such a rule", async () => {
    await pods.serve({ ...V1, port: 8083 }, (_, response) => void response.writeHead(503).end("down"));
    routes([served], { clusters: { v1: plain("v1", [{ ...V1, port: 8083 }]) } });
    const answer = await call();
    assert.deepEqual([answer.status, answer.body], [503, "down"]);
    assert.match(caller.log.at(-1) ?? "", / 503 - via_upstream /);
  });

  it("delays where the route says so", async () => {
    routes([{ ...served, fault: { delay: { ms: 60, percent: 100 } } }]);
    const before = Date.now();
    assert.equal((await call()).status, 200);
    assert.ok(Date.now() - before >= 59);
    assert.match(caller.log.at(-1) ?? "", / 200 DI via_upstream /);
  });

  it("sends a copy to the mirror", async () => {
    const copied = new Promise<string>((resolve) => {
      void pods.serve({ ...V2, port: 8084 }, (request, response) => {
        text(request).then((body) => resolve(`${request.method} ${request.url} ${request.headers.host} ${body}`));
        response.end();
      });
    });
    routes([{ ...served, mirror: "shadow" }], { clusters: { v1, shadow: plain("shadow", [{ ...V2, port: 8084 }]) } });
    assert.equal((await call("/m", { "content-length": "3" }, "POST", "abc")).status, 200);
    assert.equal(await copied, "POST /m shop-shadow abc");
  });

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
      const { createAuthority } = await import("../../../src/embedded/certificates/authority.ts");
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
