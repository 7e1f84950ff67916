// A VS Code profile of its own in a temporary folder: quiet, without telemetry or updates, and with a copy of a workspace.
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { temporaryFolder } from "../process/group.mjs";

const QUIET = {
  "chat.disableAIFeatures": true,
  "extensions.autoCheckUpdates": false,
  "extensions.autoUpdate": false,
  "extensions.ignoreRecommendations": true,
  // The default in a browser is afterDelay, on the desktop off.
  "files.autoSave": "off",
  "git.autofetch": false,
  "git.openRepositoryInParentFolders": "never",
  // A served VS Code otherwise announces every port that an extension opens.
  "remote.autoForwardPorts": false,
  "telemetry.telemetryLevel": "off",
  "update.mode": "none",
  "workbench.enableExperiments": false,
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "workbench.startupEditor": "none",
  "workbench.tips.enabled": false,
};

/** { folder, userData, extensions, serverData, workspace, remove() }; all of it ends with this script. */
export function makeProfile(name, { workspace, settings = {} }) {
  const { path: folder, remove } = temporaryFolder(name);
  const profile = {
    folder,
    userData: join(folder, "user"),
    extensions: join(folder, "extensions"),
    serverData: join(folder, "server"),
    workspace: join(folder, basename(workspace)),
    remove,
  };
  mkdirSync(join(profile.userData, "User"), { recursive: true });
  mkdirSync(profile.extensions);
  writeFileSync(join(profile.userData, "User/settings.json"), JSON.stringify({ ...QUIET, ...settings }, undefined, 2));
  cpSync(workspace, profile.workspace, { recursive: true });
  return profile;
}

/** What an unpacked extension is made of. */
const PARTS = ["package.json", "dist", "media"];

/** Puts a copy of the built extension in `source` among the installed ones of the profile: who uninstalls it there loses a copy. */
export function installUnpacked(profile, source, { publisher, name, version }) {
  const folder = `${publisher}.${name}-${version}`;
  const location = join(profile.extensions, folder);
  for (const part of PARTS) cpSync(join(source, part), join(location, part), { recursive: true });
  const entry = {
    identifier: { id: `${publisher}.${name}` },
    version,
    location: { $mid: 1, path: location, scheme: "file" },
    relativeLocation: folder,
  };
  writeFileSync(join(profile.extensions, "extensions.json"), JSON.stringify([entry]));
}
