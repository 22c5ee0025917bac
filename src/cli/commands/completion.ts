import { defineCommand } from '../define-command.ts';
import { SHELLS, type ShellName } from '../shells.ts';

const NAMES = Object.keys(SHELLS) as ShellName[];

/** `hpo completion <shell>` */
export const completion = defineCommand({
  usage: 'completion <shell>',
  describe: 'print a script that makes a shell complete hpo: commands, options, names of studies',
  details: `To have it in every new shell:\n${NAMES.map((name) => `  ${name.padEnd(5)} ${SHELLS[name].install}`).join('\n')}`,
  positionals: { shell: { choices: NAMES, demandOption: true, describe: 'the shell' } },
  examples: [['eval "$($0 completion bash)"', 'in this shell']],
  async run({ shell }) {
    process.stdout.write(SHELLS[shell].script);
  },
});
