import { openSync, readdirSync, readFileSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Database } from 'better-sqlite3';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { openSqlite } from '../../../test/support/open-sqlite.ts';
import { refusal } from '../../../test/support/refusal.ts';
import { tempFolder } from '../../../test/support/temp-folder.ts';
import { withDatabase } from '../../../test/support/with-database.ts';
import { FloatDistribution } from '../../space/float-distribution.ts';
import { openStorage } from '../open-storage.ts';
import { sqliteFile } from '../storage-kinds.ts';
import { examineFile } from './examination.ts';
import { repairFile } from './repair.ts';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = tempFolder();
  file = join(folder, 'studies.db');
  await fill(6);
});

/** Makes a database with a study `a` of complete trials, each with a parameter, a report and an attribute. */
async function fill(trials: number): Promise<void> {
  const storage = await openStorage(file, { create: true });
  const study = await storage.createStudy({ name: 'a', directions: ['minimize'] }, 'load');
  const distribution = new FloatDistribution(0, 1000);
  for (let n = 0; n < trials; n++) {
    await storage.createTrial(study, {
      state: 'COMPLETE',
      values: [n],
      params: [{ name: 'x', value: n, distribution }],
      intermediateValues: new Map([[0, n]]),
      userAttrs: { note: 'x'.repeat(40) },
    });
  }
  await storage.close();
}

/** The findings about the file: kind and message. */
async function findings(): Promise<readonly string[]> {
  const { defects } = await examineFile(sqliteFile(file), { networkOf: () => undefined });
  return defects.map(({ kind, message }) => `${kind}: ${message.replaceAll(file, 'FILE')}`);
}

/** Repairs the file. @returns the lines about it, without the one about the backup. */
async function repaired(networkOf: () => string | undefined = () => undefined): Promise<readonly string[]> {
  const lines: string[] = [];
  await repairFile(sqliteFile(file), { onDone: (line) => lines.push(line), networkOf });
  expect(lines[0]).toMatch(/^copied (the damaged files|sqlite:\S+) to \S+studies-before-repair-\d{8}-\d{6}\.db$/);
  return lines.slice(1);
}

/** Every trial's number, state and value, as hpo reads them. */
async function trialsOf(name = 'a'): Promise<readonly string[]> {
  const storage = await openStorage(file, { create: false });
  const study = await storage.findStudy(name);
  const { trials } = await storage.changesSince(study as NonNullable<typeof study>);
  await storage.close();
  return trials.map(({ number, state, values, params }) => `${number} ${state} ${values?.[0]} ${params.x}`);
}

/** Changes the file as another program would, whatever belongs to what. */
function spoil(sql: string): void {
  withDatabase(file, (db) => {
    db.pragma('foreign_keys = OFF');
    db.exec(sql);
  });
}

