/** Requests to an API under test. */
import { request } from "node:https";
import { servingCertificate } from "../../../../src/embedded/api/certificate.ts";
import { smallKubelet } from "./kubelet.ts";
import { type Mesh, startMesh } from "./mesh.ts";

export const TOKEN = "secret";

export interface Asked {
  readonly method?: string;
  readonly body?: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
}
export interface Answered {
  readonly status: number;
  readonly body: string;
}

/** `port` is where connections to pods lead. */
export async function startTestMesh(port?: number): Promise<Mesh> {
  const tls = await servingCertificate();
  const failed = (error: Error) => {
    throw error;
  };
  return startMesh({ token: TOKEN, tls, root: tls.ca, kubelet: smallKubelet(port), failed });
}

export function ask(
  { api }: Pick<Mesh, "api">,
  path: string,
  { method = "GET", body, headers = {} }: Asked = {},
): Promise<Answered> {
  const { port, ca } = api;
  const all = { authorization: `Bearer ${TOKEN}`, "content-type": "application/json", ...headers };
  const where = { host: "127.0.0.1", servername: "localhost", port, path };
  return new Promise((resolve, reject) => {
    const sent = request({ ...where, method, ca, headers: all, agent: false }, async (response) => {
      let text = "";
      for await (const chunk of response) text += chunk;
      resolve({ status: response.statusCode ?? 0, body: text });
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

/** The JSON of an answer; what is in it is for the test to say. */
export function jsonOf({ body }: Answered) {
  return JSON.parse(body);
}
