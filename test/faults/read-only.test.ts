import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { mayMount, mountNote, remount, smallDisk } from '../support/small-disk.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { WarmHpo } from '../support/warm-hpo.ts';
import { SLOW, writeStudy } from '../support/written-study.ts';

const warm = new WarmHpo();

describe.skipIf(!mayMount)(`in a working directory that may only be read${mountNote}`, () => {
  it('every command that writes names the folder in one line, with the remedy', async () => {
    const disk = smallDisk('4m') ?? '';
    const folder = tempFolder();
    const file = join(folder, writeStudy(folder, SLOW));
    const database = join(folder, 'hpo.db');
    mkdirSync(join(disk, 'there'));
    writeFileSync(join(disk, 'there/best.json'), '{}');
    const run = (...args: string[]) => warm.run(args, { cwd: disk });
    const made = await warm.run(['run', file, '--trials', '3', '--workers', '1', '--no-retrain'], { cwd: folder });
    expect(made).toMatchObject({ code: 0, stderr: '' });
    remount(disk, 'ro');
    const before = readdirSync(disk);
    const results = `The folder ${disk}/runs/study cannot be written to: ${disk} is on a disk that may only be read; run hpo in a folder that can be written to.`;
    const elsewhere = 'is on a disk that may only be read';
    const storage = ['--storage', database];
    for (const [args, says] of [
      [['run', file], results],
      [['run', file, ...storage], results],
      [['retrain', file, ...storage], /has no `retrain`/],
      [
        [
          'ask',
          'new',
          '--space',
          '{"x": {"name": "FloatDistribution", "attributes": {"low": 0, "high": 1, "log": false, "step": null}}}',
        ],
        `sqlite:///hpo.db cannot be made: ${disk} ${elsewhere}; name a database elsewhere by --storage.`,
      ],
      [['init', 'study.ts'], `The folder ${disk} cannot be written to: ${disk} ${elsewhere}; name another file.`],
      [
        ['init', 'sub/study.ts'],
        `The folder ${disk}/sub cannot be written to: ${disk} ${elsewhere}; name another file.`,
      ],
      [['export', ...storage, '-o', 'best.json'], `--output best.json cannot be written: ${disk} ${elsewhere}.`],
      [
        ['export', ...storage, '-o', 'there/best.json'],
        `--output there/best.json cannot be written: ${disk}/there ${elsewhere}.`,
      ],
      [
        ['report', ...storage],
        `The folder ${disk}/runs/study cannot be written to: ${disk} ${elsewhere}; name another file by --output.`,
      ],
      [['report', ...storage, '-o', 'r.html'], `--output r.html cannot be written: ${disk} ${elsewhere}.`],
      [
        ['plot', 'history', ...storage],
        `The folder ${disk}/runs/study cannot be written to: ${disk} ${elsewhere}; name another file by --output.`,
      ],
      [['backup', ...storage, '--to', 'copy.db'], `The copy ${disk}/copy.db cannot be written: ${disk} ${elsewhere}.`],
      [['plot', 'history', ...storage, '-o', 'h.png'], `--output h.png cannot be written: ${disk} ${elsewhere}.`],
    ] as const) {
      const { code, stderr, stdout } = await run(...args);
      const line = stderr.replace(/^hpo: /, '').replace(/\n$/, '');
      if (typeof says === 'string')
        expect({ args, code, line, stdout }).toEqual({ args, code: 2, line: says, stdout: '' });
      else expect({ args, code, line }).toEqual({ args, code: 2, line: expect.stringMatching(says) });
    }
    expect(readdirSync(disk)).toEqual(before);
  });

  it('a copy that does not fit on its disk is refused by its own name, and leaves nothing behind', async () => {
    const disk = smallDisk('64k') ?? '';
    const folder = tempFolder();
    const file = writeStudy(folder, SLOW);
    const run = ['run', file, '--trials', '2', '--workers', '1', '--no-retrain'];
    expect(await warm.run(run, { cwd: folder })).toMatchObject({ code: 0 });
    const copy = join(disk, 'copy.db');
    expect(await warm.run(['backup', '--to', copy], { cwd: folder })).toMatchObject({
      code: 2,
      stderr: `hpo: The copy ${copy} cannot be written: database or disk is full.\n`,
    });
    expect(readdirSync(disk)).toEqual([]);
  });

  it('a run ends in a line, and not in a wait, where its database may only be read', async () => {
    const disk = smallDisk('4m') ?? '';
    const folder = tempFolder();
    const file = writeStudy(folder, SLOW);
    const args = ['run', file, '--workers', '1', '--storage', join(disk, 'hpo.db'), '--no-dashboard', '--trials'];
    expect(await warm.run([...args, '2'], { cwd: folder })).toMatchObject({ code: 0 });
    remount(disk, 'ro');
    expect(await warm.run([...args, '4'], { cwd: folder })).toMatchObject({
      code: 2,
      stderr: `hpo: sqlite:///${disk}/hpo.db cannot be opened; check the permissions of the file and of its folder, or name another by --storage.\n`,
    });
  });
});
