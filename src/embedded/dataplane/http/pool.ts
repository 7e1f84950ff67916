/** Kept connections to one upstream. A request gets one that is ready; why none could be made ready is said in Envoy's words. */
import { Agent } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { TLSSocket } from "node:tls";

/** Why no connection came about. */
export class ConnectFailure extends Error {
  readonly reason: "remote connection failure" | "connection timeout";
  /** Envoy's `%UPSTREAM_TRANSPORT_FAILURE_REASON%`. */
  readonly transport: string;

  constructor(reason: ConnectFailure["reason"], transport: string) {
    super(reason);
    this.reason = reason;
    this.transport = transport;
  }
}

type Ready = (error: Error | null, socket: Duplex) => void;

export class Pool extends Agent {
  readonly #dial: () => Socket;
  readonly #timeout: number;

  constructor(dial: () => Socket, timeout = 10_000) {
    super({ keepAlive: true, scheduling: "lifo", maxFreeSockets: 128 });
    this.#dial = dial;
    this.#timeout = timeout;
  }

  override createConnection(_options: unknown, ready?: Ready): undefined {
    if (ready) whenReady(this.#dial(), this.#timeout, ready);
  }

  /** Without the probes that Node turns on for each kept socket: four system calls a request, and loopback needs none. */
  override keepSocketAlive(socket: Duplex): boolean {
    (socket as Socket).unref();
    return true;
  }

  override getName(): string {
    return "";
  }

  /** Idle connections end now, others when they become idle. */
  retire() {
    this.maxFreeSockets = 0;
    for (const socket of Object.values(this.freeSockets).flat()) socket?.destroy();
  }
}

/** Calls back once: when the connection is established, TLS included, or has failed. */
export function whenReady(socket: Socket, timeout: number, ready: Ready) {
  const event = socket instanceof TLSSocket ? "secureConnect" : "connect";
  const timer = setTimeout(() => fail(new ConnectFailure("connection timeout", "-")), timeout);
  const settle = (error: Error | null) => {
    clearTimeout(timer);
    socket.off(event, succeed).off("error", fail).off("close", end);
    ready(error, socket);
  };
  const succeed = () => settle(null);
  const fail = (error: NodeJS.ErrnoException) => {
    settle(
      error instanceof ConnectFailure ? error : new ConnectFailure("remote connection failure", inEnvoysWords(error)),
    );
    socket.on("error", () => {}).destroy();
  };
  const end = () => fail(new Error("closed"));
  socket.once(event, succeed).once("error", fail).once("close", end);
}

const RESET = "TLS_error:|33554536:system library:OPENSSL_internal:Connection reset by peer:TLS_error_end";
const WRONG_VERSION = "TLS_error:|268435703:SSL routines:OPENSSL_internal:WRONG_VERSION_NUMBER:TLS_error_end";
const NOT_VERIFIED = "TLS_error:|268435581:SSL routines:OPENSSL_internal:CERTIFICATE_VERIFY_FAILED:TLS_error_end";

function inEnvoysWords({ code = "", message }: NodeJS.ErrnoException): string {
  if (code === "ECONNREFUSED") return "delayed connect error: Connection refused";
  if (code === "EHOSTUNREACH") return "delayed connect error: No route to host";
  if (/wrong.version|packet.length|unknown.protocol|http.request/i.test(code + message)) return WRONG_VERSION;
  if (/CERT|SIGN|ISSUER|ALTNAME|VERIFY/.test(code) || /SPIFFE/.test(message)) return NOT_VERIFIED;
  return code === "ECONNRESET" ? RESET : "-";
}
