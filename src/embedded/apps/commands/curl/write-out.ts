/** `-w`: variables of a transfer in a text. */
import { unescapeText } from "../text/printf.ts";
import type { Transfer } from "./exchange.ts";
import type { CurlProblem } from "./problem.ts";

export interface Outcome {
  readonly transfer: Transfer;
  readonly redirects: number;
  readonly connections: number;
  readonly method: string;
  readonly problem: CurlProblem | undefined;
}

/** `to` is where what follows goes: `%{stderr}` and `%{stdout}` switch. */
export function writeOut(
  format: string,
  outcome: Outcome,
  write: (text: string, to: "stdout" | "stderr") => void,
): void {
  let to: "stdout" | "stderr" = "stdout";
  const parts = [...format.matchAll(/%\{(?:header\{([^}]*)\}|([\w.]+))\}|(%%|%|[^%]+)/g)];
  for (const [, name, header, text = ""] of parts.map(reorder)) {
    if (name === "stderr" || name === "stdout") to = name;
    else if (header !== undefined) write(String(outcome.transfer.response?.headers[header.toLowerCase()] ?? ""), to);
    else if (name !== undefined) write(VARIABLES[name]?.(outcome) ?? "", to);
    else write(text === "%%" ? "%" : unescapeText(text).text, to);
  }
}

function reorder([all, header, name, text]: RegExpExecArray): readonly [
  string,
  string | undefined,
  string | undefined,
  string | undefined,
] {
  return [all, name, header, text];
}

const seconds = (ms: number) => (ms / 1000).toFixed(6);
const code = ({ transfer }: Outcome) => String(transfer.response?.statusCode ?? 0).padStart(3, "0");

const VARIABLES: Readonly<Record<string, (outcome: Outcome) => string>> = {
  http_code: code,
  response_code: code,
  content_type: ({ transfer }) => transfer.response?.headers["content-type"] ?? "",
  errormsg: ({ problem }) => problem?.message ?? "",
  exitcode: ({ problem }) => String(problem?.code ?? 0),
  http_version: ({ transfer }) => transfer.response?.httpVersion ?? "0",
  local_ip: ({ transfer }) => transfer.local,
  method: ({ method }) => method,
  num_connects: ({ connections }) => String(connections),
  num_redirects: ({ redirects }) => String(redirects),
  redirect_url: ({ transfer }) => transfer.response?.headers.location ?? "",
  remote_ip: ({ transfer }) => transfer.ip,
  remote_port: ({ transfer }) => String(transfer.port),
  scheme: ({ transfer }) => transfer.url.protocol.replace(":", ""),
  size_download: ({ transfer }) => String(transfer.received),
  size_upload: ({ transfer }) => String(transfer.sent),
  ssl_verify_result: () => "0",
  time_appconnect: ({ transfer }) => seconds(transfer.times.handshake),
  time_connect: ({ transfer }) => seconds(transfer.times.connect),
  time_namelookup: ({ transfer }) => seconds(transfer.times.lookup),
  time_pretransfer: ({ transfer }) => seconds(Math.max(transfer.times.connect, transfer.times.handshake)),
  time_redirect: () => seconds(0),
  time_starttransfer: ({ transfer }) => seconds(transfer.times.first),
  time_total: ({ transfer }) => seconds(transfer.times.total),
  url: ({ transfer }) => transfer.url.href,
  url_effective: ({ transfer }) => transfer.url.href,
};
