/** Reference answers of Istio's own packages: small meshes with questions. Reads `.jsonl` and `.jsonl.gz` files. */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

export interface Question {
  readonly kind: string;
  readonly answer: string;
  readonly pod?: string;
  readonly port?: number;
  readonly host?: string;
  readonly address?: string;
  readonly app?: string;
  readonly wire?: string;
  readonly sni?: string;
  readonly subset?: string;
  readonly endpoint?: string;
  readonly endpointPod?: string;
  /** One YAML document. */
  readonly resource?: string;
}

export interface Vector {
  readonly id: string;
  readonly title?: string;
  readonly manifests: string;
  readonly questions: readonly Question[];
}

export function readVectors(path: string): readonly Vector[] {
  const bytes = readFileSync(path);
  const text = (path.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8");
  return text
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => JSON.parse(line) as Vector);
}
