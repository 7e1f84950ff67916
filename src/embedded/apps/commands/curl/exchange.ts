/** One request of curl and its response, on a connection of its own. */
import { type IncomingMessage, request } from "node:http";
import type { Socket } from "node:net";
import { connect as startTls, type TLSSocket } from "node:tls";
import { addressesOf, connected } from "../../http/connect.ts";
import type { Process } from "../../shell/program.ts";
import type { CurlOptions } from "./options.ts";
import { CurlProblem, problemOf } from "./problem.ts";

/** What is known of a transfer, also of one that failed. */
export interface Transfer {
  readonly url: URL;
  ip: string;
  port: number;
  local: string;
  response: IncomingMessage | undefined;
  received: number;
  sent: number;
  /** Milliseconds from the start. */
  readonly times: { lookup: number; connect: number; handshake: number; first: number; total: number };
  readonly began: number;
}

export interface Sink {
  info(line: string): void;
  /** The head of the response; false: the body is not wanted. */
  headers(response: IncomingMessage): boolean;
  /** False: it cannot be written. */
  body(chunk: Buffer): boolean;
}

export function newTransfer(url: URL): Transfer {
  const times = { lookup: 0, connect: 0, handshake: 0, first: 0, total: 0 };
  return {
    url,
    ip: "",
    port: 0,
    local: "",
    response: undefined,
    received: 0,
    sent: 0,
    times,
    began: performance.now(),
  };
}

/** Throws a CurlProblem. */
export async function exchange(
  process: Process,
  options: CurlOptions,
  transfer: Transfer,
  method: string,
  sink: Sink,
): Promise<void> {
  const stop = new AbortController();
  const late =
    options.maxTime === undefined
      ? undefined
      : setTimeout(() => stop.abort(), options.maxTime - (performance.now() - transfer.began));
  const signal = AbortSignal.any([process.signal, stop.signal]);
  let socket: Socket | undefined;
  try {
    socket = await dial(process, options, transfer, signal, sink);
    if (transfer.url.protocol === "https:") socket = await handshake(options, transfer, socket, signal, sink);
    await converse(options, transfer, socket, method, signal, sink);
  } catch (error) {
    if (stop.signal.aborted) throw timedOut(transfer);
    throw error instanceof CurlProblem ? error : problemOf(error as NodeJS.ErrnoException, false);
  } finally {
    clearTimeout(late);
    transfer.times.total = elapsed(transfer);
    socket?.destroy();
  }
}

function elapsed({ began }: Transfer): number {
  return performance.now() - began;
}

function timedOut(transfer: Transfer): CurlProblem {
  const ms = Math.round(elapsed(transfer));
  if (transfer.times.connect === 0) return new CurlProblem(28, `Connection timed out after ${ms} milliseconds`);
  const whole = transfer.response?.headers["content-length"];
  const of =
    whole === undefined ? `with ${transfer.received} bytes` : `with ${transfer.received} out of ${whole} bytes`;
  return new CurlProblem(28, `Operation timed out after ${ms} milliseconds ${of} received`);
}

async function dial(
  { context: { network } }: Process,
  options: CurlOptions,
  transfer: Transfer,
  signal: AbortSignal,
  sink: Sink,
): Promise<Socket> {
  const host = transfer.url.hostname.replace(/^\[|\]$/g, "");
  transfer.port = Number(transfer.url.port || (transfer.url.protocol === "https:" ? 443 : 80));
  const given = options.resolved.get(`${host}:${transfer.port}`);
  const addresses = given === undefined ? addressesOf(network, host) : [given];
  const [ip] = addresses;
  transfer.times.lookup = elapsed(transfer);
  if (ip === undefined) throw new CurlProblem(6, `Could not resolve host: ${host}`);
  if (ip !== host)
    sink.info(`* Host ${host}:${transfer.port} was resolved.\n* IPv6: (none)\n* IPv4: ${addresses.join(", ")}\n`);
  sink.info(`*   Trying ${ip}:${transfer.port}...\n`);
  const socket = network.dial(ip, transfer.port);
  const patience = AbortSignal.timeout(options.connectTimeout);
  try {
    await connected(socket, AbortSignal.any([signal, patience]));
  } catch (error) {
    if (signal.aborted) throw error;
    const ms = Math.round(elapsed(transfer));
    if (patience.aborted)
      throw new CurlProblem(
        28,
        `Failed to connect to ${host} port ${transfer.port} after ${ms} ms: Timeout was reached`,
      );
    throw new CurlProblem(
      7,
      `Failed to connect to ${host} port ${transfer.port} after ${ms} ms: Could not connect to server`,
    );
  }
  transfer.times.connect = elapsed(transfer);
  transfer.ip = ip;
  transfer.local = network.ip;
  sink.info(`* Connected to ${host} (${ip}) port ${transfer.port}\n`);
  return socket;
}

