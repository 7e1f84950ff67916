/** The YAML language server with one open document and no schema. */
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** It waits this long after every change: its settings have no name for it (yaml-language-server 2.0.0, validationHandler). */
export const ITS_WAIT = 200;

export interface LanguageServer {
  /** Types, and waits for the problems. */
  type(text: string): Promise<number>;
  dispose(): void;
}

export async function startLanguageServer(text: string): Promise<LanguageServer> {
  const folder = dirname(createRequire(import.meta.url).resolve("yaml-language-server/package.json"));
  const child = spawn(process.execPath, [join(folder, "bin/yaml-language-server"), "--stdio"], {
    stdio: ["pipe", "pipe", "ignore"],
  });
  const send = (message: object) => {
    const body = JSON.stringify({ jsonrpc: "2.0", ...message });
    child.stdin.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  };
  let heard: (message: Message) => void = () => undefined;
  listen(child.stdout, (message) => {
    if (message.id !== undefined && message.method !== undefined) send({ id: message.id, result: [] });
    else heard(message);
  });
  const until = (isIt: (message: Message) => boolean) =>
    new Promise<void>((resolve) => {
      heard = (message) => {
        if (isIt(message)) resolve();
      };
    });
  const ready = until(({ id }) => id === 1);
  send({ id: 1, method: "initialize", params: { processId: process.pid, rootUri: null, capabilities: {} } });
  await ready;
  send({ method: "initialized", params: {} });
  const uri = "file:///workspace/peer.yaml";
  let version = 1;
  const problems = () => until(({ method }) => method === "textDocument/publishDiagnostics");
  const first = problems();
  send({ method: "textDocument/didOpen", params: { textDocument: { uri, languageId: "yaml", version, text } } });
  await first;
  return {
    async type(next) {
      version += 1;
      const start = performance.now();
      const come = problems();
      send({
        method: "textDocument/didChange",
        params: { textDocument: { uri, version }, contentChanges: [{ text: next }] },
      });
      await come;
      return performance.now() - start;
    },
    dispose: () => child.kill(),
  };
}

interface Message {
  readonly id?: number;
  readonly method?: string;
}

function listen(stream: NodeJS.ReadableStream, heard: (message: Message) => void): void {
  let buffered = Buffer.alloc(0);
  stream.on("data", (chunk: Buffer) => {
    buffered = Buffer.concat([buffered, chunk]);
    for (;;) {
      const head = buffered.indexOf("\r\n\r\n");
      const length = Number(/Content-Length: (\d+)/i.exec(buffered.subarray(0, head).toString())?.[1]);
      if (head < 0 || buffered.length < head + 4 + length) return;
      heard(JSON.parse(buffered.subarray(head + 4, head + 4 + length).toString()) as Message);
      buffered = buffered.subarray(head + 4 + length);
    }
  });
}
