/** Reads one file from disk. What cannot be read is named with its reason and what to do. */
import { readFile, stat } from "node:fs/promises";
import { fileURLToPath } from "node:url";

export type Content = { readonly text: string } | { readonly unreadable: string } | "gone";

/** No manifest is this large; a dump that is would cost every file its turn. */
const MAX_BYTES = 20 * 1024 * 1024;

export async function readFromDisk(uri: string): Promise<Content> {
  try {
    const path = fileURLToPath(uri);
    const info = await stat(path);
    if (info.isDirectory()) return { unreadable: REASONS.EISDIR };
    // A pipe or a device would keep its reader waiting for ever.
    if (!info.isFile()) return { unreadable: "it is no file with contents. Replace it, or leave it out." };
    const { size } = info;
    if (size > MAX_BYTES) {
      return { unreadable: `it has ${Math.round(size / 1024 / 1024)} MB, the limit is 20 MB. Split it.` };
    }
    return { text: await readFile(path, "utf8") };
  } catch (error) {
    return whyNot(error);
  }
}

const REASONS = {
  EACCES: "permission denied. Allow your user to read it.",
  EPERM: "permission denied. Allow your user to read it.",
  EISDIR: "it is a folder. Rename it, or leave it out.",
  ELOOP: "its symbolic links lead in a circle. Repair the link.",
} as const;

function whyNot(error: unknown): Content {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (code === "ENOENT" || code === "ENOTDIR") return "gone";
  const says = error instanceof Error ? error.message : String(error);
  const reason = Object.hasOwn(REASONS, code) ? REASONS[code as keyof typeof REASONS] : undefined;
  return { unreadable: reason ?? `${says}. Repair that and save the file.` };
}
