/** `curl`, over the pod's own network: each URL with its redirects and retries. */
import type { IncomingMessage } from "node:http";
import { resolve } from "node:path/posix";
import { setTimeout as delay } from "node:timers/promises";
import { Failure, type Process } from "../../shell/program.ts";
import { fileWriter } from "../../shell/redirect.ts";
import type { Output } from "../../shell/streams.ts";
import { exchange, newTransfer, type Sink } from "./exchange.ts";
import { type CurlOptions, curlOptions, VERSION } from "./options.ts";
import { CurlProblem } from "./problem.ts";
import { type Outcome, writeOut } from "./write-out.ts";

const HINT = "curl: try 'curl --help' for more information";

export async function curl(process: Process): Promise<number> {
  const options = readOptions(process);
  if (options === "version")
    return say(process.stdout, `curl ${VERSION} (x86_64-alpine-linux-musl)\nProtocols: http https\n`, 0);
  if (options === "help") return say(process.stdout, "Usage: curl [options...] <url>\n", 0);
  if (typeof options === "number") return options;
  let status = 0;
  for (const [index, url] of options.urls.entries())
    status = await fetchOne(process, options, url, options.outputs[index]);
  return status;
}

function readOptions(process: Process): ReturnType<typeof curlOptions> | number {
  try {
    return curlOptions(process);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return say(process.stderr, `curl: ${error.message}\n${error.code === 2 ? `${HINT}\n` : ""}`, error.code);
  }
}

function say(output: Output, text: string, code: number): number {
  output(text);
  return code;
}

async function fetchOne(
  process: Process,
  options: CurlOptions,
  address: string,
  path: string | undefined,
): Promise<number> {
  let outcome: Outcome | CurlProblem = await attempt(process, options, address, path);
  let wait = options.retries.delay ?? 1000;
  for (let left = options.retries.count; left > 0 && isTransient(options, outcome); left--) {
    if (!options.silent)
      process.stderr(
        `Warning: Problem: ${reason(outcome)}. Will retry in ${Math.round(wait / 1000)} second${wait > 1000 ? "s" : ""}. ${left} retr${left > 1 ? "ies" : "y"} left.\n`,
      );
    await delay(wait, undefined, { signal: process.signal });
    wait = options.retries.delay ?? Math.min(wait * 2, 600_000);
    outcome = await attempt(process, options, address, path);
  }
  const problem = outcome instanceof CurlProblem ? outcome : outcome.problem;
  if (!(outcome instanceof CurlProblem)) writeOut(options.writeOut, outcome, (text, to) => process[to](text));
  if (problem !== undefined && options.showErrors) process.stderr(`curl: (${problem.code}) ${problem.message}\n`);
  return problem?.code ?? 0;
}

function isTransient({ retries }: CurlOptions, outcome: Outcome | CurlProblem): boolean {
  const problem = outcome instanceof CurlProblem ? outcome : outcome.problem;
  const status = outcome instanceof CurlProblem ? undefined : outcome.transfer.response?.statusCode;
  if (problem !== undefined && problem.code !== 22)
    return retries.all || problem.code === 28 || problem.code === 6 || (retries.refused && problem.code === 7);
  return [408, 429, 500, 502, 503, 504].includes(status ?? 0);
}

function reason(outcome: Outcome | CurlProblem): string {
  const problem = outcome instanceof CurlProblem ? outcome : outcome.problem;
  if (problem?.code === 28) return "timeout";
  if (problem?.code === 7) return "connection refused";
  return problem === undefined || problem.code === 22 ? "HTTP error" : "(retrying all errors)";
}

