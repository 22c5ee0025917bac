import { HpoError } from '../base/errors.ts';
import { hasPassword } from '../base/url-password.ts';

/**
 * Refuses a command line with the password of a database in it: every user of the machine can list the arguments of its
 * programs.
 *
 * @throws HpoError HPO_INVALID_ARGUMENT with the places where a password may stand.
 */
export function refusePasswords(args: readonly string[]): void {
  for (const arg of args) {
    const [, option, value = ''] = /^(?:(--?[^=]+)=)?(postgres.*)/is.exec(arg) ?? [];
    if (!hasPassword(value)) continue;
    throw new HpoError(
      'HPO_INVALID_ARGUMENT',
      `${option ?? 'The command line'} holds a password, which \`ps\` shows to every user of this machine; leave it out of the URL and give it by PGPASSWORD or ~/.pgpass, or give the whole URL by HPO_STORAGE in the environment.`,
    );
  }
}
