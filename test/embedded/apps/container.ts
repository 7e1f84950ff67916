/** A container for commands to run in: files in memory, a network of its own, what was written. */
import { runCommand } from "../../../src/embedded/apps/commands/run.ts";
import { memoryFiles } from "../../../src/embedded/apps/files.ts";
import type { AppContext, FileSystem, PodNetwork } from "../../../src/embedded/apps/process.ts";
import type { Network } from "../../../src/embedded/network/network.ts";

export interface Result {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface RunOptions {
  readonly stdin?: string | Buffer | AsyncIterable<Buffer>;
  readonly signal?: AbortSignal;
  readonly tty?: boolean;
}

export interface TestContainer {
  readonly context: AppContext;
  readonly files: FileSystem;
  readonly lines: string[];
  run(argv: readonly string[], options?: RunOptions): Promise<Result>;
  sh(script: string): Promise<Result>;
}

/** Names → addresses. */
export type Names = Readonly<Record<string, readonly string[]>>;

export function podNetwork(network: Network | undefined, ip: string, names: Names = {}): PodNetwork {
  const absent = () => {
    throw new Error("this container has no network");
  };
  return {
    ip,
    hostname: "web-0",
    namespace: "shop",
    resolve: (host) => names[host] ?? [],
    dial: (to, port) => (network ?? absent()).dial(ip, { ip: to, port }),
    listen: async (port, accept) => void (await (network ?? absent()).listen({ ip, port }, accept)),
  };
}

export function container(
  network: PodNetwork = podNetwork(undefined, "10.66.0.9"),
  spec: Partial<AppContext["container"]> = {},
  more: Partial<AppContext> = {},
): TestContainer {
  const files = memoryFiles();
  const lines: string[] = [];
  const context: AppContext = {
    container: { name: "app", image: "busybox", command: [], args: [], env: {}, ports: [], ...spec },
    network,
    files,
    log: (line) => lines.push(line),
    ...more,
  };
  const run = async (
    argv: readonly string[],
    { stdin = "", signal = new AbortController().signal, tty = false }: RunOptions = {},
  ) => {
    const written: Record<"out" | "err", Buffer[]> = { out: [], err: [] };
    const code = await runCommand(context, {
      argv,
      stdin: typeof stdin === "string" || Buffer.isBuffer(stdin) ? once(stdin) : stdin,
      stdout: (chunk) => written.out.push(Buffer.from(chunk)),
      stderr: (chunk) => written.err.push(Buffer.from(chunk)),
      signal,
      tty,
    });
    return { code, out: Buffer.concat(written.out).toString("latin1"), err: Buffer.concat(written.err).toString() };
  };
  return { context, files, lines, run, sh: (script) => run(["sh", "-c", script]) };
}

async function* once(content: string | Buffer): AsyncGenerator<Buffer> {
  if (content.length > 0) yield Buffer.from(content);
}
