/** What opens the ports of a Gateway of the Gateway API besides itself, and which routes it takes. */
import assert from "node:assert/strict";
import { edge, object, told } from "./edge.ts";

const API = "gateway.networking.k8s.io/v1";
const HTTP = "{name: http, port: 80, protocol: HTTP}";
const BACKEND = "rules: [{backendRefs: [{name: out, port: 80}]}]";

function gateway(listeners: string, more = ""): string {
  return object("Gateway", "egress", `{gatewayClassName: istio, ${more}listeners: [${listeners}]}`, API);
}

function set(port: number, kind = "ListenerSet", api = API): string {
  return object(
    kind,
    "set",
    `{parentRef: {name: egress}, listeners: [{name: more, port: ${port}, protocol: HTTP}]}`,
    api,
  );
}

function route(parent: string): string {
  return object("HTTPRoute", "out", `{parentRefs: [${parent}], ${BACKEND}}`, API);
}

const OF_SET = route("{group: gateway.networking.k8s.io, kind: ListenerSet, name: set}");
const OF_GATEWAY = route("{name: egress}");
const HTTP_OF_TEAM = HTTP.replace(
  "}",
  ", allowedRoutes: {namespaces: {from: Selector, selector: {matchLabels: {team: a}}}}}",
);
const FROM_SAME = "allowedListeners: {namespaces: {from: Same}}, ";
const FROM_TEAM = "allowedListeners: {namespaces: {from: Selector, selector: {matchLabels: {team: a}}}}, ";
const ELSEWHERE = (yaml: string) =>
  yaml.replace("namespace: shop", "namespace: other").replaceAll("{name: egress}", "{name: egress, namespace: shop}");
const OTHER = "---\napiVersion: v1\nkind: Namespace\nmetadata: {name: other, labels: {team: a}}\n";

/** The Service is that of a Gateway that Istio runs. */
function called(port: number, ...more: readonly string[]): readonly string[] {
  const service = "kind: Service\nmetadata: {name: egress";
  return told(edge(`http://egress-istio:${port}`, ...more).replace(service, `${service}-istio`));
}

describe("a call to a Gateway of the Gateway API", () => {
  const cases: readonly (readonly [what: string, arrives: readonly string[], expected: RegExp])[] = [
    ["is for its listener", called(80, gateway(HTTP), OF_GATEWAY), /^works: plaintext$/],
    [
      "is for the listener of a ListenerSet that it takes",
      called(443, gateway(HTTP, FROM_SAME), set(443), OF_SET),
      /^works: plaintext$/,
    ],
    [
      "breaks where it takes no ListenerSet",
      called(443, gateway(HTTP), set(443), OF_SET),
      /^breaks: no-gateway-server$/,
    ],
    [
      "is unknown where the labels that say whether it takes a ListenerSet are in no file",
      called(443, gateway(HTTP, FROM_TEAM), ELSEWHERE(set(443)), OF_SET),
      /^unknown: the labels of namespace other are not in these files$/,
    ],
    [
      "breaks where the labels say that it does not take the ListenerSet",
      called(443, gateway(HTTP, FROM_TEAM), ELSEWHERE(set(443)), OF_SET, OTHER.replace("team: a", "team: b")),
      /^breaks: no-gateway-server$/,
    ],
    [
      "is unknown where a ListenerSet could only be read in part",
      called(443, gateway(HTTP, FROM_SAME), set(443).replace("port: 443", 'port: "{{ .Values.port }}"')),
      /^unknown: ListenerSet shop\/set: /,
    ],
    [
      "is unknown where only some versions of Istio read the ListenerSet",
      called(443, gateway(HTTP, FROM_SAME), set(443, "XListenerSet", "gateway.networking.x-k8s.io/v1alpha1")),
      /^unknown: whether this version of Istio reads XListenerSet shop\/set$/,
    ],
    [
      "follows a route of a namespace that the listener selects",
      called(80, gateway(HTTP_OF_TEAM), ELSEWHERE(OF_GATEWAY), OTHER),
      /^works: plaintext$/,
    ],
    [
      "is unknown where the labels that say whose routes the listener takes are in no file",
      called(80, gateway(HTTP_OF_TEAM), ELSEWHERE(OF_GATEWAY)),
      /^unknown: the labels of namespace other are not in these files$/,
    ],
    [
      "follows no route of a namespace that the listener does not select",
      called(80, gateway(HTTP_OF_TEAM), ELSEWHERE(OF_GATEWAY), OTHER.replace("team: a", "team: b")),
      /^unknown: no route in these files leads on/,
    ],
  ];
  for (const [what, arrives, expected] of cases) {
    it(what, () => {
      assert.equal(arrives.length, 1, arrives.join(" | "));
      assert.match(arrives[0] ?? "", expected);
    });
  }
});
