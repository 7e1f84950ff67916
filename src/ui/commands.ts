/** Commands by their typed ids. */
import { type Command, commands, type Disposable, Uri } from "vscode";
import type { CommandId, Commands, ContextKeys } from "./contributions.ts";
import type { Guard } from "./guard.ts";

export function registerCommand<Id extends CommandId>(
  guard: Guard,
  id: Id,
  run: (argument: Commands[Id]) => unknown,
): Disposable {
  return commands.registerCommand(id, guard(`run ${id}`, run));
}

export function commandWith<Id extends CommandId>(id: Id, title: string, argument: Commands[Id]): Command {
  return { command: id, title, arguments: [argument] };
}

/** A link that runs the command. */
export function commandUri<Id extends CommandId>(id: Id, argument: Commands[Id]): Uri {
  return Uri.parse(`command:${id}?${encodeURIComponent(JSON.stringify([argument]))}`);
}

/** The key stands in the call, so that a test can compare it with package.json. */
export function setContext<Key extends keyof ContextKeys>(
  command: "setContext",
  key: Key,
  value: ContextKeys[Key],
): Thenable<unknown> {
  return commands.executeCommand(command, key, value);
}
