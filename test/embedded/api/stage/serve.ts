/** `node test/embedded/api/stage/serve.ts KUBECONFIG`: an API for kubectl to try, whose pods only say that they run. */
import { randomBytes } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { servingCertificate } from "../../../../src/embedded/api/certificate.ts";
import { writeKubeconfig } from "../../../../src/embedded/api/kubeconfig.ts";
import { smallKubelet } from "./kubelet.ts";
import { startMesh } from "./mesh.ts";
import { pretendToRun } from "./pretend.ts";

const [file = ""] = process.argv.slice(2);
const token = randomBytes(24).toString("base64url");
const pages = createServer((request, response) => response.end(`${request.method} ${request.url}\n`));
await new Promise<void>((resolve) => pages.listen(0, "127.0.0.1", resolve));
const { port } = pages.address() as AddressInfo;
const tls = await servingCertificate();
const mesh = await startMesh({ token, tls, root: tls.ca, kubelet: smallKubelet(port), failed: console.error });
const stop = pretendToRun(mesh);
await writeKubeconfig(file, { ...mesh.api, token });
console.log(`${mesh.api.url}, KUBECONFIG=${file}`);
const end = () => {
  stop();
  pages.close();
  pages.closeAllConnections();
  void mesh.close();
};
process.once("SIGINT", end);
process.once("SIGTERM", end);
