/** Calls that a program makes by itself: whom its environment names, and how often. */

import { call } from "../http/call.ts";
import { addressesOf, connect } from "../http/connect.ts";
import type { AppContext, Container, PodNetwork } from "../process.ts";

export type Call =
  | { readonly type: "http"; readonly url: string }
  | { readonly type: "tcp"; readonly host: string; readonly port: number };

/** A few a minute for each host: enough to be seen, too little to be felt. */
const EVERY_MS = 20_000;
const FIRST_MS = 2_000;
/** Whatever the environment lists. */
const MOST = 20;

/** URLs, and `host:port` (or `X_HOST` with `X_PORT`) where the host is one that the cluster knows. */
export function callsOf({ env }: Container, network: PodNetwork): readonly Call[] {
  const calls = Object.entries(env).flatMap(([name, value]) => callsIn(name, value, env, network));
  const unique = new Map(calls.map((each) => [JSON.stringify(each), each]));
  return [...unique.values()].slice(0, MOST);
}

function callsIn(name: string, value: string, env: Container["env"], network: PodNetwork): readonly Call[] {
  const urls = [...value.matchAll(/\bhttps?:\/\/[^\s,;"'|]+/g)].map(([url]) => url);
  if (urls.length > 0) return urls.filter((url) => URL.canParse(url)).map((url) => ({ type: "http", url }));
  const [, scheme, host = "", port] =
    /^(?:([a-z][\w+]*):\/\/(?:[^@/]*@)?)?([a-z\d](?:[\w.-]*[\w])?)(?::(\d{1,5}))?(?:\/.*)?$/i.exec(value.trim()) ?? [];
  const number = Number(port ?? env[name.replace(/_HOST(NAME)?$/, "_PORT")]);
  const isNamed = port !== undefined || /_HOST(NAME)?$/.test(name);
  if (!isNamed || !(number > 0 && number < 65_536) || /^[\d.]+$/.test(host) || addressesOf(network, host).length === 0)
    return [];
  return [
    scheme === undefined && !isDatabase(number)
      ? { type: "http", url: `http://${host}:${number}/` }
      : { type: "tcp", host, port: number },
  ];
}

/** Ports on which nobody speaks HTTP. */
function isDatabase(port: number): boolean {
  return [3306, 5432, 5672, 6379, 9092, 11211, 27017].includes(port);
}

export function startCalling(context: AppContext, calls: readonly Call[], every = EVERY_MS): { stop(): void } {
  const stop = new AbortController();
  const timers = new Set<NodeJS.Timeout>();
  const next = (each: Call, ms: number) => {
    const timer = setTimeout(async () => {
      timers.delete(timer);
      await perform(context, each, stop.signal);
      if (!stop.signal.aborted) next(each, every * (0.9 + Math.random() * 0.2));
    }, ms);
    timers.add(timer);
  };
  for (const each of calls) next(each, Math.min(FIRST_MS, every) * (0.5 + Math.random()));
  return {
    stop: () => {
      stop.abort();
      for (const timer of timers) clearTimeout(timer);
    },
  };
}

async function perform({ network, log }: AppContext, each: Call, signal: AbortSignal): Promise<void> {
  if (each.type === "http") {
    const answer = await call(network, each.url, { signal });
    if (!signal.aborted) log(`GET ${each.url} ${answer.ok ? answer.status : answer.code}`);
    return;
  }
  try {
    const socket = await connect(network, each.host, each.port, signal);
    await exchange(socket, signal);
    log(`connect ${each.host}:${each.port} ok`);
  } catch (error) {
    if (!signal.aborted) log(`connect ${each.host}:${each.port} ${(error as NodeJS.ErrnoException).code ?? error}`);
  }
}

const PATIENCE_MS = 2000;

/** Says something, since a proxy decides by the first bytes, and waits for an answer or a reset. */
function exchange(socket: Awaited<ReturnType<typeof connect>>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = () => socket.destroy();
    const late = setTimeout(end, PATIENCE_MS);
    signal.addEventListener("abort", end, { once: true });
    socket.once("data", end).once("error", reject);
    socket.once("close", () => {
      clearTimeout(late);
      signal.removeEventListener("abort", end);
      resolve();
    });
    socket.write("PING hello\r\n");
  });
}
