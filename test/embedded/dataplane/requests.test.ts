import assert from "node:assert/strict";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, describe, it } from "mocha";
import type { Pod, Pods } from "./pods.ts";
import { clusters, match, plain, type Shop, served, startShop, V1, V2, v1 } from "./shop.ts";

describe("a caller's sidecar, of a request,", () => {
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
  it("redirects", async () => {
    routes([{ matches: [], action: { type: "redirect", authority: "other", uri: "/new", code: 301 } }]);
    const answer = await call("/old?x=1");
    assert.equal(answer.status, 301);
    assert.equal(answer.headers.location, "http://other/new");
  });

  it("rewrites the prefix and the host", async () => {
    const matches = [match({ path: { type: "prefix", value: "/api" } })];
    routes([{ matches, action: clusters("v1"), rewrite: { uri: "/v9", authority: "inner" } }]);
    assert.equal((await call("/api/users?id=1")).body, "v1 GET inner /v9/users?id=1");
  });

  it("changes headers on the way there and back", async () => {
    const change = { set: { "X-Set": "set" }, add: {}, remove: ["x-gone"] };
    await pods.serve({ ...V1, port: 8081 });
    routes(
      [
        {
          matches: [],
          action: clusters("echo"),
          requestHeaders: change,
          responseHeaders: { set: { "x-back": "1" }, add: {}, remove: ["content-type"] },
        },
      ],
      { clusters: { echo: plain("echo", [{ ...V1, port: 8081 }]) } },
    );
    const answer = await call("/", { "x-gone": "1" });
    const { headers } = JSON.parse(answer.body);
    assert.deepEqual([headers["x-set"], headers["x-gone"]], ["set", undefined]);
    assert.deepEqual([answer.headers["x-back"], answer.headers["content-type"]], ["1", undefined]);
  });

  it("passes bodies both ways, with and without a length", async () => {
    await pods.serve({ ...V1, port: 8081 });
    routes([{ matches: [], action: clusters("echo") }], { clusters: { echo: plain("echo", [{ ...V1, port: 8081 }]) } });
    const body = "x".repeat(300_000);
    const chunked = await call("/", { "transfer-encoding": "chunked" }, "POST", body);
    assert.equal(JSON.parse(chunked.body).body.length, body.length);
    const sized = await call("/", { "content-length": String(body.length) }, "PUT", body);
    assert.equal(JSON.parse(sized.body).body.length, body.length);
    assert.equal(JSON.parse((await call("/", { "content-length": "0" }, "POST")).body).body, "");
  });

  it("gives up after the timeout", async () => {
    await pods.serve({ ...V1, port: 8082 }, () => {});
    routes([{ ...served, timeout: 50 }], { clusters: { v1: plain("v1", [{ ...V1, port: 8082 }]) } });
    const answer = await call();
    assert.deepEqual([answer.status, answer.body], [504, "upstream request timeout"]);
    assert.match(caller.log.at(-1) ?? "", / 504 UT response_timeout /);
  });

  it("retries where the route says so, on another endpoint", async () => {
    await pods.serve({ ...V1, port: 8083 }, (_, response) => void response.writeHead(503).end("down"));
    const both = plain("v1", [{ ...V1, port: 8083 }, V2]);
    routes([{ ...served, retries: { attempts: 2, on: "5xx" } }], { clusters: { v1: both } });
    for (let turn = 0; turn < 4; turn++) assert.equal((await call()).headers["x-served-by"], "v2");
  });

  it("retries another endpoint even when other calls take turns between", async () => {
    await pods.serve({ ...V1, port: 8083 }, (_, response) => void response.writeHead(503).end("down"));
    const both = plain("v1", [{ ...V1, port: 8083 }, V2]);
    routes([{ ...served, retries: { attempts: 1, on: "5xx" } }], { clusters: { v1: both } });
    const answers = await Promise.all(Array.from({ length: 12 }, () => call()));
    assert.deepEqual(new Set(answers.map(({ headers }) => headers["x-served-by"])), new Set(["v2"]));
  });

  it("sends again what a kept connection lost that the application had just ended", async () => {
    let connections = 0;
    await pods.serveTcp({ ...V1, port: 8086 }, ({ socket }) => {
      connections++;
      socket.once("data", () => {
        socket.write("HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\npage");
        socket.once("data", () => socket.resetAndDestroy());
      });
    });
    routes([served], { clusters: { v1: plain("v1", [{ ...V1, port: 8086 }]) } });
    for (let turn = 0; turn < 3; turn++) assert.equal((await call()).status, 200);
    assert.equal(connections, 3);
  });

  it("keeps the id that a request has, and gives one where it has none", async () => {
    await pods.serve({ ...V1, port: 8081 });
    routes([{ matches: [], action: clusters("echo") }], { clusters: { echo: plain("echo", [{ ...V1, port: 8081 }]) } });
    const idOf = async (headers: Record<string, string>) =>
      JSON.parse((await call("/", headers)).body).headers["x-request-id"];
    assert.equal(await idOf({ "x-request-id": "mine" }), "mine");
    assert.match(await idOf({}), /^[0-9a-f-]{36}$/);
  });

  it("leaves a 503 of the application alone without such a rule", async () => {
    await pods.serve({ ...V1, port: 8083 }, (_, response) => void response.writeHead(503).end("down"));
    routes([served], { clusters: { v1: plain("v1", [{ ...V1, port: 8083 }]) } });
    const answer = await call();
    assert.deepEqual([answer.status, answer.body], [503, "down"]);
    assert.match(caller.log.at(-1) ?? "", / 503 - via_upstream /);
  });

  it("delays where the route says so", async () => {
    routes([{ ...served, fault: { delay: { ms: 60, percent: 100 } } }]);
    const before = Date.now();
    assert.equal((await call()).status, 200);
    assert.ok(Date.now() - before >= 59);
    assert.match(caller.log.at(-1) ?? "", / 200 DI via_upstream /);
  });

  it("sends a copy to the mirror", async () => {
    const copied = new Promise<string>((resolve) => {
      void pods.serve({ ...V2, port: 8084 }, (request, response) => {
        text(request).then((body) => resolve(`${request.method} ${request.url} ${request.headers.host} ${body}`));
        response.end();
      });
    });
    routes([{ ...served, mirror: "shadow" }], { clusters: { v1, shadow: plain("shadow", [{ ...V2, port: 8084 }]) } });
    assert.equal((await call("/m", { "content-length": "3" }, "POST", "abc")).status, 200);
    assert.equal(await copied, "POST /m shop-shadow abc");
  });
});
