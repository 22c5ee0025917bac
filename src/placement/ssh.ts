import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { counted } from '../base/counted.ts';
import { HpoError } from '../base/errors.ts';
import { makeFolder } from '../base/made-folder.ts';
import { replaceFile } from '../base/replace-file.ts';
import { defineEngine, type EngineValues } from './engine.ts';
import { logFolder, type Placement } from './placement.ts';
import { commandTable, commentLines, restartingWorker, storageLines } from './shell-script.ts';
import { commandLine, runLine, word, workerCommand } from './worker-command.ts';

const OPTIONS = {
  hosts: {
    kind: 'text',
    accepts: /^[\w.:][\w.@:%-]*(,[\w.:][\w.@:%-]*)*$/,
    wanted: 'names or addresses with commas between them, such as gpu1,you@gpu2',
    describe: 'the hosts, as ssh knows them: gpu1,you@gpu2',
  },
  gpus: {
    kind: 'text',
    accepts: /^(all|\d+(,\d+)*)$/,
    wanted: 'numbers of GPUs, such as 0,1, or all',
    describe:
      'the GPUs that the workers of each host take in turn: numbers, such as 0,1, or all (default: the one that the backend prefers)',
  },
  'ssh-config': {
    kind: 'text',
    accepts: /^[^\0\n]+$/,
    wanted: 'the path of a file',
    describe: 'a configuration file for ssh, with ports, users and keys (default: ~/.ssh/config)',
  },
} as const;

type Values = EngineValues<typeof OPTIONS>;

/** Plain ssh: a script that starts, shows and stops workers on a list of hosts. */
export const ssh = defineEngine({
  name: 'ssh',
  describe: 'hosts that ssh reaches',
  options: OPTIONS,
  workersByDefault: (values) => hostsOf(values).length,
  files: (placement, values) => [{ name: 'ssh.sh', content: script(placement, values) }],
  submitLine: (file) => `sh ${file} start`,
  async launch(placement, values, url) {
    const hosts = hostsOf(values);
    if (url === undefined)
      throw refusal('No storage is named: set HPO_STORAGE to the URL of a database that all hosts reach.');
    const folder = makeFolder(logFolder(placement, 'ssh'), 'results');
    const file = join(folder, `${Date.now().toString(36)}.sh`);
    replaceFile(file, script(placement, values));
    await run(file, 'start', url);
    const used = Math.min(hosts.length, placement.workers);
    return {
      started: `${counted(placement.workers, 'worker')} started on ${used === 1 ? hosts[0] : `${used} hosts`}`,
      watch: [`sh ${word(file)} status`],
      stop: [`sh ${word(file)} stop`],
    };
  },
});

function hostsOf({ hosts }: Values): readonly string[] {
  if (hosts === undefined) throw refusal(`--hosts is missing; give ${OPTIONS.hosts.wanted}.`);
  return [...new Set(hosts.split(','))];
}

