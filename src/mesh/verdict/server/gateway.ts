/** What becomes of a call that arrives at a gateway: its Gateways decide, and no PeerAuthentication. */
import type { Place } from "../../answer.ts";
import type { Speaks } from "../../callers/call.ts";
import type { Sends } from "../../client/cluster.ts";
import { isProxysOwn } from "../../membership/capture.ts";
import type { Mesh } from "../../mesh.ts";
import { type Arriving, type GatewayAnswer, gatewayAnswers } from "../../server/gateway/accepts.ts";
import { boundRoutes } from "../../server/gateway/bound-routes.ts";
import { chainsAt } from "../../server/gateway/chains.ts";
import { isHttp, type Listening, serversAt } from "../../server/gateway/servers.ts";
import type { BreakReason, Verdict, Wire } from "../verdict.ts";
import { type Arrived, missing, nameOf, titleOf, untoldAtGateway } from "./untold.ts";

/** Unknown where several servers take the call, by a server name that no object tells, and differ. */
export function gatewayVerdict(mesh: Mesh, arrived: Arrived, sends: Sends, speaks: Speaks): Verdict {
  const { replica, port } = arrived;
  const arriving = arrivingAs(sends, speaks);
  if (isProxysOwn(port)) return atProxysOwn(arriving);
  const missing = untoldAtGateway(mesh, arrived);
  if (missing.length > 0) return { outcome: "unknown", missing };
  const answers = gatewayAnswers(chainsAt(mesh, replica, port), arriving);
  const verdicts = answers.map((answer) => verdictOf(mesh, arrived, answer, arriving, sends));
  const [first] = verdicts;
  if (first !== undefined && verdicts.every((each) => isAlike(each, first))) return first;
  return undetermined(`which server of ${nameOf(arrived)} takes the call depends on the server name that it asks for`);
}

function arrivingAs(sends: Sends, speaks: Speaks): Arriving {
  const http = speaks === "http";
  switch (sends.tls) {
    case "none":
      return { tls: speaks === "tls" ? "app-tls" : "none", http };
    case "istio-mutual":
      return { tls: "istio-mutual", http, ...named(sends.sni) };
    case "simple":
      return { tls: "client-tls", http, ...named(sends.sni) };
    case "mutual":
      return { tls: "client-mutual-tls", http, ...named(sends.sni) };
  }
}

function named(name: string | undefined): { readonly name?: string } {
  return name === undefined ? {} : { name };
}

/** Health, statistics and merged metrics are served in clear by the agent, whatever Gateways say. */
function atProxysOwn({ tls, http }: Arriving): Verdict {
  if (tls === "none") return http ? { outcome: "works", wire: "plaintext" } : breaks("not-http-to-gateway");
  return breaks(tls === "istio-mutual" ? "mtls-to-gateway-http" : "app-tls-to-gateway-http");
}

const WIRES: Readonly<Record<Arriving["tls"], Wire>> = {
  none: "plaintext",
  "istio-mutual": "mtls",
  "app-tls": "app-tls",
  "client-tls": "app-tls",
  "client-mutual-tls": "app-tls",
};

function verdictOf(
  mesh: Mesh,
  arrived: Arrived,
  { acceptance, chain }: GatewayAnswer,
  arriving: Arriving,
  sends: Sends,
): Verdict {
  const own = chain === undefined ? undefined : placeOf(chain.at);
  const place = sends.place ?? own;
  switch (acceptance) {
    case "ok":
      return chain?.expects === "http" && !leadsOn(mesh, arrived, chain.at)
        ? undetermined(`no route in these files leads on from ${titleOf(chain.at.gateway)}`, own)
        : { outcome: "works", wire: WIRES[arriving.tls] };
    case "raw":
      return arriving.tls === "app-tls"
        ? { outcome: "works", wire: "app-tls" }
        : undetermined("whether the TLS of the proxy is understood where the gateway hands it on is not known", place);
    case "other-certificates":
      return undetermined(`whether caller and ${titleOf(chain?.at.gateway)} trust each other's certificates`, own);
    case "redirect":
      return undetermined(`whether the caller follows ${titleOf(chain?.at.gateway)} from HTTP to HTTPS`, own);
    case "joins-networks":
      return undetermined("what becomes of the call in the network that the gateway leads to is not known", own);
    case "no-server":
      return breaks("no-gateway-server", place);
    case "no-filter-chain":
      return breaks(arriving.tls === "none" ? "plaintext-to-gateway-tls" : "no-gateway-name", place);
    case "tls-error":
      return breaks(arriving.tls === "none" ? "plaintext-to-gateway-tls" : "certificate-refused-by-gateway", place);
    case "protocol-error":
      return breaks(protocolError(chain, arriving), place);
  }
}

function protocolError(chain: GatewayAnswer["chain"], { tls }: Arriving): BreakReason {
  if (tls === "none" || chain?.tls !== "none") return "not-http-to-gateway";
  return tls === "istio-mutual" ? "mtls-to-gateway-http" : "app-tls-to-gateway-http";
}

/** A server for HTTP without any route answers 404 to everything. All servers for plaintext HTTP share their routes. */
function leadsOn(mesh: Mesh, { replica, port }: Arrived, at: Listening): boolean {
  const sharing = isHttp(at.server) ? serversAt(mesh, replica, port).filter(({ server }) => isHttp(server)) : [at];
  return sharing.some((each) => boundRoutes(mesh, replica, each, "http").length > 0);
}

function isAlike(a: Verdict, b: Verdict): boolean {
  if (a.outcome === "works" && b.outcome === "works") return a.wire === b.wire;
  if (a.outcome === "breaks" && b.outcome === "breaks") return true;
  return a.outcome === "unknown" && b.outcome === "unknown";
}

function breaks(reason: BreakReason, place?: Place): Verdict {
  return { outcome: "breaks", reason, ...(place === undefined ? {} : { place }) };
}

function undetermined(says: string, place?: Place): Verdict {
  return { outcome: "unknown", missing: [{ ...missing(says), ...(place === undefined ? {} : { place }) }] };
}

function placeOf({ gateway, server }: Listening): Place {
  return { object: gateway, pointer: server.at };
}
