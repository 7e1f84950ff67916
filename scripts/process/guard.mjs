// A process of its own that outlives the script that started it by a moment: when the pipe from the script closes, for
// whatever reason (also SIGKILL), it ends the process groups that the script had started and removes its temporary folders.
import { rmSync } from "node:fs";
import { createInterface } from "node:readline";
import { endGroups } from "./signals.mjs";

const groups = new Set();
const folders = new Set();
const edits = {
  group: (pid) => groups.add(Number(pid)),
  ended: (pid) => groups.delete(Number(pid)),
  folder: (path) => folders.add(path),
  removed: (path) => folders.delete(path),
};

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => {});

createInterface({ input: process.stdin })
  .on("line", (line) => {
    const [edit, value] = JSON.parse(line);
    edits[edit](value);
  })
  .on("close", async () => {
    await endGroups([...groups]);
    for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    process.exit(0);
  });
