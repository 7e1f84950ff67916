/** Helm templates: offsets hold, what an action makes is a gap, the rest is understood. */

import assert from "node:assert/strict";
import { spansIn } from "../../../src/manifest/content.ts";
import { maskTemplates } from "../../../src/manifest/yaml/mask.ts";
import { documentsOf, gapsOf, policy, problemsOf, resourcesOf } from "../reading.ts";

const MASKS: readonly (readonly [claim: string, text: string, masked: string])[] = [
  ["an action inside a line becomes a word", "a: {{ .x }}\n", "a: xxxxxxxx\n"],
  ["an action inside quotes stays in them", 'a: "{{ .x }}:1"\n', 'a: "xxxxxxxx:1"\n'],
  ["a line of its own becomes a comment", "a:\n  {{- x }}\nb: 1\n", "a:\n  ########\nb: 1\n"],
  ["several on a line become one comment", "{{ a }} {{ b }}\n", "###############\n"],
  ["a comment over several lines keeps its lines", "{{/* a\n}} b */}}\nc: 1\n", "######\n#########\nc: 1\n"],
  ["braces in strings close nothing", 'a: {{ "}}" }}\n', "a: xxxxxxxxxx\n"],
  ["an action without an end ends with its line", "a: {{ .x\nb: {{ y }}\n", "a: xxxxx\nb: xxxxxxx\n"],
  ["CRLF is kept", "{{ a }}\r\nb: {{ c\r\n", "#######\r\nb: xxxx\r\n"],
];

describe("masking", () => {
  for (const [claim, text, masked] of MASKS) {
    it(claim, () => assert.equal(maskTemplates(text).text, masked));
  }
});

const CASES: readonly (readonly [claim: string, text: string, gaps: readonly string[]])[] = [
  ["a value", policy("mtls: {mode: {{ .Values.mode }}}\n"), ["templated /spec/mtls/mode"]],
  [
    "a part of a value",
    policy('selector: {matchLabels: {app: "web-{{ .x }}"}}\n'),
    ["templated /spec/selector/matchLabels/app"],
  ],
  [
    "a key leaves its map incomplete",
    policy("selector:\n  matchLabels:\n    {{ .k }}: web\n"),
    ["templated /spec/selector/matchLabels"],
  ],
  [
    "an include below an empty key",
    policy("selector:\n  matchLabels:\n    {{- include . }}\n"),
    ["templated /spec/selector/matchLabels"],
  ],
  ["an include between fields", policy("mtls:\n  mode: STRICT\n{{ include . }}\nselector: {}\n"), ["templated /spec"]],
  ["a condition around the object", `{{ if .x }}\n${policy("mtls: {mode: STRICT}\n")}{{ end }}\n`, ["templated "]],
  ["comments and assignments are nothing", `{{/* c */}}\n{{- $x := 1 }}\n${policy("mtls: {mode: STRICT}\n")}`, []],
];

describe("a template's gap", () => {
  for (const [claim, text, gaps] of CASES) {
    it(claim, () => {
      const [document] = documentsOf(text);
      assert.equal(document?.templated, true);
      assert.deepEqual(gapsOf(document?.resources[0]), gaps);
      assert.deepEqual(problemsOf(text), []);
    });
  }

  it("does not reach the other documents of the file", () => {
    const documents = documentsOf(`${policy("mtls: {mode: {{ x }}}\n")}---\n${policy("mtls: {mode: STRICT}\n")}`);
    assert.deepEqual(
      documents.map(({ templated }) => templated),
      [true, false],
    );
    assert.deepEqual(gapsOf(documents[1]?.resources[0]), []);
  });

  it("leaves a name as it is written, without its quotes", () => {
    const [object] = resourcesOf("apiVersion: v1\nkind: Service\nmetadata: {name: '{{ .Release.Name }}-web'}\n");
    assert.equal(object?.name, "{{ .Release.Name }}-web");
  });

  it("is not what a script in a block scalar holds", () => {
    const text = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata:\n  t: |\n    {{ if x }}\n    a {{ b }}\n";
    const [document] = documentsOf(text);
    assert.equal(document?.templated, false);
    assert.deepEqual((document?.resources[0] as { data?: object } | undefined)?.data, { t: "{{ if x }}\na {{ b }}\n" });
  });

  it("is not what a comment holds", () => {
    const text = `# made by {{ helm }}\n${policy("mtls: {mode: STRICT} # was {{ .mode }}\n")}`;
    const [document] = documentsOf(text);
    assert.deepEqual([document?.templated, gapsOf(document?.resources[0])], [false, []]);
    assert.equal(documentsOf(text.replace("STRICT", "'#{{ x }}'"))[0]?.templated, true);
  });

  it("names the field in its words", () => {
    const [object] = resourcesOf(policy("selector:\n  matchLabels:\n    {{- include . }}\nmtls: {mode: {{ x }}}\n"));
    assert.deepEqual(object?.gaps.map(({ says }) => says).sort(), [
      "matchLabels has entries that a template adds or leaves out",
      "mode is made by a template",
    ]);
  });

  it("has places that are those of the text", () => {
    const text = policy("mtls:\n  {{- if .x }}\n  mode: STRICT\n  {{- end }}\n");
    const mode = spansIn(documentsOf(text)[0], "/spec/mtls/mode");
    assert.equal(text.slice(mode?.key?.start, mode?.value.end), "mode: STRICT");
  });
});
