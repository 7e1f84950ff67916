/** Commands on the pod's network: names, ports and simple downloads. */
import { resolve } from "node:path/posix";
import { addressesOf, connect } from "../http/connect.ts";
import { Failure, type Process, type Programs } from "../shell/program.ts";
import { type Arguments, flags } from "./arguments.ts";
import { exchange, newTransfer } from "./curl/exchange.ts";
import { curlOptions } from "./curl/options.ts";
import { CurlProblem } from "./curl/problem.ts";
import { milliseconds } from "./system.ts";

const DNS = "10.96.0.10";

export const NETWORK: Programs = { nslookup, getent, nc, wget };

function nslookup({ args, context: { network }, stdout }: Process): number {
  const name = args.find((arg) => !arg.startsWith("-"));
  if (name === undefined) throw new Failure("usage: nslookup HOST [DNS_SERVER]");
  stdout(`Server:\t\t${DNS}\nAddress:\t${DNS}:53\n\n`);
  const addresses = addressesOf(network, name);
  if (addresses.length === 0) {
    stdout(`** server can't find ${name}: NXDOMAIN\n\n`);
    return 1;
  }
  stdout(addresses.map((ip) => `Name:\t${name}\nAddress: ${ip}\n`).join(""));
  stdout("\n");
  return 0;
}

function getent({ args: [database, ...names], context: { network }, stdout }: Process): number {
  if (database !== "hosts" && database !== "ahosts") throw new Failure(`unknown database '${database ?? ""}'`);
  const found = names.map((name) => addressesOf(network, name).map((ip) => `${ip.padEnd(15)} ${name}  ${name}\n`));
  stdout(found.flat().join(""));
  return found.every((addresses) => addresses.length > 0) ? 0 : 2;
}

async function nc(process: Process): Promise<number> {
  const { has, value, rest } = flags(process.args, { letters: "zvn46tN", valued: "wiq" });
  const [host, port] = rest;
  if (host === undefined || port === undefined) throw new Failure("usage: nc [-zv] [-w SEC] HOST PORT");
  const limit = value("w");
  const patience =
    limit === undefined ? process.signal : AbortSignal.any([process.signal, AbortSignal.timeout(milliseconds(limit))]);
  const [ip] = addressesOf(process.context.network, host);
  if (ip === undefined) throw new Failure(`bad address '${host}'`);
  const socket = await connect(process.context.network, host, Number(port), patience).catch(
    (error: NodeJS.ErrnoException) => {
      throw new Failure(
        `${host} (${ip}:${port}): ${error.code === "ECONNREFUSED" ? "Connection refused" : error.code === "EHOSTUNREACH" ? "Host is unreachable" : "Connection timed out"}`,
      );
    },
  );
  const stop = () => socket.destroy();
  patience.addEventListener("abort", stop, { once: true });
  if (has("v")) process.stderr(`${host} (${ip}:${port}) open\n`);
  if (has("z")) {
    socket.destroy();
    return 0;
  }
  const ended = new Promise<number>((done) => {
    socket.on("data", process.stdout).once("error", (error: NodeJS.ErrnoException) => {
      process.stderr(`nc: read error: ${error.code === "ECONNRESET" ? "Connection reset by peer" : error.message}\n`);
      done(1);
    });
    socket.once("close", () => done(0));
  });
  const sending = (async () => {
    for await (const chunk of process.stdin.chunks()) socket.write(chunk);
    if (!socket.destroyed) socket.end();
  })();
  const code = await ended;
  void sending.catch(() => {});
  return code;
}

async function wget(process: Process): Promise<number> {
  const found = flags(process.args, {
    letters: "qScs",
    valued: "OTUhH",
    long: { spider: "s", header: "H", timeout: "T", quiet: "q", "output-document": "O", "no-check-certificate": "c" },
  });
  const [address] = found.rest;
  if (address === undefined) throw new Failure("missing URL");
  const url = new URL(/^https?:\/\//.test(address) ? address : `http://${address}`);
  const [ip = ""] = addressesOf(process.context.network, url.hostname);
  if (!found.has("q")) process.stderr(`Connecting to ${url.host} (${ip}:${url.port || 80})\n`);
  const { status, content } = await download(process, found, url, ip);
  if (status >= "400") throw new Failure(`server returned error: HTTP/1.1 ${status}`);
  if (found.has("s")) return 0;
  const to = found.value("O") ?? (url.pathname.split("/").at(-1) || "index.html");
  if (to === "-") process.stdout(content);
  else process.context.files.write(resolve(process.cwd, to), content);
  if (!found.has("q")) process.stderr(to === "-" ? "writing to stdout\n" : `'${to}' saved\n`);
  return 0;
}

interface Download {
  /** `503 Service Unavailable` */
  readonly status: string;
  readonly content: Buffer;
}

async function download(process: Process, found: Arguments, url: URL, ip: string): Promise<Download> {
  const limit = found.value("T");
  const headers = found.values("H").flatMap((header) => ["-H", header]);
  const args = [
    "-A",
    found.value("U") ?? "Wget",
    ...(found.has("c") ? ["-k"] : []),
    ...(limit ? ["-m", limit] : []),
    ...headers,
    url.href,
  ];
  const options = curlOptions({ ...process, args });
  const transfer = newTransfer(url);
  const parts: Buffer[] = [];
  const sink = { info: () => {}, headers: () => true, body: (chunk: Buffer) => parts.push(chunk) > 0 };
  try {
    if (typeof options !== "string") await exchange(process, options, transfer, found.has("s") ? "HEAD" : "GET", sink);
  } catch (error) {
    throw error instanceof CurlProblem ? new Failure(complaint(error, url, ip)) : error;
  }
  const { statusCode, statusMessage, rawHeaders = [] } = transfer.response ?? {};
  const lines = rawHeaders.flatMap((name, index) => (index % 2 === 0 ? [`  ${name}: ${rawHeaders[index + 1]}\n`] : []));
  if (found.has("S")) process.stderr(`  HTTP/1.1 ${statusCode} ${statusMessage}\n${lines.join("")}`);
  return { status: `${statusCode} ${statusMessage}`, content: Buffer.concat(parts) };
}

function complaint({ code, message }: CurlProblem, url: URL, ip: string): string {
  switch (code) {
    case 6:
      return `bad address '${url.host}'`;
    case 7:
      return `can't connect to remote host (${ip}): Connection refused`;
    case 28:
      return "download timed out";
    case 56:
      return "error getting response: Connection reset by peer";
    case 52:
      return "error getting response";
    default:
      return message;
  }
}
