import assert from "node:assert/strict";
import type { App, AppContext } from "../../../src/embedded/apps/process.ts";
import { startApp } from "../../../src/embedded/apps/start.ts";
import type { Accepted, Network } from "../../../src/embedded/network/network.ts";
import { createNetwork } from "../../../src/embedded/network/virtual.ts";
import { container, podNetwork, type TestContainer } from "./container.ts";

const SERVER = "10.66.0.5";
const NAMES = { "customers.default": ["10.66.0.6"], web: [SERVER], broken: ["10.66.0.7"], absent: ["10.66.0.8"] };

let network: Network;
const running: App[] = [];

type Spec = Partial<AppContext["container"]>;

async function start(ip: string, spec: Spec, more: Partial<AppContext> = {}): Promise<TestContainer> {
  const box = container(podNetwork(network, ip, NAMES), spec, more);
  running.push(await startApp(box.context));
  return box;
}

async function curl(...args: readonly string[]): Promise<string> {
  return (await container(podNetwork(network, "10.66.0.9", NAMES)).run(["curl", "-s", ...args])).out;
}

const port = (containerPort: number) => [{ containerPort, protocol: "TCP" }];
const WEB_FRONTEND = "gcr.io/tetratelabs/web-frontend:1.0.0";
const FAKE_SERVICE = "nicholasjackson/fake-service:v0.7.8";
const HTTPBIN = "docker.io/kennethreitz/httpbin@sha256:abc";

