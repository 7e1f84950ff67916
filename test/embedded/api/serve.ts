/** `node test/embedded/api/serve.ts KUBECONFIG`: an API for kubectl to try, without controllers; Ctrl+C ends it. */
import { randomBytes } from "node:crypto";
import { servingCertificate } from "../../../src/embedded/api/certificate.ts";
import { writeKubeconfig } from "../../../src/embedded/api/kubeconfig.ts";
import { startMesh } from "../../../src/embedded/mesh.ts";
import { noKubelet } from "./kubelet.ts";

const [file = ""] = process.argv.slice(2);
const token = randomBytes(24).toString("base64url");
const mesh = await startMesh({ token, tls: await servingCertificate(), kubelet: noKubelet() });
await writeKubeconfig(file, { ...mesh.api, token });
console.log(`${mesh.api.url}, KUBECONFIG=${file}`);
process.once("SIGINT", () => void mesh.close());
process.once("SIGTERM", () => void mesh.close());
