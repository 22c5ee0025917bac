import type { Database } from 'better-sqlite3';
import { counted } from '../../../base/counted.ts';
import { parsePythonJson } from '../../../base/json.ts';
import { distributionFromJson } from '../../../space/distribution-json.ts';
import { type Defect, mendable, remark } from '../../defect.ts';
import { LONGEST_TEXT } from '../bounded-column.ts';
import { type Check, studyNameSql } from './check.ts';

/** A table with a column of JSON. */
interface JsonTable {
  readonly table: string;
  readonly owner: 'study' | 'trial';
  readonly name: string;
  readonly json: string;
}

const ATTRIBUTES: readonly JsonTable[] = (['study', 'trial'] as const).flatMap((owner) =>
  (['user', 'system'] as const).map((scope) => ({
    table: `${owner}_${scope}_attributes`,
    owner,
    name: '"key"',
    json: 'value_json',
  })),
);

const PARAMS: JsonTable = { table: 'trial_params', owner: 'trial', name: 'param_name', json: 'distribution_json' };

/** A text that is no JSON of Python's. */
interface Broken {
  readonly rowid: number;
  readonly study: string | null;
  readonly isLong: boolean;
}

/** Texts of JSON that nobody can read, for which Optuna cannot load the study; and those that hpo alone cannot read. */
export const jsonTexts: Check = {
  look: (db) => [...ATTRIBUTES.flatMap((table) => lookAt(db, table)), ...lookAt(db, PARAMS), ...foreignSpaces(db)],

  mend: (db) =>
    [...ATTRIBUTES, PARAMS].flatMap((table) => {
      const broken = brokenOf(db, table).filter(({ isLong }) => !isLong);
      const remove = db.prepare(`DELETE FROM ${table.table} WHERE rowid = ?`);
      for (const { rowid } of broken) remove.run(rowid);
      return broken.length === 0
        ? []
        : `removed ${counted(broken.length, 'row')} of ${table.table} without a readable text`;
    }),
};

function lookAt(db: Database, table: JsonTable): readonly Defect[] {
  const found = new Map<string, { readonly broken: Broken; count: number }>();
  for (const broken of brokenOf(db, table)) {
    const key = `${broken.isLong}/${broken.study}`;
    const known = found.get(key);
    if (known === undefined) found.set(key, { broken, count: 1 });
    else known.count++;
  }
  return [...found.values()].map(({ broken: { study, isLong }, count }) => {
    const where = `The study '${study}' has ${counted(count, 'row')} of ${table.table}`;
    const most = `${LONGEST_TEXT / 2 ** 20} MiB`;
    return isLong
      ? remark('long-text', study, `${where} with a text of more than ${most}, which hpo does not read.`)
      : mendable('broken-json', study, `${where} with a name or a JSON text that nobody can read.`);
  });
}

function brokenOf(db: Database, { table, owner, name, json }: JsonTable): readonly Broken[] {
  const study = owner === 'study' ? 'study_id' : `(SELECT study_id FROM trials WHERE trials.trial_id = own.trial_id)`;
  // Python's JSON has bare NaN and infinities, which SQLite does not know: those texts are looked at one by one.
  const rows = db
    .prepare<[], [rowid: number, study: string | null, isLong: number, isNamed: number, text: unknown]>(
      `SELECT rowid, study, is_long, is_named, CASE WHEN is_long OR NOT is_named THEN NULL ELSE text END FROM
         (SELECT rowid, ${studyNameSql(study)} AS study, ${json} AS text, typeof(${name}) = 'text' AS is_named,
            IFNULL(octet_length(${json}) + octet_length(${name}) > ${LONGEST_TEXT}, 0) AS is_long
          FROM ${table} AS own)
       WHERE study IS NOT NULL AND (is_long OR NOT is_named OR typeof(text) <> 'text' OR NOT json_valid(text))`,
    )
    .raw()
    .all();
  return rows.flatMap(([rowid, study, isLong, isNamed, text]) => {
    if (isLong === 0 && isNamed === 1 && typeof text === 'string' && isPythonJson(text)) return [];
    return { rowid, study, isLong: isLong === 1 };
  });
}

function isPythonJson(text: string): boolean {
  try {
    parsePythonJson(text);
    return true;
  } catch (error) {
    return (error as Error).message.includes('deep'); // Python reads some that hpo does not
  }
}

/** Distributions that are JSON, but none that hpo knows: those of Optuna's own programs stay. */
function foreignSpaces(db: Database): readonly Defect[] {
  const texts = db
    .prepare<[], [study: string, name: string, json: string]>(
      `SELECT DISTINCT ${studyNameSql('trials.study_id')} AS study, param_name, distribution_json
       FROM trial_params CROSS JOIN trials USING (trial_id)
       WHERE typeof(param_name) = 'text' AND octet_length(param_name) <= ${LONGEST_TEXT}
         AND typeof(distribution_json) = 'text' AND octet_length(distribution_json) <= ${LONGEST_TEXT}
         AND study IS NOT NULL`,
    )
    .raw()
    .all();
  const reported = new Set<string>();
  return texts.flatMap(([study, name, json]) => {
    if (reported.has(`${study}\0${name}`) || !isPythonJson(json) || isKnown(json)) return [];
    reported.add(`${study}\0${name}`);
    const message = `The study '${study}' has trials whose parameter '${name}' hpo cannot read; it leaves that out.`;
    return remark('foreign-parameter', study, message);
  });
}

function isKnown(json: string): boolean {
  try {
    distributionFromJson(json);
    return true;
  } catch {
    return false;
  }
}
