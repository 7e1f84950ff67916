import assert from "node:assert/strict";
import { inboundPorts } from "../../src/mesh/server/ports.ts";
import { deployment, meshFrom, service, workloadNamed } from "./snapshot.ts";

const ENTRY = (selector: string) => `
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: entry, namespace: shop}
spec: {hosts: [web.internal], location: MESH_INTERNAL, resolution: STATIC, workloadSelector: {labels: {${selector}}}, ports: [{number: 9000, name: tcp, protocol: TCP}]}
`;
const POD = `
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec: {containers: [{name: app}, {name: istio-proxy}]}
status: {phase: Running, podIP: 10.1.0.2}
`;
const BY_HAND = (ip: string) => `
---
apiVersion: v1
kind: Service
metadata: {name: manual, namespace: shop}
spec: {ports: [{name: http, port: 80, targetPort: 8080}]}
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: manual-1, namespace: shop, labels: {kubernetes.io/service-name: manual}}
addressType: IPv4
endpoints: [{addresses: [${ip}]}]
ports: [{name: http, port: 8080}]
`;

describe("inbound ports", () => {
  const cases: readonly (readonly [title: string, yaml: string, ports: readonly string[]])[] = [
    ["a Service's target port", deployment("web") + service("web"), ["8080 HTTP"]],
    [
      "a named target port is looked up in the containers",
      deployment("web", { container: "ports: [{name: api, containerPort: 7000}]" }) +
        service("web", "[{name: grpc, port: 80, targetPort: api}]"),
      ["7000 HTTP"],
    ],
    [
      "a name that no container has leads nowhere",
      deployment("web") + service("web", "[{name: grpc, port: 80, targetPort: api}]"),
      [],
    ],
    [
      "the appProtocol replaces the name",
      deployment("web") + service("web", "[{name: http, appProtocol: tcp, port: 80}]"),
      ["80 TCP"],
    ],
    ["UDP is none of the proxy's", deployment("web") + service("web", "[{name: http, protocol: UDP, port: 80}]"), []],
    [
      "the first host decides the protocol of a shared port",
      deployment("web") +
        service("web") +
        service("web", "[{name: tcp, port: 81, targetPort: 8080}]").replace("name: web,", "name: web-alt,"),
      ["8080 TCP"],
    ],
    ["a ServiceEntry takes in pods", deployment("web") + ENTRY("app: web"), ["9000 TCP"]],
    ["but not those of other labels", deployment("web") + ENTRY("app: vm"), []],
    ["a Service without selector by its EndpointSlice", POD + BY_HAND("10.1.0.2"), ["8080 HTTP"]],
    ["but not one of another address", POD + BY_HAND("10.1.0.3"), []],
  ];
  for (const [title, yaml, ports] of cases) {
    it(title, () => {
      const mesh = meshFrom(yaml);
      const found = inboundPorts(mesh, workloadNamed(mesh, "web"));
      assert.deepEqual(
        found.map(({ port, family }) => `${port} ${family}`),
        ports,
      );
    });
  }
});