function script(placement: Placement, values: Values): string {
  const { workers, folder, studyFile } = placement;
  const [node, hpo] = placement.program;
  const hosts = hostsOf(values);
  const shares = hosts.map((host, index) => ({
    host,
    count: Math.floor(workers / hosts.length) + Number(index < workers % hosts.length),
  }));
  const list = shares.filter(({ count }) => count > 0).map(({ host, count }) => `${host} ${count}`);
  const logs = logFolder(placement, 'ssh');
  const config = values['ssh-config'];
  const gpus = values.gpus === undefined ? [] : ['--gpus', values.gpus];
  const head = commentLines([
    `Workers of the study ${JSON.stringify(placement.study)} over ssh. Each host has Node, hpo (npm ci) and the study in`,
    `${folder}, and reaches the database, where the workers find their trials.`,
    '',
    ...commandTable([
      ['sh ssh.sh start', `start ${workers}, with HPO_STORAGE set to the database's URL; again: more workers`],
      ['sh ssh.sh status', 'watch: each worker with the last line of its log'],
      ['sh ssh.sh stop', 'stop; running trials are handed back to the database'],
      [runLine(placement), 'in the end: best.json and the retraining'],
    ]),
    '',
    `The logs are in ${logs} on the hosts. A worker that a limit of its own has ended (75) is started again;`,
    "any other end is final. The database's URL, and PGPASSWORD where it is set, reach the hosts by ssh's standard input.",
  ]);
  return `#!/bin/sh
${head}
set -u

# Each host with its number of workers.
hosts=${word(list.join('\n'))}

# Runs a script on all hosts at once; ends with 2 if it fails on one.
on_hosts() {
  failures=$(mktemp) || exit 1
  while read -r host count; do
    {
      { printf 'count=%s\\n' "$count"; printf '%s\\n' "$1"; } |
        ssh -o BatchMode=yes -o ConnectTimeout=10 ${config === undefined ? '' : `-F ${word(config)} `}"$host" sh -s 2>&1 ||
        echo "$host" >> "$failures"
    } | sed "s/^/$host: /" &
  done << HOSTS
$hosts
HOSTS
  wait
  failed=$(wc -l < "$failures")
  rm -f "$failures"
  [ "$failed" -eq 0 ] || exit 2
}

check() { cat << 'REMOTE'
cd ${word(folder)} 2> /dev/null || { echo ${word(`there is no folder ${folder}`)}; exit 2; }
[ -f ${word(studyFile)} ] || { echo ${word(`there is no study file ${studyFile} in ${folder}`)}; exit 2; }
command -v ${word(node)} > /dev/null || { echo ${word(`${node} is not in the PATH of commands over ssh; name it by --node`)}; exit 2; }
[ -f ${word(hpo)} ] || { echo ${word(`hpo is not installed in ${folder}; type npm ci there`)}; exit 2; }
REMOTE
}

start() { cat << 'REMOTE'
cd ${word(folder)} && mkdir -p ${word(logs)} || exit 2
worker() { cat << 'WORKER'
log=${word(logs)}/$(uname -n)-$$
echo $$ > "$log.pid"
trap 'rm -f "$log.pid"' EXIT
exec > "$log.log" 2>&1
${restartingWorker(commandLine([...workerCommand(placement), ...gpus]))}
WORKER
}
started=0
while [ "$started" -lt "$count" ]; do
  nohup $(command -v setsid) sh -c "$(worker)" > /dev/null 2>&1 < /dev/null &
  started=$((started + 1))
done
echo "$count started"
REMOTE
}

# Does something with each worker of a host whose process still has the number that it wrote down.
workers() { cat << 'REMOTE'
cd ${word(folder)} || exit 2
workers() {
  for file in ${word(logs)}/"$(uname -n)"-*.pid; do
    [ -f "$file" ] || continue
    pid=$(cat "$file")
    if ps -o args= -p "$pid" | grep -qF ${word(logs)}; then "$@"; fi
  done
}
REMOTE
}

status() { workers; cat << 'REMOTE'
show() { echo "$pid: $(tail -n 1 "\${file%.pid}.log")"; }
workers show
REMOTE
}

stop() { workers; cat << 'REMOTE'
end() { kill -TERM "$pid" && echo "$pid is handing its trials back"; }
workers end
REMOTE
}

# A text as a word of a shell.
quoted() { printf "'%s'" "$(printf '%s' "$1" | sed "s/'/'\\\\\\\\''/g")"; }

case "\${1-}" in
  start)
${indented(storageLines(undefined), 4)}
    on_hosts "$(check)"
    on_hosts "HPO_STORAGE=$(quoted "$HPO_STORAGE"); export HPO_STORAGE
\${PGPASSWORD:+PGPASSWORD=$(quoted "$PGPASSWORD"); export PGPASSWORD}
$(start)"
    ;;
  status) on_hosts "$(status)" ;;
  stop) on_hosts "$(stop)" ;;
  *) echo "usage: sh $0 start | status | stop" >&2; exit 2 ;;
esac
`;
}

function indented(text: string, spaces: number): string {
  return text.replace(/^(?=.)/gm, ' '.repeat(spaces));
}

/** Runs a script with the URL of the database in its environment. @throws HpoError with what it printed, if it fails. */
function run(file: string, action: string, storage: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, HPO_STORAGE: storage };
    const child = spawn('sh', [file, action], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let printed = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (chunk: string) => {
        printed += chunk;
      });
    }
    child.on('error', (cause) => reject(refusal(`sh cannot be started: ${cause.message}.`, cause)));
    child.on('close', (code) => {
      if (code === 0) return resolve();
      const lines = printed.split('\n').map((line) => line.trim());
      return reject(refusal(`ssh: ${lines.filter(Boolean).join('; ')}.`));
    });
  });
}

function refusal(problem: string, cause?: unknown): HpoError {
  return new HpoError('HPO_INVALID_ARGUMENT', problem, { cause });
}
