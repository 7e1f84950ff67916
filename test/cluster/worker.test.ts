/** The worker as its users see it: tells and asks over the channel, and nothing left when it is done. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { buildBundles } from "../../scripts/build/bundles.mjs";
import type {
  ClusterAsks,
  CredentialProgram,
  FromCluster,
  FromClusterAsks,
  KindChange,
} from "../../src/protocol/cluster.ts";
import { type RunningWorker, startWorker } from "../../src/workers/start.ts";
import { type Hostile, hang, startHostile } from "./stage/hostile.ts";
import { type Folder, folder, kubeconfigOf } from "./stage/watched.ts";

type Told = { readonly connection: number; readonly kinds: readonly KindChange[] };

describe("the cluster worker", function () {
  this.timeout(15_000);
  let files: Folder;
  let source: string | URL = new URL("../../src/cluster/worker.ts", import.meta.url);
  let server: Hostile;
  let worker: RunningWorker<Record<string, never>, ClusterAsks>;
  let told: Told[] = [];
  let states: FromCluster["connection"][] = [];
  let consents: CredentialProgram[] = [];
  let changed = (): void => undefined;

  beforeEach(async () => {
    files = folder();
    server = await startHostile();
    server.set({ a: "1" }, "10");
    [told, states, consents] = [[], [], []];
    worker = startWorker<Record<string, never>, ClusterAsks, FromCluster, FromClusterAsks>("cluster", source, {
      told: {
        connection: (state) => {
          states.push(state);
          changed();
        },
        changes: (changes) => {
          told.push(changes);
          changed();
        },
        failure: ({ says }) => assert.fail(says),
      },
      asked: {
        consent: (program) => {
          consents.push(program);
          return "refuse";
        },
      },
      failed: (error) => assert.fail(error),
    });
  });
  afterEach(async () => {
    worker.dispose("test over");
    assert.equal(await worker.ended, undefined);
    await server.close();
    files.remove();
  });
  const until = (holds: () => boolean) =>
    new Promise<void>((resolve) => {
      changed = () => holds() && resolve();
      changed();
    });
  const config = (user?: object) =>
    files.write("config", kubeconfigOf({ server: server.url, namespace: "shop", ...(user && { user }) }));

  it("lists contexts without contacting anybody", async () => {
    const { contexts } = await worker.ask("contexts", { files: [config()] });
    assert.deepEqual(
      contexts.map(({ name, server: url }) => [name, url]),
      [["test", server.url]],
    );
    assert.equal(server.connections, 0);
  });

  it("tells objects before the state that they lead to, and ends a connection when it is left", async () => {
    const { connection, target } = await worker.ask("connect", { files: [config()], context: "test", programs: "ask" });
    assert.deepEqual(target, { context: "test", namespace: "shop", user: "dev", server: server.url, insecure: false });
    await until(
      () => states.at(-1)?.state.status === "live" && told.some(({ kinds }) => kinds.some(({ put }) => put.length > 0)),
    );
    const maps = told.flatMap(({ kinds }) => kinds).filter(({ kind }) => kind === "ConfigMap");
    const live = maps.findIndex(({ scopes }) => scopes?.[0]?.status === "live");
    assert.ok(live >= maps.findIndex(({ put }) => put.length === 1), JSON.stringify(maps));
    await worker.ask("disconnect", {});
    assert.equal(states.at(-1)?.state.status, "ended");
    assert.equal(await server.open(), 0);
    const again = await worker.ask("connect", { files: [config()], context: "test", programs: "ask" });
    assert.equal(again.connection, connection + 1);
  });

  it("asks for consent across the channel", async () => {
    const exec = { command: "no-such-program", args: ["get-token"], env: [{ name: "AWS_PROFILE", value: "hidden" }] };
    await worker.ask("connect", { files: [config({ exec })], context: "test", programs: "ask" });
    await until(() => states.at(-1)?.state.status === "lost");
    assert.deepEqual(consents[0]?.env, ["AWS_PROFILE"]);
    assert.ok(!JSON.stringify([consents, states]).includes("hidden"));
  });

  it("rejects a context that leads nowhere, with the reason", async () => {
    const asked = worker.ask("connect", { files: [config()], context: "nope", programs: "ask" });
    await assert.rejects(asked, /No kubeconfig has a context "nope"/);
  });

  it("leaves a dead cluster for another at once", async () => {
    server.gate = () => hang;
    await worker.ask("connect", { files: [config()], context: "test", programs: "ask" });
    const begun = performance.now();
    const other = await startHostile();
    const second = files.write("other", kubeconfigOf({ server: other.url }));
    const { connection } = await worker.ask("connect", { files: [second], context: "test", programs: "ask" });
    await until(() => states.at(-1)?.state.status === "live" && states.at(-1)?.connection === connection);
    assert.ok(performance.now() - begun < 3000);
    await worker.ask("disconnect", {});
    await other.close();
  });

  describe("as it is shipped", () => {
    const built = folder();
    before(async () => {
      await buildBundles({ names: ["cluster.worker"], outFolder: built.path });
      source = join(built.path, "cluster.worker.cjs");
    });
    after(() => built.remove());

    it("reads a cluster as well", async () => {
      await worker.ask("connect", { files: [config()], context: "test", programs: "ask" });
      await until(() => told.some(({ kinds }) => kinds.some(({ put }) => put[0]?.metadata.name === "a")));
      await until(() => states.at(-1)?.state.status === "live");
    });
  });
});