describe("imitated applications", () => {
  beforeEach(() => {
    network = createNetwork();
    network.assign("10.66.0.8");
  });
  afterEach(async () => {
    await Promise.all(running.splice(0).map((app) => app.stop()));
    await network.close();
  });

  it("customers answers with ten names", async () => {
    await start(SERVER, { image: "gcr.io/tetratelabs/customers:1.0.0", ports: port(3000) });
    const names = JSON.parse(await curl("http://web:3000/"));
    assert.equal(names.length, 10);
    assert.deepEqual([names[0], names[9]], [{ name: "Abigail" }, { name: "Julia" }]);
  });

  it("web-frontend shows what customers answers", async () => {
    await start("10.66.0.6", { image: "customers", ports: port(80) });
    await start(SERVER, { image: WEB_FRONTEND, env: { CUSTOMER_SERVICE_URL: "http://customers.default" } });
    const page = await curl("-w", "%{http_code} %{content_type}", "http://web:8080/");
    assert.match(
      page,
      /^<html><body><h1>CUSTOMERS<\/h1><pre>\[\n[\s\S]*"name": "Abigail"[\s\S]*<\/pre><\/body><\/html>\n200 text\/html$/,
    );
  });

  const failures: readonly (readonly [how: string, url: string, shown: string])[] = [
    ["resets the connection", "http://broken", "ECONNRESET"],
    ["refuses the connection", "http://absent", "ECONNREFUSED"],
    ["has no address", "http://nosuch", "ENOTFOUND"],
    ["answers with 503", "http://broken:81", "503"],
    ["is not named", "", "ERR_INVALID_URL"],
  ];
  for (const [how, url, shown] of failures) {
    it(`web-frontend shows ${shown} with status 500 when customers ${how}`, async () => {
      await network.listen(
        { ip: "10.66.0.7", port: 80 },
        ({ socket }) => void socket.once("data", () => socket.resetAndDestroy()),
      );
      await network.listen(
        { ip: "10.66.0.7", port: 81 },
        ({ socket }) =>
          void socket.once("data", () => socket.end("HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\n\r\n")),
      );
      await start(SERVER, { image: WEB_FRONTEND, env: { CUSTOMER_SERVICE_URL: url } });
      assert.equal(
        await curl("-w", "%{http_code}", "http://web:8080/"),
        `<html><body><h1>CUSTOMERS</h1><pre>${shown}</pre></body></html>\n500`,
      );
    });
  }

  it("fake-service nests what the services it calls answered", async () => {
    await start("10.66.0.7", {
      image: FAKE_SERVICE,
      env: { NAME: "history", MESSAGE: "Hello (v1)!", LISTEN_ADDR: "0.0.0.0:8080" },
    });
    await start(SERVER, {
      image: FAKE_SERVICE,
      env: { NAME: "web-api", LISTEN_ADDR: "0.0.0.0:8080", UPSTREAM_URIS: "http://broken:8080" },
    });
    const { upstream_calls, ...own } = JSON.parse(await curl("http://web:8080/"));
    assert.deepEqual(
      [own.name, own.body, own.type, own.uri, own.code, own.ip_addresses],
      ["web-api", "Hello World", "HTTP", "/", 200, [SERVER]],
    );
    assert.deepEqual(
      [upstream_calls[0].name, upstream_calls[0].body, upstream_calls[0].uri, upstream_calls[0].code],
      ["history", "Hello (v1)!", "http://broken:8080", 200],
    );
  });

  it("fake-service answers 500 and names the error of a call that fails", async () => {
    await start(SERVER, { image: FAKE_SERVICE, env: { UPSTREAM_URIS: "http://absent:8080" } });
    const text = await curl("-w", "%{http_code}", "http://web:9090/");
    const { code, upstream_calls } = JSON.parse(text.slice(0, -3));
    assert.deepEqual([text.slice(-3), code, upstream_calls[0].code], ["500", 500, -1]);
    assert.match(
      upstream_calls[0].error,
      /^Error communicating with upstream service: Get http:\/\/absent:8080: .*ECONNREFUSED/,
    );
  });

  it("fake-service fails as often as ERROR_RATE says", async () => {
    await start(SERVER, { image: FAKE_SERVICE, env: { ERROR_RATE: "0.5", ERROR_CODE: "503" } });
    const codes = [1, 2, 3, 4].map(() => ["-o", "/dev/null", "-w", "%{http_code} ", "http://web:9090/"]);
    const seen: string[] = [];
    for (const args of codes) seen.push(await curl(...args));
    assert.equal(seen.join(""), "200 503 200 503 ");
  });

  const httpbin: readonly (readonly [readonly string[], RegExp])[] = [
    [
      ["http://web/headers", "-H", "x-forwarded-client-cert: By=a"],
      /^\{\n {2}"headers": \{\n {4}"Accept": "\*\/\*",\n {4}"Host": "web",\n {4}"User-Agent": "curl\/[\d.]+",\n {4}"X-Forwarded-Client-Cert": "By=a"\n {2}\}\n\}\n$/,
    ],
    [["http://web/ip"], /^\{\n {2}"origin": "10\.66\.0\.9"\n\}\n$/],
    [["-w", "%{http_code}", "http://web/status/418"], /^418$/],
    [["-w", "%{http_code}", "http://web/status/99999"], /<h1>Not Found<\/h1>\n404$|^400$/],
    [["-w", "%{http_code}", "http://web/nosuch"], /404$/],
    [["-d", "a=1", "http://web/post?x=y"], /"args": \{\n {4}"x": "y"\n {2}\},[\s\S]*"form": \{\n {4}"a": "1"/],
    [["--json", '{"k":[1]}', "http://web/anything/z"], /"json": \{\n {4}"k": \[[\s\S]*"method": "POST"/],
    [["-w", "%{time_total}", "-o", "/dev/null", "http://web/delay/0.1"], /^0\.1/],
    [["-L", "-w", "%{num_redirects}", "-o", "/dev/null", "http://web/redirect/2"], /^2$/],
    [["-u", "a:b", "http://web/basic-auth/a/b"], /"authenticated": true/],
    [["-w", "%{http_code}", "http://web/basic-auth/a/b"], /401$/],
  ];
  for (const [args, out] of httpbin) {
    it(`httpbin answers curl ${args.join(" ")} with ${out}`, async () => {
      await start(SERVER, { image: HTTPBIN });
      assert.match(await curl(...args), out);
    });
  }

  it("an image that is not known answers HTTP on its ports, and gives other bytes back", async () => {
    await start(SERVER, { image: "example.com/shop/cart:7", ports: port(7000) });
    assert.deepEqual(JSON.parse(await curl("http://web:7000/a?b")), {
      name: "web-0",
      namespace: "shop",
      ip: SERVER,
      image: "example.com/shop/cart:7",
      method: "GET",
      path: "/a?b",
    });
    const socket = podNetwork(network, "10.66.0.9").dial(SERVER, 7000);
    socket.write("\x16\x03");
    const [echoed] = await new Promise<readonly Buffer[]>((resolve) =>
      socket.once("data", (chunk) => resolve([chunk])),
    );
    socket.destroy();
    assert.equal(echoed?.toString(), "\x16\x03");
  });

  it("an image that is not known calls the hosts that its environment names, and no others", async () => {
    const called: string[] = [];
    const note =
      (name: string) =>
      ({ socket }: Accepted) =>
        void socket.once("data", () => {
          called.push(name);
          socket.end("HTTP/1.1 204 No Content\r\n\r\n");
        });
    await network.listen({ ip: SERVER, port: 80 }, note("url"));
    await network.listen({ ip: "10.66.0.7", port: 8080 }, note("host and port"));
    await network.listen({ ip: "10.66.0.6", port: 5432 }, note("database"));
    await start("10.66.0.4", {
      image: "shop/cart",
      env: {
        A_URL: "http://web/x",
        B_ADDR: "broken:8080",
        DB_HOST: "customers.default",
        DB_PORT: "5432",
        TIME: "12:30",
        VERSION: "web",
        LEVEL: "debug:1",
      },
    });
    for (const end = Date.now() + 5000; called.length < 3 && Date.now() < end; )
      await new Promise((resolve) => setTimeout(resolve, 50));
    assert.deepEqual(called.toSorted(), ["database", "host and port", "url"]);
  }).timeout(8000);

  const commands: readonly (readonly [Spec, code: number, lines: readonly string[]])[] = [
    [{ command: ["sh", "-c", "echo a; echo b >&2; exit 3"] }, 3, ["a", "b"]],
    [{ image: "busybox", args: ["echo", "hi"] }, 0, ["hi"]],
    [{ image: "shop/migrate", command: ["/bin/false"] }, 1, []],
    [{ command: ["printf", "no newline"] }, 0, ["no newline"]],
  ];
  for (const [spec, code, lines] of commands) {
    it(`a container of ${JSON.stringify(spec)} ends with ${code}`, async () => {
      const box = container(undefined, spec);
      const app = await startApp(box.context);
      assert.equal(await app.ended, code);
      assert.deepEqual(box.lines, lines);
    });
  }

  it("tools without a command, and those that sleep, run until they are stopped", async () => {
    for (const spec of [
      { image: "busybox" },
      { image: "curlimages/curl", command: ["sleep", "infinity"] },
      { command: ["tail", "-f", "/dev/null"] },
    ]) {
      const app = await startApp(container(undefined, spec).context);
      const first = await Promise.race([
        app.ended ?? new Promise(() => {}),
        new Promise((resolve) => setTimeout(resolve, 20, "runs")),
      ]);
      assert.equal(first, "runs");
      await app.stop();
    }
  });

  it("the agent of a proxy tells its statistics and asks the application's probes from inside", async () => {
    const proxy = {
      configured: Promise.resolve(),
      prometheus: () => "istio_requests_total 3\n",
      stats: () => "tls_inspector.tls_found: 1\nserver.live: 1\n",
    };
    await start(SERVER, { image: HTTPBIN, ports: port(8000) });
    const probers = {
      "/app-health/app/readyz": { httpGet: { path: "status/204", port: 8000 } },
      "/app-health/app/livez": { tcpSocket: { port: 9 } },
    };
    const agent = await start(
      SERVER,
      { name: "istio-proxy", image: "istio/proxyv2:1", env: { ISTIO_KUBE_APP_PROBERS: JSON.stringify(probers) } },
      { proxy },
    );
    const code = (path: string) => curl("-o", "/dev/null", "-w", "%{http_code}", `http://web:${path}`);
    assert.equal(await curl("http://web:15020/stats/prometheus"), "istio_requests_total 3\n");
    assert.deepEqual(
      [
        await code("15021/healthz/ready"),
        await code("15020/app-health/app/readyz"),
        await code("15020/app-health/app/livez"),
        await code("15020/app-health/x/readyz"),
      ],
      ["200", "204", "500", "404"],
    );
    assert.match(agent.lines.join("\n"), /Envoy proxy is ready/);
    assert.equal(
      (await agent.run(["pilot-agent", "request", "GET", "stats?filter=tls"])).out,
      "tls_inspector.tls_found: 1\n",
    );
    assert.equal((await agent.run(["curl", "-s", "localhost:15000/stats"])).out, proxy.stats());
    assert.equal((await container(undefined).run(["pilot-agent", "request", "GET", "stats"])).code, 127);
  });
});
