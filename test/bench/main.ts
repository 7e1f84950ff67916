/** Measures what is named (keystroke, index, edit, check, proxies, embedded), or all of it. Ends with 1 where a goal is not met. */
import { loadavg } from "node:os";
import { HEAD, line, type Row } from "./measure.ts";
import { check } from "./rows/check.ts";
import { embedded } from "./rows/embedded.ts";
import { firstIndex } from "./rows/first-index.ts";
import { keystroke } from "./rows/keystroke.ts";
import { policyEdit } from "./rows/policy-edit.ts";
import { proxies } from "./rows/proxies.ts";

const PARTS: Readonly<Record<string, () => Promise<readonly Row[]>>> = {
  keystroke,
  index: firstIndex,
  edit: policyEdit,
  check,
  proxies,
  embedded,
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in PARTS));
if (unknown.length > 0) {
  console.error(
    `There is no part ${unknown.join(", ")}. Name some of ${Object.keys(PARTS).join(", ")}, or none for all.`,
  );
  process.exit(2);
}
console.log(
  `load ${loadavg()
    .map((each) => each.toFixed(1))
    .join(" ")}\n\n${HEAD}`,
);
let met = true;
for (const [name, part] of Object.entries(PARTS)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  for (const row of await part()) {
    const said = line(row);
    met &&= said.met;
    console.log(said.text);
  }
}
process.exit(met ? 0 : 1);
