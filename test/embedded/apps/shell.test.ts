import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import { container } from "./container.ts";
import { BASH, CASES } from "./shell-cases.ts";

describe("the shell of containers", () => {
  for (const [topic, cases] of [...Object.entries(CASES), ["bash", BASH] as const]) {
    for (const [script, out, code = 0] of cases) {
      it(`${topic}: ${JSON.stringify(script)} writes ${JSON.stringify(out)} and exits with ${code}`, async () => {
        const result = await container().sh(script);
        assert.deepEqual({ out: result.out, code: result.code }, { out, code }, result.err);
      });
    }
  }

  const refused: readonly (readonly [string, string, number])[] = [
    ["nosuch a", "sh: nosuch: not found\n", 127],
    ["./nosuch", "sh: ./nosuch: not found\n", 127],
    ["echo )", "sh: syntax error: unexpected token ')'\n", 2],
    ["if true; then echo a", "sh: syntax error: expected 'fi' to close 'if'\n", 2],
    ["cat /nosuch", "cat: can't open '/nosuch': No such file or directory\n", 1],
    ["cd /nosuch", "sh: cd: can't cd to /nosuch: No such file or directory\n", 2],
    ["echo $((1/0))", "sh: divide by zero\n", 2],
    ["set -u; echo $nothing", "sh: nothing: parameter not set\n", 2],
    ["a=(1 2)", "sh: arrays are not built in\n", 2],
    ["python -c 1", "sh: python: not found\n", 127],
  ];
  for (const [script, err, code] of refused) {
    it(`${JSON.stringify(script)} says ${JSON.stringify(err)} and exits with ${code}`, async () => {
      const result = await container().sh(script);
      assert.deepEqual({ err: result.err, code: result.code }, { err, code });
    });
  }

  it("never runs a program of the machine", async () => {
    for (const argv of [
      ["node", "-v"],
      ["/usr/bin/env", "node", "-v"],
      ["sh", "-c", "/usr/bin/node -v"],
      ["/bin/ps", "aux"],
    ]) {
      const { out } = await container().run(argv);
      assert.doesNotMatch(out, /v\d+\.\d+/);
    }
  });

  it("tells of a program that is not there as the container runtime does", async () => {
    const { code, err } = await container().run(["nosuch"]);
    assert.equal(code, 127);
    assert.match(err, /^OCI runtime exec failed: .*exec: "nosuch": executable file not found in \$PATH: unknown\n$/);
  });

  const endless = [
    "while true; do :; done",
    "while true; do echo x > /dev/null; done",
    "sleep infinity",
    "cat",
    "read x",
    "f() { f; }; f | f",
    "sleep 100 & wait",
    "tail -f /dev/null",
  ];
  for (const script of endless) {
    it(`ends ${JSON.stringify(script)} as soon as its caller is gone`, async () => {
      const caller = new AbortController();
      const waiting = (async function* (): AsyncGenerator<Buffer> {
        await delay(60_000, undefined, { signal: caller.signal }).catch(() => undefined);
      })();
      const running = container().run(["sh", "-c", script], { stdin: waiting, signal: caller.signal });
      await delay(20);
      caller.abort();
      const began = performance.now();
      await running;
      assert.ok(performance.now() - began < 5000);
    });
  }

  it("lets others run beside an endless loop", async () => {
    const caller = new AbortController();
    const running = container().run(["sh", "-c", "while true; do :; done"], { signal: caller.signal });
    const began = performance.now();
    await delay(10);
    assert.ok(performance.now() - began < 2000);
    caller.abort();
    await running;
  });

  it("takes lines from stdin without -c, and remembers between them", async () => {
    const { out, code } = await container().run(["sh"], {
      stdin: "x=1\nfor i in 1 2; do\necho $i$x\ndone\nexit 4\necho never\n",
    });
    assert.deepEqual({ out, code }, { out: "11\n21\n", code: 4 });
  });

  it("prompts, echoes and edits where there is a terminal", async () => {
    const typed = ["ecxx\x7f\x7fho hi\r", "\x1b[Afalse\r", "exit\r"];
    const stdin = (async function* () {
      for (const text of typed) {
        await delay(20);
        yield Buffer.from(text);
      }
    })();
    const { out } = await container().run(["sh"], { stdin, tty: true });
    assert.equal(out, "/ # ecxx\b \b\b \bho hi\r\nhi\r\n/ # false\r\n/ # exit\r\n");
  });

  it("Ctrl+C ends the line that runs, and the shell goes on", async () => {
    const typed = ["x=1; while true; do sleep 1; done\r", "\x03", "half", "\x03", "echo still $x\r", "exit 2\r"];
    const stdin = (async function* () {
      for (const text of typed) {
        await delay(30);
        yield Buffer.from(text);
      }
    })();
    const { out, code } = await container().run(["sh"], { stdin, tty: true });
    assert.match(out, /\^C\r\n\/ # half\^C\r\n\/ # echo still \$x\r\nstill 1\r\n\/ # exit 2\r\n$/);
    assert.equal(code, 2);
  });
});
