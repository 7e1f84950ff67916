// Debian packages: installed when this is root on Debian; anybody else gets the line that installs them.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { Failure } from "../process/failure.mjs";
import { runQuietly } from "../process/group.mjs";
import { step } from "../process/progress.mjs";

const aptGet = "/usr/bin/apt-get";
/** dpkg's own way to name a field. */
const STATUS = `\${db:Status-Status}`;

export async function debianPackages(names, purpose) {
  const missing = names.filter((name) => !installed(name));
  if (missing.length === 0) return;
  if (!existsSync(aptGet))
    throw new Failure(`${purpose} needs what Debian calls ${missing.join(", ")}: install these.`);
  if (process.getuid?.() !== 0) {
    throw new Failure(`${purpose} needs: sudo apt-get update && sudo apt-get install -y ${missing.join(" ")}`);
  }
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  await step("Reading Debian's package lists (apt-get update)", () =>
    runQuietly("apt-get update", aptGet, ["update"], { env }),
  );
  await step(`Installing Debian packages: ${missing.join(" ")}`, () =>
    runQuietly("apt-get install", aptGet, ["install", "-y", "--no-install-recommends", ...missing], { env }),
  );
}

function installed(name) {
  const { stdout } = spawnSync("dpkg-query", ["--show", "--showformat", STATUS, name], { encoding: "utf8" });
  return stdout === "installed";
}
