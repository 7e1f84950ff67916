/** kennethreitz/httpbin: answers with what was asked, and with the status or delay that the path names. */
import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import type { Address } from "../../network/network.ts";
import { bodyOf, sendJson, sendText, serveHttp } from "../http/serve.ts";
import type { StartApp } from "../process.ts";
import { portsOf } from "./ports.ts";

interface Asked {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: URL;
  /** What the path's pattern caught. */
  readonly parts: readonly string[];
  readonly from: Address;
  readonly signal: AbortSignal;
}

export const httpbin: StartApp = async ({ container, network, log }) => {
  const stop = new AbortController();
  const app = await serveHttp(network, portsOf(container, [80]), log, (request, response, from) => {
    const url = new URL(request.url ?? "/", `http://${request.headers.host ?? "localhost"}`);
    response.setHeader("server", "gunicorn/19.9.0");
    response.setHeader("access-control-allow-origin", "*");
    response.setHeader("access-control-allow-credentials", "true");
    for (const [pattern, answer] of PATHS) {
      const found = pattern.exec(url.pathname);
      if (found) return answer({ request, response, url, parts: found.slice(1), from, signal: stop.signal });
    }
    return sendText(response, "<!DOCTYPE HTML>\n<title>404 Not Found</title>\n<h1>Not Found</h1>\n", "text/html", 404);
  });
  return {
    stop: () => {
      stop.abort();
      return app.stop();
    },
  };
};

const LONGEST_DELAY = 10;

const PATHS: readonly (readonly [RegExp, (asked: Asked) => void | Promise<void>])[] = [
  [/^\/headers$/, ({ request, response }) => sendJson(response, { headers: headersOf(request) })],
  [/^\/ip$/, ({ response, from, request }) => sendJson(response, { origin: originOf(request, from) })],
  [
    /^\/user-agent$/,
    ({ request, response }) => sendJson(response, { "user-agent": request.headers["user-agent"] ?? null }),
  ],
  [/^\/uuid$/, ({ response }) => sendJson(response, { uuid: randomUUID() })],
  [/^\/(?:get|post|put|patch|delete|anything(?:\/.*)?)$/, echo],
  [
    /^\/status\/(\d+)$/,
    ({ response, parts: [status] }) => sendText(response, "", "text/html; charset=utf-8", statusOf(status)),
  ],
  [
    /^\/delay\/(\d+(?:\.\d+)?)$/,
    async (asked) => {
      await delay(Math.min(Number(asked.parts[0]), LONGEST_DELAY) * 1000, undefined, { signal: asked.signal });
      await echo(asked);
    },
  ],
  [
    /^\/bytes\/(\d+)$/,
    ({ response, parts: [count] }) =>
      sendText(response, "x".repeat(Math.min(Number(count), 102_400)), "application/octet-stream"),
  ],
  [
    /^\/redirect\/(\d+)$/,
    ({ response, parts: [left] }) => redirect(response, Number(left) > 1 ? `/redirect/${Number(left) - 1}` : "/get"),
  ],
  [/^\/redirect-to$/, ({ response, url }) => redirect(response, url.searchParams.get("url") ?? "/")],
  [
    /^\/basic-auth\/([^/]+)\/([^/]+)$/,
    ({ request, response, parts: [user = "", password = ""] }) => {
      const wanted = `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
      if (request.headers.authorization === wanted) return sendJson(response, { authenticated: true, user });
      response.setHeader("www-authenticate", 'Basic realm="Fake Realm"');
      return sendText(response, "", "text/html", 401);
    },
  ],
  [
    /^\/response-headers$/,
    ({ response, url }) => {
      for (const [name, value] of url.searchParams)
        if (/^[\w-]+$/.test(name)) response.setHeader(name, value.replace(/[^\x20-\x7e]/g, ""));
      sendJson(response, Object.fromEntries(url.searchParams));
    },
  ],
  [
    /^\/$/,
    ({ response }) =>
      sendText(
        response,
        "<!DOCTYPE html>\n<html><head><title>httpbin.org</title></head><body>httpbin.org</body></html>\n",
        "text/html; charset=utf-8",
      ),
  ],
];

async function echo({ request, response, url, from }: Asked): Promise<void> {
  const data = await bodyOf(request);
  const isForm = /^application\/x-www-form-urlencoded/.test(request.headers["content-type"] ?? "");
  const body =
    request.method === "GET"
      ? {}
      : {
          data: isForm ? "" : data,
          files: {},
          form: isForm ? Object.fromEntries(new URLSearchParams(data)) : {},
          json: jsonOf(data),
        };
  const method = url.pathname.startsWith("/anything") ? { method: request.method } : {};
  sendJson(
    response,
    sorted({
      args: Object.fromEntries(url.searchParams),
      ...body,
      ...method,
      headers: headersOf(request),
      origin: originOf(request, from),
      url: url.href,
    }),
  );
}

function statusOf(text: string | undefined): number {
  const status = Number(text);
  return status >= 200 && status <= 599 ? status : 400;
}

function redirect(response: ServerResponse, location: string): void {
  response.writeHead(302, { location, "content-length": 0 }).end();
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** As Flask shows them: `X-Forwarded-Client-Cert`, in the order of the alphabet. */
function headersOf({ headers }: IncomingMessage): object {
  const titled = Object.entries(headers).map(([name, value]) => [
    name.replace(/(^|-)([a-z])/g, (found) => found.toUpperCase()),
    [value].flat().join(","),
  ]);
  return sorted(Object.fromEntries(titled));
}

function sorted(value: object): object {
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function originOf({ headers }: IncomingMessage, from: Address): string {
  return [headers["x-forwarded-for"] ?? from.ip].flat().join(", ");
}
