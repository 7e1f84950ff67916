/** nicholasjackson/fake-service: tells of itself, and what the services answered that it calls first. */
import { setTimeout as delay } from "node:timers/promises";
import { type Answer, call } from "../http/call.ts";
import { sendJson, sendText, serveHttp } from "../http/serve.ts";
import type { AppContext, Container, StartApp } from "../process.ts";

export const fakeService: StartApp = async (context) => {
  const { container, network, log } = context;
  const stop = new AbortController();
  let count = 0;
  const app = await serveHttp(network, [portOf(container)], log, async ({ url = "/" }, response) => {
    if (url === "/health" || url === "/ready") return sendText(response, "OK");
    count += 1;
    const started = new Date();
    const upstream = await Promise.all(
      list(container.env.UPSTREAM_URIS).map((uri) => upstreamCall(context, uri, stop.signal)),
    );
    await delay(milliseconds(container.env.TIMING_50_PERCENTILE ?? ""), undefined, { signal: stop.signal });
    const failed = fails(container, count);
    const broken = upstream.some(({ code }) => code !== 200);
    const code = failed ? Number(container.env.ERROR_CODE ?? 500) : broken ? 500 : 200;
    const ended = new Date();
    sendJson(
      response,
      {
        name: container.env.NAME ?? "Service",
        uri: url,
        type: "HTTP",
        ip_addresses: [network.ip],
        start_time: started.toISOString(),
        end_time: ended.toISOString(),
        duration: `${ended.getTime() - started.getTime()}ms`,
        ...(failed ? {} : { body: container.env.MESSAGE ?? "Hello World" }),
        ...(upstream.length > 0 ? { upstream_calls: upstream } : {}),
        code,
      },
      code,
    );
  });
  return {
    stop: () => {
      stop.abort();
      return app.stop();
    },
  };
};

function portOf({ env }: Container): number {
  return Number(/:(\d+)$/.exec(env.LISTEN_ADDR ?? "")?.[1] ?? 9090);
}

function list(uris: string | undefined): readonly string[] {
  return (uris ?? "")
    .split(",")
    .map((uri) => uri.trim())
    .filter((uri) => uri !== "");
}

/** `ERROR_RATE: 0.25`: every fourth request fails. */
function fails({ env }: Container, count: number): boolean {
  const rate = Number(env.ERROR_RATE ?? 0);
  return rate > 0 && count % Math.max(1, Math.round(1 / rate)) === 0;
}

function milliseconds(duration: string): number {
  const [, number = "0", unit = "ms"] = /^(\d+(?:\.\d+)?)(ms|s)$/.exec(duration) ?? [];
  return Math.min(Number(number) * (unit === "s" ? 1000 : 1), 60_000);
}

/** What the service that was called said of itself, and how the call went. */
interface UpstreamCall {
  readonly uri: string;
  readonly code: number;
  readonly error?: string;
}

async function upstreamCall({ network }: AppContext, uri: string, signal: AbortSignal): Promise<UpstreamCall> {
  const answer = await call(network, uri, { timeout: 30_000, signal });
  if (!answer.ok)
    return {
      uri,
      code: -1,
      error: `Error communicating with upstream service: Get ${uri}: ${answer.message}`,
    };
  const body = parsed(answer);
  return body === undefined
    ? {
        uri,
        code: answer.status,
        error: `Error processing upstream request: ${uri}, expected code 200, got ${answer.status}: ${answer.body}`,
      }
    : { ...body, uri, code: answer.status };
}

function parsed({ body }: Extract<Answer, { ok: true }>): object | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
