/** The questions of the vectors that a connection between pods can answer. */
import { join } from "node:path";
import { type Question, readVectors, type Vector } from "../../../vectors/vector.ts";

export interface Asked {
  readonly vector: Vector;
  readonly question: Question;
}

const DATA = join(import.meta.dirname, "../../../vectors/data");
const FILES = ["corners.jsonl", "meshes.jsonl.gz"];

/** Answers that no pod of the mesh gives, or that depend on what a gateway is told. */
export const LEFT_OUT = [/^to-gateway-/, /^leaves-mesh-/, /^passthrough-outside$/];

export function askable(): readonly Asked[] {
  return FILES.flatMap((file) => readVectors(join(DATA, file))).flatMap((vector) =>
    vector.questions
      .filter(({ kind, answer }) => kind === "reaches" && !LEFT_OUT.some((one) => one.test(answer)))
      .map((question) => ({ vector, question })),
  );
}
