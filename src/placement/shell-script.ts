import { word } from './worker-command.ts';

/** The file in which workers find the URL of the database if no option names another. */
const STORAGE_FILE = '"$HOME/.hpo-storage"';

/**
 * Lines of a shell script that put the URL of the database into HPO_STORAGE: from a file that its owner alone may read,
 * unless it is there already. A script ends with 2, bad input, where neither is the case.
 */
export function storageLines(file: string | undefined): string {
  const path = file === undefined ? STORAGE_FILE : homePath(file);
  return `if [ -z "\${HPO_STORAGE-}" ]; then
  HPO_STORAGE=$(cat ${path}) || { echo 'hpo: HPO_STORAGE is not set, and no file holds the URL' >&2; exit 2; }
fi
export HPO_STORAGE`;
}

/** The line with which a user makes the file that {@link storageLines} reads. No password stands in a command there. */
export function storageFileLine(file: string | undefined): string {
  const path = file === undefined ? '~/.hpo-storage' : file.startsWith('~/') ? `~/${word(file.slice(2))}` : word(file);
  return `(umask 077; printenv HPO_STORAGE > ${path})`;
}

/** A path as a word of a shell, its leading `~` being the home folder. */
function homePath(file: string): string {
  return file.startsWith('~/') ? `"$HOME"/${word(file.slice(2))}` : word(file);
}

/**
 * Lines of a POSIX shell script that define `run_worker`: it runs a command until it ends, passes SIGTERM on to it, and
 * leaves its exit code in `status`. The signal that came is in `ending`.
 *
 * A shell by itself ends at once on SIGTERM and leaves its command behind, and its `wait` returns for every signal.
 */
export const RUN_WORKER = `pid= ending= interrupted=
pass_on() { interrupted=1; [ -z "$pid" ] || kill -TERM "$pid" 2>/dev/null || :; }
trap 'ending=TERM; pass_on' TERM
run_worker() {
  "$@" < /dev/null &
  pid=$!
  [ -z "$ending" ] || pass_on
  status=127
  while :; do
    interrupted=
    code=0
    wait "$pid" || code=$?
    [ "$code" -eq 127 ] || status=$code
    [ -n "$interrupted" ] || break
  done
  pid=
}`;

/**
 * Lines of a shell script that run a worker, and start it again as often as a limit of its own (75: `--timeout`,
 * `--max-trials`) has ended it. The script ends with the worker's exit code.
 * @param command the worker's command line, or an expression for it.
 */
export function restartingWorker(command: string): string {
  return `${RUN_WORKER}
while :; do
  run_worker ${command}
  [ "$status" -eq 75 ] && [ -z "$ending" ] || exit "$status"
done`;
}

/** Lines of a comment in a shell script or in YAML. */
export function commentLines(lines: readonly string[]): string {
  return lines.map((line) => (line === '' ? '#' : `# ${line}`)).join('\n');
}

/** The lines of a comment that lists commands, each below its purpose. */
export function commandTable(rows: readonly (readonly [command: string, purpose: string])[]): readonly string[] {
  return rows.flatMap(([command, purpose]) => [`  ${purpose}:`, `    ${command}`]);
}
