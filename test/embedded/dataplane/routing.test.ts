import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "mocha";
import type { HttpRoute, Outbound } from "../../../src/embedded/dataplane/config.ts";
import type { Pod, Pods } from "./pods.ts";
import { clusters, match, plain, type Shop, served, startShop, to, V1, V2 } from "./shop.ts";

describe("a caller's sidecar, by its routes,", () => {
  let shop: Shop;
  let pods: Pods;
  let caller: Pod;
  const routes: Shop["routes"] = (...told) => shop.routes(...told);
  const call: Shop["call"] = (...asked) => shop.call(...asked);
  beforeEach(async () => {
    shop = await startShop();
    ({ pods, caller } = shop);
  });
  afterEach(() => pods.close());

  const either: readonly HttpRoute[] = [
    { matches: [match({ path: { type: "prefix", value: "/v2" } })], action: clusters("v2") },
    { matches: [match({ path: { type: "exact", value: "/exact" } })], action: clusters("v2") },
    { matches: [match({ path: { type: "regex", value: "/r[0-9]+" } })], action: clusters("v2") },
    { matches: [match({ headers: { "X-User": { type: "exact", value: "jason" } } })], action: clusters("v2") },
    { matches: [match({ headers: { "x-any": { type: "present", value: "" } } })], action: clusters("v2") },
    { matches: [match({ method: { type: "exact", value: "DELETE" } })], action: clusters("v2") },
    { matches: [match({ query: { version: { type: "exact", value: "two" } } })], action: clusters("v2") },
    {
      matches: [
        match({ path: { type: "prefix", value: "/not" }, withoutHeaders: { "x-old": { type: "present", value: "" } } }),
      ],
      action: clusters("v2"),
    },
    { matches: [], action: clusters("v1") },
  ];
  const matching: readonly [string, string, Record<string, string>, string, string][] = [
    ["nothing else", "/", {}, "GET", "v1"],
    ["a prefix", "/v2/x", {}, "GET", "v2"],
    ["an exact path, the query left out", "/exact?a=1", {}, "GET", "v2"],
    ["no more than the exact path", "/exact/1", {}, "GET", "v1"],
    ["a whole regular expression", "/r12", {}, "GET", "v2"],
    ["no part of one", "/r12/x", {}, "GET", "v1"],
    ["a header, whatever its case", "/", { "x-user": "jason" }, "GET", "v2"],
    ["no other value of it", "/", { "x-user": "jane" }, "GET", "v1"],
    ["a header that is present", "/", { "x-any": "1" }, "GET", "v2"],
    ["a method", "/", {}, "DELETE", "v2"],
    ["a query parameter", "/?version=two", {}, "GET", "v2"],
    ["a header that is absent", "/not", {}, "GET", "v2"],
    ["not where it is present", "/not", { "x-old": "1" }, "GET", "v1"],
  ];
  for (const [what, path, headers, method, expected] of matching) {
    it(`routes by ${what}`, async () => {
      routes(either);
      assert.equal((await call(path, headers, method)).headers["x-served-by"], expected);
    });
  }

  const domains: readonly [string, readonly string[], string, number][] = [
    ["the exact host", ["shop"], "shop", 200],
    ["the host with a port", ["shop"], "shop:80", 200],
    ["any case", ["shop"], "SHOP", 200],
    ["a suffix", ["*.example.com"], "a.b.example.com", 200],
    ["no empty label", ["*.example.com"], ".example.com", 502],
    ["no bare suffix", ["*.example.com"], "example.com", 502],
    ["anything", ["*"], "else", 200],
    ["not another host", ["shop"], "shopping", 502],
  ];
  for (const [what, names, host, status] of domains) {
    it(`serves ${what}: ${names} for ${host} is ${status}`, async () => {
      routes([{ matches: [], action: clusters("v1") }], { otherwise: "blackhole" }, [...names]);
      assert.equal((await call("/", { host })).status, status);
    });
  }

  it("splits by weight", async () => {
    routes([{ matches: [], action: { type: "clusters", weighted: [to("v1", 0), to("v2", 100)] } }]);
    for (let turn = 0; turn < 10; turn++) assert.equal((await call()).headers["x-served-by"], "v2");
  });

  it("takes endpoints in turn", async () => {
    routes([{ matches: [], action: clusters("both") }], { clusters: { both: plain("both", [V1, V2]) } });
    const served = [];
    for (let turn = 0; turn < 4; turn++) served.push((await call()).headers["x-served-by"]);
    assert.deepEqual(served, ["v1", "v2", "v1", "v2"]);
  });

  const answers: readonly [string, readonly HttpRoute[], Partial<Outbound>, number, RegExp, RegExp][] = [
    ["no route", [], {}, 404, /^$/, / 404 NR route_not_found /],
    ["no cluster", [{ matches: [], action: clusters("none") }], {}, 503, /^$/, / 503 NC cluster_not_found /],
    [
      "no endpoint",
      [served],
      { clusters: { v1: plain("v1", []) } },
      503,
      /^no healthy upstream$/,
      / 503 UH no_healthy_upstream /,
    ],
    [
      "an endpoint that refuses",
      [served],
      { clusters: { v1: plain("v1", [{ ...V1, port: 1 }]) } },
      503,
      /^upstream connect error or disconnect\/reset before headers. retried and the latest reset reason: remote connection failure$/,
      / 503 UF,URX upstream_reset_before_response_started\{remote_connection_failure\|delayed_connect_error:_Connection_refused\} - "delayed_connect_error:_Connection_refused" /,
    ],
    [
      "an endpoint that refuses, without retries",
      [{ ...served, retries: { attempts: 0, on: "" } }],
      { clusters: { v1: plain("v1", [{ ...V1, port: 1 }]) } },
      503,
      /before headers. reset reason: remote connection failure$/,
      / 503 UF upstream_reset/,
    ],
    [
      "a direct response",
      [{ matches: [], action: { type: "direct", status: 418, body: "teapot" } }],
      {},
      418,
      /^teapot$/,
      / 418 - direct_response /,
    ],
    [
      "an injected abort",
      [{ ...served, fault: { abort: { status: 555, percent: 100 } } }],
      {},
      555,
      /^fault filter abort$/,
      / 555 FI fault_filter_abort /,
    ],
  ];
  for (const [what, list, more, status, body, line] of answers) {
    it(`answers ${what} with ${status}, in Envoy's words`, async () => {
      routes(list, more);
      const answer = await call();
      assert.equal(answer.status, status);
      assert.match(answer.body, body);
      assert.equal(answer.headers.server, "envoy");
      assert.match(caller.log.at(-1) ?? "", line);
    });
  }
});
