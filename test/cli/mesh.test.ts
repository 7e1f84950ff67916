/** `mtls-lens mesh` as a person runs it: what it says, who may not be harmed by it, and that nothing of it stays. */
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { connect } from "node:net";
import { join } from "node:path";
import { setTimeout as after } from "node:timers/promises";
import { stringify } from "yaml";
import { Folder, PROGRAM } from "./run.ts";

interface Running {
  readonly child: ChildProcess;
  out(): string;
  readonly ended: Promise<{ readonly code: number | null; readonly err: string }>;
}

interface Config {
  readonly clusters: readonly [
    { readonly cluster: { readonly server: string; readonly "certificate-authority-data": string } },
  ];
  readonly users: readonly [{ readonly user: { readonly token: string } }];
}

describe("mtls-lens mesh", function () {
  this.timeout(30_000);
  let folder: Folder;
  let file: string;
  const running: ChildProcess[] = [];
  beforeEach(() => {
    folder = new Folder();
    file = join(folder.path, "kubeconfig");
  });
  afterEach(async () => {
    for (const child of running.splice(0)) {
      if (child.exitCode === null && child.signalCode === null && child.kill("SIGKILL")) await once(child, "close");
    }
    folder.remove();
  });

  function start(args: readonly string[], env: NodeJS.ProcessEnv = {}): Running {
    const child = spawn(process.execPath, [PROGRAM, "mesh", ...args], {
      cwd: folder.path,
      env: { ...process.env, npm_lifecycle_event: undefined, ...env },
    });
    running.push(child);
    let out = "";
    let err = "";
    child.stdout.setEncoding("utf8").on("data", (text) => {
      out += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text) => {
      err += text;
    });
    const ended = once(child, "close").then(([code]) => ({ code: code as number | null, err }));
    return { child, out: () => out, ended };
  }

  async function ready(mesh: Running): Promise<string> {
    const end = Date.now() + 15_000;
    while (!mesh.out().includes("Ctrl+C") && mesh.child.exitCode === null && Date.now() < end) await after(20);
    assert.match(mesh.out(), /Ctrl\+C ends it/, mesh.child.exitCode === null ? "" : (await mesh.ended).err);
    return mesh.out();
  }

  const config = (): Config => JSON.parse(readFileSync(file, "utf8"));
  const port = () => Number(new URL(config().clusters[0].cluster.server).port);

  it("writes a kubeconfig for its owner alone, with which the API answers, and prints what to export", async () => {
    const says = await ready(start(["--kubeconfig", "kubeconfig"]));
    assert.ok(says.includes(`  export KUBECONFIG=${file}\n`), says);
    assert.match(says, /\n {2}export GATEWAY_IP=127\.\d+\.\d+\.\d+(:\d+)?\n/);
    if (process.platform !== "win32") assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.equal(await status(config(), "/api/v1/namespaces/istio-system/pods"), 200);
  });

  it("opens only ports that package.json tells VS Code not to announce", async () => {
    await ready(start(["--kubeconfig", "kubeconfig"]));
    assert.ok(port() >= 20_600 && port() <= 23_999, String(port()));
  });

  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    it(`ends at ${signal} with 0, without a port, a kubeconfig or a lock`, async () => {
      const mesh = start(["--kubeconfig", "kubeconfig"]);
      await ready(mesh);
      const taken = port();
      mesh.child.kill(signal);
      const { code, err } = await mesh.ended;
      assert.deepEqual([code, err.split("\n").at(-2)], [0, "The embedded mesh has ended."]);
      assert.equal(await isOpen(taken), false);
      assert.deepEqual([existsSync(file), existsSync(`${file}.mesh-lock`)], [false, false]);
    });
  }

  it("ends when npm, which started it, is killed", async () => {
    const program = [process.execPath, PROGRAM, "mesh", "--kubeconfig", file];
    // Two commands, so that no shell takes the place of itself.
    const npm = spawn("sh", ["-c", '"$@" & wait', "sh", ...program], {
      env: { ...process.env, npm_lifecycle_event: "npx" },
      stdio: "ignore",
    });
    running.push(npm);
    await until(() => existsSync(file));
    const taken = port();
    npm.kill("SIGKILL");
    await until(() => !existsSync(file));
    await until(async () => !(await isOpen(taken)));
  });

  it("refuses a second start with the same kubeconfig, and the first goes on", async () => {
    await ready(start(["--kubeconfig", "kubeconfig"]));
    const before = readFileSync(file, "utf8");
    const { code, err } = await start(["--kubeconfig", "kubeconfig"]).ended;
    assert.equal(code, 2);
    assert.match(err, /an embedded mesh with the kubeconfig .* runs already, in process \d+: use that one, or stop it/);
    assert.equal(readFileSync(file, "utf8"), before);
    assert.equal(await status(config(), "/version"), 200);
  });

  it("starts where a killed one has left its files", async () => {
    const killed = start(["--kubeconfig", "kubeconfig"]);
    await ready(killed);
    killed.child.kill("SIGKILL");
    await killed.ended;
    assert.deepEqual([existsSync(file), existsSync(`${file}.mesh-lock`)], [true, true]);
    await ready(start(["--kubeconfig", "kubeconfig"]));
    assert.equal(await status(config(), "/version"), 200);
  });

  for (const [what, text] of [
    ["another cluster's", "apiVersion: v1\nkind: Config\nclusters:\n- name: work\n  cluster: {server: https://c}\n"],
    ["one that holds another cluster too", "clusters:\n- name: mtls-lens-embedded\n- name: work\n"],
    ["any other file", "mtls-lens-embedded\n"],
  ] as const) {
    it(`refuses a kubeconfig that is ${what}, and leaves it alone`, () => {
      writeFileSync(file, text);
      const { code, err } = folder.run(["mesh", "--kubeconfig", "kubeconfig"]);
      assert.equal(code, 2);
      assert.match(err, /holds something else than an embedded mesh: name another file for --kubeconfig\.\n$/);
      assert.equal(readFileSync(file, "utf8"), text);
    });
  }

  for (const [args, says] of [
    [["--kubeconfig", "missing/kubeconfig"], /The folder of .*kubeconfig does not exist: make it first\./],
    [["--kubeconfig", "lab"], /lab is no file: name another one/],
    [["--lab", "other"], /--lab "other" is unknown: name one of mutual-tls, rollout-mtls\./],
    [["deploy"], /mesh takes no PATH: deploy\./],
  ] as const) {
    it(`says what is wrong with ${args.join(" ")}`, () => {
      const { code, err } = folder.run(["mesh", ...args]);
      assert.equal(code, 2);
      assert.match(err, says);
    });
  }

  it("removes a kubeconfig that kubectl config has written anew, as YAML", async () => {
    const mesh = start(["--kubeconfig", "kubeconfig"]);
    await ready(mesh);
    writeFileSync(file, stringify(config()));
    mesh.child.kill("SIGTERM");
    assert.equal((await mesh.ended).code, 0);
    assert.equal(existsSync(file), false);
  });
});

function status({ clusters: [{ cluster }], users: [{ user }] }: Config, path: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const ca = Buffer.from(cluster["certificate-authority-data"], "base64");
    const headers = { authorization: `Bearer ${user.token}` };
    request(`${cluster.server}${path}`, { ca, headers, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on("error", reject)
      .end();
  });
}

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    const answer = (open: boolean) => {
      socket.destroy();
      resolve(open);
    };
    socket.once("connect", () => answer(true)).once("error", () => answer(false));
  });
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + 15_000;
  while (!(await holds())) {
    assert.ok(Date.now() < end, "waited 15 s");
    await after(50);
  }
}
