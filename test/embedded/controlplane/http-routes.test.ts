/** What a VirtualService says, in the terms of a proxy: each row a route as it is written, and what comes of it. */
import assert from "node:assert/strict";
import type { HttpRoute } from "../../../src/embedded/dataplane/config.ts";
import { CART, configOf, routesToCart } from "./shop.ts";

const TO = "route: [{ destination: { host: cart } }]";
const found = (type: string, value: string) => ({ type, value });
const match = (more: object) => ({ matches: [{ headers: {}, withoutHeaders: {}, query: {}, ...more }] });
const to = (...weighted: readonly (readonly [string, number])[]) => ({
  action: { type: "clusters", weighted: weighted.map(([cluster, weight]) => ({ cluster, weight })) },
});

const ROUTES: readonly (readonly [what: string, written: string, made: object])[] = [
  ["a path by prefix", `{ match: [{ uri: { prefix: /a } }], ${TO} }`, match({ path: found("prefix", "/a") })],
  [
    "a path in any case",
    `{ match: [{ uri: { exact: /a }, ignoreUriCase: true }], ${TO} }`,
    match({ path: { ...found("exact", "/a"), ignoreCase: true } }),
  ],
  ["a method", `{ match: [{ method: { regex: "GET|PUT" } }], ${TO} }`, match({ method: found("regex", "GET|PUT") })],
  [
    "a header that is there",
    `{ match: [{ headers: { x-user: {} } }], ${TO} }`,
    match({ headers: { "x-user": found("present", "") } }),
  ],
  [
    "the host that is called",
    `{ match: [{ authority: { exact: cart } }], ${TO} }`,
    match({ headers: { ":authority": found("exact", "cart") } }),
  ],
  [
    "a header that is not there, and a parameter",
    `{ match: [{ withoutHeaders: { x: { exact: y } }, queryParams: { q: { exact: z } } }], ${TO} }`,
    match({ withoutHeaders: { x: found("exact", "y") }, query: { q: found("exact", "z") } }),
  ],
  ["labels that the caller has", `{ match: [{ sourceLabels: { tier: front } }], ${TO} }`, match({})],
  ["the namespace and port of the call", `{ match: [{ sourceNamespace: shop, port: 80 }], ${TO} }`, match({})],
  ["one destination", `{ ${TO} }`, to([CART, 100])],
  [
    "weights and subsets",
    "{ route: [{ destination: { host: cart, subset: v1 }, weight: 20 }, { destination: { host: cart, subset: v2 }, weight: 80 }] }",
    to([CART.replace("||", "|v1|"), 20], [CART.replace("||", "|v2|"), 80]),
  ],
  [
    "a port of the destination",
    "{ route: [{ destination: { host: stock, port: { number: 9000 } } }] }",
    to(["outbound|9000||stock.shop.svc.cluster.local", 100]),
  ],
  [
    "a destination without a port, which keeps the one that was called",
    "{ route: [{ destination: { host: stock } }] }",
    to(["outbound|80||stock.shop.svc.cluster.local", 100]),
  ],
  [
    "a redirect",
    "{ redirect: { uri: /b, authority: c.example, scheme: https, redirectCode: 302 } }",
    { action: { type: "redirect", code: 302, uri: "/b", authority: "c.example", scheme: "https" } },
  ],
  ["a redirect without a code", "{ redirect: { uri: /b } }", { action: { type: "redirect", code: 301, uri: "/b" } }],
  [
    "an answer of its own",
    "{ directResponse: { status: 418, body: { string: tea } } }",
    { action: { type: "direct", status: 418, body: "tea" } },
  ],
  ["a rewrite", `{ rewrite: { uri: /b, authority: d }, ${TO} }`, { rewrite: { uri: "/b", authority: "d" } }],
  [
    "headers",
    `{ headers: { request: { set: { a: b } }, response: { add: { c: d }, remove: [e] } }, ${TO} }`,
    {
      requestHeaders: { set: { a: "b" }, add: {}, remove: [] },
      responseHeaders: { set: {}, add: { c: "d" }, remove: ["e"] },
    },
  ],
  [
    "faults for a share of requests",
    `{ fault: { abort: { httpStatus: 503, percentage: { value: 0.5 } }, delay: { fixedDelay: 1.5s, percent: 7 } }, ${TO} }`,
    { fault: { abort: { status: 503, percent: 0.5 }, delay: { ms: 1500, percent: 7 } } },
  ],
  [
    "faults without a share, for no request",
    `{ fault: { abort: { httpStatus: 503 }, delay: { fixedDelay: 1m, percentage: {} } }, ${TO} }`,
    { fault: { abort: { status: 503, percent: 0 }, delay: { ms: 60_000, percent: 0 } } },
  ],
  [
    "retries and a timeout",
    `{ timeout: 2s, retries: { attempts: 3, perTryTimeout: 100ms, retryOn: 5xx }, ${TO} }`,
    { timeout: 2000, retries: { attempts: 3, perTry: 100, on: "5xx" } },
  ],
  [
    "Istio's own retries where nothing is said",
    `{ ${TO} }`,
    { retries: { attempts: 2, on: "connect-failure,refused-stream,unavailable,cancelled" } },
  ],
  ["a copy", `{ mirror: { host: cart, subset: v2 }, ${TO} }`, { mirror: CART.replace("||", "|v2|") }],
];

/** Of a route, what the row speaks of. */
const picked = (route: HttpRoute, made: object) =>
  Object.fromEntries(Object.entries(route).filter(([key]) => Object.hasOwn(made, key)));

describe("routes of a VirtualService in a sidecar", () => {
  for (const [what, written, made] of ROUTES) {
    it(what, () => {
      const [route, ...more] = routesToCart(`[${written}]`);
      assert.ok(route !== undefined && more.length === 0);
      assert.deepEqual(picked(route, made), made);
    });
  }

  const NOT: readonly (readonly [string, string])[] = [
    ["labels that the caller lacks", "sourceLabels: { tier: back }"],
    ["another namespace", "sourceNamespace: edge"],
    ["another port", "port: 81"],
    ["a gateway", "gateways: [edge/public]"],
  ];
  for (const [what, condition] of NOT) {
    it(`a route for ${what} is left out, and the next one counts`, () => {
      const routes = routesToCart(`[{ match: [{ ${condition} }], redirect: { uri: /x } }, { ${TO} }]`);
      assert.deepEqual(
        routes.map(({ action }) => action.type),
        ["clusters"],
      );
    });
  }

  const outside = `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: outside, namespace: shop }
spec: { hosts: [outside.example, HOST], http: [{ ${TO} }] }
`;
  const portsOf = (yaml: string) =>
    Object.entries(configOf("shop/web", yaml).outbound.http)
      .filter(([, hosts]) => hosts.some(({ domains }) => domains.includes("outside.example")))
      .map(([port]) => port);

  it("a host that is no Service is known at port 80 alone", () => {
    assert.deepEqual(portsOf(outside.replace(", HOST", "")), ["80"]);
  });

  it("beside a Service it is known at the Service's port", () => {
    assert.deepEqual(portsOf(outside.replace("HOST", "stock")), ["80", "9000"]);
  });
});
