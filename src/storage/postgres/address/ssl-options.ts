import { createPrivateKey } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ConnectionOptions } from 'node:tls';
import { HpoError } from '../../../base/errors.ts';

/** The modes of `sslmode` that hpo takes, from the weakest on. libpq has `allow`, too. */
export const sslModes = ['disable', 'prefer', 'require', 'verify-ca', 'verify-full'] as const;
export type SslMode = (typeof sslModes)[number];

/** The files of TLS, by their paths. */
export interface SslFiles {
  /** The certificates of the authorities that the server's is checked against; `system`: those that Node comes with. */
  readonly rootCert: string | undefined;
  /** The certificate of the client, and its key. */
  readonly cert: string | undefined;
  readonly key: string | undefined;
  /** The password of the key. */
  readonly passphrase: string | undefined;
  /** The home folder, in whose `.postgresql` the files are that are not named: root.crt, postgresql.crt and .key. */
  readonly home: string | undefined;
}

/**
 * The TLS options of a mode, which means here what it means to libpq; `pg` would take all but `disable` for
 * `verify-full`.
 *
 * - `disable`: no TLS.
 * - `prefer`, the default: TLS where the server has it, else none; its certificate is not checked.
 * - `require`: TLS; the certificate is checked as by `verify-ca` where there is a root certificate, else not.
 * - `verify-ca`: TLS, and the certificate comes from an authority of the root certificate, which must be there.
 * - `verify-full`: as `verify-ca`, and the certificate names the host. Without a root certificate the authorities that
 *   Node knows are taken, as by `sslrootcert=system`, where libpq would refuse.
 *
 * @returns false for no TLS.
 * @throws HpoError HPO_INVALID_ARGUMENT for a file that cannot be read, and where the root certificate is missing.
 */
export function sslOptions(mode: SslMode, files: SslFiles): ConnectionOptions | false {
  if (mode === 'disable') return false;
  const rootPath = files.rootCert ?? inHome(files.home, 'root.crt');
  if (rootPath === 'system' && mode !== 'verify-full') {
    return refuse('sslrootcert=system goes with sslmode=verify-full alone');
  }
  const ca = rootPath === undefined || rootPath === 'system' ? undefined : contentOf('sslrootcert', rootPath);
  if (mode === 'verify-ca' && ca === undefined) {
    return refuse('sslmode=verify-ca needs sslrootcert, the file of the authority that has signed the certificate');
  }
  const certPath = files.cert ?? inHome(files.home, 'postgresql.crt');
  const keyPath = files.key ?? inHome(files.home, 'postgresql.key');
  const options: ConnectionOptions = certPath === undefined ? {} : { cert: contentOf('sslcert', certPath) };
  if (certPath !== undefined && keyPath !== undefined) {
    const value = privateKey(keyPath, files.passphrase);
    Object.defineProperty(options, 'key', { value, enumerable: false }); // and so not printed; `pg` knows of it
  }
  if (mode === 'verify-full') return Object.assign(options, ca !== undefined && { ca });
  // `prefer` checks nothing, even with a root certificate: who may listen in may also answer that there is no TLS.
  if (mode === 'prefer' || ca === undefined) return Object.assign(options, { rejectUnauthorized: false });
  return Object.assign(options, { ca, checkServerIdentity: () => undefined });
}

/** A key in PEM without its password. */
function privateKey(path: string, passphrase: string | undefined): string {
  const key = contentOf('sslkey', path);
  try {
    return createPrivateKey({ key, ...(passphrase !== undefined && { passphrase }) })
      .export({ type: 'pkcs8', format: 'pem' })
      .toString();
  } catch (cause) {
    const why = `holds no key in PEM that opens ${passphrase === undefined ? 'without' : 'with the'} sslpassword`;
    throw new HpoError('HPO_INVALID_ARGUMENT', `The file ${path}, which sslkey names, ${why}.`, { cause });
  }
}

function inHome(home: string | undefined, name: string): string | undefined {
  const path = home === undefined ? undefined : join(home, '.postgresql', name);
  return path !== undefined && existsSync(path) ? path : undefined;
}

function contentOf(what: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'is not there' : `cannot be read (${code})`;
    throw new HpoError('HPO_INVALID_ARGUMENT', `The file ${path}, which ${what} names, ${why}.`, { cause });
  }
}

function refuse(problem: string): never {
  throw new HpoError('HPO_INVALID_ARGUMENT', `${problem}.`);
}