describe('the repair of a database', () => {
  it('has nothing to do for a good one', async () => {
    expect(await findings()).toEqual([]);
    expect(await repaired()).toEqual([]);
  });

  it.each([
    [
      'rows without an owner',
      "DELETE FROM trials WHERE number = 5; INSERT INTO study_user_attributes (study_id, 'key', value_json) VALUES (9, 'k', '1')".replace(
        "'key'",
        '"key"',
      ),
      [
        'orphaned-rows: The table study_user_attributes has 1 row whose study is not there; nobody reads them.',
        'orphaned-rows: The table trial_user_attributes has 1 row whose trial is not there; nobody reads them.',
        'orphaned-rows: The table trial_params has 1 row whose trial is not there; nobody reads them.',
        'orphaned-rows: The table trial_values has 1 row whose trial is not there; nobody reads them.',
        'orphaned-rows: The table trial_intermediate_values has 1 row whose trial is not there; nobody reads them.',
      ],
      ['0 COMPLETE 0 0', '1 COMPLETE 1 1', '2 COMPLETE 2 2', '3 COMPLETE 3 3', '4 COMPLETE 4 4'],
    ],
    [
      'a trial that was lost',
      'DELETE FROM trials WHERE number = 2',
      [
        "trial-numbers: The study 'a' has the number 3 for its trial 2, and 2 other wrong numbers: a number is missing, or there twice.",
        'orphaned-rows: The table trial_user_attributes has 1 row whose trial is not there; nobody reads them.',
        'orphaned-rows: The table trial_params has 1 row whose trial is not there; nobody reads them.',
        'orphaned-rows: The table trial_values has 1 row whose trial is not there; nobody reads them.',
        'orphaned-rows: The table trial_intermediate_values has 1 row whose trial is not there; nobody reads them.',
      ],
      ['0 COMPLETE 0 0', '1 COMPLETE 1 1', '2 FAIL 2 2', '3 COMPLETE 3 3', '4 COMPLETE 4 4', '5 COMPLETE 5 5'],
    ],
    [
      'numbers that are there twice, and none',
      'UPDATE trials SET number = 1 WHERE number = 2; UPDATE trials SET number = NULL WHERE number = 5',
      [
        "trial-numbers: The study 'a' has the number 1 for its trial 2, and 1 other wrong number: a number is missing, or there twice.",
      ],
      ['0 COMPLETE 0 0', '1 COMPLETE 1 1', '2 COMPLETE 2 2', '3 COMPLETE 3 3', '4 COMPLETE 4 4', '5 COMPLETE 5 5'],
    ],
    [
      'states that cannot be',
      "UPDATE trials SET state = 'DONE' WHERE number = 1; DELETE FROM trial_values WHERE trial_id = 4",
      [
        "unknown-state: Trial 1 of 'a' has a state that Optuna does not have; hpo takes it for FAIL, and Optuna cannot load the study.",
        "missing-values: Trial 3 of 'a' has the state COMPLETE, but not a value for each direction; hpo takes it for FAIL.",
      ],
      [
        '0 COMPLETE 0 0',
        '1 FAIL undefined 1',
        '2 COMPLETE 2 2',
        '3 FAIL undefined 3',
        '4 COMPLETE 4 4',
        '5 COMPLETE 5 5',
      ],
    ],
    [
      'numbers and times in wrong forms',
      `UPDATE trial_values SET value_type = 'MUCH' WHERE trial_id = 1;
       UPDATE trial_intermediate_values SET intermediate_value_type = 'NAN' WHERE trial_id = 2;
       UPDATE trials SET datetime_start = 'yesterday' WHERE number = 2`,
      [
        "wrong-values: The study 'a' has 1 row of trial_values with a value that is no number.",
        "wrong-values: The study 'a' has 1 row of trial_intermediate_values with a report beside the note that it is infinite or not a number, which Optuna refuses.",
        "wrong-values: The study 'a' has 1 row of trials with something else than a time in datetime_start.",
        "missing-values: Trial 0 of 'a' has the state COMPLETE, but not a value for each direction; hpo takes it for FAIL.",
      ],
      ['0 FAIL undefined 0', '1 COMPLETE 1 1', '2 COMPLETE 2 2', '3 COMPLETE 3 3', '4 COMPLETE 4 4', '5 COMPLETE 5 5'],
    ],
    [
      'texts that are no JSON',
      `UPDATE trial_user_attributes SET value_json = '{"a": [' WHERE trial_id = 1;
       UPDATE trial_user_attributes SET value_json = '[NaN, -Infinity]' WHERE trial_id = 2;
       UPDATE trial_params SET distribution_json = 'x' WHERE trial_id = 3;
       UPDATE trial_params SET param_name = NULL WHERE trial_id = 4`,
      [
        "broken-json: The study 'a' has 1 row of trial_user_attributes with a name or a JSON text that nobody can read.",
        "broken-json: The study 'a' has 2 rows of trial_params with a name or a JSON text that nobody can read.",
      ],
      [
        '0 COMPLETE 0 0',
        '1 COMPLETE 1 1',
        '2 COMPLETE 2 undefined',
        '3 COMPLETE 3 undefined',
        '4 COMPLETE 4 4',
        '5 COMPLETE 5 5',
      ],
    ],
    [
      'an index that is missing',
      'DROP INDEX ix_trials_study_id',
      ['missing-index: The index ix_trials_study_id is missing; reading large studies takes longer.'],
      ['0 COMPLETE 0 0', '1 COMPLETE 1 1', '2 COMPLETE 2 2', '3 COMPLETE 3 3', '4 COMPLETE 4 4', '5 COMPLETE 5 5'],
    ],
  ])('mends %s', async (_, sql, found, trials) => {
    spoil(sql);
    const before = readFileSync(file);
    expect(await findings()).toEqual(found);
    expect(readFileSync(file).equals(before)).toBe(true); // it only reads
    expect((await repaired()).length).toBeGreaterThan(0);
    expect(await findings()).toEqual([]);
    expect(await trialsOf()).toEqual(trials);
  });

  it('leaves alone what only Optuna can read, and names it', async () => {
    const huge = '{"name": "IntDistribution", "attributes": {"log": false, "step": 0, "low": 0, "high": 1}}';
    spoil(
      `UPDATE trial_params SET distribution_json = '${huge}' WHERE trial_id = 1; CREATE TRIGGER t AFTER UPDATE ON trials BEGIN SELECT 1; END`,
    );
    const found = [
      "foreign-schema: The database has a trigger 't' that is not Optuna's; it changes data by itself at each write of any program.",
      "foreign-parameter: The study 'a' has trials whose parameter 'x' hpo cannot read; it leaves that out.",
    ];
    expect(await findings()).toEqual(found);
    expect(await repaired()).toEqual([]);
    expect(await findings()).toEqual(found);
  });

  it('gives a database on a network file system a rollback journal', async () => {
    const onNetwork = await examineFile(sqliteFile(file), { networkOf: () => 'NFS' });
    expect(onNetwork.defects.map(({ kind }) => kind)).toEqual(['log-on-network']);
    expect(await repaired(() => 'NFS')).toEqual(['gave the database a rollback journal, since it is on NFS']);
    expect((await examineFile(sqliteFile(file), { networkOf: () => 'NFS' })).defects.map(({ kind }) => kind)).toEqual([
      'network',
    ]);
  });

  it('refuses without a change where its backup cannot be made', async () => {
    spoil('DELETE FROM trials WHERE number = 5');
    const before = readFileSync(file);
    const taken = (now: Date) =>
      `studies-before-repair-${now.toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-')}.db`;
    const seconds = [0, 1, 2, 3].map((ahead) => taken(new Date(Date.now() + 1000 * ahead)));
    for (const name of seconds) writeSync(openSync(join(folder, name), 'w'), 'mine');
    const refused = await refusal(repairFile(sqliteFile(file), { onDone: () => undefined }));
    expect(refused).toContain('it is there already; give another name, or --force.');
    expect(readFileSync(file).equals(before)).toBe(true);
    expect(readFileSync(join(folder, seconds[0] as string), 'utf8')).toBe('mine');
  });
});

