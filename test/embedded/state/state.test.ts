/** What a mesh keeps from one start to the next, and that one kubeconfig is never two meshes'. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { endsSoon, servingCertificate } from "../../../src/embedded/api/certificate.ts";
import { type RunningMesh, startMesh } from "../../../src/embedded/mesh.ts";
import { lockKubeconfig } from "../../../src/embedded/state/lock.ts";
import { stateFile } from "../../../src/embedded/state/state.ts";

const DAY = 24 * 3600 * 1000;

describe("the state of the embedded mesh", function () {
  this.timeout(20_000);
  let folder: string;
  let kubeconfig: string;
  let running: RunningMesh | undefined;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "mtls-lens-state-"));
    kubeconfig = join(folder, "kubeconfig");
  });
  afterEach(async () => {
    await running?.close();
    running = undefined;
    rmSync(folder, { recursive: true, force: true });
  });

  async function start(): Promise<RunningMesh> {
    running = await startMesh({
      folder,
      kubeconfig,
      gatewayIs: () => undefined,
      failed(error) {
        throw error;
      },
    });
    return running;
  }
  async function stop(): Promise<void> {
    await running?.close();
    running = undefined;
  }
  function namespaces({ kinds, resources }: RunningMesh) {
    const kind = kinds.byKind("", "Namespace");
    assert.ok(kind);
    return { kind, names: resources.list(kind).map(({ metadata }) => metadata.name) };
  }
  function create(mesh: RunningMesh, name: string): void {
    mesh.resources.create(namespaces(mesh).kind, undefined, {
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name },
    });
  }

  it("holds what was created a moment before the end, for its owner alone", async () => {
    create(await start(), "kept");
    await stop();
    if (process.platform !== "win32") assert.equal(statSync(stateFile(folder)).mode & 0o777, 0o600);
    assert.ok(namespaces(await start()).names.includes("kept"));
  });

  it("keeps the token and the ports, and where another program has taken one, the mesh takes any", async () => {
    const { url } = (await start()).access();
    const { token } = (running as RunningMesh).addresses();
    await stop();
    const again = await start();
    assert.deepEqual([again.access().url, again.addresses().token], [url, token]);
    await stop();
    const other = createServer().listen(Number(new URL(url).port), "127.0.0.1");
    await once(other, "listening");
    assert.notEqual((await start()).access().url, url);
    assert.ok(readFileSync(kubeconfig, "utf8").includes((running as RunningMesh).access().url));
    other.close();
  });

  for (const [what, text] of [
    ["half of it", '{"layout":1,"token":'],
    ["that of another version", '{"layout":0}'],
  ] as const) {
    it(`is left alone where it is ${what}, and the mesh starts anew`, async () => {
      writeFileSync(stateFile(folder), text);
      assert.ok(namespaces(await start()).names.includes("istio-system"));
    });
  }

  it("renews a certificate that ends within a month, as one that lasts is not", async () => {
    const made = Date.now();
    const certificate = await servingCertificate(made);
    assert.deepEqual([endsSoon(certificate, made), endsSoon(certificate, made + 350 * DAY)], [false, true]);
    await start();
    await stop();
    const state = JSON.parse(readFileSync(stateFile(folder), "utf8"));
    const old = await servingCertificate(made - 350 * DAY);
    writeFileSync(stateFile(folder), JSON.stringify({ ...state, tls: old }));
    assert.equal(endsSoon((await start()).addresses().tls), false);
  });
});

describe("a kubeconfig", () => {
  let folder: string;
  let kubeconfig: string;
  let lock: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "mtls-lens-lock-"));
    kubeconfig = join(folder, "kubeconfig");
    lock = `${kubeconfig}.mesh-lock`;
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  async function other(): Promise<{ readonly pid: number; end(): Promise<void> }> {
    const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
    await once(child, "spawn");
    return {
      pid: child.pid ?? 0,
      async end() {
        child.kill("SIGKILL");
        await once(child, "exit");
      },
    };
  }

  it("is one mesh's as long as its process lives", async () => {
    const { pid, end } = await other();
    writeFileSync(lock, String(pid));
    await assert.rejects(lockKubeconfig(kubeconfig, 0), { message: new RegExp(`runs already, in process ${pid}:`) });
    await end();
    (await lockKubeconfig(kubeconfig, 0)).release();
    assert.equal(existsSync(lock), false);
  });

  it("is waited for where a window that is being reloaded still ends", async () => {
    const { pid, end } = await other();
    writeFileSync(lock, String(pid));
    setTimeout(() => rmSync(lock), 200);
    (await lockKubeconfig(kubeconfig)).release();
    await end();
  });

  it("is free where the process that had it is gone and another one has its number", async () => {
    const { pid, end } = await other();
    writeFileSync(lock, String(pid));
    utimesSync(lock, new Date(Date.now() - 60_000), new Date(Date.now() - 60_000));
    (await lockKubeconfig(kubeconfig, 0)).release();
    await end();
  });

  it("is free where a worker of the same process crashed", async () => {
    writeFileSync(lock, String(process.pid));
    (await lockKubeconfig(kubeconfig, 0)).release();
  });
});
