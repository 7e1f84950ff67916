/** Waypoints, what names them, and patches of proxies, at random. */
import fc from "fast-check";
import type { Document } from "./generator.ts";

const PATCHES = [
  { applyTo: "CLUSTER", match: { cluster: { portNumber: 80 } }, patch: { operation: "REMOVE" } },
  { applyTo: "CLUSTER", patch: { operation: "MERGE", value: { connect_timeout: "3s" } } },
  { applyTo: "CLUSTER", patch: { operation: "MERGE", value: { transport_socket: { name: "tls" } } } },
  { applyTo: "LISTENER", match: { context: "SIDECAR_INBOUND" }, patch: { operation: "REMOVE" } },
  { applyTo: "FILTER_CHAIN", match: { listener: { portNumber: 8080 } }, patch: { operation: "REMOVE" } },
  { applyTo: "HTTP_FILTER", patch: { operation: "INSERT_FIRST", value: { name: "lua" } } },
];

export const envoyFilter = (index: number): fc.Arbitrary<Document> =>
  fc
    .record({
      namespace: fc.constantFrom("shop", "legacy", "istio-system"),
      selector: fc.constantFrom(undefined, "cart", "web"),
      patches: fc.uniqueArray(fc.constantFrom(...PATCHES), { minLength: 1, maxLength: 2 }),
    })
    .map(({ namespace, selector, patches }) => ({
      apiVersion: "networking.istio.io/v1alpha3",
      kind: "EnvoyFilter",
      metadata: { name: `patch-${index}`, namespace },
      spec: {
        ...(selector === undefined ? {} : { workloadSelector: { labels: { app: selector } } }),
        configPatches: patches,
      },
    }));

const FROM = [undefined, { from: "All" }, { from: "Selector", selector: { matchLabels: { team: "a" } } }];

export const waypoint = (): fc.Arbitrary<Document> =>
  fc
    .record({
      from: fc.constantFrom(...FROM),
      traffic: fc.constantFrom(undefined, "all", "workload"),
      addresses: fc.constantFrom(undefined, [], [{ type: "Hostname", value: "waypoint.shop.svc.cluster.local" }]),
    })
    .map(({ from, traffic, addresses }) => ({
      apiVersion: "gateway.networking.k8s.io/v1",
      kind: "Gateway",
      metadata: {
        name: "waypoint",
        namespace: "shop",
        labels: traffic === undefined ? {} : { "istio.io/waypoint-for": traffic },
      },
      spec: {
        gatewayClassName: "istio-waypoint",
        listeners: [
          {
            name: "mesh",
            port: 15008,
            protocol: "HBONE",
            ...(from === undefined ? {} : { allowedRoutes: { namespaces: from } }),
          },
        ],
      },
      ...(addresses === undefined ? {} : { status: { addresses } }),
    }));