function handshake(
  { insecure, tls }: CurlOptions,
  transfer: Transfer,
  socket: Socket,
  signal: AbortSignal,
  sink: Sink,
): Promise<TLSSocket> {
  const { hostname } = transfer.url;
  const named = /^[\d.]+$|:/.test(hostname) ? {} : { servername: hostname };
  sink.info("* ALPN: curl offers http/1.1\n* TLSv1.3 (OUT), TLS handshake, Client hello (1):\n");
  return new Promise((resolve, reject) => {
    const secured = startTls({ socket, ...named, ...tls, rejectUnauthorized: !insecure, ALPNProtocols: ["http/1.1"] });
    signal.addEventListener("abort", () => secured.destroy(new Error("aborted")), { once: true });
    secured.once("error", (error) => reject(problemOf(error, true)));
    secured.once("secureConnect", () => {
      transfer.times.handshake = elapsed(transfer);
      const subject = secured.getPeerX509Certificate();
      sink.info(`* SSL connection using ${secured.getProtocol()} / ${secured.getCipher().standardName}\n`);
      sink.info(
        `* Server certificate:\n*  subject: ${subject?.subject?.replaceAll("\n", "; ") ?? ""}\n*  issuer: ${subject?.issuer?.replaceAll("\n", "; ") ?? ""}\n`,
      );
      resolve(secured);
    });
  });
}

function converse(
  options: CurlOptions,
  transfer: Transfer,
  socket: Socket,
  method: string,
  signal: AbortSignal,
  sink: Sink,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const { url } = transfer;
    const body = method === "GET" || method === "HEAD" ? undefined : options.body;
    const headers = requestHeaders(options, url, body);
    const sent = request({
      method,
      path: url.pathname + url.search,
      setHost: false,
      createConnection: () => socket,
      signal,
    });
    sent.removeHeader("Connection");
    for (const [name, value] of headers)
      sent.setHeader(name, [...[sent.getHeader(name) ?? []].flat().map(String), value]);
    sent.once("error", reject);
    sent.once("response", (response) => {
      transfer.response = response;
      transfer.times.first = elapsed(transfer);
      const wanted = sink.headers(response);
      response.on("data", (chunk: Buffer) => {
        transfer.received += chunk.length;
        if (wanted && !sink.body(chunk))
          reject(new CurlProblem(23, `client returned ERROR on write, ${chunk.length} bytes wanted`));
      });
      response.once("end", resolve);
      response.once("error", (error: NodeJS.ErrnoException) => reject(cut(transfer, error)));
    });
    sink.info("* using HTTP/1.x\n");
    sink.info(
      `> ${method} ${url.pathname + url.search} HTTP/1.1\n${headers.map(([name, value]) => `> ${name}: ${value}\n`).join("")}> \n`,
    );
    sent.end(body);
    transfer.sent = body?.length ?? 0;
    sink.info("* Request completely sent off\n");
  });
}

/** The response ended before its time. */
function cut({ response, received }: Transfer, error: NodeJS.ErrnoException): CurlProblem {
  const whole = Number(response?.headers["content-length"]);
  if (error.code !== "ECONNRESET" || error.syscall === "read") return problemOf(error, false);
  return new CurlProblem(
    18,
    Number.isNaN(whole)
      ? "transfer closed with outstanding read data remaining"
      : `end of response with ${whole - received} bytes missing`,
  );
}

function requestHeaders(
  { headers, removed }: CurlOptions,
  url: URL,
  body: Buffer | undefined,
): readonly (readonly [string, string])[] {
  const named = headers.some(([name]) => name.toLowerCase() === "host") || removed.includes("host");
  const user =
    url.username && !headers.some(([name]) => name === "Authorization")
      ? [
          [
            "Authorization",
            `Basic ${Buffer.from(`${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`).toString("base64")}`,
          ] as const,
        ]
      : [];
  const host = headers.filter(([name]) => name.toLowerCase() === "host");
  const others = headers.filter(([name]) => name.toLowerCase() !== "host");
  const length = body === undefined ? [] : [["Content-Length", String(body.length)] as const];
  const [type, rest] = [
    others.filter(([name]) => name === "Content-Type"),
    others.filter(([name]) => name !== "Content-Type"),
  ];
  return [...(named ? host : [["Host", url.host] as const]), ...user, ...rest, ...length, ...type];
}
