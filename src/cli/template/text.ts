import type { DraftedParam } from './drafted-param.ts';

/** A text in single quotes, as TypeScript writes it. */
export function quoted(text: string): string {
  return `'${JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}

/** The field `space` of a study, in lines that are indented by two blanks. */
export function spaceField(params: readonly DraftedParam[]): string {
  const fields = params.map(({ name, distribution }) => `    ${name}: ${distributionText(distribution)},\n`);
  return `  space: space({\n${fields.join('')}  }),\n`;
}

/** The names that a study imports from hpo, in the order of the alphabet. */
export function importNames(params: readonly DraftedParam[], others: readonly string[]): string {
  const kinds = params.map(({ distribution }) => distribution.kind);
  const names = [...new Set([...kinds, ...others])];
  return names.sort((one, other) => (one.toLowerCase() < other.toLowerCase() ? -1 : 1)).join(', ');
}

/**
 * A term for each parameter, of 0 and more, whose sum is least for one choice of them: the stand-in of a template for
 * what a training would find.
 *
 * @param language the syntax of conditions.
 * @param value the expression of a parameter's value, by its name.
 */
export function standInTerms(
  params: readonly DraftedParam[],
  language: 'typescript' | 'python',
  value: (name: string) => string,
): readonly string[] {
  return params.flatMap(({ name, distribution }) => {
    const own = value(name);
    if (distribution.kind === 'categorical') {
      const best = distribution.choices.at(-1) ?? null;
      if (language === 'typescript') return [`(${own} === ${choiceText(best)} ? 0.1 : 0.2)`];
      if (typeof best === 'boolean') return [`(0.1 if ${best ? own : `not ${own}`} else 0.2)`];
      return [`(0.1 if ${own} == ${JSON.stringify(best)} else 0.2)`];
    }
    const { kind, low, high, log } = distribution;
    if (low === high) return [];
    const middle = log ? Math.sqrt(low * high) : (low + high) / 2;
    const best = kind === 'int' ? Math.round(middle) : Number(middle.toPrecision(2));
    if (log) return [`${language === 'python' ? 'math' : 'Math'}.log10(${own} / ${best}) ** 2`];
    return [
      `(${best === 0 ? own : `(${own} - ${best < 0 ? `(${best})` : best})`} / ${Number((high - low).toPrecision(2))}) ** 2`,
    ];
  });
}

/** A choice, as TypeScript writes it. */
function choiceText(choice: string | number | boolean | null): string {
  return typeof choice === 'string' ? quoted(choice) : String(choice);
}

function distributionText(distribution: DraftedParam['distribution']): string {
  if (distribution.kind !== 'categorical') return distribution.toString();
  return `categorical([${distribution.choices.map(choiceText).join(', ')}])`;
}
