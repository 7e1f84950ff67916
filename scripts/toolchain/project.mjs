// Where things of the project are, and where a relative path on the command line starts.
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** A path inside the project. */
export const at = (...parts) => join(root, ...parts);

/** The folder that the person was in when calling npm. */
export const calledFrom = process.env.INIT_CWD ?? process.cwd();

export const node24 = at("node_modules/node/bin", process.platform === "win32" ? "node.exe" : "node");
