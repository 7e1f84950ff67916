// The windows that the tests open, one VS Code each (about ten seconds): which tests, on a copy of which folder, trusted or not.

export const SUITES = [
  { name: "workspace", tests: "test/vscode/suite", workspace: "test/vscode/suite", trusted: true },
];
