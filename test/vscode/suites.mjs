// The windows that the tests open, one VS Code each (about ten seconds): which tests, on a copy of which folder (and which file of it VS Code opens), trusted or not.

export const SUITES = [
  {
    name: "mutual-tls",
    tests: "test/vscode/suite/mutual-tls",
    workspace: "media/labs/mutual-tls/workspace",
    trusted: true,
  },
  {
    name: "rollout-mtls",
    tests: "test/vscode/suite/rollout-mtls",
    workspace: "media/labs/rollout-mtls/workspace",
    trusted: true,
  },
  {
    name: "embedded",
    tests: "test/vscode/suite/embedded",
    workspace: "media/labs/mutual-tls/workspace",
    trusted: true,
    // As a person has it: what the mesh opens must not be announced.
    settings: { "remote.autoForwardPorts": true },
  },
  {
    name: "unrelated",
    tests: "test/vscode/suite/unrelated",
    workspace: "test/vscode/workspaces/unrelated",
    trusted: true,
  },
  {
    name: "limited",
    tests: "test/vscode/suite/limited",
    workspace: "test/vscode/workspaces/limited",
    trusted: true,
  },
  {
    name: "virtual",
    tests: "test/vscode/suite/virtual",
    workspace: "test/vscode/workspaces/virtual",
    opens: "virtual.code-workspace",
    trusted: true,
  },
  {
    name: "untrusted",
    tests: "test/vscode/suite/untrusted",
    workspace: "media/labs/mutual-tls/workspace",
    trusted: false,
  },
];
