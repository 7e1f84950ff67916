/** What a person typed into the settings: understood, or named. */
import assert from "node:assert/strict";
import { decodeSettings } from "../../src/protocol/settings.ts";

describe("the settings", () => {
  it("are empty when nobody wrote any", () => {
    assert.deepEqual(decodeSettings(undefined, undefined), {
      settings: { namespaceLabels: {}, defaultNamespace: "" },
      problems: [],
    });
  });

  it("hold the labels of namespaces, where true and 1 are texts as in Kubernetes", () => {
    const { settings, problems } = decodeSettings(
      { shop: { "istio-injection": "enabled", a: true, b: 1 }, bare: {} },
      " shop ",
    );
    assert.deepEqual(settings, {
      namespaceLabels: { shop: { "istio-injection": "enabled", a: "true", b: "1" }, bare: {} },
      defaultNamespace: "shop",
    });
    assert.deepEqual(problems, []);
  });

  it("hold severities by code, and leave out codes and words that are none", () => {
    const severity = { MTLS001: "off", MTLS029: "error", MTLS3: "off", other: "off", MTLS002: "loud", MTLS003: 1 };
    const { settings, problems } = decodeSettings(undefined, undefined, severity);
    assert.deepEqual(settings.severity, { MTLS001: "off", MTLS029: "error" });
    assert.deepEqual(problems, []);
  });

  it("name a severity setting that is no object", () => {
    assert.deepEqual(decodeSettings(undefined, undefined, "off").problems, [
      'mtlsLens.severity is not an object: write "name": value pairs.',
    ]);
  });

  const wrong: readonly (readonly [labels: unknown, namespace: unknown, says: string])[] = [
    ["enabled", "", 'mtlsLens.namespaceLabels is not an object: write "name": value pairs.'],
    [null, "", 'mtlsLens.namespaceLabels is not an object: write "name": value pairs.'],
    [{ shop: ["x"] }, "", 'mtlsLens.namespaceLabels["shop"] is not an object: write "name": value pairs.'],
    [{ shop: { a: {} } }, "", 'mtlsLens.namespaceLabels["shop"]["a"] is not a text: write the value of the label.'],
    [{}, 7, "mtlsLens.defaultNamespace is not a text: write the name of one namespace."],
  ];
  for (const [labels, namespace, says] of wrong) {
    it(`name what is wrong with ${JSON.stringify([labels, namespace])}`, () => {
      assert.deepEqual(decodeSettings(labels, namespace).problems, [says]);
    });
  }

  it("say nothing of a namespace that is half understood, and keep the others", () => {
    const { settings } = decodeSettings({ shop: { a: "b", c: {} }, odd: 1, bare: { a: "b" } }, "");
    assert.deepEqual(settings.namespaceLabels, { bare: { a: "b" } });
  });
});
