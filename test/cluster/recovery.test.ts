/** What can happen to a list or a watch, and what is held afterwards: exactly what the server has, without a storm. */
import assert from "node:assert/strict";
import type { Timings } from "../../src/cluster/timings.ts";
import {
  agree,
  answerWith,
  errorEvent,
  type Hostile,
  hang,
  type Move,
  refuse,
  reset,
  startHostile,
} from "./stage/hostile.ts";
import { type Folder, folder, kubeconfigOf, QUICK, type Watched, watchContext } from "./stage/watched.ts";

const HALF = '{"type":"ADDED","object":{"metadata":{"name":"half"';
const cut = (then: (answer: Parameters<Move>[0]) => void) => agree((answer) => answer.write(HALF, () => then(answer)));
const retryIn = (seconds: string): Move => refuse(429, {}, { "retry-after": seconds });

interface Case {
  readonly what: string;
  readonly list?: readonly Move[];
  readonly watch?: readonly Move[];
  /** Listed again, as its versions were lost. */
  readonly lists: number;
  readonly stale?: true;
}

const CASES: readonly Case[] = [
  { what: "a watch that is reset", watch: [reset], lists: 1, stale: true },
  {
    what: "a watch that is reset in the middle of a line",
    watch: [cut((answer) => answer.socket?.resetAndDestroy())],
    lists: 1,
    stale: true,
  },
  { what: "a watch that ends in the middle of a line", watch: [cut((answer) => answer.end())], lists: 1 },
  {
    what: "watches that end at once, again and again",
    watch: Array(5).fill(agree((answer) => answer.end())),
    lists: 1,
    stale: true,
  },
  { what: "a watch that is never answered", watch: [hang], lists: 1, stale: true },
  { what: "a watch that falls silent", watch: [agree(() => undefined)], lists: 1, stale: true },
  { what: "410 when a watch starts", watch: [refuse(410)], lists: 2 },
  { what: "410 as an event", watch: [errorEvent(410, { reason: "Expired" })], lists: 2 },
  { what: "410 for ever, then not", watch: Array(4).fill(refuse(410)), lists: 5, stale: true },
  {
    what: "a version that the server has not reached",
    watch: [refuse(504, { details: { causes: [{ reason: "ResourceVersionTooLarge" }] } })],
    lists: 2,
  },
  { what: "500 as an event", watch: [errorEvent(500)], lists: 1, stale: true },
  { what: "401 when a watch starts", watch: [refuse(401), refuse(401)], lists: 1, stale: true },
  { what: "403 when a watch starts", watch: [refuse(403)], lists: 2 },
  { what: "429 when a watch starts", watch: [retryIn("0.05")], lists: 1, stale: true },
  { what: "500 and 503 when a watch starts", watch: [refuse(500), refuse(503)], lists: 1, stale: true },
  { what: "a line that is no JSON", watch: [agree((answer) => answer.write("{nonsense\n"))], lists: 2, stale: true },
  {
    what: "a line that is no event",
    watch: [agree((answer) => answer.write('{"type":"ADDED","object":7}\n'))],
    lists: 2,
    stale: true,
  },
  { what: "a list that is reset", list: [reset], lists: 2 },
  { what: "a list that is never answered", list: [hang], lists: 2 },
  { what: "a list that stops in the middle", list: [agree((answer) => answer.write('{"items":['))], lists: 2 },
  { what: "a list that is no JSON", list: [answerWith("<html>")], lists: 2 },
  { what: "a list that is no list", list: [answerWith('{"kind":"Status"}')], lists: 2 },
  {
    what: "401, 429, 500 and 503 when listing",
    list: [refuse(401), refuse(401), retryIn("0.05"), refuse(500), refuse(503)],
    lists: 6,
  },
  { what: "404 when listing", list: [refuse(404)], lists: 2 },
  { what: "413 when listing", list: [refuse(413)], lists: 2 },
];

