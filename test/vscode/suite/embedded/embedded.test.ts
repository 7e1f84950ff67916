/** The embedded mesh in a window: what its commands do, what they leave, and what they leave alone. */
import assert from "node:assert/strict";
import { existsSync, readFileSync, statSync } from "node:fs";
import { request } from "node:https";
import { connect } from "node:net";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import * as vscode from "vscode";
import { api, eventually } from "../window.ts";

const TERMINAL = "Embedded Mesh";
const USERS_OWN = join(homedir(), ".kube/config");

interface Config {
  readonly clusters: readonly [
    { readonly cluster: { readonly server: string; readonly "certificate-authority-data": string } },
  ];
  readonly users: readonly [{ readonly user: { readonly token: string } }];
}

describe("the embedded mesh", function () {
  this.timeout(40_000);
  const own = () => (existsSync(USERS_OWN) ? readFileSync(USERS_OWN, "utf8") : undefined);
  const ownBefore = own();
  let terminal: vscode.Terminal;
  let kubeconfig: string;
  let gateway: string;

  before(async () => {
    await api();
    terminal = await meshTerminal();
    ({ KUBECONFIG: kubeconfig = "", GATEWAY_IP: gateway = "" } = envOf(terminal));
  });
  after(() => terminal.dispose());

  it("answers with the token of a kubeconfig that only its owner reads, in the extension's storage", async () => {
    assert.match(kubeconfig, /workspaceStorage.*mtls-lens\.mtls-lens.embedded-mesh.kubeconfig$/);
    if (process.platform !== "win32") assert.equal(statSync(kubeconfig).mode & 0o777, 0o600);
    assert.equal((await ask("GET", "/version")).code, 200);
    assert.equal((await ask("GET", "/version", "", "wrong")).code, 401);
  });

  it("gives a terminal the kubeconfig and the gateway's address, which answers", async () => {
    assert.match(gateway, /^127\.\d+\.\d+\.\d+(:\d+)?$/);
    const [host = "", port = "80"] = gateway.split(":");
    assert.equal(await isOpen(Number(port), host), true);
    if (process.platform === "win32") return;
    const file = join(tmpdir(), `mtls-lens-terminal-${process.pid}`);
    terminal.sendText(`echo "$KUBECONFIG $GATEWAY_IP" > ${file}`);
    await eventually(() => (existsSync(file) ? readFileSync(file, "utf8") : ""), `${kubeconfig} ${gateway}\n`);
  });

  it("tells VS Code to forward none of its ports by itself", () => {
    const { port } = new URL(server());
    const attributes = vscode.workspace
      .getConfiguration("remote")
      .get<Record<string, { onAutoForward: string }>>("portsAttributes");
    const [range = "", { onAutoForward } = { onAutoForward: "" }] =
      Object.entries(attributes ?? {}).find(([key]) => key.includes("-")) ?? [];
    const [first = 0, last = 0] = range.split("-").map(Number);
    assert.equal(onAutoForward, "ignore");
    assert.ok(Number(port) >= first && Number(port) <= last, `${port} in ${range}`);
  });

  it("keeps its objects and its addresses over a stop, after which its ports are closed", async () => {
    await ask("POST", "/api/v1/namespaces", JSON.stringify({ metadata: { name: "kept" } }));
    const address = server();
    await answering("Stop", () => vscode.commands.executeCommand("mtlsLens.stopEmbeddedMesh"));
    assert.equal(await isOpen(Number(new URL(address).port)), false);
    terminal.dispose();
    terminal = await meshTerminal();
    assert.deepEqual(envOf(terminal), { KUBECONFIG: kubeconfig, GATEWAY_IP: gateway });
    assert.equal(server(), address);
    assert.equal((await ask("GET", "/api/v1/namespaces/kept")).code, 200);
  });

  it("is empty after a reset, at the same addresses", async () => {
    const address = server();
    await answering("Reset", () => vscode.commands.executeCommand("mtlsLens.resetEmbeddedMesh"));
    assert.equal(server(), address);
    assert.equal((await ask("GET", "/api/v1/namespaces/kept")).code, 404);
    await eventually(async () => (await ask("GET", GATEWAY)).text.includes(`"ip":"${gateway}"`), true);
  });

  it("goes on where nobody confirms that it is to stop", async () => {
    await answering(undefined, () => vscode.commands.executeCommand("mtlsLens.stopEmbeddedMesh"));
    assert.equal((await ask("GET", "/version")).code, 200);
  });

  it("never touches the kubeconfig of the user", () => assert.equal(own(), ownBefore));

  async function meshTerminal(): Promise<vscode.Terminal> {
    await vscode.commands.executeCommand("mtlsLens.openMeshTerminal");
    const opened = vscode.window.terminals.find(({ name }) => name === TERMINAL);
    assert.ok(opened, "no terminal was opened");
    return opened;
  }

  function config(): Config {
    return JSON.parse(readFileSync(kubeconfig, "utf8"));
  }

  function server(): string {
    return config().clusters[0].cluster.server;
  }

  function ask(method: string, path: string, body = "", token = config().users[0].user.token) {
    return new Promise<{ readonly code: number | undefined; readonly text: string }>((resolve, reject) => {
      const ca = Buffer.from(config().clusters[0].cluster["certificate-authority-data"], "base64");
      const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
      request(`${server()}${path}`, { method, ca, headers, agent: false }, (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (chunk) => {
          text += chunk;
        });
        response.on("end", () => resolve({ code: response.statusCode, text }));
      })
        .on("error", reject)
        .end(body);
    });
  }
});

const GATEWAY = "/api/v1/namespaces/istio-system/services/istio-ingressgateway";

function envOf({ creationOptions }: vscode.Terminal): { readonly KUBECONFIG?: string; readonly GATEWAY_IP?: string } {
  const { KUBECONFIG, GATEWAY_IP } = (creationOptions as vscode.TerminalOptions).env ?? {};
  return { ...(KUBECONFIG ? { KUBECONFIG } : {}), ...(GATEWAY_IP ? { GATEWAY_IP } : {}) };
}

/** As a person who answers the question that comes. */
async function answering(answer: string | undefined, run: () => Thenable<unknown>): Promise<void> {
  const { showWarningMessage } = vscode.window;
  let asked = 0;
  const stub = async (): Promise<string | undefined> => {
    asked += 1;
    return answer;
  };
  Object.assign(vscode.window, { showWarningMessage: stub });
  try {
    await run();
  } finally {
    Object.assign(vscode.window, { showWarningMessage });
  }
  assert.equal(asked, 1, "a question was asked");
}

function isOpen(port: number, host = "127.0.0.1"): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, host);
    const answer = (open: boolean) => {
      socket.destroy();
      resolve(open);
    };
    socket.once("connect", () => answer(true)).once("error", () => answer(false));
  });
}
