import { counted } from '../../base/counted.ts';
import { HpoError } from '../../base/errors.ts';
import { loadStudyFile } from '../../runner/study-file.ts';
import { withStorage } from '../../storage/with-storage.ts';
import { namedParts, partsOf } from '../../study/named-parts.ts';
import type { Replay } from '../../study/replay/replay.ts';
import { replayStudy } from '../../study/replay/replay-study.ts';
import { listTrials } from '../../study/stored-study.ts';
import { announcedWaiting } from '../announced-waiting.ts';
import { defineCommand } from '../define-command.ts';
import { ExitCode } from '../exit-code.ts';
import { storageOption } from '../options.ts';
import { printData, printLine } from '../print.ts';
import { note } from '../stored-study.ts';
import { type Format, formatOption, formatRecord, formatRows, type Row, terminalWidth } from '../table.ts';

/** `hpo replay <study.ts>` */
export const replay = defineCommand({
  usage: 'replay <study>',
  describe: 'derive the parameters of a study anew, from its seed and what its sampler saw, and name any difference',
  details:
    'Runs no trial and writes nothing. Each trial keeps which other trials its sampler saw, finished and running, so ' +
    'that studies of many workers can be derived, too. A difference means that the sampler is not deterministic, that ' +
    'its code has changed, or that the database was changed by hand. Trials that cannot be derived, such as those of ' +
    'other programs, are counted by the reason. Exit code 1: there are differences; 2: nothing could be derived.',
  positionals: { study: { type: 'string', demandOption: true, describe: 'the file of the study' } },
  options: { storage: storageOption, format: formatOption },
  examples: [
    ['$0 replay studies/cifar-cnn.ts', 'whether its trials are what its seed says'],
    ['$0 replay study.ts --storage sqlite:///other.db --format json', 'for a program'],
  ],
  async run({ study: file, storage: url, format }) {
    const { name, space, seed, ...ofFile } = await loadStudyFile(file);
    const replayed = await withStorage(url, { create: false, waiting: announcedWaiting }, async (storage) => {
      const named = partsOf(namedParts(await storage.findStudy(name)));
      const { sampler = ofFile.sampler, pruner = ofFile.pruner } = named;
      return replayStudy({ name, storage, space, sampler, pruner, ...(seed !== undefined && { seed }) });
    });
    note(replayed.notes);
    if (replayed.derivedTrials === 0 && replayed.differences.length === 0) throw nothingDerived(replayed);
    print(replayed, format);
    if (replayed.differences.length > 0) process.exitCode = ExitCode.failed;
  },
});

function print(replayed: Replay, format: Format): void {
  const rows: Row[] = replayed.differences.map((difference) => ({ ...difference }));
  if (format === 'json' || format === 'yaml') printData(formatRecord(recordOf(replayed), format));
  else if (format !== 'table') printData(formatRows(rows, format));
  else {
    const { study, storage, sampler, seed, derivedTrials, derivedParams, givenParams, differences } = replayed;
    printLine(`study '${study}' in ${storage}: ${sampler}, seed ${seed}`);
    const given =
      givenParams === 0 ? '' : ` (${counted(givenParams, 'other')} enqueued, continued, or without a choice)`;
    printLine(`derived   ${counted(derivedParams, 'parameter')} of ${counted(derivedTrials, 'trial')}${given}`);
    for (const line of reasons(replayed)) printLine(`left out  ${line}`);
    const differing = `${counted(differences.length, 'difference')}: the study is not what its seed says`;
    printLine(`result    ${differences.length === 0 ? 'no difference' : differing}`);
    if (rows.length > 0) printData(`\n${formatRows(rows.map(exactly), 'table', { width: terminalWidth() })}`);
  }
}

/** A row whose numbers have all their digits, since two that differ may look alike with few. */
function exactly(row: Row): Row {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [name, typeof value === 'number' ? String(value) : value]),
  );
}

function recordOf(replayed: Replay): Row {
  const { differences, underived } = replayed;
  return {
    ...replayed,
    differences: differences.map((difference) => ({ ...difference })),
    underived: underived.map((each) => ({ ...each })),
  };
}

function reasons({ underived }: Replay): readonly string[] {
  return underived.map(({ reason, trials }) => `${counted(trials.length, 'trial')}, ${listTrials(trials)}: ${reason}`);
}

function nothingDerived(replayed: Replay): HpoError {
  const { study, storage, trials } = replayed;
  const why = trials === 0 ? 'it has no trials' : reasons(replayed).join('; ');
  return new HpoError('HPO_NOTHING_TO_SHOW', `No trial of the study '${study}' in ${storage} can be derived: ${why}.`);
}
