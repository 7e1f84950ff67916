/** Sends a request on to an upstream, retries where the route says so, and brings the answer back. */
import { type ClientRequest, type IncomingMessage, type ServerResponse, request as send } from "node:http";
import type { HeaderChange } from "../config.ts";
import type { Exchange } from "../telemetry/exchange.ts";
import { change, has, hasBody, passed } from "./headers.ts";
import { ConnectFailure, type Pool } from "./pool.ts";
import { NO_UPSTREAM, type Reply, reply, TIMED_OUT, upstreamReset, writeHead } from "./replies.ts";

export interface Upstream {
  readonly pool: Pool;
  /** `10.66.1.21:80`, for the log. */
  readonly address: string;
  /** From which address it is dialled. */
  readonly localIp: string;
  /** Told which upstream a request really went to. */
  chosen?(exchange: Exchange): void;
}

export interface Retries {
  readonly attempts: number;
  readonly on: ReadonlySet<string>;
  readonly perTry?: number;
}

export interface Outgoing {
  readonly method: string;
  readonly path: string;
  readonly headers: string[];
  /** Each attempt asks again; undefined where nobody is there. */
  pick(): Upstream | undefined;
  readonly retries: Retries;
  /** Milliseconds for all attempts. */
  readonly timeout?: number;
  readonly responseHeaders?: HeaderChange;
  readonly added: readonly string[];
  readonly without: ReadonlySet<string>;
  readonly serverName: string;
  readonly countAttempts: boolean;
  draining(): boolean;
}

const SMALL = 8 * 1024;

export class Forward {
  readonly #exchange: Exchange;
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #outgoing: Outgoing;
  readonly #sendsBody: boolean;
  #attempt = 0;
  #bodyStarted = false;
  #current: ClientRequest | undefined;
  #timers: NodeJS.Timeout[] = [];

  constructor(exchange: Exchange, request: IncomingMessage, response: ServerResponse, outgoing: Outgoing) {
    this.#exchange = exchange;
    this.#request = request;
    this.#response = response;
    this.#outgoing = outgoing;
    this.#sendsBody = hasBody(request.headers);
  }

  start() {
    const { timeout } = this.#outgoing;
    this.#response.once("close", () => this.#end());
    if (timeout) this.#timers.push(setTimeout(() => this.#answer(TIMED_OUT), timeout));
    this.#try();
  }

