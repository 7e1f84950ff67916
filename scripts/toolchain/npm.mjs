// Calls the npm that called us, else the one on the PATH, as if a person had called it in that folder.
import { existsSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { Failure } from "../process/failure.mjs";
import { run } from "../process/group.mjs";
import { step } from "../process/progress.mjs";

/**
 * What an outer npm tells its script and would make an inner one work in the wrong folder, silently, or in the name of
 * another version of Node.
 */
const OUTER = [
  /^npm_config_(loglevel|silent|local_prefix|prefix|global|global_prefix|allow_scripts|user_agent|npm_version|node_gyp)$/i,
  /^npm_(package|lifecycle)_|^npm_(command|execpath|node_execpath)$|^(INIT_CWD|NODE)$/i,
];

/** Runs npm with `args` in `folder` under the Node at `node`, naming the step as `title` while it takes its time. */
export async function npm(title, args, folder, node = process.execPath) {
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !OUTER.some((pattern) => pattern.test(name))),
  );
  const path = Object.keys(env).find((name) => name.toUpperCase() === "PATH") ?? "PATH";
  env[path] = [dirname(node), ...folders(env[path]).filter((entry) => !/node_modules[\\/]\.bin$/.test(entry))].join(
    delimiter,
  );
  // The headers that Node came with save node-gyp a download, which some networks do not allow.
  const headers = folders(env[path]).map(dirname).find(hasHeaders);
  if (headers !== undefined) env.npm_config_nodedir ??= headers;
  const script = process.env.npm_execpath;
  const [command, first] = script?.endsWith(".js") ? [node, [script]] : ["npm", []];
  let text = "";
  const { code } = await step(title, () =>
    run(command, [...first, ...args, "--no-audit", "--no-fund", "--loglevel=warn"], {
      cwd: folder,
      env,
      shell: process.platform === "win32" && command === "npm",
      onText: (chunk) => {
        text = (text + chunk).slice(-20_000);
      },
    }),
  );
  if (code === 0) return;
  throw new Failure(`npm ${args.join(" ")} failed in ${folder}:\n${text.trim().split("\n").slice(-25).join("\n")}`);
}

function folders(path = "") {
  return path.split(delimiter);
}

function hasHeaders(folder) {
  return existsSync(join(folder, "include/node/node_api.h"));
}
