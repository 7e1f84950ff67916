/**
 * `pods/exec` and `pods/attach` over a WebSocket: a byte names the stream, what follows is its data.
 * Kubernetes: apimachinery/pkg/util/remotecommand, kubelet's websocket.go; v5 adds the end of one stream (KEP-4006).
 */
import type { WebSocket } from "ws";
import type { Kubelet, PodRef } from "../../kubelet/kubelet.ts";
import type { JsonMap } from "../object.ts";
import { ApiError } from "../status.ts";

const STDIN = 0;
const STDOUT = 1;
const STDERR = 2;
const ERROR = 3;
const CLOSE = 255;
export const EXEC_PROTOCOLS = ["v5.channel.k8s.io", "v4.channel.k8s.io"];

export interface Execution {
  readonly ref: PodRef;
  readonly container: string;
  readonly argv: readonly string[];
  readonly stdin: boolean;
  readonly tty: boolean;
}

export async function runExec(
  kubelet: Kubelet,
  socket: WebSocket,
  { ref, container, argv, stdin, tty }: Execution,
): Promise<void> {
  const gone = new AbortController();
  const input = new Input();
  if (!stdin) input.end();
  socket.on("message", (data: Buffer) => receive(data, input));
  socket.on("error", () => socket.terminate());
  socket.on("close", () => {
    gone.abort();
    input.end();
  });
  const send = (channel: number) => (chunk: Buffer | string) => {
    if (socket.readyState === socket.OPEN) socket.send(Buffer.concat([Buffer.from([channel]), Buffer.from(chunk)]));
  };
  const command = { argv, tty, stdin: input, stdout: send(STDOUT), stderr: send(STDERR), signal: gone.signal };
  const status = await kubelet.exec(ref, container, command).then(exited, failed);
  send(ERROR)(JSON.stringify(status));
  socket.close(1000);
}

function receive(data: Buffer, input: Input): void {
  const [channel, which] = data;
  if (channel === STDIN) input.push(data.subarray(1));
  else if (channel === CLOSE && which === STDIN) input.end();
}

function exited(code: number): JsonMap {
  if (code === 0) return { metadata: {}, status: "Success" };
  return {
    metadata: {},
    status: "Failure",
    message: `command terminated with non-zero exit code: exit status ${code}`,
    reason: "NonZeroExitCode",
    details: { causes: [{ reason: "ExitCode", message: String(code) }] },
  };
}

function failed(error: unknown): JsonMap {
  if (error instanceof ApiError) return error.status();
  return new ApiError(
    500,
    "InternalError",
    `Internal error occurred: ${error instanceof Error ? error.message : error}`,
  ).status();
}

/** What the client sends to a command, which reads it when it likes. */
class Input implements AsyncIterable<Buffer> {
  readonly #chunks: Buffer[] = [];
  #wake: (() => void) | undefined;
  #ended = false;

  push(chunk: Buffer): void {
    if (!this.#ended) this.#chunks.push(chunk);
    this.#wake?.();
  }

  end(): void {
    this.#ended = true;
    this.#wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    for (;;) {
      for (let chunk = this.#chunks.shift(); chunk; chunk = this.#chunks.shift()) yield chunk;
      if (this.#ended) return;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}
