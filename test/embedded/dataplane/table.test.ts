import assert from "node:assert/strict";
import { once } from "node:events";
import type { Socket } from "node:net";
import { createSecureContext, connect as dialTls, type TLSSocket } from "node:tls";
import { after, before, describe, it } from "mocha";
import { createAuthority } from "../../../src/embedded/certificates/authority.ts";
import type { Family, Identity, InboundTls } from "../../../src/embedded/dataplane/config.ts";
import type { Address } from "../../../src/embedded/network/network.ts";
import { identityOf, inbound, NAKED, type Pod, Pods } from "./pods.ts";

type Sent = keyof typeof SENDS;
/** `raw`: the application got TLS bytes. `reset`: no filter chain. `alert`: the handshake is refused. `400`: no HTTP. */
type Outcome = "ok" | "raw" | "reset" | "alert" | "400";

const HTTP = "GET / HTTP/1.1\r\nhost: app\r\n\r\n";
const BYTES = "hello\n\n\n";
const SENDS = {
  "plaintext HTTP": { words: HTTP },
  "plaintext bytes": { words: BYTES },
  "TLS of the application": { words: HTTP, tls: {} },
  "TLS that offers HTTP/2": { words: HTTP, tls: { alpn: ["h2", "http/1.1"] } },
  "Istio mTLS with HTTP": { words: HTTP, tls: { alpn: ["istio-http/1.1", "istio", "http/1.1"], certificate: "mesh" } },
  "Istio mTLS with bytes": { words: BYTES, tls: { alpn: ["istio-peer-exchange", "istio"], certificate: "mesh" } },
  "a mesh certificate without Istio's ALPN": { words: HTTP, tls: { certificate: "mesh" } },
  "a certificate of strangers": { words: HTTP, tls: { alpn: ["istio-http/1.1", "istio"], certificate: "strange" } },
} as const;

/** By port family and by what is sent: the outcome under DISABLE, PERMISSIVE, STRICT. */
const TABLE: Readonly<Record<Family, Readonly<Record<Sent, readonly [Outcome, Outcome, Outcome]>>>> = {
  http: {
    "plaintext HTTP": ["ok", "ok", "reset"],
    "plaintext bytes": ["400", "400", "reset"],
    "TLS of the application": ["400", "reset", "alert"],
    "TLS that offers HTTP/2": ["400", "reset", "alert"],
    "Istio mTLS with HTTP": ["400", "ok", "ok"],
    "Istio mTLS with bytes": ["400", "400", "400"],
    "a mesh certificate without Istio's ALPN": ["400", "reset", "ok"],
    "a certificate of strangers": ["400", "reset", "reset"],
  },
  tcp: {
    "plaintext HTTP": ["ok", "ok", "reset"],
    "plaintext bytes": ["ok", "ok", "reset"],
    "TLS of the application": ["raw", "raw", "alert"],
    "TLS that offers HTTP/2": ["raw", "raw", "alert"],
    "Istio mTLS with HTTP": ["raw", "ok", "ok"],
    "Istio mTLS with bytes": ["raw", "ok", "ok"],
    "a mesh certificate without Istio's ALPN": ["raw", "raw", "ok"],
    "a certificate of strangers": ["raw", "reset", "reset"],
  },
  auto: {
    "plaintext HTTP": ["ok", "ok", "reset"],
    "plaintext bytes": ["ok", "ok", "reset"],
    "TLS of the application": ["raw", "raw", "alert"],
    "TLS that offers HTTP/2": ["raw", "raw", "alert"],
    "Istio mTLS with HTTP": ["raw", "ok", "ok"],
    "Istio mTLS with bytes": ["raw", "ok", "ok"],
    "a mesh certificate without Istio's ALPN": ["raw", "raw", "ok"],
    "a certificate of strangers": ["raw", "reset", "reset"],
  },
};
const MODES: readonly InboundTls[] = ["plaintext-only", "both", "mtls-only"];
const POD = "10.66.1.21";
const PORT = 80;
const UNDECLARED = 81;

describe("a server's sidecar", () => {
  let pods: Pods;
  let pod: Pod;
  let strange: Identity;
  let mesh: Identity;
  let seen: Buffer[] = [];

  before(async () => {
    pods = new Pods();
    pod = await pods.withProxy("app", POD);
    mesh = await identityOf("default", "caller");
    strange = await (await createAuthority()).issue("default", "caller");
    for (const port of [PORT, UNDECLARED])
      await pods.serveTcp({ ip: POD, port }, ({ socket }) => answerAnything(socket));
  });
  after(() => pods.close());

  /** Answers HTTP with a page and bytes with `echo`; keeps what it got. */
  function answerAnything(socket: Socket) {
    socket.on("data", (chunk) => {
      seen.push(chunk);
      if (chunk[0] === 0x16) socket.end("no TLS here");
      else socket.write(chunk.includes("HTTP/1.1") ? "HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\npage" : "echo");
    });
    socket.once("end", () => socket.end());
  }

  async function outcomeOf(sent: Sent, to: Address): Promise<string> {
    seen = [];
    const { words, ...more } = SENDS[sent];
    const tls: { alpn?: readonly string[]; certificate?: string } | undefined = "tls" in more ? more.tls : undefined;
    const raw = pods.network.dial(NAKED, to);
    const socket = tls ? withTls(raw, tls) : raw;
    socket.write(words);
    const said = await Promise.race([once(socket, "data").then(([data]) => String(data)), failure(socket)]);
    socket.destroy();
    raw.destroy();
    if (seen[0]?.[0] === 0x16) return "raw";
    if (/^HTTP\/1.1 400/.test(said) || (tls && /wrong version|packet length/.test(said))) return "400";
    if (/page$|echo/.test(said) && seen.length > 0) return "ok";
    if (/certificate required/.test(said)) return "alert";
    return said.startsWith("ECONNRESET") && seen.length === 0 ? "reset" : said;
  }

  function withTls(raw: Socket, { alpn, certificate }: { alpn?: readonly string[]; certificate?: string }): TLSSocket {
    const identity = certificate === "mesh" ? mesh : certificate === "strange" ? strange : undefined;
    const own = identity ? { cert: identity.certificate, key: identity.key } : {};
    return dialTls({
      socket: raw,
      secureContext: createSecureContext(own),
      rejectUnauthorized: false,
      ...(alpn ? { ALPNProtocols: [...alpn] } : {}),
    });
  }

  function failure(socket: Socket): Promise<string> {
    return new Promise((resolve) => {
      socket.once("error", (error: NodeJS.ErrnoException) => resolve(`${error.code} ${error.message}`));
      socket.once("end", () => setTimeout(resolve, 20, "end"));
    });
  }

  for (const family of ["http", "tcp", "auto"] as const) {
    for (const [index, tls] of MODES.entries()) {
      describe(`with a port of family ${family}, ${tls}`, () => {
        before(() => pod.configure(inbound([{ port: PORT, family, tls }], { passthrough: tls })));
        for (const [sent, outcomes] of Object.entries(TABLE[family]) as [Sent, (typeof TABLE)[Family][Sent]][]) {
          it(`${outcomes[index]}: ${sent}`, async () => {
            assert.equal(await outcomeOf(sent, { ip: POD, port: PORT }), outcomes[index]);
            if (family === "auto") assert.equal(await outcomeOf(sent, { ip: POD, port: UNDECLARED }), outcomes[index]);
          });
        }
      });
    }
  }
});
