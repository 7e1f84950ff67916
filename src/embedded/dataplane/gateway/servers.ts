/** Which server of a gateway takes a connection: by port, and where TLS is spoken by the name that the client asks for. Pure. */
import type { GatewayServer, VirtualHost } from "../config.ts";

/** Exact names before wildcards, longer wildcards before shorter, `*` last. */
export function serverFor(
  servers: readonly GatewayServer[],
  serverName: string | undefined,
): GatewayServer | undefined {
  let best: { readonly server: GatewayServer; readonly rank: number } | undefined;
  for (const server of servers) {
    for (const host of server.tls?.hosts ?? []) {
      const rank = rankOf(host.toLowerCase(), serverName?.toLowerCase());
      if (rank > (best?.rank ?? 0)) best = { server, rank };
    }
  }
  return best?.server;
}

function rankOf(host: string, name: string | undefined): number {
  if (host === "*") return 1;
  if (name === undefined) return 0;
  if (host.startsWith("*.")) return name.endsWith(host.slice(1)) ? host.length : 0;
  return host === name ? 10_000 : 0;
}

export function isTls({ protocol }: GatewayServer): boolean {
  return protocol === "https" || protocol === "tls";
}

const merged = new WeakMap<readonly GatewayServer[], ReadonlyMap<number, readonly VirtualHost[]>>();

/** The plaintext servers of a port share one list of virtual hosts. */
export function plainHosts(servers: readonly GatewayServer[], port: number): readonly VirtualHost[] {
  const known = merged.get(servers) ?? mergedOf(servers);
  merged.set(servers, known);
  return known.get(port) ?? [];
}

function mergedOf(servers: readonly GatewayServer[]): ReadonlyMap<number, readonly VirtualHost[]> {
  const plain = servers.filter((server) => server.protocol === "http");
  const ports = new Set(plain.map(({ port }) => port));
  return new Map(
    [...ports].map((port) => [port, plain.filter((one) => one.port === port).flatMap((one) => one.virtualHosts)]),
  );
}
