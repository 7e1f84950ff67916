/** An application that takes whatever comes (HTTP, other bytes, either of them in TLS) and answers with what it saw. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { createSecureContext, type SecureContext, TLSSocket } from "node:tls";
import { servingCertificate } from "../../../../src/embedded/api/certificate.ts";
import type { Accept } from "../../../../src/embedded/network/network.ts";

/** What it saw. */
export interface Report {
  readonly ip: string;
  readonly port: number;
  /** How many layers of TLS it ended itself. */
  readonly layers: number;
  readonly spoke: "http" | "bytes";
}

const METHOD = /^(GET|POST|HEAD) /;
const HANDSHAKE = 0x16;

const served = new WeakMap<Socket, Report>();
const server = createServer((request: IncomingMessage, response: ServerResponse) => {
  response.end(JSON.stringify(served.get(request.socket)));
});

let made: Promise<SecureContext> | undefined;

export async function application(): Promise<Accept> {
  made ??= servingCertificate().then(({ certificate, key }) => createSecureContext({ cert: certificate, key }));
  const context = await made;
  return ({ socket, to }) => serve(socket, { ...to, layers: 0, spoke: "bytes" }, context);
}

function serve(socket: Socket, report: Report, context: SecureContext) {
  socket.on("error", () => socket.destroy());
  socket.once("readable", () => {
    const first: Buffer | null = socket.read();
    if (first === null) return void socket.destroy();
    socket.unshift(first);
    if (first[0] === HANDSHAKE) {
      const secured = new TLSSocket(socket, { isServer: true, secureContext: context });
      return serve(secured, { ...report, layers: report.layers + 1 }, context);
    }
    if (!METHOD.test(first.toString("latin1"))) return void socket.end(JSON.stringify(report));
    served.set(socket, { ...report, spoke: "http" });
    server.emit("connection", socket);
  });
}
