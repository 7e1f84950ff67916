/** An HTTP proxy on loopback that remembers where it was asked to lead. */
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";

export interface TestProxy {
  readonly url: string;
  /** `host:port` of tunnels, and whole addresses of plain requests, which it refuses. */
  readonly led: readonly string[];
  close(): Promise<void>;
}

export async function startProxy(): Promise<TestProxy> {
  const led: string[] = [];
  const server = createServer((request, answer) => {
    led.push(request.url ?? "");
    answer.writeHead(502).end();
  });
  server.on("connect", (request, socket) => {
    const address = request.url ?? "";
    led.push(address);
    const [host = "", port] = address.split(":");
    const through = connect(Number(port), host, () => socket.write("HTTP/1.1 200 OK\r\n\r\n"));
    through.on("error", () => socket.destroy()).on("close", () => socket.destroy());
    socket.on("error", () => through.destroy()).on("close", () => through.destroy());
    socket.pipe(through).pipe(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://me:secret@127.0.0.1:${(server.address() as AddressInfo).port}`,
    led,
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
