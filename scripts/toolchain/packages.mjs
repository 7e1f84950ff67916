// Installs the packages of package-lock.json when node_modules does not hold exactly them.
import { existsSync, readFileSync } from "node:fs";
import { npm } from "./npm.mjs";
import { at, node24, root } from "./project.mjs";

/** Returns true when something had to be installed. */
export async function installPackages() {
  if (installed()) return false;
  await npm("Installing packages (npm ci)", ["ci"], root);
  return true;
}

/** npm itself notes in node_modules what it has put there, once all of it is there. */
function installed() {
  const wanted = lockedPackages("package-lock.json");
  const there = lockedPackages("node_modules/.package-lock.json");
  if (wanted === undefined || there === undefined || !existsSync(node24)) return false;
  return Object.entries(wanted).every(
    ([path, { version, optional }]) => path === "" || there[path]?.version === version || (optional && !there[path]),
  );
}

function lockedPackages(file) {
  try {
    return JSON.parse(readFileSync(at(file), "utf8")).packages;
  } catch {
    return undefined;
  }
}
