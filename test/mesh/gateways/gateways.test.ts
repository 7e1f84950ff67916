/** What becomes of a call from a pod to a gateway: its Gateways decide, as Istio's simulator answers in the vectors. */
import assert from "node:assert/strict";
import { edge, object, PROXY, told } from "./edge.ts";

/** Lets nobody into the gateway of a name. */
function naming(name: string): string {
  return object(
    "AuthorizationPolicy",
    "none",
    `{targetRefs: [{kind: Gateway, name: ${name}}]}`,
    "security.istio.io/v1",
  );
}

function gateway(...servers: readonly string[]): string {
  return object("Gateway", "edge", `{selector: {istio: egress}, servers: [${servers.join(", ")}]}`);
}

function server(port: number, protocol: string, hosts: string, tls = ""): string {
  return `{port: {number: ${port}, name: ${protocol}-${hosts.replace("*", "all")}, protocol: ${protocol}}, hosts: ["${hosts}"]${tls === "" ? "" : `, tls: {${tls}}`}}`;
}

function rule(tls: string): string {
  return object("DestinationRule", "egress", `{host: egress, trafficPolicy: {tls: {${tls}}}}`);
}

const ROUTE = object(
  "VirtualService",
  "out",
  "{hosts: ['*'], gateways: [edge], http: [{route: [{destination: {host: out, port: {number: 80}}}]}]}",
);
const INGRESS = object(
  "Ingress",
  "all",
  "{ingressClassName: istio, tls: [{secretName: cert}], rules: [{http: {paths: [{backend: {service: {name: out, port: {number: 80}}}}]}}]}",
  "networking.k8s.io/v1",
);
const classOf = (controller: string) =>
  object("IngressClass", "istio", `{controller: ${controller}}`, "networking.k8s.io/v1").replace(
    ", namespace: shop",
    "",
  );
const INGRESS_CLASS = classOf("istio.io/ingress-controller");
const HTTP = gateway(server(80, "HTTP", "*"));
const MTLS = gateway(server(443, "HTTPS", "*", "mode: ISTIO_MUTUAL"));
const SIMPLE = "mode: SIMPLE, credentialName: cert";
const ENCRYPTED = rule("mode: ISTIO_MUTUAL");
const PLAIN = "http://egress";
const TLS = "https://egress:443";
const HTTP_ON_TLS = "http://egress:443";

