/** An application that calls: HTTP, other bytes, or bytes in TLS of its own; and what it learns. */
import type { Socket } from "node:net";
import { connect as beginTls } from "node:tls";
import type { Report } from "./application.ts";

export type Speaks = "http" | "tcp" | "tls";

export interface Heard {
  /** What the application at the other end saw; absent where it did not answer. */
  readonly report?: Report;
  /** Of an HTTP answer. */
  readonly status?: number;
  /** Of the system call that failed; `SILENT` where nothing happened. */
  readonly failed?: string;
}

const PATIENCE_MS = 3_000;

export function call(socket: Socket, speaks: Speaks, host: string): Promise<Heard> {
  let resolve: (heard: Heard) => void = () => {};
  const promise = new Promise<Heard>((settle) => {
    resolve = settle;
  });
  const stream =
    speaks === "tls" ? beginTls({ socket, rejectUnauthorized: false, servername: host.split(":")[0] ?? "" }) : socket;
  const chunks: Buffer[] = [];
  const finish = (failed?: string) => {
    clearTimeout(timer);
    resolve({ ...heard(Buffer.concat(chunks).toString("latin1")), ...(failed === undefined ? {} : { failed }) });
    socket.destroy();
    stream.destroy();
  };
  const timer = setTimeout(() => finish("SILENT"), PATIENCE_MS);
  const fails = (error: NodeJS.ErrnoException) => finish(error.code ?? error.message);
  socket.on("error", fails);
  stream.on("error", fails);
  stream.on("data", (chunk: Buffer) => chunks.push(chunk));
  stream.on("end", () => finish()).on("close", () => finish());
  stream.write(speaks === "http" ? `GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n` : "other bytes\n");
  return promise;
}

function heard(text: string): Heard {
  const [, status] = /^HTTP\/1\.1 (\d{3})/.exec(text) ?? [];
  const [report] = /\{"ip".*\}/.exec(text) ?? [];
  return {
    ...(status === undefined ? {} : { status: Number(status) }),
    ...(report === undefined ? {} : { report: JSON.parse(report) as Report }),
  };
}
