/** The command line of curl, as data. */
import { resolve } from "node:path/posix";
import { Failure, type Process } from "../../shell/program.ts";
import { type Arguments, flags } from "../arguments.ts";

export interface CurlOptions {
  readonly urls: readonly string[];
  readonly method: string;
  /** Sent in this order; curl's own come first. */
  readonly headers: readonly (readonly [string, string])[];
  readonly removed: readonly string[];
  readonly body: Buffer | undefined;
  readonly outputs: readonly string[];
  readonly remoteName: boolean;
  readonly includeHeaders: boolean;
  readonly head: boolean;
  readonly follow: boolean;
  readonly insecure: boolean;
  readonly fail: "no" | "silent" | "with-body";
  readonly verbose: boolean;
  readonly showErrors: boolean;
  readonly silent: boolean;
  readonly writeOut: string;
  readonly dumpHeaders: string | undefined;
  readonly maxRedirects: number;
  /** Milliseconds. */
  readonly maxTime: number | undefined;
  readonly connectTimeout: number;
  readonly retries: {
    readonly count: number;
    readonly delay: number | undefined;
    readonly refused: boolean;
    readonly all: boolean;
  };
  /** `host:port` → address. */
  readonly resolved: ReadonlyMap<string, string>;
  readonly tls: { readonly ca?: Buffer; readonly cert?: Buffer; readonly key?: Buffer };
}

export const VERSION = "8.14.1";

/** Letters beyond curl's own stand for flags that have none. */
const LONG: Readonly<Record<string, string>> = {
  silent: "s",
  "show-error": "S",
  verbose: "v",
  include: "i",
  head: "I",
  "show-headers": "i",
  output: "o",
  "remote-name": "O",
  "write-out": "w",
  header: "H",
  request: "X",
  data: "d",
  "data-ascii": "d",
  "data-raw": "1",
  "data-binary": "2",
  "data-urlencode": "3",
  json: "5",
  get: "G",
  "max-time": "m",
  "connect-timeout": "7",
  resolve: "8",
  "connect-to": "9",
  insecure: "k",
  fail: "f",
  "fail-with-body": "@",
  location: "L",
  user: "u",
  retry: "!",
  "retry-delay": "%",
  "retry-connrefused": "&",
  "retry-all-errors": "*",
  "retry-max-time": "=",
  "user-agent": "A",
  cookie: "b",
  referer: "e",
  cacert: "+",
  cert: "E",
  key: "(",
  "upload-file": "T",
  url: ")",
  "http1.1": "0",
  "http1.0": "0",
  http2: "0",
  "no-buffer": "N",
  "no-progress-meter": "N",
  "no-keepalive": "N",
  compressed: "N",
  "progress-bar": "#",
  ipv4: "4",
  ipv6: "6",
  "max-redirs": "[",
  "dump-header": "D",
  globoff: "g",
  noproxy: "]",
  proxy: "x",
  version: "V",
  help: "h",
  tlsv1: "0",
  "tlsv1.2": "0",
  "tlsv1.3": "0",
  "path-as-is": "N",
  parallel: "Z",
};

export function curlOptions(process: Process): CurlOptions | "version" | "help" {
  const found = flags(process.args, {
    letters: "sSviIOGkfLN#46g0&*@VhjZ",
    valued: "owHXd1235m789u!%=AbeE+(T)[D]x",
    long: LONG,
  });
  if (found.has("V")) return "version";
  if (found.has("h")) return "help";
  const urls = [...found.values(")"), ...found.rest];
  if (urls.length === 0) throw new Failure("(2) no URL specified", 2);
  const data = dataOf(process, found);
  const upload = found.value("T");
  const body = upload === undefined ? (found.has("G") ? undefined : data) : file(process, upload);
  const given = found.values("H").map((line) => /^([^:;]+)([:;])\s*(.*)$/s.exec(line) ?? ["", line, ":", ""]);
  const { headers, removed } = headersOf(
    found,
    given.map(([, name = "", kind = ":", value = ""]) => ({ name: name.trim(), value, empty: kind === ";" })),
    body !== undefined && upload === undefined,
  );
  return {
    urls: found.has("G") && data ? urls.map((url) => url + (url.includes("?") ? "&" : "?") + data.toString()) : urls,
    method:
      found.value("X") ??
      (found.has("I") ? "HEAD" : upload === undefined ? (body === undefined ? "GET" : "POST") : "PUT"),
    headers,
    removed,
    body,
    ...outputOptions(found),
    ...timeOptions(found),
    follow: found.has("L"),
    insecure: found.has("k"),
    fail: found.has("@") ? "with-body" : found.has("f") ? "silent" : "no",
    maxRedirects: Number(found.value("[") ?? 50),
    resolved: new Map(
      found.values("8").map((entry) => [entry.split(":").slice(0, 2).join(":"), entry.split(":").slice(2).join(":")]),
    ),
    tls: tlsOptions(process, found),
  };
}

