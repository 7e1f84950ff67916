/** One GET on a fresh connection, as the imitated services call one another. */
import { request } from "node:http";
import type { PodNetwork } from "../process.ts";
import { addressesOf, NotFound } from "./connect.ts";

export type Answer =
  | { readonly ok: true; readonly status: number; readonly body: string; readonly ms: number }
  /** `code` is Node's: ECONNRESET, ECONNREFUSED, ENOTFOUND, …; `message` its sentence. */
  | { readonly ok: false; readonly code: string; readonly message: string; readonly ms: number };

export interface CallOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly timeout?: number;
  readonly signal?: AbortSignal;
}

const LARGEST = 1024 * 1024;

export function call(
  network: PodNetwork,
  address: string,
  { headers = {}, timeout = 5000, signal }: CallOptions = {},
): Promise<Answer> {
  const began = performance.now();
  const elapsed = () => Math.round(performance.now() - began);
  return new Promise((resolve) => {
    const fail = (error: NodeJS.ErrnoException) =>
      resolve({ ok: false, code: error.code ?? error.message, message: error.message, ms: elapsed() });
    const url = URL.canParse(address) ? new URL(address) : undefined;
    if (url === undefined) return fail(Object.assign(new Error("Invalid URL"), { code: "ERR_INVALID_URL" }));
    const [ip] = addressesOf(network, url.hostname);
    if (ip === undefined) return fail(new NotFound(url.hostname));
    const port = Number(url.port || (url.protocol === "https:" ? 443 : 80));
    const sent = request({
      path: url.pathname + url.search,
      headers: { host: url.host, ...headers },
      ...(signal ? { signal } : {}),
      createConnection: () => network.dial(ip, port),
    });
    const late = setTimeout(() => sent.destroy(Object.assign(new Error("ETIMEDOUT"), { code: "ETIMEDOUT" })), timeout);
    sent.once("close", () => clearTimeout(late));
    sent.on("error", fail);
    sent.on("response", (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (chunk: string) => {
        body += chunk;
        if (body.length > LARGEST) sent.destroy();
      });
      response.on("end", () => resolve({ ok: true, status: response.statusCode ?? 0, body, ms: elapsed() }));
      response.on("error", fail);
    });
    sent.end();
  });
}
