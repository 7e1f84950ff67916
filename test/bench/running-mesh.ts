/** An embedded mesh in this process, and what is asked of it in process. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { parseAllDocuments } from "yaml";
import type { JsonMap } from "../../src/embedded/api/object.ts";
import { type RunningMesh, startMesh } from "../../src/embedded/mesh.ts";

export async function started() {
  const folder = mkdtempSync(join(tmpdir(), "bench-"));
  const kubeconfig = join(folder, "kubeconfig");
  const mesh = await startMesh({
    kubeconfig,
    gatewayIs: () => undefined,
    failed: (error) => console.error(error.message),
  });
  const close = async () => {
    await mesh.close();
    rmSync(folder, { recursive: true, force: true });
  };
  return { mesh, kubeconfig, close };
}

export function create(mesh: RunningMesh, texts: readonly string[]): void {
  for (const text of texts) {
    for (const document of parseAllDocuments(text)) {
      const object = document.toJS() as JsonMap & { readonly kind: string };
      const { namespace } = object.metadata as { readonly namespace?: string };
      mesh.resources.create(kind(mesh, object.kind), namespace, object);
    }
  }
}

export function kind({ kinds }: RunningMesh, name: string) {
  const found = kinds.all().find((each) => each.kind === name);
  if (found === undefined) throw new Error(`no kind ${name}`);
  return found;
}

export function readyPods(mesh: RunningMesh, namespace: string): number {
  return mesh.resources.list(kind(mesh, "Pod"), namespace).filter(({ status }) => {
    const { conditions = [] } = (status ?? {}) as { readonly conditions?: readonly { type: string; status: string }[] };
    return conditions.some((each) => each.type === "Ready" && each.status === "True");
  }).length;
}

export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await wait(10);
}
