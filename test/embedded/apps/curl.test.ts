import assert from "node:assert/strict";
import { createServer, type RequestListener } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { servingCertificate } from "../../../src/embedded/api/certificate.ts";
import type { Accepted, Network } from "../../../src/embedded/network/network.ts";
import { createNetwork } from "../../../src/embedded/network/virtual.ts";
import { container, podNetwork, type Result } from "./container.ts";

const SERVER = "10.66.0.5";
const NAMES = { web: [SERVER], "web.shop": [SERVER], empty: [] };

let network: Network;
let sockets: Accepted["socket"][];

const answer: RequestListener = (request, response) => {
  const { pathname } = new URL(request.url ?? "/", "http://x");
  const status = Number(/^\/status\/(\d+)/.exec(pathname)?.[1] ?? 200);
  if (pathname === "/moved") return void response.writeHead(302, { location: "/echo" }).end();
  if (pathname === "/round") return void response.writeHead(302, { location: "/round" }).end();
  if (pathname === "/cut")
    return void response.writeHead(200, { "content-length": 10 }).write("four", () => response.destroy());
  if (pathname === "/slow") return void response.writeHead(200).write("some");
  let body = "";
  request.setEncoding("utf8").on("data", (chunk) => (body += chunk));
  request.on("end", () =>
    response
      .writeHead(status, { "x-a": "b", "content-type": "text/plain" })
      .end(pathname === "/echo" ? `${request.method} ${body} ${request.rawHeaders.join("|")}\n` : "hello\n"),
  );
};

/** Ports of the server, and what stands behind them. */
const BEHIND: Readonly<Record<number, (connection: Accepted) => void>> = {
  81: ({ socket }) => socket.once("data", () => socket.resetAndDestroy()),
  82: ({ socket }) => socket.once("data", () => socket.end()),
  83: () => {},
  84: ({ socket }) => void socket.once("data", () => socket.end("SSH-2.0-OpenSSH\r\n")),
};

async function run(...args: readonly string[]): Promise<Result> {
  return container(podNetwork(network, "10.66.0.9", NAMES)).run(["curl", ...args]);
}