describe('the repair of a damaged file', () => {
  /** The pages of a table's leaves, first to last. */
  const leaves = (db: Database, table: string) =>
    db
      .prepare("SELECT pageno FROM dbstat WHERE name = ? AND pagetype = 'leaf' ORDER BY path")
      .pluck()
      .all(table) as number[];

  /** Overwrites pages with rubbish. */
  function destroy(pages: readonly number[]): void {
    const descriptor = openSync(file, 'r+');
    for (const page of pages) writeSync(descriptor, Buffer.alloc(4096, 0xab), 0, 4096, (page - 1) * 4096);
  }

  it('saves the rows of all pages that can be read, and gives lost trials failed ones in their places', async () => {
    await fill(600);
    const pages = withDatabase(file, (db) => [leaves(db, 'trials'), leaves(db, 'trial_values')] as const);
    const lost = pages.map((each) => each[1] as number);
    expect(pages[0].length).toBeGreaterThan(3);
    destroy(lost);
    const [damaged] = await findings();
    expect(damaged).toMatch(/^damaged: \S+ is damaged: SQLite finds /);
    expect((await examineFile(sqliteFile(file))).lines).toContainEqual(
      expect.stringMatching(/^schema +cannot be read$/),
    );

    const lines = await repaired();
    expect(lines).toContain('saved 1 row of studies');
    expect(lines).toContain('saved 606 rows of trial_params');
    expect(lines.find((line) => line.includes(' rows of trials, a part'))).toBeDefined();
    expect(await findings()).toEqual([]);
    const trials = await trialsOf();
    expect(trials).toHaveLength(606);
    expect(trials[0]).toBe('0 COMPLETE 0 0');
    expect(trials[605]).toBe('605 COMPLETE 599 599');
    const complete = trials.filter((trial) => trial.includes('COMPLETE'));
    expect(complete.length).toBeGreaterThan(606 / 2);
    expect(complete.length).toBeLessThan(606);
    expect(readdirSync(folder).filter((name) => !name.includes('before-repair'))).toEqual(['studies.db']);
    expect(statSync(file).size).toBeGreaterThan(0);
  });

  it('changes nothing where no study can be read', async () => {
    const [page] = withDatabase(file, (db) => leaves(db, 'studies'));
    destroy([page as number]);
    const before = readFileSync(file);
    const refused = await refusal(repairFile(sqliteFile(file), { onDone: () => undefined }));
    expect(refused.replaceAll(file, 'FILE')).toBe(
      'HPO_STORAGE Of sqlite:///FILE no study can be read any more; nothing was changed: restore it from a backup.',
    );
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  it('waits for no program that has the file open, and changes nothing', async () => {
    await fill(300);
    const pages = withDatabase(file, (db) => leaves(db, 'trial_params'));
    destroy([pages[1] as number]);
    const other = openSqlite(file);
    onTestFinished(() => void other.close());
    other.prepare('SELECT COUNT(*) FROM studies').get();
    const before = readFileSync(file);
    const refused = await refusal(repairFile(sqliteFile(file), { onDone: () => undefined }));
    expect(refused).toContain('is damaged, and another program has it open; end that first.');
    expect(readFileSync(file).equals(before)).toBe(true);
  });
});
