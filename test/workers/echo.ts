/** A worker for the tests of the channel: answers, throws, stays silent, crashes. */
import { serve } from "../../src/workers/serve.ts";

export type ToEcho = { say: { text: string }; throwInTell: { text: string }; crash: { text: string } };
export type FromEcho = { said: { text: string }; heardFailure: { text: string } };
export type EchoAsks = {
  reverse: { ask: { text: string }; reply: string };
  throwing: { ask: { text: string }; reply: never };
  uncloneable: { ask: Record<string, never>; reply: unknown };
  silent: { ask: Record<string, never>; reply: never };
  late: { ask: { milliseconds: number; text: string }; reply: string };
};

const channel = serve<FromEcho, Record<string, never>, ToEcho, EchoAsks>({
  told: {
    say: ({ text }) => channel.tell("said", { text }),
    throwInTell: ({ text }) => {
      throw new Error(text);
    },
    crash: ({ text }) => {
      setImmediate(() => {
        throw new Error(text);
      });
    },
  },
  asked: {
    reverse: ({ text }) => [...text].reverse().join(""),
    throwing: ({ text }) => {
      throw new Error(text);
    },
    uncloneable: () => () => "functions do not cross",
    silent: () => new Promise(() => undefined),
    late: ({ milliseconds, text }) => new Promise((resolve) => setTimeout(() => resolve(text), milliseconds)),
  },
  failed: (error) => channel.tell("heardFailure", { text: error.message }),
});
