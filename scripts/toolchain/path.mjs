// Programs that are on the PATH.
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

export function onPath(...names) {
  for (const folder of (process.env.PATH ?? "").split(delimiter)) {
    for (const name of names) {
      const file = join(folder, name);
      if (executable(file)) return file;
    }
  }
  return undefined;
}

export function executable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
