/** The connection to the embedded mesh: what is created, changed and deleted there is told in order and soon. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { TIMINGS } from "../../src/cluster/timings.ts";
import { type RunningMesh, startMesh } from "../../src/embedded/mesh.ts";
import { startProxy } from "./stage/proxy.ts";
import { type Folder, folder, type Watched, watchContext } from "./stage/watched.ts";

const MAP = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "shop", namespace: "default" } };
const STRICT = {
  apiVersion: "security.istio.io/v1",
  kind: "PeerAuthentication",
  metadata: { name: "default", namespace: "default" },
  spec: { mtls: { mode: "STRICT" } },
};

describe("a connection to the embedded mesh", () => {
  let files: Folder;
  let mesh: RunningMesh;
  let watched: Watched;
  const failures: Error[] = [];
  const start = (addresses?: ReturnType<RunningMesh["addresses"]>) =>
    startMesh({
      folder: `${files.path}/state`,
      kubeconfig: `${files.path}/config`,
      gatewayIs: () => undefined,
      failed: (error) => failures.push(error),
      ...(addresses && { addresses }),
    });
  const kind = (group: string, name: string) => {
    const found = mesh.kinds.byKind(group, name);
    assert.ok(found);
    return found;
  };

  before(async () => {
    files = folder();
    mesh = await start();
    const context = { context: "mtls-lens-embedded", files: [`${files.path}/config`] };
    watched = watchContext({ ...context, timings: { ...TIMINGS, firstWait: 50, longestWait: 200 } });
    await watched.until("live", () => watched.states.at(-1)?.status === "live", 8000);
  });
  after(async () => {
    await watched.close();
    await mesh.close();
    files.remove();
    assert.deepEqual(failures, []);
  });

  it("reads every kind that is served, in v1", () => {
    assert.deepEqual(
      watched.scopes("PeerAuthentication").map(({ status }) => status),
      ["live"],
    );
    assert.ok(watched.names("Namespace").some((name) => name.startsWith("/default@")));
    assert.ok(watched.names("MutatingWebhookConfiguration").length > 0);
    const versions = new Set(
      watched.told.flat().map(({ group, kind: name, version }) => `${group}/${version}/${name}`),
    );
    assert.ok(versions.has("security.istio.io/v1/PeerAuthentication"), [...versions].join());
  });

  it("tells a creation, a change and a deletion in order, each while one looks", async () => {
    const maps = kind("", "ConfigMap");
    const modes = () =>
      watched.objects("ConfigMap").filter(({ metadata }) => metadata.name === "shop") as unknown as readonly {
        data?: { at: string };
      }[];
    const timed = async (what: string, act: () => void, holds: () => boolean) => {
      const begun = performance.now();
      act();
      await watched.until(what, holds);
      const took = performance.now() - begun;
      assert.ok(took < 1000, `${what} took ${took} ms`);
    };
    await timed(
      "created",
      () => mesh.resources.create(maps, "default", { ...MAP, data: { at: "1" } }),
      () => modes()[0]?.data?.at === "1",
    );
    const change = () =>
      mesh.resources.update(maps, { namespace: "default", name: "shop" }, { ...MAP, data: { at: "2" } });
    await timed("changed", change, () => modes()[0]?.data?.at === "2");
    await timed(
      "deleted",
      () => mesh.resources.delete(maps, { namespace: "default", name: "shop" }),
      () => modes().length === 0,
    );
  });

  it("reads it through the proxy that the kubeconfig names, and shows no password", async () => {
    const proxy = await startProxy();
    const config = JSON.parse(readFileSync(`${files.path}/config`, "utf8"));
    config.clusters[0].cluster["proxy-url"] = proxy.url;
    const file = files.write("proxied", JSON.stringify(config));
    const proxied = watchContext({ context: "mtls-lens-embedded", files: [file], timings: TIMINGS });
    await proxied.until("live", () => proxied.states.at(-1)?.status === "live", 8000);
    assert.ok(proxied.names("Namespace").length > 0);
    assert.ok(proxy.led.length > 0 && proxy.led.every((address) => address === new URL(mesh.access().url).host));
    assert.equal(proxied.connection.target.proxy, proxy.url.replace("me:secret@", ""));
    await proxied.close();
    await proxy.close();
  });

  it("goes on where it was when the mesh comes back on another port", async () => {
    mesh.resources.create(kind("security.istio.io", "PeerAuthentication"), "default", STRICT);
    await watched.until("the policy", () => watched.names("PeerAuthentication").length === 1);
    const server = watched.connection.target.server;
    const { port } = mesh.addresses();
    await mesh.close();
    await watched.until("stale", () => watched.states.at(-1)?.status === "stale");
    assert.equal(watched.names("PeerAuthentication").length, 1, "what was read stays");
    const blocker = createServer((socket) => socket.destroy()).listen(port, "127.0.0.1");
    mesh = await start();
    await watched.until("live", () => watched.states.at(-1)?.status === "live", 8000);
    blocker.close();
    assert.notEqual(watched.connection.target.server, server);
    assert.equal(watched.states.at(-1)?.target.server, watched.connection.target.server);
    assert.equal(watched.names("PeerAuthentication").length, 1);
    mesh.resources.delete(kind("security.istio.io", "PeerAuthentication"), { namespace: "default", name: "default" });
    await watched.until("deleted", () => watched.names("PeerAuthentication").length === 0);
  });
});
