/** What no well-meaning client sends to the API: each gets a clear answer, and the next one is served as if nothing had been. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { connect as connectTls, type TLSSocket } from "node:tls";
import { WebSocket } from "ws";
import { ask, startTestMesh, TOKEN } from "../api/stage/client.ts";
import type { Mesh } from "../api/stage/mesh.ts";

const TOKEN_LINE = `Authorization: Bearer ${TOKEN}`;
const HOST = "Host: 127.0.0.1";
const JSON_TYPE = "Content-Type: application/json";
const POD = "/api/v1/namespaces/default/pods/web";

interface Case {
  readonly sends: string;
  readonly first: string;
  readonly headers?: readonly string[];
  readonly body?: string;
  /** The first line of the answer. */
  readonly gets: RegExp;
  readonly says: RegExp;
}

const INVALID_PATH = { gets: /^HTTP\/1\.1 400 /, says: /"the path of the request is not valid"/ };
const REFUSED = { gets: /^HTTP\/1\.1 403 /, says: /"requests of web pages and for other hosts are not served"/ };
const GARBAGE = { gets: /^HTTP\/1\.1 400 Bad Request/, says: /400 Bad Request/ };
const TOO_LARGE = { gets: /^HTTP\/1\.1 413 /, says: /"Request entity too large: limit is 3145728"/ };
const GET = (path: string) => `GET ${path} HTTP/1.1`;
const POST = "POST /api/v1/namespaces HTTP/1.1";
const json = (length: number) => [HOST, TOKEN_LINE, JSON_TYPE, `Content-Length: ${length}`];

const CASES: readonly Case[] = [
  { sends: "bytes that are no HTTP", first: "\u0001\u0002\u0003", headers: [], ...GARBAGE },
  { sends: "a method that does not exist", first: "BREW /api HTTP/1.1", ...GARBAGE },
  {
    sends: "a request within a request",
    first: POST,
    headers: [...json(4), "Transfer-Encoding: chunked"],
    body: "0\r\n\r\n",
    ...GARBAGE,
  },
  {
    sends: "headers without an end",
    first: GET("/version"),
    headers: [HOST, TOKEN_LINE, `X: ${"a".repeat(80_000)}`],
    gets: /^HTTP\/1\.1 431 /,
    says: /431 Request Header Fields Too Large/,
  },
  {
    sends: "HTTP/1.0",
    first: "GET /version HTTP/1.0",
    gets: /^HTTP\/1\.1 200 OK/,
    says: /Connection: close.*"gitVersion"/is,
  },
  { sends: "no host", first: "GET /version HTTP/1.0", headers: [TOKEN_LINE], ...REFUSED },
  { sends: "another host", first: GET("/version"), headers: ["Host: evil.example", TOKEN_LINE], ...REFUSED },
  { sends: "a page's origin", first: GET("/version"), headers: [HOST, TOKEN_LINE, "Origin: null"], ...REFUSED },
  {
    sends: "a wrong token",
    first: GET("/version"),
    headers: [HOST, `${TOKEN_LINE}x`],
    gets: /^HTTP\/1\.1 401 /,
    says: /"reason":"Unauthorized"/,
  },
  {
    sends: "a body without end and no token",
    first: POST,
    headers: [HOST, "Content-Length: 99999999999"],
    gets: /^HTTP\/1\.1 401 /,
    says: /connection: close/i,
  },
  { sends: "%2e%2e in the path", first: GET("/api/v1/namespaces/default/pods/%2e%2e/secrets"), ...INVALID_PATH },
  { sends: "%2f in a name", first: GET("/api/v1/namespaces/a%2fb"), ...INVALID_PATH },
  { sends: "NUL in a name", first: GET("/api/v1/namespaces/a%00b"), ...INVALID_PATH },
  { sends: "half an escape", first: GET("/api/v1/namespaces/%zz"), ...INVALID_PATH },
  {
    sends: "empty segments, which count for nothing",
    first: GET("//api//v1//namespaces"),
    gets: /^HTTP\/1\.1 200 /,
    says: /"NamespaceList"/,
  },
  {
    sends: "a name of JavaScript's as a group",
    first: GET("/apis/__proto__/v1/constructor"),
    gets: /^HTTP\/1\.1 404 /,
    says: /404 page not found/,
  },
  {
    sends: "a path without end",
    first: GET(`/api/v1/${"a".repeat(20_000)}`),
    gets: /^HTTP\/1\.1 414 /,
    says: /"the path of the request is too long"/,
  },
  {
    sends: "half an object",
    first: POST,
    headers: json(5),
    body: '{"a":',
    gets: /^HTTP\/1\.1 400 /,
    says: /"unexpected end of JSON input"/,
  },
  {
    sends: "a hundred thousand open brackets",
    first: POST,
    headers: json(100_000),
    body: "[".repeat(100_000),
    gets: /^HTTP\/1\.1 400 /,
    says: /"reason":"BadRequest"/,
  },
  {
    sends: "protobuf that is none",
    first: POST,
    headers: [HOST, TOKEN_LINE, "Content-Type: application/vnd.kubernetes.protobuf", "Content-Length: 8"],
    body: "k8s\u0000\u007f\u007f\u007f\u007f",
    gets: /^HTTP\/1\.1 400 /,
    says: /"reason":"BadRequest"/,
  },
  { sends: "more than fits", first: POST, headers: json(4_000_000), body: "x".repeat(4_000_000), ...TOO_LARGE },
  { sends: "word of a body that would not fit", first: POST, headers: json(99_999_999), body: "{", ...TOO_LARGE },
];

