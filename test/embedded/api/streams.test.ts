import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { WebSocket } from "ws";
import { ask, startTestMesh, TOKEN } from "./stage/client.ts";
import type { Mesh } from "./stage/mesh.ts";

const POD = "/api/v1/namespaces/default/pods/web";
let mesh: Mesh;
let pages: Server;

interface Ran {
  readonly stdout: string;
  readonly stderr: string;
  readonly status: string;
}

function exec(command: readonly string[], input?: string): Promise<Ran> {
  const query = new URLSearchParams(command.map((each): [string, string] => ["command", each]));
  if (input !== undefined) query.set("stdin", "true");
  const url = `wss://127.0.0.1:${mesh.api.port}${POD}/exec?${query}`;
  const socket = new WebSocket(url, "v5.channel.k8s.io", {
    ca: mesh.api.ca,
    headers: { authorization: `Bearer ${TOKEN}` },
  });
  const out = ["", "", "", ""];
  return new Promise((resolve, reject) => {
    socket.on("open", () => {
      if (input === undefined) return;
      socket.send(Buffer.concat([Buffer.from([0]), Buffer.from(input)]));
      socket.send(Buffer.from([255, 0]));
    });
    socket.on("message", (data: Buffer) => {
      const channel = data[0] ?? 0;
      out[channel] += data.subarray(1).toString();
    });
    socket.on("error", reject);
    socket.on("close", () => resolve({ stdout: out[1] ?? "", stderr: out[2] ?? "", status: out[3] ?? "" }));
  });
}

describe("the streams of a pod", () => {
  before(async () => {
    pages = createServer((request, response) => {
      const { authorization = "no token" } = request.headers;
      response.end(`${request.method} ${request.url} ${authorization}`);
    });
    await new Promise<void>((resolve) => pages.listen(0, "127.0.0.1", resolve));
    mesh = await startTestMesh((pages.address() as AddressInfo).port);
    const spec = { nodeName: "here", containers: [{ name: "app", image: "curl", ports: [{ containerPort: 80 }] }] };
    const pod = { apiVersion: "v1", kind: "Pod", metadata: { name: "web" }, spec };
    const created = await ask(mesh, "/api/v1/namespaces/default/pods", { method: "POST", body: JSON.stringify(pod) });
    assert.equal(created.status, 201);
  });
  after(async () => {
    await mesh.close();
    pages.close();
    pages.closeAllConnections();
  });

  it("carry the output of a command, and that it succeeded", async () => {
    const { stdout, status } = await exec(["echo", "a", "b"]);
    assert.equal(stdout, "a b\n");
    assert.equal(JSON.parse(status).status, "Success");
  });

  it("carry an exit code in the way that kubectl reads it", async () => {
    const { stderr, status } = await exec(["nosuch"]);
    assert.equal(stderr, "nosuch: not found\n");
    assert.deepEqual(JSON.parse(status).details, { causes: [{ reason: "ExitCode", message: "127" }] });
  });

  it("carry input to its end", async () => {
    assert.equal((await exec(["cat"], "first\nsecond\n")).stdout, "first\nsecond\n");
  });

  it("refuse a container that the pod lacks, before they begin", async () => {
    const { status, body } = await ask(mesh, `${POD}/log?container=nosuch`);
    assert.equal(status, 400);
    assert.match(body, /container nosuch is not valid for pod web/);
  });

  it("show the last lines of a log", async () => {
    assert.equal((await ask(mesh, `${POD}/log?tailLines=2`)).body, "two\nthree\n");
  });

  it("pass a request on to the pod, and keep the token of the API back", async () => {
    assert.equal((await ask(mesh, `${POD}:80/proxy/a%20b/c?d=e`)).body, "GET /a%20b/c?d=e no token");
  });

  it("end with the server", async () => {
    const other = await startTestMesh();
    const { port, ca } = other.api;
    const headers = { authorization: `Bearer ${TOKEN}` };
    const url = `wss://127.0.0.1:${port}/api/v1/namespaces/default/pods`;
    const refused = new WebSocket(`${url}/nosuch/exec?command=x`, "v5.channel.k8s.io", { ca, headers });
    const [error] = await new Promise<readonly [Error]>((resolve) => refused.on("error", (cause) => resolve([cause])));
    assert.match(error.message, /404/);
    await other.close();
    await assert.rejects(ask(other, "/version"), /ECONNREFUSED/);
  });
});
