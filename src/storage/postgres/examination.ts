import { counted } from '../../base/counted.ts';
import { HpoError } from '../../base/errors.ts';
import { type Defect, remark, unmendable } from '../defect.ts';
import { type Examination, type ExaminationOptions, factLine, inMB } from '../examination.ts';
import { SCHEMA_REVISION } from '../optuna-rows/schema.ts';
import { parsePostgresUrl } from './address/postgres-url.ts';
import { openPool } from './connection.ts';
import { storageError } from './postgres-error.ts';
import { hasSchema, TABLES } from './schema.ts';
import type { Session } from './session.ts';
import { Transactions } from './transactions.ts';

/** The facts about a server and the database on it. */
type ServerFacts = Readonly<{
  /** The URL, without a password. */
  database: string;
  /** The version of the server: `15.18`. */
  server: string;
  /** The role that hpo connects as. */
  role: string;
  /** The protocol of the connection, such as `TLSv1.3`; null where it is not encrypted. */
  encryption: string | null;
  /** The shortest of a few round trips, in milliseconds. */
  roundTripMs: number;
  /** The connections that clients have to the server, and the most that it takes. */
  connections: number;
  mostConnections: number;
  bytes: number;
  /** Whether it only follows another server. */
  isReplica: boolean;
  /** Whether its transactions are on the disk when they are committed: `fsync`. */
  isDurable: boolean;
}>;

/** The share of a server's connections from which on they are soon all taken. */
const MANY_CONNECTIONS = 0.8;

const ROUND_TRIPS = 5;

const FACTS = `SELECT current_setting('server_version'), current_user::text,
  (SELECT version FROM pg_stat_ssl WHERE pid = pg_backend_pid() AND ssl),
  (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'),
  current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int,
  pg_database_size(current_database()), pg_is_in_recovery()::text, current_setting('fsync')`;

/** The tables that a role may not read or write in all the ways that hpo does. */
const FORBIDDEN = `SELECT name FROM unnest($1::text[]) AS name
  WHERE NOT (has_table_privilege(name, 'SELECT') AND has_table_privilege(name, 'INSERT')
    AND has_table_privilege(name, 'UPDATE') AND has_table_privilege(name, 'DELETE'))`;

/**
 * Examines a PostgreSQL database: the server, the connection to it, the tables, and the rights to them. Only reads.
 * @throws HpoError HPO_INVALID_ARGUMENT for a bad URL; HPO_INSTALLATION without `pg`; HPO_STORAGE where the server cannot
 *   be reached or refuses.
 */
export async function examineServer(url: string, { waiting }: ExaminationOptions): Promise<Examination> {
  const address = parsePostgresUrl(url);
  const { label, prepare } = address;
  const pool = await openPool(address).catch((error) => {
    throw storageError(label, error);
  });
  const transactions = new Transactions({ pool, label, prepares: prepare, waiting });
  try {
    return await transactions.read((session) => examine(session, label));
  } finally {
    await transactions.close();
  }
}

async function examine(session: Session, label: string): Promise<Examination> {
  const facts = await factsOf(session, label);
  const wrong = await schemaDefect(session, label);
  const isReadable = wrong === undefined;
  const content = isReadable ? await contentOf(session) : undefined;
  const rights = isReadable ? await missingRights(session, facts.role) : [];
  const defects = [...(wrong === undefined ? [] : [wrong]), ...rights, ...ground(facts)];
  const schema = isReadable ? SCHEMA_REVISION : null;
  return {
    facts: { ...facts, schema, studies: content?.studies ?? null, trials: content?.trials ?? null },
    lines: [...linesOf(facts), factLine('schema', schema ?? 'not that of hpo'), ...contentLines(content)],
    defects,
    isReadable,
  };
}

type FactsRow = readonly [
  server: string,
  role: string,
  encryption: string | null,
  connections: number,
  mostConnections: number,
  bytes: number,
  isReplica: string,
  fsync: string,
];

