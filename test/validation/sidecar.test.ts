/** What istiod's webhook refuses of a Sidecar. */
import { webhookTellsApart } from "./cases.ts";

const EGRESS = [{ hosts: ["./*"] }];

describe("istiod on a Sidecar", () => {
  const out = (outboundTrafficPolicy: object) => ({ outboundTrafficPolicy });
  const proxy = (egressProxy: object) =>
    out({ mode: "ALLOW_ANY", egressProxy: { host: "a.b", port: { number: 80 }, ...egressProxy } });
  const P = "/spec/outboundTrafficPolicy/egressProxy";
  webhookTellsApart("Sidecar", [
    ["a Sidecar says something", {}, ["/spec: sidecar: empty configuration provided"], { outboundTrafficPolicy: {} }],
    [
      "a selector has labels",
      { workloadSelector: {}, egress: EGRESS },
      [
        "warning /spec/workloadSelector: sidecar: workload selector specified without labels, will be applied to all services in namespace",
      ],
      { workloadSelector: { labels: { app: "web" } }, egress: EGRESS },
    ],
    [
      "a wrong selector is told alone",
      { workloadSelector: { labels: { "a*": "" } }, egress: [{ hosts: [] }] },
      ['/spec/workloadSelector/labels/a*: wildcard is not supported in selector: "a*="'],
      { workloadSelector: { labels: { a: "" } }, egress: EGRESS },
    ],
    [
      "the pool of all ports is looked at",
      { inboundConnectionPool: {} },
      ["/spec/inboundConnectionPool: connection pool must have at least one field"],
      { inboundConnectionPool: { tcp: {} } },
    ],
    [
      "an egress proxy is for traffic that may go anywhere",
      out({ egressProxy: { host: "a.b" } }),
      [`${P}: sidecar: egress_proxy must be set only with ALLOW_ANY outbound_traffic_policy mode`],
      proxy({}),
    ],
    [
      "an egress proxy has a port",
      out({ mode: "ALLOW_ANY", egressProxy: { host: "a.b" } }),
      [`${P}: sidecar: egress_proxy port must be non-nil`],
      proxy({}),
    ],
    [
      "the port of an egress proxy is from 1 to 65535",
      proxy({ port: {} }),
      [`${P}/port: port number 0 must be in the range 1..65535`],
      proxy({ port: { number: 65535 } }),
    ],
    [
      "an egress proxy is one host",
      proxy({ host: "*" }),
      [`${P}/host: domain name "*" invalid (label "*" invalid)`, `${P}/host: invalid destination host *`],
      proxy({ host: "a" }),
    ],
    [
      "the subset of an egress proxy has a name of DNS",
      proxy({ subset: "a b" }),
      [`${P}/subset: subset name is invalid: a b`],
      proxy({ subset: "" }),
    ],
  ]);
});
