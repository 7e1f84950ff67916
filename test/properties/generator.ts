/**
 * Small meshes at random: few names, so that policies, rules and Services meet, and modes and labels that real files
 * have on bad days. A mesh is a list of plain objects, so that a property can reorder, change and leave out any of them.
 */
import fc from "fast-check";
import { envoyFilter, waypoint } from "./proxies.ts";

export interface Metadata {
  readonly name: string;
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, unknown>>;
  readonly annotations?: Readonly<Record<string, unknown>>;
  readonly creationTimestamp?: string;
  readonly ownerReferences?: readonly object[];
}

export interface Document {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Metadata;
  readonly spec?: Readonly<Record<string, unknown>>;
  readonly status?: Readonly<Record<string, unknown>>;
}

export const ROOT = "istio-system";
const NAMESPACES = ["shop", "legacy"];
const PORTS = [8080, 9090];

/** Most things are in one place, so that they have to do with each other. */
const namespace = fc.constantFrom("shop", "shop", "shop", "legacy");
const anyNamespace = fc.constantFrom("shop", "shop", "shop", "legacy", ROOT);
const app = fc.constantFrom("cart", "cart", "web");
/** Whole seconds, so that ties are normal; absent in files. */
const created = fc.constantFrom("2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z", "2026-01-01T00:00:01Z", undefined);
const port = fc.constantFrom(...PORTS);
const sometimes = <T>(arbitrary: fc.Arbitrary<T>, weight = 1) =>
  fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight, arbitrary });

/** Drops what is undefined, as YAML would. */
function tidy<T extends object>(object: T): T {
  return Object.fromEntries(
    Object.entries(object)
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => [key, isMap(value) ? tidy(value) : value]),
  ) as T;
}

