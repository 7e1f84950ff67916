/** Istio's attributes of a connection, and of a request on it, as policies name them. */
import type { IncomingMessage } from "node:http";
import { one } from "../http/headers.ts";
import type { Downstream } from "../running.ts";
import type { Attribute } from "./authorization.ts";

const HEADER = /^request\.headers\[(.+)\]$/;

export function attributeOf(downstream: Downstream, request?: IncomingMessage): Attribute {
  const { from, to, certificate, serverName } = downstream;
  const principal = certificate?.spiffe.slice("spiffe://".length);
  return (key) => {
    const [, header] = HEADER.exec(key) ?? [];
    if (header !== undefined) return request && one(request.headers, header.toLowerCase());
    switch (key) {
      case "source.principal":
        return principal;
      case "source.namespace":
        return principal?.split("/")[2];
      case "source.serviceAccount":
        return principal && `${principal.split("/")[2]}/${principal.split("/")[4]}`;
      case "source.ip":
      case "remote.ip":
        return from.ip;
      case "destination.ip":
        return to.ip;
      case "destination.port":
        return String(to.port);
      case "connection.sni":
        return serverName;
      case "request.method":
        return request?.method;
      case "request.path":
        return request?.url?.replace(/[?#].*$/, "");
      case "request.host":
        return request?.headers.host;
      default:
        return undefined;
    }
  };
}
