import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { CallingPod } from "../../../src/mesh/client/departure.ts";
import { hostOf } from "../../../src/mesh/registry/host.ts";
import type { Service } from "../../../src/mesh/resources/core.ts";
import { throughWaypoint, waypointFor } from "../../../src/mesh/verdict/ambient/waypoint.ts";
import type { Outcome } from "../../../src/mesh/verdict/outcome.ts";
import { type Attached, waypointOfPod, waypointOfService } from "../../../src/mesh/waypoints/attached.ts";
import { meshFrom } from "../snapshot.ts";

type Named = Readonly<Record<string, string>>;
type Listed = Readonly<Record<string, readonly string[]>>;

/** What Istio's ambient index and its generator answer about the mesh beside it. */
interface Answers {
  readonly services: Named;
  readonly pods: Named;
  /** By waypoint and cluster: addresses, behind `connect_originate;` where the waypoint speaks HBONE. */
  readonly endpoints: Listed;
  readonly ingress: Listed;
  /** By cluster that is called: the clusters of its routes in the waypoint. */
  readonly routes: Listed;
}

const FOLDER = import.meta.dirname;
const ANSWERS: Answers = JSON.parse(readFileSync(join(FOLDER, "answers.json"), "utf8"));
const MESH = meshFrom(readFileSync(join(FOLDER, "mesh.yaml"), "utf8"));

/** A Gateway that is in no file can still be in the cluster, and one of another class can be a proxy of another kind. */
const NOT_TOLD = { services: ["missing/web", "own-missing/web"], pods: ["missing/web", "of-class/web"] };

function nameOf(attached: Attached): string {
  return attached.by === "waypoint" ? `${attached.waypoint.namespace}/${attached.waypoint.name}` : attached.by;
}

function expected(istio: string | undefined): string | undefined {
  return istio === "none" ? "nobody" : istio;
}

/** The host in a cluster name of Istio: `inbound-vip|80|http|HOST`. */
function hostIn(cluster: string): string {
  return cluster.slice(cluster.lastIndexOf("|") + 1);
}

function serviceOf(host: string): Service {
  const found = MESH.services.find((service) => hostOf(service) === host);
  if (found === undefined) throw new Error(`no Service for ${host}`);
  return found;
}

function caller(proxy: "ztunnel" | "gateway"): CallingPod {
  return { proxy, namespace: "istio-system", labels: {}, annotations: {}, serviceAccount: "caller" };
}

function outcomesBehind(host: string): readonly Outcome[] {
  const service = serviceOf(host);
  const wanted = { host, port: 80 };
  const attached = waypointFor(MESH, caller("ztunnel"), wanted, service);
  if (attached.by !== "waypoint") throw new Error(`no waypoint before ${host}`);
  const through = throughWaypoint(MESH, caller("ztunnel"), attached.waypoint, { wanted, service }, "http");
  if ("ends" in through) throw new Error(`ends at the waypoint: ${JSON.stringify(through.ends)}`);
  return through.outcomes;
}

function addressOf({ endpoint, sends }: Outcome): string {
  const address = `${endpoint?.ip}:${endpoint?.port}`;
  return sends?.tls === "istio-mutual" ? `connect_originate;${address}` : address;
}

describe("waypoints", () => {
  it("stand before the Services that Istio puts behind them", () => {
    const services = MESH.services.map((service) => [`${service.namespace}/${service.name}`, service] as const);
    assert.equal(services.length, Object.keys(ANSWERS.services).length);
    for (const [key, service] of services) {
      const istio = NOT_TOLD.services.includes(key) ? "unknown" : expected(ANSWERS.services[key]);
      assert.equal(nameOf(waypointOfService(MESH, service)), istio, key);
    }
  });

  it("stand before the pods that Istio puts behind them", () => {
    const replicas = MESH.workloads.flatMap(({ replicas }) => replicas);
    assert.equal(replicas.length, Object.keys(ANSWERS.pods).length);
    for (const replica of replicas) {
      const key = `${replica.namespace}/${replica.pod?.name}`;
      const istio = NOT_TOLD.pods.includes(key) ? "unknown" : expected(ANSWERS.pods[key]);
      assert.equal(nameOf(waypointOfPod(MESH, replica)), istio, key);
    }
  });

  it("speak HBONE to pods that understand it and plain TCP to all others, sidecars too", () => {
    for (const [cluster, addresses] of Object.entries(ANSWERS.endpoints)) {
      const host = hostIn(cluster);
      if (host in REROUTED) continue;
      assert.deepEqual(outcomesBehind(host).map(addressOf), addresses, host);
    }
  });

  it("follow the routes of their own namespace and of the Service's, for all callers alike", () => {
    for (const [called, clusters] of Object.entries(ANSWERS.routes)) {
      const [cluster = ""] = clusters;
      const [outcome] = outcomesBehind(hostIn(called));
      if (cluster.includes("/v1")) assert.equal(outcome?.code, "broken-client-proxy", "no rule names the subset");
      else assert.equal(outcome?.endpoint?.at?.replica.pod?.name, hostIn(cluster).split(".")[0], called);
    }
  });

  it("take the calls of gateways only for Services that ask for it", () => {
    const services = Object.entries(ANSWERS.ingress).filter(([cluster]) => !cluster.includes("waypoint"));
    assert.equal(services.length, 4);
    for (const [cluster, [address = ""]] of services) {
      const host = hostIn(cluster);
      const found = waypointFor(MESH, caller("gateway"), { host, port: 80 }, serviceOf(host));
      assert.equal(found.by, address.split(";").length === 3 ? "waypoint" : "nobody", host);
    }
  });
});

/** Services whose calls a route of the mesh leads elsewhere. */
const REROUTED: Readonly<Record<string, true>> = Object.fromEntries(
  Object.entries(ANSWERS.routes)
    .filter(([called, clusters]) => !clusters.includes(called))
    .map(([called]) => [hostIn(called), true]),
);