async function factsOf(session: Session, label: string): Promise<ServerFacts> {
  const row = (await session.row<FactsRow>(FACTS)) as FactsRow;
  const [server, role, encryption, connections, mostConnections, bytes, isReplica, fsync] = row;
  let roundTripMs = Number.POSITIVE_INFINITY;
  for (let trip = 0; trip < ROUND_TRIPS; trip++) {
    const startedAt = performance.now();
    await session.row('SELECT 1');
    roundTripMs = Math.min(roundTripMs, performance.now() - startedAt);
  }
  return {
    database: label,
    server: server.split(' ')[0] ?? server, // without the distribution's own words
    role,
    encryption,
    roundTripMs: Math.round(roundTripMs * 100) / 100,
    connections,
    mostConnections,
    bytes,
    isReplica: isReplica === 'true',
    isDurable: fsync === 'on',
  };
}

/** The reason why the tables cannot be used; undefined where they can. */
async function schemaDefect(session: Session, label: string): Promise<Defect | undefined> {
  const another = 'name another database by --storage';
  try {
    if (await hasSchema(session, label)) return undefined;
    return unmendable('wrong-schema', null, `${label} has no tables yet; no study was ever stored in it.`, another);
  } catch (error) {
    if (!HpoError.is(error)) throw error;
    const upgrade = /run: (.+)$/.exec(error.message)?.[1];
    return unmendable('wrong-schema', null, error.message, upgrade ?? another);
  }
}

async function missingRights(session: Session, role: string): Promise<readonly Defect[]> {
  const tables = (await session.rows<[string]>(FORBIDDEN, TABLES)).map(([name]) => name);
  const [first, ...others] = tables;
  if (first === undefined) return [];
  const more = others.length > 0 ? ` and ${counted(others.length, 'other table')}` : '';
  const grant = `GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO ${quoted(role)}; GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO ${quoted(role)}`;
  const message = `The role ${quoted(role)} may not read and write the table ${first}${more}: it cannot run studies.`;
  return [unmendable('no-rights', null, message, `the owner of the tables runs: ${grant}`)];
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

async function contentOf(session: Session) {
  const counts = 'SELECT (SELECT count(*) FROM studies), (SELECT count(*) FROM trials)';
  const [studies = 0, trials = 0] = (await session.row<[number, number]>(counts)) ?? [];
  return { studies, trials };
}

function contentLines(content: { readonly studies: number; readonly trials: number } | undefined): readonly string[] {
  if (content === undefined) return [];
  const { studies, trials } = content;
  return [factLine('content', `${counted(studies, 'study', 'studies')}, ${counted(trials, 'trial')}`)];
}

/** Whether the server can carry a study of many machines. */
function ground({ isReplica, isDurable, connections, mostConnections }: ServerFacts): readonly Defect[] {
  const found: Defect[] = [];
  if (isReplica) {
    const message = 'The server is a replica, which takes no writes: studies can be shown from it, and not run.';
    found.push(remark('replica', null, message, 'name the primary server to run one'));
  }
  if (!isDurable) {
    found.push(remark('not-durable', null, 'The server has fsync off: a crash of its machine may damage all studies.'));
  }
  if (connections >= MANY_CONNECTIONS * mostConnections) {
    const message = `${connections} of the ${mostConnections} connections that the server takes are taken; each process that runs a study has up to two.`;
    const advice = "raise the server's max_connections, or put pgbouncer before it (?prepare=false)";
    found.push(remark('many-connections', null, message, advice));
  }
  return found;
}

function linesOf(facts: ServerFacts): readonly string[] {
  const { database, bytes, server, role, encryption, roundTripMs, connections, mostConnections } = facts;
  const link = encryption === null ? 'not encrypted' : `encrypted by ${encryption}`;
  return [
    factLine('database', `${database} (${inMB(bytes)})`),
    factLine('server', `PostgreSQL ${server}, ${connections} of ${mostConnections} connections taken`),
    factLine('link', `${link}, as ${role}, ${roundTripMs} ms for a round trip`),
  ];
}
