/** The kubeconfig of the mesh, as text and as a file that its owner alone can read. */
import { chmod, rename, writeFile } from "node:fs/promises";

export interface Access {
  readonly url: string;
  /** PEM. */
  readonly ca: string;
  readonly token: string;
}

const NAME = "mtls-lens-embedded";

/** JSON is YAML, so it needs no writer of its own. */
export function kubeconfig({ url, ca, token }: Access): string {
  const config = {
    apiVersion: "v1",
    kind: "Config",
    "current-context": NAME,
    clusters: [
      { name: NAME, cluster: { server: url, "certificate-authority-data": Buffer.from(ca).toString("base64") } },
    ],
    users: [{ name: NAME, user: { token } }],
    contexts: [{ name: NAME, context: { cluster: NAME, user: NAME, namespace: "default" } }],
  };
  return `${JSON.stringify(config, undefined, 2)}\n`;
}

export async function writeKubeconfig(file: string, access: Access): Promise<void> {
  const fresh = `${file}.${process.pid}.new`;
  await writeFile(fresh, kubeconfig(access), { mode: 0o600 });
  await chmod(fresh, 0o600);
  await rename(fresh, file);
}
