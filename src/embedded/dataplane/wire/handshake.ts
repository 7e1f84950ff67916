/** Mutual TLS with workload certificates, on both ends: roots of the mesh, SPIFFE names, and contexts shared per identity. */
import type { Socket } from "node:net";
import { createSecureContext, connect as dialTls, type PeerCertificate, type SecureContext, TLSSocket } from "node:tls";
import type { Identity } from "../config.ts";
import { carriedBy, reset } from "./splice.ts";

const contexts = new WeakMap<Identity, SecureContext>();

/** The context of an identity, made once: a certificate serves all proxies of its service account. */
export function contextOf(identity: Identity): SecureContext {
  const known = contexts.get(identity);
  if (known) return known;
  const { certificate, key, roots } = identity;
  const made = createSecureContext({ cert: certificate, key, ca: roots, minVersion: "TLSv1.2" });
  contexts.set(identity, made);
  return made;
}

const PREFIX = "URI:spiffe://";

/** The SPIFFE name of a certificate; undefined where it has none. */
export function spiffeOf(certificate: PeerCertificate | undefined): string | undefined {
  const names = certificate?.subjectaltname?.split(", ") ?? [];
  return names.find((name) => name.startsWith(PREFIX))?.slice("URI:".length);
}

export interface ServerTls {
  readonly context: SecureContext;
  /** What is spoken here, and what the client offers: OpenSSL would refuse a client none of whose protocols fits, BoringSSL does not. */
  readonly alpn: readonly string[];
  readonly offered: readonly string[];
  /** Whether clients must show a certificate of the roots, and with which name. */
  readonly clients: { readonly spiffePrefix?: string } | "anonymous";
}

/** Ends TLS for a server. Calls back once: with the connection, or without it after a failed handshake. */
export function acceptTls(
  raw: Socket,
  { context, alpn, offered, clients }: ServerTls,
  done: (socket?: TLSSocket) => void,
) {
  const required = clients !== "anonymous";
  const ALPNProtocols = alpn.filter((protocol) => offered.includes(protocol));
  const socket = new TLSSocket(raw, {
    isServer: true,
    secureContext: context,
    requestCert: required,
    rejectUnauthorized: required,
    ...(ALPNProtocols.length > 0 ? { ALPNProtocols } : {}),
  });
  carriedBy(socket, raw);
  let settled = false;
  const settle = (established: boolean) => {
    if (!settled) done(established ? socket : undefined);
    settled = true;
  };
  socket.on("error", () => socket.destroy());
  socket.once("close", () => settle(false));
  socket.once("secure", () => {
    if (!required || trusted(socket, clients)) settle(true);
    else reset(socket);
  });
}

/** Whether the client's certificate comes from the roots and has a name that counts. */
function trusted(socket: TLSSocket, { spiffePrefix }: { readonly spiffePrefix?: string }): boolean {
  // Node tells the result of the verification only by its own servers; this is where they read it.
  const { ssl } = socket as unknown as { readonly ssl: { verifyError(): Error | null } };
  if (ssl.verifyError()) return false;
  return spiffePrefix === undefined || (spiffeOf(socket.getPeerCertificate())?.startsWith(spiffePrefix) ?? false);
}

export interface ClientTls {
  readonly context: SecureContext;
  readonly sni?: string;
  readonly alpn: readonly string[];
  /** What the server's certificate must be: of a mesh workload, of the roots with any name, or anything. */
  readonly server: "spiffe" | "trusted" | "anything";
}

/** Begins TLS on a connection that is dialled. `error` on the socket where the handshake fails. */
export function beginTls(raw: Socket, { context, sni, alpn, server }: ClientTls): TLSSocket {
  const socket = dialTls({
    socket: raw,
    secureContext: context,
    ALPNProtocols: [...alpn],
    rejectUnauthorized: server !== "anything",
    checkServerIdentity: (_host, certificate) =>
      server !== "spiffe" || spiffeOf(certificate)
        ? undefined
        : new Error("the server's certificate has no SPIFFE name"),
    ...(sni === undefined ? {} : { servername: sni }),
  });
  return carriedBy(socket, raw);
}
