/** Who a connection is: contexts from files, programs with consent, credentials that are refused or expire, proxies. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { delimiter } from "node:path";
import { contextsOf, kubeconfigFiles, readKubeconfig } from "../../src/cluster/kubeconfig/kubeconfig.ts";
import { proxyFromEnvironment } from "../../src/cluster/kubeconfig/proxy.ts";
import type { CredentialProgram } from "../../src/protocol/cluster.ts";
import { type Hostile, refuse, startHostile } from "./stage/hostile.ts";
import { type Folder, folder, kubeconfigOf, QUICK, type Watched, watchContext } from "./stage/watched.ts";

describe("credentials", () => {
  let files: Folder;
  let server: Hostile;
  let watched: Watched | undefined;

  beforeEach(async () => {
    files = folder();
    server = await startHostile();
  });
  afterEach(async () => {
    await watched?.close();
    watched = undefined;
    await server.close();
    files.remove();
  });

  const live = async () => watched?.until("live", () => watched?.states.at(-1)?.status === "live");
  const onlyWith = (token: () => string) => {
    server.gate = (_, headers) => (headers.authorization === `Bearer ${token()}` ? undefined : refuse(401));
  };
  /** Counts its runs in a file, and prints `token-<run>`. */
  const program = () => {
    const script = `const fs = require("node:fs"); const runs = fs.existsSync(process.argv[2]) ? fs.readFileSync(process.argv[2], "utf8").length + 1 : 1;
fs.appendFileSync(process.argv[2], "x"); const info = JSON.parse(process.env.KUBERNETES_EXEC_INFO);
if (info.spec.interactive !== false || process.env.PLUGIN !== "on") process.exit(3);
console.log(JSON.stringify({ apiVersion: info.apiVersion, kind: "ExecCredential", status: { token: "token-" + runs } }));`;
    const file = files.write("plugin.cjs", script);
    const exec = {
      apiVersion: "client.authentication.k8s.io/v1",
      command: process.execPath,
      args: [file, `${files.path}/runs`],
      env: [{ name: "PLUGIN", value: "on" }],
    };
    return files.write("config", kubeconfigOf({ server: server.url, user: { exec } }));
  };

  it("come from a program once it is allowed, and it runs once for all requests", async () => {
    const asked: CredentialProgram[] = [];
    onlyWith(() => "token-1");
    const config = program();
    watched = watchContext({
      files: [config],
      consent: (each) => {
        asked.push(each);
        return Promise.resolve("run");
      },
    });
    await live();
    assert.deepEqual(asked, [
      {
        file: config,
        user: "dev",
        command: process.execPath,
        args: [`${files.path}/plugin.cjs`, `${files.path}/runs`],
        env: ["PLUGIN"],
      },
    ]);
  });

  for (const [who, options] of [
    ["nobody allows", { consent: () => Promise.resolve("refuse" as const) }],
    [
      "an untrusted workspace would run",
      { programs: "never" as const, consent: () => Promise.resolve("run" as const) },
    ],
  ] as const) {
    it(`do not come from a program that ${who}`, async () => {
      const config = program();
      watched = watchContext({ files: [config], ...options });
      await watched.until("lost", () => watched?.states.at(-1)?.failure?.code === "credentials");
      assert.match(watched.states.at(-1)?.failure?.says ?? "", /which is not allowed to run here/);
      assert.equal(server.asked.length, 0);
      assert.equal(server.connections, 0);
    });
  }

  it("are asked for again when the server stops accepting them", async () => {
    let token = "token-1";
    onlyWith(() => token);
    watched = watchContext({ files: [program()], consent: () => Promise.resolve("run") });
    await live();
    token = "token-2";
    const renewed = () =>
      server.asked.some(({ verb, headers }) => verb === "watch" && headers.authorization === "Bearer token-2");
    await watched.until("another watch", renewed);
  });

  it("that the server never accepted do not run their program again and again", async () => {
    onlyWith(() => "another");
    watched = watchContext({ files: [program()], consent: () => Promise.resolve("run") });
    await watched.until("refused", () => watched?.states.at(-1)?.failure?.code === "unauthorized");
    await new Promise((resolve) => setTimeout(resolve, 300));
    assert.equal(readFileSync(`${files.path}/runs`, "utf8"), "x");
  });

  it("whose program fails from some time on do not run it for every kind", async () => {
    let accepted = true;
    server.gate = () => (accepted ? undefined : refuse(401));
    const script = `const fs = require("node:fs"); fs.appendFileSync(process.argv[2], "x");
if (fs.readFileSync(process.argv[2], "utf8").length > 1) process.exit(1);
console.log(JSON.stringify({ status: { token: "a" } }));`;
    const exec = { command: process.execPath, args: [files.write("plugin.cjs", script), `${files.path}/runs`] };
    watched = watchContext({
      files: [files.write("config", kubeconfigOf({ server: server.url, user: { exec } }))],
      timings: { ...QUICK, longestWait: 5_000 },
      consent: () => Promise.resolve("run"),
    });
    await live();
    accepted = false;
    await watched.until("stale", () => watched?.scopes("ConfigMap")[0]?.failure?.code === "credentials");
    await new Promise((resolve) => setTimeout(resolve, 600));
    // The first, and one in the longest wait.
    const runs = readFileSync(`${files.path}/runs`, "utf8").length;
    assert.equal(runs, 2);
  });

  it("tell what a program complained of, without what looks like a secret", async () => {
    const file = files.write(
      "plugin.cjs",
      'console.error("noise\\nSSO expired for eyJhbGciOiJSUzI1NiIsImtpZCI6IjEyMzQ1Njc4OTAifQ"); process.exit(255)',
    );
    const config = files.write(
      "config",
      kubeconfigOf({ server: server.url, user: { exec: { command: process.execPath, args: [file] } } }),
    );
    watched = watchContext({ files: [config], consent: () => Promise.resolve("run") });
    await watched.until("lost", () => watched?.states.at(-1)?.failure?.code === "credentials");
    assert.match(watched.states.at(-1)?.failure?.says ?? "", /ended with 255: SSO expired for …$/);
  });
});

