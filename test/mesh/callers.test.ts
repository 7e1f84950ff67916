/** Who is found to call whom. Every claim has a look-alike beside it that is none. */
import assert from "node:assert/strict";
import { callIndex } from "../../src/mesh/callers/call-index.ts";
import type { Target } from "../../src/mesh/callers/target.ts";
import { deployment, meshFrom, service } from "./snapshot.ts";

const WORLD = deployment("web") + service("web");
const OBJECT = (apiVersion: string, kind: string, spec: string, meta = "name: other, namespace: shop") => `
---
apiVersion: ${apiVersion}
kind: ${kind}
metadata: {${meta}}
${spec}
`;
const CALLER = (container: string, more = "") =>
  deployment("client", { container }).replace("spec: {containers", `spec: {${more}containers`);

const HEADLESS = service("peers", "[{name: http, port: 80}]").replace("{app: peers}", "{app: db}, clusterIP: None");
const DATABASE = (argument: string) =>
  deployment("db", { container: `args: ['${argument}']` })
    .replace("kind: Deployment", "kind: StatefulSet")
    .replace("spec:\n  selector", "spec:\n  serviceName: peers\n  selector");

/** An object, and the calls to web that it tells of: `caller port speaks phase confidence`. */
const CASES: readonly (readonly [title: string, yaml: string, calls: readonly string[]])[] = [
  ["a URL in the environment", CALLER("env: [{name: A, value: 'http://web'}]"), ["client 80 http run certain"]],
  ["a URL of another host", CALLER("env: [{name: A, value: 'http://web.example.com'}]"), []],
  ["a port that the Service has not", CALLER("env: [{name: A, value: 'http://web:8080'}]"), []],
  [
    "an alias of the Service",
    CALLER("env: [{name: A, value: 'http://alias'}]") +
      OBJECT(
        "v1",
        "Service",
        "spec: {type: ExternalName, externalName: web.shop.svc.cluster.local}",
        "name: alias, namespace: shop",
      ),
    ["client 80 http run certain"],
  ],
  [
    "an alias of a host outside",
    CALLER("env: [{name: A, value: 'http://alias'}]") +
      OBJECT(
        "v1",
        "Service",
        "spec: {type: ExternalName, externalName: web.example.com}",
        "name: alias, namespace: shop",
      ),
    [],
  ],
  ["an argument", CALLER("args: ['--url=http://web']"), ["client 80 http run certain"]],
  ["a word that is a Service's name", CALLER("args: [serve, web]"), []],
  ["a command", CALLER("command: [sh, -c, 'curl http://web.shop:80/x']"), ["client 80 http run certain"]],
  ["an image with the name of a Service", CALLER("image: 'registry.example/web:80'"), []],
  [
    "two variables with the same URL are one call",
    CALLER("env: [{name: A, value: 'http://web'}, {name: B, value: 'http://web:80'}]"),
    ["client 80 http run certain"],
  ],
  [
    "a ConfigMap that the pod takes its environment from",
    CALLER("envFrom: [{configMapRef: {name: urls}}]") +
      OBJECT("v1", "ConfigMap", "data: {url: 'http://web'}", "name: urls, namespace: shop"),
    ["client 80 http run certain"],
  ],
  [
    "a ConfigMap that nobody uses",
    CALLER("env: []") + OBJECT("v1", "ConfigMap", "data: {url: 'http://web'}", "name: urls, namespace: shop"),
    [],
  ],
  [
    "one key of a ConfigMap",
    CALLER("env: [{name: A, valueFrom: {configMapKeyRef: {name: urls, key: a}}}]") +
      OBJECT("v1", "ConfigMap", "data: {a: 'http://web', b: 'http://web:81'}", "name: urls, namespace: shop"),
    ["client 80 http run certain"],
  ],
  [
    "an init container",
    CALLER("ports: []", "initContainers: [{name: wait, args: ['http://web']}], "),
    ["client 80 http init certain"],
  ],
  ["a workload's own address", deployment("web", { container: "env: [{name: SELF, value: 'http://web'}]" }), []],
  [
    "a route of a VirtualService behind a Gateway",
    OBJECT(
      "networking.istio.io/v1",
      "Gateway",
      "spec: {selector: {istio: ingressgateway}}",
      "name: gw, namespace: shop",
    ) +
      OBJECT(
        "networking.istio.io/v1",
        "VirtualService",
        "spec: {hosts: ['*'], gateways: [gw], http: [{route: [{destination: {host: web}}]}]}",
      ),
    ["ingressgateway 80 http run certain"],
  ],
  [
    "a route for sidecars of a VirtualService that is for a Gateway too",
    OBJECT(
      "networking.istio.io/v1",
      "VirtualService",
      "spec: {hosts: ['*'], gateways: [mesh, gw], http: [{match: [{gateways: [mesh]}], route: [{destination: {host: web}}]}]}",
    ),
    [],
  ],
  [
    "a route for one of two Gateways",
    OBJECT(
      "networking.istio.io/v1",
      "VirtualService",
      "spec: {hosts: ['*'], gateways: [one, two], http: [{match: [{gateways: [shop/two]}], route: [{destination: {host: web}}]}]}",
    ),
    ["gateway shop/two 80 http run certain"],
  ],
  [
    "a route that another VirtualService has for it",
    OBJECT(
      "networking.istio.io/v1",
      "VirtualService",
      "spec: {hosts: ['*'], gateways: [gw], http: [{delegate: {name: routes}}]}",
    ) +
      OBJECT(
        "networking.istio.io/v1",
        "VirtualService",
        "spec: {http: [{route: [{destination: {host: web}}]}]}",
        "name: routes, namespace: shop",
      ),
    ["gateway shop/gw 80 http run certain"],
  ],
  [
    "a delegate with hosts of its own",
    OBJECT(
      "networking.istio.io/v1",
      "VirtualService",
      "spec: {hosts: ['*'], gateways: [gw], http: [{delegate: {name: routes}}]}",
    ) +
      OBJECT(
        "networking.istio.io/v1",
        "VirtualService",
        "spec: {hosts: [web], http: [{route: [{destination: {host: web}}]}]}",
        "name: routes, namespace: shop",
      ),
    [],
  ],
  [
    "a delegate of another namespace",
    OBJECT(
      "networking.istio.io/v1",
      "VirtualService",
      "spec: {hosts: ['*'], gateways: [gw], http: [{delegate: {name: routes, namespace: routing}}]}",
    ) +
      OBJECT(
        "networking.istio.io/v1",
        "VirtualService",
        "spec: {http: [{route: [{destination: {host: web.shop.svc.cluster.local}}]}]}",
        "name: routes, namespace: routing",
      ),
    ["gateway shop/gw 80 http run certain"],
  ],
  [
    "a route of a VirtualService for sidecars",
    OBJECT(
      "networking.istio.io/v1",
      "VirtualService",
      "spec: {hosts: [web], http: [{route: [{destination: {host: web}}]}]}",
    ),
    [],
  ],
  [
    "a mirror",
    OBJECT(
      "networking.istio.io/v1",
      "VirtualService",
      "spec: {hosts: ['*'], gateways: [gw], http: [{route: [{destination: {host: gone}}], mirror: {host: web}}]}",
    ),
    [],
  ],
  [
    "a backend of an HTTPRoute under a Gateway of Istio's class",
    OBJECT(
      "gateway.networking.k8s.io/v1",
      "Gateway",
      "spec: {gatewayClassName: istio}",
      "name: edge, namespace: shop",
    ) +
      OBJECT(
        "gateway.networking.k8s.io/v1",
        "HTTPRoute",
        "spec: {parentRefs: [{name: edge}], rules: [{backendRefs: [{name: web, port: 80}]}]}",
      ),
    ["edge 80 http run certain"],
  ],
  [
    "a backend of a route under a Gateway of somebody else's class",
    OBJECT(
      "gateway.networking.k8s.io/v1",
      "Gateway",
      "spec: {gatewayClassName: nginx}",
      "name: edge, namespace: shop",
    ) +
      OBJECT(
        "gateway.networking.k8s.io/v1",
        "HTTPRoute",
        "spec: {parentRefs: [{name: edge}], rules: [{backendRefs: [{name: web, port: 80}]}]}",
      ),
    ["gateway shop/edge 80 http run certain"],
  ],
  [
    "a backend under Gateways of one name in two namespaces",
    ["shop", "other"]
      .map((namespace) =>
        OBJECT(
          "gateway.networking.k8s.io/v1",
          "Gateway",
          "spec: {gatewayClassName: istio}",
          `name: edge, namespace: ${namespace}`,
        ),
      )
      .join("") +
      OBJECT(
        "gateway.networking.k8s.io/v1",
        "HTTPRoute",
        "spec: {parentRefs: [{name: edge}, {name: edge, namespace: other}], rules: [{backendRefs: [{name: web, port: 80}]}]}",
      ),
    ["edge 80 http run certain", "edge 80 http run certain"],
  ],
  [
    "a backend that is no Service",
    OBJECT(
      "gateway.networking.k8s.io/v1",
      "HTTPRoute",
      "spec: {parentRefs: [{name: edge}], rules: [{backendRefs: [{kind: ServiceImport, name: web, port: 80}]}]}",
    ),
    [],
  ],
  [
    "a path of an Ingress, by the name of the port",
    OBJECT(
      "networking.k8s.io/v1",
      "Ingress",
      "spec: {ingressClassName: nginx, rules: [{http: {paths: [{backend: {service: {name: web, port: {name: http}}}}]}}]}",
    ),
    ["ingress controller nginx 80 http run certain"],
  ],
  [
    "an Ingress for a port that the Service has not",
    OBJECT("networking.k8s.io/v1", "Ingress", "spec: {defaultBackend: {service: {name: web, port: {number: 8080}}}}"),
    [],
  ],
  [
    "a webhook that validates",
    service("hook", "[{name: https, port: 443, targetPort: 8443}]") +
      deployment("hook") +
      OBJECT(
        "admissionregistration.k8s.io/v1",
        "ValidatingWebhookConfiguration",
        "webhooks: [{name: a, clientConfig: {service: {namespace: shop, name: hook, path: /}}}]",
        "name: other",
      ),
    ["kube-apiserver 443 tls run certain"],
  ],
  [
    "a webhook by URL",
    OBJECT(
      "admissionregistration.k8s.io/v1",
      "ValidatingWebhookConfiguration",
      "webhooks: [{name: a, clientConfig: {url: 'https://web.shop.svc:80'}}]",
      "name: other",
    ),
    [],
  ],
  [
    "an aggregated API",
    OBJECT(
      "apiregistration.k8s.io/v1",
      "APIService",
      "spec: {service: {namespace: shop, name: web, port: 80}}",
      "name: v1.x",
    ),
    ["kube-apiserver 80 tls run certain"],
  ],
  [
    "an identity that an AuthorizationPolicy allows",
    CALLER("ports: []", "serviceAccountName: buyer, ") +
      OBJECT(
        "security.istio.io/v1",
        "AuthorizationPolicy",
        "spec: {selector: {matchLabels: {app: web}}, rules: [{from: [{source: {principals: [cluster.local/ns/shop/sa/buyer]}}]}]}",
      ),
    ["client 80 http run likely"],
  ],
  [
    "an identity that one denies",
    CALLER("ports: []", "serviceAccountName: buyer, ") +
      OBJECT(
        "security.istio.io/v1",
        "AuthorizationPolicy",
        "spec: {action: DENY, rules: [{from: [{source: {principals: [cluster.local/ns/shop/sa/buyer]}}]}]}",
      ),
    [],
  ],
  [
    "a pod that finds its peers below its own headless Service",
    HEADLESS + deployment("db", { container: "args: ['--join=peers:80']" }),
    ["db 80 http run likely"],
  ],
  [
    "a member of its own StatefulSet",
    HEADLESS + DATABASE("--join=tcp://db-1.peers.shop.svc:80"),
    ["db 80 tcp run likely"],
  ],
  ["a member by a variable", HEADLESS + DATABASE("--join=tcp://$(POD_NAME).peers:80"), ["db 80 tcp run likely"]],
  [
    "a member of somebody else's StatefulSet",
    HEADLESS + DATABASE("--quiet") + CALLER("env: [{name: DB, value: 'tcp://db-0.peers.shop.svc:80'}]"),
    ["client 80 tcp run certain"],
  ],
  [
    "annotations for scrapes that the injector wrote",
    deployment("scraped") +
      OBJECT(
        "v1",
        "Pod",
        "spec: {containers: [{name: app}, {name: istio-proxy, args: [proxy, sidecar]}]}\nstatus: {phase: Running, podIP: 10.1.0.2}",
        "name: scraped-1, namespace: shop, labels: {app: scraped, pod-template-hash: '1'}, annotations: {prometheus.io/scrape: 'true', prometheus.io/port: '15020'}, ownerReferences: [{kind: ReplicaSet, name: scraped-1}]",
      ),
    [],
  ],
  [
    "the same where the author asked for them",
    deployment("scraped", { annotations: "prometheus.io/scrape: 'true', prometheus.io/port: '9102'" }) +
      OBJECT(
        "v1",
        "Pod",
        "spec: {containers: [{name: app}, {name: istio-proxy, args: [proxy, sidecar]}]}\nstatus: {phase: Running, podIP: 10.1.0.2}",
        "name: scraped-1, namespace: shop, labels: {app: scraped, pod-template-hash: '1'}, annotations: {prometheus.io/scrape: 'true', prometheus.io/port: '15020'}, ownerReferences: [{kind: ReplicaSet, name: scraped-1}]",
      ),
    ["Prometheus pods 15020 http run likely"],
  ],
];

function portOf(target: Target): string {
  return target.type === "service" ? `${target.port.port}` : `pods ${target.port}`;
}

describe("callers", () => {
  for (const [title, yaml, expected] of CASES) {
    it(`${title} tells of ${expected.length === 0 ? "no call" : expected.join(" and ")}`, () => {
      const { calls } = callIndex(meshFrom(WORLD + yaml));
      const said = calls.map(
        ({ caller, target, speaks, phase, evidence }) =>
          `${caller.name} ${portOf(target)} ${speaks} ${phase} ${evidence[0]?.confidence}`,
      );
      assert.deepEqual(said, expected);
    });
  }
});
