/**
 * A line about a mistake in a command line, with the remedy.
 *
 * @param message yargs's own message, in English.
 * @param args the command line.
 * @param usages the usages of the commands that it may name: `run <study>`.
 */
export function explainUsage(message: string, args: readonly string[], usages: readonly string[]): string {
  const nameOf = (usage: string) => usage.split(' ')[0] ?? usage;
  const command = args.find((arg) => usages.some((usage) => nameOf(usage) === arg));
  const program = command === undefined ? 'hpo' : `hpo ${command}`;
  const help = `\`${program} --help\``;

  const suggestion = /Did you mean (.+)\?/.exec(message)?.[1];
  if (suggestion !== undefined) return `There is no command '${args[0]}'; did you mean ${suggestion}?`;

  const unknown = /Unknown (?:command|argument)s?: (.+)/.exec(message)?.[1]?.split(', ');
  if (unknown !== undefined) {
    const extra = unknown.find((name) => args.includes(name));
    if (extra === undefined) {
      const given = args.map((arg) => arg.split('=')[0]);
      const written = unknown.flatMap((name) => [asOption(name), `--no-${name}`]);
      const options = written.filter((option) => given.includes(option));
      return `${program} has no option ${(options.length > 0 ? options : unknown).join(', ')}; see ${help}.`;
    }
    if (command === undefined) return `There is no command '${extra}'; see ${help}.`;
    return `${program} takes no further argument '${extra}'; see ${help}.`;
  }

  if (message.startsWith('Not enough non-option arguments')) {
    const usage = usages.find((each) => nameOf(each) === command);
    const taken = args[args.indexOf('--tensorboard') + 1];
    if (args.includes('--tensorboard') && taken !== undefined && !taken.startsWith('-')) {
      return `${program} takes '${taken}' for the folder of --tensorboard; write --tensorboard behind the study.`;
    }
    return `${program} lacks an argument; write: hpo ${usage}, and see ${help}.`;
  }
  const lacking = /Not enough arguments following: (.+)/.exec(message)?.[1];
  if (lacking !== undefined) {
    const option = asOption(lacking);
    const next = args[args.lastIndexOf(option) + 1];
    const mend = next?.startsWith('-') && !next.startsWith('--') ? `; write ${option}=${next} if ${next} is it` : '';
    return `${option} needs a value${mend}; see ${help}.`;
  }

  const required = /Missing required arguments?: (.+)/.exec(message)?.[1];
  if (required !== undefined) return `${required.split(', ').map(asOption).join(' and ')} is missing; see ${help}.`;

  const [, option = '', given = '', choices = ''] = /Argument: (.+), Given: (.+), Choices: (.+)/.exec(message) ?? [];
  if (option !== '') {
    const usage = usages.find((each) => nameOf(each) === command) ?? '';
    const positional = [`<${option}>`, `[${option}]`].find((written) => usage.includes(written));
    const name = positional === undefined ? asOption(option) : `${positional} of hpo ${command}`;
    return `${name} takes one of ${choices.replaceAll('"', '')}, not ${given}.`;
  }

  const [, one, other] = /Arguments (\S+) and (\S+) are mutually exclusive/.exec(message) ?? [];
  if (one && other) return `${asOption(one)} and ${asOption(other)} do not go together; leave one out.`;
  return message;
}

function asOption(name: string): string {
  return name.length === 1 ? `-${name}` : `--${name}`;
}
