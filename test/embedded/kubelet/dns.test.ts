import assert from "node:assert/strict";
import type { JsonMap } from "../../../src/embedded/api/object.ts";
import { resolveName } from "../../../src/embedded/kubelet/dns.ts";
import { startNode, type TestNode } from "./node.ts";

describe("the DNS of the cluster", () => {
  let node: TestNode;
  before(() => {
    node = startNode();
    node.create({ apiVersion: "v1", kind: "Namespace", metadata: { name: "other" } });
    const service = (name: string, spec: JsonMap, namespace = "shop") =>
      node.create({ apiVersion: "v1", kind: "Service", metadata: { name, namespace }, spec });
    const ports = [{ port: 80 }];
    service("web", { clusterIP: "10.96.0.50", ports });
    service("web", { clusterIP: "10.96.0.51", ports }, "other");
    service("db", { clusterIP: "None", ports });
    service("alias", { type: "ExternalName", externalName: "web.other.svc.cluster.local" });
    service("round", { type: "ExternalName", externalName: "round.shop.svc.cluster.local" });
    service("outside", { type: "ExternalName", externalName: "example.com" });
    const kind = node.cluster.kinds.byKind("discovery.k8s.io", "EndpointSlice");
    if (kind === undefined) throw new Error("EndpointSlice is not served");
    node.cluster.resources.create(kind, "shop", {
      apiVersion: "discovery.k8s.io/v1",
      kind: "EndpointSlice",
      metadata: { name: "db-1", labels: { "kubernetes.io/service-name": "db" } },
      addressType: "IPv4",
      ports: [],
      endpoints: [
        { addresses: ["10.66.1.7"], hostname: "db-0", conditions: { ready: true } },
        { addresses: ["10.66.1.8"], hostname: "db-1", conditions: { ready: false } },
      ],
    });
  });
  after(() => node.close());

  const names: readonly (readonly [name: string, namespace: string, addresses: readonly string[]])[] = [
    ["web", "shop", ["10.96.0.50"]],
    ["web", "other", ["10.96.0.51"]],
    ["WEB", "shop", ["10.96.0.50"]],
    ["web.other", "shop", ["10.96.0.51"]],
    ["web.other.svc", "shop", ["10.96.0.51"]],
    ["web.other.svc.cluster.local", "shop", ["10.96.0.51"]],
    ["web.other.svc.cluster.local.", "shop", ["10.96.0.51"]],
    ["web.", "shop", []],
    ["nosuch", "shop", []],
    ["web.nosuch", "shop", []],
    ["example.com", "shop", []],
    ["db", "shop", ["10.66.1.7"]],
    ["db-0.db", "shop", ["10.66.1.7"]],
    ["db-1.db.shop.svc", "other", ["10.66.1.8"]],
    ["x.web", "shop", []],
    ["alias", "shop", ["10.96.0.51"]],
    ["round", "shop", []],
    ["outside", "shop", []],
    ["10-66-1-7.shop.pod", "shop", ["10.66.1.7"]],
  ];
  for (const [name, namespace, addresses] of names) {
    it(`gives ${name}, asked in ${namespace}, the addresses [${addresses}]`, () =>
      assert.deepEqual(resolveName(node.cluster, name, namespace), addresses));
  }
});