describe("contexts", () => {
  let files: Folder;
  beforeEach(() => {
    files = folder();
  });
  afterEach(() => files.remove());

  it("come from all files, the first of a name wins, and one bad file hides no other", () => {
    const first = files.write("first", kubeconfigOf({ server: "https://one", namespace: "shop" }));
    const second = files.write("second", kubeconfigOf({ server: "https://two" }).replaceAll('"test"', '"other"'));
    const bad = files.write("bad", "{ not yaml: [");
    const { contexts, problems } = contextsOf(readKubeconfig([first, bad, `${files.path}/missing`, second]));
    assert.deepEqual(contexts, [
      { name: "test", namespace: "shop", user: "dev", server: "https://one", file: first, current: true },
      { name: "other", namespace: "default", user: "dev", server: "https://one", file: second, current: false },
    ]);
    assert.deepEqual(
      problems.map(({ file }) => file),
      [bad],
    );
  });

  it("come from KUBECONFIG, a list of files", () => {
    assert.deepEqual(kubeconfigFiles({ KUBECONFIG: ["/a", "", "/b"].join(delimiter) }), ["/a", "/b"]);
    assert.match(kubeconfigFiles({})[0] ?? "", /[/\\]\.kube[/\\]config$/);
  });

  const nowhere: readonly (readonly [string, string, RegExp])[] = [
    [
      "no such context",
      kubeconfigOf({ server: "https://one" }).replaceAll('"test"', '"x"'),
      /No kubeconfig has a context "test"/,
    ],
    [
      "no such cluster",
      kubeconfigOf({ server: "https://one" }).replace('"cluster":"c"', '"cluster":"d"'),
      /names the cluster "d"/,
    ],
    ["plain HTTP over a network", kubeconfigOf({ server: "http://example.com" }), /plain HTTP/],
    [
      "a removed provider",
      kubeconfigOf({ server: "https://one", user: { "auth-provider": { name: "gcp" } } }),
      /removed in 1\.26/,
    ],
  ];
  for (const [what, text, says] of nowhere) {
    it(`that lead nowhere say why: ${what}`, () => {
      const config = files.write("config", text);
      assert.throws(() => watchContext({ files: [config] }), says);
    });
  }
});

describe("a proxy of the environment", () => {
  const cases: readonly (readonly [server: string, environment: Record<string, string>, proxy: string | undefined])[] =
    [
      ["https://api.example.com", { HTTPS_PROXY: "http://p:1" }, "http://p:1"],
      ["https://api.example.com", { https_proxy: "p:1" }, "http://p:1"],
      ["https://api.example.com", { HTTP_PROXY: "http://p:1" }, undefined],
      ["https://127.0.0.1:6443", { HTTPS_PROXY: "http://p:1" }, undefined],
      ["https://localhost:6443", { HTTPS_PROXY: "http://p:1" }, undefined],
      ["https://api.example.com", { HTTPS_PROXY: "http://p:1", NO_PROXY: "*" }, undefined],
      ["https://api.example.com", { HTTPS_PROXY: "http://p:1", NO_PROXY: "other.com, example.com" }, undefined],
      ["https://example.com", { HTTPS_PROXY: "http://p:1", NO_PROXY: ".example.com" }, "http://p:1"],
      ["https://notexample.com", { HTTPS_PROXY: "http://p:1", NO_PROXY: "example.com" }, "http://p:1"],
      ["https://10.1.2.3", { HTTPS_PROXY: "http://p:1", NO_PROXY: "10.0.0.0/8" }, undefined],
      ["https://11.1.2.3", { HTTPS_PROXY: "http://p:1", NO_PROXY: "10.0.0.0/8" }, "http://p:1"],
      ["https://api.example.com:6443", { HTTPS_PROXY: "http://p:1", NO_PROXY: "api.example.com:443" }, "http://p:1"],
      ["https://[fd00::1]:6443", { HTTPS_PROXY: "http://p:1", no_proxy: "fd00::/8" }, undefined],
    ];
  for (const [server, environment, proxy] of cases) {
    it(`of ${server} with ${JSON.stringify(environment)} is ${proxy}`, () => {
      assert.equal(proxyFromEnvironment(server, environment), proxy);
    });
  }
});
