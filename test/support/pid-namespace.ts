import { spawnSync } from 'node:child_process';

const UNSHARE = ['unshare', '--pid', '--fork', '--mount-proc'];

/** Whether this process may start others in pid namespaces of their own. */
export const mayUnshare =
  process.platform === 'linux' &&
  spawnSync(UNSHARE[0] as string, [...UNSHARE.slice(1), 'true'], { stdio: 'ignore' }).status === 0;

/** The end of the title of a test that takes {@link IN_NAMESPACE}. */
export const namespaceNote = mayUnshare ? '' : ' (skipped: this needs unshare and its rights)';

/**
 * The words in front of a command that is to run as on a machine of its own: it sees no process of others, they see none
 * of its own, and all of them end with it.
 */
export const IN_NAMESPACE: readonly string[] = [...UNSHARE, '--kill-child'];
