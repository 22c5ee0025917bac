import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';

import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openStorage, type StudyRecord } from '../../src/storage/index.ts';
import { downloadCifar10 } from '../../src/training/data/cifar10/cache.ts';
import { HpoProcess } from '../support/hpo-process.ts';
import { PROGRAM, runHpo, runProgram } from '../support/run-hpo.ts';
import { mayMount, mountNote, remount, smallDisk } from '../support/small-disk.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { SLOW, writeStudy } from '../support/written-study.ts';

function sha256Of(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

async function finished(database: string): Promise<number> {
  const storage = await openStorage(database, { create: false });
  const [record] = await storage.listStudies();
  const { trials } = await storage.changesSince(record as StudyRecord);
  await storage.close();
  return trials.filter(({ state }) => state === 'COMPLETE').length;
}

describe.skipIf(!mayMount)(`a full disk${mountNote}`, () => {
  it('under the database stops the run with the reason; nothing stored is lost, and it goes on when there is room', async () => {
    const disk = smallDisk('700k') ?? '';
    const folder = tempFolder();
    const database = join(disk, 'hpo.db');
    const file = writeStudy(folder, "await trial.setUserAttr('much', 'x'.repeat(20_000)); return params.x;");
    const args = ['run', file, '--trials', '60', '--workers', '1', '--storage', database];
    const first = new HpoProcess(folder, args, { HPO_STORAGE_WAIT: '1' });
    const { code, stderr } = await first.ended;
    expect(code).toBe(1);
    expect(stderr).toMatch(/^hpo: .*hpo\.db.*(full|space).*\n$/);
    const told = first.of('trial-finished').filter(({ state }) => state === 'COMPLETE').length;
    expect(told).toBeGreaterThan(3);

    remount(disk, 'size=20m');
    expect(await finished(database)).toBe(told);
    expect((await new HpoProcess(folder, args).ended).code).toBe(0);
    const storage = await openStorage(database, { create: false });
    const [record] = await storage.listStudies();
    const { trials } = await storage.changesSince(record as StudyRecord);
    await storage.close();
    expect(trials).toHaveLength(60);
    expect(trials.every(({ state }) => state === 'COMPLETE' || state === 'FAIL')).toBe(true);
  });

  it('under the database is waited for with a notice, and the run goes on when there is room again', async () => {
    const disk = smallDisk('4m') ?? '';
    const folder = tempFolder();
    const database = join(disk, 'hpo.db');
    const file = writeStudy(folder, "await trial.setUserAttr('much', 'x'.repeat(20_000)); return params.x;");
    const run = new HpoProcess(folder, ['run', file, '--trials', '40', '--workers', '2', '--storage', database]);
    await run.waitFor('trial-finished', ({ trial }) => trial >= 3);
    const ballast = join(disk, 'ballast');
    spawnSync('dd', ['if=/dev/zero', `of=${ballast}`, 'bs=4k']); // until it is full
    const { message } = await run.waitFor('warning');
    expect(message).toMatch(/^waiting for .*hpo\.db: its disk is full; free some space \(600 s at most\)$/);
    rmSync(ballast);
    expect(await run.ended).toEqual({ code: 0, stderr: '' });
    expect(await finished(database)).toBe(40);
  });

  it('under a trial fails that trial; under the retraining it stops the run, and earlier results stay', async () => {
    const disk = smallDisk('1m') ?? '';
    const objective = `
      const { rmSync, writeFileSync } = await import('node:fs');
      try { if (trial.number === 1) writeFileSync('checkpoint', Buffer.alloc(3e6)); } finally { rmSync('checkpoint', { force: true }); }
      return params.x;`;
    const retrain = `retrain: { settings: { large: false }, async run({ folder, settings }) {
      const { writeFileSync } = await import('node:fs');
      writeFileSync(folder + '/model', Buffer.alloc(settings.large ? 3e6 : 10));
      return { large: settings.large };
    } },`;
    const file = writeStudy(disk, objective, retrain);
    const args = [
      'run',
      join(disk, file),
      '--trials',
      '3',
      '--workers',
      '1',
      '--storage',
      join(tempFolder(), 'hpo.db'),
    ];
    const run = new HpoProcess(disk, args);
    expect((await run.ended).code).toBe(0);
    const [failed] = run.of('trial-finished').filter(({ state }) => state === 'FAIL');
    expect(failed).toMatchObject({ trial: 1, failure: { message: expect.stringContaining('ENOSPC') } });

    const again = new HpoProcess(disk, [...args, '--set', 'retrain.large=true']);
    const { code, stderr } = await again.ended;
    expect(code).toBe(1);
    expect(stderr).toContain('ENOSPC');
    const { metrics } = JSON.parse(readFileSync(join(disk, 'runs/study/retrain/metrics.json'), 'utf8'));
    expect(metrics).toEqual({ large: false });
    expect(readdirSync(join(disk, 'runs/study')).sort()).toEqual(['best.json', 'retrain']);
  });

  it('under the results stops the run with the reason, and leaves no half file', async () => {
    const disk = smallDisk('64k') ?? '';
    const elsewhere = tempFolder();
    const file = join(elsewhere, writeStudy(elsewhere, 'return params.x;'));
    writeFileSync(join(disk, 'ballast'), Buffer.alloc(64 * 1024));
    const run = new HpoProcess(disk, [
      'run',
      file,
      '--trials',
      '2',
      '--workers',
      '1',
      '--storage',
      join(elsewhere, 'hpo.db'),
    ]);
    expect(await run.ended).toEqual({
      code: 1,
      stderr: `hpo: runs/study/best.json cannot be written: the disk of ${disk}/runs/study is full.\n`,
    });
    expect(readdirSync(join(disk, 'runs/study'))).toEqual([]);
  });

  it('under the cache is named with the remedy, whether there is no room for files or for folders', async () => {
    const content = Buffer.alloc(128 * 1024);
    const files = [{ name: 'data_batch_1.bin', bytes: content.length, sha256: sha256Of(content) }];
    const source = {
      name: 'a source',
      async *files() {
        yield { name: 'data_batch_1.bin', content };
      },
    };
    for (const size of ['64k', '64k,nr_inodes=2']) {
      const folder = join(smallDisk(size) ?? '', 'cache/cifar10');
      await expect(downloadCifar10({}, { folder, files, sources: [source] })).rejects.toMatchObject({
        code: 'HPO_DISK',
        message: expect.stringMatching(
          /^The folder \S+ cannot be written to: the disk of \S+ is full; free some space, or name another folder for hpo's cache by HPO_CACHE\.$/,
        ),
      });
      expect(existsSync(join(folder, 'partial'))).toBe(false);
    }
  });
});

describe.skipIf(!mayMount)(`a disk that may only be read${mountNote}`, () => {
  it('has its studies read, whether or not the last program closed them, and takes no writes', async () => {
    const disk = smallDisk('4m') ?? '';
    const folder = tempFolder();
    const database = join(disk, 'hpo.db');
    const file = writeStudy(folder, "if (trial.number === 2) process.kill(process.ppid, 'SIGKILL'); return 7;");
    const args = ['run', file, '--trials', '5', '--workers', '1', '--storage', database];
    await new HpoProcess(folder, args).ended; // leaves its log behind
    const hpo = (...words: string[]) => runHpo([...words, '--storage', database], { cwd: folder });
    for (const count of [2, 5]) {
      remount(disk, 'ro');
      const told = await hpo('trials', '--state', 'complete', '--columns', 'value', '--format', 'value');
      expect(told).toEqual({ code: 0, stdout: '7\n'.repeat(count), stderr: '' });
      expect(await hpo('ask', 'study')).toMatchObject({
        code: 2,
        stderr: `hpo: sqlite:///${database} cannot be written to; check the permissions of the file and of its folder, or name another by --storage.\n`,
      });
      remount(disk, 'rw');
      writeStudy(folder, 'return 7;');
      await new HpoProcess(folder, args).ended; // closes it
    }
  });
});

it.skipIf(!existsSync('/dev/full'))('a full disk under what is printed is told in a line', async () => {
  const words = [process.execPath, PROGRAM];
  const { code, stderr } = await runProgram('sh', ['-c', '"$0" "$1" completion bash > /dev/full', ...words], {
    cwd: tempFolder(),
  });
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: 'hpo: stdout cannot be written to: ENOSPC: no space left on device, write\n',
  });
});

