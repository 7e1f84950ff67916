/** The file for the kubeconfig: one that holds anything else than an embedded mesh is neither written nor removed. */
import { existsSync, readFileSync, rmSync, statSync } from "node:fs";
import { dirname } from "node:path";

const OURS = "mtls-lens-embedded";

/** Why nothing can be written there; undefined when it can. */
export function refusalOf(file: string): string | undefined {
  if (!existsSync(dirname(file))) return `The folder of ${file} does not exist: make it first.`;
  if (!existsSync(file)) return undefined;
  if (!statSync(file).isFile()) return `${file} is no file: name another one for --kubeconfig.`;
  if (isOurs(readFileSync(file, "utf8"))) return undefined;
  return `${file} is there already and holds something else than an embedded mesh: name another file for --kubeconfig.`;
}

export function removeKubeconfig(file: string): void {
  if (existsSync(file) && isOurs(readFileSync(file, "utf8"))) rmSync(file, { force: true });
}

/** Every cluster, user and context in it is an embedded mesh's, also after `kubectl config` has written it anew. */
function isOurs(text: string): boolean {
  const names = [...text.matchAll(/\bname['"]?\s*:\s*['"]?([^\s'",}]*)/g)].map(([, name]) => name);
  return text.trim() === "" || (names.length > 0 && names.every((name) => name === OURS));
}