describe("the API, where a client", function () {
  this.timeout(10_000);
  let mesh: Mesh;
  before(async () => {
    mesh = await startTestMesh();
    const spec = { nodeName: "here", containers: [{ name: "app", image: "curl" }] };
    const body = JSON.stringify({ apiVersion: "v1", kind: "Pod", metadata: { name: "web" }, spec });
    assert.equal((await ask(mesh, "/api/v1/namespaces/default/pods", { method: "POST", body })).status, 201);
  });
  after(() => mesh.close());
  afterEach(async () => assert.equal((await ask(mesh, "/version")).status, 200, "the next client is served"));

  function dialled(): TLSSocket {
    const { port, ca } = mesh.api;
    return connectTls({ host: "127.0.0.1", servername: "localhost", port, ca }).on("error", () => undefined);
  }

  for (const { sends, first, headers = [HOST, TOKEN_LINE], body = "", gets, says } of CASES) {
    it(`sends ${sends}, answers ${gets.source.replace(/^\^HTTP\\\/1\\\.1 /, "")}`, async () => {
      const socket = dialled();
      socket.write(`${[first, ...headers].join("\r\n")}\r\n\r\n${body}`);
      const text = await answerOf(socket, says);
      assert.match(text, gets);
      assert.match(text, says);
    });
  }

  it("vanishes in the middle of a watch, goes on telling others", async () => {
    const socket = dialled();
    socket.write(`${[GET("/api/v1/namespaces?watch=1"), HOST, TOKEN_LINE].join("\r\n")}\r\n\r\n`);
    await answerOf(socket, /"ADDED"/);
    const body = JSON.stringify({ metadata: { name: "after-the-watch" } });
    assert.equal((await ask(mesh, "/api/v1/namespaces", { method: "POST", body })).status, 201);
  });

  it("says nothing after its TLS, or half of it, keeps nobody waiting", async () => {
    const silent = dialled();
    await once(silent, "secureConnect");
    const half: Socket = connect(mesh.api.port, "127.0.0.1").on("error", () => undefined);
    half.write(Buffer.from([0x16, 0x03, 0x01, 0x02]));
    assert.equal((await ask(mesh, "/version")).status, 200);
    silent.destroy();
    half.destroy();
  });

  it("ends its side and waits, gets its answer", async () => {
    const socket = dialled();
    socket.end(`${[GET("/version"), HOST, TOKEN_LINE].join("\r\n")}\r\n\r\n`);
    assert.match(await answerOf(socket, /"gitVersion"/), /^HTTP\/1\.1 200 OK/);
  });

  it("speaks garbage in the frames of a WebSocket, is hung up on", async () => {
    const url = `wss://127.0.0.1:${mesh.api.port}${POD}/exec?command=cat&stdin=true`;
    const headers = { authorization: `Bearer ${TOKEN}` };
    const socket = new WebSocket(url, "v5.channel.k8s.io", { ca: mesh.api.ca, headers });
    socket.on("error", () => undefined);
    const [upgrade] = await Promise.all([once(socket, "upgrade"), once(socket, "open")]);
    // Reserved bits, a code that does not exist, no mask.
    (upgrade[0] as { readonly socket: Socket }).socket.write(Buffer.from([0xff, 0x7f, 0xff, 0xff]));
    await once(socket, "close");
  });

  it("has half-open connections, does not hold up the end", async () => {
    const other = await startTestMesh();
    const held = connect(other.api.port, "127.0.0.1").on("error", () => undefined);
    await once(held, "connect");
    await Promise.all([other.close(), once(held, "close")]);
    await assert.rejects(ask(other, "/version"), { code: "ECONNREFUSED" });
  });
});

/** What comes until it says what is expected, or the connection ends, or two seconds are over. */
async function answerOf(socket: TLSSocket, says: RegExp): Promise<string> {
  let text = "";
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, 2000);
    const done = () => {
      clearTimeout(timer);
      resolve();
    };
    socket.setEncoding("utf8").on("data", (chunk) => {
      text += chunk;
      if (says.test(text)) done();
    });
    socket.once("close", done);
  });
  socket.destroy();
  return text;
}
