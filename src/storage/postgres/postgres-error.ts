import { HpoError } from '../../base/errors.ts';

/** An error of the server, or of the connection to it. */
interface DatabaseError extends Error {
  /** The five characters of SQLSTATE, or the code of a failed system call. */
  readonly code?: string;
}

/** A kind of failure. */
interface Failure {
  /** Matches the code. */
  readonly code: RegExp;
  /** Matches the message, where the code does not tell. */
  readonly message?: RegExp;
  /** The failure in words that follow the database's name. */
  readonly says: string;
  /** The remedy, where there is one for every such failure. */
  readonly mend?: string;
  /**
   * Whether it may pass: `soon` for what other processes do to the database, `later` for a server that is away, which
   * is waited for only where it has been there before.
   */
  readonly passes?: 'soon' | 'later';
  readonly isDisk?: boolean;
}

const ANY = /^/;
/** The codes of a standby, for a write and for the beginning of a transaction that writes. */
const READS_ONLY = /^(25006|0A000)$/;

const FAILURES: readonly Failure[] = [
  {
    code: /^28000$/,
    message: /no encryption$/,
    says: 'refuses connections without TLS',
    mend: 'give ?sslmode=require',
  },
  {
    code: /^(28P01|28000)$/,
    says: 'refuses the user or the password',
    mend: 'check the user in the URL, and PGPASSWORD or ~/.pgpass',
  },
  { code: ANY, message: /^The server does not support SSL/, says: 'has no TLS, which sslmode asks for' },
  {
    code: /^ERR_TLS_CERT_ALTNAME_INVALID$/,
    says: 'has a certificate that names other hosts',
    mend: 'name one of them in the URL, or give ?sslmode=verify-ca',
  },
  {
    code: /^(DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_(GET|VERIFY)_\w+|CERT_\w+)$/,
    says: 'has a certificate that is not trusted',
    mend: 'name the file of its authority by ?sslrootcert=',
  },
  { code: ANY, message: /^There was an error establishing an SSL/, says: 'is no PostgreSQL server with TLS' },
  { code: /^3D000$/, says: 'does not exist on this server', mend: 'make it with createdb, or name another' },
  { code: /^42501$/, says: 'does not allow this user to do that', mend: 'have its owner grant that' },
  {
    code: READS_ONLY,
    says: 'takes no writes: its server only reads, as a standby does',
    mend: 'name the primary server',
    passes: 'later',
  },
  { code: /^(53100|58030)$/, says: 'cannot be written to: the disk of its server is full or fails', isDisk: true },
  { code: /^53300$/, says: 'has as many connections as it takes', passes: 'soon' },
  { code: /^(53|54)/, says: 'has no room for the statement', passes: 'soon' },
  { code: /^(40001|40P01|55P03|57014)$/, says: 'was kept busy by other processes', passes: 'soon' },
  { code: /^23505$/, says: 'was written to by another process at the same moment', passes: 'soon' },
  { code: /^57P03$/, says: 'is starting up or shutting down', passes: 'soon' },
  { code: /^(57P0[0-5]|08)/, says: 'has closed the connection', passes: 'later' },
  { code: /^25P0[234]$/, says: 'has ended a transaction that stood still', passes: 'later' },
  {
    code: /^ECONNREFUSED$/,
    says: 'cannot be reached: no server answers there',
    mend: 'start it, or check host and port',
    passes: 'later',
  },
  {
    code: /^(ENOTFOUND|EAI_AGAIN)$/,
    says: 'cannot be reached: its host has no address',
    mend: 'check the name of the host',
    passes: 'later',
  },
  {
    code: /^(ECONNRESET|EPIPE|ETIMEDOUT|ECONNABORTED|EHOSTUNREACH|ENETUNREACH|EHOSTDOWN|ENETDOWN|ENOENT)$/,
    says: 'cannot be reached',
    passes: 'later',
  },
  {
    code: ANY,
    message: /^(Connection terminated|Query read timeout|timeout expired|timeout exceeded|Client (has|was) )/,
    says: 'does not answer',
    passes: 'later',
  },
];

function failureOf(error: unknown): Failure | undefined {
  if (!(error instanceof Error) || HpoError.is(error)) return undefined;
  const { code = '', message } = error as DatabaseError;
  return FAILURES.find((known) => known.code.test(code) && (known.message?.test(message) ?? true));
}

/** Whether and when a failure may pass; undefined for one that will not. */
export function passing(error: unknown): 'soon' | 'later' | undefined {
  return failureOf(error)?.passes;
}

/**
 * Whether a connection ended while this process made no use of it, as that of a busy process in whose transaction nothing
 * happened for too long. It says nothing against the server.
 */
export function hasStoodStill(error: unknown): boolean {
  return /^25P0[34]$/.test(sqlState(error) ?? '') || (error instanceof Error && STOOD_STILL.test(error.message));
}

/** The error of `pg` for a statement whose connection ended between two statements. */
const STOOD_STILL = /^Client has encountered a connection error/;

/** Whether a pool had no connection free in time: all are in use. */
export function isOfFullPool(error: unknown): boolean {
  return error instanceof Error && error.message === 'timeout exceeded when trying to connect';
}

/** Whether the disk of the server is full or fails. */
export function isDiskFailure(error: unknown): boolean {
  return failureOf(error)?.isDisk === true;
}

/** Whether the server takes no writes, as a standby does. */
export function isReadOnly(error: unknown): boolean {
  return READS_ONLY.test(sqlState(error) ?? '');
}

/** The SQLSTATE of an error of the server; undefined for others. */
export function sqlState(error: unknown): string | undefined {
  const code = error instanceof Error ? (error as DatabaseError).code : undefined;
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : undefined;
}

/** A failure in words that follow the database's name: ` cannot be reached: no server answers there`. */
export function reasonOf(error: unknown): string {
  const says = failureOf(error)?.says;
  return says === undefined ? '' : `, which ${says}`;
}

/**
 * Turns an error of the server, or of the connection to it, into one line for the user: HPO_STORAGE or HPO_DISK. Other
 * errors are returned as they are.
 */
export function storageError(label: string, error: unknown): unknown {
  if (!(error instanceof Error) || HpoError.is(error)) return error;
  const { code, message } = error as DatabaseError;
  const failure = failureOf(error);
  if (failure === undefined && code === undefined) return error; // no error of the database
  const said = firstLine(message);
  const mend = failure?.mend === undefined ? '' : `; ${failure.mend}`;
  const problem =
    failure === undefined
      ? `${label}: PostgreSQL says ${said} (${code}).`
      : `${label} ${failure.says} (${said})${mend}.`;
  return new HpoError(failure?.isDisk ? 'HPO_DISK' : 'HPO_STORAGE', problem, {
    data: { label, code: code ?? null, mayPass: failure?.passes !== undefined },
    cause: error,
  });
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}