describe("a call to a gateway", () => {
  const cases: readonly (readonly [what: string, yaml: string, expected: RegExp])[] = [
    ["is plaintext to a server for HTTP", edge(PLAIN, HTTP, ROUTE), /^works: plaintext$/],
    [
      "is in mutual TLS where a rule and a server say so",
      edge(HTTP_ON_TLS, MTLS, ROUTE, rule("mode: ISTIO_MUTUAL")),
      /^works: mtls$/,
    ],
    [
      "breaks where the sidecar is not told to use mutual TLS",
      edge(HTTP_ON_TLS, MTLS, ROUTE),
      /^breaks: plaintext-to-gateway-tls$/,
    ],
    [
      "breaks where a rule asks for mutual TLS and no server does",
      edge(PLAIN, HTTP, ROUTE, ENCRYPTED),
      /^breaks: mtls-to-gateway-http$/,
    ],
    [
      "obeys no PeerAuthentication",
      edge(
        PLAIN,
        HTTP,
        ROUTE,
        object("PeerAuthentication", "default", "{mtls: {mode: STRICT}}", "security.istio.io/v1"),
      ),
      /^works: plaintext$/,
    ],
    ["breaks where no server opens the port", edge(HTTP_ON_TLS, HTTP, ROUTE), /^breaks: no-gateway-server$/],
    [
      "is unknown where no Gateway is for the pod",
      edge(PLAIN, ROUTE),
      /^unknown: no Gateway in these files is for Pod shop\/egress$/,
    ],
    [
      "is unknown where no route leads on",
      edge(PLAIN, HTTP),
      /^unknown: no route in these files leads on from Gateway shop\/edge$/,
    ],
    [
      "asks for the name of the cluster where the rule names none",
      edge(HTTP_ON_TLS, gateway(server(443, "HTTPS", "out.example", "mode: ISTIO_MUTUAL")), ROUTE, ENCRYPTED),
      /^breaks: no-gateway-name$/,
    ],
    [
      "asks for the name that the rule says",
      edge(
        HTTP_ON_TLS,
        gateway(server(443, "HTTPS", "out.example", "mode: ISTIO_MUTUAL")),
        ROUTE,
        rule("mode: ISTIO_MUTUAL, sni: out.example"),
      ),
      /^works: mtls$/,
    ],
    [
      "brings the application's own TLS to a server with a secret",
      edge(TLS, gateway(server(443, "HTTPS", "*", SIMPLE)), ROUTE),
      /^works: app-tls$/,
    ],
    [
      "breaks with the application's own TLS where a mesh certificate is asked for",
      edge(TLS, MTLS, ROUTE),
      /^breaks: certificate-refused-by-gateway$/,
    ],
    [
      "is unknown where the application's name chooses between servers that differ",
      edge(
        TLS,
        gateway(server(443, "HTTPS", "a.example", SIMPLE), server(443, "HTTPS", "b.example", "mode: ISTIO_MUTUAL")),
        ROUTE,
      ),
      /^unknown: which server of Pod shop\/egress takes the call depends on the server name/,
    ],
    [
      "is unknown where the application needs a certificate of its own",
      edge(TLS, gateway(server(443, "HTTPS", "*", "mode: MUTUAL, credentialName: cert")), ROUTE),
      /^unknown: whether caller and Gateway shop\/edge trust each other's certificates$/,
    ],
    [
      "breaks where a rule's TLS brings no certificate and one is asked for",
      edge(
        HTTP_ON_TLS,
        gateway(server(443, "HTTPS", "*", "mode: MUTUAL, credentialName: cert")),
        ROUTE,
        rule("mode: SIMPLE"),
      ),
      /^breaks: certificate-refused-by-gateway$/,
    ],
    [
      "is unknown where the answer is to come again with TLS",
      edge(PLAIN, gateway(server(80, "HTTP", "*", "httpsRedirect: true")), ROUTE),
      /^unknown: whether the caller follows/,
    ],
    [
      "is unknown where a Gateway could only be read in part",
      edge(PLAIN, HTTP.replace("number: 80", 'number: "{{ .Values.port }}"'), ROUTE),
      /^unknown: Gateway shop\/edge: /,
    ],
    [
      "is unknown where the selector of any Gateway could not be read",
      edge(PLAIN, HTTP, ROUTE, object("Gateway", "other", '{selector: {istio: "{{ .Values.who }}"}, servers: []}')),
      /^unknown: Gateway shop\/other: /,
    ],
    [
      "is unknown where a route of the gateway could only be read in part",
      edge(PLAIN, HTTP, ROUTE.replace("name: out", "name: other").replace("number: 80", "number: x") + ROUTE),
      /^unknown: VirtualService shop\/other: /,
    ],
    [
      "finds the health port of the proxy whatever Gateways say",
      edge("http://egress:15021", HTTP, ROUTE),
      /^works: plaintext$/,
    ],
    [
      "is refused by an AuthorizationPolicy of the gateway",
      edge(PLAIN, HTTP, ROUTE, object("AuthorizationPolicy", "none", "{}", "security.istio.io/v1")),
      /^breaks: authorization-refused$/,
    ],
    [
      "is refused by one that names the gateway of the Gateway API",
      edge(PLAIN, HTTP, ROUTE, naming("egress")).replace(
        "{istio: egress}}",
        "{istio: egress, gateway.networking.k8s.io/gateway-name: egress}}",
      ),
      /^breaks: authorization-refused$/,
    ],
    [
      "is let in where one names another gateway",
      edge(PLAIN, HTTP, ROUTE, naming("ingress")).replace(
        "{istio: egress}}",
        "{istio: egress, gateway.networking.k8s.io/gateway-name: egress}}",
      ),
      /^works: plaintext$/,
    ],
    [
      "brings its identity in mutual TLS",
      edge(
        HTTP_ON_TLS,
        MTLS,
        ROUTE,
        ENCRYPTED,
        object(
          "AuthorizationPolicy",
          "client",
          "{rules: [{from: [{source: {principals: [cluster.local/ns/shop/sa/client]}}]}]}",
          "security.istio.io/v1",
        ),
      ),
      /^works: mtls$/,
    ],
    [
      "is unknown where an EnvoyFilter patches the gateway",
      edge(
        PLAIN,
        HTTP,
        ROUTE,
        object(
          "EnvoyFilter",
          "patch",
          "{configPatches: [{applyTo: LISTENER, match: {context: GATEWAY}, patch: {operation: REMOVE}}]}",
          "networking.istio.io/v1alpha3",
        ),
      ),
      /^unknown: what a patch of EnvoyFilter shop\/patch/,
    ],
    [
      "is unknown where a Gateway of the Gateway API next to it could only be read in part",
      edge(
        HTTP_ON_TLS,
        HTTP,
        ROUTE,
        object(
          "Gateway",
          "api",
          '{gatewayClassName: istio, listeners: "{{ .Values.listeners }}"}',
          "gateway.networking.k8s.io/v1",
        ),
      ),
      /^unknown: Gateway shop\/api: /,
    ],
    [
      "is for the port that an Ingress opens",
      edge(PLAIN, INGRESS, INGRESS_CLASS).replaceAll("istio: egress", "istio: ingressgateway"),
      /^works: plaintext$/,
    ],
    [
      "brings the application's own TLS to the secret of an Ingress",
      edge(TLS, INGRESS, INGRESS_CLASS).replaceAll("istio: egress", "istio: ingressgateway"),
      /^works: app-tls$/,
    ],
    [
      "is unknown where the class of the Ingress is in no file",
      edge(PLAIN, INGRESS).replaceAll("istio: egress", "istio: ingressgateway"),
      /^unknown: whose Ingress shop\/all is: IngressClass istio is not in these files$/,
    ],
    [
      "is unknown where the Ingress is for another controller",
      edge(PLAIN, INGRESS, classOf("k8s.io/ingress-nginx")).replaceAll("istio: egress", "istio: ingressgateway"),
      /^unknown: no Gateway in these files/,
    ],
    [
      "is unknown where an Ingress has a default backend alone, to which Istio leads nothing",
      edge(
        PLAIN,
        INGRESS.replace(/rules: .*\]\}\}\]/, "defaultBackend: {service: {name: out, port: {number: 80}}}"),
        INGRESS_CLASS,
      ).replaceAll("istio: egress", "istio: ingressgateway"),
      /^unknown: no route in these files leads on/,
    ],
    [
      "to plaintext HTTP is the same whoever serves an Ingress besides",
      edge(PLAIN, HTTP, ROUTE, INGRESS).replaceAll("istio: egress", "istio: ingressgateway"),
      /^works: plaintext$/,
    ],
    [
      "is unknown where another container can listen on the port",
      edge(HTTP_ON_TLS, HTTP, ROUTE).replace(`[${PROXY}]`, `[${PROXY}, {name: more}]`),
      /^unknown: whether another container of Pod shop\/egress listens on port 8443 is not known$/,
    ],
  ];
  for (const [what, yaml, expected] of cases) {
    it(what, () => {
      const found = told(yaml);
      assert.equal(found.length, 1, found.join(" | "));
      assert.match(found[0] ?? "", expected);
    });
  }
});
