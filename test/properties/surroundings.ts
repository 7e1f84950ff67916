/** What stands around workloads and their Services: members, slices, entries, gateways and monitors, at random. */
import fc from "fast-check";
import type { Document } from "./generator.ts";

const namespace = fc.constantFrom("shop", "shop", "legacy");
const app = fc.constantFrom("cart", "web");

const statefulSet = fc
  .record({ namespace, app, serviceName: fc.constantFrom("one", "two"), port: fc.constantFrom(80, 8080, 9090) })
  .map(({ namespace: where, app: of, serviceName, port }) => ({
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: { name: "members", namespace: where },
    spec: {
      serviceName,
      selector: { matchLabels: { app: of } },
      template: {
        metadata: { labels: { app: of }, annotations: { "prometheus.io/scrape": "true" } },
        spec: {
          containers: [
            {
              name: "app",
              image: "example/app",
              env: [{ name: "PEER", value: `members-0.${serviceName}:${port}` }],
              ports: [{ name: "metrics", containerPort: port }],
            },
          ],
        },
      },
    },
  }));

const endpointSlice = fc.record({ namespace, service: fc.constantFrom("one", "two"), at: fc.nat(3) }).map(
  ({ namespace: where, service, at }) =>
    ({
      apiVersion: "discovery.k8s.io/v1",
      kind: "EndpointSlice",
      metadata: { name: "slice", namespace: where, labels: { "kubernetes.io/service-name": service } },
      addressType: "IPv4",
      endpoints: [{ addresses: [`10.1.0.${at + 1}`], conditions: { ready: true } }],
      ports: [{ name: "http", port: 8080 }],
    }) as Document,
);

const serviceEntry = fc
  .record({
    namespace,
    host: fc.constantFrom("one.shop.svc.cluster.local", "two.pay.svc.cluster.local", "bank.example"),
    location: fc.constantFrom("MESH_INTERNAL", "MESH_EXTERNAL"),
    app: fc.constantFrom("cart", "web", undefined),
  })
  .map(({ namespace: where, host, location, app: of }) => ({
    apiVersion: "networking.istio.io/v1",
    kind: "ServiceEntry",
    metadata: { name: "entry", namespace: where },
    spec: {
      hosts: [host],
      location,
      ports: [{ number: 80, name: "http", protocol: "HTTP" }],
      ...(of === undefined
        ? { resolution: "DNS" }
        : { resolution: "STATIC", workloadSelector: { labels: { app: of } } }),
    },
  }));

/** A Service that is a second name of another. */
const alias = fc
  .record({ namespace, to: fc.constantFrom("one.shop.svc.cluster.local", "two.pay.svc.cluster.local", "a.example") })
  .map(({ namespace: where, to }) => ({
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "alias", namespace: where },
    spec: { type: "ExternalName", externalName: to, ports: [{ port: 80 }] },
  }));

/** In through a Gateway, to a Service of another namespace too. */
const entrance = fc
  .record({ namespace, selected: app, to: fc.constantFrom("one", "two", "one.legacy.svc.cluster.local") })
  .map(({ namespace: where, selected, to }) => [
    {
      apiVersion: "networking.istio.io/v1",
      kind: "Gateway",
      metadata: { name: "door", namespace: where },
      spec: {
        selector: { app: selected },
        servers: [{ port: { number: 80, name: "http", protocol: "HTTP" }, hosts: ["*"] }],
      },
    },
    {
      apiVersion: "networking.istio.io/v1",
      kind: "VirtualService",
      metadata: { name: "entrance", namespace: where },
      spec: { hosts: ["*"], gateways: ["door"], http: [{ route: [{ destination: { host: to } }] }] },
    },
  ]);

const monitor = fc
  .record({ namespace, app, port: fc.constantFrom("web", "metrics", "http") })
  .map(({ namespace: where, app: of, port }) => ({
    apiVersion: "monitoring.coreos.com/v1",
    kind: "PodMonitor",
    metadata: { name: "monitor", namespace: where },
    spec: { selector: { matchLabels: { app: of } }, podMetricsEndpoints: [{ port }] },
  }));

/** What is called in one namespace ends in another, and rules for both hosts may disagree. */
const redirection = fc
  .record({
    from: fc.constantFrom("one", "two"),
    namespace,
    to: fc.constantFrom("one.pay", "two.pay", "one.ship", "two.ship", "one.legacy", "one.shop"),
    ruled: fc.constantFrom("from", "to"),
    mode: fc.constantFrom("ISTIO_MUTUAL", "DISABLE", "SIMPLE"),
    ruler: fc.constantFrom("shop", "legacy", "istio-system"),
  })
  .map(({ from, namespace: where, to, ruled, mode, ruler }): readonly Document[] => {
    const [start, end] = [`${from}.${where}.svc.cluster.local`, `${to}.svc.cluster.local`];
    return [
      {
        apiVersion: "networking.istio.io/v1",
        kind: "VirtualService",
        metadata: { name: "redirection", namespace: where },
        spec: { hosts: [start], http: [{ route: [{ destination: { host: end } }] }] },
      },
      {
        apiVersion: "networking.istio.io/v1",
        kind: "DestinationRule",
        metadata: { name: "redirected", namespace: ruler },
        spec: { host: ruled === "from" ? start : end, trafficPolicy: { tls: { mode } } },
      },
    ];
  });

/** Each with the share of workspaces that have it: most of these make every edit one of everything. */
export const surroundings: fc.Arbitrary<readonly Document[]> = fc
  .tuple(
    some(3, statefulSet.map(one)),
    some(1, endpointSlice.map(one)),
    some(2, serviceEntry.map(one)),
    some(2, alias.map(one)),
    some(4, redirection),
    some(1, entrance),
    some(1, monitor.map(one)),
  )
  .map((groups) => groups.flat());

function some(ofTen: number, documents: fc.Arbitrary<readonly Document[]>): fc.Arbitrary<readonly Document[]> {
  return fc.oneof({ weight: 10 - ofTen, arbitrary: fc.constant([]) }, { weight: ofTen, arbitrary: documents });
}

function one(document: Document): readonly Document[] {
  return [document];
}
