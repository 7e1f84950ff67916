import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import type { Speaks } from "../../../src/mesh/callers/call.ts";
import type { CallingPod } from "../../../src/mesh/client/departure.ts";
import type { Mesh } from "../../../src/mesh/mesh.ts";
import { inbound, outbound } from "../../../src/mesh/patches/passage.ts";
import { type Patched, patched } from "../../../src/mesh/patches/patched.ts";
import { deployment, meshFrom, policy, SHOP_INJECTED, service, workloadNamed } from "../snapshot.ts";

interface Case {
  readonly name: string;
  readonly patch: object;
}

const FOLDER = import.meta.dirname;
const read = (name: string) => readFileSync(join(FOLDER, name), "utf8");
const CASES: readonly Case[] = parse(read("patches.yaml"));

/** By patch, then call: what Istio's generator makes of the call with the patch, compared with the call without it. */
const ANSWERS: Readonly<Record<string, Readonly<Record<string, string>>>> = JSON.parse(read("answers.json"));

const MESH =
  SHOP_INJECTED +
  deployment("web") +
  service("web", "[{name: http, port: 80, targetPort: 8080}, {name: tcp, port: 90, targetPort: 8090}]") +
  deployment("client") +
  policy("default", "{mtls: {mode: STRICT}}");

function meshWith(patch: object): Mesh {
  const filter = {
    apiVersion: "networking.istio.io/v1alpha3",
    kind: "EnvoyFilter",
    metadata: { name: "x", namespace: "shop" },
    spec: { configPatches: [patch] },
  };
  return meshFrom(`${MESH}\n---\n${stringify(filter)}`);
}

function ours(mesh: Mesh, call: string): Patched {
  const [side, speaks, port] = call.split(" ") as ["server" | "client", Speaks, string];
  const [replica] = workloadNamed(mesh, side === "server" ? "web" : "client").replicas;
  if (replica === undefined) throw new Error("no replica");
  if (side === "server") {
    return patched(mesh, replica, () => inbound(mesh, replica, Number(port), speaks), "SIDECAR_INBOUND");
  }
  const pod: CallingPod = { ...replica, proxy: "sidecar" };
  const wanted = { host: "web.shop.svc.cluster.local", port: Number(port) };
  return patched(mesh, pod, () => outbound(mesh, pod, wanted, speaks), "SIDECAR_OUTBOUND");
}

const ALLOWED: Readonly<Record<Patched["by"], RegExp>> = {
  nothing: /^same/,
  removal: /^no (listener matched|cluster (in|out)bound\|)|^no cluster InboundPassthroughCluster/,
  unknown: /./,
};

/**
 * Envoy refuses a whole listener over an HTTP filter behind the router; a chain or a listener that is added takes the
 * connections that match it; a TLS context or a route configuration can say anything. Of the rest, so little is gained.
 */
const UNKNOWN_THOUGH_SAME = [
  "lua-http-filter-added-last: client tcp 90",
  "lua-http-filter-added-last: server tcp 8090",
  "rbac-http-filter: server tcp 8090",
  "remove-router: client tcp 90",
  "remove-router: server tcp 8090",
  "hcm-route-config: server http 8080",
  "hcm-route-config: server http 9999",
  "hcm-route-config: server tcp 8090",
  "add-listener-on-80: client http 80",
  "chain-transport-socket: server http 8080",
  "chain-transport-socket: server http 9999",
  "chain-transport-socket: server tcp 8090",
  "add-chain-for-8080: server http 8080",
  "cluster-transport-socket: client http 80",
  "cluster-transport-socket: client tcp 90",
  "virtual-host-require-tls: server http 8080",
  "virtual-host-require-tls: server http 9999",
];

describe("patches of EnvoyFilters", () => {
  const all = CASES.flatMap(({ name, patch }) => {
    const mesh = meshWith(patch);
    return Object.entries(ANSWERS[name] ?? {}).map(([call, istio]) => ({ name, call, istio, ours: ours(mesh, call) }));
  });

  it("are judged as Istio's generator applies them", () => {
    assert.equal(all.length, CASES.length * 5);
    const wrong = all.filter(({ ours, istio }) => !ALLOWED[ours.by].test(istio));
    assert.deepEqual(
      wrong.map(({ name, call, ours, istio }) => `${name}: ${call}: ${ours.by}, Istio: ${istio}`),
      [],
    );
  });

  it("are unknown only where they change what a call goes through, but for these", () => {
    const blunt = all.filter(({ ours, istio }) => ours.by === "unknown" && istio === "same");
    assert.deepEqual(
      blunt.map(({ name, call }) => `${name}: ${call}`),
      UNKNOWN_THOUGH_SAME,
    );
  });
});
