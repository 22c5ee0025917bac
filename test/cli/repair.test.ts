import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createStudy, float, space } from 'hpo';
import { describe, expect, it, onTestFinished } from 'vitest';
import { formatIdentity, thisProcess } from '../../src/machine/process-identity.ts';
import { temporaryFolder } from '../support/run-hpo.ts';
import { WarmHpo } from '../support/warm-hpo.ts';
import { withDatabase } from '../support/with-database.ts';

const hpo = new WarmHpo();

/** A folder with a study `a`: five finished trials, one of a dead run, and one that `hpo ask` has started. */
async function folderWithStudy(): Promise<{ readonly cwd: string; readonly file: string }> {
  const cwd = temporaryFolder();
  onTestFinished(() => rmSync(cwd, { recursive: true }));
  const file = join(cwd, 'hpo.db');
  const study = await createStudy({ name: 'a', storage: file, space: space({ x: float(0, 1) }) });
  await study.optimize(({ params }) => params.x, { trials: 5 });
  await study.ask();
  await study.ask({ owned: false });
  const own = formatIdentity(thisProcess());
  const gone = formatIdentity({ ...thisProcess(), started: '1' });
  withDatabase(file, (db) => {
    db.prepare('UPDATE trial_system_attributes SET value_json = replace(value_json, ?, ?) WHERE trial_id = 6').run(
      JSON.stringify(own).slice(1, -1),
      JSON.stringify(gone).slice(1, -1),
    );
    db.exec("UPDATE trials SET state = 'DONE' WHERE trial_id = 3");
  });
  return { cwd, file };
}

const states = (file: string) =>
  withDatabase(file, (db) => db.prepare('SELECT state FROM trials ORDER BY trial_id').pluck().all().join(' '));

describe.skipIf(thisProcess().boot === '')('hpo doctor --storage and hpo repair', () => {
  it('show what is wrong, mend it after a backup, and leave the trials of others alone', async () => {
    const { cwd, file } = await folderWithStudy();
    const found = await hpo.run(['doctor', '--storage', 'hpo.db'], { cwd });
    expect(found).toMatchObject({ code: 1, stderr: '' });
    const lines = found.stdout.split('\n').slice(6);
    expect(
      lines
        .join('\n')
        .replace(/process \d+ on [^,]+/, 'P')
        .replace(/since \S+ /, ''),
    ).toBe(
      [
        "✗ Trial 2 of 'a' has a state that Optuna does not have; hpo takes it for FAIL, and Optuna cannot load the study.  → hpo repair --storage hpo.db",
        "✗ Trial 5 of 'a' is RUNNING, but P, which ran it, is gone; the next run takes it back, too.  → hpo repair --storage hpo.db",
        "· Trial 6 of 'a' is RUNNING under no lease of hpo's: it is one of Optuna's or of `hpo ask`, and is left alone.  → if its program has ended: hpo tell a --trial 6 --state fail",
        '2 things need mending.',
        '',
      ].join('\n'),
    );
    const asked = await hpo.run(['repair'], { cwd });
    expect(asked).toMatchObject({
      code: 2,
      stderr: 'hpo: There is no terminal on which to ask whether to mend 2 things in sqlite:///hpo.db; give --yes.\n',
    });
    expect(states(file)).toBe('COMPLETE COMPLETE DONE COMPLETE COMPLETE RUNNING RUNNING');

    const mended = await hpo.run(['repair', '--yes'], { cwd });
    expect(mended).toMatchObject({ code: 0, stderr: '' });
    expect(
      mended.stdout
        .replaceAll(cwd, 'FOLDER')
        .replace(/\d{8}-\d{6}/, 'TIME')
        .split('\n')
        .slice(2),
    ).toEqual([
      '  copied sqlite:///hpo.db to FOLDER/hpo-before-repair-TIME.db',
      "  made FAIL of trial 2 of 'a', as hpo read them before",
      "  trial 5 of 'a', whose process is gone: gave it back, to be run again",
      'The database is sound now.',
      '',
    ]);
    expect(states(file)).toBe('COMPLETE COMPLETE FAIL COMPLETE COMPLETE WAITING RUNNING');
    const [copy] = readdirSync(cwd).filter((name) => name.includes('before-repair'));
    expect(states(join(cwd, copy as string))).toBe('COMPLETE COMPLETE DONE COMPLETE COMPLETE RUNNING RUNNING');

    const json = await hpo.run(['doctor', '--storage', 'hpo.db', '--format', 'json'], { cwd });
    expect(json.code).toBe(0);
    expect(JSON.parse(json.stdout)).toMatchObject({
      isSound: true,
      trials: 7,
      findings: [{ kind: 'foreign-running', level: 'note', study: 'a' }],
    });
    expect(await hpo.run(['repair'], { cwd })).toEqual({ code: 0, stdout: 'There is nothing to mend.\n', stderr: '' });
  });

  it('refuse to mend while a process runs a study', async () => {
    const cwd = temporaryFolder();
    onTestFinished(() => rmSync(cwd, { recursive: true }));
    const file = join(cwd, 'hpo.db');
    const study = await createStudy({ name: 'a', storage: file, space: space({ x: float(0, 1) }) });
    await study.ask();
    withDatabase(file, (db) => db.exec('DROP INDEX ix_trials_study_id'));
    const refused = await hpo.run(['repair', '--yes'], { cwd });
    expect(refused.code).toBe(2);
    expect(refused.stderr).toMatch(
      /^hpo: The study 'a' is being run by process \d+ on .+; stop that first, or give --force to mend it all the same\.\n$/,
    );
    await study.close();
    expect((await hpo.run(['repair', '--yes'], { cwd })).code).toBe(0);
  });

  it.each([
    [['doctor', '--storage', 'memory:'], 'Storage of the kind memory: is kept in no file.'],
    [
      ['repair', '--storage', 'none.db'],
      'There is no database at sqlite:///none.db; the first run of a study makes it.',
    ],
    [['backup', '--storage', 'text.db'], 'sqlite:///text.db is not an SQLite database; name another file.'],
    [['backup', '--to', ''], '--to is empty; name the file of the copy.'],
    [['repair', '--retries', 'x'], '--retries is "x"; give a whole number from 0 on.'],
  ])('say in a line what is wrong with %j', async (args, line) => {
    const cwd = temporaryFolder({
      'text.db': 'this is a text, and no database of SQLite at all, though it is long enough for one',
    });
    onTestFinished(() => rmSync(cwd, { recursive: true }));
    expect(await hpo.run(args, { cwd })).toEqual({ code: 2, stdout: '', stderr: `hpo: ${line}\n` });
  });
});

describe('hpo backup', () => {
  it('copies a database, and says where', async () => {
    const { cwd } = await folderWithStudy();
    const made = await hpo.run(['backup', '--to', 'copy.db'], { cwd });
    expect(made).toEqual({ code: 0, stdout: `Copied sqlite:///hpo.db to ${join(cwd, 'copy.db')}.\n`, stderr: '' });
    const again = await hpo.run(['backup', '--to', 'copy.db'], { cwd });
    expect(again).toMatchObject({ code: 2, stdout: '' });
    expect((await hpo.run(['backup', '--to', 'copy.db', '--force'], { cwd })).code).toBe(0);
    expect((await hpo.run(['best', '--storage', 'copy.db', '--format', 'json'], { cwd })).code).toBe(0);
    expect(existsSync(join(cwd, 'copy.db-wal'))).toBe(false);
  });
});
