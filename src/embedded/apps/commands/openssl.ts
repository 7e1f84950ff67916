/** `openssl s_client`: what a TLS client sees of a server, and `openssl version`. */
import { resolve } from "node:path/posix";
import { type PeerCertificate, connect as startTls, type TLSSocket } from "node:tls";
import { connect } from "../http/connect.ts";
import { Failure, type Process } from "../shell/program.ts";

export async function openssl(process: Process): Promise<number> {
  const [command, ...args] = process.args;
  if (command === "version") {
    process.stdout("OpenSSL 3.5.1 1 Jul 2025 (Library: OpenSSL 3.5.1 1 Jul 2025)\n");
    return 0;
  }
  if (command !== "s_client") throw new Failure(`'${command ?? ""}' is not built in: s_client and version are`);
  return client(process, args);
}

function option(args: readonly string[], name: string): string | undefined {
  const at = args.indexOf(name);
  return at < 0 ? undefined : args[at + 1];
}

async function client(process: Process, args: readonly string[]): Promise<number> {
  const { network, files } = process.context;
  const [, host = "", port = "443"] = /^(.*?):(\d+)$/.exec(option(args, "-connect") ?? args.at(-1) ?? "") ?? [];
  const socket = await connect(network, host, Number(port), process.signal).catch((error: NodeJS.ErrnoException) => {
    process.stderr(
      `connect: ${error.code === "ECONNREFUSED" ? "Connection refused" : error.message}\nconnect:errno=${error.code === "ECONNREFUSED" ? 111 : 113}\n`,
    );
    return undefined;
  });
  if (socket === undefined) return 1;
  process.stdout("CONNECTED(00000003)\n");
  const read = (name: string) => {
    const path = option(args, name);
    return path === undefined ? undefined : files.read(resolve(process.cwd, path));
  };
  const [ca, cert, key] = [read("-CAfile"), read("-cert"), read("-key")];
  const alpn = option(args, "-alpn");
  const secured = startTls({
    socket,
    servername: option(args, "-servername") ?? (/^[\d.]+$/.test(host) ? "" : host),
    rejectUnauthorized: false,
    ...(alpn ? { ALPNProtocols: alpn.split(",") } : {}),
    ...(ca ? { ca } : {}),
    ...(cert && key ? { cert, key } : {}),
  });
  process.signal.addEventListener("abort", () => secured.destroy(), { once: true });
  const failed = await new Promise<Error | undefined>((done) =>
    secured.once("secureConnect", () => done(undefined)).once("error", done),
  );
  if (failed !== undefined) {
    process.stderr(`${/error:\w{8}:SSL routines:.*/.exec(failed.message)?.[0] ?? `write:errno=104`}\n`);
    process.stdout("---\nno peer certificate available\n---\nNo client certificate CA names sent\n---\n");
    return 1;
  }
  process.stdout(report(secured, alpn, args.includes("-showcerts")));
  return talk(process, secured);
}

function report(socket: TLSSocket, alpn: string | undefined, all: boolean): string {
  const chain = chainOf(socket.getPeerCertificate(true));
  const pem = (raw: Buffer) =>
    `-----BEGIN CERTIFICATE-----\n${raw.toString("base64").replace(/(.{64})(?=.)/g, "$1\n")}\n-----END CERTIFICATE-----\n`;
  const name = (of: object) =>
    Object.entries(of)
      .map(([field, value]) => `${field} = ${value}`)
      .join(", ");
  const shown = chain.map(
    ({ raw, subject, issuer }, index) =>
      ` ${index} s:${name(subject ?? {})}\n   i:${name(issuer ?? {})}\n${all ? pem(raw) : ""}`,
  );
  const [first] = chain;
  return [
    `---\nCertificate chain\n${shown.join("")}---\n`,
    `Server certificate\n${first && !all ? pem(first.raw) : ""}subject=${name(first?.subject ?? {})}\n\nissuer=${name(first?.issuer ?? {})}\n\n---\n`,
    `New, ${socket.getProtocol()}, Cipher is ${socket.getCipher().standardName}\n`,
    alpn === undefined ? "" : socket.alpnProtocol ? `ALPN protocol: ${socket.alpnProtocol}\n` : "No ALPN negotiated\n",
    `Verify return code: ${socket.authorized ? "0 (ok)" : `19 (${socket.authorizationError ?? "self-signed certificate in certificate chain"})`}\n---\n`,
  ].join("");
}

function chainOf(certificate: PeerCertificate & { issuerCertificate?: PeerCertificate }): readonly PeerCertificate[] {
  const chain: PeerCertificate[] = [];
  for (
    let at: typeof certificate | undefined = certificate;
    at?.raw && !chain.some(({ raw }) => raw.equals(at?.raw ?? Buffer.alloc(0)));
    at = at.issuerCertificate
  )
    chain.push(at);
  return chain;
}

/** What comes from stdin is sent; what the server says is shown, an alert as OpenSSL words it. */
async function talk(process: Process, socket: TLSSocket): Promise<number> {
  const ended = new Promise<number>((done) => {
    socket.on("data", process.stdout).once("close", () => done(0));
    socket.once("error", (error) => {
      process.stderr(`${/error:\w{8}:SSL routines:.*/.exec(error.message)?.[0] ?? "read:errno=104"}\n`);
      done(1);
    });
  });
  void (async () => {
    for await (const chunk of process.stdin.chunks()) socket.write(chunk);
    socket.end();
  })().catch(() => socket.destroy());
  const code = await ended;
  process.stdout(code === 0 ? "DONE\n" : "");
  return code;
}
