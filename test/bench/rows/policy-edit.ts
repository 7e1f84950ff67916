/** The verdicts after an edit of one policy: of its file, and of every file that it touches. */
import { startAnalysis } from "../../../src/analysis/analysis.ts";
import { type CorpusFile, corpus } from "../corpus.ts";
import { uriOf } from "../editor.ts";
import { type Goal, quantile, type Row, repeated, timed } from "../measure.ts";

const REPETITIONS = 15;
const SIZES = [50, 500, 5000] as const;

const NAMESPACE = {
  path: "team-006/1-base.yaml",
  from: /mode: \w+/,
  to: ["mode: STRICT", "mode: PERMISSIVE"],
} as const;
const WORKLOAD = {
  path: "team-006/2-shop.yaml",
  from: / {4}mode: PERMISSIVE/,
  to: ["    mode: PERMISSIVE", "    mode: DISABLE"],
} as const;
const DEPLOYMENT = {
  path: "team-006/1-base.yaml",
  from: "version: v1",
  to: ["version: v2", "version: v3"],
} as const;
const SERVICE = {
  path: "team-006/2-shop.yaml",
  from: "targetPort: http",
  to: ["targetPort: 8081", "targetPort: 8082"],
} as const;
const MESH = { path: "team-000/2-shop.yaml", from: /mode: \w+/, to: ["mode: STRICT", "mode: PERMISSIVE"] } as const;

type Edit = typeof NAMESPACE | typeof WORKLOAD | typeof DEPLOYMENT | typeof SERVICE | typeof MESH;

export async function policyEdit(): Promise<readonly Row[]> {
  const files = corpus(500);
  const full = { name: "full recompute", values: await repeated(2, () => timed(() => started(files))) };
  const analysis = await started(files);
  const row = async (measure: string, edit: Edit, goal: Goal, until: Until): Promise<Row> => {
    const ours = await repeated(REPETITIONS, editing(analysis, files, edit, until));
    return { measure, ours, peer: full, unit: "ms", goal };
  };
  const small = { atMost: 10, ratioAtMost: 0.05 };
  const rows = [
    await row("verdicts after an edit of a namespace's policy, its file", NAMESPACE, small, "file"),
    await row("the same, every file that it touches", NAMESPACE, {}, "all"),
    await row("verdicts after an edit of a workload's policy, its file", WORKLOAD, small, "file"),
    await row("verdicts after an edit of a Deployment, its file", DEPLOYMENT, {}, "file"),
    await row("the same, every file that it touches", DEPLOYMENT, {}, "all"),
    await row("verdicts after an edit of a Service, its file", SERVICE, {}, "file"),
    await row("the same, every file that it touches", SERVICE, {}, "all"),
    await row("verdicts after an edit of the mesh's policy, its file", MESH, { atMost: 150 }, "file"),
    await row("the same, all 2,000 files", MESH, {}, "all"),
  ];
  return [...rows, ...(await growth())];
}

type Analysis = Awaited<ReturnType<typeof started>>;

/** Until the views of the file are handed out, or those of all files that the edit touches. */
type Until = "file" | "all";

async function started(files: readonly CorpusFile[]) {
  let views: (at: number) => void = () => undefined;
  const analysis = startAnalysis({
    views: () => views(performance.now()),
    progress: () => undefined,
    trees: () => undefined,
    failure: () => undefined,
  });
  analysis.told.contents({ files: files.map(({ path, text }) => ({ uri: uriOf(path), text })) });
  await analysis.asked.settled({});
  return {
    ...analysis,
    /** When they were handed out: what waits for them here goes on only when all others are made. */
    nextViews: () =>
      new Promise<number>((resolve) => {
        views = resolve;
      }),
  };
}

let version = 0;

function editing(analysis: Analysis, files: readonly CorpusFile[], edit: Edit, until: Until) {
  const text = files.find(({ path }) => path === edit.path)?.text ?? "";
  return async () => {
    version += 1;
    const next = text.replace(edit.from, edit.to[version % 2] ?? "");
    const come = analysis.nextViews();
    const start = performance.now();
    analysis.told.opened({ uri: uriOf(edit.path), version, text: next });
    const first = await come;
    await analysis.asked.settled({});
    return (until === "file" ? first : performance.now()) - start;
  };
}

/** By which power of the size the time of an edit grows from 1,000 to 100,000 resources. */
async function growth(): Promise<readonly Row[]> {
  const kinds = [
    { what: "a namespace's policy", edit: NAMESPACE, goal: { atMost: 0.3 } },
    { what: "a Deployment", edit: DEPLOYMENT, goal: {} },
    { what: "a Service", edit: SERVICE, goal: {} },
  ];
  const medians = kinds.map((): number[] => []);
  for (const size of SIZES) {
    const files = corpus(size);
    const analysis = await started(files);
    for (const [index, { edit }] of kinds.entries()) {
      const times = await repeated(REPETITIONS, editing(analysis, files, edit, "file"));
      medians[index]?.push(quantile(times, 0.5));
    }
  }
  return kinds.map(({ what, goal }, index) => {
    const times = medians[index] ?? [];
    const [least = 1, , most = 1] = times;
    const shown = times.map((each) => each.toPrecision(2)).join(", ");
    return {
      measure: `growth for ${what} from 1,000 to 100,000 resources (${shown} ms)`,
      ours: [Math.log(most / least) / Math.log(SIZES[2] / SIZES[0])],
      unit: "",
      goal,
    };
  });
}