describe("curl", () => {
  before(async () => {
    network = createNetwork();
    sockets = [];
    const http = createServer(answer);
    http.keepAliveTimeout = 0;
    const { certificate, key } = await servingCertificate();
    const https = createTlsServer({ cert: certificate, key }, answer);
    const take = (accept: (connection: Accepted) => void) => (connection: Accepted) => {
      sockets.push(connection.socket);
      accept(connection);
    };
    await network.listen(
      { ip: SERVER, port: 80 },
      take(({ socket }) => void http.emit("connection", socket)),
    );
    await network.listen(
      { ip: SERVER, port: 443 },
      take(({ socket }) => void https.emit("connection", socket)),
    );
    for (const [port, accept] of Object.entries(BEHIND))
      await network.listen({ ip: SERVER, port: Number(port) }, take(accept));
  });
  after(async () => {
    for (const socket of sockets) socket.destroy();
    await network.close();
  });

  const works: readonly (readonly [args: readonly string[], out: RegExp])[] = [
    [["http://web"], /^hello\n$/],
    [["web/any"], /^hello\n$/],
    [["-s", "-o", "/dev/null", "-w", "%{http_code}\\n", "http://web.shop/status/503"], /^503\n$/],
    [
      ["-s", "-w", "%{http_code} %{content_type} %{size_download} %{num_redirects} %{header{x-a}}%%", "web"],
      /^hello\n200 text\/plain 6 0 b%$/,
    ],
    [["-sw", "%{http_code}", "http://nosuch"], /^000$/],
    [["-i", "http://web"], /^HTTP\/1\.1 200 OK\r\nx-a: b\r\n[\s\S]*\r\n\r\nhello\n$/],
    [["-I", "http://web"], /^HTTP\/1\.1 200 OK\r\n(?:[^\r]+\r\n)+\r\n$/],
    [["-s", "http://web/echo"], /^GET {2}Host\|web\|User-Agent\|curl\/[\d.]+\|Accept\|\*\/\*\n$/],
    [
      ["-s", "-H", "Host: other", "-H", "X-B: c", "-H", "Accept:", "web/echo"],
      /^GET {2}Host\|other\|User-Agent\|curl\/[\d.]+\|X-B\|c\n$/,
    ],
    [
      ["-s", "-d", "a=b", "-d", "c=d", "web/echo"],
      /^POST a=b&c=d .*Content-Length\|7\|Content-Type\|application\/x-www-form-urlencoded\n$/,
    ],
    [
      ["-s", "--json", '{"a":1}', "web/echo"],
      /^POST \{"a":1\} .*Accept\|application\/json.*Content-Type\|application\/json\n$/,
    ],
    [["-s", "-X", "DELETE", "-u", "me:secret", "web/echo"], /^DELETE {2}.*Authorization\|Basic bWU6c2VjcmV0/],
    [["-sL", "web/moved"], /^GET /],
    [["-s", "--resolve", `other:80:${SERVER}`, "http://other/echo"], /^GET {2}Host\|other\|/],
    [["-sk", "https://web/echo"], /^GET /],
    [["-s", "http://web", "http://web"], /^hello\nhello\n$/],
    [["-f", "-s", "-o", "/dev/null", "-w", "%{http_code}", "web/status/404"], /^404$/],
  ];
  for (const [args, out] of works)
    it(`curl ${args.join(" ")} writes ${out}`, async () => assert.match((await run(...args)).out, out));

  const problems: readonly (readonly [args: readonly string[], code: number, err: RegExp])[] = [
    [["-sS", "http://web:81"], 56, /^curl: \(56\) Recv failure: Connection reset by peer\n$/],
    [["http://web:81"], 56, /^curl: \(56\) Recv failure: Connection reset by peer\n$/],
    [["-s", "http://web:81"], 56, /^$/],
    [["-sS", "http://web:82"], 52, /^curl: \(52\) Empty reply from server\n$/],
    [
      ["-sS", "http://web:9999"],
      7,
      /^curl: \(7\) Failed to connect to web port 9999 after \d+ ms: Could not connect to server\n$/,
    ],
    [
      ["-sS", "http://10.66.0.77"],
      7,
      /^curl: \(7\) Failed to connect to 10\.66\.0\.77 port 80 after \d+ ms: Could not connect to server\n$/,
    ],
    [["-sS", "http://nosuch"], 6, /^curl: \(6\) Could not resolve host: nosuch\n$/],
    [
      ["-sS", "-m", "0.1", "http://web:83"],
      28,
      /^curl: \(28\) Operation timed out after \d+ milliseconds with 0 bytes received\n$/,
    ],
    [
      ["-sS", "-m", "0.1", "http://web/slow"],
      28,
      /^curl: \(28\) Operation timed out after \d+ milliseconds with 4 bytes received\n$/,
    ],
    [["-sSf", "http://web/status/503"], 22, /^curl: \(22\) The requested URL returned error: 503\n$/],
    [["-sS", "http://web/cut"], 18, /^curl: \(18\) end of response with 6 bytes missing\n$/],
    [["-sS", "https://web"], 60, /^curl: \(60\) SSL certificate problem: .*\nMore details here: /],
    [
      ["-sS", "https://web:80"],
      35,
      /^curl: \(35\) TLS connect error: error:0A00010B:SSL routines::wrong version number\n$/,
    ],
    [["-sSk", "https://web:81"], 35, /^curl: \(35\) Recv failure: Connection reset by peer\n$/],
    [["-sS", "http://web:84"], 1, /^curl: \(1\) Received HTTP\/0\.9 when not allowed\n$/],
    [["-sSL", "--max-redirs", "3", "http://web/round"], 47, /^curl: \(47\) Maximum \(3\) redirects followed\n$/],
    [["ftp://web"], 1, /^curl: \(1\) Protocol "ftp" not supported\n$/],
    [["http://"], 3, /^curl: \(3\) URL rejected/],
    [[], 2, /^curl: \(2\) no URL specified\n/],
    [["--nosuch", "web"], 2, /^curl: option --nosuch: is unknown\n/],
    [["-m"], 2, /^curl: option -m: requires parameter\n/],
    [["-m", "soon", "web"], 2, /^curl: option -m: expected a proper numerical parameter\n/],
  ];
  for (const [args, code, err] of problems) {
    it(`curl ${args.join(" ")} exits with ${code}`, async () => {
      const result = await run(...args);
      assert.equal(result.code, code, result.err);
      assert.match(result.err, err);
    });
  }

  it("-v shows the conversation of a refusal as curl does", async () => {
    const { err } = await run("-sv", "http://web:81/headers");
    assert.match(
      err,
      /\* Host web:81 was resolved\.\n\* IPv6: \(none\)\n\* IPv4: 10\.66\.0\.5\n\* {3}Trying 10\.66\.0\.5:81\.\.\.\n\* Connected to web \(10\.66\.0\.5\) port 81\n/,
    );
    assert.match(err, /> GET \/headers HTTP\/1\.1\n> Host: web:81\n> User-Agent: curl\/[\d.]+\n> Accept: \*\/\*\n> \n/);
    assert.match(err, /\* Recv failure: Connection reset by peer\n\* closing connection #0\n$/);
  });

  it("--retry tries again after a 503, and says so", async () => {
    const { err, code } = await run("-f", "--retry", "2", "--retry-delay", "0.01", "http://web/status/503");
    assert.equal(code, 22);
    assert.equal(err.match(/^Warning: Problem: HTTP error\. Will retry in 0 seconds?\. \d retr/gm)?.length, 2);
  });

  it("-o writes a file in the container", async () => {
    const box = container(podNetwork(network, "10.66.0.9", NAMES));
    await box.run(["curl", "-s", "-o", "/var/log/page", "http://web"]);
    assert.equal(box.files.read("/var/log/page")?.toString(), "hello\n");
    assert.equal((await box.run(["curl", "-sS", "-o", "/nosuch/page", "http://web"])).code, 23);
  });
});

describe("other commands on the network", () => {
  let other: Network;
  let open: Accepted["socket"][];
  before(async () => {
    other = createNetwork();
    open = [];
    const http = createServer(answer);
    await other.listen({ ip: SERVER, port: 80 }, ({ socket }) => {
      open.push(socket);
      http.emit("connection", socket);
    });
    await other.listen(
      { ip: SERVER, port: 81 },
      ({ socket }) => void socket.once("data", () => socket.resetAndDestroy()),
    );
  });
  after(async () => {
    for (const socket of open) socket.destroy();
    await other.close();
  });

  const cases: readonly (readonly [argv: readonly string[], code: number, out: RegExp, err: RegExp])[] = [
    [["wget", "-qO-", "http://web"], 0, /^hello\n$/, /^$/],
    [["wget", "-q", "-O", "/var/log/x", "http://web"], 0, /^$/, /^$/],
    [
      ["wget", "-qO-", "http://web/status/503"],
      1,
      /^$/,
      /^wget: server returned error: HTTP\/1\.1 503 Service Unavailable\n$/,
    ],
    [["wget", "-qO-", "http://web:81"], 1, /^$/, /^wget: error getting response: Connection reset by peer\n$/],
    [
      ["wget", "-qO-", "http://web:82"],
      1,
      /^$/,
      /^wget: can't connect to remote host \(10\.66\.0\.5\): Connection refused\n$/,
    ],
    [["wget", "-qO-", "http://nosuch"], 1, /^$/, /^wget: bad address 'nosuch'\n$/],
    [["nc", "-zv", "web", "80"], 0, /^$/, /^web \(10\.66\.0\.5:80\) open\n$/],
    [["nc", "-z", "web", "9"], 1, /^$/, /^nc: web \(10\.66\.0\.5:9\): Connection refused\n$/],
    [["sh", "-c", "printf 'GET / HTTP/1.0\\r\\n\\r\\n' | nc web 80 | tail -1"], 0, /^hello\n$/, /^$/],
    [["nslookup", "web"], 0, /Name:\tweb\nAddress: 10\.66\.0\.5\n/, /^$/],
    [["nslookup", "nosuch"], 1, /\*\* server can't find nosuch: NXDOMAIN/, /^$/],
    [["getent", "hosts", "web"], 0, /^10\.66\.0\.5 +web/, /^$/],
    [["getent", "hosts", "nosuch"], 2, /^$/, /^$/],
    [
      ["openssl", "s_client", "-connect", "web:80"],
      1,
      /^CONNECTED\(00000003\)\n---\nno peer certificate available/,
      /wrong version number/,
    ],
  ];
  for (const [argv, code, out, err] of cases) {
    it(`${argv.join(" ")} exits with ${code}`, async () => {
      const result = await container(podNetwork(other, "10.66.0.9", NAMES)).run(argv);
      assert.equal(result.code, code, result.err);
      assert.match(result.out, out);
      assert.match(result.err, err);
    });
  }
});