async function attempt(
  process: Process,
  options: CurlOptions,
  address: string,
  path: string | undefined,
): Promise<Outcome | CurlProblem> {
  const first = urlOf(address);
  if (first instanceof CurlProblem) return first;
  let url = first;
  let method = options.method;
  const output = outputTo(process, options, url, path);
  for (let redirects = 0; ; redirects++) {
    const transfer = newTransfer(url);
    const problem = await exchange(process, options, transfer, method, sinkOf(process, options, output)).then(
      () => failure(options, transfer.response),
      (error: unknown) => {
        if (error instanceof CurlProblem) return error;
        throw error;
      },
    );
    if (options.verbose)
      process.stderr(
        problem && problem.code !== 22
          ? `* ${problem.message}\n* closing connection #0\n`
          : `* Connection #0 to host ${url.hostname} left intact\n`,
      );
    const outcome = { transfer, redirects, connections: redirects + 1, method, problem };
    const next = options.follow && problem === undefined ? redirectOf(transfer.response, url) : undefined;
    if (next === undefined) return outcome;
    if (redirects >= options.maxRedirects)
      return { ...outcome, problem: new CurlProblem(47, `Maximum (${options.maxRedirects}) redirects followed`) };
    if (method === "POST" && [301, 302, 303].includes(transfer.response?.statusCode ?? 0)) method = "GET";
    url = next;
  }
}

function urlOf(address: string): URL | CurlProblem {
  const whole = /^[a-z][a-z\d+.-]*:\/\//i.test(address) ? address : `http://${address}`;
  if (!URL.canParse(whole)) return new CurlProblem(3, "URL rejected: Malformed input to a URL function");
  const url = new URL(whole);
  return /^https?:$/.test(url.protocol)
    ? url
    : new CurlProblem(1, `Protocol "${url.protocol.replace(":", "")}" not supported`);
}

/** Opened with the first byte. False: it cannot be written. */
type Writer = (chunk: Buffer | string) => boolean;

function outputTo(process: Process, options: CurlOptions, url: URL, path: string | undefined): Writer {
  const name = path ?? (options.remoteName ? url.pathname.slice(url.pathname.lastIndexOf("/") + 1) : "-");
  return writerTo(process, options, name);
}

function writerTo(process: Process, options: CurlOptions, name: string): Writer {
  const whole = resolve(process.cwd, name);
  let write: Output | undefined = name === "-" ? process.stdout : whole === "/dev/null" ? () => {} : undefined;
  return (chunk) => {
    try {
      write ??= fileWriter(process.context.files, whole, name, false);
      write(chunk);
      return true;
    } catch {
      if (!options.silent) process.stderr(`Warning: Failed to open the file ${name}: No such file or directory\n`);
      return false;
    }
  };
}

function sinkOf(process: Process, options: CurlOptions, output: Writer): Sink {
  return {
    info: (line) => options.verbose && process.stderr(line),
    headers: (response) => {
      const lines = headLines(response);
      if (options.verbose) process.stderr(lines.map((line) => `< ${line}\n`).join(""));
      const head = lines.map((line) => `${line}\r\n`).join("");
      if (options.includeHeaders) output(head);
      if (options.dumpHeaders !== undefined) writerTo(process, options, options.dumpHeaders)(head);
      const followed = options.follow && redirectOf(response, new URL("http://x")) !== undefined;
      return !followed && !options.head && !(options.fail === "silent" && (response.statusCode ?? 0) >= 400);
    },
    body: output,
  };
}

function headLines({ httpVersion, statusCode, statusMessage, rawHeaders }: IncomingMessage): readonly string[] {
  const headers = rawHeaders.flatMap((name, index) => (index % 2 === 0 ? [`${name}: ${rawHeaders[index + 1]}`] : []));
  return [`HTTP/${httpVersion} ${statusCode} ${statusMessage}`, ...headers, ""];
}

function redirectOf(response: IncomingMessage | undefined, from: URL): URL | undefined {
  const { statusCode = 0, headers } = response ?? { headers: {} };
  const { location } = headers;
  return location !== undefined && [301, 302, 303, 307, 308].includes(statusCode) && URL.canParse(location, from.href)
    ? new URL(location, from)
    : undefined;
}

function failure({ fail }: CurlOptions, response: IncomingMessage | undefined): CurlProblem | undefined {
  const status = response?.statusCode ?? 0;
  return fail === "no" || status < 400 ? undefined : new CurlProblem(22, `The requested URL returned error: ${status}`);
}