describe("recovery", () => {
  let files: Folder;
  let server: Hostile;
  let watched: Watched;

  beforeEach(async () => {
    files = folder();
    server = await startHostile();
    server.set({ a: "1", b: "2" }, "10");
  });
  afterEach(async () => {
    await watched.close();
    await server.close();
    files.remove();
  });
  const connect = (timings: Timings = QUICK) => {
    const config = files.write("config", kubeconfigOf({ server: server.url, namespace: "shop" }));
    watched = watchContext({ files: [config], timings });
  };
  const isLive = () => watched.scopes("ConfigMap")[0]?.status === "live";
  const asked = (verb: string) =>
    server.asked.filter((each) => each.plural === "configmaps" && each.verb === verb && each.namespace === undefined);

  for (const { what, list = [], watch = [], lists, stale } of CASES) {
    it(`from ${what}`, async () => {
      server.next("list", list);
      server.next("watch", watch);
      connect();
      const heard: string[] = [];
      const moves = list.length + watch.length;
      const hears = () => {
        heard.push(
          ...watched.told
            .flat()
            .filter(({ kind }) => kind === "ConfigMap")
            .flatMap(({ scopes = [] }) => scopes.map(({ status }) => status)),
        );
        return (
          isLive() && asked("list").length + asked("watch").length >= moves + 1 && asked("watch").length > watch.length
        );
      };
      await watched.until("live again", hears);
      server.emit("MODIFIED", "a", "11");
      server.emit("DELETED", "b", "12");
      server.emit("ADDED", "c", "13");
      await watched.until(
        "the events",
        () => watched.names("ConfigMap").length === 2 && watched.names("ConfigMap").includes("shop/c@13"),
      );
      assert.deepEqual(watched.names("ConfigMap"), ["shop/a@11", "shop/c@13"]);
      assert.equal(asked("list").length, lists, "lists");
      assert.ok(asked("watch").length <= watch.length + 2, `${asked("watch").length} watches`);
      assert.equal(heard.includes("stale"), stale === true, heard.join());
    });
  }

  it("starts a list again whose token has expired, and takes no half of it", async () => {
    const page = (name: string, token: string) =>
      answerWith(
        JSON.stringify({
          metadata: { resourceVersion: "10", continue: token },
          items: [{ metadata: { name, namespace: "shop" } }],
        }),
      );
    server.next("list", [page("old", "t1"), refuse(410), page("a", "t2"), page("b", "")]);
    connect();
    await watched.until("live", isLive);
    assert.deepEqual(
      asked("list").map(({ query }) => query.get("continue")),
      [null, "t1", null, "t2"],
    );
    assert.deepEqual(
      watched.names("ConfigMap").map((name) => name.split("@")[0]),
      ["shop/a", "shop/b"],
    );
  });

  it("asks for smaller pages where one is too large", async () => {
    server.next("list", [refuse(413), refuse(413)]);
    connect();
    await watched.until("live", isLive);
    assert.deepEqual(
      asked("list").map(({ query }) => query.get("limit")),
      ["500", "125", "31"],
    );
  });

  it("ignores events that it has heard, or that came too late", async () => {
    connect();
    await watched.until("live", isLive);
    server.emit("MODIFIED", "a", "12");
    server.emit("ADDED", "a", "12");
    server.emit("MODIFIED", "a", "11");
    server.emit("DELETED", "a", "3");
    server.emit("DELETED", "nobody", "13");
    server.emit("MODIFIED", "c", "14");
    await watched.until("the last event", () => watched.names("ConfigMap").includes("shop/c@14"));
    assert.deepEqual(watched.names("ConfigMap"), ["shop/a@12", "shop/b@2", "shop/c@14"]);
  });

  it("resumes from the last bookmark, and asks for bookmarks and an end", async () => {
    connect();
    await watched.until("live", isLive);
    server.raw('{"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"77"}}}\n');
    await watched.until("another watch", () => asked("watch").length > 1 && isLive());
    const last = asked("watch").at(-1)?.query;
    assert.equal(last?.get("resourceVersion"), "77");
    assert.equal(last?.get("allowWatchBookmarks"), "true");
    const seconds = Number(last?.get("timeoutSeconds"));
    assert.ok(seconds >= 300 && seconds <= 600, String(seconds));
  });

  it("keeps what was read, with its age, while the server refuses everything", async () => {
    connect();
    await watched.until("live", isLive);
    const before = Date.now();
    server.gate = () => reset;
    await watched.until("stale", () => watched.scopes("ConfigMap")[0]?.status === "stale");
    const [scope] = watched.scopes("ConfigMap");
    assert.deepEqual(watched.names("ConfigMap"), ["shop/a@1", "shop/b@2"]);
    assert.ok(scope?.asOf !== undefined && scope.asOf <= Date.now() && scope.asOf > before - 2000);
    const count = server.asked.length;
    await new Promise((resolve) => setTimeout(resolve, 400));
    // Three waits of 80 to 120 ms and one shorter, for each of two kinds.
    assert.ok(server.asked.length - count <= 14, `${server.asked.length - count} requests in 400 ms`);
  });

  it("names what is not served, and reads v1beta1 where that is all there is", async () => {
    connect();
    await watched.until("live", () => watched.states.at(-1)?.status === "live" && watched.scopes("Pod").length > 0);
    assert.equal(watched.scopes("DestinationRule")[0]?.status, "absent");
    assert.equal(watched.scopes("AuthorizationPolicy")[0]?.status, "absent");
    assert.equal(
      watched.told.flat().find(({ kind, scopes }) => kind === "PeerAuthentication" && scopes)?.version,
      "v1beta1",
    );
    assert.ok(!server.asked.some(({ plural }) => plural === "secrets"));
    assert.ok(!JSON.stringify(watched.objects("ConfigMap")).includes("managedFields"));
  });

  it("reads the context's namespace where the cluster is refused, and says that the rest is not read", async () => {
    server.gate = (each) => (each?.plural === "configmaps" && each.namespace === undefined ? refuse(403) : undefined);
    connect();
    await watched.until("both", () => watched.scopes("ConfigMap")[1]?.status === "live");
    const scopes = watched.scopes("ConfigMap").map(({ namespace, status }) => [namespace, status]);
    assert.deepEqual(scopes, [
      [undefined, "forbidden"],
      ["shop", "live"],
    ]);
    assert.deepEqual(watched.names("ConfigMap"), ["shop/a@1", "shop/b@2"]);
    assert.equal(watched.states.at(-1)?.status, "live");
    assert.equal(watched.states.at(-1)?.forbidden, 1);
    server.gate = () => undefined;
    await watched.until("the whole cluster", () => isLive() && watched.scopes("ConfigMap").length === 1);
    assert.deepEqual(watched.names("ConfigMap"), ["shop/a@1", "shop/b@2"]);
  });

  it("tries at once what waits, when it is told to", async () => {
    server.next("list", [refuse(500)]);
    connect({ ...QUICK, firstWait: 60_000, longestWait: 60_000 });
    await watched.until("lost", () => watched.scopes("ConfigMap")[0]?.status === "lost");
    assert.ok((watched.scopes("ConfigMap")[0]?.retryAt ?? 0) > Date.now() + 50_000);
    watched.connection.retry();
    await watched.until("live", isLive);
  });

  it("finds out what is served when the server answers at last", async () => {
    server.gate = () => refuse(503);
    connect();
    await watched.until("lost", () => watched.states.at(-1)?.failure?.code === "busy");
    server.gate = () => undefined;
    await watched.until("live", isLive);
  });

  it("does not trust connections after the machine slept, and resumes where it was", async () => {
    connect({ ...QUICK, silence: 60_000, clock: 20 });
    await watched.until("live", isLive);
    const { now } = Date;
    Date.now = () => now() + 3_600_000;
    try {
      await watched.until("another watch", () => asked("watch").length === 2);
    } finally {
      Date.now = now;
    }
    assert.equal(asked("list").length, 1);
    await watched.until("live", isLive);
  });

  it("ends during the first list, and asks nothing more", async () => {
    server.next("list", [hang]);
    connect();
    await watched.until("asked", () => asked("list").length === 1);
    await watched.close();
    const count = server.asked.length;
    await new Promise((resolve) => setTimeout(resolve, 150));
    assert.equal(server.asked.length, count);
    assert.equal(watched.states.at(-1)?.status, "ended");
  });
});