  #try() {
    this.#attempt++;
    const upstream = this.#outgoing.pick();
    if (!upstream) return this.#answer(NO_UPSTREAM);
    const { method, path, headers, countAttempts, retries } = this.#outgoing;
    this.#exchange.upstream = upstream.address;
    upstream.chosen?.(this.#exchange);
    const started = Date.now();
    const lines = countAttempts ? [...headers, "x-envoy-attempt-count", String(this.#attempt)] : headers;
    const sent = send({ agent: upstream.pool, method, path, headers: lines, setHost: false });
    this.#current = sent;
    const mine = (act: () => void) => () => this.#current === sent && act();
    sent.on("error", (error) => this.#current === sent && this.#failed(sent, error));
    sent.once("response", (answer) => this.#current === sent && this.#respond(answer, Date.now() - started));
    if (retries.perTry) {
      const late = () => this.#retry("reset") || this.#answer({ ...TIMED_OUT, details: "upstream_per_try_timeout" });
      this.#timers.push(setTimeout(mine(late), retries.perTry));
    }
    if (!this.#sendsBody) sent.end();
    sent.once("socket", (socket) => {
      this.#exchange.upstreamLocal = `${upstream.localIp}:${socket.localPort ?? 0}`;
      if (this.#sendsBody) mine(() => this.#sendBody(sent))();
    });
  }

  /** Only once a connection is there, so that an attempt that finds none can be repeated. */
  #sendBody(sent: ClientRequest) {
    this.#bodyStarted = true;
    this.#request.on("data", (chunk: Buffer) => {
      this.#exchange.received += chunk.length;
    });
    this.#request.pipe(sent);
  }

  #failed(sent: ClientRequest, error: Error & { code?: string }) {
    if (this.#response.headersSent) return this.#cut();
    if (error instanceof ConnectFailure) {
      const { reason, transport } = error;
      if (transport !== "-") this.#exchange.transportFailure = transport.replaceAll(" ", "_");
      if (this.#retry("connect-failure")) return;
      return this.#answer(upstreamReset(reason, this.#attempt > 1, transport === "-" ? undefined : transport));
    }
    // A kept connection that the other side had just ended: nothing of the request was read there.
    if (sent.reusedSocket && !this.#bodyStarted && this.#attempt < 3) return this.#try();
    if (this.#retry("reset")) return;
    const reason = error.code?.startsWith("HPE_") ? "protocol error" : "connection termination";
    this.#answer(upstreamReset(reason, this.#attempt > 1));
  }

  /** Whether the request goes out again. */
  #retry(why: "connect-failure" | "reset" | number): boolean {
    const { attempts, on } = this.#outgoing.retries;
    if (!covers(on, why) || this.#attempt > attempts || this.#bodyStarted || this.#response.destroyed) return false;
    this.#current?.destroy();
    this.#current = undefined;
    // Envoy's base of 25 ms, fully jittered.
    this.#timers.push(setTimeout(() => this.#try(), Math.random() * 25 * this.#attempt));
    return true;
  }

  #respond(answer: IncomingMessage, serviceTime: number) {
    const code = answer.statusCode ?? 0;
    if (this.#retry(code)) return void answer.resume();
    const exchange = this.#exchange;
    exchange.code = code;
    exchange.details = "via_upstream";
    exchange.serviceTime = serviceTime;
    const { without, serverName, added, responseHeaders, draining } = this.#outgoing;
    const headers = passed(answer.rawHeaders, without);
    if (!has(headers, "date")) headers.push("date", new Date().toUTCString());
    headers.push("server", serverName, "x-envoy-upstream-service-time", String(serviceTime), ...added);
    change(headers, responseHeaders);
    writeHead(this.#response, code, answer.statusMessage ?? "", headers, draining());
    this.#body(answer);
  }

  #body(answer: IncomingMessage) {
    const response = this.#response;
    const length = Number(answer.headers["content-length"] ?? -1);
    answer.on("data", (chunk: Buffer) => {
      this.#exchange.sent += chunk.length;
      // A small body leaves in one write with its head, as a string.
      if (chunk.length === length && length <= SMALL) return void response.end(chunk.toString("latin1"), "latin1");
      if (response.write(chunk)) return;
      answer.pause();
      response.once("drain", () => answer.resume());
    });
    answer.once("end", () => {
      if (answer.rawTrailers.length > 0) response.addTrailers(pairs(answer.rawTrailers));
      if (!response.writableEnded) response.end();
    });
    answer.once("error", () => this.#cut());
    if (response.writableEnded) answer.resume();
  }

  /** The upstream broke off in its answer: so does ours. */
  #cut() {
    if (this.#response.writableEnded) return;
    this.#exchange.flags.add("UC");
    this.#exchange.details = "upstream_reset_after_response_started{connection_termination}";
    this.#response.destroy();
  }

  #answer(answer: Reply) {
    const current = this.#current;
    this.#current = undefined;
    current?.destroy();
    reply(this.#response, this.#exchange, answer, this.#outgoing.serverName);
    this.#request.resume();
  }

  #end() {
    for (const timer of this.#timers) clearTimeout(timer);
    const current = this.#current;
    this.#current = undefined;
    if (!this.#response.writableFinished) current?.destroy();
  }
}

/** Envoy: RetryStateImpl::wouldRetryFromHeaders, wouldRetryFromReset. */
function covers(on: ReadonlySet<string>, why: "connect-failure" | "reset" | number): boolean {
  if (why === "connect-failure") return on.has("connect-failure") || on.has("reset") || on.has("5xx");
  if (why === "reset") return on.has("reset") || on.has("5xx") || on.has("gateway-error");
  if (on.has(String(why)) || (why >= 500 && on.has("5xx"))) return true;
  return (on.has("gateway-error") && why >= 502 && why <= 504) || (why === 409 && on.has("retriable-4xx"));
}

function pairs(raw: readonly string[]): [string, string][] {
  return raw.flatMap((name, at): [string, string][] => (at % 2 === 0 ? [[name, raw[at + 1] ?? ""]] : []));
}