function isMap(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const namespaceObject = (name: string): fc.Arbitrary<Document | undefined> =>
  fc
    .constantFrom(
      { "istio-injection": "enabled" },
      { "istio-injection": "disabled" },
      { "istio.io/rev": "default" },
      { "istio.io/dataplane-mode": "ambient" },
      { "istio.io/dataplane-mode": "ambient", "istio.io/use-waypoint": "waypoint" },
      {},
      undefined,
    )
    .map((labels) =>
      labels === undefined ? undefined : { apiVersion: "v1", kind: "Namespace", metadata: { name, labels } },
    );

type ProxyKind = "none" | "sidecar" | "native" | "ztunnel" | "gateway";

const podLabels = fc.record({
  app,
  "security.istio.io/tlsMode": sometimes(fc.constantFrom("istio", "disabled")),
  "sidecar.istio.io/inject": sometimes(fc.constantFrom("true", "false")),
});

const podAnnotations = fc.record({
  "traffic.sidecar.istio.io/excludeInboundPorts": sometimes(fc.constant("8080")),
  "traffic.sidecar.istio.io/excludeOutboundPorts": sometimes(fc.constant("80")),
  "istio.io/rev": sometimes(fc.constant("canary")),
});

function containersOf(proxy: ProxyKind, named: number): Readonly<Record<string, unknown>> {
  const own = { name: "app", image: "example/app", ports: [{ name: "web", containerPort: named }] };
  const envoy = {
    name: "istio-proxy",
    image: "istio/proxyv2",
    args: ["proxy", proxy === "gateway" ? "router" : "sidecar"],
  };
  if (proxy === "native") return { containers: [own], initContainers: [{ ...envoy, restartPolicy: "Always" }] };
  return { containers: proxy === "none" || proxy === "ztunnel" ? [own] : [own, envoy] };
}

const pod = (index: number): fc.Arbitrary<Document> =>
  fc
    .record({
      namespace,
      owner: fc.constantFrom("alpha", "beta", undefined),
      labels: podLabels,
      annotations: podAnnotations,
      proxy: fc.constantFrom<ProxyKind>("none", "sidecar", "sidecar", "native", "ztunnel", "gateway"),
      named: port,
    })
    .map(({ namespace: where, owner, labels, annotations, proxy, named }) => {
      const believed = proxy === "sidecar" || proxy === "native" ? { "security.istio.io/tlsMode": "istio" } : {};
      const captured = proxy === "ztunnel" ? { "ambient.istio.io/redirection": "enabled" } : {};
      return tidy({
        apiVersion: "v1",
        kind: "Pod",
        metadata: {
          name: `pod-${index}`,
          namespace: where,
          labels: { ...believed, ...tidy(labels) },
          annotations: { ...captured, ...annotations },
          ownerReferences:
            owner === undefined ? undefined : [{ apiVersion: "apps/v1", kind: "StatefulSet", name: owner }],
        },
        spec: { serviceAccountName: "default", ...containersOf(proxy, named) },
        status: { phase: "Running", podIP: `10.1.0.${index + 1}` },
      }) as Document;
    });

const deployment = (index: number): fc.Arbitrary<Document> =>
  fc
    .record({
      namespace,
      labels: podLabels,
      annotations: podAnnotations,
      named: port,
      hostNetwork: sometimes(fc.constant(true)),
    })
    .map(
      ({ namespace: where, labels, annotations, named, hostNetwork }) =>
        tidy({
          apiVersion: "apps/v1",
          kind: "Deployment",
          metadata: { name: `planned-${index}`, namespace: where },
          spec: {
            selector: { matchLabels: { app: labels.app } },
            template: { metadata: { labels, annotations }, spec: { hostNetwork, ...containersOf("none", named) } },
          },
        }) as Document,
    );

const servicePort = fc.record({
  name: fc.constantFrom("http", "tcp-data", "https", "metrics", undefined),
  port: fc.constantFrom(80, 8080),
  targetPort: fc.constantFrom<number | string | undefined>(8080, 9090, "web", undefined),
  appProtocol: sometimes(fc.constantFrom("http", "tcp", "odd")),
});

const service = (name: string): fc.Arbitrary<Document> =>
  fc
    .record({
      namespace,
      created,
      app: sometimes(app, 9),
      port: servicePort,
      headless: fc.integer({ min: 0, max: 3 }),
      exportTo: sometimes(fc.constant(".")),
    })
    .map(
      ({ namespace: where, created: creationTimestamp, app: selected, port: only, headless, exportTo }) =>
        tidy({
          apiVersion: "v1",
          kind: "Service",
          metadata: {
            name,
            namespace: where,
            creationTimestamp,
            annotations: { "networking.istio.io/exportTo": exportTo },
          },
          spec: {
            clusterIP: headless === 0 ? "None" : "10.96.0.1",
            selector: selected === undefined ? undefined : { app: selected },
            ports: [tidy(only)],
          },
        }) as Document,
    );

const mode = fc.constantFrom("STRICT", "STRICT", "PERMISSIVE", "DISABLE", "UNSET", undefined);
const mtls = mode.map((each) => (each === undefined ? undefined : { mode: each }));

const policy = (index: number): fc.Arbitrary<Document> =>
  fc
    .record({
      namespace: anyNamespace,
      created,
      revision: sometimes(fc.constant("canary")),
      selector: fc.oneof(
        fc.constantFrom(undefined, undefined, {}),
        app.map((each) => ({ matchLabels: { app: each } })),
      ),
      mtls,
      ports: sometimes(
        fc.dictionary(
          port.map(String),
          mtls.map((each) => each ?? {}),
          { maxKeys: 2, noNullPrototype: true },
        ),
        2,
      ),
    })
    .map(
      ({ namespace: where, created: creationTimestamp, revision, selector, mtls: own, ports }) =>
        tidy({
          apiVersion: "security.istio.io/v1",
          kind: "PeerAuthentication",
          metadata: {
            name: `policy-${index}`,
            namespace: where,
            creationTimestamp,
            labels: { "istio.io/rev": revision },
          },
          spec: { selector, mtls: own, portLevelMtls: ports },
        }) as Document,
    );

const tls = fc.constantFrom("DISABLE", "ISTIO_MUTUAL", "SIMPLE").map((each) => ({ mode: each }));
const host = fc.constantFrom("one", "two", "*.local", "one.shop.svc.cluster.local", "*", "one.shop");

const rule = (index: number): fc.Arbitrary<Document> =>
  fc
    .record({
      namespace: anyNamespace,
      created,
      host,
      tls: sometimes(tls, 3),
      port: sometimes(fc.record({ number: fc.constantFrom(80, 8080), tls: sometimes(tls, 3) })),
      balancer: sometimes(fc.constantFrom("PASSTHROUGH", "RANDOM")),
      subset: sometimes(app),
      exportTo: sometimes(fc.constantFrom(["."], ["*"], ["shop"])),
      selector: sometimes(app),
    })
    .map(
      ({
        namespace: where,
        created: creationTimestamp,
        host: called,
        tls: own,
        port: special,
        balancer,
        subset,
        exportTo,
        selector,
      }) =>
        tidy({
          apiVersion: "networking.istio.io/v1",
          kind: "DestinationRule",
          metadata: { name: `rule-${index}`, namespace: where, creationTimestamp },
          spec: {
            host: called,
            exportTo,
            workloadSelector: selector === undefined ? undefined : { matchLabels: { app: selector } },
            trafficPolicy: {
              tls: own,
              loadBalancer: balancer === undefined ? undefined : { simple: balancer },
              portLevelSettings:
                special === undefined ? undefined : [tidy({ port: { number: special.number }, tls: special.tls })],
            },
            subsets: subset === undefined ? undefined : [{ name: "some", labels: { app: subset } }],
          },
        }) as Document,
    );

const sidecar = (index: number): fc.Arbitrary<Document> =>
  fc
    .record({
      namespace: anyNamespace,
      created,
      selector: sometimes(app),
      egress: sometimes(fc.constantFrom("./*", "*/*", "~/*"), 3),
      ingress: sometimes(fc.constantFrom("HTTP", "TCP")),
      policy: sometimes(fc.constant("REGISTRY_ONLY")),
    })
    .map(
      ({ namespace: where, created: creationTimestamp, selector, egress, ingress, policy: outbound }) =>
        tidy({
          apiVersion: "networking.istio.io/v1",
          kind: "Sidecar",
          metadata: { name: `sidecar-${index}`, namespace: where, creationTimestamp },
          spec: {
            workloadSelector: selector === undefined ? undefined : { labels: { app: selector } },
            egress: egress === undefined ? undefined : [{ hosts: [egress] }],
            ingress: ingress === undefined ? undefined : [{ port: { number: 8080, protocol: ingress, name: "in" } }],
            outboundTrafficPolicy: outbound === undefined ? undefined : { mode: outbound },
          },
        }) as Document,
    );

const virtualService = (index: number): fc.Arbitrary<Document> =>
  fc
    .record({
      namespace,
      created,
      host,
      to: fc.constantFrom("one", "two"),
      subset: sometimes(fc.constant("some")),
      kind: fc.constantFrom("http", "tcp"),
    })
    .map(
      ({ namespace: where, created: creationTimestamp, host: called, to, subset, kind }) =>
        tidy({
          apiVersion: "networking.istio.io/v1",
          kind: "VirtualService",
          metadata: { name: `route-${index}`, namespace: where, creationTimestamp },
          spec: { hosts: [called], [kind]: [{ route: [{ destination: tidy({ host: to, subset }) }] }] },
        }) as Document,
    );

const authorization = (index: number): fc.Arbitrary<Document> =>
  fc
    .record({
      namespace: anyNamespace,
      created,
      action: fc.constantFrom(undefined, "DENY", "AUDIT"),
      selector: sometimes(app),
      source: fc.constantFrom({ namespaces: ["shop"] }, { principals: ["*"] }, { ipBlocks: ["10.1.0.0/16"] }),
      ports: sometimes(fc.constant(["8080"])),
    })
    .map(
      ({ namespace: where, created: creationTimestamp, action, selector, source, ports }) =>
        tidy({
          apiVersion: "security.istio.io/v1",
          kind: "AuthorizationPolicy",
          metadata: { name: `access-${index}`, namespace: where, creationTimestamp },
          spec: {
            action,
            selector: selector === undefined ? undefined : { matchLabels: { app: selector } },
            rules: [tidy({ from: [{ source }], to: ports === undefined ? undefined : [{ operation: { ports } }] })],
          },
        }) as Document,
    );

/** Up to `most` objects, each made for its place in the list so that names differ. */
function several(
  most: number,
  make: (index: number) => fc.Arbitrary<Document | undefined>,
): fc.Arbitrary<readonly Document[]> {
  return fc
    .tuple(...Array.from({ length: most }, (_, index) => fc.tuple(fc.constantFrom(true, true, false), make(index))))
    .map((all) => all.flatMap(([there, document]) => (there && document !== undefined ? [document] : [])));
}

export const policies = several(4, policy);

export const meshes: fc.Arbitrary<readonly Document[]> = fc
  .tuple(
    fc.tuple(...NAMESPACES.map(namespaceObject)).map((all) => all.filter((each) => each !== undefined)),
    several(4, pod),
    several(2, deployment),
    fc.tuple(service("one"), service("two")),
    policies,
    several(2, rule),
    several(2, sidecar),
    several(1, virtualService),
    several(1, authorization),
    several(1, envoyFilter),
    several(1, waypoint),
  )
  .map((groups) => groups.flat());