describe('hostile names', () => {
  it('of a study and its parameters do no harm', async () => {
    const folder = tempFolder();
    const file = writeStudy(folder, 'return Object.keys(params).length;');
    const source = readFileSync(join(folder, file), 'utf8');
    const hostile = `../../etc/pass wd/..\\x "b" 'c' \`d\` 🎉 é $(touch pwned); rm -rf * `;
    const name = hostile + 'x'.repeat(500 - hostile.length);
    const names = `['__proto__']: int(1, 3), constructor: float(0, 1), toString: int(1, 4), `;
    const named = source
      .replace("name: 'study'", () => `name: ${JSON.stringify(name)}`)
      .replace(/space\(\{.*\}\)/, `space({ ${names}x: float(-5, 5) })`)
      .replace('float', 'float, int');
    writeFileSync(join(folder, file), named);
    const run = new HpoProcess(folder, ['run', file, '--trials', '14', '--workers', '1']);
    expect(await run.ended).toEqual({ code: 0, stderr: '' });
    expect(readdirSync(folder).sort()).toEqual(['hpo.db', 'runs', 'study.ts']);
    const [results] = readdirSync(join(folder, 'runs'));
    expect(JSON.parse(readFileSync(join(folder, 'runs', results ?? '', 'best.json'), 'utf8')).study).toBe(name);
    expect(run.of('run-started')[0]?.study).toBe(name);

    for (const { params } of run.of('trial-started')) {
      expect(Object.entries(params).map(([name, value]) => `${name} ${typeof value}`)).toEqual([
        '__proto__ number',
        'constructor number',
        'toString number',
        'x number',
      ]);
    }
    const states = run
      .of('trial-finished')
      .map(({ state, values }) => `${state} ${Math.round(values?.[0] ?? Number.NaN)}`);
    expect(states.filter((state) => state !== 'COMPLETE 4')).toEqual([]);
  });

  it('600 characters are refused in one line: Optuna gives a name 512', async () => {
    const folder = tempFolder();
    const file = writeStudy(folder, SLOW);
    const source = readFileSync(join(folder, file), 'utf8');
    writeFileSync(join(folder, file), source.replace("name: 'study'", `name: '${'x'.repeat(600)}'`));
    const { code, stderr } = await new HpoProcess(folder, ['run', file]).ended;
    expect(code).toBe(2);
    expect(stderr).toMatch(/^hpo: study\.ts:\d+: defineStudy\(\): `name` is .*1 to 512 characters.*\n$/);
    expect(readdirSync(folder)).toEqual(['study.ts']);
  });
});