function outputOptions(found: Arguments) {
  return {
    outputs: found.values("o"),
    remoteName: found.has("O"),
    includeHeaders: found.has("i") || found.has("I"),
    head: found.has("I"),
    verbose: found.has("v"),
    silent: found.has("s"),
    showErrors: !found.has("s") || found.has("S"),
    writeOut: found.value("w") ?? "",
    dumpHeaders: found.value("D"),
  };
}

function timeOptions(found: Arguments) {
  const seconds = (flag: string): number | undefined => {
    const text = found.value(flag);
    if (text === undefined) return undefined;
    if (!/^\d*\.?\d+$/.test(text))
      throw new Failure(
        `option ${flag === "m" ? "-m" : "--connect-timeout"}: expected a proper numerical parameter`,
        2,
      );
    return Number(text) * 1000 || undefined;
  };
  return {
    maxTime: seconds("m"),
    connectTimeout: seconds("7") ?? 300_000,
    retries: {
      count: Number(found.value("!") ?? 0),
      delay: seconds("%"),
      refused: found.has("&"),
      all: found.has("*"),
    },
  };
}

function tlsOptions(process: Process, found: Arguments): CurlOptions["tls"] {
  const read = (flag: string): Buffer | undefined => {
    const path = found.value(flag);
    return path === undefined ? undefined : file(process, path);
  };
  const [ca, cert, key] = [read("+"), read("E"), read("(")];
  return { ...(ca ? { ca } : {}), ...(cert ? { cert } : {}), ...(key ? { key } : cert ? { key: cert } : {}) };
}

interface Given {
  readonly name: string;
  readonly value: string;
  /** `Name;` sends the header without a value; `Name:` removes curl's own. */
  readonly empty: boolean;
}

function headersOf(found: Arguments, given: readonly Given[], form: boolean) {
  const removed = given.filter(({ value, empty }) => value === "" && !empty).map(({ name }) => name.toLowerCase());
  const user = found.value("u");
  const json = found.has("5");
  const own: (readonly [string, string | undefined])[] = [
    [
      "Authorization",
      user === undefined
        ? undefined
        : `Basic ${Buffer.from(user.includes(":") ? user : `${user}:`).toString("base64")}`,
    ],
    ["User-Agent", found.value("A") ?? `curl/${VERSION}`],
    ["Accept", json ? "application/json" : "*/*"],
    ["Cookie", found.value("b")],
    ["Referer", found.value("e")],
    ["Content-Type", form ? (json ? "application/json" : "application/x-www-form-urlencoded") : undefined],
  ];
  const named = new Set([...removed, ...given.map(({ name }) => name.toLowerCase())]);
  const kept = own.flatMap(([name, value]) =>
    value === undefined || named.has(name.toLowerCase()) ? [] : [[name, value] as const],
  );
  const set = given
    .filter(({ value, empty }) => value !== "" || empty)
    .map(({ name, value }) => [name, value] as const);
  return { headers: [...kept, ...set], removed };
}

function dataOf(process: Process, found: Arguments): Buffer | undefined {
  const parts = [
    ...found.values("d").map((text) =>
      text.startsWith("@")
        ? file(process, text.slice(1))
            .toString()
            .replace(/[\r\n]/g, "")
        : text,
    ),
    ...found.values("1"),
    ...found.values("2").map((text) => (text.startsWith("@") ? file(process, text.slice(1)).toString() : text)),
    ...found
      .values("3")
      .map((text) =>
        text.replace(
          /^([^=]*=)?(.*)$/s,
          (_, name: string | undefined, value: string) => (name ?? "").replace(/^=$/, "") + encodeURIComponent(value),
        ),
      ),
  ];
  const json = found.values("5").map((text) => (text.startsWith("@") ? file(process, text.slice(1)).toString() : text));
  if (json.length > 0) return Buffer.from(json.join(""));
  return parts.length > 0 ? Buffer.from(parts.join("&")) : undefined;
}

function file(process: Process, path: string): Buffer {
  const content = process.context.files.read(resolve(process.cwd, path));
  if (content === undefined) throw new Failure(`(26) Failed to open/read local data from file/application`, 26);
  return content;
}
