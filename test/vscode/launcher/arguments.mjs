// The arguments that @vscode/test-electron gives to the program of VS Code.

/** { workspace, extensions, tests, userData, extensionsFolder, rest }. */
export function readArguments(args) {
  const read = { extensions: [] };
  for (const arg of args) {
    const [, name, value] = /^--([\w-]+)(?:=(.*))?$/s.exec(arg) ?? [];
    if (name === undefined) read.workspace ??= arg;
    else if (name === "extensionDevelopmentPath") read.extensions.push(value);
    else if (name === "extensionTestsPath") read.tests = value;
    else if (name === "user-data-dir") read.userData = value;
    else if (name === "extensions-dir") read.extensionsFolder = value;
  }
  return read;
}
