/** From a keystroke to the problems of the file, in a workspace of 10,000 resources. */
import { corpus, longFile } from "../corpus.ts";
import { startEditor } from "../editor.ts";
import { ITS_WAIT, startLanguageServer } from "../language-server.ts";
import { interleaved, type Row } from "../measure.ts";

const REPETITIONS = 21;

export async function keystroke(): Promise<readonly Row[]> {
  const files = corpus(500);
  const editor = startEditor();
  await editor.open(files);
  const long = longFile(1000);
  const fileAt = (wanted: string) => files.find(({ path }) => path === wanted) ?? long;
  const five = fileAt("team-006/1-base.yaml");
  const shop = fileAt("team-006/2-shop.yaml");
  const mail = fileAt("team-006/4-mail.yaml");
  const cases = [
    {
      measure: "keystroke in a policy → problems, file of 5 documents",
      ...five,
      edit: (text: string, count: number) =>
        text.replace(/mode: \w+/, count % 2 === 0 ? "mode: DISABLE" : "mode: STRICT"),
      goal: { atMost: 60 },
    },
    {
      measure: "keystroke in a Deployment → problems, file of 5 documents",
      ...five,
      edit: (text: string, count: number) => text.replace("version: v1", `version: v${count}`),
      goal: { atMost: 60 },
    },
    {
      measure: "keystroke in a Service → problems, file of 5 documents",
      ...shop,
      edit: (text: string, count: number) => text.replace("targetPort: http", `targetPort: ${8000 + count}`),
      goal: { atMost: 60 },
    },
    {
      measure: "keystroke in a DestinationRule → problems, file of 5 documents",
      ...mail,
      edit: (text: string, count: number) =>
        text.replace(
          "  trafficPolicy:",
          `  trafficPolicy:\n    tls: {mode: ${count % 2 === 0 ? "DISABLE" : "SIMPLE"}}`,
        ),
      goal: { atMost: 60 },
    },
    {
      measure: "keystroke in a VirtualService → problems, file of 5 documents",
      ...mail,
      edit: (text: string, count: number) => text.replace("number: 8080", `number: ${8000 + count}`),
      goal: { atMost: 60 },
    },
    {
      measure: "keystroke in the labels of a Namespace → problems, file of 5 documents",
      ...five,
      edit: (text: string, count: number) =>
        text.replace("istio-injection: enabled", `istio-injection: ${count % 2 === 0 ? "enabled" : "disabled"}`),
      goal: { atMost: 60 },
    },
    {
      measure: "keystroke in a policy → problems, file of 1,000 documents",
      ...long,
      edit: (text: string, count: number) =>
        text.replace(/mode: \w+/, count % 2 === 0 ? "mode: DISABLE" : "mode: STRICT"),
      goal: { atMost: 100, ratioAtMost: 0.25 },
    },
  ];
  const rows: Row[] = [];
  for (const { measure, path, text, edit, goal } of cases) {
    const server = await startLanguageServer(text);
    let count = 0;
    await editor.type(path, text);
    await editor.rest();
    const { ours, peer } = await interleaved(
      REPETITIONS,
      () => editor.type(path, edit(text, ++count)),
      async () => (await server.type(edit(text, count))) - ITS_WAIT,
    );
    server.dispose();
    rows.push({
      measure,
      ours,
      peer: { name: `yaml-language-server, its wait of ${ITS_WAIT} ms subtracted`, values: peer },
      unit: "ms",
      goal,
    });
  }
  editor.dispose();
  return rows;
}
