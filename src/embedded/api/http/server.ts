/** HTTPS on loopback: who may speak to the API, how large a request may be, and how answers are written. */
import { timingSafeEqual } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { listenAt } from "../../network/ports.ts";
import { ApiError } from "../status.ts";
import type { Answer, ApiRequest, User } from "./request.ts";

const HOST = "127.0.0.1";
/** etcd's limit for an object is 1.5 MB; the API server takes 3 MB. */
const LARGEST_BODY = 3 * 1024 * 1024;
const LONGEST_PATH = 16_384;

export interface Tls {
  readonly certificate: string;
  readonly key: string;
}

export interface HttpOptions {
  readonly tls: Tls;
  readonly port?: number;
  /** Who the token of a request stands for; undefined for nobody. */
  authenticate(token: string): User | undefined;
  answer(request: ApiRequest, warnings: string[]): Answer | Promise<Answer>;
  upgrade?(request: ApiRequest, incoming: IncomingMessage, socket: Socket, head: Buffer): void;
}

export interface HttpServer {
  readonly port: number;
  close(): Promise<void>;
}

export async function listen(options: HttpOptions): Promise<HttpServer> {
  const sockets = new Set<Socket>();
  const server = createServer({ cert: options.tls.certificate, key: options.tls.key, maxHeaderSize: 65_536 });
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  server.on("tlsClientError", (_error, socket) => socket.destroy());
  server.on("clientError", answerGarbage);
  server.on("request", (incoming, response) => void serve(options, incoming, response));
  server.on("upgrade", (incoming, socket, head) => upgrade(options, incoming, socket as Socket, head));
  server.keepAliveTimeout = 90_000;
  // Slow clients do not hold a connection for ever; watches are answers, not requests.
  server.headersTimeout = 20_000;
  server.requestTimeout = 60_000;
  const port = await listenAt(server, HOST, "lasting", options.port);
  return {
    port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

/** What is no HTTP, or not in time, as Go's server answers it: in one line, and the connection ends. */
function answerGarbage({ code }: NodeJS.ErrnoException, socket: Duplex): void {
  const reasons: Readonly<Record<string, string>> = {
    HPE_HEADER_OVERFLOW: "431 Request Header Fields Too Large",
    ERR_HTTP_REQUEST_TIMEOUT: "408 Request Timeout",
  };
  const says = reasons[code ?? ""] ?? "400 Bad Request";
  if (!socket.writable) return void socket.destroy();
  socket.end(`HTTP/1.1 ${says}\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n${says}`, () =>
    socket.destroy(),
  );
}

async function serve(options: HttpOptions, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  const warnings: string[] = [];
  const gone = new AbortController();
  response.on("close", () => gone.abort());
  response.on("error", () => gone.abort());
  try {
    const user = userOf(options, incoming);
    const body = await bodyOf(incoming);
    const request = requestOf(incoming, body, user, gone.signal);
    await write(response, await options.answer(request, warnings), warnings);
  } catch (error) {
    refuse(response, error, warnings);
  }
}

function upgrade(options: HttpOptions, incoming: IncomingMessage, socket: Socket, head: Buffer): void {
  const gone = new AbortController();
  socket.on("close", () => gone.abort());
  socket.on("error", () => gone.abort());
  try {
    const user = userOf(options, incoming);
    const request = requestOf(incoming, Buffer.alloc(0), user, gone.signal);
    if (!options.upgrade) throw new ApiError(400, "BadRequest", "there is nothing here to upgrade to");
    options.upgrade(request, incoming, socket, head);
  } catch (error) {
    const { code, text } = failure(error);
    socket.end(
      `HTTP/1.1 ${code} \r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(text)}\r\nconnection: close\r\n\r\n${text}`,
    );
  }
}

/** A page of the web cannot use the API, even where it knows the port. */
function userOf({ authenticate }: HttpOptions, incoming: IncomingMessage): User {
  const { origin, host = "", authorization = "" } = incoming.headers;
  if (origin !== undefined || !/^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(host)) {
    throw new ApiError(403, "Forbidden", "requests of web pages and for other hosts are not served");
  }
  const token = /^Bearer (\S+)$/i.exec(authorization)?.[1] ?? "";
  const user = token === "" ? undefined : authenticate(token);
  if (!user) throw new ApiError(401, "Unauthorized", "Unauthorized");
  return user;
}

export function sameSecret(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

async function bodyOf(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  if (Number(incoming.headers["content-length"]) > LARGEST_BODY) throw tooLarge();
  for await (const chunk of incoming) {
    size += chunk.length;
    if (size > LARGEST_BODY) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function tooLarge(): ApiError {
  return new ApiError(413, "RequestEntityTooLarge", `Request entity too large: limit is ${LARGEST_BODY}`);
}

function requestOf(incoming: IncomingMessage, body: Buffer, user: User, signal: AbortSignal): ApiRequest {
  const { method = "GET", url = "/" } = incoming;
  const [path = "/", search = ""] = url.split(/\?(.*)/s);
  if (path.length > LONGEST_PATH) throw new ApiError(414, "BadRequest", "the path of the request is too long");
  return {
    method,
    path,
    segments: segmentsOf(path),
    query: new URLSearchParams(search),
    header: (name) => String(incoming.headers[name] ?? ""),
    body,
    user,
    signal,
  };
}

function segmentsOf(path: string): readonly string[] {
  const raw = path.split("/").filter((segment) => segment !== "");
  try {
    const segments = raw.map(decodeURIComponent);
    const proxied = segments.indexOf("proxy");
    const own = proxied < 0 ? segments : segments.slice(0, proxied);
    if (own.some((segment) => segment === "." || segment === ".." || segment.includes("/") || segment.includes("\0")))
      throw new URIError();
    return segments;
  } catch {
    throw new ApiError(400, "BadRequest", "the path of the request is not valid");
  }
}

async function write(response: ServerResponse, answer: Answer, warnings: readonly string[]): Promise<void> {
  head(response, warnings);
  if ("stream" in answer) {
    response.writeHead(answer.status, { "content-type": answer.type, ...answer.headers });
    response.flushHeaders();
    for await (const chunk of answer.stream) {
      if (response.destroyed) break;
      if (!response.write(chunk)) await drained(response);
    }
    response.end();
    return;
  }
  const body = bytesOf(answer);
  const type = answer.type ?? ("json" in answer ? "application/json" : "text/plain; charset=utf-8");
  response.writeHead(answer.status, { "content-type": type, "content-length": body.length });
  response.end(body);
}

function bytesOf(answer: Exclude<Answer, { readonly stream: unknown }>): Buffer {
  if ("bytes" in answer) return answer.bytes;
  return Buffer.from("json" in answer ? `${JSON.stringify(answer.json)}\n` : answer.text);
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      response.off("drain", done);
      response.off("close", done);
      resolve();
    };
    response.on("drain", done);
    response.on("close", done);
  });
}

function head(response: ServerResponse, warnings: readonly string[]): void {
  response.setHeader("cache-control", "no-cache, private");
  const all = warnings.map((text) => `299 - ${JSON.stringify(text)}`);
  if (all.length > 0) response.setHeader("warning", all);
}

function refuse(response: ServerResponse, error: unknown, warnings: readonly string[]): void {
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  const { code, text, type } = failure(error);
  head(response, warnings);
  response.writeHead(code, {
    "content-type": type,
    "content-length": Buffer.byteLength(text),
    // What was not read of the request would be taken for the next one.
    connection: response.req.complete ? "keep-alive" : "close",
  });
  response.end(text);
}

function failure(error: unknown): { readonly code: number; readonly text: string; readonly type: string } {
  const cause = error instanceof Error ? error.message : error;
  const refused =
    error instanceof ApiError ? error : new ApiError(500, "InternalError", `Internal error occurred: ${cause}`);
  const { code, reason, message } = refused;
  if (code === 404 && reason === "") return { code, text: `${message}\n`, type: "text/plain; charset=utf-8" };
  return { code, text: `${JSON.stringify(refused.status())}\n`, type: "application/json" };
}
