// npm programs too big to be a dependency of everybody: installed when first needed, outside the project, whole or not at all.
import { existsSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { removedAtEnd } from "../process/group.mjs";
import { npm } from "./npm.mjs";
import { calledFrom, node24 } from "./project.mjs";

export const cacheFolder = resolve(calledFrom, process.env.MTLS_LENS_CACHE || join(homedir(), ".cache/mtls-lens"));

/** The folder that holds `name@version` in its node_modules. `allowScripts` as npm 12 wants it in package.json; `before` what must be there first. */
export async function cachedPackage({ name, version, allowScripts, title, before }) {
  const folder = join(cacheFolder, `${name}-${version}`);
  if (existsSync(folder)) return folder;
  await before?.();
  const unfinished = `${folder}.${process.pid}`;
  const unfinishedFolder = removedAtEnd(unfinished);
  mkdirSync(unfinished, { recursive: true });
  const manifest = { name: "mtls-lens-cache", private: true, dependencies: { [name]: version }, allowScripts };
  writeFileSync(join(unfinished, "package.json"), JSON.stringify(manifest, undefined, 2));
  await npm(title, ["install"], unfinished, node24);
  renameSync(unfinished, folder);
  unfinishedFolder.keep();
  return folder;
}
