import assert from "node:assert/strict";
import { container } from "./container.ts";

describe("tar, as kubectl cp uses it", () => {
  it("gives back in another container what it took from one, byte by byte", async () => {
    const [from, to] = [container(), container()];
    const content = Buffer.from(Array.from({ length: 3000 }, (_, index) => index % 256));
    from.files.write("/data/deep/er/bytes", content);
    from.files.write("/data/empty", Buffer.alloc(0));
    from.files.write(`/data/${"long".repeat(40)}`, Buffer.from("long name"));
    from.files.makeFolder("/data/folder");
    const { out, code } = await from.run(["tar", "cf", "-", "data"]);
    assert.equal(code, 0);
    assert.equal(
      (await to.run(["sh", "-c", "mkdir /srv && tar -xmf - -C /srv"], { stdin: Buffer.from(out, "latin1") })).code,
      0,
    );
    assert.deepEqual(to.files.read("/srv/data/deep/er/bytes"), content);
    assert.equal(to.files.read("/srv/data/empty")?.length, 0);
    assert.equal(to.files.read(`/srv/data/${"long".repeat(40)}`)?.toString(), "long name");
    assert.deepEqual(to.files.list("/srv/data/folder"), []);
  });

  it("lists what is inside", async () => {
    const box = container();
    const { out } = await box.sh("cd /tmp; mkdir a; echo x > a/b; tar cf t.tar a; tar tf t.tar; tar xOf t.tar");
    assert.equal(out, "a/\na/b\nx\n");
  });

  const refused: readonly (readonly [readonly string[], RegExp])[] = [
    [["tar", "cf", "-", "/nosuch"], /tar: \/nosuch: No such file or directory/],
    [["tar", "xf", "-"], /tar: invalid tar magic/],
    [["tar", "xf", "/nosuch"], /tar: can't open '\/nosuch'/],
    [["tar"], /tar: must specify one of -c, -t, -x/],
  ];
  for (const [argv, err] of refused) {
    it(`${argv.join(" ")} fails with ${err}`, async () => {
      const result = await container().run(argv, { stdin: "x".repeat(2000) });
      assert.notEqual(result.code, 0);
      assert.match(result.err, err);
    });
  }
});

describe("the files of a container", () => {
  it("refuses more than its memory holds, with the system's words", async () => {
    const box = container();
    box.files.write("/data/a", Buffer.alloc(60 * 1024 * 1024));
    const { err, code } = await box.sh("cp /data/a /data/b");
    assert.deepEqual({ err, code }, { err: "cp: No space left on device\n", code: 1 });
  });

  it("keeps paths inside its root", () => {
    const { files } = container();
    files.write("/a/../../../etc/x", Buffer.from("1"));
    assert.equal(files.read("/etc/x")?.toString(), "1");
  });
});
