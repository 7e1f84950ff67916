// Opens a window of the served VS Code with extensions under development and their tests. The server's own option for that
// (--enable-smoke-test-driver) hides every notification, so the page's configuration gets them before the workbench reads it.
import { resolve } from "node:path";

export async function openWithDevelopment(page, address, { extensions, tests }) {
  const authority = new URL(address).host;
  const uri = (file) => ({ scheme: "vscode-remote", authority, path: resolve(file) });
  const options = { extensions: extensions.map(uri), ...(tests ? { extensionTestsPath: uri(tests) } : {}) };
  await page.addInitScript(addToConfiguration, options);
  await page.goto(address);
}

/** Runs in the page. */
function addToConfiguration(options) {
  if (window.top !== window) return;
  const original = Element.prototype.getAttribute;
  Element.prototype.getAttribute = function getAttribute(name) {
    const value = original.call(this, name);
    if (this.id !== "vscode-workbench-web-configuration" || name !== "data-settings") return value;
    Element.prototype.getAttribute = original;
    const configuration = JSON.parse(value);
    configuration.developmentOptions = { ...configuration.developmentOptions, ...options };
    return JSON.stringify(configuration);
  };
}
