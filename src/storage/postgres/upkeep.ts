import { shellWord } from '../../base/shell-word.ts';
import type { FileTask } from '../upkeep.ts';
import { parsePostgresUrl } from './address/postgres-url.ts';

/** The reason why hpo leaves a task to PostgreSQL's own programs, with the command. */
export function instead(task: FileTask, url: string): string {
  const { label } = parsePostgresUrl(url);
  switch (task) {
    case 'backup':
      return `hpo backup copies SQLite files; PostgreSQL has a program of its own for it: pg_dump --format=custom --file=hpo.dump ${shellWord(clientUrl(label), PLAIN)} (pg_restore reads it back).`;
    case 'repair':
      return `hpo repair mends SQLite files; a PostgreSQL server keeps its rows whole itself, its pg_amcheck looks for damage on the disk, and the next run takes back what dead processes left. \`hpo doctor --storage ${shellWord(label, PLAIN)}\` shows the rest.`;
  }
}

const PLAIN = /^[\w./:@-]+$/;

/** A URL as PostgreSQL's own programs take it, without hpo's own parameter. */
function clientUrl(label: string): string {
  const [place = '', query = ''] = label.split('?');
  const kept = query.split('&').filter((parameter) => parameter !== '' && !parameter.startsWith('prepare='));
  return kept.length === 0 ? place : `${place}?${kept.join('&')}`;
}
